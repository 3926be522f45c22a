"""The ARI Database as JSON: pages of its API, or a saved dump of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from ...build.wording import worded
from ...errors import InputError, SourceError
from . import ari_record, jsondoc, markup
from .found import FoundEdition, FoundQuestion, Harvest, Unplaced
from .jsondoc import Fields
from .publishers import slug
from .source import Document, digest_of

API = "https://ari.org.uk/api/questions?order_by=dateUpdated"
REMEDY = f"Name the API itself, {API}, or a file saved from it."
TITLE = "Areas of Research Interest"


@dataclass(frozen=True)
class Wanted:
    """Which records to take.

    Args:
        departments: names as the source has them, keys or slugs; empty: all.
        year: of the publication date; also for records that have none. Empty: every year.
        first, last: days of the publication date, both included; empty: no limit.
    """

    departments: tuple[str, ...] = ()
    year: str = ""
    first: str = ""
    last: str = ""

    def covers(self, issued: str) -> bool:
        """Whether a date is among those that are taken."""
        if self.first and issued < self.first:
            return False
        return not (self.last and issued > self.last)


@dataclass
class _Reading:
    """What was read so far."""

    wanted: Wanted
    editions: dict[tuple[str, str], list[FoundQuestion]] = field(default_factory=dict)
    unplaced: list[Unplaced] = field(default_factory=list)
    broken: Counter[str] = field(default_factory=Counter)
    first_broken: dict[str, str] = field(default_factory=dict)
    identifiers: set[str] = field(default_factory=set)
    departments: set[str] = field(default_factory=set)
    records: int = 0
    passed_over: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def harvest(documents: Sequence[Document], wanted: Wanted) -> Harvest:
    """The editions that documents hold.

    Args:
        documents: pages of the API, or one file: a page, a list of pages, or a list of records.

    Raises:
        SourceError: it is no JSON, or no longer built as it was; names the field and the record.
        InputError: there is no such department, or nothing is left.
    """
    reading = _Reading(wanted)
    total = 0
    for document, page, payload in _pages(documents):
        total = max(total, _total(payload))
        for number, record in enumerate(_records(document, payload), start=1):
            _read(f"{page}record {number}", record, reading)
    _refuse_other_structure(documents[0].address, reading)
    _refuse_unknown_departments(reading)
    whole = len(reading.identifiers) >= total
    # Without a total, a file may as well be a selection.
    publishers = tuple(sorted(filter(None, reading.departments))) if whole and total else ()
    return Harvest(
        kind="ari-database",
        address=documents[0].address,
        sha256=digest_of(documents),
        editions=tuple(_editions(reading)),
        unplaced=tuple(reading.unplaced),
        whole=whole,
        publishers=publishers,
        notices=tuple(_notices(reading, total, whole)),
    )


def _pages(documents: Sequence[Document]) -> Iterator[tuple[Document, str, Any]]:
    """Each page with words for its place; a dump may hold several."""
    for number, document in enumerate(documents, start=1):
        payload = jsondoc.parse(document, REMEDY)
        if isinstance(payload, list) and payload and _is_page(payload[0]):
            for inner, page in enumerate(payload, start=1):
                yield document, f"page {inner}, ", page
        else:
            yield document, f"page {number}, " if len(documents) > 1 else "", payload


def _is_page(value: Any) -> bool:
    return isinstance(value, dict) and "data" in value


def _records(document: Document, payload: Any) -> list[Any]:
    data = payload.get("data") if isinstance(payload, dict) else payload
    if isinstance(data, list):
        return data
    found = "no field 'data'" if isinstance(payload, dict) else "a single value"
    detail = f"It has {found}; expected: an object whose 'data' is the list of records."
    raise SourceError(document.address, None, detail, remedy=REMEDY)


def _total(payload: Any) -> int:
    """How many records the database has, as a page says; 0 if it does not."""
    value = payload
    for name in ("meta", "pagination", "total"):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _read(place: str, record: Any, reading: _Reading) -> None:
    reading.records += 1
    if not isinstance(record, dict):
        reading.broken["(record)"] += 1
        reading.first_broken.setdefault("(record)", place)
        reading.unplaced.append(Unplaced(place, "It is no JSON object."))
        reading.identifiers.add(place)
        return
    fields = Fields(record)
    department = worded(fields.legible("department", needed=True))
    name = fields.whole("questionId")
    place = f"{place} (questionId {name})" if name else place
    reading.identifiers.add(name or place)
    reading.departments.add(department)
    if department and not _is_wanted(department, reading.wanted.departments):
        reading.passed_over += 1
        return
    _take(place, department, name, fields, reading)


def _take(place: str, department: str, name: str, fields: Fields, reading: _Reading) -> None:
    issued = ari_record.issued(fields)
    year = issued[:4] or reading.wanted.year
    question = ari_record.question(place, name, issued, fields)
    for member, _ in fields.faults:
        reading.broken[member] += 1
        reading.first_broken.setdefault(member, place)
    if fields.faults:
        reason = "; ".join(words for _, words in fields.faults)
        reading.unplaced.append(Unplaced(place, f"{reason}.", question.text, name))
    elif not year:
        reason = "It has no publicationDate, so its edition can't be told; --year gives one."
        reading.unplaced.append(Unplaced(place, reason, question.text, name))
    elif reading.wanted.year not in ("", year) or not reading.wanted.covers(issued):
        reading.passed_over += 1
    else:
        reading.editions.setdefault((department, year), []).append(question)
        reading.left_out.update(ari_record.left_out(fields, question))


def _is_wanted(department: str, wanted: Iterable[str]) -> bool:
    names = {department.casefold(), slug(department)}
    asked = {worded(name).casefold() for name in wanted}
    return not asked or bool(names & asked)


def _refuse_other_structure(address: str, reading: _Reading) -> None:
    taken = reading.records - reading.passed_over
    for name, number in sorted(reading.broken.items()):
        if number == taken:
            place = reading.first_broken[name]
            detail = f"Every record has another structure, the first at {place}: the field '{name}'"
            why = next((u.reason for u in reading.unplaced if name in u.reason), "it is no object")
            raise SourceError(address, None, f"{detail} is not as it was: {why}", remedy=REMEDY)


def _refuse_unknown_departments(reading: _Reading) -> None:
    known = {slug(name): name for name in reading.departments if name}
    for name in reading.wanted.departments:
        if not any(_is_wanted(other, [name]) for other in reading.departments):
            near = get_close_matches(slug(name), sorted(known), 3, 0.5)
            names = [known[item] for item in near] or sorted(reading.departments)[:40]
            raise InputError(
                f"There are no records of the department '{name}' in the source.",
                remedy=f"It has: {'; '.join(names)}.",
            )


def _editions(reading: _Reading) -> Iterator[FoundEdition]:
    for (department, year), questions in sorted(reading.editions.items()):
        yield FoundEdition(department, year, TITLE, tuple(questions))


def _notices(reading: _Reading, total: int, whole: bool) -> Iterator[str]:
    if reading.passed_over:
        yield f"{reading.passed_over:,} records of others were passed over, as asked."
    if reading.left_out:
        told = ", ".join(f"{name} ({n:,})" for name, n in sorted(reading.left_out.items()))
        yield f"Left out, with the number of records that have it: {told}."
    marked = sum(markup.NOTE in q.note for found in reading.editions.values() for q in found)
    if marked:
        yield f"The markup (HTML) of {marked:,} records was turned into plain text."
    if not whole:
        found = len(reading.identifiers)
        yield (
            f"The source holds {found:,} of the {total:,} records that it speaks of, so nothing "
            "was taken to have vanished."
        )
