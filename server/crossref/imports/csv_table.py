"""A table of questions as CSV, with columns that the user names or that are guessed."""

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...build.imported_records import STATUSES, Status
from ...build.wording import worded
from ...errors import InputError, SourceError
from .found import FoundEdition, FoundQuestion, Harvest, Unplaced, headings, illegible, shown
from .source import Document, digest_of

GUESSES: Mapping[str, tuple[str, ...]] = {
    "text": (
        "statement",
        "question",
        "text",
        "research question",
        "area of research interest",
        "ari",
        "interest",
        "research need",
        "wording",
    ),
    "group": ("group", "question group", "section", "priority", "category"),
    "theme": ("theme", "sub-theme", "subtheme", "heading", "topic"),
    "date": ("date", "publication date", "published", "issued", "date published"),
    "page": ("page", "url", "link", "web address", "web page"),
    "status": ("status", "archived", "is archived"),
    "id": (),
}
"""Names of columns that are taken for a field, the first one that is there; case and marks differ.

No column is taken for identifiers by itself: a running number changes when a row is put in.
"""

TITLE = "Areas of Research Interest"
_DELIMITERS = ",;\t|"
_DATES = (
    (re.compile(r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?)(?:[T ].*)?"), r"\1"),
    (re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})"), r"\3-\2-\1"),
)


@dataclass(frozen=True)
class Table:
    """The rows of a CSV file.

    Args:
        rows: each with its first line, from 1.
        notice: how it was read, if that had to be guessed.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]
    notice: str = ""


def harvest(document: Document, named: Mapping[str, str], publisher: str, year: str) -> Harvest:
    """The one edition that a table holds.

    Args:
        named: column by field (a key of `GUESSES`), where the user says so.
        publisher, year: empty if only the texts tell.

    Raises:
        SourceError: it can't be read, or has no column of texts; names what it has.
        InputError: the user names a column or a field that there is not.
    """
    table = _table(document)
    places = _columns(table, named, document.address)
    found = [_question(line, cells, places) for line, cells in table.rows]
    questions = tuple(item for item in found if isinstance(item, FoundQuestion))
    used = ", ".join(f"{name}: {table.columns[place]}" for name, place in places.items())
    notices = (f"Columns read as {used}.", *([table.notice] if table.notice else []))
    return Harvest(
        kind="csv",
        address=document.address,
        sha256=digest_of([document]),
        editions=(FoundEdition(publisher, year, TITLE, questions),) if questions else (),
        unplaced=tuple(item for item in found if isinstance(item, Unplaced)),
        notices=notices,
    )


# The table


def _table(document: Document) -> Table:
    text, notice = _decoded(document)
    if text[:1000].lstrip().lower().startswith(("<!doctype html", "<html")):
        raise SourceError(document.address, None, "It is an HTML page; expected: CSV.")
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, line = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise SourceError(document.address, line, f"The CSV can't be read: {error}.") from error
    if not rows:
        raise SourceError(document.address, None, "It is empty; expected: a table with a head.")
    head = tuple(worded(cell) for cell in rows[0][1])
    return Table(head, tuple(rows[1:]), notice)


def _decoded(document: Document) -> tuple[str, str]:
    """The text, and what was guessed: UTF-8, UTF-16 by its mark, else Windows-1252."""
    body = document.body
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decode(document, "utf-16"), "The file is UTF-16."
    try:
        return body.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        told = f"Byte {error.start} is not UTF-8, so the file was read as Windows-1252."
        return _decode(document, "cp1252"), f"{told} Check accents and dashes."


def _decode(document: Document, encoding: str) -> str:
    try:
        return document.body.decode(encoding)
    except UnicodeDecodeError as error:
        detail = f"Byte {error.start} is neither UTF-8 nor {encoding}."
        raise SourceError(
            document.address, None, detail, remedy="Save the file as UTF-8."
        ) from error


def _delimiter(text: str) -> str:
    """The one that splits the head into the most cells."""
    head = text.lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=lambda mark: (len(_cells(head, mark)), -_DELIMITERS.index(mark)))


def _cells(head: str, mark: str) -> list[str]:
    return next(csv.reader([head], delimiter=mark), [])


# Columns


def _columns(table: Table, named: Mapping[str, str], address: str) -> dict[str, int]:
    """The place of the column of each field that the table has."""
    heads = [_plain(name) for name in table.columns]
    there = ", ".join(f"'{shown(name)}'" for name in table.columns)
    found: dict[str, int] = {}
    for name, wanted in named.items():
        if name not in GUESSES:
            raise InputError(f"There is no field '{name}'.", remedy=f"It is one of: {_FIELDS}.")
        if _plain(wanted) not in heads:
            raise InputError(f"There is no column '{wanted}'.", remedy=f"There are: {there}.")
        found[name] = heads.index(_plain(wanted))
    for name, guesses in GUESSES.items():
        place = next((heads.index(g) for g in guesses if g in heads), None)
        if name not in found and place is not None and place not in found.values():
            found[name] = place
    if "text" not in found:
        remedy = "Say which one it is: --column text=NAME."
        detail = f"No column looks like the text of the questions; there are: {there}."
        raise SourceError(address, 1, detail, remedy=remedy)
    return found


_FIELDS = ", ".join(GUESSES)


def _plain(name: str) -> str:
    """`Publication_Date` and `publicationDate` are `publication date`."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return " ".join(re.findall(r"[\w-]+", apart.replace("_", " ").casefold()))


