"""The addresses of coverage and of pairs: what they take, and what the OpenAPI description says."""

from collections.abc import Callable, Iterator

from ..formats import Format
from .negotiation import DATA
from .openapi_find import FORMATS
from .openapi_parts import Json, format_parameter, in_path, ok, operation, types
from .openapi_statuses import asked
from .service import Service

Paths = Iterator[tuple[str, Json]]

PATH = "/coverage"
GAPS = "/coverage/gaps"
PAIR = "/doc/mapping/<path:key>"
ON_PAIRS: tuple[Format, ...] = (*DATA, FORMATS[0])
"""The formats of a pair: those of every document, and its whole record as JSON."""

TAG = "Cross-referencing"
EDITIONS: Json = {
    "subject": "Key of the edition of the rows. Default: one that has a mapping set.",
    "object": "Key of the edition of the columns. Default: one that was compared with the first.",
}
HEADINGS: Json = {
    "rows": "What the questions of the first edition are gathered under.",
    "columns": "What those of the second are gathered under.",
}
LEVELS = ["priority", "group", "theme", "goal", "edition"]
KEY = in_path(
    "key", "met-2019-1-1--home-office-2019-70", "Keys of the two questions; with .1, a decision"
)


def coverage(service: Service) -> Paths:
    """Headings against headings."""
    shown = ok("The cells of the table, and the headings on both sides.", types(FORMATS), "Link")
    sent = [*_editions(), *(_level(*said) for said in HEADINGS.items()), format_parameter(FORMATS)]
    statuses = (*asked(service), 404)
    get = operation("coverage", "Who asks the same", TAG, shown, statuses, sent, cached=True)
    get["description"] = (
        "Headings of one edition against headings of another: pairs of questions that answer each "
        "other, how many a person accepted, the strongest relation, the highest confidence."
    )
    yield PATH, {"get": get}


def gaps(service: Service) -> Paths:
    """Questions without counterparts."""
    shown = ok("The questions of both editions that have no counterpart.", types(FORMATS), "Link")
    sent, statuses = [*_editions(), format_parameter(FORMATS)], (*asked(service), 404)
    get = operation("gaps", "What nobody asks", TAG, shown, statuses, sent, cached=True)
    get["description"] = (
        "What each of two editions asks alone, with the reason where one is recorded, and the "
        "questions that came near and were rejected."
    )
    yield GAPS, {"get": get}


def pair(service: Service) -> Paths:
    """The record of a pair."""
    shown = ok("The record.", types(ON_PAIRS), "Link", "Content-Location")
    shown["200"]["content"][FORMATS[0].media_type] = {"schema": RECORD}
    sent = [KEY, format_parameter(ON_PAIRS)]
    get = operation(
        "pair",
        "Two questions side by side",
        TAG,
        shown,
        (*asked(service), 404, 410),
        sent,
        cached=True,
    )
    get["description"] = (
        "Both texts, what they share, the decision that holds with its reason, and every decision "
        "before it. In RDF: what the dataset says; as JSON also what a program sees in the texts. "
        "Of a pair of compared editions without a record (`unlisted`) page and JSON say so, with "
        "what the mapping set says of such pairs; as RDF it is 404, as no triple speaks of it."
    )
    yield "/doc/mapping/{key}", {"get": get}


RECORD: Json = {
    "type": "object",
    "required": ["iri", "kind", "subject", "decision", "history", "revision"],
    "properties": {
        "iri": {"type": "string"},
        "kind": {"enum": ["pair", "gap", "unlisted"]},
        "subject": {"type": "object"},
        "object": {"type": ["object", "null"]},
        "decision": {"type": ["object", "null"]},
        "history": {"type": "array", "items": {"type": "object"}},
        "features": {"type": ["object", "null"]},
        "set": {"type": ["object", "null"]},
        "revision": {"type": "string"},
    },
}

PATHS: dict[str, Callable[[Service], Paths]] = {PATH: coverage, GAPS: gaps, PAIR: pair}
"""What is said of each route, by the rule that routes to it."""


def _editions() -> list[Json]:
    schema: Json = {"schema": {"type": "string"}}
    return [
        {"name": name, "in": "query", "description": EDITIONS[name], **schema} for name in EDITIONS
    ]


def _level(name: str, words: str) -> Json:
    schema: Json = {"type": "string", "enum": LEVELS}
    return {"name": name, "in": "query", "description": words, "schema": schema}
