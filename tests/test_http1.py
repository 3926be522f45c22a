"""Connections of the real service: what is known at sight, what is refused, who gives way."""

import json
import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from met_ari.build.pipeline import BuildResult
from tests.live import running

LABELS = (
    "SELECT ?s ?label WHERE { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?label } "
    "ORDER BY ?s LIMIT 3"
)
DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def alone(built: BuildResult, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of one process that can be written to: what it keeps, it keeps for everybody."""
    home = tmp_path_factory.mktemp("alone")
    (home / "build").symlink_to(built.folder.parent)
    more = {"ARI_PROCESSES": "1", "ARI_TOKEN": "t", "ARI_VALIDATE_WRITES": "0"}
    with running("--home", str(home), "--quiet", **more) as address:
        yield address


def connected(address: str) -> socket.socket:
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 80), 10)


def message(query: str, *headers: str, method: str = "GET", version: str = "1.1") -> bytes:
    lines = [f"{method} /sparql?query={quote(query)} HTTP/{version}", "Host: x", *headers, "", ""]
    return "\r\n".join(lines).encode()


Response = tuple[int, dict[str, str], bytes]


def read(own: socket.socket, count: int = 1, *, bodies: bool = True) -> list[Response]:
    """So many responses of a connection, in the order in which they come."""
    data, found = b"", []
    while len(found) < count:
        head, end, rest = data.partition(b"\r\n\r\n")
        if end:
            status, headers = head_of(head)
            length = int(headers.get("content-length", "0")) if bodies and status != 304 else 0
            if len(rest) >= length:
                found.append((status, headers, rest[:length]))
                data = rest[length:]
                continue
        more = own.recv(65536)
        assert more, "the service closed the connection"
        data += more
    assert data == b""
    return found


def head_of(head: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":")[::2] for line in lines)
    return int(first.split()[1]), {name.lower(): value.strip() for name, value in pairs}


def ask(address: str, sent: bytes, *, bodies: bool = True) -> Response:
    with connected(address) as own:
        own.sendall(sent)
        return read(own, bodies=bodies)[0]


def without_date(response: Response) -> Response:
    status, headers, body = response
    return status, {name: value for name, value in headers.items() if name != "date"}, body


def hits(address: str) -> int:
    text = ask(address, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")[2].decode()
    found = re.search(r"^ari_cache_hits_total (\d+)", text, re.MULTILINE)
    return int(found[1]) if found else 0


def update(address: str, text: str) -> None:
    head = (
        "POST /update HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n"
        f"Content-Type: application/sparql-update\r\nContent-Length: {len(text)}\r\n\r\n"
    )
    assert ask(address, (head + text).encode())[0] == 200


# What is known at sight


@pytest.mark.parametrize("more", [[], ["Accept: text/csv"], ["Accept-Encoding: gzip"]])
def test_the_same_bytes_get_the_same_answer_each_time(alone: str, more: list[str]) -> None:
    sent = message(f"{LABELS} # {more}", *more)
    before = hits(alone)
    computed, kept, *sight = (without_date(ask(alone, sent)) for _ in range(5))
    assert computed[0] == 200
    assert kept == computed
    assert sight == [computed] * 3
    assert hits(alone) == before + 4


def test_every_answer_has_its_date(alone: str) -> None:
    sent = message("ASK { } # dated")
    for _ in range(4):
        assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", ask(alone, sent)[1]["date"])


def test_an_answer_at_sight_ends_with_the_data_that_gave_it(alone: str) -> None:
    query = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH <http://e/sight> { ?s ?p ?o } }"
    update(alone, "INSERT DATA { GRAPH <http://e/sight> { <http://e/a> <http://e/b> 1 } }")
    first = [ask(alone, message(query)) for _ in range(4)]
    update(alone, "INSERT DATA { GRAPH <http://e/sight> { <http://e/a> <http://e/b> 2 } }")
    second = [ask(alone, message(query)) for _ in range(4)]
    assert all(b'"value":"1"' in body for _, _, body in first)
    assert all(b'"value":"2"' in body for _, _, body in second)
    assert first[0][1]["ari-revision"] != second[0][1]["ari-revision"]


def test_a_known_tag_gets_304_at_sight(alone: str) -> None:
    query = "ASK { } # a known tag"
    tag = ask(alone, message(query))[1]["etag"]
    for _ in range(4):
        status, headers, _ = ask(alone, message(query, f"If-None-Match: {tag}"))
        assert (status, headers["etag"]) == (304, tag)
        assert "ari-rows" not in headers
    assert ask(alone, message(query))[0] == 200


def test_head_never_gets_a_body(alone: str) -> None:
    query = "ASK { } # only the head"
    whole = ask(alone, message(query))
    for _ in range(3):
        found = ask(alone, message(query, method="HEAD"), bodies=False)
        assert found[2] == b""
        assert found[1]["content-length"] == str(len(whole[2]))


@pytest.mark.parametrize("sent_at_once", [2, 7])
def test_requests_in_one_packet_are_answered_in_order(alone: str, sent_at_once: int) -> None:
    queries = [f"SELECT ({n} AS ?n) WHERE {{ }}" for n in range(sent_at_once)]
    for _ in range(3):
        with connected(alone) as own:
            own.sendall(b"".join(map(message, queries)))
            bodies = [body for _, _, body in read(own, sent_at_once)]
        assert all(f'"value":"{n}"'.encode() in body for n, body in enumerate(bodies))


def test_a_kept_answer_waits_for_those_asked_before(alone: str) -> None:
    """The second one is known at sight, while the first is still worked on."""
    known = message("ASK { } # known")
    for _ in range(3):
        ask(alone, known)
    with connected(alone) as own:
        own.sendall(message(many_rows(300_000, "COUNT(*) AS ?rows")))
        time.sleep(0.05)
        own.sendall(known)
        first, second = read(own, 2)
    assert b"rows" in first[2]
    assert b"boolean" in second[2]


def test_a_request_in_pieces_is_the_same_request(alone: str) -> None:
    sent = message("ASK { } # in pieces")
    whole = [ask(alone, sent) for _ in range(3)][-1]
    for cut in (1, 3, 20, len(sent) - 4, len(sent) - 1):
        with connected(alone) as own:
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            own.sendall(sent[:cut])
            time.sleep(0.05)
            own.sendall(sent[cut:])
            assert read(own)[0][2] == whole[2]


@pytest.mark.parametrize("asks", [message("ASK {} # bye", "Connection: close"),
                                  message("ASK {} # old", version="1.0")])  # fmt: skip
def test_a_connection_that_is_to_be_closed_is_closed(alone: str, asks: bytes) -> None:
    for _ in range(3):
        with connected(alone) as own:
            own.sendall(asks)
            assert read(own)[0][1]["connection"] == "close"
            assert own.recv(100) == b""


def test_a_write_of_the_same_bytes_is_done_each_time(alone: str) -> None:
    for n in range(3):
        update(
            alone, f"INSERT DATA {{ GRAPH <http://e/again> {{ <http://e/{n}> <http://e/b> 1 }} }}"
        )
        count = ask(alone, message("SELECT ?s WHERE { GRAPH <http://e/again> { ?s ?p ?o } }"))
        assert count[1]["ari-rows"] == str(n + 1)


# What is refused, who gives way


def many_rows(count: int, what: str = "") -> str:
    inner = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {count}"
    return f"SELECT ({what}) {{ {{ {inner} }} }}" if what else inner


def test_a_client_that_does_not_read_is_not_waited_for(built: BuildResult, tmp_path: Path) -> None:
    (tmp_path / "build").symlink_to(built.folder.parent)
    more = {"ARI_PROCESSES": "1", "ARI_REQUEST_SECONDS": "1"}
    with running("--home", str(tmp_path), "--quiet", **more) as address:
        parts = urlsplit(address)
        with socket.socket() as own:
            own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            own.connect((parts.hostname, parts.port))
            own.sendall(message(many_rows(60_000)))
            time.sleep(6)
            own.settimeout(5)
            pieces = list(iter(lambda: own.recv(65536), b""))
            _, headers = head_of(pieces[0].partition(b"\r\n\r\n")[0])
            assert sum(map(len, pieces)) < int(headers["content-length"])
        assert ask(address, message("ASK { }"))[0] == 200


def test_a_refusal_of_bytes_says_what_is_wrong(alone: str) -> None:
    status, headers, body = ask(alone, b"NONSENSE\r\n\r\n")
    assert status == 400
    assert headers["content-type"] == "application/problem+json"
    assert headers["connection"] == "close"
    assert b"no HTTP request" in body


@pytest.mark.parametrize(
    ("hosts", "version", "status"),
    [
        ([], "1.1", 400),
        (["Host: x"], "1.1", 200),
        (["Host: x", "Host: x"], "1.1", 400),
        ([], "1.0", 200),
        (["Host: x", "Host: y"], "1.0", 400),
    ],
)
def test_a_request_has_one_host(alone: str, hosts: list[str], version: str, status: int) -> None:
    """RFC 9112, 3.2."""
    lines = [f"GET /healthz HTTP/{version}", *hosts, "Connection: close", "", ""]
    found, _, body = ask(alone, "\r\n".join(lines).encode())
    assert found == status
    assert (b"one Host header" in body) == (status == 400)


def test_too_many_headers_are_told_by_their_number(alone: str) -> None:
    many = [f"X-{n}: a" for n in range(101)]
    status, _, body = ask(alone, message("ASK { }", *many))
    said = json.loads(body)
    assert status == 431
    assert said["detail"] == "The request has more than 100 headers."
    assert (said["value"], said["unit"]) == (100, "headers")


def test_too_large_headers_are_told_by_their_bytes(alone: str) -> None:
    status, _, body = ask(alone, message("ASK { }", f"X: {'a' * 40_000}"))
    said = json.loads(body)
    assert (status, said["value"], said["unit"]) == (431, 32768, "bytes")


def test_an_address_that_never_ends_is_told_as_an_address(alone: str) -> None:
    status, _, body = ask(alone, b"GET /" + b"a" * 140_000)
    assert status == 414
    assert b"address" in body.lower()


@pytest.mark.parametrize("method", ["PROPFIND", "PURGE", "TRACE", "BREW", "FOO-BAR", "G"])
@pytest.mark.parametrize("path", ["/sparql", "/update", "/healthz", "/", "/openapi.json"])
def test_a_method_that_does_not_fit_is_405_with_those_that_do(
    alone: str, method: str, path: str
) -> None:
    """RFC 9110, 15.5.6, whether the parser knows it or not."""
    sent = f"{method} {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with connected(alone) as own:
        own.sendall(sent)
        ((status, headers, body),) = read(own)
        assert status == 405
        assert method in json.loads(body)["detail"]
        assert {"GET", "POST"} & set(headers["allow"].split(", "))
        own.sendall(message("ASK { } # after it"))
        assert read(own)[0][0] == 200


@pytest.mark.parametrize(
    "first", [b"get / HTTP/1.1", b"BREW HTTP/1.1", b"", b"BREW\x00 / HTTP/1.1"]
)
def test_what_is_no_request_line_is_400(alone: str, first: bytes) -> None:
    assert ask(alone, first + b"\r\nHost: x\r\n\r\n\r\n" if first else b"\x16\x03")[0] == 400


def test_what_is_refused_before_it_is_a_request_is_counted_and_logged(
    built: BuildResult, tmp_path: Path
) -> None:
    (tmp_path / "build").symlink_to(built.folder.parent)
    more = {"ARI_PROCESSES": "1", "ARI_ACCESS_LOG": "1"}
    log: list[str] = []
    with running("--home", str(tmp_path), "--quiet", log=log, **more) as address:
        assert ask(address, b"NONSENSE\r\n\r\n")[0] == 400
        assert ask(address, message("ASK { }", *[f"X-{n}: a" for n in range(101)]))[0] == 431
        numbers = ask(address, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")[2].decode()
    for series in (
        'ari_requests_total{route="other",status="400"} 1',
        'ari_requests_total{route="sparql",status="431"} 1',
        'ari_refusals_total{problem="bad-input"} 1',
        'ari_refusals_total{problem="headers-too-large"} 1',
    ):
        assert series in numbers
    nonsense, headers, _ = [json.loads(line) for line in log if line.startswith("{")]
    assert (nonsense["status"], nonsense["outcome"], nonsense["path"]) == (400, "bad-input", "")
    assert (headers["method"], headers["path"]) == ("GET", "/sparql")
    assert (headers["status"], headers["outcome"]) == (431, "headers-too-large")


def test_clients_that_vanish_leave_no_words_behind(built: BuildResult, tmp_path: Path) -> None:
    (tmp_path / "build").symlink_to(built.folder.parent)
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\n"
    body = f"{head}Content-Length: 90\r\n\r\nASK"
    chunks = body.replace("Content-Length: 90", "Transfer-Encoding: chunked") + "\r\nzz"
    log: list[str] = []
    with running("--home", str(tmp_path), "--quiet", log=log, ARI_PROCESSES="1") as address:
        for sent in (body.encode(), chunks.encode(), message(many_rows(20_000)), b"GET / HT"):
            with connected(address) as own:
                own.sendall(sent)
                time.sleep(0.5)
                # Closed without reading, so by a reset.
                own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(0.5)
        assert ask(address, message("ASK { }"))[0] == 200
    assert log == []


def test_a_client_that_writes_on_reads_why_it_was_refused(alone: str) -> None:
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {DIRECT}\r\n"
    with connected(alone) as own:
        own.sendall(f"{head}Content-Length: 90000000\r\n\r\n".encode())
        for _ in range(40):
            own.sendall(b" " * 65536)
        assert read(own)[0][0] == 413


def test_a_client_that_wants_an_upgrade_gets_its_answer(alone: str) -> None:
    sent = message("ASK { }", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c")
    assert ask(alone, sent)[0] == 200


def test_idle_connections_give_way_to_a_new_one(built: BuildResult, tmp_path: Path) -> None:
    (tmp_path / "build").symlink_to(built.folder.parent)
    with (
        running("--home", str(tmp_path), "--quiet", ARI_PROCESSES="1") as address,
        ExitStack() as stack,
    ):
        idle = [stack.enter_context(connected(address)) for _ in range(2100)]
        assert ask(address, message("ASK { }"))[0] == 200
        ended = 0
        for own in idle:
            own.settimeout(0.001)
            try:
                ended += own.recv(1) == b""
            except ConnectionResetError:
                ended += 1
            except TimeoutError:
                continue
        assert 0 < ended < 200
