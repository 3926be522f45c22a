"""The stored queries as data: the list of them, and each with typed parameters in its address."""

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Protocol

from flask import Blueprint, Response, g, request

from .. import queryfile
from ..engine.interface import Answer
from ..engine.lexer import tokens
from ..errors import UnknownName
from ..formats import BY_NAME, Format, Kind
from ..queryfile import QueryFile
from ..queryparameter import Parameter
from . import negotiation, parameters
from .parameters import FORM, Parameters
from .responses import HTML_UTF8, client_has, client_has_any, entity_tag, unchanged, whole
from .service import Service
from .sparql import DIRECT, Asked, of_release, read_parameters, respond

PATH = "/queries"
RESERVED = frozenset({"format", "release"})
"""Parameters of the service: no stored query may have one of that name."""

LIST = (
    Format("json", "application/json", (), frozenset(), "json"),
    BY_NAME["csv"],
    BY_NAME["tsv"],
)
"""The formats of the list; the default first."""

COLUMNS = ("name", "question", "summary", "audience", "kind", "parameters", "rows", "address")
FORMS: dict[str, Kind] = {
    "SELECT": "table",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}


class Pages(Protocol):
    """What people see of the stored queries."""

    def over(self, service: Service) -> "Pages":
        """The same pages of other data."""

    def queries(self) -> str:
        """The page that lists them."""

    def stored(self, file: QueryFile, asked: Asked, answer: Answer) -> str:
        """The page that asks for the parameters of one and shows its answer."""


def blueprint(service: Service, pages: Pages) -> Blueprint:
    """`/queries` and `/queries/{name}`."""
    routes = Blueprint("queries", __name__)

    @routes.get(PATH)
    def listing() -> Response:
        return the_list(service, pages)

    @routes.route(f"{PATH}/<name>", methods=["GET", "POST"])
    def stored(name: str) -> Response:
        g.stored = find(name, service.settings.base_iri)
        g.sent = sent = read_parameters(request, service.settings.max_request_bytes, (FORM,))
        chosen = of_release(service, sent)
        g.stored = file = library(chosen.settings.base_iri)[name]
        return answer(chosen, pages.over(chosen), file, sent)

    return routes


@cache
def library(base: str) -> Mapping[str, QueryFile]:
    """The stored queries over the things of a deployment, by name."""
    return {name: file.under(base) for name, file in queryfile.library().items()}


def find(name: str, base: str) -> QueryFile:
    """One stored query.

    Raises:
        UnknownName: there is none of that name; offers the nearest ones.
    """
    try:
        queryfile.load(name)
    except UnknownName as error:
        near = " or ".join(f"{PATH}/{other}" for other in error.extra["near"])
        hint = f"Did you mean {near}? " if near else ""
        raise UnknownName(
            error.detail, remedy=f"{hint}{PATH} lists all of them.", extra=error.extra
        ) from error
    return library(base)[name]


def answer(service: Service, pages: Pages, file: QueryFile, sent: Parameters) -> Response:
    """The answer to a stored query with the values sent, or the query's text."""
    values = given(file, sent)
    text = text_of(file, values, service.settings.base_iri)
    takes = negotiation.wanted(request.accept_mimetypes, sent.all("format"))
    if negotiation.prefers_text_of_query(takes):
        return the_text(service, text)
    graphs = service.graphs_of_pages()
    formats = negotiation.for_query(takes, besides=[DIRECT])
    address = f"{PATH}/{file.name}", (*values.items(), *service.chosen)
    asked = Asked(text, graphs, graphs, formats, *address)
    return respond(service, partial(pages.stored, file), asked)


def given(file: QueryFile, sent: Parameters) -> dict[str, str]:
    """The values of a stored query's parameters as sent, in the order of the file.

    Raises:
        ParameterError: one is given twice.
    """
    names = dict.fromkeys(name for name, _ in sent.pairs if name not in RESERVED)
    values = {name: sent.one(name) or "" for name in names}
    order = [parameter.name for parameter in file.parameters]
    known = {name: values.pop(name) for name in order if name in values}
    return known | values


