"""`/releases/`: the list of releases, a page for each; `/catalogue` and `/.well-known/void`."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..formats import BY_NAME
from ..protocol import description, negotiation, parameters
from ..protocol.negotiation import HTML
from ..protocol.openapi_releases import CATALOGUE, FILE, JSON, LIST, RELEASE, VOID
from ..protocol.responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service
from ..publish import catalogue as catalogues
from ..publish import layout, shelf
from ..publish.shelf import Shelved
from . import release_files
from .pages import Site

Read = Callable[[], list[bytes]]
Merge = Callable[[list[bytes]], Iterable[ox.Triple]]
"""Makes one graph of Turtle documents."""


def blueprint(service: Service, site: Site) -> Blueprint:
    """The releases of the home."""
    routes = Blueprint("releases", __name__)
    home = service.settings.home

    def merged(found: list[bytes]) -> Iterable[ox.Triple]:
        return catalogues.catalogue(found, service.settings.contact).ordered()

    @routes.get(LIST)
    def releases() -> Response:
        sound, damaged = shelf.newest_first(home)
        known = [told(service, each) for each in sound]
        return shown(service, site, "releases.html", {"releases": known, "damaged": damaged})

    @routes.get(RELEASE)
    def release(version: str) -> Response:
        found = shelf.find(home, version)
        files = [_file(found, path) for path in found.paths]
        response = shown(service, site, "release.html", {**told(service, found), "files": files})
        response.headers.add("Link", f'<{found.manifest["iri"]}>; rel="cite-as"')
        return response

    @routes.get(FILE)
    def file(version: str, path: str) -> Response:
        return release_files.sent(shelf.find(home, version), path)

    @routes.get(CATALOGUE)
    def catalogue() -> Response:
        return self_description(service, lambda: documents(service, layout.DCAT), merged)

    @routes.get(VOID)
    def void() -> Response:
        return self_description(service, lambda: documents(service, layout.VOID)[:1], shelf.merged)

    return routes


def told(service: Service, found: Shelved) -> dict[str, Any]:
    """What a release says of itself."""
    manifest = found.manifest
    return {
        "version": found.version,
        "date": manifest["date"],
        "previous": manifest["previous"],
        "iri": manifest["iri"],
        "address": f"{service.root}{LIST}{found.version}/",
        "hash": found.hash,
        "statements": manifest["dataset"]["quads"],
        "graphs": {name: graph["triples"] for name, graph in manifest["graphs"].items()},
    }


def shown(service: Service, site: Site, template: str, view: dict[str, Any]) -> Response:
    """A view as the page of a template or as JSON."""
    asked = parameters.of_url(request).all("format")
    name = negotiation.for_page(negotiation.wanted(request.accept_mimetypes, asked), JSON)
    tag = entity_tag(service.engine.revision, service.face, request.path, name, view)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == HTML:
        return whole(site.page(template, **view), HTML_UTF8, tag, None)
    text = json.dumps(view, ensure_ascii=False, indent=2) + "\n"
    return whole(text, JSON[0].content_type, tag, None)


def documents(service: Service, path: str) -> list[bytes]:
    """A file of every release that has it whole, the newest first."""
    known, _ = shelf.newest_first(service.settings.home)
    found = (shelf.read_if_whole(each, path) for each in known if path in each.sums)
    return [data for data in found if data is not None]


def self_description(service: Service, read: Read, merge: Merge) -> Response:
    """Turtle documents as one graph; what the live data says of itself where there are none.

    A browser is led to the page of the releases.
    """
    asked = parameters.of_url(request).all("format")
    name = negotiation.for_data(negotiation.wanted(request.accept_mimetypes, asked))
    if name == HTML:
        return see_releases()
    found = read()
    parts = map(bytes.hex, found)
    tag = entity_tag(service.engine.revision, service.face, request.path, name, *parts)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    body = description.serialise(merge(found), name) if found else _of_live(service, name)
    return whole(body, BY_NAME[name].content_type, tag, None)


def see_releases() -> Response:
    """303 to the list."""
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = LIST
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def _of_live(service: Service, name: str) -> bytes:
    return service.engine.graph(str(service.names.graph("catalogue")), name).body


def _file(found: Shelved, path: str) -> dict[str, Any]:
    media_type, compress_type = layout.media_type(path)
    return {
        "path": path,
        "size": found.size(path),
        "sha256": found.sums.get(path, ""),
        "mediaType": media_type,
        "compressType": compress_type,
    }
