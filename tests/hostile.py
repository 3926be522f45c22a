"""Requests that mean harm, and the calm client that must not notice them.

Run as `python -m tests.hostile ADDRESS SECONDS PAUSE` it is the calm client: it asks a cheap
question every PAUSE seconds until SECONDS are over or its standard input ends, and prints what it
met as JSON.
"""

import contextlib
import gzip
import json
import os
import re
import select
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from tests import live

ROOT = Path(__file__).parent.parent

# Who asks


HOSTILE_HOST = "127.0.0.3"
"""Where the hostile requests come from: the service shares its turns out by address."""
CALM_HOST = "127.0.0.2"

# What is sent


FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
RESULTS = "application/sparql-results+json, application/n-triples;q=0.5"
DEFENDED = (400, 503)
TOKEN = "siege"  # noqa: S105 - of the service under attack: some attackers have it
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}
PROBLEM = "application/problem+json"
MEMBERS = {"type", "title", "status", "detail"}


@dataclass(frozen=True)
class Attack:
    """One hostile request.

    Args:
        kind: what it tries.
        name: tells it from others of its kind.
        sent: what goes over the wire.
        allowed: statuses that are a defence; 0: the connection is closed without an answer.
        bare: the HTTP server may refuse it before the application could word a problem.
        half_closed: the client sends no more, and says so.
        vanishes: the client closes the connection without reading.
    """

    kind: str
    name: str
    sent: bytes
    allowed: tuple[int, ...]
    bare: bool = False
    half_closed: bool = False
    vanishes: bool = False


