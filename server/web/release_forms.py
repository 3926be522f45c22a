"""One release in each of its forms: page, JSON, its catalogue as RDF, its files as a linkset."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pyoxigraph as ox
from flask import Response, request

from ..protocol import description, links
from ..protocol.links import Link
from ..protocol.negotiation import DATA, HTML
from ..protocol.openapi_releases import JSON, LINKSET, LIST, OF_RELEASE
from ..protocol.resources import chosen
from ..protocol.responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service
from ..publish import layout
from ..publish.describe.statements import VOCABULARIES, Statements
from ..publish.describe.titles import quotes, title
from ..publish.shelf import Shelved
from ..vocab import CC_BY
from .markup import of_release
from .pages import Site

DESCRIPTIONS = (layout.DCAT, layout.VOID, layout.ROCRATE)
"""Files that describe the release."""
DATA_FILES = {*layout.TRIPLES.values(), *layout.QUADS.values(), layout.SQLITE}
HEADINGS = (
    "The data",
    "Tables",
    "Descriptions and proofs",
    "Queries and their recorded answers",
)
FOLDERS = {
    layout.TABLES: HEADINGS[1],
    layout.SPREADSHEET: HEADINGS[1],
    layout.MAPPINGS: HEADINGS[1],
    layout.QUERIES: HEADINGS[3],
    layout.ANSWERS: HEADINGS[3],
}
"""Under which heading the files of a folder are listed."""


def shown(service: Service, site: Site, found: Shelved, path: str) -> Response:
    """The release in the form that the client takes.

    Args:
        path: that it was asked at.

    Raises:
        NotAcceptable: none; lists those on offer.
        EnvironmentFault: a file that is needed is not as it was published.
    """
    name = chosen(OF_RELEASE)
    tag = entity_tag(service.engine.revision, service.face, path, name, found.hash, found.sums)
    links.negotiated(service, path, name, OF_RELEASE, canonical=place(found))
    links.tell(*of(service, found))
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    body = _body(service, site, found, name)
    types = {HTML: HTML_UTF8} | {item.name: item.content_type for item in OF_RELEASE}
    return whole(body, types[name], tag, None)


def place(found: Shelved) -> str:
    """Where its page is served."""
    return f"{LIST}{found.version}/"


def of(service: Service, found: Shelved) -> list[Link]:
    """The links of a release; those of every file are in the linkset."""
    here, previous = place(found), found.manifest["previous"]
    dumps = sorted((layout.TRIPLES | layout.QUADS).values())
    before = [Link(f"{LIST}{previous}/", "predecessor-version")] if previous else []
    return [
        Link(found.manifest["iri"], "cite-as"),
        Link(found.manifest["iri"], "describes"),
        *(_file_link(here, path, "describedby") for path in DESCRIPTIONS if path in found.sums),
        *(_file_link(here, path, "item") for path in dumps if path in found.sums),
        Link(f"{here}?format={LINKSET.name}", "linkset", LINKSET.media_type),
        Link(LIST, "collection"),
        *before,
        links.author(service),
        *links.licences(),
        *links.kinds(links.ABOUT_PAGE, links.DATASET),
    ]


def of_file(service: Service, found: Shelved, path: str) -> list[Link]:
    """The links of one file of a release."""
    here = place(found)
    return [
        Link(found.manifest["iri"], "cite-as"),
        Link(here, "collection", "text/html"),
        _file_link(here, layout.DCAT, "describedby"),
        links.author(service),
        *(links.licences() if quotes(path) else links.licences([str(CC_BY)])),
    ]


def told(service: Service, found: Shelved) -> dict[str, Any]:
    """What a release says of itself."""
    manifest = found.manifest
    return {
        "version": found.version,
        "date": manifest["date"],
        "previous": manifest["previous"],
        "iri": manifest["iri"],
        "address": f"{service.root}{place(found)}",
        "hash": found.hash,
        "statements": manifest["dataset"]["quads"],
        "graphs": {name: graph["triples"] for name, graph in manifest["graphs"].items()},
    }


def graph(service: Service, found: Shelved) -> Sequence[ox.Triple]:
    """What its catalogue says of it, of its graphs and its files, and what names the document."""
    data, _ = found.read(layout.DCAT)
    said = Statements.read(data)
    document = str(service.names.document("release", found.version))
    said.say(
        document,
        ("rdf:type", "foaf:Document"),
        ("foaf:primaryTopic", found.manifest["iri"]),
        ("dcterms:license", str(CC_BY)),
    )
    return said.ordered()


def _body(service: Service, site: Site, found: Shelved, name: str) -> bytes | str:
    if name in {item.name for item in DATA}:
        return description.serialise(graph(service, found), name, VOCABULARIES)
    if name == LINKSET.name:
        return _json(_linkset(service, found))
    view = {**told(service, found), "files": [_file(found, path) for path in found.paths]}
    if name == JSON[0].name:
        return _json(view)
    groups = grouped(view["files"])
    return site.page("release.html", **view, groups=groups, about=of_release(service, found))


def grouped(files: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The files under headings, what most want first; each with what it is, in words."""
    found: dict[str, list[dict[str, Any]]] = {heading: [] for heading in HEADINGS}
    for file in files:
        folder, _, _ = file["path"].rpartition("/")
        found[_heading(file["path"], folder)].append({**file, "title": title(file["path"])})
    return {heading: group for heading, group in found.items() if group}


def _heading(path: str, folder: str) -> str:
    if path.removesuffix(".gz") in DATA_FILES:
        return HEADINGS[0]
    return FOLDERS.get(folder, HEADINGS[2])


def _linkset(service: Service, found: Shelved) -> dict[str, Any]:
    """The release with every file as an item, and each file with its own links."""
    here = place(found)
    items = [_file_link(here, path, "item") for path in found.paths]
    own = [link for link in of(service, found) if link.rel not in ("item", "linkset")]
    files = [(f"{here}{path}", of_file(service, found, path)) for path in found.paths]
    return links.linkset(service.root, [(here, [*own, *items]), *files])


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _file_link(here: str, path: str, rel: str) -> Link:
    media_type, compress_type = layout.media_type(path)
    return Link(f"{here}{path}", rel, compress_type or media_type)


def _file(found: Shelved, path: str) -> dict[str, Any]:
    media_type, compress_type = layout.media_type(path)
    return {
        "path": path,
        "size": found.size(path),
        "sha256": found.sums.get(path, ""),
        "mediaType": media_type,
        "compressType": compress_type,
    }
