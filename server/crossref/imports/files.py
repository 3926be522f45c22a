"""The files that an import writes into the folder of an edition."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from ...build import imported_table, imported_texts, keys_table, theme_table
from ...build.imported_records import ImportRecord
from ...build.records import EditionRecord, OrganisationRecord
from .settlement import Settled

EDITION_HEAD = "# Written by ari import; the next import of this edition writes it anew.\n"


def of_edition(
    record: EditionRecord,
    imported: ImportRecord,
    changes: Iterable[tuple[str, str]],
    settled: Settled,
    publisher: OrganisationRecord | None,
) -> dict[str, bytes]:
    """The files of an edition that an import makes.

    Args:
        publisher: None if the sources describe it.
    """
    files = {
        "edition.toml": _edition(record, imported, changes),
        "themes.csv": _table(theme_table.COLUMNS, settled.themes),
        "questions.csv": _table(imported_table.QUESTION_COLUMNS, settled.questions),
        "keys.csv": _table(keys_table.COLUMNS, settled.keys.rows),
    }
    if publisher:
        files["organisation.toml"] = _organisation(publisher)
    return files


def of_texts(imported: ImportRecord, settled: Settled) -> dict[str, bytes]:
    """The files that bring texts to an edition that we describe."""
    return {
        "import.toml": _toml(EDITION_HEAD, _import(imported)),
        "texts.csv": _table(imported_texts.COLUMNS, settled.texts),
        "added-themes.csv": _table(theme_table.COLUMNS, settled.themes),
        "added-questions.csv": _table(imported_table.QUESTION_COLUMNS, settled.questions),
        "keys.csv": _table(keys_table.COLUMNS, settled.keys.rows),
    }


def _table(columns: Sequence[str], rows: Iterable[Any]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([getattr(row, column) for column in columns] for row in rows)
    return text.getvalue().encode()


def _edition(
    record: EditionRecord, imported: ImportRecord, changes: Iterable[tuple[str, str]]
) -> bytes:
    top = {
        "key": record.key,
        "title": record.title,
        "label": record.label,
        "publisher": record.publisher,
        "issued": record.issued,
        "edited": record.edited,
    }
    told = [("[[changes]]", {"date": day, "note": note}) for day, note in changes]
    return _toml(EDITION_HEAD, ("", top), _import(imported), *told)


def _import(imported: ImportRecord) -> tuple[str, dict[str, str]]:
    names = ("kind", "address", "sha256", "retrieved", "licence")
    return "[import]", {name: getattr(imported, name) for name in names}


def _organisation(record: OrganisationRecord) -> bytes:
    values = {
        "key": record.key,
        "name": record.name,
        "alternative_names": list(record.alternatives),
        "formal": record.formal,
    }
    return _toml(EDITION_HEAD, ("", values))


def _toml(head: str, *tables: tuple[str, dict[str, Any]]) -> bytes:
    """Tables of texts, flags and lists of texts, which TOML 1.0 writes as JSON does."""
    lines = [head]
    for header, values in tables:
        lines.append(f"\n{header}\n" if header else "\n")
        lines += (f"{k} = {json.dumps(v, ensure_ascii=False)}\n" for k, v in values.items())
    return "".join(lines).encode()