def message(
    method: str, target: str | bytes, headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    """An HTTP/1.1 request; a header without a value is left out."""
    raw = target if isinstance(target, bytes) else target.encode()
    own = {"Host": "localhost", "Accept": RESULTS, "Connection": "close"}
    if body:
        own["Content-Length"] = str(len(body))
    lines = [f"{name}: {value}" for name, value in (own | (headers or {})).items() if value]
    head = "".join(f"{line}\r\n" for line in lines).encode("latin-1")
    return method.encode() + b" " + raw + b" HTTP/1.1\r\n" + head + b"\r\n" + body


def by_get(query: str | bytes, **more: str) -> bytes:
    """The query in the address (SPARQL 1.1 Protocol, 2.1.1)."""
    return message("GET", "/sparql?" + urlencode({"query": query, **more}))


def by_form(query: str | bytes, **more: str) -> bytes:
    """The query in a form (SPARQL 1.1 Protocol, 2.1.2)."""
    body = urlencode({"query": query, **more}).encode()
    return message("POST", "/sparql", {"Content-Type": FORM}, body)


def directly(query: str | bytes) -> bytes:
    """The query as the body (SPARQL 1.1 Protocol, 2.1.3)."""
    raw = query if isinstance(query, bytes) else query.encode()
    return message("POST", "/sparql", {"Content-Type": DIRECT}, raw)


WAYS: tuple[Callable[[str], bytes], ...] = (by_form, directly, by_get)
LONGEST_ADDRESS = 8000
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
IN_GRAPHS = "GRAPH ?x { ?a ?b ?c } GRAPH ?y { ?d ?e ?f } GRAPH ?z { ?g ?h ?i }"
NEVER = "STRLEN(CONCAT(STR(?c), STR(?f), STR(?i))) = 1"
ALL = "(!<urn:x>|^!<urn:x>)*"
DOUBLING = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
GROWING = " ".join(
    f"BIND(REPLACE(?{x}, 'a', '{'a' * 99}') AS ?{y})" for x, y in ("ab", "bc", "cd", "de", "ef")
)
MANY_VALUES = " ".join(f"VALUES ?v{i} {{ {'1 ' * 99} }}" for i in range(8))

ENDLESS = {
    "join": f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(?c != ?i) }}",
    "sort": f"SELECT * {{ {CROSS} }} ORDER BY ?f ?i",
    "construct": f"CONSTRUCT {{ ?a ?b ?i }} WHERE {{ {CROSS} }}",
    "star paths": f"SELECT (COUNT(*) AS ?n) {{ ?a {ALL} ?b . ?c {ALL} ?d }}",
    "star path in exists": f"ASK {{ {CROSS} FILTER(!EXISTS {{ ?c {ALL} ?i }} && {NEVER}) }}",
    "nested exists": f"ASK {{ ?s ?p ?o FILTER EXISTS {{ ?s ?q ?r FILTER EXISTS {{ {CROSS} "
    f"FILTER({NEVER}) }} }} }}",
    "values": f"ASK {{ {MANY_VALUES} FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 + ?v6 = 1) }}",
    "values counted": f"SELECT (COUNT(*) AS ?n) {{ {MANY_VALUES} }}",
}
DEEP = {
    "groups": "ASK " + "{" * 5000,
    "groups that close": "ASK " + "{" * 5000 + "}" * 5000,
    "brackets": "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "lists": "ASK { ?s ?p " + "(" * 5000 + "1" + ")" * 5000 + " }",
}
CHAINS = {
    "sum": "SELECT (" + "1+" * 15_000 + "1 AS ?x) {}",
    "not": "ASK { FILTER(" + "!" * 100_000 + "?x) }",
    "union": "ASK { {}" + " UNION {}" * 20_000 + " }",
    "path": "ASK { ?s <p>" + "/<p>" * 50_000 + " ?o }",
    "exists": "ASK { FILTER " + "NOT EXISTS { FILTER " * 3000 + "(1)" + "}" * 3000 + " }",
}
BOMB = f"BIND('0123456789' AS ?v0) {DOUBLING}"
BOMBS = {
    "concat": f"SELECT (STRLEN(?v40) AS ?n) {{ {BOMB} }}",
    "group concat": "SELECT (GROUP_CONCAT(?x) AS ?n) { ?a ?b ?c . ?d ?e ?f "
    "BIND(CONCAT(STR(?c), STR(?f), STR(?a), STR(?b), STR(?d), STR(?e)) AS ?x) }",
    "replace": f"SELECT (STRLEN(?f) AS ?n) {{ BIND('{'a' * 32}' AS ?a) {GROWING} }}",
}
BACKTRACKING = {
    "plus in plus": f"SELECT (REGEX('{'a' * 5000}!', '^(a+)+$') AS ?x) {{}}",
    "alternatives": f"SELECT (REPLACE('{'a' * 5000}!', '(a|a|aa)*$', 'b') AS ?x) {{}}",
    "counted": "ASK { ?s ?p ?o FILTER REGEX(STR(?o), '((a{0,99}){0,99}){0,99}b') }",
}
FEDERATION = {
    "constant": "ASK {{ SERVICE <{trap}> {{ ?s ?p ?o }} }}",
    "silent": "ASK {{ SERVICE SILENT <{trap}> {{ ?s ?p ?o }} }}",
    "variable": "ASK {{ VALUES ?x {{ <{trap}> }} SERVICE ?x {{ ?s ?p ?o }} }}",
    "escaped": r"ASK {{ \u0053ERVICE <{trap}> {{ ?s ?p ?o }} }}",
    "in exists": "ASK {{ ?a ?b ?c FILTER EXISTS {{ SERVICE <{trap}> {{ ?s ?p ?o }} }} }}",
    "behind a comment": "ASK {{ ?a ?b ?c FILTER(?a<?b)SERVICE#>\n<{trap}>{{}} }}",
}
FETCHING = {
    "from a file": "SELECT * FROM <file:///etc/passwd> {{ ?s ?p ?o }}",
    "from the web": "SELECT * FROM <{trap}> {{ ?s ?p ?o }}",
    "from named": "SELECT * FROM NAMED <{trap}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    "update": "LOAD <{trap}>",
}
TEXTS = {
    "controls": "SELECT * { ?s ?p '\x01\x02' } \x07",
    "a null": "ASK { \0 }",
    "half a pair": r"ASK { ?s ?p ?\ud800 }",
    "a byte order mark inside": "ASK { \ufeff }",
    "right to left": "ASK { \u202e ?s ?p }",
}
WRONG_BYTES = b"ASK { ?s ?p '\xff\xfe\xc0\xaf' }"


CHEAP_KINDS = (
    "federation",
    "fetching",
    "text",
    "encoding",
    "parameters",
    "headers",
    "path",
    "writing",
)
"""Kinds whose requests must not cost the service anything worth naming."""


