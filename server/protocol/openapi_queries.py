"""What the OpenAPI description says of the stored queries, an operation for each."""

from collections.abc import Callable, Iterator

from ..queryfile import QueryFile
from ..queryparameter import Parameter
from .openapi_parts import STORED, VALUES, Json, format_parameter, ok, operation, shared, types
from .openapi_statuses import POSTED, READ, asked
from .parameters import FORM
from .queries import LIST, PATH, default_of, form_of, library
from .service import Service

Paths = Iterator[tuple[str, Json]]


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
    statuses = (*asked(service), 404)
    sent = [shared("Release"), chosen]
    get = operation(file.name, file.summary, tag, shown, statuses, [*values, *sent], cached=True)
    post = operation(f"{file.name}-post", file.summary, tag, shown, (*statuses, *POSTED), sent)
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


PATHS: dict[str, Callable[[Service], Paths]] = {
    PATH: stored_queries,
    f"{PATH}/<name>": each_stored_query,
}
"""What is said of each route, by the rule that routes to it."""
