"""Answers that were given before, kept as they left the application, byte for byte.

It belongs to one event loop, so nothing here needs a lock.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Any

from werkzeug.http import parse_etags, unquote_etag

from ..engine.spool import Content, bytes_of

Header = tuple[bytes, bytes]
Message = dict[str, Any]
"""An ASGI message."""

OF_AN_ENTRY = 3072
"""Bytes that an entry takes besides its body and its key, roughly: most of it headers."""
MOST_READY = 4096
"""Requests that are known by their bytes; each takes some kilobytes."""
OF_THE_BODY = (b"content-type", b"content-length", b"content-encoding", b"ari-rows", b"link")
"""Headers that a 304 leaves out (RFC 9110, 15.4.5)."""


@dataclass(frozen=True)
class Reply:
    """A whole response.

    Args:
        headers: names in lower case.
        lasting: the same request at the same state gets the same again.
        known_as: its entity tags in every content coding.
        constant: it stays the same whatever is written to the live data.
    """

    status: int
    headers: tuple[Header, ...]
    body: Content
    lasting: bool = False
    known_as: tuple[str, ...] = ()
    constant: bool = False

    def header(self, name: bytes) -> str:
        """The value of a header; empty if there is none."""
        for key, value in self.headers:
            if key == name:
                return value.decode("latin-1")
        return ""

    @property
    def tag(self) -> str:
        """The entity tag that it carries; empty if it has none."""
        return unquote_etag(self.header(b"etag"))[0] or ""

    @property
    def head(self) -> bytes:
        """Status line and headers of HTTP/1.1, without what the connection adds."""
        return head_of(self.status, self.headers)

    @property
    def rows(self) -> str:
        """What `ARI-Rows` says; empty if it is not there."""
        return self.header(b"ari-rows")


@dataclass
class Entry:
    """A lasting reply with all that is needed to send it again.

    Args:
        route: class of the address, for the counts.
        query: names the query, for the log.
        path: percent-decoded.
        asked: bytes of the request, which are kept as its key.

    Once it was asked for in gzip, `packed` is the same in gzip; while that is made, `packing`.
    """

    reply: Reply
    route: str
    query: str
    path: str
    asked: int
    size: int = field(init=False)
    rows: int = field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.reply.body) + self.asked + OF_AN_ENTRY
        self.rows = int(self.reply.rows or 0)
        self.key: Hashable = None
        self.heads: set[bytes] = set()
        self.packed: Entry | None = None
        self.packing: asyncio.Future[Entry] | None = None

    @cached_property
    def start(self) -> Message:
        """The message that begins it."""
        return started(self.reply.status, self.reply.headers)

    @cached_property
    def whole(self) -> Message:
        """The message with its body."""
        return finished(bytes_of(self.reply.body))

    @cached_property
    def known(self) -> dict[bytes, Message]:
        """The start of a 304 by each of its tags, in quotes."""
        return self._starts_of_304()

    def ready(self, start: Message, whole: Message) -> "Ready":
        """The same as bytes.

        Args:
            start, whole: of this entry.
        """
        return Ready(
            self, start["status"], head_of(start["status"], start["headers"]), whole["body"]
        )

    def unchanged(self, if_none_match: bytes) -> Message | None:
        """The start of a 304, if the client has it (weak comparison); else None."""
        start = self.known.get(if_none_match)
        if start is not None:
            return start
        named = parse_etags(if_none_match.decode("latin-1"))
        if named.star_tag:
            return self.known.get(_quoted(self.reply.tag))
        tags = (tag for tag in self.reply.known_as if named.contains_weak(tag))
        return next((self.known[_quoted(tag)] for tag in tags), None)

    def _starts_of_304(self) -> dict[bytes, Message]:
        kept = [(k, v) for k, v in self.reply.headers if k not in (*OF_THE_BODY, b"etag")]
        tags = map(_quoted, self.reply.known_as)
        return {tag: started(304, (*kept, (b"etag", tag))) for tag in tags}


def _quoted(tag: str) -> bytes:
    return f'"{tag}"'.encode("ascii")


def started(status: int, headers: tuple[Header, ...]) -> Message:
    """The message that begins a response."""
    return {"type": "http.response.start", "status": status, "headers": headers}


def finished(body: bytes) -> Message:
    """The message with a whole body."""
    return {"type": "http.response.body", "body": body, "more_body": False}


EMPTY = finished(b"")


def lines_of(headers: Iterable[Header]) -> bytes:
    """Headers as lines of HTTP/1.1."""
    return b"".join(b"%s: %s\r\n" % header for header in headers)


def head_of(status: int, headers: Iterable[Header]) -> bytes:
    """A status line and headers."""
    return _STATUS_LINES[status] + lines_of(headers)


_STATUS_LINES = {s.value: f"HTTP/1.1 {s.value} {s.phrase}\r\n".encode("ascii") for s in HTTPStatus}


@dataclass(frozen=True)
class Ready:
    """What is sent to a request that is known by its bytes.

    Args:
        head: status line and headers without `Date` and without the line that ends them.
    """

    entry: Entry
    status: int
    head: bytes
    body: bytes


State = tuple[str, Hashable]
"""What kept answers hold for: the revision of the live data, and the state of the releases."""


class AnswerCache:
    """The answers of one state that were used last, up to a number of bytes.

    Args:
        most_bytes: 0 keeps nothing.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._ready: OrderedDict[bytes, Ready] = OrderedDict()
        self._state: State = "", None
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Hashable, state: State) -> Entry | None:
        """The answer to this request at this state."""
        if state != self._state:
            self._begin(state)
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def find_ready(self, head: bytes, state: State) -> Ready | None:
        """What is sent at this state to a request of these bytes."""
        if state != self._state:
            self._begin(state)
        ready = self._ready.get(head)
        if ready is not None:
            self._entries.move_to_end(ready.entry.key)
        return ready

    def note(self, head: bytes, ready: Ready) -> None:
        """Know a request that an entry answers by its bytes from now on."""
        if ready.entry.key not in self._entries or head in self._ready:
            return
        if len(self._ready) >= MOST_READY:
            gone, old = self._ready.popitem(last=False)
            old.entry.heads.discard(gone)
        self._ready[head] = ready
        ready.entry.heads.add(head)

    def takes(self, size: int) -> bool:
        """Whether so many bytes are within what one entry may take: a quarter of all."""
        return size <= self._most // 4

    def keep(self, key: Hashable, state: State, entry: Entry) -> None:
        """Keep an answer that was computed wholly at this state; older ones give way."""
        if not self.takes(entry.size):
            return
        if state != self._state:
            self._begin(state)
        self._drop(key)
        entry.key = key
        self._entries[key] = entry
        self.bytes += entry.size
        self._shrink()

    def pack(self, entry: Entry, reply: Reply) -> Entry:
        """Keep beside an entry the same in gzip."""
        packed = entry.packed = replace(entry, reply=reply)
        packed.key, packed.heads = entry.key, entry.heads
        if self._entries.get(entry.key) is entry:
            entry.size += len(reply.body)
            self.bytes += len(reply.body)
            self._shrink()
        return packed

    def _begin(self, state: State) -> None:
        # A state never comes back. What was kept for another one is of no use any more, but for
        # answers that no write changes, as long as the same releases are there.
        same_releases = state[1] == self._state[1]
        gone = [k for k, e in self._entries.items() if not (same_releases and e.reply.constant)]
        for key in gone:
            self._drop(key)
        self._state = state

    def _shrink(self) -> None:
        while self.bytes > self._most:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: Hashable) -> None:
        gone = self._entries.pop(key, None)
        if gone is not None:
            self.bytes -= gone.size
            for head in gone.heads:
                self._ready.pop(head, None)
