"""The real graph made smaller, with something left of all that is in it."""

import re
from collections.abc import Iterable, Iterator
from zlib import crc32

from .. import queryfile
from ..vocab import DEFAULT_BASE

QUESTIONS = 30
"""The Home Office's questions up to this number stay, and those that a stored query names."""
RECORDS = 6
"""Of so many records of how a counterpart was decided, about one stays."""

_THING = re.compile(rf"<{re.escape(DEFAULT_BASE)}id/(question|statement|mapping)/([^>]*)>")
_NUMBER = re.compile(r"home-office-2019-(\d+)")


def shrunk(lines: Iterable[str]) -> Iterator[str]:
    """The lines of N-Quads but for what is said of, or leads to, the things that are left out.

    These are questions of the Home Office with all statements about them, and records of how
    counterparts were decided, which are two fifths of the real graph.
    """
    pairs, numbers = _named()

    def left_out(kind: str, key: str) -> bool:
        number = _NUMBER.search(key)
        if number and int(number[1]) > QUESTIONS and number[1] not in numbers:
            return True
        pair = key.partition(".")[0]
        return kind == "mapping" and pair not in pairs and crc32(pair.encode()) % RECORDS != 0

    return (line for line in lines if not any(left_out(*thing) for thing in _things(line)))


def _things(line: str) -> list[tuple[str, str]]:
    """Kind and key of each thing that a line is about or leads to; its graph is none of them."""
    return _THING.findall(line.rsplit(" ", 2)[0])


def _named() -> tuple[set[str], set[str]]:
    """The pairs and the numbers of the Home Office's questions that stored queries name."""
    texts = "".join(query.text for query in queryfile.library().values())
    things = _THING.findall(texts)
    pairs = {key for kind, key in things if kind == "mapping"}
    return pairs, {number for _, key in things for number in _NUMBER.findall(key)}
