"""Bodies on their way to clients that read at their own pace, and what all of them may hold.

It belongs to one event loop, so nothing here needs a lock.
"""

import asyncio
import fcntl
import termios
from collections.abc import Awaitable, Callable, Iterable
from struct import Struct
from time import monotonic

from uvicorn.protocols.http.flow_control import FlowControl

from ..engine.spool import Content, Spool, pieces_of
from .bridge import Scope
from .cache import EMPTY, Header, Message, head_of, started

TELL = "ari.tell"
"""Key in a scope: sends a head and a body; without it, the reply goes by ASGI messages."""
LEAST_RATE = 8 * 1024
"""Bytes a second that a client must read of a large answer, or its connection is closed."""
MOST_IN_MEMORY = 64 * 1024 * 1024
MOST_IN_FILES = 1024 * 1024 * 1024
"""Bytes of bodies that are on their way in one web process, in memory and in files."""

Tell = Callable[[bytes, Content], Awaitable[bool]]
_NUMBER = Struct("i")


async def deliver(
    scope: Scope,
    send: Callable[[Message], Awaitable[None]],
    status: int,
    headers: tuple[Header, ...],
    body: Content,
) -> bool:
    """Send a response; False if its client did not take the whole of it."""
    tell: Tell | None = scope.get(TELL)
    if tell is not None:
        return await tell(head_of(status, headers), body)
    await send(started(status, headers))
    for piece in pieces_of(body):
        await send({"type": "http.response.body", "body": bytes(piece), "more_body": True})
    await send(EMPTY)
    return True


class Unsent:
    """What is on its way in one process. Beyond the bounds, the slowest client gives way."""

    def __init__(self, in_memory: int = MOST_IN_MEMORY, in_files: int = MOST_IN_FILES) -> None:
        self._in_memory, self._in_files = in_memory, in_files
        self._all: set[Sending] = set()

    def add(self, new: "Sending") -> None:
        """Take note of one more; another one is cut for it if need be."""
        self._all.add(new)
        spooled = isinstance(new.body, Spool)
        most = self._in_files if spooled else self._in_memory
        alike = {one for one in self._all if isinstance(one.body, Spool) == spooled}
        while _bytes(alike) > most and (others := alike - {new}):
            slowest = min(others, key=lambda one: one.rate)
            slowest.cut()
            alike.discard(slowest)
            self._all.discard(slowest)

    def remove(self, gone: "Sending") -> None:
        """It has ended."""
        self._all.discard(gone)


def _bytes(some: "Iterable[Sending]") -> int:
    """A body that goes to several clients counts once."""
    return sum(map(len, {id(one.body): one.body for one in some}.values()))


class Sending:
    """One body on its way: in pieces, each when the one before it has left.

    Args:
        patience: seconds after which a client is cut that read less than `LEAST_RATE` in them.
    """

    def __init__(
        self, transport: asyncio.Transport, flow: FlowControl, body: Content, patience: float
    ) -> None:
        self.body = body
        self._transport = transport
        self._flow = flow
        self._patience = patience
        self._began = monotonic()
        self._written = self._before = 0

    @property
    def rate(self) -> float:
        """Bytes a second that the client has taken so far."""
        return self._taken() / (monotonic() - self._began + 1)

    async def run(self) -> bool:
        """Send all of it; False: the connection has ended before."""
        self._before = self._taken()
        loop = asyncio.get_running_loop()
        self._clock = loop.call_later(self._patience, self._look, loop)
        try:
            for piece in pieces_of(self.body):
                if not await self._drained():
                    return False
                self._transport.write(piece)
                self._written += len(piece)
            return await self._drained()
        finally:
            self._clock.cancel()

    def cut(self) -> None:
        """Close the connection at once: its client must not take a part for the whole."""
        self._transport.abort()

    async def _drained(self) -> bool:
        if self._flow.write_paused:
            await self._flow.drain()
        return not self._transport.is_closing()

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        taken = self._taken()
        if taken - self._before < LEAST_RATE * self._patience:
            self.cut()
            return
        self._before = taken
        self._clock = loop.call_later(self._patience, self._look, loop)

    def _taken(self) -> int:
        """Bytes that are neither here nor in the kernel any more (tcp(7), SIOCOUTQ)."""
        own = self._transport.get_extra_info("socket")
        if self._transport.is_closing() or own is None:
            return self._written
        number = fcntl.ioctl(own.fileno(), termios.TIOCOUTQ, _NUMBER.pack(0))
        queued: int = _NUMBER.unpack(number)[0]
        return self._written - self._transport.get_write_buffer_size() - queued
