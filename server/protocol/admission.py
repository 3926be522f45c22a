"""Who works when: so many calls at once, the next one from the client that has the fewest.

It belongs to one event loop, so nothing here needs a lock; a call that waits holds no thread.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

from ..errors import TooBusy

PATIENCE_SECONDS = 2.0
"""How long a call waits for its turn before it is refused."""
MOST_WAITING = 256
"""Calls that may wait in one web process; each client may have a quarter of them."""


@dataclass
class _Client:
    name: str
    working: int = 0
    served: int = 0
    """When it was given its last place, by a count of places given."""
    waiting: "deque[asyncio.Future[None]]" = field(default_factory=deque)


class Admission:
    """Turns to work, shared among clients.

    Args:
        most: calls that work at once; one client has at most half of them.
    """

    def __init__(self, most: int, patience: float = PATIENCE_SECONDS) -> None:
        self._most = most
        self._share = (most + 1) // 2
        self._patience = patience
        self._clients: dict[str, _Client] = {}
        self._started = 0
        self.working = 0
        self.waiting = 0

    def enter(self, client: str) -> "asyncio.Future[None] | None":
        """A turn at once, or what tells when it has come.

        The future ends with TooBusy if the turn does not come in time.

        Raises:
            TooBusy: too many wait already.
        """
        own = self._clients.get(client)
        if own is None:
            own = self._clients[client] = _Client(client)
        if self.working < self._most and own.working < self._share:
            self._start(own)
            return None
        if self.waiting >= MOST_WAITING or len(own.waiting) >= MOST_WAITING // 4:
            self._forget(client)
            raise TooBusy
        return self._queue(own)

    def leave(self, client: str) -> None:
        """A call of this client is done: let the next one work."""
        self.working -= 1
        self._clients[client].working -= 1
        self._forget(client)
        self._admit()

    def _queue(self, own: _Client) -> "asyncio.Future[None]":
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        own.waiting.append(turn)
        self.waiting += 1
        timer = loop.call_later(self._patience, _refuse, turn)

        turn.add_done_callback(lambda _: timer.cancel())
        return turn

    def give_up(self, client: str, turn: "asyncio.Future[None]") -> None:
        """A turn that has not come is not wanted any more, or came too late."""
        own = self._clients.get(client)
        if own is not None and turn in own.waiting:
            own.waiting.remove(turn)
            self.waiting -= 1
        turn.cancel()
        self._forget(client)

    def _admit(self) -> None:
        while self.working < self._most and (own := self._next()) is not None:
            turn = own.waiting.popleft()
            self.waiting -= 1
            if not turn.done():
                self._start(own)
                turn.set_result(None)
            else:
                self._forget(own.name)

    def _next(self) -> _Client | None:
        """The client with the fewest calls that work; among equals, the one served longest ago."""
        ready = [c for c in self._clients.values() if c.waiting and c.working < self._share]
        return min(ready, key=lambda own: (own.working, own.served), default=None)

    def _start(self, own: _Client) -> None:
        own.working += 1
        self.working += 1
        self._started += 1
        own.served = self._started

    def _forget(self, client: str) -> None:
        own = self._clients.get(client)
        if own is not None and not own.working and not own.waiting:
            del self._clients[client]


def _refuse(turn: "asyncio.Future[None]") -> None:
    if not turn.done():
        turn.set_exception(TooBusy())


@lru_cache(maxsize=1024)
def client_of(address: str) -> str:
    """What counts as one client: an IPv4 address, or the /64 that one IPv6 site has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found)


def forwarded(address: str, header: str, proxies: int) -> str:
    """The address that the outermost of so many trusted proxies saw.

    Args:
        address: of whoever connected.
        header: `X-Forwarded-For`, to which each proxy adds the address that it saw, at the end.
        proxies: 0: the header is not believed.
    """
    seen = [part.strip() for part in header.split(",") if part.strip()]
    if not proxies or not seen:
        return address
    return seen[max(0, len(seen) - proxies)]
