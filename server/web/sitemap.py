"""`/sitemap.xml` (sitemaps.org, 0.9) and `/robots.txt` (RFC 9309)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from flask import Blueprint, Response, request

from ..errors import ParameterError
from ..protocol import negotiation, parameters
from ..protocol.openapi_linked import ROBOTS, SITEMAP, XML
from ..protocol.resources import address_of
from ..protocol.responses import client_has, client_has_any, entity_tag, unchanged, whole
from ..protocol.service import Service, text
from ..publish import layout, shelf

MOST = 50_000
"""Addresses of one file (sitemaps.org, "Sitemap file location")."""
PAGES = ("/", "/queries", "/coverage", "/coverage/gaps", "/find", "/graphs", "/def", "/shapes")
"""Pages whose day of change nothing tells."""
KEPT_OFF = ("/sparql?", "/queries/*?", "/coverage?", "/coverage/gaps?", "/find?", "/reconcile?")
"""What robots are asked to leave: answers to questions, without end."""
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@dataclass(frozen=True)
class Place:
    """An address with the day of its last change; empty: not known."""

    path: str
    day: str = ""


def blueprint(service: Service) -> Blueprint:
    """`/sitemap.xml` and `/robots.txt`."""
    routes = Blueprint("sitemap", __name__)

    @routes.get(SITEMAP)
    def sitemap() -> Response:
        negotiation.for_program(negotiation.wanted(request.accept_mimetypes), XML)
        part = parameters.of_url(request).one("part")
        known = layout.versions(service.settings.home)
        tag = entity_tag(service.engine.revision, service.root, "sitemap", part, known)
        if client_has(request, tag) or client_has_any(request):
            return unchanged(tag)
        return whole(document(service.root, list(places(service)), part), XML[0], tag, None)

    @routes.get(ROBOTS)
    def robots() -> Response:
        rules = "".join(f"Disallow: {path}\n" for path in KEPT_OFF)
        told = f"User-agent: *\n{rules}\nSitemap: {service.root}{SITEMAP}\n"
        tag = entity_tag("robots", told)
        if client_has(request, tag) or client_has_any(request):
            return unchanged(tag)
        return whole(told, "text/plain; charset=utf-8", tag, None)

    return routes


def places(service: Service) -> Iterator[Place]:
    """Every page that is worth finding: ours, those of releases, and every document."""
    yield from map(Place, PAGES)
    releases = shelf.newest_first(service.settings.home)
    if releases:
        yield Place("/releases/", max(each.manifest["date"] for each in releases))
    for each in releases:
        place = f"/releases/{each.version}/"
        yield Place(place, each.manifest["date"])
        if layout.DIFF in each.sums:
            yield Place(f"{place}changes", each.manifest["date"])
    space = f"{service.settings.base_iri}id/"
    for row in service.rows("dates"):
        if (thing := text(row, "thing")).startswith(space):
            yield Place(address_of(thing.removeprefix(space)), text(row, "changed"))


def document(root: str, found: Sequence[Place], part: str | None) -> str:
    """The sitemap; the index of its parts where it is larger than a file may be.

    Args:
        part: number of the part that is asked for, from 1; None: the whole, or the index.

    Raises:
        ParameterError: there is no such part.
    """
    parts = [found[start : start + MOST] for start in range(0, len(found), MOST)]
    if part is None and len(parts) > 1:
        entries = (f"{root}{SITEMAP}?part={n}" for n in range(1, len(parts) + 1))
        return _xml(
            "sitemapindex", "".join(f"<sitemap><loc>{e}</loc></sitemap>\n" for e in entries)
        )
    if part not in (None, *map(str, range(1, len(parts) + 1))):
        raise ParameterError(
            f"The sitemap has no part {part[:20]!r}." if part else "The part is empty.",
            remedy=f"Give a number from 1 to {len(parts)}, or leave the parameter out.",
            extra={"parameter": "part"},
        )
    return _xml("urlset", "".join(_entry(root, place) for place in parts[int(part or 1) - 1]))


def _entry(root: str, place: Place) -> str:
    day = f"<lastmod>{place.day}</lastmod>" if place.day else ""
    return f"<url><loc>{escape(root + place.path)}</loc>{day}</url>\n"


def _xml(name: str, content: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} {_SPACE}>\n{content}</{name}>\n'
