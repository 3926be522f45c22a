"""The small parent of the workers: loads the data once, without a network, and forks.

It is a process of one thread, so that forking is safe; a fork shares the loaded data and takes
about a millisecond. It ends with the process that started it, however that ends.

Run as `python -m met_ari.engine.nursery`: listens on the Unix socket SOCKET, forks a worker for
each connection, and tells on standard output, in one line of JSON, that it is ready or why not.
With a live store it also lets in writers, one after the other, and is the only one that changes
the store.
"""

import argparse
import contextlib
import dataclasses
import gc
import hashlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import AriError, EnvironmentFault
from . import isolation, live, outcome, published, snapshot, wire, worker, writer
from .disk import OnDisk
from .ledger import Ledger
from .snapshot import Snapshot

if TYPE_CHECKING:
    from .examination import Rulebook
    from .violations import Rules

EXAMINATIONS_GIVE_WAY = 10
"""How much nicer (nice(2)) they are."""


def main() -> None:
    """Load, report, and serve until standard input or the parent process ends."""
    options = _options()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Ignored children are reaped by the kernel.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        service = _prepare(options)
    except (OSError, SyntaxError, MemoryError) as error:
        _say({"fault": f"{options.dataset}: {error}"})
        sys.exit(1)
    except AriError as error:
        _say({"fault": error.detail.rstrip("."), "remedy": error.remedy})
        sys.exit(1)
    _say({"pid": os.getpid(), "protection": service.duty.protection})
    if not service.run(options.parent):
        # A successor that reads the store again is started at the same address.
        sys.exit(1)
    with contextlib.suppress(OSError):
        # If the server was killed, nobody else does it.
        published.withdraw(options.socket)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="met_ari.engine.nursery")
    parser.add_argument("--socket", required=True)
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--revision", required=True)
    parser.add_argument("--digest", default="")
    parser.add_argument("--live-lock", type=int, default=-1)
    parser.add_argument("--default-graph", choices=("union", "strict"), required=True)
    parser.add_argument("--validate", type=int, default=0)
    parser.add_argument("--examine", type=int, default=0)
    parser.add_argument("--memory-statements", type=int, required=True)
    parser.add_argument("--memory-mb", type=int, required=True)
    parser.add_argument("--parent", type=int, required=True)
    return parser.parse_args()


def _prepare(options: argparse.Namespace) -> "_Service":
    """Listen and load, and give the network away before anything is read that strangers wrote.

    A dataset is opened first, as the right to open it may go with the network.
    """
    listener = _listen(options.socket)
    door: socket.socket | None = None
    ledger: Ledger | None = None
    data: Snapshot | OnDisk
    union = options.default_graph == "union"
    if options.live_lock >= 0:
        door = _listen(published.door(options.socket))
        protection = isolation.take_network_away()
        ledger = Ledger(Path(options.dataset), union=union, most=options.memory_statements)
        data, revision = ledger.data, ledger.revision
    else:
        with open(options.dataset, "rb") as source:
            protection = isolation.take_network_away()
            _must_have(source, options.digest)
            data, revision = snapshot.load(source, union=union), options.revision
    writes = ledger.writes if ledger else 0
    rules = _rules() if options.validate else None
    book = _rulebook() if options.examine else None
    duty = worker.Duty(data, revision, protection, options.memory_mb, os.getpid(), writes, rules)
    # What exists now is never freed: the collector need not touch it, so it stays shared.
    gc.collect()
    gc.freeze()
    return _Service(options, listener, duty, door, ledger, book)


def _must_have(source: BufferedReader, digest: str) -> None:
    """Refuse a file of other bytes; what is read afterwards is the file from its beginning.

    Args:
        digest: its SHA-256; empty: any.
    """
    if digest and hashlib.file_digest(source, "sha256").hexdigest() != digest:
        raise EnvironmentFault(
            f"{source.name} is not what was published.",
            remedy=f"The operator sees what changed with: ari verify {Path(source.name).parent}",
        )
    source.seek(0)


def _rules() -> "Rules":
    """Loaded before any fork, so that no writer pays for the validator."""
    from .violations import Rules

    return Rules()


def _rulebook() -> "Rulebook":
    """For examinations, which come after queries and writes when processors are short."""
    from .examination import Rulebook

    os.nice(EXAMINATIONS_GIVE_WAY)
    return Rulebook()


def _listen(path: str) -> socket.socket:
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(128)
    # A client that gives up between poll and accept must not stop the nursery.
    listener.setblocking(False)
    return listener


def _say(report: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(report) + "\n")
    sys.stdout.flush()


