"""What is on its way in one process has bounds; beyond them the slowest client gives way."""

import asyncio

from uvicorn.protocols.http.flow_control import FlowControl

from met_ari.engine.spool import Content, Gathering
from met_ari.protocol.sending import Sending, Unsent


class Line(asyncio.Transport):
    """A connection that takes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.data = b""
        self.held = 0
        self.is_cut = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.data += bytes(data)

    def get_write_buffer_size(self) -> int:
        return self.held

    def is_closing(self) -> bool:
        return self.is_cut

    def abort(self) -> None:
        self.is_cut = True


def sending(body: Content, line: Line | None = None) -> tuple[Sending, Line]:
    line = line or Line()
    return Sending(line, FlowControl(line), body, 30), line


def spooled(size: int) -> Content:
    gathering = Gathering()
    gathering.append(b"x" * size)
    return gathering.whole()


def test_within_the_bounds_nobody_gives_way() -> None:
    unsent = Unsent(in_memory=100, in_files=100)
    some = [sending(bytes(40)) for _ in range(2)]
    for one, _ in some:
        unsent.add(one)
    assert not any(line.is_cut for _, line in some)


def test_beyond_the_bounds_the_slowest_gives_way_and_never_the_new_one() -> None:
    unsent = Unsent(in_memory=100, in_files=100)
    fast, slow, new = sending(b"a" * 45), sending(b"b" * 45), sending(b"c" * 45)
    fast[0]._written = 40
    for one, _ in (fast, slow, new):
        unsent.add(one)
    assert [line.is_cut for _, line in (fast, slow, new)] == [False, True, False]


def test_one_that_has_ended_leaves_its_room() -> None:
    unsent = Unsent(in_memory=100, in_files=100)
    first, second = sending(b"a" * 60), sending(b"b" * 60)
    unsent.add(first[0])
    unsent.remove(first[0])
    unsent.add(second[0])
    assert not first[1].is_cut


def test_a_body_beyond_the_bounds_is_sent_if_it_is_alone() -> None:
    unsent = Unsent(in_memory=100, in_files=100)
    alone = sending(bytes(500))
    unsent.add(alone[0])
    assert not alone[1].is_cut


def test_a_kept_body_that_goes_to_many_counts_once() -> None:
    unsent = Unsent(in_memory=100, in_files=100)
    body = bytes(90)
    some = [sending(body) for _ in range(10)]
    for one, _ in some:
        unsent.add(one)
    assert not any(line.is_cut for _, line in some)


def test_files_and_memory_have_bounds_of_their_own() -> None:
    unsent = Unsent(in_memory=100, in_files=4_000_000)
    small, large, larger = (
        sending(bytes(90)),
        sending(spooled(3_000_000)),
        sending(spooled(3_000_001)),
    )
    for one, _ in (small, large, larger):
        unsent.add(one)
    assert [line.is_cut for _, line in (small, large, larger)] == [False, True, False]


def test_a_piece_waits_until_the_one_before_it_has_left() -> None:
    async def story() -> None:
        line = Line()
        flow = FlowControl(line)
        body = spooled(1_500_000)
        one = Sending(line, flow, body, 30)
        flow.pause_writing()
        running = asyncio.ensure_future(one.run())
        await asyncio.sleep(0.01)
        assert line.data == b""
        flow.resume_writing()
        assert await running
        assert line.data == b"x" * 1_500_000

    asyncio.run(story())


def test_a_connection_that_ends_ends_the_sending() -> None:
    async def story() -> bool:
        line = Line()
        line.abort()
        return await Sending(line, FlowControl(line), spooled(1_500_000), 30).run()

    assert asyncio.run(story()) is False
