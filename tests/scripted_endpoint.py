"""A SPARQL endpoint on loopback that answers as an engine does, or misbehaves when told to.

A query with the text `play:NAME` in a string gets what `Script.NAME` does; any other is answered
from the quads given, over the dataset of the protocol. All that arrives is kept.
"""

import base64
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox

JSON = "application/sparql-results+json"
NT = "application/n-triples"
YES = b'{"head":{},"boolean":true}'
TABLE = b'{"head":{"vars":["x"]},"results":{"bindings":[%s]}}'
HIDDEN = "http://www.openlinksw.com/hidden"
ROW = b'{"x":{"type":"literal","value":"1"}}'
TRIPLE = b"<a:s> <a:p> <a:o> .\n"
USER = "mary"
PASSWORDS = {"": "", "Basic": "pa:ss w\u00f6rd", "Digest": "pa:ss word"}


@dataclass(frozen=True)
class Arrival:
    """One request."""

    method: str
    path: str
    parameters: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def query(self) -> str:
        """Of an update, its text."""
        return next(iter(self.parameters.get("query") or self.parameters.get("update") or [""]))


@dataclass
class Endpoint:
    """The endpoint's side.

    Args:
        default: what its default graph is without a word: `empty`, `set`, `bag` of all graphs, or
            `other`, the graph `HIDDEN`.
        several: what several default graphs are: `set` or `bag`.
        server: its `Server` header.
        login: `Basic` or `Digest`: who does not log in so gets 401.
    """

    quads: str = ""
    default: str = "empty"
    several: str = "set"
    server: str = "Scripted"
    login: str = ""
    url: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    store: ox.Store = field(default_factory=ox.Store)

    @property
    def queries(self) -> list[str]:
        """The queries that came since the engine was looked at."""
        return [item.query for item in self.arrivals if "play:" in item.query]

    def answer(self, arrival: Arrival) -> Any:
        """The solutions, the truth or the triples."""
        default = arrival.parameters.get("default-graph-uri", [])
        named = arrival.parameters.get("named-graph-uri", [])
        store = self.store
        options: dict[str, Any] = {}
        if default or named:
            kind = "one" if len(default) < 2 else self.several
            options["named_graphs"] = list(map(ox.NamedNode, named))
        else:
            kind = self.default
        graphs = list(map(ox.NamedNode, default))
        if kind == "set":
            store, options["default_graph"] = self._merged(graphs), ox.NamedNode("x:merged")
        elif kind == "other":
            options["default_graph"] = ox.NamedNode(HIDDEN)
        elif kind == "bag":
            options["default_graph"] = graphs or list(store.named_graphs())
        elif default or named:
            options["default_graph"] = graphs
        return store.query(arrival.query, **options)

    def _merged(self, graphs: list[ox.NamedNode]) -> ox.Store:
        store = ox.Store()
        store.extend(self.store)
        for graph in graphs or list(self.store.named_graphs()):
            for s, p, o, _ in self.store.quads_for_pattern(None, None, None, graph):
                store.add(ox.Quad(s, p, o, ox.NamedNode("x:merged")))
        return store


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    endpoint: Endpoint

    def version_string(self) -> str:
        return self.endpoint.server

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self.take()

    def do_PUT(self) -> None:
        self.take()

    def do_DELETE(self) -> None:
        self.take()

    def take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = urlsplit(self.path)
        sent = parse_qs(parts.query, keep_blank_values=True)
        if self.headers.get("Content-Type", "").startswith("application/x-www-form"):
            sent |= parse_qs(body.decode(), keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        arrival = Arrival(self.command, parts.path, sent, headers, body)
        self.endpoint.arrivals.append(arrival)
        if not self.logged_in():
            return
        play = re.search(r"play:(\w+)", arrival.query)
        try:
            if play:
                getattr(Script(self), play[1])()
            elif parts.path == "/query":
                self.query(arrival)
            elif parts.path == "/update":
                self.endpoint.store.update(arrival.parameters["update"][0])
                self.whole(204)
            elif parts.path == "/store":
                self.put(arrival)
            else:
                self.whole(404, b"nothing here")
        except (BrokenPipeError, ConnectionResetError):
            self.endpoint.gone.set()
            self.close_connection = True

    def logged_in(self) -> bool:
        sent = self.headers.get("Authorization", "")
        basic = base64.b64encode(f"{USER}:{PASSWORDS['Basic']}".encode()).decode()
        wanted = {"": "", "Basic": f"Basic {basic}", "Digest": 'Digest username="mary"'}
        if sent.startswith(wanted[self.endpoint.login]):
            return True
        challenge = f'{self.endpoint.login} realm="x", nonce="abc", qop="auth"'
        self.whole(401, b"who are you?", more={"WWW-Authenticate": challenge})
        return False

    def query(self, arrival: Arrival) -> None:
        found = self.endpoint.answer(arrival)
        if isinstance(found, ox.QueryTriples):
            body = ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b""
            self.whole(200, body, NT)
        else:
            self.whole(200, found.serialize(format=ox.QueryResultsFormat.JSON), JSON)

    def put(self, arrival: Arrival) -> None:
        store, names = self.endpoint.store, arrival.parameters.get("graph")
        graph = ox.NamedNode(names[0]) if names else ox.DefaultGraph()
        if arrival.method in ("PUT", "DELETE"):
            store.clear_graph(graph)
        store.load(arrival.body, format=ox.RdfFormat.N_TRIPLES, to_graph=graph)
        if arrival.method == "DELETE" and isinstance(graph, ox.NamedNode):
            store.remove_graph(graph)
        self.whole(204)

    def whole(
        self,
        status: int,
        body: bytes = b"",
        media_type: str = "text/plain",
        *,
        length: int | None = None,
        more: dict[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def begin(self, media_type: str, *, chunked: bool = True) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()

    def chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()


class Script:
    """What an endpoint may do wrong, or strangely."""

    def __init__(self, handler: Handler) -> None:
        self.h = handler

    def yes(self) -> None:
        self.h.whole(200, YES, JSON)

    def yes_and_hangs_up(self) -> None:
        """Answers whole, keeps the connection by its words, and closes it."""
        self.yes()
        self.h.close_connection = True

    def status_206(self) -> None:
        self.h.whole(206, TABLE % ROW, JSON)

    def max_rows(self) -> None:
        self.h.whole(200, TABLE % ROW, JSON, more={"X-SPARQL-MaxRows": "10000"})

    def sql_state(self) -> None:
        more = {"X-SQL-State": "S1TAT", "X-SQL-Message": "RC...: Returning incomplete results"}
        self.h.whole(200, TABLE % ROW, JSON, more=more)

    def silence(self) -> None:
        self.wait_for_the_end()

    def trickle(self) -> None:
        self.h.begin(JSON)
        while True:
            self.h.chunk(b" ")
            time.sleep(0.02)

    def trickled_headers(self) -> None:
        self.h.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.h.wfile.write(b"X-More: yes\r\n")
            self.h.wfile.flush()
            time.sleep(0.05)

    def endless_headers(self) -> None:
        self.h.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            self.h.wfile.write(b"X-More: " + b"y" * 1000 + b"\r\n")

    def endless_rows(self) -> None:
        self.h.begin(JSON)
        self.h.chunk((TABLE % ROW)[:-3])
        while True:
            self.h.chunk((b"," + ROW) * 1000)

    def endless_literal(self) -> None:
        self.h.begin(JSON)
        self.h.chunk((TABLE % ROW)[:-6])
        while True:
            self.h.chunk(b"y" * 100_000)

    def endless_graph(self) -> None:
        self.h.begin(NT)
        number = 0
        while True:
            lines = (b"<a:s> <a:p> <a:o%d> .\n" % n for n in range(number, number + 1000))
            self.h.chunk(b"".join(lines))
            number += 1000

    def endless_error(self) -> None:
        self.h.send_response(500)
        self.h.send_header("Transfer-Encoding", "chunked")
        self.h.end_headers()
        while True:
            self.h.chunk(b"y" * 100_000)

    def broken_json(self) -> None:
        self.h.whole(200, (TABLE % ROW)[:-2], JSON)

    def short(self) -> None:
        self.h.whole(200, TABLE % ROW, JSON, length=500)

    def short_graph(self) -> None:
        self.h.whole(200, TRIPLE, NT, length=500)

    def short_chunk(self) -> None:
        self.h.begin(NT)
        self.h.chunk(TRIPLE)
        self.h.close_connection = True

    def no_end(self) -> None:
        self.h.begin(NT, chunked=False)
        self.h.wfile.write(TRIPLE)

    def no_end_of_table(self) -> None:
        self.h.begin(JSON, chunked=False)
        self.h.wfile.write(TABLE % ROW)

    def cancelled_table(self) -> None:
        body = (TABLE % ROW)[:-3] + b"The SPARQL operation has been cancelled"
        self.h.whole(200, body, JSON)

    def cancelled_graph(self) -> None:
        self.h.whole(200, TRIPLE + b"##  Query cancelled due to timeout\n", NT)

    def words_after(self) -> None:
        self.h.whole(200, TABLE % ROW + b" and so on", JSON)

    def deep(self) -> None:
        self.h.whole(200, b"[" * 2_000_000, JSON)

    def html(self) -> None:
        self.h.whole(200, b"<html><body>Welcome</body></html>", "text/html")

    def table_for_ask(self) -> None:
        self.h.whole(200, TABLE % ROW, JSON)

    def refused(self) -> None:
        words = b"37000 Error SP030: no such thing\n\nSPARQL query:\ndefine secret"
        self.h.whole(400, words)

    def uncompiled(self) -> None:
        self.h.whole(500, b"Virtuoso 37000 Error SQ074: Line 3: Too many opened parentheses")

    def fails(self) -> None:
        self.h.whole(500, b"<html><body><p>A <b>null</b> pointer</p></body></html>", "text/html")

    def too_dear(self) -> None:
        words = b"42000 Error The estimated execution time 999 (sec) exceeds the limit of 400 (sec)"
        self.h.whole(500, words)

    def timed_out(self) -> None:
        self.h.whole(503, b"Query timed out")

    def busy(self) -> None:
        self.h.whole(429, b"later", more={"Retry-After": "7"})

    def forbidden(self) -> None:
        self.h.whole(403, b"go away")

    def moved(self) -> None:
        self.h.whole(302, b"", more={"Location": self.h.endpoint.url + "?elsewhere=1"})

    def hangs_up(self) -> None:
        self.h.close_connection = True

    def blank_nodes(self) -> None:
        rows = b",".join(
            b'{"x":{"type":"bnode","value":"%s"}}' % name for name in (b"t9", b"q1", b"t9")
        )
        self.h.whole(200, TABLE % rows, JSON)

    def typed(self) -> None:
        kind = b"http://www.w3.org/2001/XMLSchema#boolean"
        row = b'{"x":{"type":"typed-literal","datatype":"%s","value":"1"}}' % kind
        self.h.whole(200, TABLE % row, JSON)

    def xml(self) -> None:
        body = (
            b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
            b'<variable name="x"/></head><results><result><binding name="x"><uri>a:b</uri>'
            b"</binding></result></results></sparql>"
        )
        self.h.whole(200, body, "application/sparql-results+xml; charset=utf-8")

    def xml_and_words(self) -> None:
        body = (
            b'<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean>'
        )
        self.h.whole(200, body + b"</sparql> and so on", "application/sparql-results+xml")

    def turtle(self) -> None:
        self.h.whole(200, b"@prefix a: <a:> . a:s a:p a:o, _:x .", "text/turtle;charset=utf-8")

    def wait_for_the_end(self) -> None:
        while self.h.connection.recv(1):
            pass
        self.h.endpoint.gone.set()


@contextmanager
def serving(endpoint: Endpoint) -> Iterator[Endpoint]:
    """The endpoint on a free port of loopback, until the block ends."""
    endpoint.store.load(endpoint.quads.encode(), format=ox.RdfFormat.TRIG)
    kind: Callable[..., BaseHTTPRequestHandler] = type("Own", (Handler,), {"endpoint": endpoint})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/query"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