def attacks(trap: str) -> list[Attack]:
    """Every hostile request, of each kind a few.

    Args:
        trap: an address that nobody may visit.
    """
    federation = {name: text.format(trap=trap) for name, text in FEDERATION.items()}
    fetching = {name: text.format(trap=trap) for name, text in FETCHING.items()}
    return [
        *_queries("endless", ENDLESS, (503,)),
        *_queries("deep", DEEP, DEFENDED),
        # Where the stack suffices, a right answer is the best defence.
        *_queries("chain", CHAINS, (200, *DEFENDED)),
        *_queries("memory", BOMBS, (503,)),
        *_queries("regular expression", BACKTRACKING, (200, *DEFENDED)),
        *_queries("federation", federation, (400,)),
        *_queries("fetching", fetching, (400,)),
        *_queries("text", TEXTS, (400,)),
        *_datasets(trap),
        *_encodings(),
        *_parameters(),
        *_headers(),
        *_bodies(),
        *_elsewhere(trap),
        *_updates(trap),
        *_documents(trap),
        *_departures(),
    ]


def _queries(kind: str, texts: dict[str, str], allowed: tuple[int, ...]) -> Iterator[Attack]:
    """Each query in one of the three ways."""
    for number, (name, text) in enumerate(texts.items()):
        way = WAYS[number % len(WAYS)]
        if way is by_get and len(text) > LONGEST_ADDRESS:
            way = directly
        yield Attack(kind, name, way(text), allowed)


def _datasets(trap: str) -> Iterator[Attack]:
    for name in ("default-graph-uri", "named-graph-uri"):
        for iri in (trap, "file:///etc/passwd"):
            sent = by_form("ASK { ?s ?p ?o }", **{name: iri})
            yield Attack("fetching", f"{name}={iri[:4]}", sent, (400,))


def _encodings() -> Iterator[Attack]:
    yield Attack("encoding", "get", by_get(WRONG_BYTES), (400,))
    yield Attack("encoding", "form", by_form(WRONG_BYTES), (400,))
    yield Attack("encoding", "direct", directly(WRONG_BYTES), (400,))
    raw = message("GET", b"/sparql?query=ASK{}\xff")
    yield Attack("encoding", "raw bytes in the address", raw, (400,), bare=True)
    null = message("GET", b"/sparql?query=ASK{}\0")
    yield Attack("encoding", "raw null in the address", null, (400,), bare=True)


def _parameters() -> Iterator[Attack]:
    kind, ask = "parameters", "query=ASK%7B%7D"
    many = "&".join(f"p{i}=1" for i in range(2000))
    yield Attack(kind, "many", message("GET", f"/sparql?{ask}&{many}"), (400,))
    yield Attack(kind, "doubled", message("GET", f"/sparql?{ask}&{ask}"), (400,))
    form = message("POST", f"/sparql?{ask}", {"Content-Type": FORM}, ask.encode())
    yield Attack(kind, "doubled in address and form", form, (400,))
    long = message("GET", f"/sparql?query={'a' * 60_000}")
    yield Attack(kind, "long address", long, (414,), bare=True)
    longer = message("GET", f"/sparql?query={'a' * 300_000}")
    yield Attack(kind, "very long address", longer, (414, 431), bare=True)
    bind = quote('"> } SERVICE <http://127.0.0.1:9/> { #')
    query = message("GET", f"/queries/questions-by-priority?priority={bind}")
    yield Attack(kind, "bound to a stored query", query, (400,))


def _headers() -> Iterator[Attack]:
    # No answer to it is kept from before.
    target = "/sparql?query=ASK%7B%7D%23headers"
    giant = message("GET", target, {"X-Giant": "a" * 200_000})
    yield Attack("headers", "giant", giant, (431,), bare=True)
    many = message("GET", target, {f"X-{i}": "a" for i in range(3000)})
    yield Attack("headers", "many", many, (431,), bare=True)
    null = message("GET", target, {"Accept": "\0"})
    yield Attack("headers", "a null", null, (400,), bare=True)
    noise = bytes.fromhex("160301020001000001fc0303") + bytes(200)
    yield Attack("headers", "no HTTP at all", noise, (400, 0), bare=True)