# Rows


def _question(
    line: int, cells: Sequence[str], places: Mapping[str, int]
) -> FoundQuestion | Unplaced:
    place = f"line {line}"
    values = {name: cells[n] if n < len(cells) else "" for name, n in places.items()}
    faults = list(_faults(cells, values, places))
    if faults:
        reason = " ".join(faults)
        return Unplaced(place, reason, worded(values["text"]), worded(values.get("id", "")))
    return FoundQuestion(
        place=place,
        text=worded(values["text"]),
        path=headings(values.get("group", ""), values.get("theme", "")),
        own_id=worded(values.get("id", "")),
        status=_status(values.get("status", "")) or "current",
        issued=_date(values.get("date", "")) or "",
        page=values.get("page", "").strip(),
    )


def _faults(
    cells: Sequence[str], values: Mapping[str, str], places: Mapping[str, int]
) -> Iterator[str]:
    needed = max(places.values()) + 1
    if len(cells) < needed:
        yield f"It has {len(cells)} cells; the columns that are read need {needed}."
    if why := illegible(values["text"]):
        yield why
    for name in ("group", "theme"):
        if values.get(name, "").strip() and (why := illegible(values[name])):
            yield f"Its {name}: {why}"
    if _date(values.get("date", "")) is None:
        yield f"Its date is '{shown(values['date'][:40])}'; expected: a day such as 2024-02-26."
    if _status(values.get("status", "")) is None:
        told = ", ".join(STATUSES[:3])
        yield f"Its status is '{shown(values['status'][:40])}'; expected: {told}."
    page = values.get("page", "").strip()
    if page and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", page):
        yield f"Its page is '{shown(page[:80])}'; expected: a web address."


def _date(text: str) -> str | None:
    """A date as a build holds it; None if it can't be read."""
    if not text.strip():
        return ""
    for pattern, form in _DATES:
        if found := pattern.fullmatch(text.strip()):
            return _possible(found.expand(form))
    return None


def _possible(text: str) -> str | None:
    try:
        datetime.date.fromisoformat(f"{text}-01-01"[:10])
    except ValueError:
        return None
    return text


def _status(text: str) -> Status | None:
    """A status; None if it can't be read."""
    plain = text.strip().casefold()
    if plain in ("", "current", "false", "no", "0"):
        return "current"
    if plain in ("archived", "true", "yes", "1"):
        return "archived"
    return "withdrawn" if plain == "withdrawn" else None
