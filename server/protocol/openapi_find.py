"""The address of `/find`: what it takes and gives, and what the OpenAPI description says of it."""

from collections.abc import Iterator

from ..formats import BY_NAME, Format
from .openapi_parts import Json, format_parameter, operation, response, types
from .parameters import FORM
from .service import Service

PATH = "/find"
PLAIN = "text/plain"
FORMATS = (Format("json", "application/json", (), frozenset(), "json"), BY_NAME["csv"])
"""The formats of finds; the default first."""
MOST_CHARACTERS = 20_000
"""Of a text: ten times a long abstract."""
MOST_FINDS = 50
USUAL_FINDS = 10
"""Of one edition."""

TEXT: Json = {
    "type": "string",
    "minLength": 1,
    "maxLength": MOST_CHARACTERS,
    "description": "A title, an abstract, or a few words, in English.",
    "example": "Interventions against online radicalisation of young people",
}
LIMIT: Json = {
    "type": "integer",
    "minimum": 1,
    "maximum": MOST_FINDS,
    "default": USUAL_FINDS,
    "description": "Most questions of one edition.",
}


def describe(service: Service) -> Iterator[tuple[str, Json]]:
    """Both operations."""
    shown = {"200": response("The questions, or why there are none.", types(FORMATS))}
    statuses = (400, 406, 413, 503, *((502,) if service.settings.engine else ()))
    text, limit = _parameter("text", TEXT), _parameter("limit", LIMIT)
    sent = [limit, format_parameter(FORMATS)]
    get = operation("find", "Find questions", "Questions", shown, statuses, [text, *sent])
    post = operation("find-post", "Find questions", "Questions", shown, (*statuses, 415), sent)
    fields = {"type": "object", "properties": {"text": TEXT, "limit": LIMIT}}
    post["requestBody"] = {
        "required": True,
        "content": {
            FORM: {"schema": {**fields, "required": ["text"]}},
            PLAIN: {"schema": {"type": "string"}, "example": TEXT["example"]},
        },
    }
    for each in (get, post):
        each["description"] = (
            "The questions of all editions that a text may answer, ranked, with what the text and "
            "each question share. Nothing of the text is kept or logged; a POST keeps it out of "
            "the address too."
        )
    yield PATH, {"get": get, "post": post}


def _parameter(name: str, schema: Json) -> Json:
    """A parameter; what a schema says to people stands beside the schema there."""
    told = [key for key in ("description", "example") if key in schema]
    plain = {key: value for key, value in schema.items() if key not in told}
    return {"name": name, "in": "query", "schema": plain} | {key: schema[key] for key in told}