def _bodies() -> Iterator[Attack]:
    kind, of = "body", {"Content-Type": DIRECT}
    large = message("POST", "/sparql", of, b"#" * (2 * 1024 * 1024))
    yield Attack(kind, "large", large, (413,))
    said = message("POST", "/sparql", of | {"Content-Length": "99999999999"}) + b"ASK {}"
    yield Attack(kind, "announced as huge", said, (413, 0), half_closed=True)
    cut = message("POST", "/sparql", of | {"Content-Length": "50"}) + b"ASK {}"
    yield Attack(kind, "cut short", cut, (400, 0), bare=True, half_closed=True)
    chunk = message("POST", "/sparql", of | {"Transfer-Encoding": "chunked"})
    for name, piece in {"no last chunk": b"6\r\nASK {}\r\n", "no chunk": b"zzz\r\n"}.items():
        sent = chunk + piece
        yield Attack(kind, name, sent, (400, 0), bare=True, half_closed=True)
    bomb = gzip.compress(b"#" * (8 * 1024 * 1024))
    packed = message("POST", "/sparql", of | {"Content-Encoding": "gzip"}, bomb)
    yield Attack(kind, "compressed", packed, (415,))
    twice = (
        message("POST", "/sparql", of | {"Content-Length": "6\r\nContent-Length: 7"}) + b"ASK {} "
    )
    yield Attack(kind, "two lengths", twice, (400,), bare=True)


def _elsewhere(trap: str) -> Iterator[Attack]:
    for path in ("/doc/../../../../etc/passwd", "/static/..%2f..%2fconfig.py", "/doc/a/%00"):
        yield Attack("path", path, message("GET", path), (404,))
    update = message(
        "POST", "/update", {"Content-Type": "application/sparql-update"}, f"LOAD <{trap}>".encode()
    )
    yield Attack("writing", "update", update, (401, 403))
    form = message("POST", "/update", {"Content-Type": FORM}, b"update=CLEAR%20ALL")
    yield Attack("writing", "form", form, (401, 403))
    body = b'<http://example.org/s> <http://example.org/p> "o" .'
    put = message("PUT", "/graphs?default", {"Content-Type": "text/turtle"}, body)
    yield Attack("writing", "graph", put, (401, 403))


def _updates(trap: str) -> Iterator[Attack]:
    """With the right to write, and with harm in mind."""
    texts = {
        "endless": (f"INSERT {{ ?a ?b ?i }} WHERE {{ {IN_GRAPHS} }}", (503,)),
        "growing": (f"INSERT {{ <urn:a> <urn:b> ?v40 }} WHERE {{ {BOMB} }}", (503,)),
        "deep": ("INSERT DATA {" * 5000, DEFENDED),
        "load": (f"LOAD <{trap}>", (400,)),
        "load a file": ("LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:g>", (400,)),
        "service": (f"INSERT {{ ?s ?p ?o }} WHERE {{ SERVICE <{trap}> {{ ?s ?p ?o }} }}", (400,)),
        "using": (f"DELETE {{ ?s ?p ?o }} USING <{trap}> WHERE {{ ?s ?p ?o }}", (400,)),
        "cut": ("DELETE WHERE { ?s ?p ?o } ; INSERT DATA {", (400,)),
    }
    of = ALLOWED | {"Content-Type": "application/sparql-update"}
    for name, (text, allowed) in texts.items():
        yield Attack("update", name, message("POST", "/update", of, text.encode()), allowed)
    body = urlencode({"update": "DELETE WHERE { ?s ?p ?o }", "using-graph-uri": trap}).encode()
    sent = message("POST", "/update", ALLOWED | {"Content-Type": FORM}, body)
    yield Attack("update", "using-graph-uri", sent, (400,))


def _documents(trap: str) -> Iterator[Attack]:
    """Documents sent to the graph store, where none may be stored, and to be validated."""
    for kind, (media_type, documents) in _hostile_documents(trap).items():
        for name, text in documents.items():
            body = text if isinstance(text, bytes) else text.encode()
            for method, path in READERS:
                sent = message(method, path, ALLOWED | {"Content-Type": media_type}, body)
                yield Attack(kind, f"{name} to {path}", sent, DEFENDED)
    for method, path in (("POST", "/graphs?default"), *READERS):
        bomb = gzip.compress(b"#" * (32 * 1024 * 1024))
        of = ALLOWED | {"Content-Type": "text/turtle", "Content-Encoding": "gzip"}
        yield Attack(
            "document: exploding", f"{method} {path}", message(method, path, of, bomb), (413,)
        )


READERS = (("PUT", "/graphs?default"), ("POST", "/validate"))
"""Where documents of strangers are read."""


