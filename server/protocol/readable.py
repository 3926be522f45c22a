"""When descriptors can be read, for an event loop that asks about the same ones again and again."""

import asyncio
import select
from collections.abc import Callable

AT_ONCE = 64
"""Descriptors that are told of in one turn of the loop."""


class Readable:
    """Tells once that a descriptor can be read, each time that this is asked for.

    The loop watches one descriptor for all of them, which the kernel makes readable (epoll(7)). To
    ask takes one system call; to have a loop watch a descriptor, and then no longer, takes seven.
    A descriptor that was told of, or is closed, is not watched any more, so whoever has it may do
    with it as they like.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._epoll = select.epoll()
        self._told: dict[int, Callable[[], object]] = {}
        loop.add_reader(self._epoll.fileno(), self._look)

    def ask(self, descriptor: int, tell: Callable[[], object]) -> None:
        """Call `tell` as soon as the descriptor can be read, unless that is given up before."""
        self._told[descriptor] = tell
        wanted = select.EPOLLIN | select.EPOLLONESHOT
        try:
            self._epoll.modify(descriptor, wanted)
        except FileNotFoundError:
            self._epoll.register(descriptor, wanted)

    def give_up(self, descriptor: int) -> None:
        """Tell nobody of it. May be called when it was told."""
        self._told.pop(descriptor, None)

    def _look(self) -> None:
        for descriptor, _ in self._epoll.poll(0, AT_ONCE):
            tell = self._told.pop(descriptor, None)
            if tell is not None:
                tell()
