"""One worker: answers queries over a socket, one at a time, until its client goes away.

It runs in a process of its own, forked by the nursery, that has a limit on its address space and
a timer that ends it. Whatever goes wrong in native code ends this process and nothing else.
"""

import faulthandler
import gc
import os
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples

from ..errors import InputError, UnknownGraph, UnknownName
from ..formats import Kind
from . import (
    explain,
    gate,
    isolation,
    lexer,
    modifiers,
    outcome,
    pinned,
    serialise,
    tables,
    wire,
)
from .disk import OnDisk
from .output import Output
from .pinned import PINNED
from .snapshot import Dataset, Snapshot

if TYPE_CHECKING:
    from .violations import Rules

Found = QuerySolutions | QueryBoolean | QueryTriples

GRACE_SECONDS = 0.5
"""How long after the deadline the kernel ends a worker that its client did not end."""

_WORN_SHARE = 8
"""A worker that keeps more than this part of its memory limit is not used again."""


@dataclass(frozen=True)
class Duty:
    """What every worker of a nursery has: the data and who watches over it.

    Args:
        memory_mb: MiB that it may take beyond the data.
        nursery: its process.
        writes: that made the data what it is.
        rules: what writes are held to, if they were loaded in advance.
    """

    data: Snapshot | OnDisk
    revision: str
    protection: str
    memory_mb: int
    nursery: int
    writes: int = 0
    rules: "Rules | None" = None


def run(connection: socket.socket, duty: Duty) -> None:
    """Be a worker until the client closes the connection; call it in a fresh process."""
    # Before the limit on memory, of which an open store takes much, and reads little into it.
    snapshot = duty.data.opened()
    begin(connection, duty)
    reader = wire.Reader(connection)
    with isolation.AddressSpace() as space:
        most = space.bytes() + duty.memory_mb * (1 << 20) // _WORN_SHARE
        fit = True
        while fit:
            try:
                request = reader.record()
            except (EOFError, OSError):
                return
            output = Output(connection, request["rows"], request["bytes"])
            told = _serve(snapshot, request, output)
            fit = told["fit"] = told.get("fit", True) and space.bytes() < most
            if "kind" not in told:
                output.drop()
            # With the last of the body: the client is woken once.
            output.end(wire.record(told))


