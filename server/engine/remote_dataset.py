"""What another engine holds, and how it is asked so that a query sees what it must see.

SPARQL 1.1 leaves open what the default graph of a service is: empty, the merge of all graphs as a
set, or all of them as a bag in which a triple of two graphs counts twice. A few queries tell.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from pyoxigraph import Literal as Value
from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    parse_query_results,
)

from ..errors import EngineFault, LimitReached, NotOffered, UnknownGraph
from . import remote_dialects, remote_faults, remote_http
from .remote_connection import Access
from .remote_dialects import Dialect

Pairs = list[tuple[str, str]]
"""Parameters of a request."""
Way = Literal["plain", "union", "union and unnamed", "unnamed", "all", "nothing", ""]
"""How the default graph is asked for: by no word at all; by ARQ's names for the union of the named
graphs, with the unnamed one, or for that alone; by the names of all graphs; by that of a graph
that does not exist; or not at all."""

JSON = "application/sparql-results+json"
NOTHING = "urn:x-ari:nothing"
"""A graph that does not exist."""
_ARQ: dict[Way, tuple[str, ...]] = {
    "union": ("urn:x-arq:UnionGraph",),
    "union and unnamed": ("urn:x-arq:UnionGraph", "urn:x-arq:DefaultGraph"),
    "unnamed": ("urn:x-arq:DefaultGraph",),
    "nothing": (NOTHING,),
}
_ANSWER_BYTES = 64 << 20
_TO_STRICT = (
    "The operator makes that the engine's default graph is the merge as a set, or sets "
    "ARI_DEFAULT_GRAPH=strict."
)

GRAPHS = "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
SIZE = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
OVERLAP = "ASK { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?p ?o } FILTER (STR(?g) < STR(?h)) }"
MERGED = (
    "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE "
    "{ { GRAPH ?g { ?s ?p ?o } } UNION { ?s ?p ?o } } }"
)
MISSING = "ASK { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } }"
MANY_ROWS = (
    "SELECT (1 AS ?one) WHERE {{ GRAPH ?g {{ ?s ?p ?o }} GRAPH ?h {{ ?t ?q ?u }} }} LIMIT {}"
)


@dataclass(frozen=True)
class Dataset:
    """What an engine holds.

    Args:
        dialect: the name of the engine's dialect.
        graphs: the named graphs and the number of triples in each.
        union: how its default graph is asked to be the merge of all graphs, as a set.
        unnamed: how its default graph is asked to be the unnamed graph alone.
        merges: several default graphs at once are merged as sets.
        cut: triples at which it cuts a graph without a word; 0: nowhere.
        why: there is no union, in words for the operator.
    """

    dialect: str
    graphs: dict[str, int]
    union: Way
    unnamed: Way
    merges: bool
    cut: int
    why: str = ""

    def as_record(self) -> dict[str, Any]:
        """For the way between processes."""
        return asdict(self)

    @property
    def ways(self) -> Dialect:
        """How the engine is."""
        return remote_dialects.KNOWN[self.dialect]

    def choose(self, default: Sequence[str] | None, named: Sequence[str] | None) -> Pairs:
        """The parameters for a dataset of these graphs.

        Raises:
            UnknownGraph: one of them does not exist.
            NotOffered: the engine would count a triple of two default graphs twice.
        """
        for name in (*(default or ()), *(named or ())):
            if name not in self.graphs:
                raise UnknownGraph(name, list(self.graphs))
        if default and len(set(default)) > 1 and not self.merges:
            raise NotOffered(
                "Some triples stand in two graphs, and the engine behind this service would "
                "count them twice.",
                remedy="Name one default graph, or put each graph into a GRAPH clause.",
            )
        return _pairs(dict.fromkeys(default or [NOTHING]), dict.fromkeys(named or [NOTHING]))

    def default(self, default_graph: str) -> Pairs:
        """The parameters for the default dataset.

        Args:
            default_graph: `union` or `strict`, as the setting.

        Raises:
            NotOffered: the engine has no such default graph.
        """
        way = self.union if default_graph == "union" else self.unnamed
        if way:
            return self.in_this_way(way)
        if default_graph == "union":
            raise NotOffered(self.why, remedy=_TO_STRICT)
        raise NotOffered(
            f"The default graph of {self.dialect} is the merge of its graphs, so its unnamed graph "
            "can't be seen alone.",
            remedy="The operator sets ARI_DEFAULT_GRAPH=union, or makes the engine's default "
            "graph the unnamed one.",
        )

    def in_this_way(self, way: Way) -> Pairs:
        """The parameters for the default dataset with its default graph asked for in this way."""
        if way == "plain":
            return []
        return _pairs(_ARQ.get(way) or self.graphs or [NOTHING], self.graphs or [NOTHING])


def _pairs(default: Iterable[str], named: Iterable[str]) -> Pairs:
    return [("default-graph-uri", name) for name in default] + [
        ("named-graph-uri", name) for name in named
    ]


def addressed(access: Access, dialect: Dialect) -> Access:
    """With the addresses for writes that this kind of engine usually has, where none is set."""
    return replace(
        access,
        update=access.update or remote_dialects.address(access.query, dialect.update),
        store=access.store or remote_dialects.address(access.query, dialect.store),
    )


def graphs(access: Access) -> tuple[Dialect, dict[str, int]]:
    """What kind of engine it is, and its users' named graphs with the number of triples in each.

    Raises: as `remote_http.ask`.
    """
    reply = remote_http.ask(access, GRAPHS, [], JSON, _ANSWER_BYTES)
    dialect = remote_dialects.recognise(reply.headers)
    found = _read(reply)
    if not isinstance(found, QuerySolutions):
        raise remote_faults.no_answer(reply.media_type, JSON)
    sizes: dict[str, int] = {}
    for solution in found:
        name, size = solution["g"], solution["n"]
        if isinstance(name, NamedNode) and isinstance(size, Value):
            sizes[name.value] = int(size.value)
    return dialect, {name: sizes[name] for name in sorted(sizes) if not dialect.hides(name)}


def look(access: Access, rows: int, known: dict[str, Any] | None) -> Dataset:
    """What the engine holds now.

    Args:
        rows: the most that an answer may have.
        known: what it held before, as a record: only if the sizes of the graphs have changed
            since is more asked than they.

    Raises: as `remote_http.ask`.
    """
    return _Look(access, rows).look(known)


class _Look:
    """The questions, and what follows from their answers."""

    def __init__(self, access: Access, rows: int) -> None:
        self.access = access
        self.rows = rows
        self.dialect = remote_dialects.GENERIC
        self.seen = Dataset("the engine", {}, "", "", merges=False, cut=0)

    def look(self, known: dict[str, Any] | None) -> Dataset:
        self.dialect, held = graphs(self.access)
        if known is not None and (known["graphs"], known["dialect"]) == (held, self.dialect.name):
            return Dataset(**known)
        self.seen = Dataset(self.dialect.name, held, "", "", merges=True, cut=0)
        overlap = len(held) > 1 and self.truth(OVERLAP, self.seen.in_this_way("nothing"))
        unnamed = self.unnamed()
        alone = self.number(SIZE, self.seen.in_this_way(unnamed)) if unnamed else 0
        named = sum(held.values())
        if overlap:
            named = self.number(MERGED, self.seen.in_this_way("nothing"))
        size = self.number(MERGED, self.seen.in_this_way(unnamed)) if alone else named
        merges = not overlap or self.is_union("all", named)
        union = self.union(size, unnamed_too=alone > 0)
        why = "" if union else self.why(size, alone, overlap=overlap)
        return Dataset(self.dialect.name, held, union, unnamed, merges, self.cut(), why)

    def unnamed(self) -> Way:
        """How to see the unnamed graph alone."""
        if self.dialect.lacks_unnamed:
            return "nothing"
        if self.dialect is remote_dialects.FUSEKI:
            return "unnamed"
        shows_all = self.seen.graphs and not self.truth(MISSING, [])
        return "" if shows_all else "plain"

    def union(self, size: int, *, unnamed_too: bool) -> Way:
        """The first way to see the merge of all graphs as a set."""
        ways: list[Way] = ["plain"]
        if self.dialect is remote_dialects.FUSEKI:
            ways.append("union and unnamed" if unnamed_too else "union")
        if self.seen.graphs and not unnamed_too:
            ways.append("all")
        return next((way for way in ways if self.is_union(way, size)), "")

    def is_union(self, way: Way, size: int) -> bool:
        """Whether the default graph has as many triples as the merge, and all of them."""
        pairs = self.seen.in_this_way(way)
        if self.number(SIZE, pairs) != size:
            return False
        return not self.seen.graphs or not self.truth(MISSING, pairs)

    def cut(self) -> int:
        """Where the engine cuts graphs: a table that is long enough shows it."""
        if not self.dialect.cuts_graphs:
            return 0
        try:
            reply = remote_http.ask(
                self.access, MANY_ROWS.format(self.rows + 1), [], "text/csv", _ANSWER_BYTES
            )
            reply.body.drain()
        except LimitReached as limit:
            return int(limit.extra["value"])
        except OSError:
            raise EngineFault("The engine behind this service does not tell its limits.") from None
        return 0

    def why(self, size: int, alone: int, *, overlap: bool) -> str:
        """Why there is no union."""
        held = self.number(SIZE, [])
        if alone:
            more = (
                f" Its unnamed graph holds {alone} statements of its own: move them to a named one."
            )
        elif overlap:
            more = " Some triples stand in two graphs: take them out of one."
        else:
            more = ""
        return (
            f"The default graph of {self.dialect.name} holds {held} statements where the merge of "
            f"all graphs, as a set, has {size}.{more}"
        )

    def number(self, query: str, pairs: Pairs) -> int:
        found = self.ask(query, pairs)
        value = next(iter(found))["n"] if isinstance(found, QuerySolutions) else None
        if not isinstance(value, Value):
            raise EngineFault("The engine behind this service does not count.")
        return int(value.value)

    def truth(self, query: str, pairs: Pairs) -> bool:
        found = self.ask(query, pairs)
        return isinstance(found, QueryBoolean) and bool(found)

    def ask(self, query: str, pairs: Pairs) -> QuerySolutions | QueryBoolean:
        return _read(remote_http.ask(self.access, query, pairs, JSON, _ANSWER_BYTES))


def _read(reply: remote_http.Reply) -> QuerySolutions | QueryBoolean:
    if reply.media_type not in (JSON, "application/json"):
        raise remote_faults.no_answer(reply.media_type, JSON)
    try:
        return parse_query_results(reply.body.drain(), format=QueryResultsFormat.JSON)
    except (OSError, SyntaxError, ValueError):
        raise reply.body.fault or remote_faults.broken(reply.body.tail, 0) from None
