"""What `dcat.ttl` and `void.ttl` claim about the files and the graphs, held against them."""

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from ...errors import InputError
from .. import layout
from ..dataset import Dataset
from ..describe import catalogue_rules
from ..describe.claims import FileClaims, void_claims, void_truth
from ..describe.reading import Node, Said
from .flaws import Flaw, shown
from .opened import Broken, Opened
from .sums import digest

_OWN = (layout.DCAT, layout.SUMS)
"""The files that `dcat.ttl` can't tell a checksum of."""


def dcat(opened: Opened) -> Iterator[Flaw]:
    """Size, checksum and types of each file are as `dcat.ttl` says, and it names every file."""
    said = _said(opened, layout.DCAT)
    named = _distributions(said)
    for path in sorted(opened.files - named.keys() - set(_OWN)):
        yield Flaw("dcat", layout.DCAT, f"says nothing of {path}")
    for path in sorted(named.keys() - opened.files):
        yield Flaw("dcat", layout.DCAT, f"names {shown(path)}, which is not there")
    for path in sorted((named.keys() & opened.files) - set(_OWN)):
        actual, claimed = _facts(opened.folder, path), _claimed(said, named[path])
        for what in actual:
            if claimed[what] != actual[what]:
                words = f"says of the {what} of {path}: {shown(claimed[what] or 'nothing')}"
                yield Flaw("dcat", layout.DCAT, f"{words}; it is {actual[what] or 'none'}")
    yield from _rules(opened)


def _rules(opened: Opened) -> Iterator[Flaw]:
    """The rules of DCAT-AP, and of our own releases, that `dcat.ttl` breaks."""
    try:
        found = catalogue_rules.findings(opened.read(layout.DCAT))
    except InputError as error:
        raise Broken(layout.DCAT, f"can't be read: {shown(str(error))}") from error
    for finding in found:
        yield Flaw("dcat", layout.DCAT, f"{shown(finding.focus)}: {finding.message}")


def checksums(data: bytes) -> dict[str, str]:
    """The digests that a `dcat.ttl` tells, by path; none of one that does not parse."""
    try:
        said = Said.turtle(data, layout.DCAT)
    except (SyntaxError, ValueError):
        return {}
    return {path: _claimed(said, node)["checksum"] for path, node in _distributions(said).items()}


def _distributions(said: Said) -> dict[str, Node]:
    """The node of each distribution that is a file of a release, by path of the file."""
    found = {}
    for node in said.subjects("dcat:downloadURL"):
        for address in said.values(node, "dcat:downloadURL"):
            _, _, rest = address.partition("/releases/")
            version, _, path = rest.partition("/")
            if version and path:
                found[path] = node
    return found


def _claimed(said: Said, node: Node) -> dict[str, str]:
    told = FileClaims.of(said, node)
    return {
        "size": told.size,
        "checksum": told.checksum.lower(),
        "media type": told.media_type,
        "compression": told.compression,
    }


def _facts(folder: Path, path: str) -> dict[str, str]:
    media, packed = layout.media_type(path)
    size, checksum = (folder / path).stat().st_size, digest(folder / path)
    return {"size": str(size), "checksum": checksum, "media type": media, "compression": packed}


def void(opened: Opened) -> Iterator[Flaw]:
    """The counts of `void.ttl`, and of the catalogue in the dataset, are those of the graphs."""
    described = _said(opened, layout.VOID)
    yield from _numbers(opened)
    catalogue = Said(_catalogue(opened.dataset), layout.DATASET)
    yield from _sizes(opened, catalogue)
    for said in (catalogue, described):
        yield from _dumps(opened, said)


def _numbers(opened: Opened) -> Iterator[Flaw]:
    """Every number of `void.ttl` is what is counted again."""
    release = f"{opened.base}id/release/{opened.manifest['version']}"
    claimed = void_claims(opened.read(layout.VOID)).counts
    actual = void_truth(opened.dataset, release, opened.base)
    for words in sorted(claimed.keys() | actual.keys()):
        if claimed.get(words) != actual.get(words):
            said, truth = shown(claimed.get(words, "nothing")), actual.get(words, "nothing")
            yield Flaw("void", layout.VOID, f"says {said} of {shown(words)}; it is {truth}")


def _catalogue(dataset: Dataset) -> Iterator[ox.Triple]:
    for name, triples in dataset.graphs.items():
        if name.endswith("/id/graph/catalogue"):
            yield from triples


def _sizes(opened: Opened, catalogue: Said) -> Iterator[Flaw]:
    """The sizes of graphs that the dataset tells of itself are theirs."""
    for node, triples in opened.dataset.graphs.items():
        count = str(len(triples))
        for value in catalogue.values(node, "void:triples"):
            if value != count:
                words = f"says {shown(value)} triples of {node}; it has {count}"
                yield Flaw("void", catalogue.what, words)


def _dumps(opened: Opened, said: Said) -> Iterator[Flaw]:
    prefix = f"{opened.base}releases/{opened.manifest['version']}/"
    for thing in said.subjects("void:dataDump"):
        for address in said.values(thing, "void:dataDump"):
            if address.removeprefix(prefix) not in opened.files:
                words = f"names a dump that is not there: {shown(address)}"
                yield Flaw("void", said.what, words)


def _said(opened: Opened, path: str) -> Said:
    try:
        return Said.turtle(opened.read(path), path)
    except (SyntaxError, ValueError) as error:
        raise Broken(path, f"can't be read: {shown(str(error))}") from error