def _hostile_documents(trap: str) -> dict[str, tuple[str, dict[str, str | bytes]]]:
    """Media type and documents, by kind."""
    triple = "<urn:s> <urn:p> "
    turtle: dict[str, str | bytes] = {
        "deep": triple + "(" * 50_000,
        "deep blank nodes": triple + "[ <urn:p> " * 50_000,
        "a null": triple + "'\0' \0 .",
        "no UTF-8": WRONG_BYTES,
        "UTF-16": (triple + "'o' .").encode("utf-16"),
        "cut": triple + "'o' .\n<urn:s> <urn:p> '",
    }
    json_ld: dict[str, str | bytes] = {
        "remote context": json.dumps({"@context": trap, "@id": "urn:s", "p": "o"}),
        "remote context inside": json.dumps({"urn:p": {"@context": [trap], "p": "o"}}),
        "imported context": json.dumps({"@context": {"@import": trap}, "@id": "urn:s"}),
        "context in a file": json.dumps({"@context": "file:///etc/passwd", "p": "o"}),
        "deep": "[" * 100_000,
        "deep and closed": '{"urn:p":' * 5000 + "1" + "}" * 5000,
    }
    return {
        "document: Turtle": ("text/turtle", turtle),
        "document: JSON-LD": ("application/ld+json", json_ld),
        "document: XML": ("application/rdf+xml", _hostile_xml(trap)),
    }


def _hostile_xml(trap: str) -> dict[str, str | bytes]:
    laughs = '<!ENTITY l0 "ha">' + "".join(
        f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10)
    )
    outside = f'<!ENTITY l9 SYSTEM "{trap}">'
    rdf = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:"'
    root = (
        f"<rdf:RDF {rdf}>%s<rdf:Description rdf:about='urn:s'><e:p>&l9;</e:p></rdf:Description>"
        "</rdf:RDF>"
    )
    return {
        "laughs": f"<!DOCTYPE x [{laughs}]>{root % ''}",
        "laughs in lower case": f"<!doctype x [{laughs}]>{root % ''}",
        "laughs after a space": f"&#32;<!DOCTYPE x [{laughs}]>{root % ''}",
        "laughs inside": root % f"<!DOCTYPE x [{laughs}]>",
        "an entity elsewhere": f"<!DOCTYPE x [{outside}]>{root % ''}",
        "a type elsewhere": f"<!DOCTYPE x SYSTEM '{trap}'>{root % ''}",
        "deep": f"<rdf:RDF {rdf}>" + "<rdf:Description><e:p>" * 40_000,
    }


def _departures() -> Iterator[Attack]:
    for name in ("join", "star paths", "sort"):
        yield Attack("departure", name, by_get(ENDLESS[name]), (0,), vanishes=True)
    half = message("GET", "/sparql?query=ASK%7B%7D")[:20]
    yield Attack("departure", "half a request", half, (0, 400), bare=True, half_closed=True)


# How it is sent, and what came back


WAIT_SECONDS = 30.0
TRIES = 25
"""A hostile client that is told to come again does so."""


@dataclass(frozen=True)
class Outcome:
    """What an attack met.

    Args:
        status: 0: no answer.
        fault: what is wrong with the answer; empty: nothing.
        refused: how often it was told to come again.
    """

    attack: Attack
    status: int
    fault: str
    seconds: float
    refused: int


def strike(attack: Attack, address: str, source: str = HOSTILE_HOST) -> Outcome:
    """Send it, and judge the answer; 429 is accepted as often as it comes, but not as the last."""
    began = time.monotonic()
    refused = 0
    status, content_type, body, broken = _exchange(attack, address, source)
    while status == 429 and refused < TRIES:
        refused += 1
        time.sleep(0.25)
        status, content_type, body, broken = _exchange(attack, address, source)
    fault = broken or _wrong_with(attack, status, content_type, body)
    return Outcome(attack, status, fault, time.monotonic() - began, refused)


def _exchange(attack: Attack, address: str, source: str) -> tuple[int, str, bytes, str]:
    """Status, content type, body, and how the exchange broke."""
    parts = urlsplit(address)
    whole = (parts.hostname or "", parts.port or 80)
    with socket.create_connection(whole, WAIT_SECONDS, (source, 0)) as connection:
        # The server may answer, and close, before it has read everything.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(attack.sent)
            if attack.half_closed:
                connection.shutdown(socket.SHUT_WR)
        if attack.vanishes:
            time.sleep(0.3)
            return 0, "", b"", ""
        return _answer(connection)


