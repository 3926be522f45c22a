"""A request as it arrives: what tells it from others, its client, and its body, read in time."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field

from ..calls import Call
from ..errors import HeadersTooLarge, InputError, TooBusy, TooLarge, TooSlow
from .admission import client_of, forwarded
from .bridge import Scope
from .cache import Message
from .coding import takes_gzip

Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = dict[bytes, bytes]

READING = ("GET", "HEAD")
HEAD = "ari.head"
"""Key in a scope: the bytes of the request, if they are all of it and nothing else."""
ASKING = ("/sparql", "/queries/")
"""Where a POST only asks, so that its answer may be kept."""
FOR_THE_APPLICATION = frozenset((b"if-match", b"if-unmodified-since", b"range", b"authorization"))
"""A request with one of these is not answered from the cache."""
MOST_OF_HEADERS = 32 * 1024
"""Bytes of all headers of a request."""
MOST_ARRIVING = 64 * 1024 * 1024
"""Bytes of bodies that may be in hand in one process at the same time."""
MOST_IGNORED = 4 * 1024 * 1024
"""Bytes of a refused body that are still read: a client that writes does not see the refusal."""


class ClientGone(Exception):
    """The client closed the connection: nobody is there to be answered."""


def key_of_read(scope: Scope, headers: Headers) -> Hashable:
    """Tells a GET or HEAD from every request that may be answered otherwise, but for its coding.

    None for one that is not answered from the cache. A header that comes twice is one of these,
    as only one of the two is looked at here; so are headers that are refused.
    """
    if len(headers) != len(scope["headers"]) or not FOR_THE_APPLICATION.isdisjoint(headers):
        return None
    if has_large_headers(scope):
        return None
    return (
        scope["raw_path"],
        scope["query_string"],
        headers.get(b"accept"),
    )


@dataclass
class Request:
    """A request that is not answered yet.

    Args:
        began: when its head was there, by the clock `time.perf_counter`.
        key_of_read: as the function of this name says.
        body: whole, once it is read.
        cache: `hit`, `miss` or `none`, for the log.
    """

    scope: Scope
    receive: Receive
    send: Send
    headers: Headers
    began: float
    key_of_read: Hashable
    body: bytes = b""
    cache: str = "none"
    call: Call = field(default_factory=Call)

    @property
    def method(self) -> str:
        """As sent."""
        return str(self.scope["method"])

    @property
    def path(self) -> str:
        """Percent-decoded."""
        return str(self.scope["path"])

    @property
    def reads(self) -> bool:
        """Whether it is a GET or HEAD; their bodies mean nothing (RFC 9110, 9.3.1)."""
        return self.method in READING

    @property
    def takes_gzip(self) -> bool:
        """Whether the client takes gzip."""
        return takes_gzip(self.headers.get(b"accept-encoding"))

    def key(self) -> Hashable:
        """As `key_of_read`, of a POST that asks too; its body must have been read."""
        key = self.key_of_read
        if self.reads or key is None:
            return key
        if self.method != "POST" or not self.path.startswith(ASKING):
            return None
        kind = self.headers.get(b"content-type"), self.headers.get(b"content-encoding")
        return key, kind, hashlib.sha256(self.body).digest()

    def size_of_key(self) -> int:
        """The bytes that its key takes."""
        parts = (self.scope["raw_path"], self.scope["query_string"])
        named = (self.headers.get(name, b"") for name in (b"accept", b"content-type"))
        return sum(map(len, (*parts, *named)))

    def client(self, proxies: int) -> str:
        """Who counts as its client."""
        seen = self.headers.get(b"x-forwarded-for", b"").decode("latin-1")
        return client_of(forwarded(self.scope["client"][0], seen, proxies))

    async def departure(self) -> None:
        """Wait until the client closes the connection."""
        while (await self.receive())["type"] == "http.request":
            pass


def must_have_small_headers(scope: Scope) -> None:
    """Refuse a request whose headers are over the limit.

    Raises:
        HeadersTooLarge: they are.
    """
    if has_large_headers(scope):
        raise HeadersTooLarge(MOST_OF_HEADERS)


def has_large_headers(scope: Scope) -> bool:
    """Whether the headers are over the limit."""
    return sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_OF_HEADERS


class Bodies:
    """The bodies that a process has in hand: each has a limit and a time, all together another.

    Args:
        limit: of one body, in bytes.
        seconds: that one body may take to arrive.
    """

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._held = 0

    async def read(self, request: Request) -> None:
        """Read the body of a request into it.

        Raises:
            TooLarge, TooSlow, TooBusy: over a limit.
            InputError: it ended before its end.
        """
        announced = int(request.headers.get(b"content-length", b"0"))
        most = self._limit if b"expect" in request.headers else self._limit + MOST_IGNORED
        if announced > most:
            raise TooLarge("ARI_MAX_REQUEST_BYTES", self._limit)
        pieces: list[bytes] = []
        try:
            async with asyncio.timeout(self._seconds):
                size = await self._arrive(request, pieces)
        except TimeoutError:
            raise TooSlow(self._seconds) from None
        finally:
            request.body = b"".join(pieces)
        if size > self._limit:
            raise TooLarge("ARI_MAX_REQUEST_BYTES", self._limit)

    def release(self, request: Request) -> None:
        """The body is not needed any more. May be called twice."""
        self._held -= len(request.body)
        request.body = b""

    async def _arrive(self, request: Request, pieces: list[bytes]) -> int:
        size, more = 0, True
        while more and size <= self._limit + MOST_IGNORED:
            message = await request.receive()
            if message["type"] != "http.request":
                # A client that closed only its own side still reads the answer.
                raise InputError(
                    f"The request ended after {size} bytes of its body, before the body did.",
                    remedy="Send the whole body, and its length or its last chunk.",
                )
            piece: bytes = message.get("body", b"")
            size += len(piece)
            more = bool(message.get("more_body"))
            if size <= self._limit:
                pieces.append(piece)
                self._held += len(piece)
            if self._held > MOST_ARRIVING:
                raise TooBusy
        return size
