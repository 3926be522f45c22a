"""What the OpenAPI description says of permalinks."""

from collections.abc import Callable, Iterator

from ..formats import Format
from .openapi_find import FORMATS
from .openapi_parts import Json, format_parameter, headers, ok, operation, shared, types
from .openapi_statuses import asked
from .permalink import PATH
from .service import Service

JSON = FORMATS[0]
TEXT = Format("txt", "text/plain", (), frozenset(), "txt")
"""The bytes that the digest is of."""

DIGEST: Json = {
    "name": "sha256",
    "in": "query",
    "description": "Of the answer that is cited. Without it: 303 to the permalink.",
    "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
}
AGAINST: Json = {
    "name": "against",
    "in": "query",
    "description": "What the answer is compared with: a release, or `live`; else its own release.",
    "schema": {"type": "string", "minLength": 1},
}


def cite(service: Service) -> Iterator[tuple[str, Json]]:
    """A permalink."""
    shown = ok("Whether the answer is the same, and what differs.", types([JSON, TEXT]), "Link")
    told = headers("ARI-Revision", "Location", "Cache-Control")
    shown |= {"303": {"description": "The permalink of the answer.", "headers": told}}
    sent = [
        shared("Query"),
        shared("DefaultGraph"),
        shared("NamedGraph"),
        shared("Release"),
        DIGEST,
        AGAINST,
        format_parameter([JSON, TEXT]),
    ]
    statuses = (*asked(service), 404, *((501,) if service.settings.engine else ()))
    get = operation("cite", "A cited answer", "SPARQL", shown, statuses, sent, cached=True)
    yield PATH, {"get": get}


PATHS: dict[str, Callable[[Service], Iterator[tuple[str, Json]]]] = {PATH: cite}
"""What is said of each route, by the rule that routes to it."""
