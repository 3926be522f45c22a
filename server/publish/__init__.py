"""From a build to a release that others can check: dumps, tables, descriptions, changes, sums.

Its parts know only what stands below them:

    layout  facts  dataset  packing           files of a release, its names, its data
    asked  sums  described  states  shelf  publication  traces
    diff/                                     two datasets compared, in words and as a patch
    draft                                     a release in the making
    dumps/  tables/  answers  mappings  since parts of it, written from the draft
    describe/  reports                        what is told of those parts
    parts, then release                       all of them in order, as a folder
    verify/                                   all of them once more, of a release of strangers
"""
