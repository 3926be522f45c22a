"""What `dcat.ttl` and `void.ttl` claim, read back to be compared with what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from ...errors import Unfaithful
from ...vocab import Names
from .. import layout
from ..dataset import Dataset
from ..facts import FileFacts
from .distributions import IANA, SHA256
from .reading import Node, Said
from .statements import iri, typed
from .void import numbers

_NAMING = ("class", "property", "subjectsTarget", "linkPredicate", "objectsTarget")
_INTEGER = typed(0, "integer").datatype
_PLACES = {iri(f"void:{name}").value for name in _NAMING}


@dataclass(frozen=True)
class FileClaims:
    """What a catalogue says of a file, as it is written; empty: nothing, or several things.

    Args:
        checksum: as hexadecimal digits.
        algorithm: IRI of what the checksum was made by.
        compression: media type of it; empty also where there is none.
    """

    size: str
    checksum: str
    algorithm: str
    media_type: str
    compression: str

    @classmethod
    def of(cls, said: Said, file: Node) -> "FileClaims":
        """What is said of one file."""
        registered = said.one_if_any(file, "dcat:mediaType").removeprefix(IANA)
        return cls(
            size=said.one_if_any(file, "dcat:byteSize"),
            checksum=said.one_if_any(file, "spdx:checksum", "spdx:checksumValue"),
            algorithm=said.one_if_any(file, "spdx:checksum", "spdx:algorithm"),
            # A type that no register has is the label of its standard.
            media_type=registered or said.one_if_any(file, "dcterms:conformsTo", "rdfs:label"),
            compression=said.one_if_any(file, "dcat:compressFormat").removeprefix(IANA),
        )


@dataclass(frozen=True)
class VoidClaims:
    """What a description (VoID) says of a release.

    Args:
        counts: each number as it is written, by words that say of what it is.
        dumps: addresses of the dumps.
    """

    counts: Mapping[str, str]
    dumps: frozenset[str]


def void_claims(data: bytes) -> VoidClaims:
    """What a description in Turtle says.

    Raises:
        SyntaxError: it does not parse.
    """
    triples = [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)]
    dumps = (t.object for t in triples if t.predicate == iri("void:dataDump"))
    addresses = frozenset(node.value for node in dumps if isinstance(node, ox.NamedNode))
    return VoidClaims(_counts(triples), addresses)


def void_truth(dataset: Dataset, release: str, base: str) -> Mapping[str, str]:
    """The counts that `void_claims` has to find in the description of a dataset.

    Args:
        release: IRI of the release.
        base: base IRI of things.
    """
    return _counts(numbers(dataset, release, Names(base)))


def dcat_claims(data: bytes, folder: str) -> Mapping[str, FileFacts]:
    """What a catalogue in Turtle says of the files of a release, by path.

    Args:
        folder: the address that the files stand below, `{base}releases/{version}/`.

    Raises:
        SyntaxError: it does not parse.
        Unfaithful: it says less or more than one thing about a file where one is needed.
    """
    said = Said.turtle(data, layout.DCAT)
    found: dict[str, FileFacts] = {}
    for file in said.subjects("dcat:downloadURL"):
        address = said.one(file, "dcat:downloadURL")
        path = address.removeprefix(folder)
        if path == address or path in found:
            raise Unfaithful(f"{layout.DCAT} lists {address}, which is no file of its own.")
        found[path] = _file(said, file)
    return found


def _file(said: Said, file: Node) -> FileFacts:
    told = FileClaims.of(said, file)
    if not (told.checksum and told.size.isascii() and told.size.isdecimal()):
        raise Unfaithful(f"{said.what} gives no size or checksum of {file}.")
    if told.algorithm != iri(SHA256).value:
        raise Unfaithful(f"{said.what} gives no SHA-256 of {file}.")
    if not told.media_type:
        raise Unfaithful(f"{said.what} gives no media type of {file}.")
    return FileFacts(int(told.size), told.checksum, told.media_type, told.compression)


def _counts(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Each number by the thing that it is of, what it is of a part of it, and the property."""
    said = sorted(triples, key=str)
    owners: dict[object, object] = {t.object: t.subject for t in said if _nameless(t.object)}
    names = _names(said)
    found: dict[str, list[str]] = {}
    for triple in said:
        if isinstance(triple.object, ox.Literal) and triple.object.datatype == _INTEGER:
            owner = owners.get(triple.subject, triple.subject)
            words = f"{owner} {names.get(triple.subject, '')} {triple.predicate}"
            found.setdefault(words, []).append(triple.object.value)
    return {words: " ".join(values) for words, values in found.items()}


def _names(triples: Iterable[ox.Triple]) -> Mapping[object, str]:
    """What the parts without a name of their own are of."""
    found: dict[object, list[str]] = {}
    for triple in triples:
        if _nameless(triple.subject) and triple.predicate.value in _PLACES:
            found.setdefault(triple.subject, []).append(f"{triple.predicate} {triple.object}")
    return {node: " ".join(sorted(words)) for node, words in found.items()}


def _nameless(node: object) -> bool:
    return isinstance(node, ox.BlankNode)
