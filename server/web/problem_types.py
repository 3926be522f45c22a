"""`/problem/{name}`: what a type of problem means, where its IRI leads (RFC 9457, 4)."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request

from ..errors import AriError, UnknownName
from ..protocol import links
from ..protocol.links import Link
from ..protocol.negotiation import HTML
from ..protocol.openapi_linked import PROBLEM
from ..protocol.openapi_releases import JSON
from ..protocol.problems import TYPES
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
from .pages import Site


def blueprint(service: Service, site: Site) -> Blueprint:
    """The pages of the types of problems."""
    routes = Blueprint("problem_types", __name__)

    @routes.get(PROBLEM)
    def problem(name: str) -> Response:
        return shown(service, site, name)

    return routes


def shown(service: Service, site: Site, slug: str) -> Response:
    """One type of problem as a page or as JSON.

    Raises:
        UnknownName: there is none of this name.
        NotAcceptable: the client takes neither.
    """
    view = told(slug)
    name = chosen(JSON)
    tag = entity_tag("problem", service.face, name, view)
    links.negotiated(service, f"/problem/{slug}", name, JSON)
    links.tell(Link(view["type"], "cite-as"), links.author(service))
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == HTML:
        return whole(site.page("problem-type.html", kind=view), HTML_UTF8, tag, None)
    text = json.dumps(view, ensure_ascii=False, indent=2) + "\n"
    return whole(text, JSON[0].content_type, tag, None)


def told(slug: str) -> dict[str, Any]:
    """What is known of a type of problem.

    Raises:
        UnknownName: there is none of this name; lists those that there are.
    """
    known = {cls.slug: cls for cls in _kinds()}
    if slug not in known:
        raise UnknownName(
            f"There is no type of problem called {slug[:40]}.",
            remedy=f"There are: {', '.join(known)}.",
            extra={"name": slug},
        )
    cls = known[slug]
    return {
        "type": f"{TYPES}{slug}",
        "title": cls.title,
        "status": cls.status,
        "exitCode": cls.exit_code,
        "meaning": " ".join((inspect.getdoc(cls) or "").partition("\n\n")[0].split()),
    }


def _kinds(root: type[AriError] = AriError) -> Iterator[type[AriError]]:
    yield root
    for child in root.__subclasses__():
        yield from _kinds(child)
