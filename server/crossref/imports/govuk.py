"""Publications on GOV.UK through its Content API: the questions stand in an HTML attachment."""

import datetime
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ...build.imported_records import Status
from ...build.wording import worded
from ...errors import InputError, SourceError
from . import jsondoc
from .found import FoundEdition, FoundQuestion, Harvest, Unplaced, headings, illegible, shown
from .html_outline import LEVELS, Statement, statements
from .source import Document, digest_of

API = "/api/content"
SITE = "https://www.gov.uk"
REMEDY = (
    f"Name a publication, such as {SITE}/government/publications/…, "
    f"or a file saved from {SITE}{API}/…."
)

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Fetch = Callable[[str], Document]
"""Gives the document of an address, or of a file's name."""


@dataclass(frozen=True)
class Reading:
    """How a publication is read.

    Args:
        levels: elements of headings, and last that of a statement.
        attachment: end of the address, or title, of the attachment to read; empty: the only one.
        skipped: headings whose lists are no statements.
        publisher, year: in place of what the publication says; empty: as it says.
    """

    levels: tuple[str, ...] = LEVELS
    attachment: str = ""
    skipped: tuple[str, ...] = ()
    publisher: str = ""
    year: str = ""


def api_address(address: str) -> str:
    """The address in the Content API of a page; that of the API stays as it is."""
    parts = urlsplit(address)
    if parts.path.startswith(f"{API}/"):
        return address
    return urlunsplit((parts.scheme, parts.netloc, f"{API}/{parts.path.strip('/')}", "", ""))


def harvest(document: Document, fetch: Fetch, reading: Reading) -> Harvest:
    """The one edition that a publication, or its HTML attachment, holds.

    Raises:
        SourceError: it is no JSON, or not built as expected; names the field.
        InputError: it has no HTML attachment, or several.
    """
    item = _item(document)
    documents = [document]
    if item["schema_name"] == "publication":
        address = _attachment(item, document.address, reading.attachment)
        documents.append(fetch(address))
        body = _item(documents[-1], "html_publication")
    else:
        body = item
    found = _questions(body, documents[-1].address, item, reading)
    questions = tuple(one for one in found if isinstance(one, FoundQuestion))
    edition = FoundEdition(
        publisher=reading.publisher or _publisher(item, document.address),
        year=reading.year or _year(item, document.address),
        title=_text(item, "title", document.address),
        questions=questions,
        changes=_changes(item),
    )
    return Harvest(
        kind="govuk",
        address=document.address,
        sha256=digest_of(documents),
        editions=(edition,) if questions else (),
        unplaced=tuple(one for one in found if isinstance(one, Unplaced)),
        notices=tuple(_notices(item, reading, questions)),
    )


# The publication


def _item(document: Document, *kinds: str) -> dict[str, Any]:
    item = jsondoc.parse(document, REMEDY)
    expected = kinds or ("publication", "html_publication")
    found = item.get("schema_name") if isinstance(item, dict) else None
    if found in expected:
        return dict(item)
    what = f"is '{shown(str(found))}'" if found else "is missing"
    detail = f"The field 'schema_name' {what}; expected: {' or '.join(expected)}."
    raise SourceError(document.address, None, detail, remedy=REMEDY)


def _details(item: Mapping[str, Any]) -> Mapping[str, Any]:
    details = item.get("details")
    return details if isinstance(details, dict) else {}


def _text(item: Mapping[str, Any], name: str, address: str) -> str:
    value = item.get(name)
    if isinstance(value, str) and not illegible(value):
        return worded(value)
    raise _missing(name, address, "a text")


def _missing(name: str, address: str, expected: str, remedy: str = REMEDY) -> SourceError:
    detail = f"The field '{name}' is missing, or is not {expected}: the structure has changed."
    return SourceError(address, None, detail, remedy=remedy)


