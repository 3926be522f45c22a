"""`/cite`: a permalink followed, its query asked again, and what became of the answer."""

import json
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, request

from ..build.rdfc import sha256
from ..engine.interface import Answer
from ..protocol import links, negotiation, parameters, permalink
from ..protocol.links import Link
from ..protocol.openapi_cite import JSON, TEXT
from ..protocol.permalink import LIVE, MOST_SHOWN, PATH, Pin
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
from .pages import Site


def blueprint(service: Service, site: Site) -> Blueprint:
    """Permalinks of answers."""
    routes = Blueprint("cite", __name__)

    @routes.get(PATH)
    def cite() -> Response:
        sent = parameters.of_url(request)
        pin = permalink.read(sent)
        g.over = over = service.over(pin.release)
        takes = negotiation.wanted(request.accept_mimetypes, sent.all("format"))
        name = negotiation.for_page(takes, (JSON, TEXT))
        pinned = pin.ask(over, over.base_of_queries)
        if not pin.digest:
            return see(pin.with_digest_of(pinned))
        against = sent.one("against") or pin.release
        other = service if against == LIVE else service.over(against)
        found = pinned if against == pin.release else pin.ask(other, over.base_of_queries)
        return told(site.over(over), Followed(pin, pinned, against, found), name)

    return routes


@dataclass(frozen=True)
class Followed:
    """A permalink, what its release answers now, and what it is compared with.

    Args:
        against: a version, or `live`.
    """

    pin: Pin
    pinned: Answer
    against: str
    found: Answer


def see(pin: Pin) -> Response:
    """303 to the permalink."""
    response = Response(status=303, content_type="text/plain; charset=utf-8")
    response.headers["Location"] = pin.address
    response.headers["Cache-Control"] = "public, max-age=86400"
    return response


def told(site: Site, followed: Followed, name: str) -> Response:
    """What became of the answer, in one of the formats."""
    service = site.service
    view = viewed(service, followed)
    links.tell(Link(view["permalink"], "cite-as"))
    tag = entity_tag(service.engine.revision, service.face, "cite", name, view)
    if client_has(request, tag) or client_has_any(request):
        response = unchanged(tag)
    elif name == negotiation.HTML:
        others = [v for v in layout.versions(service.settings.home) if v != followed.pin.release]
        ways = {"here": followed.pin.address, "ask": followed.pin.question_address}
        page = site.page("cite.html", cited=view, ways=ways, others=[LIVE, *reversed(others)])
        response = whole(page, HTML_UTF8, tag, None)
    elif name == TEXT.name:
        response = whole(followed.found.body, TEXT.content_type, tag, None)
    else:
        text = json.dumps(view, ensure_ascii=False, indent=2) + "\n"
        response = whole(text, JSON.content_type, tag, None)
    return response


def viewed(service: Service, followed: Followed) -> dict[str, Any]:
    """What the JSON says; the page shows the same."""
    pin, found = followed.pin, followed.found
    digest = sha256(found.body)
    apart = permalink.difference(followed.pinned, found)
    return {
        "release": pin.release,
        "query": pin.query,
        "defaultGraphs": list(pin.default_graphs),
        "namedGraphs": list(pin.named_graphs),
        "sha256": pin.digest,
        "permalink": service.root + pin.address,
        "intact": sha256(followed.pinned.body) == pin.digest,
        "against": followed.against,
        "revision": found.revision,
        "kind": found.kind,
        "rows": found.rows,
        "found": digest,
        "same": digest == pin.digest,
        "reordered": apart.reordered,
        "went": _first(apart.went),
        "came": _first(apart.came),
    }


def _first(lines: tuple[str, ...]) -> dict[str, Any]:
    return {"count": len(lines), "rows": list(lines[:MOST_SHOWN])}
