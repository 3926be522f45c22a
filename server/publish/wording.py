"""A text before and after, with the words marked that differ."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\w+(?:['\u2019-]\w+)*|[^\w\s]")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text.

    Args:
        differs: it is not in the other text, or not there.
    """

    text: str
    differs: bool


Pieces = tuple[Piece, ...]


def marked(before: str, after: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces; put together, these are the texts as they were."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    then = ((old[a:b], tag != "equal") for tag, a, b, _, _ in steps)
    now = ((new[a:b], tag != "equal") for tag, _, _, a, b in steps)
    return tuple(_pieces(then)), tuple(_pieces(now))


def _pieces(stretches: Iterator[tuple[list[str], bool]]) -> Iterator[Piece]:
    return (Piece("".join(words), differs) for words, differs in stretches if words)