def _answer(connection: socket.socket) -> tuple[int, str, bytes, str]:
    response = HTTPResponse(connection)
    try:
        response.begin()
    except TimeoutError:
        return 0, "", b"", "it hangs"
    except (HTTPException, OSError):
        return 0, "", b"", ""
    try:
        body = response.read()
    except (HTTPException, OSError) as error:
        return response.status, "", b"", f"the body is not whole: {error!r}"
    finally:
        response.close()
    return response.status, response.headers.get("Content-Type", ""), body, ""


def _wrong_with(attack: Attack, status: int, content_type: str, body: bytes) -> str:
    if status not in attack.allowed:
        return f"status {status}: {body[:300]!r}"
    if not status or (attack.bare and not body):
        return ""
    try:
        return _wrong_with_body(status, content_type, body)
    except ValueError as error:
        return f"the body does not parse: {error}"


def _wrong_with_body(status: int, content_type: str, body: bytes) -> str:
    said = json.loads(body)
    if status < 300:
        return "" if "json" in content_type else f"it is {content_type}"
    if content_type != PROBLEM:
        return f"it is {content_type}"
    if said["status"] != status or not said.keys() >= MEMBERS:
        return f"its members are {said}"
    return ""


@contextlib.contextmanager
def trap() -> Iterator[tuple[str, Callable[[], bool]]]:
    """An address on loopback, and whether anybody has knocked there."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def visited() -> bool:
            watch = select.poll()
            watch.register(listener, select.POLLIN)
            return bool(watch.poll(0))

        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", visited


# Connections that are opened and do not get on


STALLED = {
    "nothing": b"",
    "half a header": b"GET /sparql HTTP/1.1\r\nHost: loc",
    "half a body": message("POST", "/sparql", {"Content-Type": DIRECT, "Content-Length": "50"})
    + b"ASK {}",
    "kept alive": message("GET", "/sparql?query=ASK%7B%7D", {"Connection": "keep-alive"}),
}


@contextlib.contextmanager
def stalled(address: str, each: int, source: str = HOSTILE_HOST) -> Iterator[list[socket.socket]]:
    """So many connections of each sort that say no more."""
    parts = urlsplit(address)
    with contextlib.ExitStack() as opened:
        connections = []
        for data in list(STALLED.values()) * each:
            connection = socket.create_connection(
                (parts.hostname or "", parts.port or 80), WAIT_SECONDS, (source, 0)
            )
            opened.enter_context(connection)
            connection.sendall(data)
            connections.append(connection)
        yield connections


# Answers that are asked for and not read


LARGE = "SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {rows} # {number}"
"""In JSON, a row takes some 450 bytes."""


@contextlib.contextmanager
def unread(
    address: str, count: int, rows: int, source: str = HOSTILE_HOST
) -> Iterator[list[socket.socket]]:
    """So many clients with a large answer each, of which they read the beginning."""
    parts = urlsplit(address)
    with contextlib.ExitStack() as opened:
        connections = []
        for number in range(count):
            connection = opened.enter_context(socket.socket())
            connection.settimeout(WAIT_SECONDS)
            # The kernel must not read in the client's place.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.bind((source, 0))
            connection.connect((parts.hostname or "", parts.port or 80))
            connection.sendall(by_get(LARGE.format(rows=rows, number=number)))
            connections.append(connection)
            assert connection.recv(12) == b"HTTP/1.1 200"
        yield connections


def is_cut_short(connection: socket.socket) -> bool:
    """Read on: whether the service has closed the connection before the end of its answer."""
    pieces: list[bytes] = []
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(1 << 16):
            pieces.append(piece)
    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    (length,) = re.findall(rb"content-length: (\d+)", head)
    return len(body) < int(length)


# The calm client


EXPECTED = "8"
"""The Met's fourth priority of 2019 has so many questions."""
CHEAP = (
    "PREFIX ari: <https://w3id.org/ari/def#> SELECT (COUNT(?q) AS ?n) "
    "{{ ?q ari:underPriority <https://w3id.org/ari/id/priority/met-2019-4> }} # {number}"
)


