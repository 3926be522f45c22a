"""Processes that speak with another engine: a small parent, and a worker for each conversation.

A worker reads the client's text and the engine's answer, so it may be sent anything: it has a limit
on its address space, and the kernel ends it at the deadline, in the middle of whatever it does.
That closes its connection to the engine. Unlike a worker over embedded data it has a network, but
evaluates nothing: no text of a client makes it call anywhere but the engine.

Run as `python -m met_ari.engine.remote_worker`; standard input is a Unix socket. The first record
over it says where the engine is; each byte after that brings the socket of a client and a file for
what a worker says when it dies, and a worker is forked. The parent ends with the process that
started it.
"""

import faulthandler
import gc
import os
import signal
import socket
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any, cast

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from ..errors import AriError, EngineFault, InputError, NotAcceptable, UnknownName
from ..formats import Kind, carrying
from . import (
    bodies,
    isolation,
    lexer,
    remote_dataset,
    remote_gate,
    remote_http,
    serialise,
    wire,
)
from .remote_connection import Access, prepare
from .remote_dataset import Dataset, Pairs
from .remote_dialects import LIMIT_WORDS
from .remote_http import Reply

PER_BYTE = 4
"""How much longer than our answer the engine's may be: JSON repeats every name in each row."""
TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
}
GRAPHS = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
}
ACCEPT: dict[Kind, str] = {
    "table": "application/sparql-results+json, application/sparql-results+xml;q=0.5",
    "boolean": "application/sparql-results+json, application/sparql-results+xml;q=0.5",
    "graph": "application/n-triples, text/turtle;q=0.5",
}
WHOLE_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_PIECE = 1 << 18
_BOOLEAN = NamedNode("http://www.w3.org/2001/XMLSchema#boolean")
_PLAIN_TRUTH = {"1": Literal("true", datatype=_BOOLEAN), "0": Literal("false", datatype=_BOOLEAN)}

Request = dict[str, Any]


class OverLimit(Exception):
    """A limit of the request was reached: `rows` or `bytes`."""


def main() -> None:
    """Fork a worker for each socket that arrives, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Ignored children are reaped by the kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    isolation.die_with_parent(os.getppid())
    with socket.socket(fileno=os.dup(0)) as control:
        setup = wire.Reader(control).record()
        access = Access(**setup["access"])
        prepare(access)
        # What exists now is never freed: the collector need not touch it, so it stays shared.
        gc.collect()
        gc.freeze()
        control.sendall(b"!")
        _fork_workers(control, access, setup["memory_mb"])


def _fork_workers(control: socket.socket, access: Access, memory_mb: int) -> None:
    parent = os.getpid()
    while True:
        said, descriptors, _, _ = socket.recv_fds(control, 1, 2, socket.MSG_CMSG_CLOEXEC)
        if not said:
            return
        descriptor, log = descriptors
        with socket.socket(fileno=descriptor) as connection:
            if os.fork() == 0:
                control.close()
                os.dup2(log, 2)
                _become_worker(connection, access, memory_mb, parent)
        os.close(log)


def _become_worker(connection: socket.socket, access: Access, memory_mb: int, parent: int) -> None:
    """Never returns: what follows a fork belongs to the parent."""
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        faulthandler.enable(2, all_threads=False)
        isolation.die_with_parent(parent)
        isolation.be_first_to_go()
        isolation.cap_memory(memory_mb)
        run(connection, access)
        code = 0
    except OSError:
        pass
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def run(connection: socket.socket, access: Access) -> None:
    """Serve one client, a request at a time, until it goes away."""
    reader = wire.Reader(connection)
    while True:
        try:
            request = reader.record()
            documents = [reader.document() for _ in request.get("documents", ())]
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        outcome = _contained(_Task(connection, access, request, documents).act)
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.sendall(wire.record(outcome))


def _contained(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What came of a request: its result, or why there is none."""
    try:
        return act()
    except AriError as error:
        return {
            "error": type(error).__name__,
            "detail": error.detail,
            "remedy": error.remedy,
            "extra": error.extra,
        }
    except OverLimit as limit:
        return {"limit": str(limit)}
    except MemoryError:
        return {"limit": "memory"}
    except RecursionError:
        return {"limit": "depth"}


