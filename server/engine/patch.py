"""Transactions as text: RDF Patch, one patch a write, chained by the hash of each state.

A write looks so; the two headers name the state it leads to and the one it starts from::

    H id <urn:sha256:…> .
    H prev <urn:sha256:…> .
    H drop <http://example.org/emptied> .
    H create <http://example.org/empty> .
    TX .
    D <s> <p> "old" <g> .
    A <s> <p> "new" <g> .
    TC .

RDF Patch has no row for a graph without statements, so `drop` and `create` are headers, which its
readers skip. `create` is only said of a graph that gets no statement by an `A` row.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

END = b"TC .\n"
_BEGIN = b"TX .\n"
_DROP, _CREATE = (
    re.compile(rb"H " + word + rb" <([^<>\s]*)> \.\n") for word in (b"drop", b"create")
)


@dataclass(frozen=True)
class Transaction:
    """One write.

    Args:
        previous: the revision that it starts from.
        removed, added: lines of N-Quads with their ends, sorted, none in both.
        dropped: named graphs that no longer exist.
        created: named graphs that exist from now on and are empty.
    """

    previous: str
    removed: tuple[bytes, ...] = ()
    added: tuple[bytes, ...] = ()
    dropped: tuple[str, ...] = ()
    created: tuple[str, ...] = ()

    @property
    def changes_nothing(self) -> bool:
        return not (self.removed or self.added or self.dropped or self.created)

    @property
    def revision(self) -> str:
        """SHA-256 of the previous revision, a line feed, and the rows, in their order."""
        digest = hashlib.sha256(f"{self.previous}\n".encode())
        for row in (*self._headers(), *self._rows()):
            digest.update(row)
        return digest.hexdigest()

    def text(self) -> bytes:
        """The transaction as RDF Patch."""
        names = (
            f"H id <urn:sha256:{self.revision}> .\n",
            f"H prev <urn:sha256:{self.previous}> .\n",
        )
        return b"".join(
            (*(name.encode() for name in names), *self._headers(), _BEGIN, *self._rows(), END)
        )

    def _headers(self) -> Iterator[bytes]:
        yield from (f"H drop <{name}> .\n".encode() for name in self.dropped)
        yield from (f"H create <{name}> .\n".encode() for name in self.created)

    def _rows(self) -> Iterator[bytes]:
        yield from (b"D " + line for line in self.removed)
        yield from (b"A " + line for line in self.added)


def read(data: bytes, revision: str) -> Iterator[tuple[Transaction, int]]:
    """The transactions that lead on from a revision, each with the offset of its end.

    Stops before the first that is not whole: cut short, altered, or not the next one.
    """
    start = 0
    while (end := data.find(b"\n" + END, start)) >= 0:
        end += len(END) + 1
        transaction = _parse(data[start:end].splitlines(keepends=True), revision)
        if transaction is None:
            return
        yield transaction, end
        start, revision = end, transaction.revision


def _parse(lines: list[bytes], revision: str) -> Transaction | None:
    if _BEGIN not in lines:
        return None
    begin = lines.index(_BEGIN)
    head, rows = lines[:begin], lines[begin + 1 : -1]
    dropped, created = _headers(head[2:], _DROP), _headers(head[2:], _CREATE)
    removed = tuple(row[2:] for row in rows if row[:2] == b"D ")
    added = tuple(row[2:] for row in rows if row[:2] == b"A ")
    transaction = Transaction(revision, removed, added, dropped, created)
    # What can't be read is missing from the text, so it differs.
    return transaction if transaction.text() == b"".join(lines) else None


def _headers(lines: Iterable[bytes], pattern: re.Pattern[bytes]) -> tuple[str, ...]:
    matches = (pattern.fullmatch(line) for line in lines)
    return tuple(match[1].decode(errors="replace") for match in matches if match)
