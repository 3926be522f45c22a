"""Answers that were given before, kept as they left the application, byte for byte.

It belongs to one event loop, so nothing here needs a lock.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any

from werkzeug.http import parse_etags, unquote_etag

Header = tuple[bytes, bytes]
Message = dict[str, Any]
"""An ASGI message."""

OF_AN_ENTRY = 2048
"""Bytes that an entry takes besides its body and its key, roughly."""
OF_THE_BODY = (b"content-type", b"content-length", b"content-encoding", b"ari-rows", b"link")
"""Headers that a 304 leaves out (RFC 9110, 15.4.5)."""


@dataclass(frozen=True)
class Reply:
    """A whole response.

    Args:
        headers: names in lower case.
        lasting: the same request at the same revision gets the same again.
        known_as: its entity tags in every content coding.
    """

    status: int
    headers: tuple[Header, ...]
    body: bytes
    lasting: bool = False
    known_as: tuple[str, ...] = ()

    def header(self, name: bytes) -> str:
        """The value of a header; empty if there is none."""
        return next((v.decode("latin-1") for k, v in self.headers if k == name), "")

    @property
    def tag(self) -> str:
        """The entity tag that it carries; empty if it has none."""
        return unquote_etag(self.header(b"etag"))[0] or ""

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
        path: as `accesslog.shown` makes it.
        asked: bytes of the request, which are kept as its key.
    """

    reply: Reply
    route: str
    query: str
    path: str
    asked: int
    size: int = field(init=False)
    rows: int = field(init=False)
    known: dict[bytes, Message] = field(init=False)
    start: Message = field(init=False)
    whole: Message = field(init=False)

    def __post_init__(self) -> None:
        headers = sum(len(name) + len(value) for name, value in self.reply.headers)
        self.size = len(self.reply.body) + headers + self.asked + OF_AN_ENTRY
        self.rows = int(self.reply.rows or 0)
        self.known = self._starts_of_304()
        self.start = started(self.reply.status, self.reply.headers)
        self.whole = finished(self.reply.body)

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


class AnswerCache:
    """The answers of one revision that were used last, up to a number of bytes.

    Args:
        most_bytes: 0 keeps nothing.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._revision = ""
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, key: Hashable, revision: str) -> Entry | None:
        """The answer to this request at this revision."""
        if revision != self._revision:
            self._begin(revision)
            return None
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def keep(self, key: Hashable, revision: str, entry: Entry) -> None:
        """Keep an answer that was computed wholly at this revision; older ones give way."""
        size = entry.size
        if size > self._most // 4:
            return
        if revision != self._revision:
            self._begin(revision)
        self._drop(key)
        self._entries[key] = entry
        self.bytes += size
        while self.bytes > self._most:
            self._drop(next(iter(self._entries)))

    def _begin(self, revision: str) -> None:
        # A revision never comes back, so what was kept for another one is of no use any more.
        self._entries.clear()
        self.bytes = 0
        self._revision = revision

    def _drop(self, key: Hashable) -> None:
        gone = self._entries.pop(key, None)
        if gone is not None:
            self.bytes -= gone.size
