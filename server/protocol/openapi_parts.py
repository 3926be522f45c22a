"""What the OpenAPI description is made of: operations, responses, parameters, schemas."""

from collections.abc import Iterable, Sequence
from typing import Any

from ..formats import BY_NAME, Format, Kind, carrying
from . import negotiation
from .negotiation import HTML_TYPES
from .queries import COLUMNS

Json = dict[str, Any]

ALWAYS = (408, 414, 429, 431, 500)
"""Refusals that any request may meet, before it is looked at."""


def operation(
    name: str,
    summary: str,
    tag: str,
    ok: Json,
    statuses: Sequence[int],
    sent: Sequence[Json] = (),
    *,
    cached: bool = False,
) -> Json:
    """One operation.

    Args:
        ok: responses that are no refusals, by status.
        statuses: refusals besides those that every operation has.
        sent: parameters.
        cached: whether `If-None-Match` may be answered with 304.
    """
    condition = [shared("IfNoneMatch")] if cached else []
    unchanged_ = {"304": {"$ref": "#/components/responses/Unchanged"}} if cached else {}
    refusals = {
        str(status): {"$ref": f"#/components/responses/Problem{status}"}
        for status in sorted({*statuses, *ALWAYS})
    }
    return {
        "operationId": name,
        "summary": summary,
        "tags": [tag],
        "parameters": [*sent, *condition],
        "responses": ok | unchanged_ | refusals,
    }


def ok(words: str, media_types: Iterable[str], *more: str) -> Json:
    return {"200": response(words, media_types, *more)}


def response(words: str, media_types: Iterable[str], *more: str) -> Json:
    return {
        "description": words,
        "headers": headers("ARI-Revision", "ETag", "Cache-Control", *more),
        "content": {name: CONTENT.get(name, {}) for name in media_types},
    }


def headers(*names: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def types(formats: Iterable[Format]) -> list[str]:
    return [*(item.media_type for item in formats), HTML_TYPES[0]]


def shared(name: str) -> Json:
    return {"$ref": f"#/components/parameters/{name}"}


def format_parameter(formats: Iterable[Format], *more: str) -> Json:
    names = [item.name for item in formats]
    return {
        "name": "format",
        "in": "query",
        "description": "Wins over `Accept`. A media type will do as well.",
        "schema": {"type": "string", "enum": [*names, negotiation.HTML, *more]},
    }


def in_path(name: str, example: str, words: str) -> Json:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": words,
        "schema": {"type": "string", "minLength": 1},
        "example": example,
    }


TEXT: Json = {"type": "string"}
TEXTS: Json = {"type": "array", "items": TEXT}
WHOLE: Json = {"type": "integer", "minimum": 1}
MEMBERS: tuple[tuple[str, str, Json], ...] = (
    ("remedy", "What to do so that the request passes.", TEXT),
    ("line", "Of a syntax error, from 1.", WHOLE),
    ("column", "Of a syntax error, in code points from 1.", WHOLE),
    ("snippet", "The line, and below it a caret at the column.", TEXT),
    ("limit", "The setting that holds the limit.", TEXT),
    ("value", "Of the limit.", {"type": "number"}),
    ("unit", "Of the value.", TEXT),
    ("retryAfter", "Seconds after which the same request may pass.", WHOLE),
    ("parameter", "The parameter that can't be used.", TEXT),
    ("parameters", "Those that there are.", TEXTS),
    ("name", "What was asked for and is not there.", TEXT),
    ("label", "What the thing was called that is gone; empty: not known.", TEXT),
    ("replacedBy", "What replaced it: `iri` and `label` of each.", {"type": "array"}),
    ("near", "Names that are much like it.", TEXTS),
    ("release", "The release that was asked for and is not there.", TEXT),
    ("releases", "Those that there are, or that hold what is gone.", TEXTS),
    ("graph", "The graph that was asked for and is not there.", TEXT),
    ("graphs", "Those that there are.", TEXTS),
    ("findings", "The rules that the data would break, and where.", {"type": "array"}),
    ("allowed", "The verbs that are possible.", TEXTS),
    ("available", "The media types that are on offer.", TEXTS),
    ("accepted", "The media types that are read.", TEXTS),
)
"""Extension members of problems (RFC 9457, section 3.2)."""

TAGS = {
    "Questions": "The stored queries.",
    "Researcher": "Stored queries for researchers.",
    "Cross-referencer": "Stored queries for those who compare organisations.",
    "Publisher": "Stored queries for publishers and data people.",
    "Cross-referencing": "Which questions of two bodies answer each other, and what nobody asks.",
    "SPARQL": "Queries of your own.",
    "Writing": "Changes by those who have the token; without one the service is read-only.",
    "Validation": "Data of your own, held to the rules of ours.",
    "Reconciliation": "Names of your own, matched to what is here: OpenRefine's API.",
    "Linked data": "Things, and the documents about them.",
    "Pages": "For people, and about the service itself.",
}
STORED: dict[Kind, str] = {"table": "Table", "boolean": "Boolean", "graph": "Graph"}
VALUES: dict[str, Json] = {
    "iri": {**TEXT, "format": "iri-reference", "minLength": 1},
    "string": TEXT,
    "language": {**TEXT, "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
    "integer": {"type": "integer", "minimum": 1 - 10**18, "maximum": 10**18 - 1},
    "date": {**TEXT, "format": "date"},
    "boolean": {"type": "boolean"},
}
"""Schemas of the types of parameters: `queryparameter.TYPES`."""

MEDIA_TYPES = ("application/json", "application/vnd.oai.openapi+json", "application/openapi+json")
"""Of the description itself."""

SECURITY: Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "The operator's ARI_TOKEN. None set: every write is 403.",
    }
}
KIND = in_path("kind", "question", "What it is")
KEY = in_path("key", "met-2019-4-2", "Its name, never reused and never changed")
ANY: Json = {"content": {"*/*": {}}}
QUERY = "SELECT * WHERE { ?s ?p ?o } LIMIT 10"
RESULTS: Json = {
    "type": "object",
    "required": ["head"],
    "oneOf": [
        {
            "required": ["results"],
            "properties": {
                "head": {"type": "object", "required": ["vars"], "properties": {"vars": TEXTS}},
                "results": {"$ref": "#/components/schemas/Bindings"},
            },
        },
        {"required": ["boolean"], "properties": {"boolean": {"type": "boolean"}}},
    ],
}
"""SPARQL 1.1 Query Results JSON Format, section 3."""

