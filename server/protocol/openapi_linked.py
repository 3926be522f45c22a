"""The addresses that names of ours lead to besides things, and what OpenAPI says of them."""

from collections.abc import Callable, Iterator

from .negotiation import DATA
from .openapi_parts import Json, format_parameter, in_path, ok, operation, types
from .openapi_releases import JSON
from .openapi_statuses import READ, asked
from .service import Service

Paths = Iterator[tuple[str, Json]]

ONTOLOGY_VERSION = "/def/<version>"
PROBLEM = "/problem/<name>"
SITEMAP = "/sitemap.xml"
ROBOTS = "/robots.txt"
XML = ("application/xml", "text/xml")

TAG = "Linked data"
PART: Json = {
    "name": "part",
    "in": "query",
    "description": "Number of a part, where the sitemap is an index of parts.",
    "schema": {"type": "integer", "minimum": 1},
}


def ontology_version(service: Service) -> Paths:
    """A version of the ontology."""
    shown = ok("The ontology in this version.", types(DATA), "Link", "Content-Location")
    version = in_path("version", "1.0.0", "A version of the ontology")
    sent, statuses = [version, format_parameter(DATA)], (*asked(service), 404)
    get = operation("ontology-version", "The terms", TAG, shown, statuses, sent, cached=True)
    yield "/def/{version}", {"get": get}


def problem(service: Service) -> Paths:
    """What a type of problem means."""
    shown = ok("What it means.", types(JSON), "Link", "Content-Location")
    name = in_path("name", "not-found", "Name of a type of problem")
    sent, statuses = [name, format_parameter(JSON)], (*READ, 404)
    get = operation("problem", "A type of problem", TAG, shown, statuses, sent, cached=True)
    yield "/problem/{name}", {"get": get}


def sitemap(service: Service) -> Paths:
    """Every page."""
    shown = ok("Every page, with the day of its last change where known.", XML[:1])
    get = operation("sitemap", "Every page", "Pages", shown, asked(service), [PART], cached=True)
    yield SITEMAP, {"get": get}


def robots(service: Service) -> Paths:
    """What robots are asked."""
    shown = ok("What robots are asked to leave.", ["text/plain"])
    yield ROBOTS, {"get": operation("robots", "For robots", "Pages", shown, (), cached=True)}


PATHS: dict[str, Callable[[Service], Paths]] = {
    ONTOLOGY_VERSION: ontology_version,
    PROBLEM: problem,
    SITEMAP: sitemap,
    ROBOTS: robots,
}
"""What is said of each route, by the rule that routes to it."""
