"""The reading of a document: each line is put in its place, and what has none is a fault."""

import unicodedata
from dataclasses import dataclass, field
from difflib import get_close_matches

from .faults import Fault
from .passages import Line, excerpt, spaced
from .records import DocumentRecord, Kind, PriorityRecord, PriorityText, Span

LIKENESS = 0.8
"""From here on, one text is taken for another (ratio of difflib, 0 to 1)."""


@dataclass
class Draft:
    """A priority while it is read."""

    record: PriorityRecord
    name: Span
    description: Span | None = None
    interests: list[Span] = field(default_factory=list)

    def finished(self) -> PriorityText:
        """The priority as read; it must have a description."""
        assert self.description is not None  # noqa: S101 - `comparison.compare` has refused it
        return PriorityText(self.record, self.name, self.description, tuple(self.interests))


class Reading:
    """What was found so far.

    Attributes:
        drafts: the priorities, in the order found; one may stand twice.
        sections: by kind, the first line of its heading.
        faults: what has no place.
    """

    def __init__(self, record: DocumentRecord) -> None:
        self.record = record
        self.file = record.edition.source.file
        self.drafts: list[Draft] = []
        self.sections: dict[Kind, int] = {}
        self.faults: list[Fault] = []
        self._priorities = {spaced(item.name): item for item in record.priorities}
        self._section: Kind | None = None
        self._draft: Draft | None = None
        self._passed_over: set[str] = set()
        self._closed: dict[str, int] = {}
        # After a line without a place, only the next heading says where we are.
        self._lost = False

    def place(self, line: Line) -> None:
        """Put the next line in its place."""
        self._legible(line)
        if line.bullet:
            self._interest(line)
        elif line.words in self.record.closing:
            self._closing(line)
        elif line.words in self.record.passed_over:
            self._pass_over(line)
        elif not self._heading(line, line.words):
            self._paragraph(line)

    def _fault(self, line: Line, detail: str) -> None:
        self.faults.append(Fault(self.file, line.number, detail))

    def _legible(self, line: Line) -> None:
        damage = next(filter(_is_damage, line.span.text), "")
        if damage:
            self._fault(line, f"The line holds the character U+{ord(damage):04X}: damaged text.")

    def _heading(self, line: Line, words: str) -> bool:
        if kind := self.record.sections.get(words):
            self._open_section(line, kind)
        elif priority := self._priorities.get(words):
            self._open_priority(line, priority)
        else:
            return False
        self._not_after_the_end(line)
        self._lost = False
        return True

    def _not_after_the_end(self, line: Line) -> None:
        for closing, number in self._closed.items():
            detail = f"'{excerpt(line.words)}' stands after the closing line '{closing}'"
            self._fault(line, f"{detail} (line {number}).")

    def _open_section(self, line: Line, kind: Kind) -> None:
        if kind in self.sections:
            first = self.sections[kind]
            self._fault(line, f"The heading '{line.words}' stands twice (first: line {first}).")
        self.sections.setdefault(kind, line.number)
        self._section, self._draft = kind, None
        self._passed_over = set()

    def _open_priority(self, line: Line, priority: PriorityRecord) -> None:
        if self._section != priority.kind:
            found = f"under '{self._section}'" if self._section else "before any section heading"
            detail = f"{named(priority)} stands {found}; expected: under '{priority.kind}'."
            self._fault(line, detail)
        self._draft = Draft(priority, line.span)
        self.drafts.append(self._draft)

    def _pass_over(self, line: Line) -> None:
        in_place = self._section and not self._draft and line.words not in self._passed_over
        if not in_place or self._lost:
            detail = f"'{excerpt(line.words)}' belongs once, right under a section heading."
            self._fault(line, detail)
        self._passed_over.add(line.words)

    def _closing(self, line: Line) -> None:
        if line.words in self._closed:
            first = self._closed[line.words]
            self._fault(line, f"'{line.words}' stands twice (first: line {first}).")
        self._closed[line.words] = line.number

    def _interest(self, line: Line) -> None:
        self._not_after_the_end(line)
        if not line.span.text:
            self._fault(line, "A bullet without text.")
        elif self._draft:
            self._draft.interests.append(line.span)
        elif not self._lost:
            detail = f"The interest '{excerpt(line.words)}' stands before any priority heading."
            self._fault(line, detail)

    def _paragraph(self, line: Line) -> None:
        if self._nearly_a_heading(line):
            return
        if self._closed:
            self._not_after_the_end(line)
        elif self._draft and not self._draft.interests:
            self._description(line, self._draft)
        else:
            self._unknown(line)

    def _nearly_a_heading(self, line: Line) -> bool:
        known = [*self._priorities, *self.record.sections]
        close = get_close_matches(line.words, known, 1, LIKENESS)
        if not close:
            return False
        self._fault(line, f"Unknown heading '{line.words}'; expected: '{close[0]}'.")
        return self._heading(line, close[0])

    def _description(self, line: Line, draft: Draft) -> None:
        if draft.description is None:
            draft.description = line.span
            return
        both = f"lines {draft.description.line} and {line.number}"
        self._fault(line, f"{named(draft.record)} has two descriptions: {both}. One is expected.")

    def _unknown(self, line: Line) -> None:
        after = f" after {named(self._draft.record)}" if self._draft else ""
        seen = {draft.record.key for draft in self.drafts}
        missing = [item for item in self.record.priorities if item.key not in seen]
        expected = f" Expected next: {named(missing[0])}." if missing else " Nothing is expected."
        detail = f"Unknown heading or paragraph '{excerpt(line.words)}'{after}.{expected}"
        self._fault(line, detail)
        self._draft, self._lost = None, True


def _is_damage(character: str) -> bool:
    """A control character, or the one that stands for what could not be decoded."""
    control = unicodedata.category(character) == "Cc" and character != "\t"
    return control or character == "\ufffd"


def named(priority: PriorityRecord) -> str:
    """A priority by key and name, for a message."""
    return f"Priority {priority.key} '{priority.name}'"
