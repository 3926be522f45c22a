"""Linked data: a thing's IRI leads to the document about it, in the form that the client takes."""

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from flask import Blueprint, Response, request

from ..errors import ParameterError, UnknownName
from ..formats import BY_NAME
from ..vocab import CC_BY, ONTOLOGY
from . import description, negotiation, parameters, shapes
from .responses import HTML_UTF8, client_has, client_has_any, entity_tag, unchanged, whole
from .service import Row, Service, text

PATH_SAFE = "/:@!$&'()*+,;=-._~"
"""What may stand in the path of a URL without percent-encoding (RFC 3986, 3.3)."""


@dataclass(frozen=True)
class Document:
    """A document about a thing: the path that names both, and what its graph says."""

    path: str
    thing: str
    iri: str
    statements: list[Row]


class Pages(Protocol):
    """Documents for people."""

    def document(self, document: Document) -> str:
        """The page about a thing."""

    def ontology(self) -> str:
        """The page with the terms of the ontology."""

    def rules(self) -> str:
        """The page with the rules that the data keeps."""


def blueprint(service: Service, pages: Pages) -> Blueprint:
    """`/id/…`, `/doc/…`, `/def` and `/shapes`."""
    routes = Blueprint("resources", __name__)

    @routes.get("/id/<path:path>")
    def thing(path: str) -> Response:
        return see_document(path)

    @routes.get("/doc/<path:path>")
    def document(path: str) -> Response:
        return document_about(service, pages, path)

    @routes.get("/def")
    def ontology() -> Response:
        return the_ontology(service, pages)

    @routes.get("/shapes")
    def rules() -> Response:
        return the_shapes(service, pages)

    return routes


def see_document(path: str) -> Response:
    """303 from a thing to its document; relative, so that it holds behind any base IRI."""
    asked = quote(request.query_string, safe=f"{PATH_SAFE}?%")
    location = f"/doc/{quote(path, safe=PATH_SAFE)}" + (f"?{asked}" if asked else "")
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def document_about(service: Service, pages: Pages, path: str) -> Response:
    """The document about the thing of the same path."""
    name = _chosen()
    tag = entity_tag(service.engine.revision, service.face, "doc", path, name)
    if client_has(request, tag):
        return unchanged(tag)
    document = find(service, path)
    if client_has_any(request):
        return unchanged(tag)
    response = _document(service, pages, document, name, tag)
    for row in service.rows("licences", thing=document.thing):
        response.headers.add("Link", f'<{text(row, "licence")}>; rel="license"')
    response.headers.add("Link", f'<{document.thing}>; rel="describes"')
    return _link_others(response, f"/doc/{quote(path, safe=PATH_SAFE)}", name)


def find(service: Service, path: str) -> Document:
    """The document of a path.

    Raises:
        UnknownName: nothing is said of such a thing.
    """
    base = service.settings.base_iri
    thing = f"{base}id/{path}"
    try:
        statements = service.rows("statements", thing=thing)
    except ParameterError:
        # It can't be an IRI, so nothing has it for a name.
        statements = []
    if not statements:
        raise unknown(path)
    return Document(path, thing, f"{base}doc/{path}", statements)


def unknown(path: str) -> UnknownName:
    """The refusal where nothing is said of the thing of a path."""
    return UnknownName(
        f"Nothing is known of a thing called {path}.",
        remedy="Its name may be misspelt; names are never reused or changed. "
        "The start page, /, leads to everything that is here.",
        extra={"name": path},
    )


def the_ontology(service: Service, pages: Pages) -> Response:
    """The ontology as it stands in its graph."""
    name = _chosen()
    tag = entity_tag(service.engine.revision, service.face, "def", name)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == negotiation.HTML:
        response = whole(pages.ontology(), HTML_UTF8, tag, None)
    else:
        answer = service.ask(service.page_query("ontology"), {"graph": name})
        response = whole(answer.content, BY_NAME[name].content_type, tag, answer.rows)
    response.headers.add("Link", f'<{CC_BY}>; rel="license"')
    response.headers.add("Link", f'<{ONTOLOGY}>; rel="describes"')
    return _link_others(response, "/def", name)


def the_shapes(service: Service, pages: Pages) -> Response:
    """The shapes, which are files of the package and no part of the dataset."""
    name = _chosen()
    tag = entity_tag(shapes.digest(), service.face, "shapes", name)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == negotiation.HTML:
        response = whole(pages.rules(), HTML_UTF8, tag, None)
    else:
        response = whole(
            description.serialise(shapes.triples(), name), BY_NAME[name].content_type, tag, None
        )
    response.headers.add("Link", f'<{CC_BY}>; rel="license"')
    return _link_others(response, "/shapes", name)


def _chosen() -> str:
    asked = parameters.of_url(request).all("format")
    return negotiation.for_page(negotiation.wanted(request.accept_mimetypes, asked))


def _document(service: Service, pages: Pages, document: Document, name: str, tag: str) -> Response:
    if name == negotiation.HTML:
        return whole(pages.document(document), HTML_UTF8, tag, None)
    query = service.page_query("document", thing=document.thing, document=document.iri)
    answer = service.ask(query, {"graph": name})
    return whole(answer.content, BY_NAME[name].content_type, tag, answer.rows)


def _link_others(response: Response, path: str, name: str) -> Response:
    """Name the other forms of this document (RFC 8288), and the one that this is."""
    response.headers["Content-Location"] = f"{path}?format={name}"
    others = {negotiation.HTML: "text/html"} | {f.name: f.media_type for f in negotiation.DATA}
    for other, media_type in others.items():
        if other != name:
            link = f'<{path}?format={other}>; rel="alternate"; type="{media_type}"'
            response.headers.add("Link", link)
    return response
