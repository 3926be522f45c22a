"""What the OpenAPI description says of the Reconciliation Service API."""

from collections.abc import Callable, Iterator

from .openapi_parts import Json, in_path, operation, response
from .parameters import FORM
from .service import Service

Paths = Iterator[tuple[str, Json]]

TAG = "Reconciliation"
JSON = "application/json"
HTML = "text/html"
READ = (400, 503)
TEXT: Json = {"type": "string"}
WHAT = in_path("what", "entity", "entity, type or property")
EXAMPLE = '{"q0": {"query": "predictive policing", "type": "topic", "limit": 3}}'
EXTENSION = '{"ids": ["question/met-2019-4-2"], "properties": [{"id": "priority"}]}'
QUERIES: Json = {
    "queries": {**TEXT, "description": "A batch of queries in JSON.", "example": EXAMPLE},
    "extend": {**TEXT, "description": "A data extension query in JSON.", "example": EXTENSION},
    "query": {**TEXT, "description": "One query, as early clients send it: a text, or JSON."},
}
"""Parameters of which one at most is sent."""


def endpoint(service: Service) -> Paths:
    """The endpoint: manifest, queries, data extension."""
    sent = [{"name": name, "in": "query", "schema": schema} for name, schema in QUERIES.items()]
    shown = {"200": response("Without a parameter: the service manifest.", [JSON, HTML])}
    statuses = (*_asked(service), 406, 413)
    get = operation("reconcile", "Reconcile", TAG, shown, statuses, sent, cached=True)
    get["description"] = "The Reconciliation Service API 0.2 of the W3C Community Group."
    results = {"200": response("Results by the names of the queries, or values.", [JSON, HTML])}
    post = operation("reconcile-post", "Reconcile", TAG, results, (*statuses, 415))
    form: Json = {"type": "object", "properties": QUERIES}
    post["requestBody"] = {"required": True, "content": {FORM: {"schema": form}}}
    yield "/reconcile", {"get": get, "post": post}


def preview(service: Service) -> Paths:
    """A small page about an entity."""
    shown = {"200": response("The page, made for a frame.", [HTML])}
    statuses = (*_asked(service), 404)
    get = operation("preview", "An entity in small", TAG, shown, statuses, [_ID], cached=True)
    yield "/reconcile/preview", {"get": get}


def suggest(service: Service) -> Paths:
    """What a prefix may be the beginning of."""
    prefix = {"name": "prefix", "in": "query", "schema": TEXT, "example": "digital"}
    cursor = _number("cursor", 0, "Suggestions to leave out at the beginning.")
    shown = _object("The suggestions.", "result", {"type": "array"})
    statuses = (*_asked(service), 404)
    get = operation("suggest", "Suggest", TAG, shown, statuses, [WHAT, prefix, cursor], cached=True)
    yield "/reconcile/suggest/{what}", {"get": get}


def flyout(service: Service) -> Paths:
    """A few words about something."""
    shown = _object("A fragment of HTML.", "html", TEXT)
    statuses = (*_asked(service), 404)
    get = operation("flyout", "In a few words", TAG, shown, statuses, [WHAT, _ID], cached=True)
    yield "/reconcile/flyout/{what}", {"get": get}


def properties(service: Service) -> Paths:
    """The properties of a type."""
    kind = {"name": "type", "in": "query", "schema": TEXT, "example": "question"}
    limit = _number("limit", 1, "Most properties to tell.")
    shown = _object("The properties.", "properties", {"type": "array"})
    get = operation(
        "properties", "Properties of a type", TAG, shown, (400, 404), [kind, limit], cached=True
    )
    yield "/reconcile/properties", {"get": get}


_ID: Json = {
    "name": "id",
    "in": "query",
    "required": True,
    "description": "An identifier or an IRI.",
    "schema": {**TEXT, "minLength": 1},
    "example": "question/met-2019-4-2",
}


def _number(name: str, least: int, words: str) -> Json:
    schema = {"type": "integer", "minimum": least, "maximum": 10**9}
    return {"name": name, "in": "query", "description": words, "schema": schema}


def _object(words: str, member: str, schema: Json) -> Json:
    told = response(words, [JSON])
    told["content"][JSON] = {
        "schema": {"type": "object", "required": [member], "properties": {member: schema}}
    }
    return {"200": told}


def _asked(service: Service) -> tuple[int, ...]:
    return (*READ, 502) if service.settings.engine else READ


PATHS: dict[str, Callable[[Service], Paths]] = {
    "/reconcile": endpoint,
    "/reconcile/flyout/<what>": flyout,
    "/reconcile/preview": preview,
    "/reconcile/properties": properties,
    "/reconcile/suggest/<what>": suggest,
}
"""What is said of each route, by the rule that routes to it."""
