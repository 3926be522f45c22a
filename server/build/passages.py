"""Passages: the lines of a text that hold something, each with its place in the file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .records import Span

PREFIX_LENGTH = 32
"""Code points kept of what stands before a passage."""

_TOKENS = re.compile(r"[^\r\n]+|\r\n|\r|\n")
_INDENT = re.compile(r"[\s\ufeff\u200b]*")
_BULLET = re.compile(
    r"""(?: [-*\u2013\u2014] (?:\s+|$)
        | [•·◦‣▪●○] \s*
        | (?: \d{1,3}[.)] | \((?:\d{1,3}|[a-z]|[ivx]{1,5})\) | [a-z]\) ) (?:\s+|$)
    )""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Line:
    """A line that is not blank: its passage, and whether a bullet stands before it."""

    span: Span
    bullet: bool

    @property
    def number(self) -> int:
        """From 1."""
        return self.span.line

    @property
    def words(self) -> str:
        """The passage, evenly spaced."""
        return spaced(self.span.text)


def lines(text: str) -> Iterator[Line]:
    """The lines that hold something; LF, CRLF and CR end a line, and nothing else does."""
    number = 1
    for token in _TOKENS.finditer(text):
        if token[0][0] in "\r\n":
            number += 1
        elif line := _line(number, token.start(), token[0]):
            yield line


def _line(number: int, offset: int, stored: str) -> Line | None:
    indent = _matched(_INDENT, stored, 0)
    body = stored.rstrip()
    if indent >= len(body):
        return None
    start = min(_matched(_BULLET, body, indent), len(body))
    prefix = stored[:start][-PREFIX_LENGTH:]
    span = Span(body[start:], offset + start, offset + len(body), number, prefix)
    return Line(span, bullet=start > indent)


def _matched(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def spaced(text: str) -> str:
    """The words of a text with one space between them."""
    return " ".join(text.split())


def excerpt(words: str) -> str:
    """A text for a message, cut if it has more than 60 characters."""
    return words if len(words) <= 60 else words[:57] + "…"
