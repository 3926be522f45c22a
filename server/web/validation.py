"""What the page of `/validate` shows of a report."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..engine.examiner import Report
from ..protocol.validate import Posted
from ..vocab import SHAPES
from .cells import Cell, iri_cell, short

SYNTAXES = {
    "ttl": "Turtle",
    "nt": "N-Triples",
    "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
    "nq": "N-Quads",
    "trig": "TriG",
}
"""The names of the formats of documents for people."""


@dataclass(frozen=True)
class Row:
    """One finding.

    Args:
        place: line of the thing at fault; empty if it is not known.
        thing: that thing, under its label.
        rule: links to the rule on the page of the rules.
        property: the property that was looked at.
    """

    severity: str
    place: str
    thing: Cell
    rule: Cell
    property: str
    value: Cell | None
    message: str


@dataclass(frozen=True)
class Shown:
    """A report on a page.

    Args:
        total: of all findings; `rows` holds the first of them.
        summary: numbers by severity, in words.
    """

    conforms: bool
    total: int
    summary: str
    rows: tuple[Row, ...]


def shown(report: Report, posted: Posted, base: str) -> Shown:
    """A report in JSON for people."""
    several = len(posted.documents) > 1
    findings = json.loads(report.body)["findings"]
    rows = tuple(_row(finding, base, several) for finding in findings)
    return Shown(report.conforms, report.findings, _summary(report.severities), rows)


def _row(finding: Mapping[str, Any], base: str, several: bool) -> Row:
    line, value = finding["line"], finding["value"]
    culprit = value if finding["path"].startswith("^") and value else finding["focus"]
    place = f"{finding['file']}:{line}" if several and line else str(line or "")
    rule = finding["rule"].removeprefix(SHAPES)
    return Row(
        finding["severity"],
        place,
        _cell(culprit, base, finding["label"]),
        Cell(rule, f"/shapes#{rule}"),
        finding["path"],
        _cell(value, base) if value and value != culprit else None,
        finding["message"],
    )


def _cell(word: str, base: str, label: str = "") -> Cell:
    """A term as findings hold it: an IRI as it is, all else in N-Triples.

    No links: what the sender's graph describes is not described here.
    """
    if word.startswith("_:"):
        return Cell(label or word)
    if word.startswith('"'):
        text, typed, datatype = word.rpartition("^^<")
        return Cell(text, datatype=short(datatype[:-1], base)) if typed else Cell(word)
    return replace(iri_cell(word, base, label), href="", outside=False)


def _summary(severities: Mapping[str, int]) -> str:
    counted = [
        f"{severities[name]:,} {name if severities[name] == 1 else many}"
        for name, many in (("violation", "violations"), ("warning", "warnings"), ("info", "notes"))
        if severities.get(name)
    ]
    return ", ".join(counted)
