"""Whether the client of a request is still there, looked at only while it has to wait."""

import asyncio
from collections.abc import Callable
from typing import Any

from .arriving import Request

ATTENTION_SECONDS = 0.05
"""How long a request is worked on before its client is watched: most are answered before."""


class Attention:
    """Watches a client from soon on, until `end`.

    Args:
        left: called, at most once, when the client closes the connection.
    """

    def __init__(self, request: Request, left: Callable[[], object]) -> None:
        self._request = request
        self._left = left
        self._departure: asyncio.Task[None] | None = None
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(ATTENTION_SECONDS, self._watch)

    def end(self) -> None:
        """Watch no longer, and hold nobody who would hold this."""
        self._timer.cancel()
        self._left = _nobody
        if self._departure is not None:
            self._departure.cancel()

    def _watch(self) -> None:
        self._departure = asyncio.ensure_future(self._request.departure())
        self._departure.add_done_callback(self._gone)

    def _gone(self, departure: "asyncio.Task[None]") -> None:
        if not departure.cancelled():
            self._left()


def _nobody() -> None:
    """The client is not watched any more."""


async def attended(work: "asyncio.Future[Any]", request: Request) -> None:
    """Wait for the work to end or the client to leave, whichever comes first."""
    over = asyncio.get_running_loop().create_future()

    def end(*_: object) -> None:
        if not over.done():
            over.set_result(None)

    attention = Attention(request, end)
    work.add_done_callback(end)
    try:
        await over
    finally:
        work.remove_done_callback(end)
        attention.end()
