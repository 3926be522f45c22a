"""The report of an import: for people, and as JSON."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ...build.mapping_records import MappingRecord
from .found import Unplaced, shown
from .outcome import KINDS, Entry, Outcome, Refusal

_SHOWN = {
    "new": "new",
    "revised": "revised: same question, other text",
    "returned": "back again",
    "moved": "under another heading",
    "vanished": "vanished from the source; marked, not deleted",
    "archived": "archived by the publisher",
    "withdrawn": "withdrawn with the publication",
    "unarchived": "no longer archived",
    "duplicated": "duplicated in the source",
    "kept": "left as it was",
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_LISTED = 20
"""So many of one kind are listed for people; JSON has all."""


@dataclass(frozen=True)
class Report:
    """What an import did, or would do.

    Args:
        reopened: mapping records that a changed text asks for.
        written: what was written is there; false for a dry run.
        refused: editions of which nothing is kept.
    """

    kind: str
    source: str
    sha256: str
    retrieved: str
    written: bool
    editions: tuple[Outcome, ...]
    unplaced: tuple[Unplaced, ...]
    notices: tuple[str, ...]
    reopened: tuple[MappingRecord, ...] = ()
    refused: tuple[Refusal, ...] = ()

    def json(self) -> str:
        """The whole report (RFC 8259)."""
        value = {
            "kind": self.kind,
            "source": self.source,
            "sha256": self.sha256,
            "retrieved": self.retrieved,
            "written": self.written,
            "editions": [_edition(item) for item in self.editions],
            "refused": [vars(item) for item in self.refused],
            "unplaced": [vars(item) for item in self.unplaced],
            "reopened": [{"record": r.key, "reason": r.comment} for r in self.reopened],
            "notices": list(self.notices),
        }
        text = json.dumps(value, ensure_ascii=False, indent=2)
        # What could not be placed may hold half a character, which UTF-8 has no bytes for.
        return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)

    def text(self) -> str:
        """The report for people."""
        return "\n".join(shown(line) for line in self._lines())

    def _lines(self) -> Iterator[str]:
        for outcome in self.editions:
            yield from _edition_lines(outcome, self.written)
        for title, lines in (
            ("refused, and nothing of it kept", [_refused(item) for item in self.refused]),
            ("could not be placed", [_unplaced(item) for item in self.unplaced]),
            ("links re-opened", [f"{r.key}: {r.comment}" for r in self.reopened]),
        ):
            if lines:
                yield f"{title}: {len(lines):,}"
                yield from _cut(lines)
        yield from self.notices


def _edition(outcome: Outcome) -> dict[str, Any]:
    listed = {kind: [item.as_dict() for item in outcome.of(kind)] for kind in KINDS}
    return {
        "edition": outcome.edition,
        "label": outcome.label,
        "state": outcome.state,
        "changes": bool(outcome.files),
        "texts": outcome.texts,
        "attached": outcome.attached,
        "counts": outcome.counts(),
        "foundBy": outcome.found_by(),
        **listed,
    }


def _edition_lines(outcome: Outcome, written: bool) -> Iterator[str]:
    counts, by = outcome.counts(), outcome.found_by()
    yield f"{outcome.edition}: {outcome.label}"
    found = ", ".join(f"{number:,} by {name}" for name, number in by.items() if number)
    if found:
        yield f"  found again: {found}; {counts['unchanged']:,} unchanged"
    if outcome.state == "published":
        yield "  This edition is published from the document itself; an import changes nothing."
    else:
        first = f", {outcome.attached:,} for the first time" if outcome.attached else ""
        yield f"  {outcome.texts:,} official texts{first}"
    for kind, words in _SHOWN.items():
        if counts[kind]:
            yield f"  {counts[kind]:,} {words}"
            # Of an edition that was not there, every question is new.
            if (kind, outcome.state) != ("new", "new"):
                yield from _cut([_entry(item) for item in outcome.of(kind)])
    if outcome.state != "published":
        yield f"  {_state(outcome, written)}"


def _state(outcome: Outcome, written: bool) -> str:
    if not outcome.files:
        return "Nothing to write: all of this is there."
    return "Written." if written else "Not written: this was a dry run."


def _entry(item: Entry) -> str:
    parts = [f"{item.key or item.place}: {_short(item.text)}"]
    if item.before:
        parts.append(f"before: {_short(item.before)}")
    if item.similarity is not None:
        parts.append(f"similarity {item.similarity:.4f}")
    if item.detail:
        parts.append(item.detail)
    return " | ".join(parts)


def _refused(item: Refusal) -> str:
    return f"{item.edition}: {item.reason} {item.remedy}".rstrip()


def _unplaced(item: Unplaced) -> str:
    shown = f" “{_short(item.text)}”" if item.text else ""
    return f"{item.place}: {item.reason}{shown}"


def _short(text: str) -> str:
    return text if len(text) <= 100 else f"{text[:99]}…"


def _cut(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"    {line}" for line in lines[:_LISTED])
    if len(lines) > _LISTED:
        yield f"    … and {len(lines) - _LISTED:,} more; --format json lists all."
