"""Being told that descriptors can be read."""

import asyncio
import socket
from collections.abc import Iterator

import pytest

from met_ari.protocol.readable import Readable

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


async def _turns() -> None:
    for _ in range(5):
        await asyncio.sleep(0.01)


def test_it_is_told_once_for_each_time_that_it_is_asked(pair: Pair) -> None:
    ours, theirs = pair
    told: list[int] = []

    async def story() -> None:
        readable = Readable(asyncio.get_running_loop())
        readable.ask(ours.fileno(), lambda: told.append(1))
        await _turns()
        assert told == []
        theirs.send(b"something")
        await _turns()
        assert told == [1]
        # What came before it is asked for again counts, too.
        readable.ask(ours.fileno(), lambda: told.append(2))
        await _turns()
        assert told == [1, 2]

    asyncio.run(story())


def test_what_is_given_up_is_not_told(pair: Pair) -> None:
    ours, theirs = pair
    told: list[int] = []

    async def story() -> None:
        readable = Readable(asyncio.get_running_loop())
        readable.ask(ours.fileno(), lambda: told.append(1))
        readable.give_up(ours.fileno())
        theirs.send(b"something")
        await _turns()

    asyncio.run(story())
    assert told == []


def test_the_end_of_the_other_side_is_told(pair: Pair) -> None:
    ours, theirs = pair
    told: list[int] = []

    async def story() -> None:
        readable = Readable(asyncio.get_running_loop())
        readable.ask(ours.fileno(), lambda: told.append(1))
        theirs.close()
        await _turns()

    asyncio.run(story())
    assert told == [1]


def test_a_new_descriptor_with_the_number_of_a_closed_one_is_told() -> None:
    told: list[str] = []

    async def story() -> None:
        readable = Readable(asyncio.get_running_loop())
        old, other = socket.socketpair()
        number = old.fileno()
        readable.ask(number, lambda: told.append("old"))
        readable.give_up(number)
        old.close()
        ours, theirs = socket.socketpair()
        with other, ours, theirs:
            assert number == ours.fileno()
            readable.ask(number, lambda: told.append("new"))
            theirs.send(b"something")
            await _turns()

    asyncio.run(story())
    assert told == ["new"]
