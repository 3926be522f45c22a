"""What each stored query answers on a release, in one form, so that anyone can ask again."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence

import pyoxigraph as ox

from .. import queryfile
from ..build import folder
from ..engine import modifiers, serialise, tables
from . import layout
from .asked import Asked, Row
from .dataset import Dataset
from .draft import Draft, File


def answers(draft: Draft) -> Iterator[File]:
    """Each query of the library with what it answers, its parameters as they stand in it."""
    for name, query in queryfile.library().items():
        text = query.under(draft.facts.base).text
        suffix, answer = recorded(draft.asked, text)
        yield f"{layout.QUERIES}/{name}.rq", text.encode()
        yield f"{layout.ANSWERS}/{name}.{suffix}", answer


def recorded(asked: Asked, text: str) -> tuple[str, bytes]:
    """The answer of a query in one form, and the end of the name of the file that keeps it.

    A table is SPARQL 1.1 Query Results JSON, its rows sorted unless the query orders them; a graph
    is canonical N-Triples (RDFC-1.0).
    """
    found = asked.ask(text)
    if isinstance(found, ox.QueryTriples):
        return "nt", _graph(found)
    if isinstance(found, ox.QueryBoolean):
        return "json", _readable(tables.boolean(bool(found), "json"))
    rows: list[Row] = [tuple(row) for row in found]
    if not modifiers.orders(text):
        rows.sort(key=lambda row: [str(term) if term is not None else "" for term in row])
    return "json", _table(found.variables, rows)


class _Rows:
    """Rows as a serialiser takes them."""

    def __init__(self, variables: Sequence[ox.Variable], rows: list[Row]) -> None:
        self.variables = variables
        self._rows = rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)


def _table(variables: Sequence[ox.Variable], rows: list[Row]) -> bytes:
    output = io.BytesIO()
    tables.table(_Rows(variables, rows), "json", output.write, lambda count: None)
    return _readable(output.getvalue())


def _readable(answer: bytes) -> bytes:
    return folder.json_bytes(json.loads(answer))


def _graph(found: Iterable[ox.Triple]) -> bytes:
    triples = map(serialise.restored, found)
    return Dataset.of(ox.Quad(t.subject, t.predicate, t.object) for t in triples).lines
