"""What `dcat.ttl` and `void.ttl` claim about the files and the graphs, held against them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox
from rdflib.namespace import DCAT, DCTERMS, RDFS, VOID

from ..errors import InputError
from . import catalogue_rules, layout
from .claims import void_claims, void_truth
from .dataset import Dataset
from .verify_flaws import Flaw, shown
from .verify_opened import Broken, Opened
from .verify_sums import digest

_SPDX = "http://spdx.org/rdf/terms#"
_IANA = "https://www.iana.org/assignments/media-types/"
Said = Mapping[str, Mapping[str, list[str]]]
"""By subject, the values of each property: IRIs, texts and labels of blank nodes."""
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
        said = _gathered(ox.parse(data, format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError):
        return {}
    return {path: _claimed(said, node)["checksum"] for path, node in _distributions(said).items()}


def _distributions(said: Said) -> dict[str, str]:
    """The node of each distribution that is a file of a release, by path of the file."""
    found = {}
    for node, properties in said.items():
        for address in properties.get(str(DCAT.downloadURL), ()):
            _, _, rest = address.partition("/releases/")
            version, _, path = rest.partition("/")
            if version and path:
                found[path] = node
    return found


def _claimed(said: Said, node: str) -> dict[str, str]:
    one = said[node]
    checksum = said.get(_one(one, f"{_SPDX}checksum"), {})
    return {
        "size": _one(one, str(DCAT.byteSize)),
        "checksum": _one(checksum, f"{_SPDX}checksumValue").lower(),
        "media type": _media_type(said, one),
        "compression": _one(one, str(DCAT.compressFormat)).removeprefix(_IANA),
    }


def _media_type(said: Said, one: Mapping[str, list[str]]) -> str:
    """A type that no register has is the label of the standard."""
    standard = said.get(_one(one, str(DCTERMS.conformsTo)), {})
    registered = _one(one, str(DCAT.mediaType)).removeprefix(_IANA)
    return registered or _one(standard, str(RDFS.label))


def _facts(folder: Path, path: str) -> dict[str, str]:
    media, packed = layout.media_type(path)
    size, checksum = (folder / path).stat().st_size, digest(folder / path)
    return {"size": str(size), "checksum": checksum, "media type": media, "compression": packed}


def void(opened: Opened) -> Iterator[Flaw]:
    """The counts of `void.ttl`, and of the catalogue in the dataset, are those of the graphs."""
    texts = {
        layout.DATASET: _gathered(_catalogue(opened.dataset)),
        layout.VOID: _said(opened, layout.VOID),
    }
    yield from _numbers(opened)
    for path, said in texts.items():
        for node, properties in said.items():
            yield from _counts(opened, path, node, properties, said)
        yield from _dumps(opened, path, said)


def _numbers(opened: Opened) -> Iterator[Flaw]:
    """Every number of `void.ttl` is what is counted again."""
    release = f"{opened.base}id/release/{opened.manifest['version']}"
    claimed = void_claims(opened.read(layout.VOID)).counts
    actual = void_truth(opened.dataset, release, opened.base)
    for words in sorted(claimed.keys() | actual.keys()):
        if claimed.get(words) != actual.get(words):
            said, truth = shown(claimed.get(words, "nothing")), actual.get(words, "nothing")
            yield Flaw("void", layout.VOID, f"says {said} of {shown(words)}; it is {truth}")


def _catalogue(dataset: Dataset) -> list[ox.Quad]:
    return [
        quad
        for quad in dataset.quads
        if getattr(quad.graph_name, "value", "").endswith("/id/graph/catalogue")
    ]


def _counts(
    opened: Opened, path: str, node: str, properties: Mapping[str, list[str]], said: Said
) -> Iterator[Flaw]:
    """The counts of one graph, and of its partitions by property and by class."""
    triples = opened.dataset.graphs.get(node)
    if triples is None:
        return
    wanted = {str(VOID.triples): str(len(triples))}
    for name, count in wanted.items():
        for value in properties.get(name, ()):
            if value != count:
                yield Flaw("void", path, f"says {shown(value)} triples of {node}; it has {count}")
    for part in properties.get(str(VOID.propertyPartition), ()):
        one = said.get(part, {})
        name = _one(one, str(VOID.property))
        actual = str(sum(triple.predicate.value == name for triple in triples))
        if _one(one, str(VOID.triples)) not in ("", actual):
            yield Flaw("void", path, f"is wrong about {shown(name)} in {node}: {actual} triples")


def _dumps(opened: Opened, path: str, said: Said) -> Iterator[Flaw]:
    prefix = f"{opened.base}releases/{opened.manifest['version']}/"
    for properties in said.values():
        for address in properties.get(str(VOID.dataDump), ()):
            if address.removeprefix(prefix) not in opened.files:
                yield Flaw("void", path, f"names a dump that is not there: {shown(address)}")


def _said(opened: Opened, path: str) -> Said:
    try:
        return _gathered(ox.parse(opened.read(path), format=ox.RdfFormat.TURTLE))
    except (SyntaxError, ValueError) as error:
        raise Broken(path, f"can't be read: {shown(str(error))}") from error


def _gathered(quads: Iterable[ox.Quad]) -> Said:
    found: defaultdict[str, defaultdict[str, list[str]]]
    found = defaultdict(lambda: defaultdict(list))
    for quad in quads:
        value = getattr(quad.object, "value", "")
        found[getattr(quad.subject, "value", "")][quad.predicate.value].append(value)
    return {subject: dict(properties) for subject, properties in found.items()}


def _one(properties: Mapping[str, list[str]], name: str) -> str:
    """The one value; empty if there is none, or more than one."""
    values = properties.get(name, [])
    return values[0] if len(values) == 1 else ""
