"""Mapping files as text: canonical SSSOM/TSV, a line for each record."""

import csv
import io
import re
from collections.abc import Iterable

from .mapping_format import COLUMNS, NOT, NOTHING
from .mapping_header import header_lines
from .mapping_records import MappingHeader, MappingRecord

_NUMBER = re.compile(r"([0-9]+)")


def file_text(header: MappingHeader, records: Iterable[MappingRecord]) -> str:
    """A whole file, its records in the order given."""
    head = "".join(f"{line}\n" for line in header_lines(header))
    columns = "\t".join(COLUMNS)
    return f"{head}{columns}\n{''.join(map(record_line, records))}"


def record_line(record: MappingRecord) -> str:
    """The line of one record, with its line feed."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter="\t", lineterminator="\n")
    writer.writerow(_cells(record)[column] for column in COLUMNS)
    return line.getvalue()


def one_line(text: str) -> str:
    """A text that a cell can hold: each run of white space made one space, none at the ends."""
    return " ".join(text.split())


def place(record: MappingRecord) -> tuple[list[tuple[int, str]], int]:
    """Where a record stands in a file that is kept in order: by subject, object, number."""
    parts = _NUMBER.split(record.pair)
    return [(int(p) if p.isdecimal() else -1, p) for p in parts], record.number


def _cells(record: MappingRecord) -> dict[str, str]:
    return {
        "record_id": f"mapping:{record.key}",
        "subject_id": f"question:{record.subject}",
        "subject_label": one_line(record.subject_label),
        "predicate_id": f"skos:{record.predicate}",
        "predicate_modifier": NOT if record.negated else "",
        "object_id": f"question:{record.object}" if record.object else NOTHING,
        "object_label": one_line(record.object_label),
        "mapping_justification": f"semapv:{record.justification}",
        "author_id": record.author.identifier,
        "author_label": one_line(record.author.label),
        "reviewer_id": record.reviewer.identifier,
        "reviewer_label": one_line(record.reviewer.label),
        "object_source": f"edition:{record.edition}",
        "mapping_date": record.date,
        "confidence": f"{record.confidence:.3f}".rstrip("0").rstrip("."),
        "comment": one_line(record.comment),
        "ext_status": record.status,
        "ext_object_sha256": record.object_sha256,
        "ext_reason_tag": record.tag,
        "ext_subject_sha256": record.subject_sha256,
    }
