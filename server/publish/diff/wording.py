"""A text before and after, with the words marked that differ."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from operator import itemgetter

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
    then: list[tuple[str, bool]] = []
    now: list[tuple[str, bool]] = []
    for place, (tag, a, b, c, d) in enumerate(steps):
        differs = tag != "equal" or _is_between(steps, place, old[a:b])
        then.append(("".join(old[a:b]), differs))
        now.append(("".join(new[c:d]), differs))
    return tuple(_pieces(then)), tuple(_pieces(now))


def _is_between(steps: Sequence[object], place: int, words: Sequence[str]) -> bool:
    """Whether the stretch is but space or punctuation in the middle of what differs."""
    return 0 < place < len(steps) - 1 and not any(map(_has_letter, words))


def _has_letter(word: str) -> bool:
    return any(map(str.isalnum, word))


def _pieces(stretches: Iterable[tuple[str, bool]]) -> Iterator[Piece]:
    """Neighbours of the same kind as one piece."""
    for differs, group in groupby(stretches, key=itemgetter(1)):
        if text := "".join(text for text, _ in group):
            yield Piece(text, differs)
