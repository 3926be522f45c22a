"""The query operation of the SPARQL 1.1 Protocol: read, ask, respond."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Blueprint, Request, Response, g, request

from ..engine.interface import Answer, Question
from ..engine.spool import Content
from ..errors import NotAcceptable, NotOffered, ParameterError, UnknownName, UnsupportedType
from ..formats import BY_NAME, Kind
from . import description, negotiation, parameters
from .parameters import FORM, Parameters
from .responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    headers_of_whole,
    of_content,
    unchanged,
    whole,
)
from .service import Service

DIRECT = "application/sparql-query"
FOR_UPDATES = ("update", "using-graph-uri", "using-named-graph-uri")


@dataclass(frozen=True)
class Asked:
    """A request as the client sent it.

    Args:
        formats: format name or `html` for each kind of answer.
        path, pairs: the address of the answer, without the format.
    """

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    formats: dict[Kind, str]
    path: str
    pairs: tuple[tuple[str, str], ...]

    def question(self, endpoint: str) -> Question:
        """What the engine is asked; relative IRIs of the query start from the endpoint."""
        behind = {
            kind: negotiation.ON_A_PAGE[kind] if name == negotiation.HTML else name
            for kind, name in self.formats.items()
        }
        return Question(self.query, endpoint, behind, self.default_graphs, self.named_graphs)

    def address(self, name: str = "") -> str:
        """The path and query that give this answer again, in a format if one is named."""
        pairs = [*self.pairs, ("format", name)] if name else self.pairs
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


Show = Callable[[Asked, Answer], str]
"""Makes the page that shows an answer."""


class Pages(Protocol):
    """What people see at `/sparql`."""

    def form(self) -> str:
        """The page that asks for a query and describes the service."""

    def answer(self, asked: Asked, answer: Answer) -> str:
        """The page that shows an answer."""


def blueprint(service: Service, pages: Pages) -> Blueprint:
    """`/sparql` for queries."""
    routes = Blueprint("protocol", __name__)

    @routes.route("/sparql", methods=["GET", "POST"])
    def sparql() -> Response:
        sent = read_parameters(request, service.settings.max_request_bytes)
        g.sent = sent
        wanted = asked(service, sent, request.method, request.headers.get("Accept", ""))
        if wanted is None:
            return describe(service, pages, sent)
        return respond(service, pages.answer, wanted)

    return routes


def read_parameters(
    asked: Request, limit: int, bodies: tuple[str, ...] = (DIRECT, FORM)
) -> Parameters:
    """The parameters of a GET, a POST form or a direct POST (SPARQL 1.1 Protocol, 2.1.1 to 2.1.3).

    A direct body counts as `query`, so that a query in both places is one too many.

    Args:
        limit: the largest body, in bytes.
        bodies: the media types that a body may have.

    Raises:
        UnsupportedType: a POST whose body is none of them.
    """
    of_url = parameters.of_url(asked)
    if asked.method != "POST":
        return of_url
    parameters.must_be_utf_8(asked, bodies[0])
    if asked.mimetype not in bodies:
        raise UnsupportedType(asked.mimetype, bodies)
    if asked.mimetype == FORM:
        return of_url + parameters.of_form(asked, limit)
    text = parameters.text(parameters.body(asked, limit), "The query")
    return of_url + Parameters((("query", text),))


def asked(service: Service, sent: Parameters, method: str, accept: str) -> Asked | None:
    """What a request asks; None: for the description of the service.

    Args:
        accept: the header.

    Raises:
        ParameterError, UnknownName, NotOffered, NotAcceptable: it can't be answered.
    """
    refuse_updates(sent)
    refuse_unknown_release(service, sent)
    if asks_for_the_description(method, sent):
        return None
    return read(sent, accept)


def refuse_updates(sent: Parameters) -> None:
    """Updates have a path of their own, as a reader's request must never write.

    Raises:
        ParameterError: a parameter of the update operation was sent.
    """
    for name in FOR_UPDATES:
        if name in sent:
            raise ParameterError(
                f"The parameter {name} belongs to SPARQL Update; /sparql only answers queries.",
                remedy="Send updates to /update, by POST.",
                extra={"parameter": name},
            )


def refuse_unknown_release(service: Service, sent: Parameters) -> None:
    """No release is out yet; answering from other data would be a lie.

    Raises:
        UnknownName: a release was asked for.
        NotOffered: another engine holds the data, and has no releases.
    """
    if (version := sent.one("release")) is not None:
        if service.settings.engine:
            raise NotOffered(
                "Releases are not offered in front of another engine.",
                remedy="Leave the parameter release out, or ask a service over a release itself.",
            )
        raise UnknownName(
            f"There is no release {version} here.",
            remedy="Leave the parameter release out to ask the live data.",
            extra={"release": version},
        )


def asks_for_the_description(method: str, sent: Parameters) -> bool:
    """No query and nothing that only a query can have (SPARQL 1.1 Service Description, 2)."""
    of_queries = ("query", "default-graph-uri", "named-graph-uri")
    return method != "POST" and not any(name in sent for name in of_queries)


def read(sent: Parameters, accept: str) -> Asked:
    """The query with its dataset and the formats that the client takes.

    Raises:
        ParameterError: the query is missing or doubled.
        NotAcceptable: nothing fits.
    """
    query = sent.one("query")
    if query is None or not query.strip():
        raise _no_query("There is no query." if query is None else "The query is empty.")
    formats = negotiation.choice(accept, sent.all("format")).formats
    default, named = sent.all("default-graph-uri"), sent.all("named-graph-uri")
    return Asked(query, default, named, formats, "/sparql", dataset_pairs(query, default, named))


def dataset_pairs(
    query: str, default_graphs: Iterable[str], named_graphs: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """A query and its dataset as parameters of the protocol (SPARQL 1.1 Protocol, 2.1)."""
    default = [("default-graph-uri", iri) for iri in default_graphs]
    named = [("named-graph-uri", iri) for iri in named_graphs]
    return (("query", query), *default, *named)


def respond(service: Service, show: Show, asked: Asked) -> Response:
    """The whole answer, or 304 before the engine is asked: the one way from a query to a response.

    A tag of ours is a hash that a client can only have from an earlier answer that was whole and
    not volatile, so the same request at the same revision has the same answer.
    """
    question = asked.question(service.endpoint)
    tag = entity_tag(service.engine.revision, *parts_of_tag(service, asked))
    if client_has(request, tag):
        return unchanged(tag)
    answer = service.engine.ask(question)
    if (found := _tag(service, asked, answer)) and client_has_any(request):
        return unchanged(found)
    content, content_type = _body(show, asked, answer)
    return of_content(content, headers_of(service, asked, answer, content_type, len(content)))


def headers_of(
    service: Service, asked: Asked, answer: Answer, content_type: str, size: int
) -> dict[str, str]:
    """The headers of a whole answer, whoever sends it; `headers` has those of every response.

    Args:
        size: of the body, in bytes.
    """
    tag = _tag(service, asked, answer)
    headers = headers_of_whole(content_type, size, tag, answer.rows)
    headers["ARI-Revision"] = answer.revision or service.engine.revision
    if disposition := BY_NAME[answer.format].disposition:
        headers["Content-Disposition"] = disposition
    return headers


def _tag(service: Service, asked: Asked, answer: Answer) -> str | None:
    """The entity tag of an answer; None for one that may differ when it is asked for again."""
    if answer.volatile:
        return None
    # A write may have come between: the tag is of the data that gave the answer.
    revision = answer.revision or service.engine.revision
    return entity_tag(revision, *parts_of_tag(service, asked))


def parts_of_tag(service: Service, asked: Asked) -> tuple[Any, ...]:
    """Everything that decides the answer, besides the data."""
    return service.face, vars(asked.question(service.endpoint)), vars(asked)


def describe(service: Service, pages: Pages, sent: Parameters) -> Response:
    """The service description, or the form for a browser."""
    name = _format_of_description(sent)
    tag = entity_tag(service.engine.revision, service.face, "description", name)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == negotiation.HTML:
        return whole(pages.form(), HTML_UTF8, tag, 0)
    triples = description.describe(service)
    body = description.serialise(triples, name)
    return whole(body, BY_NAME[name].content_type, tag, len(triples))


def _format_of_description(sent: Parameters) -> str:
    takes = negotiation.wanted(request.accept_mimetypes, sent.all("format"))
    try:
        return negotiation.for_data(takes)
    except NotAcceptable:
        # Whoever takes only results of queries has forgotten the query.
        negotiation.for_query(takes)
        raise _no_query("There is no query.") from None


def _no_query(detail: str) -> ParameterError:
    return ParameterError(
        detail,
        remedy="Send a SPARQL query in the parameter query, or as the body of a POST "
        f"with Content-Type: {DIRECT}.",
        extra={"parameter": "query"},
    )


def _body(show: Show, asked: Asked, answer: Answer) -> tuple[Content, str]:
    if asked.formats[answer.kind] == negotiation.HTML:
        return show(asked, answer).encode(), HTML_UTF8
    return answer.content, BY_NAME[answer.format].content_type
