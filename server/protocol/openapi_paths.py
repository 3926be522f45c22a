"""What the OpenAPI description says of each route of the application."""

from collections.abc import Callable, Iterator

from ..formats import FORMATS, carrying
from ..queryfile import QueryFile
from ..queryparameter import Parameter
from . import (
    openapi_coverage,
    openapi_find,
    openapi_reconcile,
    openapi_releases,
    payload,
    update,
    validate,
)
from .negotiation import DATA, KINDS
from .openapi_parts import (
    ANY,
    KEY,
    KIND,
    MEDIA_TYPES,
    QUERY,
    STORED,
    VALUES,
    Json,
    format_parameter,
    headers,
    in_path,
    ok,
    operation,
    response,
    shared,
    types,
)
from .parameters import FORM
from .queries import LIST, PATH, default_of, form_of, library
from .service import Service
from .sparql import DIRECT
from .writing import GRAPHS, UPDATE

Paths = Iterator[tuple[str, Json]]

READ = (400, 406)
POSTED = (413, 415)
WRITTEN = (400, 401, 403, 409, 413, 415, 503)


def asked(service: Service) -> tuple[int, ...]:
    """Statuses of what is asked of the engine."""
    return (*READ, 502, 503) if service.settings.engine else (*READ, 503)


def home(service: Service) -> Paths:
    """The start page."""
    shown = ok("The start page.", ["text/html"])
    get = operation("start", "What this is", "Pages", shown, asked(service), cached=True)
    yield "/", {"get": get}


def static(service: Service) -> Paths:
    """The files that pages need."""
    shown = {"200": {"description": "The file.", "headers": headers("ARI-Revision"), **ANY}}
    name = in_path("name", "ari.css", "Name of the file")
    get = operation("file", "A style sheet or an image", "Pages", shown, (404,), [name])
    yield "/static/{name}", {"get": get}


def sparql(service: Service) -> Paths:
    """Queries of one's own."""
    formats = [item for item in FORMATS if any(kind in item.carries for kind in KINDS)]
    shown = ok("The answer.", types(formats), "ARI-Rows")
    statuses = (*asked(service), 404)
    dataset = [shared(name) for name in ("DefaultGraph", "NamedGraph", "Release")]
    sent = [*dataset, format_parameter(formats)]
    get = operation(
        "sparql", "Ask", "SPARQL", shown, statuses, [shared("Query"), *sent], cached=True
    )
    get["description"] = (
        "The query operation of the SPARQL 1.1 Protocol. "
        "Without a query: the service description, or for a browser a form."
    )
    post = operation("sparql-post", "Ask", "SPARQL", shown, (*statuses, *POSTED), sent)
    post["requestBody"] = {
        "required": True,
        "content": {
            DIRECT: {"schema": {"type": "string"}, "example": QUERY},
            FORM: {"schema": {"$ref": "#/components/schemas/QueryForm"}},
        },
    }
    yield "/sparql", {"get": get, "post": post}


def updates(service: Service) -> Paths:
    """SPARQL Update."""
    sent = [shared("UsingGraph"), shared("UsingNamedGraph")]
    post = _write("update", "Change by SPARQL Update", ("200",), sent)
    post["requestBody"] = {
        "required": True,
        "content": {
            update.DIRECT: {"schema": {"type": "string"}, "example": "INSERT DATA {}"},
            FORM: {"schema": {"$ref": "#/components/schemas/UpdateForm"}},
        },
    }
    yield UPDATE, {"post": post}


def graphs(service: Service) -> Paths:
    """The graph store, and a graph named by a parameter."""
    which = [shared("Graph"), shared("Default")]
    item = _graph(service, which, "")
    item["get"]["description"] = "Without a parameter: the graphs that there are."
    yield GRAPHS, item


def graph(service: Service) -> Paths:
    """A graph whose IRI is its URL."""
    which = [in_path("path", "notes", "The end of the graph's IRI, which is this address")]
    yield f"{GRAPHS}/{{path}}", _graph(service, which, "-direct")