def begin(connection: socket.socket, duty: Duty) -> None:
    """What every worker does first: tell who it is, and give up what it must not have."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    isolation.die_with_parent(duty.nursery)
    isolation.be_first_to_go()
    _introduce(connection, duty)
    isolation.cap_memory(duty.memory_mb)
    gc.disable()


def _introduce(connection: socket.socket, duty: Duty) -> None:
    """Tell the client what is served, and hand it the means to end this process and to see why it
    ended: a pidfd, and the file that standard error goes to."""
    log = os.memfd_create("worker-stderr")
    os.dup2(log, 2)
    faulthandler.enable(2, all_threads=False)
    hello = {
        "revision": duty.revision,
        "graphs": duty.data.graphs,
        "protection": duty.protection,
        "pid": os.getpid(),
    }
    process = os.pidfd_open(os.getpid())
    socket.send_fds(connection, [wire.record(hello)], [process, log])
    os.close(process)
    os.close(log)


def _serve(snapshot: Snapshot, request: dict[str, Any], output: Output) -> dict[str, Any]:
    act = _whole_graph if "graph" in request else _answer
    return contained(request["seconds"], partial(act, snapshot, request, output))


def contained(seconds: float, act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What came of something that strangers asked for: its result, or why there is none.

    Args:
        seconds: until the kernel ends this process, but for `GRACE_SECONDS`.
        act: gives a record.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
    try:
        return outcome.told(act)
    except RuntimeError as error:
        # The engine's own word for what it can't evaluate, such as a function it does not know.
        return outcome.refusal(InputError(f"The request can't be evaluated: {error}."))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(snapshot: Snapshot, request: dict[str, Any], output: Output) -> dict[str, Any]:
    """Gate, evaluate, serialise."""
    plan = gate.admit(request["text"], request["base"])
    formats = request["formats"]
    if plan.kind is not None:
        outcome.must_accept(formats, plan.kind)
    if PINNED in formats.values():
        pinned.must_be_citable(plan, request["base"])
    dataset = _choose(snapshot, request, plan)
    try:
        found = dataset.query(snapshot.store, plan.text, request["base"])
    except SyntaxError as error:
        raise explain.problem(plan.text, request["base"], error) from None
    except ValueError as error:
        raise InputError(f"The query can't be read: {error}.") from None
    if PINNED in formats.values():
        kind, rows = _write_pinned(found, plan, output)
        return {"kind": kind, "format": PINNED, "rows": rows, "volatile": False}
    wanted = request["digest"] and pinned.is_citable(plan, request["base"])
    beside = pinned.Beside(ordered=modifiers.orders(plan.text)) if wanted else None
    kind, rows = _write(found, plan, formats, output, beside)
    told = {"kind": kind, "format": formats[kind], "rows": rows, "volatile": plan.volatile}
    return told | ({"digest": beside.digest()} if beside is not None else {})


def _whole_graph(snapshot: Snapshot, request: dict[str, Any], output: Output) -> dict[str, Any]:
    name, form = request["graph"], request["format"]
    if name is not None and name not in snapshot.graphs:
        raise UnknownName(f"There is no graph <{name}> here.")
    rows = serialise.graph(snapshot.triples(name), form, output.write, output.count)
    return {"kind": "graph", "format": form, "rows": rows, "volatile": False}


def _choose(snapshot: Snapshot, request: dict[str, Any], plan: gate.Plan) -> Dataset:
    """The protocol's dataset, else the query's, else the default (SPARQL 1.1 Protocol, 2.1.4)."""
    default, named = plan.default_graphs, plan.named_graphs
    if request["default"] or request["named"]:
        default, named = tuple(request["default"]), tuple(request["named"])
    for name in (*(default or ()), *(named or ())):
        if name not in snapshot.graphs:
            raise UnknownGraph(name, list(snapshot.graphs))
    return snapshot.dataset(default, named)


def _write(
    found: Found,
    plan: gate.Plan,
    formats: dict[str, str],
    output: Output,
    beside: pinned.Beside | None,
) -> tuple[Kind, int]:
    """Evaluate as far as it is written: pyoxigraph computes rows when they are asked for."""
    if isinstance(found, QueryBoolean):
        if beside is not None:
            beside.boolean(bool(found))
        output.write(tables.boolean(bool(found), formats["boolean"]))
        return "boolean", 1
    if isinstance(found, QuerySolutions):
        rows = _in_order(found, plan)
        if beside is not None:
            rows = beside.rows(rows)
        return "table", tables.table(rows, formats["table"], output.write, output.count)
    triples = found if beside is None else beside.triples(found)
    return "graph", serialise.graph(triples, formats["graph"], output.write, output.count)


def _write_pinned(found: Found, plan: gate.Plan, output: Output) -> tuple[Kind, int]:
    """Evaluate into the form that a permalink pins."""
    kind: Kind = "graph"
    if isinstance(found, QueryBoolean):
        kind, (body, rows) = "boolean", (pinned.boolean(bool(found)), 1)
    elif isinstance(found, QuerySolutions):
        solutions = _in_order(found, plan)
        names = [variable.value for variable in solutions.variables]
        body, rows = pinned.table(names, solutions, ordered=modifiers.orders(plan.text))
        kind = "table"
    else:
        body, rows = pinned.graph(found)
    output.count(rows)
    output.write(body)
    return kind, rows


def _in_order(found: QuerySolutions, plan: gate.Plan) -> tables.Solutions:
    """The rows, those of `SELECT *` with their columns as the query names them."""
    if plan.all_variables:
        return tables.InOrder(found, lexer.variables(plan.text))
    return found
