"""The edition as an import leaves it: every question with its heading, place, text and status."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ...build.imported_records import QuestionRecord, TextRecord
from ...build.keys_table import KeyRecord, Keys
from ...build.records import Origin, ThemeRecord
from .outcome import Entry
from .outline import Outline
from .pairing import Missing, Pairing
from .state import EditionState

_NOWHERE = Origin("", 0)


@dataclass(frozen=True)
class Settled:
    """The edition as it would be.

    Args:
        entries: what is said of each question.
        changed: keys of the questions whose text is another now.
    """

    themes: tuple[ThemeRecord, ...]
    questions: tuple[QuestionRecord, ...]
    texts: tuple[TextRecord, ...]
    keys: Keys
    entries: tuple[Entry, ...]
    changed: frozenset[str]


def settle(
    state: EditionState,
    kind: str,
    pairings: Sequence[Pairing],
    missing: Sequence[Missing],
    entries: tuple[Entry, ...],
) -> Settled:
    """Put everything in its place."""
    outline = Outline(state)
    questions = [_placed(p, outline) for p in pairings if not state.describes(p.id)]
    questions += _left(state, missing, outline)
    texts = [_text(p) for p in pairings if state.describes(p.id)]
    texts += [_missing_text(state, item) for item in missing if state.describes(item.known.id)]
    taken = _taken(state)
    themes = outline.placed(taken)
    rows = [KeyRecord(p.id, _source_id(kind, p), p.found.digest) for p in pairings]
    return Settled(
        themes=themes,
        questions=_numbered(questions, themes, taken),
        texts=tuple(sorted(texts, key=lambda item: item.number)),
        keys=state.keys.adding(rows),
        entries=entries,
        changed=frozenset(f"{state.key}-{p.id}" for p in pairings if p.revised),
    )


def _source_id(kind: str, item: Pairing) -> str:
    return f"{kind}:{item.found.own_id}" if item.found.own_id else ""


def _placed(item: Pairing, outline: Outline) -> QuestionRecord:
    found = item.found
    return QuestionRecord(
        id=item.id,
        theme=outline.place(found.path),
        position=0,
        text=found.text,
        sha256=found.digest,
        former=(),
        status=found.status,
        replaced_by="",
        issued=found.issued,
        page=found.page,
        note=found.note,
        background=found.background,
        origin=_NOWHERE,
    )


def _left(
    state: EditionState, missing: Iterable[Missing], outline: Outline
) -> list[QuestionRecord]:
    """What the source lacks stays under its heading, after what the source has there."""
    gone = {item.known.id: item for item in missing}
    found = [item for item in state.questions if item.id in gone]
    for item in found:
        outline.touch(item.theme)
    return [
        item
        if gone[item.id].kept
        else replace(item, status="vanished", replaced_by=gone[item.id].moved)
        for item in found
    ]


def _text(item: Pairing) -> TextRecord:
    found = item.found
    return TextRecord(
        number=int(item.id),
        text=found.text,
        sha256=found.digest,
        former=(),
        status=found.status,
        replaced_by="",
        page=found.page,
        background=found.background,
        origin=_NOWHERE,
    )


def _missing_text(state: EditionState, item: Missing) -> TextRecord:
    number = int(item.known.id)
    before = next((text for text in state.texts if text.number == number), None)
    record = before or TextRecord(number, "", "", (), "current", "", "", "", _NOWHERE)
    return record if item.kept else replace(record, status="vanished", replaced_by=item.moved)


def _taken(state: EditionState) -> dict[str, int]:
    """How many places under each heading are those of what we describe."""
    return Counter([item.parent for item in state.fixed] + [item.theme for item in state.described])


def _numbered(
    questions: Iterable[QuestionRecord], themes: Iterable[ThemeRecord], taken: dict[str, int]
) -> tuple[QuestionRecord, ...]:
    """In the order of their headings; under each, after the headings that stand there."""
    found = []
    for item in questions:
        taken[item.theme] = taken.get(item.theme, 0) + 1
        found.append(replace(item, position=taken[item.theme]))
    order = {theme.key: place for place, theme in enumerate(themes)}
    return tuple(sorted(found, key=lambda item: (order.get(item.theme, -1), item.position)))