def _attachment(item: Mapping[str, Any], address: str, wanted: str) -> str:
    """The address of the HTML attachment to read."""
    listed = _details(item).get("attachments")
    if not isinstance(listed, list):
        raise _missing("details.attachments", address, "a list")
    pages = [one for one in listed if _is_page(one)]
    chosen = [one for one in pages if not wanted or wanted in _names(one)]
    if len(chosen) == 1:
        return str(chosen[0]["url"])
    names = "; ".join(shown(_names(one)[0]) for one in pages)
    if not pages:
        raise InputError(
            f"{address} has no HTML attachment.",
            remedy="Only questions in HTML can be read; put those of a PDF into a CSV file.",
        )
    why = f"There is no HTML attachment '{wanted}'." if wanted else "It has several."
    raise InputError(f"{address}: {why}", remedy=f"Name one by --attachment: {names}.")


def _is_page(attachment: Any) -> bool:
    return (
        isinstance(attachment, dict)
        and attachment.get("attachment_type") == "html"
        and isinstance(attachment.get("url"), str)
    )


def _names(attachment: Mapping[str, Any]) -> tuple[str, ...]:
    url = str(attachment["url"])
    return url.rstrip("/").rpartition("/")[2], url, worded(str(attachment.get("title", "")))


def _publisher(item: Mapping[str, Any], address: str) -> str:
    links = item.get("links")
    for name in ("primary_publishing_organisation", "organisations"):
        listed = links.get(name) if isinstance(links, dict) else None
        if isinstance(listed, list) and listed and isinstance(listed[0], dict):
            return _text(listed[0], "title", address)
    raise _missing("links.organisations", address, "a list", "Say who it is by --publisher.")


def _year(item: Mapping[str, Any], address: str) -> str:
    day = _day(item.get("public_updated_at"))
    if not day:
        raise _missing("public_updated_at", address, "a date", "Say the year by --year.")
    return day[:4]


def _day(value: Any) -> str:
    found = _DAY.match(value) if isinstance(value, str) else None
    try:
        return datetime.date.fromisoformat(found[0]).isoformat() if found else ""
    except ValueError:
        return ""


def _changes(item: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The history that the publisher gives, the first change first."""
    listed = _details(item).get("change_history")
    entries = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    found = [(_day(one.get("public_timestamp")), str(one.get("note") or "")) for one in entries]
    withdrawn = _withdrawn(item)
    if withdrawn:
        why = " ".join(one.text for one in statements(str(withdrawn.get("explanation")), ("p",)))
        found.append((_day(withdrawn.get("withdrawn_at")), f"Withdrawn. {why}"))
    return tuple(sorted((day, worded(note)) for day, note in found if day and not illegible(note)))


def _withdrawn(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """The notice of a publication that was withdrawn; empty for one that was not."""
    notice = item.get("withdrawn_notice")
    return notice if isinstance(notice, dict) else {}


# The questions


def _questions(
    body: Mapping[str, Any], address: str, item: Mapping[str, Any], reading: Reading
) -> list[FoundQuestion | Unplaced]:
    html = _details(body).get("body")
    if not isinstance(html, str):
        raise _missing("details.body", address, "a text")
    skipped = {worded(name).casefold() for name in reading.skipped}
    status: Status = "withdrawn" if _withdrawn(item) or _withdrawn(body) else "current"
    found = (
        one
        for one in statements(html, reading.levels)
        if not skipped & {name.casefold() for name in one.path}
    )
    return [_question(one, status, reading.levels) for one in found]


def _question(found: Statement, status: Status, levels: Sequence[str]) -> FoundQuestion | Unplaced:
    place = f"line {found.line} of the body"
    if why := illegible(found.text):
        return Unplaced(place, why, found.text)
    if len(levels) > 1 and not found.path:
        heads = ", ".join(levels[:-1])
        return Unplaced(place, f"It stands under no heading ({heads}).", found.text)
    note = "The source gives points under this statement; their words follow it."
    return FoundQuestion(
        place=place,
        text=found.text,
        path=headings(*found.path),
        status=status,
        note=note if found.points else "",
    )


def _notices(
    item: Mapping[str, Any], reading: Reading, questions: Sequence[FoundQuestion]
) -> Iterator[str]:
    yield f"Read by the levels {', '.join(reading.levels)}."
    if _withdrawn(item):
        yield "The publication is withdrawn, and so are its questions."
    pointed = [one.place for one in questions if one.note]
    if pointed:
        yield f"Statements with points inside, taken as one each: {'; '.join(pointed)}."
