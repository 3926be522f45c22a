"""The query operation of the SPARQL 1.1 Protocol: read, ask, respond."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Protocol
from urllib.parse import urlencode

from flask import Blueprint, Request, Response, g, request

from ..engine.interface import Answer, Question
from ..engine.spool import Content
from ..errors import NotAcceptable, ParameterError, UnsupportedType
from ..formats import BY_NAME, Kind
from . import description, links, negotiation, parameters, permalink
from .links import Link
from .parameters import FORM, Parameters
from .responses import (
    FOR_EVER,
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
RELEASE = "release"
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

    @property
    def page(self) -> bool:
        """Whether some kind of answer is shown on a page."""
        return negotiation.HTML in self.formats.values()

    def address(self, name: str = "") -> str:
        """The path and query that give this answer again, in a format if one is named."""
        pairs = [*self.pairs, ("format", name)] if name else self.pairs
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


Show = Callable[[Asked, Answer], str]
"""Makes the page that shows an answer."""


class Pages(Protocol):
    """What people see at `/sparql`."""

    def over(self, service: Service) -> "Pages":
        """The same pages of other data."""

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
        refuse_updates(sent)
        chosen = of_release(service, sent)
        shown = pages.over(chosen)
        wanted = asked(chosen, sent, request.method, request.headers.get("Accept", ""))
        if wanted is None:
            return describe(chosen, shown, sent)
        return respond(chosen, shown.answer, wanted)

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
        ParameterError, NotAcceptable: it can't be answered.
    """
    refuse_updates(sent)
    if asks_for_the_description(method, sent):
        return None
    return read(service, sent, accept)


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


def of_release(service: Service, sent: Parameters) -> Service:
    """The service over the release that is asked for; over the live data if none is.

    Raises: as `Service.over`.
    """
    version = sent.one(RELEASE)
    if version is None:
        return service
    g.over = service.over(version)
    return g.over  # type: ignore[no-any-return]


def asks_for_the_description(method: str, sent: Parameters) -> bool:
    """No query and nothing that only a query can have (SPARQL 1.1 Service Description, 2)."""
    of_queries = ("query", "default-graph-uri", "named-graph-uri")
    return method != "POST" and not any(name in sent for name in of_queries)


def read(service: Service, sent: Parameters, accept: str) -> Asked:
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
    pairs = (*parameters.dataset_pairs(query, default, named), *service.chosen)
    return Asked(query, default, named, formats, "/sparql", pairs)


def respond(service: Service, show: Show, asked: Asked) -> Response:
    """The whole answer, or 304 before the engine is asked: the one way from a query to a response.

    A tag of ours is a hash that a client can only have from an earlier answer that was whole and
    not volatile, so the same request at the same revision has the same answer.
    """
    question = asked.question(service.base_of_queries)
    tag = entity_tag(service.engine.revision, *parts_of_tag(service, asked))
    if client_has(request, tag):
        return of_unchanged(service, asked, tag)
    answer = service.engine.ask(replace(question, digest=bool(service.release)))
    if (found := _tag(service, asked, answer)) and client_has_any(request):
        return of_unchanged(service, asked, found)
    content, content_type = _body(show, asked, answer)
    if cite_as := permalink_of(service, asked, answer, permalink.MOST_OF_HEADER):
        links.tell(Link(f"{service.root}{cite_as}", "cite-as"))
    return of_content(content, headers_of(service, asked, answer, content_type, len(content)))


def of_unchanged(service: Service, asked: Asked, tag: str) -> Response:
    """304, with what a whole answer would say of how long it lasts (RFC 9110, 15.4.5)."""
    return dated(service, unchanged(tag), page=asked.page)


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
    if tag and service.release and not asked.page:
        headers["Cache-Control"] = FOR_EVER
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


def dated(service: Service, response: Response, *, page: bool) -> Response:
    """What comes of a release and can be had again says so: that data never changes.

    Args:
        page: it is shown on a page, which another version of the software shows otherwise.
    """
    if service.release:
        response.headers["ARI-Revision"] = service.engine.revision
        if not page:
            response.headers["Cache-Control"] = FOR_EVER
    return response


def permalink_of(service: Service, asked: Asked, answer: Answer, most: int) -> str:
    """Path and query of the permalink of an answer that came of a release.

    Args:
        most: characters that it may have.

    Returns:
        Empty if there is none, or it is longer.
    """
    if not (service.release and answer.digest):
        return ""
    graphs = asked.default_graphs, asked.named_graphs
    address = permalink.Pin(service.release, asked.query, *graphs, answer.digest).address
    return address if len(address) <= most else ""


def parts_of_tag(service: Service, asked: Asked) -> tuple[Any, ...]:
    """Everything that decides the answer, besides the data."""
    question = asked.question(service.base_of_queries)
    return service.face, vars(question), asked.formats, asked.path, asked.pairs


def describe(service: Service, pages: Pages, sent: Parameters) -> Response:
    """The service description, or the form for a browser."""
    name = _format_of_description(sent)
    tag = entity_tag(service.engine.revision, service.face, "description", name)
    if client_has(request, tag) or client_has_any(request):
        return dated(service, unchanged(tag), page=True)
    if name == negotiation.HTML:
        return dated(service, whole(pages.form(), HTML_UTF8, tag, 0), page=True)
    triples = description.describe(service)
    body = description.serialise(triples, name)
    response = whole(body, BY_NAME[name].content_type, tag, len(triples))
    # What it says of formats and limits may change: it is about the service too.
    return dated(service, response, page=True)


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
