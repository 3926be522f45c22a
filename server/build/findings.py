"""Findings: what is wrong with data, as plain records that command, page and tests share."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from rdflib.namespace import SH
from rdflib.term import Node

from .nodes import short

SEVERITIES: dict[Node, str] = {SH.Violation: "violation", SH.Warning: "warning", SH.Info: "info"}
"""The worst first."""


@dataclass(frozen=True)
class Finding:
    """One result of validation.

    Args:
        shape: IRI of the shape of the class.
        rule: IRI of the rule, a named shape.
        focus: what was looked at: an IRI, or a blank node (`_:b0`).
        label: of the thing at fault, in English if it has such a label; empty if it has none.
        path: the property looked at, as a SPARQL property path; empty if none.
        value: what is wrong: an IRI, a blank node, or a literal in N-Triples; empty for a lack.
        message: what is wrong and what would be right.
        severity: `violation`, `warning` or `info`.
        file: where the thing at fault comes from, None if not known.
        line: in that file, from 1, None if not known.
        component: IRI of the SHACL constraint component.
    """

    shape: str
    rule: str
    focus: str
    label: str
    path: str
    value: str
    message: str
    severity: str
    file: str | None = None
    line: int | None = None
    component: str = ""

    @property
    def culprit(self) -> str:
        """The thing at fault: the value, where a rule over a whole edition returns it."""
        return self.value if self.path.startswith("^") and self.value else self.focus

    @property
    def place(self) -> str:
        """`file:line` as far as known."""
        return ":".join(str(part) for part in (self.file, self.line) if part is not None)

    def as_dict(self) -> dict[str, Any]:
        """The fields, for JSON."""
        return asdict(self)

    def as_row(self) -> tuple[str, str, str, str, str]:
        """Severity, place, thing, message and rule, short enough for a table."""
        thing = self.label or short(self.culprit)
        return self.severity, self.place, thing, self.message, short(self.rule)


def violates(findings: Iterable[Finding]) -> bool:
    """Whether one of them is a violation; warnings and notes let data pass."""
    return any(finding.severity == "violation" for finding in findings)
