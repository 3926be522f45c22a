"""The SPARQL 1.1 Graph Store HTTP Protocol; numbers in brackets are its sections."""

import re
import string
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol
from urllib.parse import quote, unquote_to_bytes
from uuid import uuid4

import pyoxigraph as ox
from flask import Blueprint, Request, Response, g, request

from ..engine.interface import Answer, Change
from ..errors import ParameterError, PreconditionFailed, UnknownName, UnsupportedType
from ..formats import BY_NAME, carrying
from . import description, links, negotiation, parameters, payload, update
from .links import Link
from .negotiation import HTML
from .parameters import Parameters
from .resources import PATH_SAFE, address_of
from .responses import HTML_UTF8, client_has, client_has_any, entity_tag, in_gzip, unchanged, whole
from .service import Service
from .sparql import dated, of_release
from .writing import GRAPHS, READING, done, must_have_right, refuse_release

VERBS = ("GET", "PUT", "POST", "DELETE", "PATCH")


@dataclass(frozen=True)
class Target:
    """The graph that a request is about; None is the unnamed graph.

    Args:
        base_iri: of relative IRIs in a document about it.
        release: that is asked for it; empty: the live data.
    """

    graph: str | None
    base_iri: str
    release: str = ""

    @property
    def name(self) -> str:
        """How a sentence calls it."""
        return "the unnamed graph" if self.graph is None else f"the graph <{self.graph}>"

    def address(self, form: str = "") -> str:
        """The path and query that give the graph, in a format if one is named."""
        which = "default" if self.graph is None else f"graph={quote(self.graph, safe='')}"
        chosen = f"&release={self.release}" if self.release else ""
        return f"{GRAPHS}?{which}{chosen}" + (f"&format={form}" if form else "")


class Pages(Protocol):
    """Graphs for people."""

    def over(self, service: Service) -> "Pages":
        """The same pages of other data."""

    def graphs(self) -> str:
        """The page that lists them."""

    def graph(self, target: Target, answer: Answer) -> str:
        """The page of one, from its Turtle."""


def blueprint(service: Service, pages: Pages) -> Blueprint:
    """`/graphs` and `/graphs/{path}`."""
    routes = Blueprint("graphs", __name__)

    @routes.route(GRAPHS, methods=VERBS)
    @routes.route(f"{GRAPHS}/<path:path>", methods=VERBS)
    def graphs(path: str = "") -> Response:
        if request.method not in READING:
            must_have_right(request, service.settings)
        g.sent = sent = parameters.of_url(request)
        target = find(service, below_store(request, path), sent)
        if request.method in READING:
            chosen = of_release(service, sent)
            if target is not None:
                target = replace(target, release=chosen.release)
            return dated(chosen, show(chosen, pages.over(chosen), target, sent), page=True)
        refuse_release(sent)
        return WRITES[request.method](service, target)

    @routes.after_request
    def name_accepted(response: Response) -> Response:
        """What may be sent (RFC 5789, 3.1, and Linked Data Platform, 7.1)."""
        if request.method == "OPTIONS" or response.status_code == 415:
            response.headers["Accept-Patch"] = update.DIRECT
            response.headers["Accept-Post"] = ", ".join([*payload.ACCEPTED, payload.MULTIPART])
        return response

    return routes


def find(service: Service, path: str, sent: Parameters) -> Target | None:
    """The graph that an address names: directly (4.1) or indirectly (4.2); None: the store.

    Args:
        path: below the store, percent-encoded.

    Raises:
        ParameterError: it names two graphs, or one that can't be.
    """
    indirect = [name for name in ("graph", "default") if name in sent]
    if len(indirect) > 1 or (path and indirect):
        raise ParameterError(
            "The address names two graphs.",
            remedy=f"Name one: {GRAPHS}?graph=IRI, {GRAPHS}?default, or {GRAPHS}/PATH.",
            extra={"parameter": indirect[0]},
        )
    if path:
        return directly(service, path)
    if "graph" in sent:
        return indirectly(sent.one("graph") or "")
    if sent.one("default"):
        raise ParameterError(
            "The parameter default has no value.",
            remedy=f"Write {GRAPHS}?default, or {GRAPHS}?graph=IRI for a named graph.",
            extra={"parameter": "default"},
        )
    return Target(None, service.graph_store) if indirect else None


