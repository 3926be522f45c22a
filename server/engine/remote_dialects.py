"""What is known of some engines: how they are told from others, and where they differ."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True)
class Dialect:
    """The ways of one kind of engine.

    Args:
        name: as people call it.
        seconds, milliseconds: the name of its timeout parameter in that unit; empty: none.
        goes_on: it goes on computing when its client has gone and no timeout stops it.
        hidden: matches the names of graphs that belong to the engine and not to its users.
        lacks_unnamed: it has no unnamed graph.
        cuts_graphs: it cuts CONSTRUCT and DESCRIBE at a number of triples and says nothing; a
            table with that many rows shows the number in `X-SPARQL-MaxRows`.
        update, store: how its query address becomes the others; the part that is replaced and by
            what, each tried in turn.
    """

    name: str = "the engine"
    seconds: str = ""
    milliseconds: str = ""
    goes_on: bool = True
    hidden: str = r"(?!)"
    lacks_unnamed: bool = False
    cuts_graphs: bool = False
    update: tuple[tuple[str, str], ...] = (("", ""),)
    store: tuple[tuple[str, str], ...] = ()

    def timeout(self, seconds: float) -> dict[str, str]:
        """The parameters by which a query asks to be stopped after so long."""
        if self.seconds:
            return {self.seconds: str(math.ceil(seconds))}
        if self.milliseconds:
            # Virtuoso ignores less than a second.
            return {self.milliseconds: str(math.ceil(max(1.0, seconds) * 1000))}
        return {}

    def hides(self, graph: str) -> bool:
        """Whether a graph belongs to the engine and not to its users."""
        return re.fullmatch(self.hidden, graph) is not None


GENERIC = Dialect()
FUSEKI = Dialect(
    "Apache Jena Fuseki",
    seconds="timeout",
    update=(("/query", "/update"), ("/sparql", "/update"), ("", "/update")),
    store=(("/query", "/data"), ("/sparql", "/data"), ("", "/data")),
)
OXIGRAPH = Dialect(
    "Oxigraph",
    update=(("/query", "/update"),),
    store=(("/query", "/store"),),
)
VIRTUOSO = Dialect(
    "Virtuoso",
    milliseconds="timeout",
    hidden=r"http://www\.openlinksw\.com/.*|http://www\.w3\.org/ns/ldp#|"
    r"http://www\.w3\.org/2002/07/owl#|https?://[^/]+/(?:sparql|DAV/)|urn:activitystreams-owl:map|"
    r"urn:(?:core:services|virtuoso|rules).*|virtrdf-label|b3s.*|facets",
    lacks_unnamed=True,
    cuts_graphs=True,
    update=(("/sparql", "/sparql-auth"),),
    store=(("/sparql", "/sparql-graph-crud-auth"),),
)
KNOWN = {item.name: item for item in (GENERIC, FUSEKI, OXIGRAPH, VIRTUOSO)}

LIMIT_WORDS = re.compile(
    r"timed? ?out|timeout|has been cancelled|Incomplete results|exceeds the limit|S1T00|S1TAT",
    re.IGNORECASE,
)
"""In what an engine says, or ends a broken answer with, when it has stopped a query itself."""

REFUSAL_WORDS = re.compile(r"Virtuoso 37000 Error|Stack Overflow")
"""In what Virtuoso says, with a 500, of a query that it can't compile."""


def recognise(headers: Mapping[str, str]) -> Dialect:
    """The dialect of the engine that sent these headers; their names are in lower case."""
    server = headers.get("server", "")
    if server.startswith("Virtuoso"):
        return VIRTUOSO
    if server.startswith("Oxigraph"):
        return OXIGRAPH
    if "fuseki-request-id" in headers or "Fuseki" in server:
        return FUSEKI
    return GENERIC


def address(query_address: str, ways: tuple[tuple[str, str], ...]) -> str:
    """Another address of an engine, made from the one for queries; empty if no way fits."""
    parts = urlsplit(query_address)
    for ending, other in ways:
        if parts.path.endswith(ending):
            path = parts.path[: len(parts.path) - len(ending)] + other
            return urlunsplit(parts._replace(path=path))
    return ""
