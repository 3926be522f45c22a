"""What the OpenAPI description says of each route of the application."""

from collections.abc import Callable, Iterator

from . import (
    openapi_cite,
    openapi_coverage,
    openapi_find,
    openapi_linked,
    openapi_queries,
    openapi_reconcile,
    openapi_releases,
    openapi_shapes,
    openapi_sparql,
    openapi_validate,
)
from .negotiation import DATA
from .openapi_parts import (
    ANY,
    KEY,
    KIND,
    MEDIA_TYPES,
    Json,
    format_parameter,
    headers,
    in_path,
    ok,
    operation,
    response,
    types,
)
from .openapi_statuses import READ, asked
from .service import Service

Paths = Iterator[tuple[str, Json]]


def home(service: Service) -> Paths:
    """The start page."""
    shown = ok("The start page.", ["text/html"], "Link")
    get = operation("start", "What this is", "Pages", shown, asked(service), cached=True)
    yield "/", {"get": get}


def static(service: Service) -> Paths:
    """The files that pages need."""
    shown = {"200": {"description": "The file.", "headers": headers("ARI-Revision"), **ANY}}
    name = in_path("name", "ari.css", "Name of the file")
    get = operation("file", "A style sheet or an image", "Pages", shown, (404,), [name])
    yield "/static/{name}", {"get": get}


def thing(service: Service) -> Paths:
    """The name of a thing."""
    see = {
        "303": {
            "description": "The document about the thing stands elsewhere.",
            "headers": headers("ARI-Revision", "Location", "Link"),
        }
    }
    get = operation("thing", "A thing", "Linked data", see, (), [KIND, KEY])
    yield "/id/{kind}/{key}", {"get": get}


def document(service: Service) -> Paths:
    """The document about a thing."""
    shown = ok("The document.", types(DATA), "Link", "Content-Location")
    sent, statuses = [KIND, KEY, format_parameter(DATA)], (*asked(service), 404, 410)
    get = operation("document", "About a thing", "Linked data", shown, statuses, sent, cached=True)
    yield "/doc/{kind}/{key}", {"get": get}


def ontology(service: Service) -> Paths:
    """The ontology."""
    shown = ok("The ontology.", types(DATA), "Link", "Content-Location")
    sent, statuses = [format_parameter(DATA)], asked(service)
    get = operation("ontology", "The terms", "Linked data", shown, statuses, sent, cached=True)
    yield "/def", {"get": get}


def itself(service: Service) -> Paths:
    """This description."""
    shown = {"200": response("This description.", MEDIA_TYPES)}
    get = operation("openapi", "This description", "Pages", shown, READ, cached=True)
    yield "/openapi.json", {"get": get}


def alive(service: Service) -> Paths:
    """Whether the web process lives."""
    get = operation("alive", "Whether the web process lives", "Pages", _status("status"), ())
    yield "/healthz", {"get": get}


def ready(service: Service) -> Paths:
    """Whether the service answers."""
    told = _status("status", "revision", "protection")
    get = operation("ready", "Whether a worker answers", "Pages", told, (503,))
    yield "/readyz", {"get": get}


def _status(*members: str) -> Json:
    told = {"type": "object", "required": list(members)}
    schema = told | {"properties": {name: {"type": "string"} for name in members}}
    return {"200": {"description": "Yes.", "content": {"application/json": {"schema": schema}}}}


def numbers(service: Service) -> Paths:
    """What the service counts."""
    told = {"200": {"description": "Prometheus text format.", "content": {"text/plain": {}}}}
    yield "/metrics", {"get": operation("metrics", "Numbers", "Pages", told, ())}


PATHS: dict[str, Callable[[Service], Paths]] = {
    "/": home,
    **openapi_cite.PATHS,
    **openapi_coverage.PATHS,
    "/def": ontology,
    "/doc/<path:path>": document,
    openapi_find.PATH: openapi_find.describe,
    "/healthz": alive,
    "/id/<path:path>": thing,
    "/metrics": numbers,
    "/openapi.json": itself,
    **openapi_linked.PATHS,
    **openapi_queries.PATHS,
    "/readyz": ready,
    **openapi_reconcile.PATHS,
    **openapi_releases.PATHS,
    **openapi_shapes.PATHS,
    **openapi_sparql.PATHS,
    "/static/<name>": static,
    **openapi_validate.PATHS,
}
"""What is said of each route, by the rule that routes to it."""
