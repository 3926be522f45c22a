"""What every request needs: the settings, the engine, and the addresses made from them."""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from math import isfinite

import pyoxigraph as ox

from .. import queryfile
from ..config import Settings
from ..engine.interface import Answer, Engine, Question
from ..engine.spool import Content, Spool
from ..errors import NotOffered, UnknownName
from ..formats import Kind
from ..vocab import Names
from .past import Past

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = dict[str, Term]


@dataclass(frozen=True)
class Service:
    """One SPARQL service over one engine.

    Args:
        past: the releases that can be asked too.
        release: version of the release that the engine holds; empty: the live data.
    """

    settings: Settings
    engine: Engine
    past: Past | None = None
    release: str = ""

    def over(self, version: str) -> "Service":
        """The same service over a release, which is read-only.

        Raises:
            UnknownName: there is no such release; names those that there are.
            NotOffered: another engine holds the data, and has no releases.
            EnvironmentFault: the release is damaged.
        """
        if self.settings.engine:
            raise NotOffered(
                "Releases are not offered in front of another engine.",
                remedy="Leave the parameter release out, or ask a service over a release itself.",
            )
        if self.past is None:
            raise UnknownName(f"There is no release {version[:40]!r} here.")
        found = self.past.release(version)
        settings = replace(self.settings, base_iri=found.base, public_url=self.root, token="")
        return replace(
            self, settings=settings, engine=self.past.engine(found), release=found.version
        )

    @property
    def chosen(self) -> tuple[tuple[str, str], ...]:
        """The parameter of an address that chooses this data."""
        return (("release", self.release),) if self.release else ()

    @cached_property
    def root(self) -> str:
        """The public address, without a slash at its end; never made from the Host header."""
        return (self.settings.public_url or self.settings.base_iri).rstrip("/")

    @cached_property
    def endpoint(self) -> str:
        """The public address of the query service."""
        chosen = f"?release={self.release}" if self.release else ""
        return f"{self.root}/sparql{chosen}"

    @property
    def base_of_queries(self) -> str:
        """What their relative IRIs start from: for a release, the same on every server."""
        return f"{self.settings.base_iri}sparql" if self.release else self.endpoint

    @property
    def update_endpoint(self) -> str:
        """The public address for updates."""
        return f"{self.root}/update"

    @property
    def graph_store(self) -> str:
        """The public address of the graph store; below it are graphs whose IRI is their URL."""
        return f"{self.root}/graphs"

    @property
    def names(self) -> Names:
        """The IRIs of things."""
        return Names(self.settings.base_iri)

    @property
    def takes_writes(self) -> bool:
        """Whether a write with the token can succeed; `engine.remote_change` says what can't."""
        own = self.settings
        is_refused = own.engine and (own.engine_revision or own.validate_writes)
        return bool(own.token and not is_refused)

    @cached_property
    def face(self) -> tuple[str, ...]:
        """The settings that decide what is answered or shown: another value, another page."""
        own = self.settings
        limits = (own.query_seconds, own.max_rows, own.max_bytes)
        texts = (self.endpoint, own.base_iri, own.default_graph, own.contact)
        kind = "another engine" if own.engine else "embedded"
        return *texts, "writable" if self.takes_writes else "read-only", kind, *map(str, limits)

    def graphs_of_pages(self) -> tuple[str, ...]:
        """The dataset of our own pages: nothing to say when the default graph is the union."""
        return () if self.settings.default_graph == "union" else tuple(self.engine.graphs)

    def ask(self, text: str, formats: dict[Kind, str]) -> Answer:
        """The answer to a query of our own, over the union of all graphs."""
        graphs = self.graphs_of_pages()
        return self.engine.ask(
            Question(text, self.endpoint, formats, default_graphs=graphs, named_graphs=graphs)
        )

    def page_query(self, name: str, **values: str) -> str:
        """A query of `queries/pages/`, bound, over the things of this deployment."""
        return queryfile.load(name, "pages").bind(values, self.settings.base_iri)

    def rows(self, name: str, **values: str) -> list[Row]:
        """The solutions of a SELECT of `queries/pages/`."""
        return table(self.ask(self.page_query(name, **values), {"table": "json"}).content)[1]

    def library_rows(self, name: str, **values: str) -> list[Row]:
        """The solutions of a SELECT of `queries/library/`."""
        bound = queryfile.load(name).bind(values, self.settings.base_iri)
        return table(self.ask(bound, {"table": "json"}).body)[1]


def table(body: Content, most: int | None = None) -> tuple[list[str], list[Row]]:
    """Variables in the order asked, and the first `most` solutions, of a JSON results document."""
    if isinstance(body, Spool):
        with body.file() as file:
            return _table(ox.parse_query_results(file, format=ox.QueryResultsFormat.JSON), most)
    return _table(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON), most)


def _table(found: object, most: int | None) -> tuple[list[str], list[Row]]:
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("a table was asked for")
    names = [variable.value for variable in found.variables]
    return names, [
        {name: value for name in names if (value := solution[name]) is not None}
        for solution in islice(found, most)
    ]


def truth(body: bytes) -> bool:
    """The answer of an ASK, from a JSON results document."""
    return bool(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))


def text(row: Row, name: str) -> str:
    """The IRI or lexical form of a variable; empty if it is unbound."""
    term = row.get(name)
    return "" if term is None or isinstance(term, ox.Triple) else term.value


def number(row: Row, name: str) -> float | None:
    """The number of a variable; None if it is unbound, or what a live store has in its place."""
    try:
        value = float(text(row, name))
    except ValueError:
        return None
    return value if isfinite(value) else None