def directly(service: Service, path: str) -> Target:
    """The graph whose IRI is its URL (4.1), in the normal form of RFC 3986, 6.2.2.

    Args:
        path: below the store, percent-encoded.

    Raises:
        ParameterError: the path is not in UTF-8, or a client would shorten it.
    """
    if any(step in (".", "..") for step in path.split("/")) or not _is_utf_8(path):
        raise ParameterError(
            f"{GRAPHS}/{path} can't be the address of a graph.",
            remedy="Use names in UTF-8, without . and .. between the slashes.",
        )
    iri = f"{service.graph_store}/{path}"
    return Target(iri, iri)


def below_store(asked: Request, path: str) -> str:
    """The path below the store as it was sent, percent-encoded in the normal form.

    WSGI hands over the path decoded, where `%2F` has become a slash; servers that keep the request
    as it was sent have it in `REQUEST_URI`.
    """
    sent = str(asked.environ.get("REQUEST_URI", "")).partition("?")[0]
    start = f"{GRAPHS}/"
    if not sent.startswith(start):
        return quote(path, safe=PATH_SAFE)
    known = sent.removeprefix(start).encode("latin-1", "replace")
    return _ESCAPE.sub(_normal, quote(known, safe=f"{PATH_SAFE}%"))


_ESCAPE = re.compile("%([0-9A-Fa-f]{2})?")
_UNRESERVED = frozenset(f"{string.ascii_letters}{string.digits}-._~")


