"""What every engine can do, and the two records that cross the seam."""

from dataclasses import dataclass
from typing import Literal, Protocol

from ..formats import Kind
from .spool import Content, bytes_of


@dataclass(frozen=True)
class Question:
    """A SPARQL 1.1 query with everything that decides its answer.

    Args:
        text: the query, as sent.
        base_iri: base of its relative IRIs.
        default_graphs, named_graphs: the dataset of the protocol (`default-graph-uri`,
            `named-graph-uri`), which wins over FROM and FROM NAMED (SPARQL 1.1 Protocol, 2.1.4);
            both empty: the clauses of the query, else the default dataset.
        formats: name of the format (`formats.FORMATS`) for each kind of answer that the client
            takes; an answer of another kind raises NotAcceptable before it is computed.
        digest: find on the way the digest that a permalink pins.
    """

    text: str
    base_iri: str
    formats: dict[Kind, str]
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    digest: bool = False


@dataclass(frozen=True)
class Answer:
    """A whole, serialised answer.

    Args:
        content: its bytes, in memory or in a file.
        rows: solutions of a SELECT, triples of a CONSTRUCT or DESCRIBE, 1 for an ASK.
        volatile: the query calls NOW, RAND, UUID or STRUUID: asked again, it may differ.
        revision: of the data that gave this answer.
        digest: SHA-256 of its form in `engine.pinned`; empty: not asked for, it can't be pinned, or
            it is long.
    """

    kind: Kind
    format: str
    content: Content
    rows: int
    volatile: bool
    revision: str = ""
    digest: str = ""

    @property
    def body(self) -> bytes:
        """The content in memory, however large it is."""
        return bytes_of(self.content)


@dataclass(frozen=True)
class Change:
    """A write: SPARQL 1.1 Update, or an operation of the Graph Store HTTP Protocol.

    Args:
        kind: `update`; or `put` (4.3), `delete` (4.4), `post` (4.5) of the Graph Store Protocol.
        base_iri: base of relative IRIs in the text or the body.
        text: the update; empty for the others.
        using_graphs, using_named_graphs: the protocol's `using-graph-uri`,
            `using-named-graph-uri` (SPARQL 1.1 Protocol, 2.2.3).
        graph: the graph that is put, posted to or deleted; None is the unnamed graph. With
            `update`: the one graph that a PATCH may change and sees as its default graph.
        patch: the update is a PATCH of `graph`.
        body, format: the RDF document of a put or post, and the name of its format.
        others: further documents of a post, each with the name of its format; all are merged, the
            blank nodes of each kept apart (5.5).
        revision: the data must still be at this one; empty: at any.
    """

    kind: Literal["update", "put", "post", "delete"]
    base_iri: str
    text: str = ""
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()
    graph: str | None = None
    patch: bool = False
    body: bytes = b""
    format: str = ""
    others: tuple[tuple[bytes, str], ...] = ()
    revision: str = ""


@dataclass(frozen=True)
class Changed:
    """A write that is done and durable.

    Args:
        revision: of the data that holds it.
        created: the graph did not exist before; of the unnamed graph, a put gave it its first
            content.
        added, removed: statements; both 0 if the data was so already.
    """

    revision: str
    created: bool
    added: int
    removed: int


class Engine(Protocol):
    """A SPARQL engine over one dataset."""

    @property
    def revision(self) -> str:
        """Names the state of the data: equal history, equal revision, on every server."""

    @property
    def graphs(self) -> dict[str, int]:
        """The named graphs and the number of triples in each."""

    def ask(self, question: Question) -> Answer:
        """The whole answer.

        Raises:
            SyntaxProblem, FederationRefused, UnknownGraph, NotAcceptable: the client's to mend.
            LimitReached: over time, memory, rows or bytes.
            TooBusy: no worker came free in time.
        """

    def graph(self, name: str | None, format: str) -> Answer:
        """One whole graph, or with None the unnamed graph.

        Raises:
            UnknownName: there is no such graph.
            LimitReached, TooBusy: as for `ask`.
        """

    def change(self, change: Change) -> Changed:
        """Do a write; when this returns, every reader sees it and it survives a power cut.

        Raises:
            SyntaxProblem, FederationRefused, UnknownGraph, UnknownName: the client's to mend.
            ViolationsFound: the data would break a rule; `extra["findings"]` says which.
            PreconditionFailed: the data is at another revision than the change asks for.
            LimitReached, TooBusy: as for `ask`. Nothing is stored then.
        """

    def close(self) -> None:
        """Give back processes and files."""