class _Task:
    """One request and what is done about it."""

    def __init__(
        self,
        connection: socket.socket,
        access: Access,
        request: Request,
        documents: list[bytes],
    ) -> None:
        self.connection = connection
        self.access = access
        self.request = request
        self.documents = documents
        self.started = time.monotonic()
        self.output = _Output(connection, request.get("rows", 0), request.get("bytes", 0))
        known = request.get("dataset")
        self.dataset = Dataset(**known) if known else None

    def act(self) -> dict[str, Any]:
        acts = {
            "look": self.look,
            "ask": self.ask,
            "graph": self.graph,
            "update": self.update,
            "store": self.store,
        }
        return acts[self.request["op"]]()

    def holds(self) -> Dataset:
        """What the client knows of the engine."""
        if self.dataset is None:
            raise EngineFault("It is not known what the engine behind this service holds.")
        return self.dataset

    # Reading

    def look(self) -> dict[str, Any]:
        rows, known = self.request["rows"], self.request.get("known")
        return {"dataset": remote_dataset.look(self.access, rows, known).as_record()}

    def ask(self) -> dict[str, Any]:
        """Gate, send, read, serialise."""
        request = self.request
        query = remote_gate.admit(request["text"], request["base"])
        kind, plan = query.plan.kind, query.plan
        if kind is None:
            raise InputError("The form of this query can't be told.")
        _must_accept(request["formats"], kind)
        order = lexer.variables(plan.text) if plan.all_variables else None
        default, named = plan.default_graphs, plan.named_graphs
        if request["default"] or request["named"]:
            default, named = tuple(request["default"]), tuple(request["named"])
        rows = self.answer(query.text, self.pairs(default, named), kind, order)
        form = request["formats"][kind]
        return {"kind": kind, "format": form, "rows": rows, "volatile": plan.volatile}

    def pairs(self, default: tuple[str, ...] | None, named: tuple[str, ...] | None) -> Pairs:
        """The dataset of the protocol, else of the query, else the default."""
        if default is None and named is None:
            return self.holds().default(self.request["default_graph"])
        return self.holds().choose(default, named)

    def graph(self) -> dict[str, Any]:
        """One whole graph."""
        name, form = self.request["graph"], self.request["format"]
        if name is None:
            pairs = self.holds().default("strict")
        elif name in self.holds().graphs:
            pairs = self.holds().choose([name], None)
        else:
            raise UnknownName(f"There is no graph <{name}> here.")
        self.request["formats"] = {"graph": form}
        rows = self.answer(WHOLE_GRAPH, pairs, "graph", None)
        return {"kind": "graph", "format": form, "rows": rows, "volatile": False}

    def answer(self, text: str, pairs: Pairs, kind: Kind, order: list[str] | None) -> int:
        """Ask the engine, and write what it answers; gives the number of rows."""
        timeout = self.holds().ways.timeout(self.request["seconds"])
        most = self.request["bytes"] * PER_BYTE
        parameters = [*pairs, *timeout.items()]
        reply = remote_http.ask(self.access, text, parameters, ACCEPT[kind], most)
        try:
            rows = self.write(reply, kind, order)
            self.must_end(reply)
        except (OSError, SyntaxError, ValueError) as error:
            if isinstance(error, BrokenPipeError):
                raise
            fault = reply.body.fault
            raise fault or remote_http.broken(reply.body.tail, self.started) from None
        self.output.flush()
        return rows

    def write(self, reply: Reply, kind: Kind, order: list[str] | None) -> int:
        form = self.request["formats"][kind]
        if kind == "graph":
            return self.write_graph(reply, form)
        if reply.media_type not in TABLES:
            raise remote_http.no_answer(reply, ACCEPT[kind].partition(",")[0])
        found = parse_query_results(cast(IO[bytes], reply.body), format=TABLES[reply.media_type])
        if isinstance(found, QueryBoolean):
            if kind != "boolean":
                raise EngineFault("The engine behind this service answers yes or no to a SELECT.")
            self.output.write(serialise.boolean(bool(found), form))
            return 1
        if kind != "table":
            raise EngineFault("The engine behind this service answers with a table to an ASK.")
        rows: serialise.Solutions = _Plain(found)
        if order is not None:
            rows = serialise.InOrder(rows, order)
        return serialise.table(rows, form, self.output.write, self.output.count)

    def write_graph(self, reply: Reply, form: str) -> int:
        if reply.media_type not in GRAPHS:
            raise remote_http.no_answer(reply, ACCEPT["graph"].partition(",")[0])
        if not reply.delimited:
            raise EngineFault(
                "The engine behind this service ends its answer by closing the connection, so "
                "that a part of a graph would look like the whole."
            )
        quads = parse(cast(IO[bytes], reply.body), format=GRAPHS[reply.media_type])
        rows = serialise.graph(_triples(quads), form, self.output.write, self.output.count)
        cut = self.holds().cut
        if cut and rows >= cut:
            raise remote_http.rows_cut(cut)
        return rows

    def must_end(self, reply: Reply) -> None:
        """Nothing may follow; an engine that gives up may say so in words, or in a comment."""
        reply.body.drain()
        end = reply.body.tail.rstrip()
        last = end.rpartition(b"\n")[2].lstrip()
        if reply.media_type in GRAPHS:
            said = LIMIT_WORDS.search(last.decode("utf-8", "replace"))
            gave_up = last.startswith(b"#") and said is not None
        else:
            # A parser stops reading where the document ends.
            gave_up = not end.endswith((b"}", b">"))
        if gave_up:
            raise remote_http.broken(reply.body.tail, self.started)

    # Writing

    def update(self) -> dict[str, Any]:
        request = self.request
        text, using = remote_gate.admit_update(
            request["text"], request["base"], request["using"], request["using_named"]
        )
        self.holds().choose(None, sorted(using))
        access = remote_dataset.addressed(self.access, self.holds().ways)
        remote_http.update(access, text, _PIECE)
        return {"done": True}

    def store(self) -> dict[str, Any]:
        """Put, post or delete a graph; a document goes on as N-Triples of our own making."""
        request = self.request
        document = b""
        if request["kind"] != "delete":
            triples = [
                quad.triple
                for body, form in zip(self.documents, request["documents"], strict=True)
                for quad in bodies.read(body, form, request["base"])
            ]
            document = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
        access = remote_dataset.addressed(self.access, self.holds().ways)
        remote_http.store(access, request["kind"].upper(), request["graph"], document)
        return {"done": True}


