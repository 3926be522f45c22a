"""Changes as lines of text."""

from collections.abc import Iterator

from .changes import Changes
from .sentences import OTHERS, Entry, told
from .things import key_of
from .wording import Pieces

Row = tuple[str, str, str]


def headline(changes: Changes) -> list[str]:
    """What was compared, and what changed by number."""
    account = told(changes)
    return [f"{account.title}.", *(f"  {line}" for line in account.summary)]


def rows(changes: Changes) -> Iterator[tuple[str, list[Row]]]:
    """For each edition or scheme, its changes: what happened, to what, and how it reads now.

    Words that are gone stand in `[-…-]`, words that are new in `{+…+}`.
    """
    for section in told(changes).sections:
        yield section.title, [_row(entry) for entry in section.entries]


def remainder(changes: Changes) -> Iterator[str]:
    """The statements that changed beside these."""
    account = told(changes)
    if account.others:
        yield f"{OTHERS} {account.patch}"
    for others in account.others:
        name = key_of(others.graph) or "(unnamed)"
        yield f"  {name}: {others.removed:,} taken away, {others.added:,} added"


def _row(entry: Entry) -> Row:
    earlier = f"\ncontinues {', '.join(entry.earlier)}" if entry.earlier else ""
    return entry.verb, f"{entry.noun}\n{entry.key}{earlier}", "\n".join(_lines(entry))


def _lines(entry: Entry) -> Iterator[str]:
    if entry.name:
        yield entry.name
    if entry.before:
        yield f"before: {_marked(entry.before, '[-', '-]')}"
    if entry.after:
        label = "after: " if entry.before else ""
        yield f"{label}{_marked(entry.after, '{+', '+}')}"
    if entry.because:
        yield f"because: {entry.because}"


def _marked(pieces: Pieces, begin: str, end: str) -> str:
    return "".join(
        f"{begin}{p.text}{end}" if p.differs and p.text.strip() else p.text for p in pieces
    )
