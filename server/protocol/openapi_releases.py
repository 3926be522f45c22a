"""The addresses of releases, and what the OpenAPI description says of them."""

from collections.abc import Callable, Iterator

from ..formats import Format
from .negotiation import DATA
from .openapi_find import FORMATS
from .openapi_parts import (
    ANY,
    Json,
    format_parameter,
    headers,
    in_path,
    ok,
    operation,
    types,
)
from .service import Service

Paths = Iterator[tuple[str, Json]]

LIST = "/releases/"
RELEASE = "/releases/<version>/"
FILE = "/releases/<version>/<path:path>"
CHANGES = "/releases/<version>/changes"
DOCUMENT = "/doc/release/<version>"
CATALOGUE = "/catalogue"
VOID = "/.well-known/void"
JSON: tuple[Format, ...] = FORMATS[:1]
"""The format of the list of releases and of one release, besides the page."""

LINKSET = Format("linkset", "application/linkset+json", (), frozenset(), "json")
"""RFC 9264: a release with every file, and the links of each."""
OF_RELEASE: tuple[Format, ...] = (*DATA, *JSON, LINKSET)
"""The forms of one release, besides the page."""

TAG = "Linked data"
VERSION = in_path("version", "1.0.0", "A version that is published")
PATH = in_path("path", "ari-graph.nq", "A file of the release, as SHA256SUMS names it")
RANGE: Json = {
    "name": "Range",
    "in": "header",
    "description": "One range of bytes.",
    "schema": {"type": "string", "example": "bytes=0-1023"},
}


def releases(service: Service) -> Paths:
    """The list."""
    shown = ok("Every release, the newest first.", types(JSON), *LINKED)
    shown |= _moved("It stands at the same address with a slash at its end.", 301)
    sent = [format_parameter(JSON)]
    get = operation("releases", "Releases", TAG, shown, (400, 406), sent, cached=True)
    yield LIST, {"get": get}


def release(service: Service) -> Paths:
    """One release."""
    shown = _forms("What the release is, and its files with sizes and checksums.")
    shown |= _moved("It stands at the same address with a slash at its end.", 301)
    sent = [VERSION, format_parameter(OF_RELEASE)]
    get = operation("release", "A release", TAG, shown, (400, 404, 406), sent, cached=True)
    yield "/releases/{version}/", {"get": get}


def document(service: Service) -> Paths:
    """The document about a release."""
    shown = _forms("What the release is, and its files with sizes and checksums.")
    sent = [VERSION, format_parameter(OF_RELEASE)]
    statuses = (400, 404, 406)
    get = operation("release-document", "About a release", TAG, shown, statuses, sent, cached=True)
    yield "/doc/release/{version}", {"get": get}


def changes(service: Service) -> Paths:
    """What changed since the release before."""
    shown = ok("What changed, in words; as JSON, as `diff.json`.", types(JSON), *LINKED)
    sent = [VERSION, format_parameter(JSON)]
    statuses = (400, 404, 406)
    get = operation("release-changes", "What changed", TAG, shown, statuses, sent, cached=True)
    yield "/releases/{version}/changes", {"get": get}


def file(service: Service) -> Paths:
    """A file of a release."""
    told = headers("ARI-Revision", "ETag", "Cache-Control", "Link")
    shown = {
        "200": {"description": "The file; it never changes.", "headers": told, **ANY},
        "206": {"description": "The range of bytes that was asked for.", "headers": told, **ANY},
    }
    sent = [VERSION, PATH, RANGE]
    get = operation("release-file", "A file", TAG, shown, (404, 416), sent, cached=True)
    yield "/releases/{version}/{path}", {"get": get}


def catalogue(service: Service) -> Paths:
    """DCAT."""
    shown = ok("The catalogue of all releases (DCAT 3).", _types(), *LINKED) | ELSEWHERE
    sent = [format_parameter(DATA)]
    get = operation("catalogue", "The catalogue", TAG, shown, _asked(service), sent, cached=True)
    yield CATALOGUE, {"get": get}


def void(service: Service) -> Paths:
    """VoID."""
    shown = ok("What the newest release holds (VoID).", _types(), *LINKED) | ELSEWHERE
    sent = [format_parameter(DATA)]
    get = operation("void", "What is here", TAG, shown, _asked(service), sent, cached=True)
    yield VOID, {"get": get}


def _types() -> list[str]:
    return [item.media_type for item in DATA]


def _moved(words: str, status: int) -> Json:
    told = headers("ARI-Revision", "Location", "Cache-Control")
    return {str(status): {"description": words, "headers": told}}


def _forms(words: str) -> Json:
    return ok(words, types(OF_RELEASE), *LINKED)


LINKED = ("Link", "Content-Location")
ELSEWHERE = _moved("A browser is led to the releases.", 303)


def _asked(service: Service) -> tuple[int, ...]:
    return 400, 404, 406, 503, *((502,) if service.settings.engine else ())


PATHS: dict[str, Callable[[Service], Paths]] = {
    LIST: releases,
    RELEASE: release,
    DOCUMENT: document,
    CHANGES: changes,
    FILE: file,
    CATALOGUE: catalogue,
    VOID: void,
}
