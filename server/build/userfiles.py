"""RDF files, of users and our own, read without fetching anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, cast

import pyoxigraph as ox
from rdflib import BNode, Graph, IdentifiedNode, Literal

from ..errors import InputError, SourceError, UnsupportedType
from .nodes import portable, word
from .places import Lines, line_in_json, lines_of_json
from .records import Origin
from .wellformed import fault_of

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
}


@dataclass(frozen=True)
class Document:
    """What a document says.

    Args:
        graph: its statements, named graphs merged.
        origins: by thing, as findings name it, the line where its first statement ends.
    """

    graph: Graph
    origins: dict[str, Origin]


def parse_user_file(path: Path) -> Document:
    """One file in the format of its suffix.

    Nothing is fetched. The caller adds the ontology, and the user's other files, before it
    validates: a file stands on its own, so a question whose edition or heading is described
    elsewhere is a finding that asks for that description too. Rules over a whole edition apply
    where the edition itself is described.

    Raises:
        InputError: there is no such file.
        UnsupportedType: the suffix is not one of `FORMATS`.
        SourceError: the syntax is wrong, with line and column; a JSON-LD context is remote; an XML
            file has a DOCTYPE; a statement stands inside a statement.
    """
    kind = FORMATS.get(path.suffix.lower())
    if kind is None:
        raise UnsupportedType(path.suffix or path.name, sorted(FORMATS))
    try:
        data = path.read_bytes()
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from error
    return _parse(str(path), data, kind)


def parse_user_data(name: str, data: bytes, kind: ox.RdfFormat) -> Graph:
    """The statements of bytes at hand; `name` stands for them in errors."""
    return _parse(name, data, kind).graph


def _parse(name: str, data: bytes, kind: ox.RdfFormat) -> Document:
    if kind == ox.RdfFormat.RDF_XML and b"<!doctype" in data.lower():
        raise SourceError(name, None, "a DOCTYPE is not allowed.", remedy="Write its entities out.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if kind == ox.RdfFormat.RDF_XML and (fault := fault_of(data)) is not None:
        raise _at(name, fault.line, fault.column, f"{fault.words}.")
    lines = Lines(data)
    try:
        found = gather(name, ox.parse(cast(IO[bytes], lines), format=kind), lines)
    except SyntaxError as error:
        raise _bad_syntax(name, error) from error
    return placed_in_json(found, name, data) if kind == ox.RdfFormat.JSON_LD else found


def gather(name: str, quads: Iterable[ox.Quad], lines: Lines) -> Document:
    """What a parser reads from `lines`.

    Blank nodes get labels made of `name` and their order, the same in every run.

    Raises:
        SourceError: a statement stands inside a statement.
        SyntaxError: by the parser.
    """
    graph, term = Graph(), _Terms(name)
    subjects: dict[str, Origin] = {}
    objects: dict[str, Origin] = {}
    for quad in quads:
        subject, value = term[quad.subject], term[quad.object]
        graph.add((subject, term[quad.predicate], value))
        place = Origin(name, lines.number)
        subjects.setdefault(word(subject), place)
        if not isinstance(value, Literal):
            objects.setdefault(word(value), place)
    return Document(graph, objects | subjects)


def placed_in_json(document: Document, name: str, data: bytes) -> Document:
    """The same with lines that are looked up in the text, as a parser of JSON-LD gives none.

    A thing whose identifier does not stand there has no line.
    """
    known = lines_of_json(data)
    found = {thing: line_in_json(thing, known) for thing in document.origins}
    origins = {thing: Origin(name, line) for thing, line in found.items() if line}
    return Document(document.graph, origins)


class _Terms(dict[Any, IdentifiedNode | Literal]):
    """The terms of one document; its blank nodes have other labels than those of another."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self._blank = name, 0

    def __missing__(self, term: Any) -> IdentifiedNode | Literal:
        if isinstance(term, ox.Triple):
            raise SourceError(
                self._name, None, "statements inside statements can't be read (RDF 1.2)."
            )
        self[term] = self._label() if isinstance(term, ox.BlankNode) else portable(term)
        return self[term]

    def _label(self) -> BNode:
        self._blank += 1
        return BNode(f"d{sha256(self._name.encode()).hexdigest()[:8]}b{self._blank}")


def _bad_syntax(name: str, error: SyntaxError) -> SourceError:
    detail = str(error.msg).partition(": ")[2] or str(error.msg)
    remedy = ""
    if "LoadDocumentCallback" in detail:
        detail, remedy = "it refers to a context elsewhere.", "Put the context into the file."
    return _at(name, error.lineno, error.offset, detail, remedy)


def _at(
    name: str, line: int | None, column: int | None, detail: str, remedy: str = ""
) -> SourceError:
    place = f"column {column}: " if column else ""
    problem = SourceError(name, line, place + detail, remedy=remedy)
    problem.extra["column"] = column
    return problem