def _normal(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return "%25"
    letter = chr(int(escape[1], 16))
    return letter if letter in _UNRESERVED else escape[0].upper()


def _is_utf_8(path: str) -> bool:
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return False
    return True


def indirectly(iri: str) -> Target:
    """The graph of the parameter `graph` (4.2).

    Raises:
        ParameterError: it is no absolute IRI.
    """
    try:
        return Target(ox.NamedNode(iri).value, iri)
    except ValueError as error:
        raise ParameterError(
            f"The parameter graph is no absolute IRI: {error}.",
            remedy="Name a graph with its scheme, such as https://example.org/graph, and "
            "percent-encode what the address can't hold.",
            extra={"parameter": "graph"},
        ) from error


def show(service: Service, pages: Pages, target: Target | None, sent: Parameters) -> Response:
    """GET and HEAD (5.2, 5.6)."""
    takes = negotiation.wanted(request.accept_mimetypes, sent.all("format"))
    if target is None:
        return show_list(service, pages, negotiation.for_data(takes))
    name = negotiation.for_data(takes, carrying("graph"))
    known = tag_of(service, target, name, service.engine.revision)
    if client_has(request, known):
        return unchanged(known)
    answer = service.engine.graph(target.graph, "ttl" if name == HTML else name)
    revision = answer.revision or service.engine.revision
    tag = tag_of(service, target, name, revision)
    if client_has_any(request):
        return unchanged(tag)
    if name == HTML:
        response = whole(pages.graph(target, answer), HTML_UTF8, tag, answer.rows)
    else:
        response = whole(answer.content, BY_NAME[name].content_type, tag, answer.rows)
    response.headers["ARI-Revision"] = revision
    _tell_document(service, target)
    return response


def show_list(service: Service, pages: Pages, name: str) -> Response:
    """The graphs that are here: what GET of the store itself shows, the standard leaves open."""
    tag = entity_tag(service.engine.revision, service.face, "graphs", name)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == HTML:
        return whole(pages.graphs(), HTML_UTF8, tag, None)
    triples = description.collection(service)
    body = description.serialise(triples, name)
    return whole(body, BY_NAME[name].content_type, tag, len(triples))


def put(service: Service, target: Target | None) -> Response:
    """PUT (5.3): the graph becomes what the document says, or stays as it was."""
    target = _one_graph(target)
    document = payload.read(request, service.settings.max_request_bytes)
    return write(service, target, document_change("put", target, document), replaced=204)


def post(service: Service, target: Target | None) -> Response:
    """POST (5.5): the documents are merged into the graph; the store makes a new one for them."""
    documents = payload.read(request, service.settings.max_request_bytes, several=True)
    if not any(body for body, _ in documents):
        return Response(status=204)
    target = target or directly(service, str(uuid4()))
    return write(service, target, document_change("post", target, documents))


def delete(service: Service, target: Target | None) -> Response:
    """DELETE (5.4)."""
    target = _one_graph(target)
    must_exist(service, target)
    return write(service, target, Change("delete", target.base_iri, graph=target.graph))


def patch(service: Service, target: Target | None) -> Response:
    """PATCH (5.7): a SPARQL update that sees and changes this graph alone."""
    target = _one_graph(target)
    if request.mimetype != update.DIRECT:
        raise UnsupportedType(request.mimetype, [update.DIRECT])
    parameters.must_be_utf_8(request, update.DIRECT)
    body = parameters.unpacked(request, service.settings.max_request_bytes)
    text = parameters.text(body, "The update")
    change = Change("update", target.base_iri, text, graph=target.graph, patch=True)
    return write(service, target, change)


WRITES: dict[str, Callable[[Service, Target | None], Response]] = {
    "PUT": put,
    "POST": post,
    "DELETE": delete,
    "PATCH": patch,
}


def document_change(
    kind: Literal["put", "post"], target: Target, documents: tuple[payload.Document, ...]
) -> Change:
    """The change that puts or posts documents."""
    body, form = documents[0]
    return Change(
        kind, target.base_iri, graph=target.graph, body=body, format=form, others=documents[1:]
    )


def write(service: Service, target: Target, change: Change, replaced: int = 200) -> Response:
    """Do the change if the request's conditions hold.

    Args:
        replaced: the status if the graph existed before.

    Returns:
        With 201 and `Location`, the graph's IRI, if it did not.
    """
    revision = expected_revision(service, target, request)
    changed = service.engine.change(replace(change, revision=revision))
    named = {} if target.graph is None else {"graph": target.graph}
    if not changed.created:
        return done(changed, replaced, **named)
    response = done(changed, 201, **named)
    if target.graph is not None:
        response.headers["Location"] = target.graph
    return response


def expected_revision(service: Service, target: Target, asked: Request) -> str:
    """The revision at which the conditions of a write hold; empty if it has none.

    The engine does the write at that revision or not at all, so that of two clients who change
    what both have read, one is told.

    Raises:
        PreconditionFailed: they do not hold (RFC 9110, 13.1.1 and 13.1.2).
    """
    if not asked.if_match and not asked.if_none_match:
        return ""
    revision = service.engine.revision
    tags = [tag_of(service, target, item, revision) for item in (*SHOWN, HTML)]
    tags += map(in_gzip, tags[:])
    exists = target.graph is None or target.graph in service.engine.graphs
    met = exists and (asked.if_match.star_tag or any(map(asked.if_match.contains, tags)))
    if asked.if_match and not met:
        raise _another_state(target, "is not as If-Match says")
    unwanted = asked.if_none_match
    if exists and (unwanted.star_tag or any(map(unwanted.contains_weak, tags))):
        raise _another_state(target, "is as If-None-Match says that it must not be")
    return revision


SHOWN = tuple(item.name for item in carrying("graph"))
"""The formats of graphs as data."""


def tag_of(service: Service, target: Target, name: str, revision: str) -> str:
    """The validator of a graph in a format; any write gives a new one."""
    return entity_tag(revision, service.face, "graph", target.graph, name)


def must_exist(service: Service, target: Target) -> None:
    """Refuse what only a graph that is there can undergo; the unnamed graph always is.

    Raises:
        UnknownName: it is not there.
    """
    if target.graph is not None and target.graph not in service.engine.graphs:
        raise UnknownName(
            f"There is no graph <{target.graph}> here.",
            remedy=f"GET {GRAPHS} lists those that are.",
            extra={"graph": target.graph},
        )


def _one_graph(target: Target | None) -> Target:
    if target is None:
        raise ParameterError(
            "The address names no graph.",
            remedy=f"Name one: {GRAPHS}?graph=IRI, {GRAPHS}?default, or {GRAPHS}/PATH.",
            extra={"parameter": "graph"},
        )
    return target


def _another_state(target: Target, fault: str) -> PreconditionFailed:
    return PreconditionFailed(
        f"{target.name[0].upper()}{target.name[1:]} {fault}.",
        remedy="GET the graph again and send its ETag, or leave the condition out.",
    )


def _tell_document(service: Service, target: Target) -> None:
    """Name the document that tells of the graph, where it is one of ours."""
    things = f"{service.settings.base_iri}id/"
    if target.graph and target.graph.startswith(things):
        place = address_of(target.graph.removeprefix(things))
        links.tell(Link(target.graph, "cite-as"), Link(place, "describedby"))
