"""Large answers of the real service: whole for who reads them, harmless where nobody does."""

import contextlib
import gzip
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from met_ari.build.pipeline import BuildResult
from tests import hostile, live
from tests.hostile import LARGE, Service
from tests.test_http1 import Response, ask, connected, head_of, message, read

ROWS = 60_000
"""Some 27 MB in JSON."""
REQUEST_SECONDS = 3
GROWTH_MB = 20
"""Less than one of the answers."""


@pytest.fixture(scope="module")
def service(built: BuildResult, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("large")
    (home / "build").symlink_to(built.folder.parent)
    with hostile.serving(
        "--home",
        str(home),
        ARI_PROCESSES="1",
        ARI_REQUEST_SECONDS=str(REQUEST_SECONDS),
        ARI_QUERY_SECONDS="60",
    ) as running:
        for _ in range(20):
            ask(running.address, message("ASK { } # warm"))
        yield running


def large(number: str, rows: int = ROWS) -> str:
    return LARGE.format(rows=rows, number=number)


def memory(service: Service) -> float:
    (web,) = service.web
    return hostile.resident_mb(web)


def spools(service: Service) -> int:
    (web,) = service.web
    found = 0
    for link in Path(f"/proc/{web}/fd").iterdir():
        # What is closed meanwhile is none.
        with contextlib.suppress(FileNotFoundError):
            place = str(link.readlink())
            found += "(deleted)" in place and "memfd" not in place
    return found


def download(address: str, sent: bytes) -> Response:
    with connected(address) as own:
        own.settimeout(90)
        own.sendall(sent)
        data = own.recv(1 << 16)
        while b"\r\n\r\n" not in data:
            data += own.recv(1 << 16)
        head, _, rest = data.partition(b"\r\n\r\n")
        status, headers = head_of(head)
        body = bytearray(rest)
        while len(body) < int(headers["content-length"]):
            body += own.recv(1 << 20)
        return status, headers, bytes(body)


def test_a_large_download_is_whole_and_takes_no_memory(service: Service) -> None:
    before = memory(service)
    for number in range(3):
        status, headers, body = download(service.address, message(large(f"honest {number}")))
        assert status == 200
        assert len(body) == int(headers["content-length"]) > 20_000_000
        assert body.startswith(b'{"head"')
        assert body.endswith(b"]}}")
        assert body.count(b'{"a":') == ROWS
    assert memory(service) - before < GROWTH_MB
    assert spools(service) == 0


def test_the_application_sends_the_same_through_the_same_file(service: Service) -> None:
    straight = download(service.address, message(large("both ways")))
    twice = message(
        large("both ways"), "Accept: application/sparql-results+json", "Accept: */*;q=0"
    )
    before = memory(service)
    _, headers, body = download(service.address, twice)
    assert body == straight[2]
    assert headers["ari-rows"] == straight[1]["ari-rows"] == str(ROWS)
    assert memory(service) - before < GROWTH_MB
    assert spools(service) == 0


def test_its_head_its_tag_and_its_gzip_are_as_those_of_a_small_one(service: Service) -> None:
    query = large("conditions")
    tag = ask(service.address, message(query, method="HEAD"), bodies=False)[1]["etag"]
    plain = download(service.address, message(query))
    assert plain[1]["etag"] == tag
    assert ask(service.address, message(query, f"If-None-Match: {tag}"))[0] == 304
    packed = download(service.address, message(query, "Accept-Encoding: gzip"))
    assert packed[1]["content-encoding"] == "gzip"
    assert packed[1]["etag"] == tag[:-1] + '-gzip"'
    assert gzip.decompress(packed[2]) == plain[2]
    assert spools(service) == 0


def test_clients_that_do_not_read_take_no_memory_harm_nobody_and_are_cut(service: Service) -> None:
    before = memory(service)
    with hostile.unread(service.address, 4, ROWS) as connections:
        assert spools(service) >= 1
        assert memory(service) - before < GROWTH_MB
        calm = hostile.ask_calmly(service.address, 2, 0.05, lambda: False)
        assert calm.wrong == []
        assert calm.percentile(0.9) < 1
        assert hostile.eventually(lambda: spools(service) == 0, 6 * REQUEST_SECONDS)
        assert [hostile.is_cut_short(own) for own in connections] == [True] * 4
    assert memory(service) - before < GROWTH_MB


def test_a_client_that_reads_a_little_is_cut_and_one_that_reads_slowly_is_not(
    service: Service,
) -> None:
    """The rate is 8 KiB/s, over the time for a request."""
    with (
        hostile.unread(service.address, 1, ROWS) as (trickling,),
        hostile.unread(service.address, 1, 9000) as (slow,),
    ):
        until = time.monotonic() + 4 * REQUEST_SECONDS
        while time.monotonic() < until:
            time.sleep(0.1)
            assert _received(slow, 60_000) > 0
            _received(trickling, 20)
        left = sum(iter(lambda: _received(trickling, 1 << 16), 0))
    assert left < 20_000_000


def _received(own: socket.socket, size: int) -> int:
    """Bytes that were read now; 0 at the end, whatever it is."""
    try:
        return len(own.recv(size))
    except ConnectionResetError:
        return 0


def test_nothing_is_said_in_the_middle_of_an_answer(service: Service) -> None:
    """Nonsense that follows a request is refused after its answer, if at all, not within it."""
    query = large("pipelined")
    with connected(service.address) as own:
        own.settimeout(60)
        own.sendall(message(query))
        head = own.recv(1 << 10)
        own.sendall(b"NONSENSE\r\n\r\n")
        data = head + b"".join(iter(lambda: own.recv(1 << 20), b""))
    head, _, body = data.partition(b"\r\n\r\n")
    size = int(head_of(head)[1]["content-length"])
    answer, rest = body[:size], body[size:]
    assert len(answer) == size
    assert answer.endswith(b"]}}")
    assert rest == b"" or rest.startswith(b"HTTP/1.1 400 ")


def test_requests_that_follow_a_large_one_are_answered_in_turn(service: Service) -> None:
    with connected(service.address) as own:
        own.settimeout(60)
        own.sendall(message(large("first", 20_000)) + message("ASK { } # second"))
        first, second = read(own, 2)
    assert len(first[2]) == int(first[1]["content-length"]) > 8_000_000
    assert b'"boolean":true' in second[2]


def test_a_stop_lets_an_answer_on_its_way_arrive_whole(built: BuildResult, tmp_path: Path) -> None:
    (tmp_path / "build").symlink_to(built.folder.parent)
    more = {"ARI_PROCESSES": "1", "ARI_QUERY_SECONDS": "60"}
    with live.start("--home", str(tmp_path), "--quiet", **more) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        with connected(address) as own:
            own.settimeout(60)
            own.sendall(message(large("stop")))
            data = own.recv(1 << 10)
            process.terminate()
            time.sleep(1)
            assert process.poll() is None
            data += b"".join(iter(lambda: own.recv(1 << 20), b""))
        assert process.wait(60) == 0
    head, _, body = data.partition(b"\r\n\r\n")
    assert len(body) == int(head_of(head)[1]["content-length"]) > 20_000_000


def test_a_page_shows_the_beginning_of_a_large_answer(service: Service) -> None:
    before = memory(service)
    target = f"/sparql?query={quote(large('page'))}&format=html"
    sent = f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    status, _, body = download(service.address, sent)
    assert status == 200
    assert b"60,000" in body or b"60000" in body
    assert memory(service) - before < GROWTH_MB + 20
