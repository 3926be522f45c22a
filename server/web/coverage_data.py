"""Coverage and gaps as JSON and CSV."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from ..crossref.alone import Alone, Gaps, heading_of
from ..crossref.comparisons import Comparison, Side
from ..crossref.corpus import Corpus
from ..crossref.coverage import Cell, Coverage, Heading

Json = dict[str, Any]

CELLS = (
    *("row", "row_label", "column", "column_label", "pairs", "proposed", "accepted"),
    *("questions", "counterparts", "strongest", "confidence"),
)
"""Columns of the CSV of coverage, members of each cell in JSON."""

QUESTIONS = (
    *("edition", "question", "iri", "text", "text_is_official", "heading", "silence", "status"),
    *("confidence", "reason", "decision", "near"),
)
"""Columns of the CSV of gaps; `near` holds keys of questions, separated by `; `."""


def coverage_json(found: Coverage, queries: Sequence[Json]) -> str:
    """An object with both editions, the headings, and every cell that has pairs or none.

    Args:
        queries: names and addresses of the stored queries that it is made by.
    """
    return _written(
        {
            "revision": found.revision,
            **_editions(found.comparison, found.subject, found.object),
            "statuses": vars(found.statuses),
            "rows": [_heading(each) for each in found.rows],
            "columns": [_heading(each) for each in found.columns],
            "cells": [_cell(each) for each in found.cells.values()],
            "queries": list(queries),
        }
    )


def coverage_csv(found: Coverage) -> str:
    """RFC 4180, with a header line and a line for each cell."""
    return _table(CELLS, (_cell(each) for each in found.cells.values()))


def gaps_json(found: Gaps, corpus: Corpus, queries: Sequence[Json]) -> str:
    """An object with the questions of each edition that have no counterpart.

    Args:
        queries: names and addresses of the stored queries that it is made by.
    """
    return _written(
        {
            "revision": found.revision,
            **_editions(found.comparison),
            "unanswered": [_alone(each, corpus) for each in found.unanswered],
            "unasked": [_alone(each, corpus) for each in found.unasked],
            "queries": list(queries),
        }
    )


def gaps_csv(found: Gaps, corpus: Corpus) -> str:
    """RFC 4180, with a header line; the questions of the first edition, then of the second."""
    told = [_alone(each, corpus) for each in (*found.unanswered, *found.unasked)]
    for each in told:
        each["near"] = "; ".join(miss["question"] for miss in each["near"])
    return _table(QUESTIONS, told)


def _editions(comparison: Comparison, *whole: Heading) -> Json:
    subject, other = comparison.subject, comparison.object
    counts = [{"questions": each.questions, "matched": each.matched} for each in whole]
    first, second = counts or ({}, {})
    return {
        "subject": {**_side(subject), **first},
        "object": {**_side(other), **second},
        "mapping_sets": [each.iri for each in comparison.sets],
    }


def _side(side: Side) -> Json:
    edition = side.edition
    return {
        "edition": edition.key,
        "iri": edition.iri,
        "label": edition.label,
        "publisher": edition.publisher,
        "headings": side.level,
    }


def _heading(heading: Heading) -> Json:
    return vars(heading)


def _cell(cell: Cell) -> Json:
    return {
        "row": cell.row.key,
        "row_label": cell.row.label,
        "column": cell.column.key,
        "column_label": cell.column.label,
        "pairs": cell.pairs,
        "proposed": cell.proposed,
        "accepted": cell.accepted,
        "questions": cell.questions,
        "counterparts": cell.counterparts,
        "strongest": cell.strongest or None,
        "confidence": cell.confidence,
    }


def _alone(alone: Alone, corpus: Corpus) -> Json:
    item = alone.item
    return {
        "edition": item.edition,
        "question": item.key,
        "iri": item.iri,
        "text": item.text,
        "text_is_official": item.official,
        "heading": heading_of(item, corpus),
        "silence": alone.silence,
        "status": alone.status or None,
        "confidence": alone.confidence,
        "reason": alone.reason or None,
        "decision": alone.decision or None,
        "near": [
            {
                "question": miss.item.key,
                "pair": miss.pair,
                "confidence": miss.confidence,
                "tag": miss.tag or None,
                "reason": miss.reason,
            }
            for miss in alone.near
        ],
    }


def _written(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _table(columns: Sequence[str], rows: Iterable[Json]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def _csv_cell(value: Any) -> Any:
    """A truth value as JSON has it."""
    return json.dumps(value) if isinstance(value, bool) else value