CONTENT: dict[str, Json] = {
    BY_NAME["json"].media_type: {"schema": {"$ref": "#/components/schemas/Results"}},
}
"""What is said of the content of a media type; of others, that it is there."""

SCHEMAS: Json = {
    "Results": RESULTS,
    "Bindings": {
        "type": "object",
        "required": ["bindings"],
        "properties": {
            "bindings": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": {"$ref": "#/components/schemas/Term"},
                },
            }
        },
    },
    "Term": {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"enum": ["uri", "literal", "bnode"]},
            "value": TEXT,
            "xml:lang": TEXT,
            "datatype": TEXT,
        },
    },
    "Change": {
        "type": "object",
        "description": "A write that is done and durable.",
        "required": ["revision", "added", "removed"],
        "properties": {
            "revision": {**TEXT, "description": "Of the data that holds it."},
            "added": {"type": "integer", "minimum": 0},
            "removed": {"type": "integer", "minimum": 0},
            "graph": {**TEXT, "description": "The graph that was written to."},
        },
    },
    "UpdateForm": {
        "type": "object",
        "required": ["update"],
        "properties": {
            "update": TEXT,
            "using-graph-uri": TEXTS,
            "using-named-graph-uri": TEXTS,
        },
    },
    "QueryForm": {
        "type": "object",
        "required": ["query"],
        "properties": {
            "query": {**TEXT, "minLength": 1},
            "default-graph-uri": TEXTS,
            "named-graph-uri": TEXTS,
        },
    },
    "StoredQueries": {
        "type": "object",
        "required": ["queries"],
        "properties": {
            "queries": {"type": "array", "items": {"$ref": "#/components/schemas/StoredQuery"}}
        },
    },
    "StoredQuery": {
        "type": "object",
        "required": list(COLUMNS),
        "properties": {
            **dict.fromkeys(COLUMNS, TEXT),
            "rows": {"type": ["integer", "null"]},
            "address": {**TEXT, "format": "uri"},
            "parameters": {"type": "array", "items": {"$ref": "#/components/schemas/Parameter"}},
        },
    },
    "Parameter": {
        "type": "object",
        "required": ["name", "type", "default", "help"],
        "properties": {
            "name": TEXT,
            "type": {"enum": list(VALUES)},
            "default": {"type": ["string", "null"], "description": "null: any value."},
            "help": TEXT,
        },
    },
}

HEADERS: Json = {
    "ARI-Revision": {
        "description": "Names the state of the data.",
        "required": True,
        "schema": {**TEXT, "minLength": 1},
    },
    "ARI-Rows": {
        "description": "Rows or triples of the answer.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "ETag": {"description": "Of this revision, request and format.", "schema": TEXT},
    "Cache-Control": {"required": True, "schema": TEXT},
    "Content-Location": {"description": "This form of the document.", "schema": TEXT},
    "Link": {"description": "Other forms, the licence, what is described.", "schema": TEXT},
    "Location": {"description": "Where to go, or what was made.", "required": True, "schema": TEXT},
    "WWW-Authenticate": {"required": True, "schema": TEXT},
    "Retry-After": {"description": "In seconds.", "schema": WHOLE},
}

PARAMETERS: Json = {
    "Query": {"name": "query", "in": "query", "schema": TEXT, "example": QUERY},
    "DefaultGraph": {
        "name": "default-graph-uri",
        "in": "query",
        "description": "A graph of the default graph; may be repeated.",
        "schema": TEXTS,
    },
    "NamedGraph": {
        "name": "named-graph-uri",
        "in": "query",
        "description": "A named graph of the dataset; may be repeated.",
        "schema": TEXTS,
    },
    "UsingGraph": {
        "name": "using-graph-uri",
        "in": "query",
        "description": "A graph of the default graph that an update reads; may be repeated.",
        "schema": TEXTS,
    },
    "UsingNamedGraph": {
        "name": "using-named-graph-uri",
        "in": "query",
        "description": "A named graph that an update reads; may be repeated.",
        "schema": TEXTS,
    },
    "Graph": {
        "name": "graph",
        "in": "query",
        "description": "The IRI of a graph.",
        "schema": {**TEXT, "format": "iri", "minLength": 1},
    },
    "Default": {
        "name": "default",
        "in": "query",
        "description": "The unnamed graph; has no value.",
        "allowEmptyValue": True,
        "schema": {**TEXT, "maxLength": 0},
    },
    "Release": {
        "name": "release",
        "in": "query",
        "description": "A release instead of the live data.",
        "schema": TEXT,
    },
    "IfNoneMatch": {
        "name": "If-None-Match",
        "in": "header",
        "description": "An `ETag` from before: 304 if nothing has changed.",
        "schema": TEXT,
    },
    **{f"FormatOf{name}": format_parameter(carrying(kind), "rq") for kind, name in STORED.items()},
}
