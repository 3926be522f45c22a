"""The running service under hard use: slow clients, floods, leaving clients, a stop, replicas."""

import http.client
import json
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from subprocess import Popen
from urllib.parse import quote, urlsplit

import pytest

from met_ari.build.pipeline import BuildResult
from tests.hostile import eventually
from tests.live import SECONDS_TO_END, running, start

SMALL = "SELECT ?s WHERE { ?s a <https://w3id.org/ari/def#Theme> } ORDER BY ?s"
SOME_SECONDS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f }"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
CALM = "127.0.0.2"
"""Another address of loopback, so another client."""
fresh = count()

Found = tuple[int, dict[str, str], bytes]


def path_of(query: str, *, new: bool = False) -> str:
    """The address of a question; a new one is not in the cache."""
    return "/sparql?query=" + quote(f"{query} #{next(fresh)}" if new else query)


def get(address: str, path: str, source: str = "127.0.0.1", **headers: str) -> Found:
    place = urlsplit(address)
    assert place.hostname
    assert place.port
    connection = http.client.HTTPConnection(
        place.hostname, place.port, timeout=30, source_address=(source, 0)
    )
    try:
        connection.request("GET", path, None, {k.replace("_", "-"): v for k, v in headers.items()})
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return response.status, found, response.read()
    finally:
        connection.close()


def connected(address: str, sent: bytes, source: str = "127.0.0.1") -> socket.socket:
    place = urlsplit(address)
    own = socket.create_connection((place.hostname, place.port), 30, (source, 0))
    own.sendall(sent)
    return own


def received(own: socket.socket) -> bytes:
    """Everything until the service closes the connection."""
    with own:
        pieces = iter(lambda: own.recv(65536), b"")
        return b"".join(pieces)


def calm_seconds(address: str, times: int = 20) -> list[float]:
    """How long a calm client waits for each of some new cheap questions, all answered right."""
    seconds = []
    for _ in range(times):
        began = time.monotonic()
        status, _, body = get(address, path_of(SMALL, new=True), CALM)
        seconds.append(time.monotonic() - began)
        assert status == 200, body
        assert len(json.loads(body)["results"]["bindings"]) == 23
        time.sleep(0.02)
    return seconds


