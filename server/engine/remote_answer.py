"""What another engine answers, read and written again as we write it."""

from collections.abc import Iterable, Iterator
from typing import IO, Any, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from ..errors import EngineFault
from ..formats import Kind
from . import remote_faults, serialise, tables
from .output import Output
from .remote_dialects import LIMIT_WORDS
from .remote_http import Reply

TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}
GRAPHS = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
}
ACCEPT: dict[Kind, str] = {
    "table": "application/sparql-results+json, application/sparql-results+xml;q=0.5",
    "boolean": "application/sparql-results+json, application/sparql-results+xml;q=0.5",
    "graph": "application/n-triples, text/turtle;q=0.5",
}
_BOOLEAN = NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
_PLAIN_TRUTH = {"1": Literal("true", datatype=_BOOLEAN), "0": Literal("false", datatype=_BOOLEAN)}


class RemoteAnswer:
    """An answer that has begun to come.

    Args:
        kind: of the query that was asked.
        cuts_at: the engine cuts graphs at so many triples without a word; 0: it does not.
        started: when it was asked, by the clock `time.monotonic`.
    """

    def __init__(self, reply: Reply, kind: Kind, cuts_at: int, started: float) -> None:
        self._reply = reply
        self._kind = kind
        self._cuts_at = cuts_at
        self._started = started

    def write(self, output: Output, form: str, order: list[str] | None) -> int:
        """Write all of it; gives the number of rows.

        Args:
            order: of the columns; None: as they come.

        Raises:
            EngineFault: it is no answer to such a query, or breaks off.
            LimitReached: the engine gave up, or cuts its answer.
            OverLimit: it is larger than may be.
        """
        try:
            rows = self._write(output, form, order)
            self._must_end()
        except (OSError, SyntaxError, ValueError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            fault = self._reply.body.fault
            raise fault or remote_faults.broken(self._reply.body.tail, self._started) from None
        output.flush()
        return rows

    def _write(self, output: Output, form: str, order: list[str] | None) -> int:
        if self._kind == "graph":
            return self._write_graph(output, form)
        reply = self._reply
        if reply.media_type not in TABLES:
            raise remote_faults.no_answer(reply.media_type, ACCEPT[self._kind].partition(",")[0])
        found = parse_query_results(cast(IO[bytes], reply.body), format=TABLES[reply.media_type])
        if isinstance(found, QueryBoolean):
            if self._kind != "boolean":
                raise EngineFault("The engine behind this service answers yes or no to a SELECT.")
            output.write(tables.boolean(bool(found), form))
            return 1
        if self._kind != "table":
            raise EngineFault("The engine behind this service answers with a table to an ASK.")
        rows: tables.Solutions = _Plain(found)
        if order is not None:
            rows = tables.InOrder(rows, order)
        return tables.table(rows, form, output.write, output.count)

    def _write_graph(self, output: Output, form: str) -> int:
        reply = self._reply
        if reply.media_type not in GRAPHS:
            raise remote_faults.no_answer(reply.media_type, ACCEPT["graph"].partition(",")[0])
        if not reply.delimited:
            raise EngineFault(
                "The engine behind this service ends its answer by closing the connection, so "
                "that a part of a graph would look like the whole."
            )
        quads = parse(cast(IO[bytes], reply.body), format=GRAPHS[reply.media_type])
        rows = serialise.graph(_triples(quads), form, output.write, output.count)
        if self._cuts_at and rows >= self._cuts_at:
            raise remote_faults.rows_cut(self._cuts_at)
        return rows

    def _must_end(self) -> None:
        """Nothing may follow; an engine that gives up may say so in words, or in a comment."""
        reply = self._reply
        reply.body.drain()
        end = reply.body.tail.rstrip()
        last = end.rpartition(b"\n")[2].lstrip()
        if reply.media_type in GRAPHS:
            said = LIMIT_WORDS.search(last.decode("utf-8", "replace"))
            gave_up = last.startswith(b"#") and said is not None
        else:
            # A parser stops reading where the document ends.
            gave_up = not end.endswith((b"}", b">"))
        if gave_up:
            raise remote_faults.broken(reply.body.tail, self._started)


def _triples(quads: Iterable[Quad]) -> Iterator[Triple]:
    for quad in quads:
        s, p, o, _ = quad
        yield Triple(s, p, _plain(o)) if isinstance(o, Literal) else quad.triple


def _plain(value: Any) -> Any:
    """A value as the embedded engine gives it: Virtuoso writes booleans as numbers."""
    if isinstance(value, Literal) and value.datatype == _BOOLEAN:
        return _PLAIN_TRUTH.get(value.value, value)
    return value


class _Plain:
    """The rows of a SELECT as the embedded engine gives them."""

    def __init__(self, solutions: QuerySolutions) -> None:
        self._solutions = solutions
        self.variables = solutions.variables

    def __iter__(self) -> Iterator[Iterable[Any]]:
        for solution in self._solutions:
            yield [_plain(value) for value in solution]