def text_of(file: QueryFile, values: Mapping[str, str], base: str) -> str:
    """A stored query with its values, as it can be run anywhere: the question for a title.

    Raises:
        ParameterError: no such parameter, or a value that is not of its type.
    """
    return f"# {file.question}\n{without_header(file.bind(values, base))}"


def without_header(text: str) -> str:
    """A query file without its `#+` lines."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("#+")).strip()


@cache
def form_of(file: QueryFile) -> Kind:
    """What a query answers with, by the first of its keywords that says so."""
    words = (text.upper() for kind, text, _ in tokens(file.text) if kind == "word")
    return next(FORMS[word] for word in words if word in FORMS)


def the_text(service: Service, text: str) -> Response:
    """The text of a query, for an editor or another endpoint."""
    tag = entity_tag(service.engine.revision, service.face, "text", text)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    return whole(text + "\n", f"{DIRECT}; charset=utf-8", tag, None)


def the_list(service: Service, pages: Pages) -> Response:
    """The list of the stored queries."""
    sent = parameters.of_url(request)
    takes = negotiation.wanted(request.accept_mimetypes, sent.all("format"))
    name = negotiation.for_data(takes, LIST)
    tag = entity_tag(service.engine.revision, service.face, "queries", name, digest())
    if client_has(request, tag) or client_has_any(request):
        response = unchanged(tag)
    elif name == negotiation.HTML:
        response = whole(pages.queries(), HTML_UTF8, tag, None)
    else:
        found = [entry(service, file) for file in library(service.settings.base_iri).values()]
        content_type = next(item.content_type for item in LIST if item.name == name)
        response = whole(WRITERS[name](found), content_type, tag, len(found))
    response.headers.add("Link", '</openapi.json>; rel="service-desc"; type="application/json"')
    return response


@cache
def digest() -> str:
    """SHA-256 over the files: another library, another list."""
    texts = "".join(file.text for file in queryfile.library().values())
    return hashlib.sha256(texts.encode()).hexdigest()


def entry(service: Service, file: QueryFile) -> dict[str, Any]:
    """What the list says of one query."""
    base = service.settings.base_iri
    return {
        "name": file.name,
        "question": file.question,
        "summary": file.summary,
        "audience": file.audience,
        "kind": file.kind,
        "parameters": [described(parameter, base) for parameter in file.parameters],
        "rows": file.rows,
        "address": f"{service.root}{PATH}/{file.name}",
    }


def described(parameter: Parameter, base: str) -> dict[str, Any]:
    """A parameter as data; a default of None leaves the variable free."""
    return {
        "name": parameter.name,
        "type": parameter.type,
        "default": default_of(parameter, base),
        "help": parameter.help,
    }


def default_of(parameter: Parameter, base: str) -> str | None:
    """The default as users give it: the key of a thing, not the whole IRI."""
    default = parameter.default
    return default.removeprefix(f"{base}id/") if default and parameter.type == "iri" else default


def _json(entries: list[dict[str, Any]]) -> str:
    return json.dumps({"queries": entries}, ensure_ascii=False, indent=2) + "\n"


def _csv(entries: list[dict[str, Any]]) -> str:
    """RFC 4180, with a header line."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([COLUMNS, *map(_cells, entries)])
    return text.getvalue()


def _tsv(entries: list[dict[str, Any]]) -> str:
    """IANA's text/tab-separated-values: no quotes, so no tabs inside."""
    rows = [COLUMNS, *map(_cells, entries)]
    return "".join("\t".join(cell.replace("\t", " ") for cell in row) + "\n" for row in rows)


def _cells(entry: Mapping[str, Any]) -> list[str]:
    taken = "; ".join(f"{item['name']} ({item['type']})" for item in entry["parameters"])
    return [str(entry[name]) if name != "parameters" else taken for name in COLUMNS]


WRITERS = {"json": _json, "csv": _csv, "tsv": _tsv}
