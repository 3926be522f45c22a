"""The API described for programs (OpenAPI 3.1), made from what is on: routes, limits, queries."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain

from flask import Blueprint, Response, current_app, request

from .. import __version__
from ..config import options, variable
from ..errors import AriError
from ..formats import carrying
from ..vocab import CC_BY
from . import health, negotiation, parameters
from .openapi_parts import (
    HEADERS,
    MEDIA_TYPES,
    MEMBERS,
    PARAMETERS,
    SCHEMAS,
    SECURITY,
    STORED,
    TAGS,
    Json,
    headers,
    response,
    types,
)
from .openapi_paths import PATHS
from .problems import TYPES
from .responses import client_has, client_has_any, entity_tag, unchanged, whole
from .service import Service
from .sparql import DIRECT

VERSION = "3.1.0"
PROBLEM = "application/problem+json"
LIMITS = ("query_seconds", "query_memory_mb", "max_rows", "max_bytes", "max_request_bytes")
ABOUT = (
    "An answer is complete, or it is a problem (RFC 9457) that says what would pass. "
    "Whatever takes GET takes HEAD and OPTIONS too; another verb is 405 with `Allow`. "
    "`format` wins over `Accept`, and takes media types besides the names that are listed. "
    "Reading needs no key and is open to every origin (CORS)."
)


def blueprint(service: Service) -> Blueprint:
    """`/openapi.json`."""
    routes = Blueprint("openapi", __name__)

    @cache
    def text() -> str:
        rules = [*health.PATHS, *map(str, current_app.url_map.iter_rules())]
        return json.dumps(document(service, rules), ensure_ascii=False, indent=1) + "\n"

    @routes.get("/openapi.json")
    def openapi() -> Response:
        asked = parameters.of_url(request).all("format")
        takes = negotiation.wanted(request.accept_mimetypes, asked)
        media_type = negotiation.for_program(takes, MEDIA_TYPES)
        tag = entity_tag(hashlib.sha256(text().encode()).hexdigest(), "openapi", media_type)
        if client_has(request, tag) or client_has_any(request):
            return unchanged(tag)
        return whole(text(), media_type, tag, None)

    return routes


def document(service: Service, rules: Iterable[str]) -> Json:
    """The description of these routes, as far as `PATHS` knows them."""
    known = sorted(rule for rule in rules if rule in PATHS)
    paths = dict(chain.from_iterable(PATHS[rule](service) for rule in known))
    return {
        "openapi": VERSION,
        "info": _info(service),
        "servers": [{"url": service.root}],
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS | {"Problem": _problem_schema()},
            "headers": HEADERS,
            "parameters": PARAMETERS,
            "responses": _shared_responses(service, paths),
            "securitySchemes": SECURITY,
        },
        "x-ari-limits": _limits(service),
    }


def _info(service: Service) -> Json:
    info: Json = {
        "title": "ARI Graph",
        "summary": "Areas of Research Interest in policing as linked data",
        "description": ABOUT,
        "version": __version__,
        "license": {"name": "CC BY 4.0; texts of the Met: OGL 3.0", "url": str(CC_BY)},
    }
    if service.settings.contact:
        info["contact"] = {"name": service.settings.contact}
    return info


def _limits(service: Service) -> Json:
    """The limits of this server by setting: value and meaning."""
    told = {item.name: item.help for item in options()}
    return {
        variable(name): {"value": getattr(service.settings, name), "description": told[name]}
        for name in LIMITS
    }


def _shared_responses(service: Service, paths: Mapping[str, Json]) -> Json:
    """The responses that several operations have; of refusals only those that occur."""
    operations = chain.from_iterable(item.values() for item in paths.values())
    statuses = {int(status) for operation in operations for status in operation["responses"]}
    refusals = {f"Problem{s}": _refusal(service, s) for s in sorted(statuses) if s >= 400}
    stored = {
        name: response(
            "The answer, or the text of the query.", [*types(carrying(kind)), DIRECT], "ARI-Rows"
        )
        for kind, name in STORED.items()
    }
    not_modified = {"description": "What the client has is current.", "headers": headers("ETag")}
    return {"Unchanged": not_modified, **stored, **refusals}


def _refusal(service: Service, status: int) -> Json:
    told = [f"{cls.title} (`{cls.slug}`)." for cls in _errors() if cls.status == status]
    limits = {413: LIMITS[-1:], 503: LIMITS[:-1]}.get(status, ())
    told += [f"{variable(name)} is {getattr(service.settings, name):,}." for name in limits]
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    more = {401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}
    return {
        "description": " ".join(told),
        "headers": headers("ARI-Revision", "Cache-Control", *more.get(status, ())),
        "content": {PROBLEM: schema, "text/html": {}},
    }


def _errors(root: type[AriError] = AriError) -> Iterator[type[AriError]]:
    """The tree of errors, the root first."""
    yield root
    for child in root.__subclasses__():
        yield from _errors(child)


def _problem_schema() -> Json:
    """RFC 9457, section 3, with the members that our problems add."""
    slugs = [TYPES + cls.slug for cls in _errors()]
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri", "enum": slugs},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "What is wrong and where."},
            "instance": {"type": "string", "description": "Of an accident: what to quote."},
            **{name: {"description": words, **schema} for name, words, schema in MEMBERS},
        },
    }
