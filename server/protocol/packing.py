"""Replies in gzip: a kept one is packed once, however many ask for it.

It belongs to one event loop; the packing itself is done in threads.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from . import metrics
from .cache import AnswerCache, Entry, Reply
from .coding import compressed, worth_packing
from .metrics import Metrics

AT_ONCE = 32 * 1024
"""Bytes of a body that the event loop packs itself; packing more would keep others waiting."""


class Packing:
    """Packs replies.

    Args:
        cache: where entries are kept in both codings.
    """

    def __init__(self, cache: AnswerCache, counts: Metrics) -> None:
        self._cache = cache
        self._counts = counts
        # Of its own, as kept answers wait for nobody who is worked for.
        self._thread = ThreadPoolExecutor(1, "packing")

    async def entry(self, entry: Entry, threads: ThreadPoolExecutor | None = None) -> Entry:
        """A kept reply in gzip; as it is, if that is not worth it."""
        if entry.packed is not None:
            return entry.packed
        if not worth_packing(entry.reply):
            return entry
        if entry.packing is None:
            entry.packing = asyncio.ensure_future(self._pack(entry, threads))
        # Whoever leaves must not end it for the others.
        return await asyncio.shield(entry.packing)

    async def reply(self, reply: Reply, threads: ThreadPoolExecutor | None = None) -> Reply:
        """A reply in gzip; as it is, if that is not worth it."""
        if len(reply.body) <= AT_ONCE:
            return compressed(reply)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(threads or self._thread, compressed, reply)

    async def _pack(self, entry: Entry, threads: ThreadPoolExecutor | None) -> Entry:
        packed = self._cache.pack(entry, await self.reply(entry.reply, threads))
        self._counts.put(metrics.CACHED, self._cache.bytes)
        return packed
