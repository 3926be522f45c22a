"""`/releases/`: the list of releases, a page and a document for each, its changes and its files."""

import json

from flask import Blueprint, Response, request

from ..protocol import links
from ..protocol.links import Link
from ..protocol.negotiation import HTML
from ..protocol.openapi_releases import (
    CATALOGUE,
    CHANGES,
    DOCUMENT,
    FILE,
    JSON,
    LIST,
    RELEASE,
    VOID,
)
from ..protocol.resources import address_of, chosen
from ..protocol.responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service
from ..publish import shelf
from . import changes, markup, release_files, release_forms
from .pages import Site

MOST_ITEMS = 20
"""Releases that headers name; the list has all."""


def blueprint(service: Service, site: Site) -> Blueprint:
    """The releases of the home."""
    routes = Blueprint("releases", __name__)
    home = service.settings.home

    @routes.get(LIST)
    def releases() -> Response:
        return slashed() or listed(service, site)

    @routes.get(RELEASE)
    def release(version: str) -> Response:
        found = shelf.find(home, version)
        return slashed() or release_forms.shown(service, site, found, request.path)

    @routes.get(DOCUMENT)
    def document(version: str) -> Response:
        path = address_of(f"release/{version}")
        return release_forms.shown(service, site, shelf.find(home, version), path)

    @routes.get(CHANGES)
    def changed(version: str) -> Response:
        return changes.shown(service, site, shelf.find(home, version))

    @routes.get(FILE)
    def file(version: str, path: str) -> Response:
        found = shelf.find(home, version)
        response = release_files.sent(found, path)
        links.tell(*release_forms.of_file(service, found, path))
        return response

    return routes


def slashed() -> Response | None:
    """301 to the address with a slash at its end, so that each page has one; None: it has it."""
    if request.path.endswith("/"):
        return None
    asked = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
    response = Response(status=301, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = f"{request.path}/{asked}"
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def listed(service: Service, site: Site) -> Response:
    """The list of the releases as a page or as JSON."""
    known, damaged = shelf.shelved(service.settings.home)
    name = chosen(JSON)
    view = {
        "releases": [release_forms.told(service, each) for each in known],
        "damaged": damaged,
    }
    tag = entity_tag(service.engine.revision, service.face, LIST, name, view)
    links.negotiated(service, LIST, name, JSON)
    links.tell(
        Link(str(service.names.dataset), "cite-as"),
        *(Link(path, "describedby", "text/turtle") for path in (CATALOGUE, VOID)),
        *(Link(release_forms.place(each), "item") for each in known[:MOST_ITEMS]),
        links.author(service),
        *links.licences(),
        *links.kinds(links.ABOUT_PAGE, links.DATASET),
    )
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == HTML:
        page = site.page("releases.html", **view, about=markup.of_releases(service))
        return whole(page, HTML_UTF8, tag, None)
    text = json.dumps(view, ensure_ascii=False, indent=2) + "\n"
    return whole(text, JSON[0].content_type, tag, None)