def _graph(service: Service, which: list[Json], suffix: str) -> Json:
    """The Graph Store HTTP Protocol on one address."""
    offered = carrying("graph")
    shown = ok("The graph.", types(offered), "ARI-Rows", "Link")
    sent = [*which, shared("Release"), format_parameter(offered)]
    statuses = (*asked(service), 404)
    get = operation(f"graph{suffix}", "Read a graph", "SPARQL", shown, statuses, sent, cached=True)
    put = _write(f"put{suffix}", "Replace a graph", ("201", "204"), which)
    post = _write(f"post{suffix}", "Add to a graph", ("200", "201", "204"), which)
    delete = _write(f"delete{suffix}", "Remove a graph", ("200",), which, 404)
    patch = _write(f"patch{suffix}", "Change one graph", ("200",), which, 404)
    document: Json = {name: {"schema": {"type": "string"}} for name in payload.ACCEPTED}
    put["requestBody"] = {"content": document}
    post["requestBody"] = {"content": {**document, payload.MULTIPART: {"schema": FILES}}}
    patch["requestBody"] = {
        "required": True,
        "content": {update.DIRECT: {"schema": {"type": "string"}, "example": "INSERT DATA {}"}},
    }
    return {"get": get, "put": put, "post": post, "delete": delete, "patch": patch}


FILES: Json = {
    "type": "object",
    "additionalProperties": {"type": "string", "contentMediaType": "text/turtle"},
}


def _write(
    name: str, summary: str, done: tuple[str, ...], sent: list[Json], *statuses: int
) -> Json:
    """An operation that needs the token.

    Args:
        done: the statuses of success.
    """
    told = {status: DONE[status] for status in done}
    write = operation(name, summary, "Writing", told, (*WRITTEN, 412, *statuses), sent)
    return write | {"security": [{"token": []}]}


_REPORT: Json = {
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Change"}}}
}
_WRITTEN = headers("ARI-Revision", "Cache-Control")
DONE: Json = {
    "200": {"description": "Done and durable.", "headers": _WRITTEN, **_REPORT},
    "201": {
        "description": "Done and durable; the graph is new.",
        "headers": {**_WRITTEN, **headers("Location")},
        **_REPORT,
    },
    "204": {"description": "Done and durable.", "headers": headers("ARI-Revision")},
}
"""Responses to writes, by status."""


def thing(service: Service) -> Paths:
    """The name of a thing."""
    see = {
        "303": {
            "description": "The document about the thing stands elsewhere.",
            "headers": headers("ARI-Revision", "Location"),
        }
    }
    get = operation("thing", "A thing", "Linked data", see, (), [KIND, KEY])
    yield "/id/{kind}/{key}", {"get": get}


def document(service: Service) -> Paths:
    """The document about a thing."""
    shown = ok("The document.", types(DATA), "Link", "Content-Location")
    sent, statuses = [KIND, KEY, format_parameter(DATA)], (*asked(service), 404)
    get = operation("document", "About a thing", "Linked data", shown, statuses, sent, cached=True)
    yield "/doc/{kind}/{key}", {"get": get}


def ontology(service: Service) -> Paths:
    """The ontology."""
    shown = ok("The ontology.", types(DATA), "Link", "Content-Location")
    sent, statuses = [format_parameter(DATA)], asked(service)
    get = operation("ontology", "The terms", "Linked data", shown, statuses, sent, cached=True)
    yield "/def", {"get": get}


def shapes(service: Service) -> Paths:
    """The shapes."""
    shown = ok("The shapes.", types(DATA), "Link", "Content-Location")
    sent = [format_parameter(DATA)]
    get = operation("shapes", "The rules (SHACL)", "Linked data", shown, READ, sent, cached=True)
    yield "/shapes", {"get": get}


def validation(service: Service) -> Paths:
    """What our shapes say about a posted graph."""
    explained = ok("What to send, or for a browser a form.", ["application/json", "text/html"])
    get = operation("validate", "How to validate", "Validation", explained, READ, cached=True)
    shown = ok("The report, whether the graph conforms or not.", types(validate.WRITTEN))
    shown["200"]["headers"] = headers("ARI-Revision", "Cache-Control", "ARI-Rows")
    shown["200"]["content"]["application/json"] = {"schema": REPORT}
    sent = [format_parameter(validate.WRITTEN)]
    statuses = (*READ, *POSTED, 503)
    post = operation("validate-post", "Validate a graph", "Validation", shown, statuses, sent)
    post["description"] = validate.CONTEXT
    document: Json = {item.media_type: {"schema": {"type": "string"}} for item in validate.READ}
    forms = {payload.MULTIPART: {"schema": FILES}, FORM: {"schema": PASTED}}
    post["requestBody"] = {"required": True, "content": {**document, **forms}}
    yield validate.PATH, {"get": get, "post": post}


