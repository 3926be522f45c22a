"""`/catalogue` and `/.well-known/void`: what the releases say of themselves, as one graph."""

from collections.abc import Callable, Iterable

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..formats import BY_NAME
from ..protocol import description, links, negotiation, parameters
from ..protocol.links import Link
from ..protocol.negotiation import HTML
from ..protocol.openapi_releases import CATALOGUE, LIST, VOID
from ..protocol.responses import client_has, client_has_any, entity_tag, unchanged, whole
from ..protocol.service import Service
from ..publish import layout, shelf
from ..publish.describe import catalogue as catalogues
from ..publish.describe.statements import VOCABULARIES, Statements
from ..vocab import CC_BY

Read = Callable[[], list[bytes]]
Merge = Callable[[list[bytes]], Iterable[ox.Triple]]
"""Makes one graph of Turtle documents."""


def blueprint(service: Service) -> Blueprint:
    """Both addresses."""
    routes = Blueprint("catalogue", __name__)

    def merged(found: list[bytes]) -> Iterable[ox.Triple]:
        return catalogues.catalogue(found, service.settings.contact).ordered()

    def as_written(found: list[bytes]) -> Iterable[ox.Triple]:
        (data,) = found
        return Statements.read(data).ordered()

    @routes.get(CATALOGUE)
    def catalogue() -> Response:
        links.tell(
            Link(f"{service.settings.base_iri}catalogue", "cite-as"),
            Link(str(service.names.dataset), "describes"),
            *links.kinds("http://www.w3.org/ns/dcat#Catalog"),
        )
        return self_description(service, lambda: documents(service, layout.DCAT), merged)

    @routes.get(VOID)
    def void() -> Response:
        links.tell(Link(str(service.names.dataset), "describes"))
        return self_description(service, lambda: current(service, layout.VOID), as_written)

    return routes


def documents(service: Service, path: str) -> list[bytes]:
    """A file of every release that has it whole, the newest first."""
    known = shelf.newest_first(service.settings.home)
    found = (shelf.read_if_whole(each, path) for each in known if path in each.sums)
    return [data for data in found if data is not None]


def current(service: Service, path: str) -> list[bytes]:
    """A file of the release that is meant where none is named; nothing: there is none."""
    known = {each.version: each for each in shelf.newest_first(service.settings.home)}
    found = known.get(layout.current(known))
    return [found.read(path)[0]] if found else []


def self_description(service: Service, read: Read, merge: Merge) -> Response:
    """Turtle documents as one graph; what the live data says of itself where there are none.

    A browser is led to the page of the releases.
    """
    asked = parameters.of_url(request).all("format")
    name = negotiation.for_data(negotiation.wanted(request.accept_mimetypes, asked))
    links.tell(links.author(service), *links.licences([str(CC_BY)]))
    if name == HTML:
        return see_releases()
    links.negotiated(service, request.path, name, negotiation.DATA, page=False)
    found = read()
    parts = map(bytes.hex, found)
    tag = entity_tag(service.engine.revision, service.face, request.path, name, *parts)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    body = (
        description.serialise(merge(found), name, VOCABULARIES)
        if found
        else _of_live(service, name)
    )
    return whole(body, BY_NAME[name].content_type, tag, None)


def see_releases() -> Response:
    """303 to the list."""
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = LIST
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _of_live(service: Service, name: str) -> bytes:
    return service.engine.graph(str(service.names.graph("catalogue")), name).body
