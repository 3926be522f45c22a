"""What the OpenAPI description says of validation."""

from collections.abc import Callable, Iterator

from . import payload, validate
from .openapi_parts import Json, format_parameter, headers, ok, operation, types
from .openapi_sparql import FILES
from .openapi_statuses import POSTED, READ
from .parameters import FORM
from .service import Service

Paths = Iterator[tuple[str, Json]]


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

PATHS: dict[str, Callable[[Service], Paths]] = {validate.PATH: validation}
"""What is said of each route, by the rule that routes to it."""
