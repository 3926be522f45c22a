"""`/find`: the questions that a pasted text may answer, as a page, as JSON, as CSV."""

import csv
import io
import json
from typing import Any

from flask import Blueprint, Request, Response, g, request

from ..crossref import finding, matching
from ..crossref.finding import NOTES, STRENGTHS, Find, Finder, Finds
from ..crossref.latest import Latest
from ..errors import ParameterError, TextTooLong, UnsupportedType
from ..protocol import negotiation, parameters
from ..protocol.negotiation import HTML
from ..protocol.openapi_find import (
    FORMATS,
    MOST_CHARACTERS,
    MOST_FINDS,
    PATH,
    PLAIN,
    USUAL_FINDS,
)
from ..protocol.parameters import FORM, Parameters
from ..protocol.responses import HTML_UTF8, whole
from ..protocol.service import Service
from .cells import iri_cell
from .pages import Site

COLUMNS = (
    *("edition", "publisher", "question", "iri", "label", "score", "strength"),
    *("words", "concepts", "topics", "shared_words", "shared_concepts", "shared_topics"),
)
"""Of the CSV; members of each find in JSON, which has `text` and `passage` besides."""


def blueprint(service: Service, site: Site) -> Blueprint:
    """`/find`."""
    routes = Blueprint("find", __name__)
    latest = Latest(service, finding.of)

    @routes.route(PATH, methods=["GET", "POST"])
    def find() -> Response:
        # What a refusal is shown under.
        g.sought = view(service, "")
        sent = read(request, service.settings.max_request_bytes)
        takes = negotiation.wanted(request.accept_mimetypes, sent.all("format"))
        name = negotiation.for_data(takes, FORMATS)
        if name == HTML and request.method != "POST" and "text" not in sent:
            return page(service, site, "", None)
        text = _text(sent)
        g.sought = view(service, text)
        return answer(service, site, latest.get(), text, _limit(sent), name)

    return routes


def read(asked: Request, limit: int) -> Parameters:
    """The parameters of a GET, a form, or a text as the body.

    Raises:
        UnsupportedType: a body of another type.
        TooLarge: a body over the limit, in bytes.
    """
    sent = parameters.of_url(asked)
    if asked.method != "POST":
        return sent
    if asked.mimetype not in (FORM, PLAIN):
        raise UnsupportedType(asked.mimetype, (FORM, PLAIN))
    parameters.must_be_utf_8(asked, asked.mimetype)
    if asked.mimetype == FORM:
        return sent + parameters.of_form(asked, limit)
    text = parameters.text(parameters.body(asked, limit), "The text")
    return sent + Parameters((("text", text),))


def answer(
    service: Service, site: Site, finder: Finder, text: str, limit: int, name: str
) -> Response:
    """What was found, in the format of this name."""
    found = finder.find(text, limit)
    if name == HTML:
        return page(service, site, text, found)
    item = next(item for item in FORMATS if item.name == name)
    written = {"json": _json, "csv": _csv}[name](found)
    return whole(written, item.content_type, None, len(found.finds))


def page(service: Service, site: Site, text: str, found: Finds | None) -> Response:
    """The form, with what was found for the text if one was sent."""
    return whole(site.page("find.html", **view(service, text, found)), HTML_UTF8, None, None)


def view(service: Service, text: str, found: Finds | None = None) -> dict[str, Any]:
    """What the template needs."""
    groups: dict[str, list[tuple[Any, Find]]] = {}
    for each in found.finds if found else ():
        cell = iri_cell(each.item.iri, service.settings.base_iri, each.item.key)
        groups.setdefault(each.edition.key, []).append((cell, each))
    return {
        "text": text,
        "found": found,
        "groups": list(groups.values()),
        "note": NOTES[found.note] if found else "",
        "most": MOST_CHARACTERS,
        "strengths": STRENGTHS,
        "root": service.root,
    }


def _text(sent: Parameters) -> str:
    text = sent.one("text") or ""
    if not text.strip():
        raise ParameterError(
            "There is no text to find questions for.",
            remedy="Paste a title or an abstract; it is sent as the parameter text.",
            extra={"parameter": "text"},
        )
    if len(text) > MOST_CHARACTERS:
        raise TextTooLong(len(text), MOST_CHARACTERS)
    return text.strip()


def _limit(sent: Parameters) -> int:
    asked = sent.one("limit") or str(USUAL_FINDS)
    if not (asked.isascii() and asked.isdecimal() and 1 <= int(asked[:9]) <= MOST_FINDS):
        raise ParameterError(
            f"The parameter limit can't be {asked[:20]!r}.",
            remedy=f"Give a whole number from 1 to {MOST_FINDS}.",
            extra={"parameter": "limit"},
        )
    return int(asked)


def _json(found: Finds) -> str:
    told = {
        "revision": found.revision,
        "measure": matching.MEASURES[None].name,
        "words": found.words,
        "known": found.known,
        "topics": found.topics,
        "note": NOTES[found.note],
        "finds": [_told(each) for each in found.finds],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _told(each: Find) -> dict[str, Any]:
    return {
        "edition": each.edition.key,
        "publisher": each.edition.publisher,
        "question": each.item.key,
        "iri": each.item.iri,
        "label": each.item.label,
        "score": each.score,
        "strength": each.strength,
        "words": each.features.words,
        "concepts": each.features.concepts,
        "topics": each.features.topics,
        "shared_words": each.words,
        "shared_concepts": each.concepts,
        "shared_topics": each.topics,
        "text": each.item.text,
        "status": each.item.status,
        "passage": "".join(piece.text for piece in each.passage),
    }


def _csv(found: Finds) -> str:
    """RFC 4180, with a header line; lists are separated by `; `."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for each in found.finds:
        told = _told(each)
        cells = (told[name] for name in COLUMNS)
        writer.writerow("; ".join(cell) if isinstance(cell, tuple) else cell for cell in cells)
    return text.getvalue()