def _triples(quads: Iterable[Quad]) -> Iterator[Triple]:
    for quad in quads:
        s, p, o, _ = quad
        yield Triple(s, p, _plain(o)) if isinstance(o, Literal) else quad.triple


def _plain(value: Any) -> Any:
    """A value as the embedded engine gives it: Virtuoso writes booleans as numbers."""
    if isinstance(value, Literal) and value.datatype == _BOOLEAN:
        return _PLAIN_TRUTH.get(value.value, value)
    return value


class _Plain:
    """The rows of a SELECT as the embedded engine gives them."""

    def __init__(self, solutions: QuerySolutions) -> None:
        self._solutions = solutions
        self.variables = solutions.variables

    def __iter__(self) -> Iterator[Iterable[Any]]:
        for solution in self._solutions:
            yield [_plain(value) for value in solution]


def _must_accept(formats: dict[str, str], kind: Kind) -> None:
    if kind not in formats:
        wanted = ", ".join(dict.fromkeys(formats.values())) or "that type"
        raise NotAcceptable(wanted, [item.name for item in carrying(kind)])


class _Output:
    """Sends a body in pieces and stops as soon as it is over a limit."""

    def __init__(self, connection: socket.socket, rows: int, size: int) -> None:
        self._connection = connection
        self._most_rows = rows
        self._most_bytes = size
        self._written = 0
        self._held = bytearray()

    def count(self, rows: int) -> None:
        if rows > self._most_rows:
            raise OverLimit("rows")

    def write(self, data: bytes) -> None:
        self._written += len(data)
        if self._written > self._most_bytes:
            raise OverLimit("bytes")
        self._held += data
        if len(self._held) >= _PIECE:
            self.flush()

    def flush(self) -> None:
        if self._held:
            self._connection.sendall(wire.frame(wire.CHUNK, bytes(self._held)))
            self._held.clear()


if __name__ == "__main__":
    main()
