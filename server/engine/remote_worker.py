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
import traceback
from functools import partial

from . import isolation, outcome, wire
from .remote_connection import Access, Kept, prepare
from .remote_task import WRITES, Task


def main() -> None:
    """Fork a worker for each socket that arrives, until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Ignored children are reaped by the kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    isolation.die_with_parent(os.getppid())
    with socket.socket(fileno=os.dup(0)) as control:
        setup = wire.Reader(control).record()
        access = Access(**setup["access"])
        kept = prepare(access)
        # What exists now is never freed: the collector need not touch it, so it stays shared.
        gc.collect()
        gc.freeze()
        control.sendall(b"!")
        _fork_workers(control, access, kept, setup["memory_mb"])


def _fork_workers(control: socket.socket, access: Access, kept: Kept, memory_mb: int) -> None:
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
                _become_worker(connection, access, kept, memory_mb, parent)
        os.close(log)


def _become_worker(
    connection: socket.socket, access: Access, kept: Kept, memory_mb: int, parent: int
) -> None:
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
        _introduce(connection)
        run(connection, access, kept)
        code = 0
    except OSError:
        pass
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def _introduce(connection: socket.socket) -> None:
    """Hand over the means to end this process."""
    process = os.pidfd_open(os.getpid())
    socket.send_fds(connection, [b"!"], [process])
    os.close(process)


def run(connection: socket.socket, access: Access, kept: Kept) -> None:
    """Serve one client, a request at a time, until it goes away."""
    reader = wire.Reader(connection)
    while True:
        try:
            request = reader.record()
            documents = [reader.document() for _ in request.get("documents", ())]
        except EOFError:
            return
        writes = request["op"] in WRITES
        kept.tell = partial(_tell_of_sending, connection) if writes else bool
        signal.setitimer(signal.ITIMER_REAL, request["seconds"])
        told = outcome.told(Task(connection, access, request, documents).act)
        signal.setitimer(signal.ITIMER_REAL, 0)
        connection.sendall(wire.record(told))


def _tell_of_sending(connection: socket.socket, sends: bool) -> None:
    connection.sendall(wire.record({"sends": sends}))


if __name__ == "__main__":
    main()