REPORT: Json = {
    "type": "object",
    "required": ["conforms", "severities", "findings"],
    "properties": {
        "conforms": {"type": "boolean", "description": "Whether there is no finding at all."},
        "severities": {
            "type": "object",
            "description": "The number of findings by severity.",
            "additionalProperties": {"type": "integer", "minimum": 1},
        },
        "findings": {"type": "array", "items": {"type": "object"}},
    },
}
PASTED: Json = {
    "type": "object",
    "required": [validate.TEXT],
    "properties": {
        validate.TEXT: {"type": "string", "minLength": 1, "description": "A document."},
        validate.SYNTAX: {
            "type": "string",
            "description": "Its format.",
            "enum": [item.name for item in validate.READ],
            "default": validate.READ[0].name,
        },
    },
}


def stored_queries(service: Service) -> Paths:
    """The list of the stored queries."""
    shown = ok("The list.", types(LIST), "Link")
    listed = {"schema": {"$ref": "#/components/schemas/StoredQueries"}}
    shown["200"]["content"]["application/json"] = listed
    sent = [format_parameter(LIST)]
    get = operation("queries", "The stored queries", "Questions", shown, READ, sent, cached=True)
    yield PATH, {"get": get}


def each_stored_query(service: Service) -> Paths:
    """An operation for each stored query, by GET and by POST of a form."""
    for file in library(service.settings.base_iri).values():
        yield f"{PATH}/{file.name}", _stored_query(service, file)


def _stored_query(service: Service, file: QueryFile) -> Json:
    answer = STORED[form_of(file)]
    shown = {"200": {"$ref": f"#/components/responses/{answer}"}}
    tag, chosen = file.audience.capitalize(), shared(f"FormatOf{answer}")
    values = [_value(parameter, service.settings.base_iri) for parameter in file.parameters]
    statuses = asked(service)
    get = operation(file.name, file.summary, tag, shown, statuses, [*values, chosen], cached=True)
    post = operation(f"{file.name}-post", file.summary, tag, shown, (*statuses, *POSTED), [chosen])
    fields: Json = {"type": "object", "additionalProperties": False}
    fields["properties"] = {item["name"]: item["schema"] for item in values}
    post["requestBody"] = {"required": True, "content": {FORM: {"schema": fields}}}
    for each in (get, post):
        each["description"] = file.question
        each["x-ari-kind"] = file.kind
    return {"get": get, "post": post}


def _value(parameter: Parameter, base: str) -> Json:
    described = {"name": parameter.name, "in": "query", "description": parameter.help}
    schema = VALUES[parameter.type]
    default = default_of(parameter, base)
    if default is not None:
        return described | {"schema": schema | {"default": _typed(parameter.type, default)}}
    if schema["type"] == "string":
        free = {name: said for name, said in schema.items() if name != "minLength"}
    else:
        free = {"anyOf": [schema, {"type": "string", "maxLength": 0}]}
    return described | {"allowEmptyValue": True, "schema": free}


def _typed(kind: str, default: str) -> str | int | bool:
    if kind == "boolean":
        return default == "true"
    return int(default) if kind == "integer" else default


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
    **openapi_coverage.PATHS,
    "/def": ontology,
    "/doc/<path:path>": document,
    GRAPHS: graphs,
    f"{GRAPHS}/<path:path>": graph,
    openapi_find.PATH: openapi_find.describe,
    "/healthz": alive,
    "/id/<path:path>": thing,
    "/metrics": numbers,
    "/openapi.json": itself,
    PATH: stored_queries,
    f"{PATH}/<name>": each_stored_query,
    "/readyz": ready,
    **openapi_reconcile.PATHS,
    **openapi_releases.PATHS,
    "/shapes": shapes,
    "/sparql": sparql,
    "/static/<name>": static,
    UPDATE: updates,
    validate.PATH: validation,
}
"""What is said of each route, by the rule that routes to it."""
