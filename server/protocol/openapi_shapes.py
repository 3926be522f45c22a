"""The addresses of the shapes, and what the OpenAPI description says of them."""

from collections.abc import Callable, Iterator

from .negotiation import DATA
from .openapi_parts import Json, format_parameter, in_path, ok, operation, types
from .openapi_statuses import READ
from .service import Service

Paths = Iterator[tuple[str, Json]]

RULE = "/shapes/<name>"
TAG = "Linked data"


def shapes(service: Service) -> Paths:
    """All of them."""
    shown = ok("The shapes.", types(DATA), "Link", "Content-Location")
    sent = [format_parameter(DATA)]
    get = operation("shapes", "The rules (SHACL)", TAG, shown, READ, sent, cached=True)
    yield "/shapes", {"get": get}


def rule(service: Service) -> Paths:
    """One of them."""
    shown = ok("What it asks, and its statements.", types(DATA), "Link", "Content-Location")
    name = in_path("name", "ResearchQuestion-underPriority", "A rule, as /shapes lists it")
    sent = [name, format_parameter(DATA)]
    get = operation("rule", "One rule", TAG, shown, (*READ, 404), sent, cached=True)
    yield "/shapes/{name}", {"get": get}


PATHS: dict[str, Callable[[Service], Paths]] = {"/shapes": shapes, RULE: rule}
"""What is said of each route, by the rule that routes to it."""