@contextmanager
def a_home(built: BuildResult) -> Iterator[str]:
    """A home of its own with the same build: only one service may have a live store."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "build").symlink_to(built.folder.parent)
        yield folder


@contextmanager
def served(built: BuildResult, **settings: str) -> Iterator[str]:
    with a_home(built) as home, running("--home", home, "--quiet", **settings) as address:
        yield address


@contextmanager
def to_be_stopped(built: BuildResult, **settings: str) -> "Iterator[tuple[Popen[str], str]]":
    """A service that the test stops itself, and its address."""
    with a_home(built) as home, start("--home", home, "--quiet", **settings) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            yield process, address
        finally:
            process.kill()


def words_at_the_end(process: "Popen[str]") -> str:
    words: str = process.communicate(timeout=SECONDS_TO_END)[1]
    return words


# Slow and broken clients


def test_slow_heads_and_bodies_and_idle_clients_leave_others_unharmed(built: BuildResult) -> None:
    head = b"GET /sparql HTTP/1.1\r\nHost: x\r\nX-Slow: "
    body = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 500\r\n\r\nASK"
    )
    with served(built, ARI_REQUEST_SECONDS="3") as address, ExitStack() as open_ones:
        slow = [
            open_ones.enter_context(connected(address, sent)) for sent in [head, body, b""] * 50
        ]
        assert max(calm_seconds(address)) < 2
        assert received(slow[0]) == b""
        refused = received(slow[1])
        assert refused.startswith(b"HTTP/1.1 408 ")
        assert b'"limit": "ARI_REQUEST_SECONDS"' in refused
        assert received(slow[2]) == b""


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET /?" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET /?" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 140_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 120 + b"\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nContent-Length: 8\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
    ids=[
        "address", "longer address", "header", "longer header", "many headers", "two lengths",
        "NUL", "TLS",
    ],
)  # fmt: skip
def test_a_request_that_is_no_good_is_refused_and_the_next_one_answered(
    service: str, sent: bytes, status: int
) -> None:
    own = connected(service, sent)
    own.settimeout(10)
    with own:
        assert own.recv(65536).startswith(f"HTTP/1.1 {status} ".encode())
    assert get(service, path_of(SMALL))[0] == 200


def chunked(path: str, pieces: list[bytes], kind: str = "application/sparql-query") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\n"
        "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    )
    framed = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
    return head.encode() + b"".join(framed)


def test_a_chunked_body_is_read_whole(service: str) -> None:
    sent = chunked("/sparql", [b"ASK", b" {}"]) + b"0\r\n\r\n"
    assert received(connected(service, sent)).endswith(b'"boolean":true}')


def test_a_chunked_body_over_the_limit_gets_413(service: str) -> None:
    own = connected(service, chunked("/sparql", [b" " * 65536] * 20) + b"0\r\n\r\n")
    answer = received(own)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b'"limit": "ARI_MAX_REQUEST_BYTES"' in answer


def test_an_announced_body_over_the_limit_gets_413_before_it_is_sent(service: str) -> None:
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 2000000\r\nExpect: 100-continue\r\n\r\n"
    )
    own = connected(service, head)
    with own:
        assert own.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_half_a_document_is_never_stored(built: BuildResult) -> None:
    name = "http://e/half"
    whole = "".join(f"<http://e/{n}> <http://e/p> {n} .\n" for n in range(100)).encode()
    head = (
        f"PUT /graphs?graph={quote(name, safe='')} HTTP/1.1\r\nHost: x\r\n"
        "Authorization: Bearer t\r\nContent-Type: application/n-triples\r\n"
        "Transfer-Encoding: chunked\r\n\r\n"
    )
    cut = head.encode() + b"%x\r\n%s\r\n" % (len(whole), whole)
    with served(built, ARI_TOKEN="t") as address:
        connected(address, cut).close()
        bad = connected(address, cut + b"zz\r\n")
        received(bad)
        time.sleep(0.5)
        assert get(address, f"/graphs?graph={quote(name, safe='')}")[0] == 404


# Overload


def test_a_flood_of_endless_queries_leaves_a_calm_client_served(built: BuildResult) -> None:
    with served(built, ARI_QUERY_SECONDS="3", ARI_WORKERS="4") as address:
        get(address, path_of(SMALL))
        statuses: list[int] = []
        over = threading.Event()

        def flood() -> None:
            while not over.is_set():
                statuses.append(get(address, path_of(ENDLESS, new=True))[0])

        threads = [threading.Thread(target=flood) for _ in range(40)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        try:
            assert max(calm_seconds(address, 40)) < 2
            for path in ("/healthz", "/readyz", "/metrics", path_of(SMALL)):
                began = time.monotonic()
                assert get(address, path, CALM)[0] == 200
                assert time.monotonic() - began < 2
        finally:
            over.set()
            for thread in threads:
                thread.join()
        assert set(statuses) == {429, 503}


def test_a_client_that_leaves_frees_its_worker(built: BuildResult) -> None:
    with served(built, ARI_QUERY_SECONDS="9", ARI_WORKERS="1", ARI_PROCESSES="1") as address:
        own = connected(address, f"GET {path_of(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(1)
        own.close()
        time.sleep(0.5)
        began = time.monotonic()
        assert get(address, path_of(SMALL))[0] == 200
        assert time.monotonic() - began < 2
        numbers = get(address, "/metrics")[2].decode()
        assert 'ari_workers_ended_total{reason="client-gone"} 1' in numbers


def test_numbers_are_of_all_processes(built: BuildResult) -> None:
    with served(built, ARI_PROCESSES="3") as address:
        for _ in range(60):
            assert get(address, "/healthz")[0] == 200
        shown = {get(address, "/metrics")[2].decode() for _ in range(10)}
        for numbers in shown:
            assert 'ari_requests_total{route="healthz",status="200"} 60' in numbers.splitlines()


def test_the_access_log_is_json_on_standard_error(built: BuildResult) -> None:
    with to_be_stopped(built, ARI_ACCESS_LOG="1") as (process, address):
        get(address, path_of(SMALL))
        get(address, path_of("SELEC"))
        process.terminate()
        written = words_at_the_end(process)
    lines = [json.loads(line) for line in written.splitlines()]
    assert sorted((line["status"], line["outcome"]) for line in lines) == [
        (200, "ok"),
        (400, "syntax"),
    ]
    assert "Theme" not in written


# The end


def stopped_in_hand(built: BuildResult, query: str, **settings: str) -> tuple[bytes, str]:
    """What a client gets whose query is in hand when TERM comes, and the service's last words."""
    path = path_of(query, new=True)
    with to_be_stopped(built, **settings) as (process, address):
        own = connected(address, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        time.sleep(0.7)
        process.terminate()
        time.sleep(0.5)
        with pytest.raises(OSError, match="refused"):
            connected(address, b"")
        return received(own), words_at_the_end(process)


def body_of(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert f"content-length: {len(body)}\r\n".encode() in head + b"\r\n"
    return body


def test_a_stop_lets_the_query_in_hand_end_whole(built: BuildResult) -> None:
    answer, words = stopped_in_hand(built, SOME_SECONDS, ARI_QUERY_SECONDS="60")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body_of(answer))["results"]["bindings"]
    assert words == ""


def test_a_stop_refuses_the_query_in_hand_that_reaches_its_limit(built: BuildResult) -> None:
    answer, _ = stopped_in_hand(built, ENDLESS, ARI_QUERY_SECONDS="3")
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert json.loads(body_of(answer))["limit"] == "ARI_QUERY_SECONDS"


# Replicas


def test_two_servers_from_one_build_give_the_same_bytes_and_tags(
    built: BuildResult,
) -> None:
    public = {"ARI_PUBLIC_URL": "https://data.example/"}
    with served(built, **public) as one, served(built, **public) as two:
        for path in (
            path_of(SMALL),
            path_of("CONSTRUCT WHERE { ?s a ?o }"),
            path_of("DESCRIBE <https://w3id.org/ari/id/ari/met-2019>"),
            "/",
            "/sparql",
            "/def",
            "/doc/priority/met-2019-4",
            "/shapes?format=ttl",
        ):
            for coding in ("identity", "gzip"):
                first = get(one, path, Accept_Encoding=coding)
                second = get(two, path, Accept_Encoding=coding)
                assert first[0] == second[0] == 200
                assert first[2] == second[2]
                assert first[1]["etag"] == second[1]["etag"]
                known = get(two, path, Accept_Encoding=coding, If_None_Match=first[1]["etag"])
                assert known[0] == 304


EVERYTHING = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o"
REPLICATED = (path_of(SMALL), path_of(EVERYTHING), path_of("CONSTRUCT WHERE { ?s a ?o }"), "/def")
UNCACHED = path_of(SOME_SECONDS.replace("?d ?e ?f", "?a ?e ?f"))
Answers = dict[str, tuple[str, bytes]]
"""Tag and body by path."""


@dataclass
class Reader:
    """A client that asks one replica, and the other where that one fails it."""

    replicas: list[str]
    right: Answers
    turns: int = 0
    retried: int = 0
    wrong: list[str] = field(default_factory=list)

    def read(self, stop: threading.Event) -> None:
        while not stop.is_set():
            for path in self.right:
                self._ask(path)
                self.turns += 1

    def _ask(self, path: str) -> None:
        for address in self.replicas:
            try:
                status, headers, body = get(address, path)
            except (OSError, http.client.HTTPException):
                self.retried += 1
                continue
            if (headers.get("etag", ""), body) != self.right[path] or status != 200:
                self.wrong.append(f"{path[:60]}: {status}, {len(body)} bytes")
            return
        self.wrong.append(f"{path[:60]}: no answer from any")


def test_when_one_of_two_servers_is_killed_a_client_that_asks_the_other_sees_no_wrong_answer(
    built: BuildResult,
) -> None:
    public = {"ARI_PUBLIC_URL": "https://data.example/", "ARI_CACHE_MB": "0"}
    stop = threading.Event()
    with (
        to_be_stopped(built, **public) as (process, one),
        served(built, **public) as two,
        ThreadPoolExecutor(4) as pool,
    ):
        right = {}
        for path in (*REPLICATED, UNCACHED):
            status, headers, body = get(two, path)
            assert status == 200
            right[path] = headers["etag"], body
        readers = [Reader([one, two], right) for _ in range(4)]
        reading = [pool.submit(reader.read, stop) for reader in readers]

        def all_have_asked(times: int) -> bool:
            return eventually(lambda: all(reader.turns >= times for reader in readers), 60)

        try:
            assert all_have_asked(len(right))
            assert sum(reader.retried for reader in readers) == 0
            process.kill()
            most = max(reader.turns for reader in readers)
            assert all_have_asked(most + len(right))
        finally:
            stop.set()
        for each in reading:
            each.result()
    assert [wrong for reader in readers for wrong in reader.wrong] == []
    assert all(reader.retried > 0 for reader in readers)