@dataclass
class Calm:
    """What the calm client met.

    Args:
        seconds: each answer's, from when the question was due, so that waiting for the one before
            counts too.
        wrong: what was not the right answer, the first few.
    """

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    wrongs: int = 0

    def percentile(self, share: float) -> float:
        """The seconds within which this share of the answers came."""
        cuts = statistics.quantiles(self.seconds, n=1000, method="inclusive")
        return cuts[round(share * 1000) - 1]

    def note(self, due: float, wrong: str) -> None:
        """One question and its answer."""
        self.seconds.append(time.monotonic() - due)
        if wrong:
            self.wrongs += 1
            self.wrong = [*self.wrong[:9], wrong]


def ask_calmly(address: str, seconds: float, pause: float, stop: Callable[[], bool]) -> Calm:
    """Ask a cheap question, each time on a connection of its own, every `pause` seconds.

    Every question differs from the others in a comment, so that it is computed each time.
    """
    met, begin = Calm(), time.monotonic()
    number = 0
    while (due := begin + number * pause) < begin + seconds and not stop():
        time.sleep(max(0.0, due - time.monotonic()))
        met.note(due, _cheap(address, number))
        number += 1
    return met


def _cheap(address: str, number: int) -> str:
    """Ask; what is wrong with the answer."""
    parts = urlsplit(address)
    connection = HTTPConnection(
        parts.hostname or "", parts.port, timeout=WAIT_SECONDS, source_address=(CALM_HOST, 0)
    )
    query = urlencode({"query": CHEAP.format(number=number), "format": "json"})
    with contextlib.closing(connection):
        try:
            connection.request("GET", "/sparql?" + query)
            response = connection.getresponse()
            body = response.read()
            (row,) = json.loads(body)["results"]["bindings"]
        except (HTTPException, OSError) as error:
            return repr(error)
        except (ValueError, KeyError):
            return f"{response.status}: {body[:300]!r}"
    return "" if row["n"]["value"] == EXPECTED else f"{row}"


@contextlib.contextmanager
def calm_client(address: str, seconds: float, pause: float) -> Iterator[Calm]:
    """The calm client in a process of its own; what it met is complete after the block."""
    command = [sys.executable, "-m", "tests.hostile", address, str(seconds), str(pause)]
    met = Calm()
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield met
        except BaseException:
            process.kill()
            raise
        said = process.communicate(timeout=2 * WAIT_SECONDS)[0]
    vars(met).update(json.loads(said))


# The service and its processes


@dataclass(frozen=True)
class Service:
    """A running `ari serve`.

    Args:
        pid: of the process that was started.
    """

    address: str
    pid: int

    @property
    def web(self) -> list[int]:
        """The processes that answer HTTP."""
        return [pid for pid in children(self.pid) if "spawn_main" in command_of(pid)]

    @property
    def nursery(self) -> list[int]:
        """The process that holds the data."""
        return [pid for pid in children(self.pid) if "met_ari.engine.nursery" in command_of(pid)]

    @property
    def lasting(self) -> list[int]:
        """All processes but the workers, which come and go."""
        return sorted([*self.web, *self.nursery])

    @property
    def workers(self) -> list[int]:
        """The processes that answer queries."""
        return [pid for parent in self.nursery for pid in children(parent)]


@contextlib.contextmanager
def serving(*options: str, **more: str) -> Iterator[Service]:
    """`ari serve`, which ends with the block and leaves no process behind."""
    process = live.start(*options, **more)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address, process.communicate(timeout=live.SECONDS_TO_END)[1]
        service = Service(address, process.pid)
        yield service
        family = [*service.lasting, *service.workers]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=live.SECONDS_TO_END)
    assert eventually(lambda: not any(map(lives, family))), "a process is left behind"


def children(pid: int) -> list[int]:
    """The processes whose parent is `pid`, zombies included."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(folder.name))
    return sorted(found)


def command_of(pid: int) -> str:
    """Its command line."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    return ""


def lives(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


def resident_mb(pid: int) -> float:
    """Memory that it holds, in MiB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGESIZE") / 1024 / 1024


def descriptors(pid: int) -> int:
    """Files and sockets that it has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def eventually(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether it becomes true in time."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def main() -> None:
    """Be the calm client."""
    address, seconds, pause = sys.argv[1], float(sys.argv[2]), float(sys.argv[3])

    def stop() -> bool:
        return bool(select.select([sys.stdin], [], [], 0)[0])

    met: dict[str, Any] = vars(ask_calmly(address, seconds, pause, stop))
    print(json.dumps(met))


if __name__ == "__main__":
    main()
