"""Changes in words for people, ready to be laid out as text, Markdown or a page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from .changes import Change, Changes, Kind, Others, What
from .wording import Piece, Pieces, marked

NOUNS: dict[Kind, tuple[str, str]] = {
    "edition": ("edition", "editions"),
    "priority": ("priority", "priorities"),
    "goal": ("goal", "goals"),
    "theme": ("theme", "themes"),
    "question": ("question", "questions"),
    "topic": ("topic", "topics"),
    "mapping": ("pair of questions", "pairs of questions"),
}
"""One of a kind, and several."""
VERBS: dict[What, str] = {
    "added": "new",
    "reworded": "reworded",
    "quoted": "official words",
    "relabelled": "renamed",
    "moved": "moved",
    "reordered": "another place in the order",
    "reclassified": "of another kind",
    "re-linked": "re-linked",
    "archived": "archived by its publisher",
    "withdrawn": "withdrawn",
    "vanished": "no longer published",
    "asked again": "asked again",
    "proposed": "proposed",
    "accepted": "accepted",
    "rejected": "rejected",
    "re-opened": "re-opened",
    "corrected": "corrected",
    "dropped": "dropped",
    "kept": "carried over as it was",
}
"""What happened, as one says it of a thing."""
MAPPINGS = "Pairs of questions"
OTHERS = (
    "Besides, statements changed that say how the above is known, or that follow from it; the "
    "patch holds every one."
)
_MARKED: frozenset[What] = frozenset(("reworded", "relabelled"))


@dataclass(frozen=True)
class Entry:
    """One change, told.

    Args:
        verb: what happened.
        noun: to what.
        name: of the thing; empty where before and after say it.
        earlier: keys of what it continues.
        before, after: the differing words marked; empty where there is nothing.
        because: the reason; empty for none.
    """

    verb: str
    noun: str
    key: str
    iri: str
    name: str
    earlier: tuple[str, ...]
    before: Pieces
    after: Pieces
    because: str


@dataclass(frozen=True)
class Section:
    """The changes in one edition, strategy or scheme, or on pairs of questions."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Told:
    """A comparison in words.

    Args:
        title: the two that were compared.
        summary: a sentence, or what changed by number, the most important first.
        others: how many statements of each graph changed beside the entries.
        patch: how many statements changed in all.
    """

    title: str
    summary: tuple[str, ...]
    sections: tuple[Section, ...]
    others: tuple[Others, ...]
    patch: str


def told(changes: Changes) -> Told:
    """All changes in words, in their order."""
    groups = groupby(changes.changes, lambda change: _section(change))
    return Told(
        f"What changed from {_name(changes, 'old')} to {_name(changes, 'new')}",
        tuple(_summary(changes)),
        tuple(Section(title, tuple(map(_entry, group))) for title, group in groups),
        changes.others,
        f"{_count(changes.removed, 'statement')} taken away, {changes.added:,} added.",
    )


def _name(changes: Changes, side: str) -> str:
    found = changes.old if side == "old" else changes.new
    return found.name or found.hash[:12]


def _section(change: Change) -> str:
    return MAPPINGS if change.kind == "mapping" else change.group


def _summary(changes: Changes) -> Iterator[str]:
    if changes.same:
        yield "Nothing changed: both are the same dataset."
    elif not changes.changes:
        yield "No question, priority, goal, theme, topic or mapping changed."
    for (kind, what), count in changes.counts.items():
        yield f"{count:,} {NOUNS[kind][count != 1]}: {VERBS[what]}"


def _entry(change: Change) -> Entry:
    before, after = _pieces(change)
    texts = (change.before, change.after)
    verb = f"{VERBS[change.what]}: {change.aspect}" if change.aspect else VERBS[change.what]
    return Entry(
        verb=verb,
        noun=NOUNS[change.kind][0],
        key=change.key,
        iri=change.iri,
        name="" if change.label in texts else change.label,
        earlier=change.earlier,
        before=before,
        after=after,
        because=change.reason,
    )


def _pieces(change: Change) -> tuple[Pieces, Pieces]:
    if change.what in _MARKED and change.before and change.after:
        return marked(change.before, change.after)
    before, after = (_whole(text) for text in (change.before, change.after))
    return before, after


def _whole(text: str) -> Pieces:
    return (Piece(text, False),) if text else ()


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def plain(pieces: Sequence[Piece]) -> str:
    """The text without marks."""
    return "".join(piece.text for piece in pieces)
