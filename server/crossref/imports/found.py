"""What a reader finds in a source, before it is compared with what is there."""

import unicodedata
from dataclasses import dataclass

from ...build.imported_records import ImportKind, Status
from ...build.wording import digest, worded

UNGROUPED = "Questions without a heading"
"""Our name for what a source puts under no heading."""


@dataclass(frozen=True)
class FoundQuestion:
    """One question of a source.

    Args:
        place: where it stands, in words: `record 17`, `line 12`.
        text: as worded (`build.wording`).
        path: names of the headings above it, the outermost first.
        own_id: the source's own identifier; empty where it has none.
        issued: a day, a month or a year; empty if not known.
        note: how it was read, where that needs a word.
        background: what the publisher says to explain it.
        expires: the last day on which it is asked, `YYYY-MM-DD`; empty if none is given.
    """

    place: str
    text: str
    path: tuple[str, ...]
    own_id: str = ""
    status: Status = "current"
    issued: str = ""
    page: str = ""
    note: str = ""
    background: str = ""
    expires: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the text."""
        return digest(self.text)


@dataclass(frozen=True)
class Unplaced:
    """What could not be taken in.

    Args:
        reason: why, and what would be right.
        own_id: of the record, if so much could be read.
    """

    place: str
    reason: str
    text: str = ""
    own_id: str = ""


@dataclass(frozen=True)
class FoundEdition:
    """The questions of one publisher in one year, in the order of the source.

    Args:
        publisher: name as the source has it.
        changes: what the publisher says of the history: day and note.
    """

    publisher: str
    year: str
    title: str
    questions: tuple[FoundQuestion, ...]
    changes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Harvest:
    """All that a source gives.

    Args:
        address: web address, or name of the file.
        sha256: of what was fetched; of several pages, of one after the other.
        whole: it is all that the source has, so that what is missing has vanished.
        publishers: names of all that the source has questions of, also of those that were passed
            over; empty where that can't be known.
        notices: what the user should know of how it was read.
    """

    kind: ImportKind
    address: str
    sha256: str
    editions: tuple[FoundEdition, ...]
    unplaced: tuple[Unplaced, ...] = ()
    whole: bool = True
    publishers: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def headings(*names: str) -> tuple[str, ...]:
    """The path of headings above a question; never empty."""
    return tuple(name for name in map(worded, names) if name) or (UNGROUPED,)


def shown(text: str) -> str:
    """A text of others as a message may have it: nothing in it steers a terminal."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def illegible(text: str) -> str:
    """Why a text can't be kept; empty if it can."""
    for character in text:
        kind = unicodedata.category(character)
        if kind == "Cs" or (kind == "Cc" and not character.isspace()) or _never(character):
            return f"It holds the character U+{ord(character):04X}, which no text has."
    return "" if worded(text) else "It has no text."


def _never(character: str) -> bool:
    """A noncharacter (Unicode, 23.7), or what stands for one that was lost."""
    point = ord(character)
    return point == 0xFFFD or point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF
