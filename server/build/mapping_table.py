"""The mapping files: SSSOM/TSV, read strictly, every fault told at once with file and line."""

import csv
import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from typing import cast

from .faults import Faults
from .mapping_agreement import disagreements
from .mapping_format import COLUMNS, NOT, NOTHING, SUFFIX
from .mapping_header import read_header
from .mapping_records import (
    GAP_PREDICATE,
    JUSTIFICATIONS,
    PREDICATES,
    STATUSES,
    TAGS,
    Agent,
    MappingFile,
    MappingRecord,
    Status,
)
from .patterns import SHA256
from .records import Origin
from .rows import Row
from .sources import Sources, decode

FOLDER = "mappings"
"""In the data; decisions of people stand in the overlay."""

_QUESTION = re.compile(r"question:[A-Za-z0-9]+([-._][A-Za-z0-9]+)*")
_OBJECT = re.compile(rf"{_QUESTION.pattern}|{NOTHING}")
_SOURCE = re.compile(r"edition:[a-z0-9-]+")
_RECORD = re.compile(r"mapping:\S+--\S+\.([1-9][0-9]{0,5})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CONFIDENCE = re.compile(r"0(\.[0-9]{1,3})?|1(\.0{1,3})?")
_AGENT = re.compile(r"(orcid:([0-9]{4}-){3}[0-9]{3}[0-9X]|person:[a-z0-9]+(-[a-z0-9]+)*)?")
_LABEL = re.compile(r"[^|]*")
_DIGEST = re.compile(rf"({SHA256.pattern})?")


def load_mapping_files(sources: Sources, faults: Faults) -> tuple[MappingFile, ...]:
    """Every mapping file: those of the project, then the decisions of people, by name."""
    names = set(sources.names(SUFFIX, FOLDER)) if FOLDER in sources.folders() else set()
    names |= {name for name in sources.overlay.files if name.startswith(f"{FOLDER}/")}
    decided = [name for name in sources.overlay.decisions() if name.endswith(SUFFIX)]
    in_turn = (*sorted(names), *decided)
    files = (read_mapping_file(sources.read(name), name, faults) for name in in_turn)
    return tuple(file for file in files if file)


def read_mapping_file(data: bytes, name: str, faults: Faults) -> MappingFile | None:
    """One file; None if its metadata or its columns can't be read.

    Raises:
        SourceError: not UTF-8.
    """
    lines = _lines(decode(data, name), name, faults)
    start = next((n for n, line in enumerate(lines) if not line.startswith("#")), len(lines))
    header = read_header(lines[:start], name, faults)
    if not header or not _same_columns(lines[start : start + 1], Origin(name, start + 1), faults):
        return None
    rows = _rows(lines[start + 1 :], Origin(name, start + 2), faults)
    return MappingFile(name, header, tuple(_record(row, header.object) for row in rows))


def _lines(text: str, name: str, faults: Faults) -> list[str]:
    if text.startswith("\ufeff"):
        faults.report(Origin(name, 1), "A byte order mark stands before the text (SSSOM/TSV).")
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        faults.report(Origin(name, line), "A line ends with CR; expected: LF alone.")
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if lines[-1]:
        faults.report(Origin(name, len(lines)), "The last line does not end; it may be cut off.")
    return lines[:-1] if not lines[-1] else lines


def _same_columns(found: Sequence[str], origin: Origin, faults: Faults) -> bool:
    columns = found[0].split("\t") if found else []
    if tuple(columns) == COLUMNS:
        return True
    wrong = [name for name in columns if name not in COLUMNS]
    missing = [name for name in COLUMNS if name not in columns]
    parts = [f"unknown: {', '.join(map(repr, wrong))}" if wrong else ""]
    parts += [f"missing: {', '.join(missing)}" if missing else ""]
    what = "; ".join(part for part in parts if part) or "another order, or one twice"
    faults.report(origin, f"The columns differ ({what}); expected, by tabs: {' '.join(COLUMNS)}.")
    return False


def _rows(lines: Sequence[str], first: Origin, faults: Faults) -> Iterator[Row]:
    for number, line in enumerate(lines, start=first.line):
        origin = Origin(first.file, number)
        try:
            cells = next(csv.reader([line], delimiter="\t", strict=True), [])
        except csv.Error as error:
            faults.report(origin, f"The quotation marks of the line don't match: {error}.")
            continue
        if len(cells) != len(COLUMNS):
            detail = f"{len(cells)} cells; expected: {len(COLUMNS)}"
            faults.report(origin, f"{detail}. A tab in a text divides it in two.")
        elif any(unicodedata.category(character) == "Cc" for character in "".join(cells)):
            faults.report(origin, "A text holds a tab or another control character.")
        else:
            trimmed = (cell.strip() for cell in cells)
            yield Row(dict(zip(COLUMNS, trimmed, strict=True)), origin, faults)


def _record(row: Row, edition: str) -> MappingRecord:
    before = len(row.faults)
    target = row.matching(
        "object_id", _OBJECT, f"such as 'question:home-office-2019-27', {NOTHING}"
    )
    record = MappingRecord(
        number=_number(row),
        subject=_key(row.matching("subject_id", _QUESTION, "such as 'question:met-2019-4-2'")),
        subject_label=row.filled("subject_label"),
        predicate=_local(row, "predicate_id", "skos", (*PREDICATES, GAP_PREDICATE)),
        negated=row.one_of("predicate_modifier", ("", NOT)) == NOT,
        object="" if target == NOTHING else _key(target),
        object_label=row["object_label"],
        edition=_key(row.matching("object_source", _SOURCE, f"'edition:{edition}'")),
        justification=_local(row, "mapping_justification", "semapv", JUSTIFICATIONS),
        author=_agent(row, "author"),
        reviewer=_agent(row, "reviewer"),
        date=_day(row),
        confidence=_confidence(row),
        comment=row.filled("comment"),
        status=_status(row),
        tag=row.one_of("ext_reason_tag", ("", *TAGS)),
        subject_sha256=_digest(row, "ext_subject_sha256"),
        object_sha256=_digest(row, "ext_object_sha256"),
        origin=row.origin,
    )
    # Cells that can't be read would only be told again.
    if len(row.faults) == before:
        for detail in disagreements(record, row["record_id"], edition):
            row.report(detail)
    return record


def _number(row: Row) -> int:
    """The last part of the record's identifier."""
    text = row.matching(
        "record_id", _RECORD, "such as 'mapping:met-2019-4-2--home-office-2019-27.1'"
    )
    found = _RECORD.fullmatch(text)
    return int(found[1]) if found else 0


def _key(curie: str) -> str:
    return curie.partition(":")[2]


def _local(row: Row, column: str, prefix: str, names: Sequence[str]) -> str:
    return _key(row.one_of(column, [f"{prefix}:{name}" for name in names]))


def _agent(row: Row, role: str) -> Agent:
    identifier = row.matching(f"{role}_id", _AGENT, "an 'orcid:…' or 'person:…'")
    label = row.matching(f"{role}_label", _LABEL, "one name, without '|'")
    if identifier and not label:
        row.report(f"Column {role}_label is empty, and {role}_id is not.")
    return Agent(label, identifier)


def _day(row: Row) -> str:
    text = row.matching("mapping_date", _DATE, "a date such as 2026-11-23")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        if _DATE.fullmatch(text):
            row.report(f"Column mapping_date holds '{text}', which is no day of the calendar.")
        return text


def _confidence(row: Row) -> float:
    told = "a number from 0 to 1 with at most three decimals"
    text = row.matching("confidence", _CONFIDENCE, told)
    return float(text) if _CONFIDENCE.fullmatch(text) else 0.0


def _status(row: Row) -> Status:
    return cast(Status, row.one_of("ext_status", STATUSES))


def _digest(row: Row, column: str) -> str:
    return row.matching(column, _DIGEST, "64 lower-case hexadecimal digits, or nothing")
