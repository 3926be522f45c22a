"""Where in a document its statements stand: the line at which a parser has read each of them."""

import re

_IDENTIFIER = re.compile(r'"@?id"\s*:\s*"([^"\\]+)"')


class Lines:
    """A document that is read line by line, so that its reader's place is known.

    Parsers give a statement as soon as they have read its end, so `number` is then its line.
    JSON-LD is the exception: statements may come only after the whole.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self.number = 0

    def read(self, size: int = -1) -> bytes:
        """The rest of the line, at most `size` bytes; empty at the end (as a file's `read`)."""
        end = self._data.find(b"\n", self._at) + 1 or len(self._data)
        if size >= 0:
            end = min(end, self._at + size)
        if self._at == 0 or self._data[self._at - 1 : self._at] == b"\n":
            self.number += self._at < end
        piece = self._data[self._at : end]
        self._at = end
        return piece


def lines_of_json(data: bytes) -> dict[str, int]:
    """By identifier as it is written (`"@id"`, or `"id"`), the line where it stands first."""
    found: dict[str, int] = {}
    for number, line in enumerate(data.decode(errors="replace").split("\n"), 1):
        for match in _IDENTIFIER.finditer(line):
            found.setdefault(match[1], number)
    return found


def line_in_json(iri: str, known: dict[str, int]) -> int | None:
    """The line of a thing; its identifier may be short for its IRI: prefixed, or relative."""
    fits = [name for name in known if name == iri or _is_end(_end(name), iri)]
    return known[max(fits, key=lambda name: len(_end(name)))] if fits else None


def _end(name: str) -> str:
    return name.partition(":")[2] or name


def _is_end(end: str, iri: str) -> bool:
    """Whether an IRI ends in this name, and not in the middle of a longer one."""
    start = iri.removesuffix(end)
    return start != iri and (start.endswith(("/", "#", ":")) or end.startswith(("/", "#")))
