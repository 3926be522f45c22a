"""What the OpenAPI description says of queries, updates and graphs."""

from collections.abc import Callable, Iterator

from ..formats import FORMATS, carrying
from . import payload, update
from .negotiation import KINDS
from .openapi_parts import (
    QUERY,
    Json,
    format_parameter,
    headers,
    in_path,
    ok,
    operation,
    shared,
    types,
)
from .openapi_statuses import POSTED, WRITTEN, asked
from .parameters import FORM
from .service import Service
from .sparql import DIRECT
from .writing import GRAPHS, UPDATE

Paths = Iterator[tuple[str, Json]]


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

PATHS: dict[str, Callable[[Service], Paths]] = {
    "/sparql": sparql,
    UPDATE: updates,
    GRAPHS: graphs,
    f"{GRAPHS}/<path:path>": graph,
}
"""What is said of each route, by the rule that routes to it."""
