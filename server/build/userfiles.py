"""RDF files, of users and our own, read without fetching anything."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import BNode, Graph, IdentifiedNode, Literal

from ..errors import InputError, SourceError, UnsupportedType
from .nodes import portable

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


def parse_user_file(path: Path) -> Graph:
    """The statements of one file in the format of its suffix, named graphs merged.

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
    return parse_user_data(str(path), data, kind)


def parse_user_data(name: str, data: bytes, kind: ox.RdfFormat) -> Graph:
    """As `parse_user_file`, for bytes at hand; `name` stands for them in errors.

    Blank nodes get labels made of `name` and their order, the same in every run.
    """
    if kind == ox.RdfFormat.RDF_XML and b"<!doctype" in data.lower():
        raise SourceError(name, None, "a DOCTYPE is not allowed.", remedy="Write its entities out.")
    graph, term = Graph(), _Terms(name)
    try:
        for quad in ox.parse(data.removeprefix(b"\xef\xbb\xbf"), format=kind):
            graph.add((term[quad.subject], term[quad.predicate], term[quad.object]))
    except SyntaxError as error:
        raise _bad_syntax(name, error) from error
    return graph


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
    place = f"column {error.offset}: " if error.offset else ""
    problem = SourceError(name, error.lineno, place + detail, remedy=remedy)
    problem.extra["column"] = error.offset
    return problem
