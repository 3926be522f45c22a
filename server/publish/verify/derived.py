"""The files of a release that follow from its dataset and its manifest, written again.

Where this very version of the program made the release, the same functions must write the same
bytes. Where another did, its words may be others, and only what other checks read is proved.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import yaml

from ... import __version__, queryfile
from ...build.sources import Sources
from ...errors import AriError
from .. import layout, mappings, reports
from ..describe.citation import citation
from ..describe.csvw import csvw
from ..describe.datasette import metadata
from ..describe.dcat import dcat
from ..describe.manifest import manifest
from ..describe.notes import notes
from ..describe.rocrate import rocrate
from ..describe.void import void
from ..draft import File
from ..dumps import schema
from ..dumps.writers import WRITERS
from ..facts import FileFacts
from ..since import since
from ..tables.columns import TABLES
from . import sums
from .flaws import Flaw, listed, shown
from .opened import Broken, Opened

_TOLD = (layout.CITATION, layout.NOTES, layout.VOID, layout.ROCRATE)
"""What tells version and date in the words of the manifest."""


def derived(opened: Opened) -> Iterator[Flaw]:
    """Each file that follows from others is what follows.

    Raises:
        Broken: nothing can be derived.
    """
    written = dict(_written(opened))
    wrong = [path for path, data in written.items() if not _same(opened, path, data)]
    told = [path for path in _TOLD if path in written]
    if told and set(told) <= set(wrong):
        words = f"tells of another release than its files do: {listed(told)}"
        yield Flaw("derived", layout.MANIFEST, words)
        return
    for path in wrong:
        there = path in opened.files
        words = "is not what follows from the dataset and the manifest" if there else "is missing"
        yield Flaw("derived", path, words)
    if opened.ours:
        asked = {path for path in opened.files if path.startswith(f"{layout.QUERIES}/")}
        for path in sorted(asked - written.keys()):
            yield Flaw("derived", path, "is no query of the library")


def left_out(opened: Opened) -> Iterator[str]:
    """What can't be derived of this release, in words.

    Raises:
        Broken: the manifest does not say enough.
    """
    if not opened.ours:
        yield (
            f"texts and descriptions, which met-ari {shown(opened.maker, 20)} wrote and another "
            f"version ({__version__}) might word otherwise"
        )
        return
    for name, folder in ((layout.SHAPES, "shapes/"), (layout.LICENCE, "data/")):
        if not _has_our(opened, folder):
            yield f"{name}, which was not made of this package's sources"
    if opened.previous and opened.before is None:
        yield f"{layout.DIFF} and {layout.NOTES}, as blank nodes changed since {opened.previous}"


def _written(opened: Opened) -> Iterator[File]:
    """The files that another reading of the release writes again."""
    if not opened.ours:
        yield layout.MANIFEST, manifest(opened.draft.facts)
        return
    try:
        yield from _from_dataset(opened)
        yield from _from_package(opened)
        yield from _from_report(opened)
    except Broken:
        raise
    except AriError as error:
        raise Broken(layout.DATASET, f"can't be published again: {shown(str(error))}") from error


def _from_dataset(opened: Opened) -> Iterator[File]:
    draft = replace(opened.draft, previous=opened.before)
    facts, files = draft.facts, _facts(opened)
    for form, path in (layout.TRIPLES | layout.QUADS).items():
        yield path, WRITERS[form](draft)
    yield layout.MANIFEST, manifest(facts)
    yield layout.CSVW, csvw(TABLES, facts)
    yield layout.DATASETTE, metadata(facts)
    yield layout.CITATION, citation(facts)
    yield layout.VOID, void(facts, draft.dataset)
    later = (layout.ROCRATE, layout.DCAT, layout.SUMS)
    yield layout.ROCRATE, rocrate(facts, [path for path in files if path not in later])
    yield layout.DCAT, dcat(facts, {p: f for p, f in files.items() if p not in later[1:]})
    if draft.previous or not opened.previous:
        yield layout.NOTES, notes(draft)
        yield from since(draft)


def _from_package(opened: Opened) -> Iterator[File]:
    """What the package ships, if the release was made of the same."""
    draft = opened.draft
    yield layout.CONTEXT, schema.context(draft)
    ours = dict(schema.schema(draft))
    for folder, path in (("ontology/", layout.ONTOLOGY), ("shapes/", layout.SHAPES)):
        if _has_our(opened, folder):
            yield path, ours[path]
    if _has_our(opened, "data/"):
        yield layout.LICENCE, draft.sources.read(layout.LICENCE)
        yield from mappings.mappings(draft)
    for name, query in queryfile.library().items():
        yield f"{layout.QUERIES}/{name}.rq", query.under(opened.base).text.encode()


def _from_report(opened: Opened) -> Iterator[File]:
    """The report as a graph follows from the report in JSON, which the shapes prove."""
    yield from reports.written(opened.findings, opened.shapes)


def _has_our(opened: Opened, folder: str) -> bool:
    """Whether the sources below a folder are those of this package, and there are no others."""
    ours = {n: d for n, d in Sources.of_package().hashes().items() if n.startswith(folder)}
    used = opened.said("inputs")
    own = ("ontology/", "shapes/")
    theirs = {
        name: digest
        for name, digest in used.items()
        if name.startswith(folder) or (folder == "data/" and not name.startswith(own))
    }
    return ours == theirs


def _facts(opened: Opened) -> Mapping[str, FileFacts]:
    found = {}
    for path in sorted(opened.files):
        file = opened.folder / path
        found[path] = FileFacts(file.stat().st_size, sums.digest(file), *layout.media_type(path))
    return found


def _same(opened: Opened, path: str, data: bytes) -> bool:
    """Whether a file says what was written: by bytes, where no other library had a hand in it."""
    there = opened.read(path) if path in opened.files else b""
    if there == data:
        return True
    if path == layout.MANIFEST and not opened.ours:
        return bool(opened.manifest == json.loads(data))
    return path == layout.CITATION and _yaml(there) == _yaml(data)


def _yaml(data: bytes) -> object:
    try:
        return yaml.safe_load(data)
    except (yaml.YAMLError, ValueError) as error:
        raise Broken(layout.CITATION, f"is no YAML: {shown(str(error))}") from error
