"""Linked data: a thing's IRI leads to the document about it, in the form that the client takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from flask import Blueprint, Response, request

from ..errors import AriError, ParameterError, UnknownName
from ..formats import BY_NAME, Format
from ..vocab import CC_BY, ONTOLOGY, PREFIXES, SHAPES
from . import description, links, negotiation, parameters, shapes
from .links import Link
from .negotiation import DATA
from .responses import HTML_UTF8, client_has, client_has_any, entity_tag, unchanged, whole
from .service import Row, Service, text

PATH_SAFE = "/:@!$&'()*+,;=-._~"
"""What may stand in the path of a URL without percent-encoding (RFC 3986, 3.3)."""
TYPE = PREFIXES["rdf"] + "type"
MOST_KINDS = 6
"""Classes of a thing that links name: headers have to stay small."""


@dataclass(frozen=True)
class Document:
    """A document about a thing: the path that names both, and what its graph says."""

    path: str
    thing: str
    iri: str
    statements: list[Row]

    @property
    def kinds(self) -> list[str]:
        """The classes of the thing that are stated, not inferred from another."""
        found = (text(row, "value") for row in self.statements if text(row, "property") == TYPE)
        return list(dict.fromkeys(found))[:MOST_KINDS]


class Pages(Protocol):
    """Documents for people."""

    def document(self, document: Document) -> str:
        """The page about a thing."""

    def ontology(self) -> str:
        """The page with the terms of the ontology."""

    def rules(self) -> str:
        """The page with the rules that the data keeps."""

    def absent(self, path: str) -> AriError:
        """The refusal where nothing is said of the thing of a path."""


def blueprint(service: Service, pages: Pages) -> Blueprint:
    """`/id/…`, `/doc/…`, `/def` and `/shapes`."""
    routes = Blueprint("resources", __name__)

    @routes.get("/id/<path:path>")
    def thing(path: str) -> Response:
        links.tell(*links_of_thing(service, path))
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


def address_of(path: str) -> str:
    """Where the document about the thing of a path is served."""
    return f"/doc/{quote(path, safe=PATH_SAFE)}"


def links_of_thing(service: Service, path: str) -> list[Link]:
    """The IRI of a thing, and every form of the document about it."""
    place = address_of(path)
    forms = (Link(f"{place}?format={item.name}", "describedby", item.media_type) for item in DATA)
    return [
        Link(f"{service.settings.base_iri}id/{path}", "cite-as"),
        Link(place, "describedby", negotiation.HTML_TYPES[0]),
        *forms,
    ]


def see_document(path: str) -> Response:
    """303 from a thing to its document; relative, so that it holds behind any base IRI."""
    asked = quote(request.query_string, safe=f"{PATH_SAFE}?%")
    location = address_of(path) + (f"?{asked}" if asked else "")
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = location
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def document_about(
    service: Service, pages: Pages, path: str, offered: Sequence[Format] = DATA
) -> Response:
    """The document about the thing of the same path.

    Args:
        offered: its forms besides the page; those that are not of RDF are not made here.
    """
    name = chosen()
    tag = entity_tag(service.engine.revision, service.face, "doc", path, name)
    links.negotiated(service, address_of(path), name, offered)
    if client_has(request, tag):
        return unchanged(tag)
    document = find(service, pages, path)
    if client_has_any(request):
        return unchanged(tag)
    found = service.rows("licences", thing=document.thing)
    links.tell(
        Link(document.thing, "cite-as"),
        Link(document.thing, "describes"),
        links.author(service),
        *links.licences(text(row, "licence") for row in found),
        *links.kinds(links.ABOUT_PAGE, *document.kinds),
        *_whole_graph(service, document.thing),
    )
    return _document(service, pages, document, name, tag)


def _whole_graph(service: Service, thing: str) -> list[Link]:
    """The statements of a graph, where the thing is one."""
    if thing not in service.engine.graphs:
        return []
    return [Link(f"/graphs?graph={quote(thing, safe='')}", "item", DATA[0].media_type)]


def find(service: Service, pages: Pages, path: str) -> Document:
    """The document of a path.

    Raises:
        AriError: nothing is said of such a thing; what `pages.absent` says of it.
    """
    base = service.settings.base_iri
    thing = f"{base}id/{path}"
    try:
        statements = service.rows("statements", thing=thing)
    except ParameterError:
        # It can't be an IRI, so nothing has it for a name.
        raise unknown(path) from None
    if not statements:
        raise pages.absent(path)
    return Document(path, thing, f"{base}doc/{path}", statements)


def unknown(path: str) -> UnknownName:
    """The refusal where nothing is known of the thing of a path."""
    return UnknownName(
        f"Nothing is known of a thing called {path}.",
        remedy="Its name may be misspelt; names are never reused or changed. "
        "The start page, /, leads to everything that is here.",
        extra={"name": path},
    )


def the_ontology(service: Service, pages: Pages, cited: str = str(ONTOLOGY)) -> Response:
    """The ontology as it stands in its graph.

    Args:
        cited: the IRI that it is asked by: its own, or that of its version.
    """
    name = chosen()
    tag = entity_tag(service.engine.revision, service.face, "def", name)
    links.negotiated(service, "/def", name, DATA)
    links.tell(
        Link(cited, "cite-as"),
        Link(str(ONTOLOGY), "describes"),
        links.author(service),
        *links.licences([str(CC_BY)]),
        *links.kinds(links.ABOUT_PAGE, f"{PREFIXES['owl']}Ontology"),
    )
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == negotiation.HTML:
        return whole(pages.ontology(), HTML_UTF8, tag, None)
    answer = service.ask(service.page_query("ontology"), {"graph": name})
    return whole(answer.content, BY_NAME[name].content_type, tag, answer.rows)


def the_shapes(service: Service, pages: Pages) -> Response:
    """The shapes, which are files of the package and no part of the dataset."""
    name = chosen()
    tag = entity_tag(shapes.digest(), service.face, "shapes", name)
    links.negotiated(service, "/shapes", name, DATA)
    links.tell(
        Link(str(SHAPES).rstrip("#"), "cite-as"),
        links.author(service),
        *links.licences([str(CC_BY)]),
        *links.kinds(links.ABOUT_PAGE),
    )
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == negotiation.HTML:
        return whole(pages.rules(), HTML_UTF8, tag, None)
    body = description.serialise(shapes.triples(), name)
    return whole(body, BY_NAME[name].content_type, tag, None)


def chosen(offered: Sequence[Format] = DATA) -> str:
    """The form of a document that the client takes, by name.

    Raises:
        NotAcceptable: none; lists those on offer.
    """
    asked = parameters.of_url(request).all("format")
    return negotiation.for_page(negotiation.wanted(request.accept_mimetypes, asked), offered)


def _document(service: Service, pages: Pages, document: Document, name: str, tag: str) -> Response:
    if name == negotiation.HTML:
        return whole(pages.document(document), HTML_UTF8, tag, None)
    query = service.page_query("document", thing=document.thing, document=document.iri)
    answer = service.ask(query, {"graph": name})
    return whole(answer.content, BY_NAME[name].content_type, tag, answer.rows)
