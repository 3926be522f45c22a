"""Changes as Markdown."""

import re
from collections.abc import Iterator

from .changes import Changes, Others
from .sentences import OTHERS, Entry, Section, Told, told
from .things import key_of
from .wording import Pieces

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")


def as_markdown(changes: Changes, level: int = 1) -> str:
    """What changed, in Markdown.

    Args:
        level: of the first heading, from 1.
    """
    return "\n".join(_lines(told(changes), "#" * level)) + "\n"


def _lines(account: Told, heading: str) -> Iterator[str]:
    yield f"{heading} {_safe(account.title)}"
    yield ""
    yield from (f"- {line}" for line in account.summary)
    yield ""
    for section in account.sections:
        yield from _section(section, f"{heading}#")
    if account.others:
        yield from _others(account, f"{heading}#")


def _section(section: Section, heading: str) -> Iterator[str]:
    yield f"{heading} {_safe(section.title) or 'Others'}"
    yield ""
    for entry in section.entries:
        yield from _entry(entry)
    yield ""


def _entry(entry: Entry) -> Iterator[str]:
    name = f" {_safe(entry.name)}" if entry.name else ""
    earlier = f" (continues {', '.join(f'`{key}`' for key in entry.earlier)})"
    yield f"- **{entry.verb}** {entry.noun} `{entry.key}`{earlier if entry.earlier else ''}{name}"
    if entry.before:
        yield f"  - before: {_marked(entry.before, '~~')}"
    if entry.after:
        yield f"  - {'after' if entry.before else 'reads'}: {_marked(entry.after, '**')}"
    if entry.because:
        yield f"  - because: {_safe(entry.because)}"


def _marked(pieces: Pieces, mark: str) -> str:
    """A mark must touch the words that it is for, so white space stays outside."""
    return "".join(_piece(piece.text, mark if piece.differs else "") for piece in pieces)


def _piece(text: str, mark: str) -> str:
    bare = text.strip()
    return _safe(text).replace(_safe(bare), f"{mark}{_safe(bare)}{mark}", 1) if bare else text


def _others(account: Told, heading: str) -> Iterator[str]:
    yield f"{heading} Other statements"
    yield ""
    yield f"{OTHERS} {account.patch}"
    yield ""
    yield "| graph | taken away | added |"
    yield "|---|---|---|"
    yield from map(_row, account.others)


def _row(others: Others) -> str:
    name = key_of(others.graph) if others.graph else "(unnamed)"
    return f"| {_safe(name)} | {others.removed:,} | {others.added:,} |"


def _safe(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
