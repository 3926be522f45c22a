"""`/validate`: what our shapes say about a graph that is posted; nothing of it is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, Request, Response, g, request
from werkzeug.http import parse_options_header

from ..engine.examiner import Document, Examiner, Report
from ..errors import ParameterError, UnsupportedType
from ..formats import Format, carrying
from . import negotiation, parameters, payload
from .negotiation import HTML
from .parameters import FORM, Parameters
from .payload import MULTIPART
from .responses import HTML_UTF8, client_has, client_has_any, entity_tag, unchanged, whole
from .service import Service

PATH = "/validate"
READ = carrying("graph")
"""The formats of documents that are read: those of graphs and of datasets."""
ACCEPTED = (*(item.media_type for item in READ), MULTIPART, FORM)
JSON = Format("json", "application/json", (), frozenset(), "json")
WRITTEN = (*READ, JSON)
"""The formats of reports, the default first; JSON last, as JSON-LD answers to its name too."""
TEXT, SYNTAX = "text", "syntax"
"""Fields of a form: a document that is pasted, and the name of its format."""
BODY = "body"
"""How findings name a document that came without a name."""
MOST_ON_A_PAGE = 500

CONTEXT = (
    "The documents are taken together with the ontology of this service, and with nothing else: "
    "what is stored here is not looked at, and shapes in the documents are data."
)


@dataclass(frozen=True)
class Posted:
    """What a request brings.

    Args:
        text: a document that was pasted, to be shown again.
        syntax: its format.
    """

    documents: tuple[Document, ...] = ()
    text: str = ""
    syntax: str = READ[0].name


class Pages(Protocol):
    """Validation for people."""

    def validation(self, posted: Posted, report: Report | None = None) -> str:
        """The form, with a report if there is one: in JSON, with the first findings."""


def blueprint(service: Service, examiner: Examiner, pages: Pages) -> Blueprint:
    """`/validate`."""
    routes = Blueprint("validate", __name__)

    @routes.get(PATH)
    def explain() -> Response:
        return explanation(service, pages)

    @routes.post(PATH)
    def validate() -> Response:
        g.posted = Posted()
        name = _format(parameters.of_url(request), WRITTEN)
        g.posted = posted = read(request, service.settings.max_request_bytes)
        most = MOST_ON_A_PAGE if name == HTML else None
        form = JSON.name if name == HTML else name
        base = f"{service.root}{PATH}"
        report = examiner.examine(posted.documents, base, form, most)
        if name == HTML:
            return whole(pages.validation(posted, report), HTML_UTF8, None, report.findings)
        item = next(item for item in WRITTEN if item.name == name)
        return whole(report.content, item.content_type, None, report.findings)

    @routes.after_request
    def name_accepted(response: Response) -> Response:
        """What may be sent (Linked Data Platform, 7.1)."""
        if request.method == "OPTIONS" or response.status_code == 415:
            response.headers["Accept-Post"] = ", ".join(ACCEPTED)
        return response

    return routes


def explanation(service: Service, pages: Pages) -> Response:
    """The form for a browser; for others what to send, as JSON."""
    name = _format(parameters.of_url(request), (JSON,))
    tag = entity_tag(service.engine.revision, service.face, "validate", name)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == HTML:
        return whole(pages.validation(Posted()), HTML_UTF8, tag, None)
    told = {
        "post": list(ACCEPTED),
        "answers": [*(item.media_type for item in WRITTEN), negotiation.HTML_TYPES[0]],
        "fields": {
            TEXT: "Of a form: a document.",
            SYNTAX: f"Its format: {', '.join(item.name for item in READ)}.",
        },
        "context": CONTEXT,
        "shapes": f"{service.root}/shapes",
    }
    return whole(_json(told), JSON.content_type, tag, None)


def read(asked: Request, limit: int) -> Posted:
    """The documents of a request, at least one.

    Args:
        limit: the largest body, in bytes, before and after decompression.

    Raises:
        UnsupportedType: a type, charset or content coding that is not read here.
        ParameterError: a form that can't be read, or that has no document in it.
        TooLarge: over the limit.
    """
    kind = asked.mimetype
    if kind not in ACCEPTED and kind not in payload.readable(READ):
        raise UnsupportedType(kind, ACCEPTED)
    parameters.must_be_utf_8(asked, kind)
    body = parameters.unpacked(asked, limit)
    if kind == FORM:
        return _pasted(parameters.form(body))
    if kind == MULTIPART:
        return _uploaded(asked, body)
    return Posted((Document(BODY, body, payload.readable(READ)[kind]),))


def _pasted(sent: Parameters) -> Posted:
    text, syntax = sent.one(TEXT) or "", sent.one(SYNTAX) or READ[0].name
    if syntax not in (item.name for item in READ):
        raise ParameterError(
            f"There is no syntax {syntax}.",
            remedy=f"Name one of: {', '.join(item.name for item in READ)}.",
            extra={"parameter": SYNTAX},
        )
    if not text.strip():
        raise _nothing()
    return Posted((Document(TEXT, text.encode(), syntax),), text, syntax)


def _uploaded(asked: Request, body: bytes) -> Posted:
    """The files of a form, and what was pasted into it."""
    fields: list[tuple[str, str]] = []
    documents: list[Document] = []
    for number, (headers, name, content) in enumerate(payload.parts(asked, body), 1):
        field = parse_options_header(headers.get("Content-Disposition", ""))[1].get("name", "")
        if field in (TEXT, SYNTAX) and not name:
            fields.append((field, parameters.text(content, f"The field {field}")))
        elif name or content:
            form = payload.format_of(headers, name, number, READ)
            documents.append(Document(name or f"part {number}", content, form))
    pasted = Posted()
    if any(field == TEXT and text.strip() for field, text in fields):
        pasted = _pasted(Parameters(tuple(fields)))
    if not documents and not pasted.documents:
        raise _nothing()
    return Posted((*documents, *pasted.documents), pasted.text, pasted.syntax)


def _nothing() -> ParameterError:
    return ParameterError(
        "There is no document in the form.",
        remedy="Choose a file, or paste a graph; or send the document itself as the body, with "
        "its type.",
    )


def _format(sent: Parameters, offered: tuple[Format, ...]) -> str:
    takes = negotiation.wanted(request.accept_mimetypes, sent.all("format"))
    return negotiation.for_data(takes, offered)


def _json(value: Mapping[str, object]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()