class _Service:
    """What the nursery does once it has loaded."""

    def __init__(
        self,
        options: argparse.Namespace,
        listener: socket.socket,
        duty: worker.Duty,
        door: socket.socket | None,
        ledger: Ledger | None,
        book: "Rulebook | None",
    ) -> None:
        self._address, self._lock = options.socket, options.live_lock
        self._listener, self._door, self._ledger = listener, door, ledger
        self._book = book
        self._writer: socket.socket | None = None
        self._watched = select.poll()
        self.duty = duty
        self._refresh()

    def run(self, parent: int) -> bool:
        """Until standard input or the parent ends; False: until memory and disk may differ."""
        self._watch(self._listener)
        if self._door is not None:
            self._watch(self._door)
        for end in (sys.stdin.fileno(), *_parent_watch(parent)):
            self._watched.register(end, select.POLLIN)
        while self._ledger is None or self._ledger.is_sound:
            acts = [self._act_for(source) for source, _ in self._watched.poll()]
            if None in acts:
                return True
            for act in acts:
                self._try(act)
        return False

    def _watch(self, source: socket.socket) -> None:
        self._watched.register(source.fileno(), select.POLLIN)

    def _act_for(self, source: int) -> Callable[[], None] | None:
        if self._writer is not None and source == self._writer.fileno():
            return self._settle
        if self._door is not None and source == self._door.fileno():
            return self._let_in
        return self._fork_worker if source == self._listener.fileno() else None

    def _try(self, act: Callable[[], None] | None) -> None:
        try:
            if act is not None:
                act()
        except BlockingIOError:
            return
        except OSError:
            # Out of processes or descriptors: clients see a closed connection and come again.
            time.sleep(0.05)

    def _fork_worker(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            if os.fork() == 0:
                self._become(connection, lambda: self._work(connection))

    def _work(self, connection: socket.socket) -> None:
        if self._book is None:
            worker.run(connection, self.duty)
            return
        from . import examination

        examination.run(connection, self.duty, self._book)

    # Writing

    def _let_in(self) -> None:
        """One writer at a time: the others wait at the door, in the order in which they came."""
        assert self._door is not None  # noqa: S101 - else there is nothing to be ready
        connection, _ = self._door.accept()
        with connection:
            ours, theirs = socket.socketpair()
            with theirs:
                if os.fork() == 0:
                    ours.close()
                    self._become(connection, lambda: writer.run(connection, self.duty, theirs))
            self._watched.unregister(self._door.fileno())
            self._writer = ours
            self._watch(ours)

    def _settle(self) -> None:
        """Commit what the writer hands over; without anything, it has ended."""
        assert self._writer is not None  # noqa: S101 - as above
        assert self._door is not None  # noqa: S101 - as above
        ours = self._writer
        try:
            data, descriptors, _, _ = socket.recv_fds(ours, 1, 1, socket.MSG_CMSG_CLOEXEC)
            if data and descriptors:
                with open(descriptors[0], "rb") as file:
                    answer = self._commit(
                        os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0)
                    )
                ours.sendall(wire.record(answer))
                return
        except OSError:
            # Killed while it waited: what is committed stays.
            pass
        self._watched.unregister(ours.fileno())
        ours.close()
        self._writer = None
        if self._ledger is not None:
            self._ledger.tidy()
        self._watch(self._door)

    def _commit(self, text: bytes) -> dict[str, Any]:
        assert self._ledger is not None  # noqa: S101 - as above
        try:
            self._ledger.commit(text)
        except OSError as error:
            fault = live.fault(error, self._ledger.folder)
            return outcome.refusal(fault)
        except (ValueError, SyntaxError) as error:
            return outcome.refusal(AriError(f"The change can't be kept: {error}."))
        self.duty = dataclasses.replace(
            self.duty,
            data=self._ledger.data,
            revision=self._ledger.revision,
            writes=self._ledger.writes,
        )
        self._refresh()
        return {}

    def _refresh(self) -> None:
        """Publish the present state. A nursery that can't must not go on: clients would take old
        workers for present ones."""
        try:
            published.publish(self._address, self.duty.revision, self.duty.data.graphs)
        except OSError as error:
            sys.exit(f"the revision can't be published: {error}")

    def _become(self, connection: socket.socket, work: Callable[[], None]) -> NoReturn:
        """Be a worker. Never returns: what follows a fork belongs to the nursery."""
        code = 1
        try:
            self._let_go()
            nothing = os.open(os.devnull, os.O_RDWR)
            os.dup2(nothing, 0)
            os.dup2(nothing, 1)
            work()
            code = 0
        except OSError:
            pass
        except MemoryError:
            os.write(2, b"MemoryError\n")
        finally:
            os._exit(code)

    def _let_go(self) -> None:
        """Close what only the nursery may hold: its sockets, the log and its lock."""
        for held in (self._listener, self._door, self._writer):
            if held is not None:
                held.close()
        if self._ledger is not None:
            self._ledger.let_go()
            os.close(self._lock)


def _parent_watch(parent: int) -> list[int]:
    """A descriptor that becomes readable when the parent ends; none on kernels without pidfds."""
    try:
        return [os.pidfd_open(parent)]
    except ProcessLookupError:
        sys.exit(0)
    except OSError:
        return []


if __name__ == "__main__":
    main()
