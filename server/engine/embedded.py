"""The embedded engine: pyoxigraph in worker processes that can be killed.

`Nursery` starts the small parent process that holds the data and keeps it alive. Any number of
processes can hold an `EmbeddedEngine` on its address; each keeps a few warm workers.
"""

import contextlib
import json
import logging
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .. import errors
from ..config import Settings
from ..errors import AriError, EnvironmentFault, LimitReached, TooBusy, TooComplex, WorkerLost
from . import wire
from .interface import Answer, Question

_log = logging.getLogger(__name__)

PATIENCE_SECONDS = 0.75
"""How long a question waits for a worker before the answer is TooBusy."""
RESTART_SECONDS = 5.0
"""How long a question waits for a nursery that is being restarted."""
_AT_ONCE_SECONDS = 0.5
_LONGEST_PATH = 107
_MEMORY_WORDS = ("memory allocation of", "capacity overflow", "bad_alloc", "MemoryError")
_STACK_WORDS = ("Segmentation fault", "overflowed its stack")
"""In what Rust, C++ and Python's fault handler say when a process ends in native code."""


class Nursery:
    """The process that holds a dataset in memory and forks workers.

    Args:
        dataset: a file in N-Quads; the same bytes give the same answers everywhere.
        revision: names the state of the data.
        settings: default graph and memory limit are taken from here.
    """

    def __init__(self, dataset: Path, revision: str, settings: Settings) -> None:
        self._dataset = dataset
        self._revision = revision
        self._settings = settings
        self._folder = _private_folder()
        self.address = str(self._folder / "engine")
        self.protection = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._keeper: threading.Thread | None = None

    def start(self) -> None:
        """Start the process and wait until the data is loaded; restart it whenever it dies.

        Raises:
            EnvironmentFault: it can't be started or the dataset can't be read.
        """
        try:
            self._launch()
        except BaseException:
            self.stop()
            raise
        self._keeper = threading.Thread(target=self._keep, name="nursery keeper", daemon=True)
        self._keeper.start()

    def stop(self) -> None:
        """End the process and its workers, and remove the socket. May be called twice."""
        self._stopping.set()
        self._end()
        if self._keeper is not None:
            self._keeper.join()
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> "Nursery":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._process.pid if self._process else None

    def _launch(self) -> None:
        process = subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._process = process
        report = _first_report(process)
        if "fault" in report:
            self._end()
            raise EnvironmentFault(f"The query engine can't start: {report['fault']}.")
        self.protection = report["protection"]

    def _command(self) -> list[str]:
        options = {
            "--socket": self.address,
            "--dataset": str(self._dataset),
            "--revision": self._revision,
            "--default-graph": self._settings.default_graph,
            "--memory-mb": str(self._settings.query_memory_mb),
            "--parent": str(os.getpid()),
        }
        module = f"{__package__}.nursery"
        return [sys.executable, "-P", "-m", module, *(x for pair in options.items() for x in pair)]

    def _keep(self) -> None:
        """Restart the process when it dies, at once the first time and ever later after that."""
        pause = 0.05
        while self._process is not None and not self._stopping.is_set():
            started = time.monotonic()
            status = self._process.wait()
            if self._stopping.is_set():
                return
            pause = 0.05 if time.monotonic() - started > 60 else min(pause * 2, 5.0)
            _log.error("the query engine ended (status %s) and is restarted", status)
            self._stopping.wait(pause)
            self._relaunch()

    def _relaunch(self) -> None:
        if self._stopping.is_set():
            return
        self._end()
        try:
            self._launch()
        except (EnvironmentFault, OSError) as error:
            _log.error("the query engine did not start again: %s", error)

    def _end(self) -> None:
        process = self._process
        if process is None:
            return
        process.kill()
        process.wait()
        if process.stdin is not None:
            process.stdin.close()


def _first_report(process: subprocess.Popen[bytes]) -> dict[str, Any]:
    """What the nursery says once it is ready, or could not become so."""
    report: dict[str, Any] = {"fault": "it ended while it started"}
    if process.stdout is not None:
        with process.stdout as output:
            report = json.loads(output.readline() or json.dumps(report))
    return report


def _private_folder() -> Path:
    """A folder that only this user can enter, with a path short enough for a Unix socket."""
    for parent in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - mkdtemp makes it private
        if len(os.fsencode(parent)) < _LONGEST_PATH - 32:
            return Path(tempfile.mkdtemp(prefix="ari-", dir=parent))
    raise EnvironmentFault("There is no temporary folder with a short enough path.")


class EmbeddedEngine:
    """A client of a nursery; its methods may be called from many threads.

    Args:
        address: of the nursery.
        settings: limits of time, rows and bytes, and the number of workers.
        workers: at most so many at once; None: the setting.
    """

    def __init__(self, address: str, settings: Settings, *, workers: int | None = None) -> None:
        self._address = address
        self._settings = settings
        self._most = workers or settings.workers
        self._said: dict[str, Any] | None = None
        self._begin()

    def _begin(self) -> None:
        self._owner = os.getpid()
        self._turns = _Turns(self._most)
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._closed = False

    @property
    def revision(self) -> str:
        return str(self._hello()["revision"])

    @property
    def graphs(self) -> dict[str, int]:
        return dict(self._hello()["graphs"])

    @property
    def protection(self) -> str:
        """What keeps the workers from the network: `namespace`, `seccomp` or `none`."""
        return str(self._hello()["protection"])

    def ask(self, question: Question) -> Answer:
        """See `interface.Engine.ask`.

        Raises:
            TooComplex: the engine's stack did not suffice.
            WorkerLost: the worker was ended from outside.
        """
        request = _request(question, self._settings)
        started = time.monotonic()
        try:
            outcome, body = self._attempt(request)
        except WorkerLost:
            # A restart of the nursery takes idle workers with it: one more try finds a new one.
            if time.monotonic() - started > _AT_ONCE_SECONDS:
                raise
            outcome, body = self._attempt(request)
        if "kind" in outcome:
            return Answer(
                outcome["kind"], outcome["format"], body, outcome["rows"], outcome["volatile"]
            )
        raise _as_error(outcome, self._settings)

    def _attempt(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        with self._worker() as worker:
            return worker.ask(request, self._settings)

    def _hello(self) -> dict[str, Any]:
        """What the last worker said of itself: kept, as it must be known when none is free."""
        if self._said is None:
            with self._worker() as worker:
                self._said = worker.hello
        return self._said

    def close(self) -> None:
        """End this client's workers. May be called twice."""
        self._closed = True
        while not self._idle.empty():
            self._idle.get_nowait().close()

    @contextlib.contextmanager
    def _worker(self) -> Iterator["_Worker"]:
        """A worker for one question; it goes back if it may be used again."""
        if self._owner != os.getpid():
            # A fork of the web server must not speak over the connections of the first.
            self._begin()
        if not self._turns.take(PATIENCE_SECONDS):
            raise TooBusy
        try:
            worker = self._take()
            try:
                yield worker
            finally:
                if worker.fit and not self._closed:
                    self._idle.put(worker)
                else:
                    worker.close()
        finally:
            self._turns.give_back()

    def _take(self) -> "_Worker":
        """An idle worker that still lives, else a new one."""
        while True:
            try:
                worker = self._idle.get_nowait()
            except queue.Empty:
                return _connect(self._address)
            if worker.lives():
                return worker
            worker.close()


class _Turns:
    """So many turns at once, in the order in which they were asked for.

    A semaphore would not do: under load, a thread that gives a turn back takes it again before one
    that waits.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def take(self, seconds: float) -> bool:
        """Wait at most so long for a turn; whether there was one."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._lock:
            came_late = turn not in self._waiting
            if not came_late:
                self._waiting.remove(turn)
        return came_late

    def give_back(self) -> None:
        """Let the next have it."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1


def _request(question: Question, settings: Settings) -> dict[str, Any]:
    return {
        "text": question.text,
        "base": question.base_iri,
        "formats": question.formats,
        "default": question.default_graphs,
        "named": question.named_graphs,
        "seconds": settings.query_seconds,
        "rows": settings.max_rows,
        "bytes": settings.max_bytes,
    }


def _connect(address: str) -> "_Worker":
    """A new worker.

    Raises:
        WorkerLost: the nursery does not answer, or not in time.
    """
    until = time.monotonic() + RESTART_SECONDS
    pause = 0.01
    while True:
        try:
            return _Worker(address, until)
        except (OSError, EOFError) as error:
            if time.monotonic() + pause > until:
                raise WorkerLost("The query engine is being restarted.", 5) from error
        time.sleep(pause)
        pause = min(pause * 2, 0.25)


class _Worker:
    """A connection to one worker process, with the means to end it."""

    def __init__(self, address: str, until: float) -> None:
        self._process = self._log = -1
        self._socket = socket.socket(socket.AF_UNIX)
        try:
            self._socket.settimeout(max(0.05, until - time.monotonic()))
            self._socket.connect(address)
            data, descriptors, _, _ = socket.recv_fds(
                self._socket, 1 << 16, 2, socket.MSG_CMSG_CLOEXEC
            )
            if len(descriptors) != 2:
                raise EOFError("no worker")
            self._process, self._log = descriptors
            self._reader = wire.Reader(self._socket, data)
            self.hello = self._reader.record()
        except BaseException:
            self.close()
            raise
        self.fit = True

    def lives(self) -> bool:
        """Whether nothing has come from it, not even its end, since its last answer."""
        self._socket.setblocking(False)
        try:
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def ask(self, request: dict[str, Any], settings: Settings) -> tuple[dict[str, Any], bytes]:
        """The outcome of one request and its body.

        Raises:
            LimitReached, TooComplex, WorkerLost: the worker was ended.
        """
        self.fit = False
        until = time.monotonic() + settings.query_seconds
        body: list[bytes] = []
        try:
            self._send(request, until)
            outcome = self._receive(body, until)
        except TimeoutError:
            self.kill()
            raise _too_long(settings) from None
        except (OSError, EOFError):
            raise self._why_it_ended(until, settings) from None
        self.fit = outcome["fit"]
        return outcome, b"".join(body)

    def _send(self, request: dict[str, Any], until: float) -> None:
        self._socket.settimeout(max(0.001, until - time.monotonic()))
        self._socket.sendall(wire.record(request))

    def _receive(self, body: list[bytes], until: float) -> dict[str, Any]:
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            kind, payload = self._reader.frame()
            if kind == wire.RECORD:
                outcome: dict[str, Any] = json.loads(payload)
                return outcome
            body.append(payload)

    def _why_it_ended(self, until: float, settings: Settings) -> AriError:
        said = os.pread(self._log, 1 << 16, 0).decode(errors="replace")
        if any(words in said for words in _MEMORY_WORDS):
            return _too_much_memory(settings)
        if any(words in said for words in _STACK_WORDS):
            return _too_complex(settings)
        if time.monotonic() >= until:
            return _too_long(settings)
        _log.error("a query worker ended: %s", said.strip() or "killed from outside")
        return WorkerLost("The process that computed this answer ended before it was complete.")

    def kill(self) -> None:
        """End the process; the pidfd makes sure that it is no other."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._process, signal.SIGKILL)

    def close(self) -> None:
        """End the process, whatever it does, and give back what belongs to it here."""
        if self._process >= 0:
            self.kill()
        self._socket.close()
        for descriptor in (self._process, self._log):
            if descriptor >= 0:
                os.close(descriptor)
        self._process = self._log = -1


def _as_error(outcome: dict[str, Any], settings: Settings) -> AriError:
    if "error" in outcome:
        cls = getattr(errors, outcome["error"])
        return errors.rebuild(cls, outcome["detail"], outcome["remedy"], outcome["extra"])
    return _LIMITS[outcome["limit"]](settings)


def _too_long(settings: Settings) -> LimitReached:
    seconds = settings.query_seconds
    return LimitReached(
        "ARI_QUERY_SECONDS",
        seconds,
        "seconds",
        f"The query was stopped after {seconds:g} s.",
        "Make it smaller: name a subject, a graph or a type, join patterns by shared variables, "
        "or take a LIMIT in a sub-select; on your own server, raise ARI_QUERY_SECONDS.",
    )


def _too_much_memory(settings: Settings) -> LimitReached:
    return LimitReached(
        "ARI_QUERY_MEMORY_MB",
        settings.query_memory_mb,
        "MiB",
        f"The query needs more than {settings.query_memory_mb} MiB of memory.",
        "Sort, group, join or concatenate fewer rows; on your own server, raise "
        "ARI_QUERY_MEMORY_MB.",
    )


def _too_many_rows(settings: Settings) -> LimitReached:
    return LimitReached(
        "ARI_MAX_ROWS",
        settings.max_rows,
        "rows",
        f"The answer has more than {settings.max_rows} rows.",
        "Ask for a part with LIMIT and OFFSET (and ORDER BY), or aggregate; on your own server, "
        "raise ARI_MAX_ROWS.",
    )


def _too_many_bytes(settings: Settings) -> LimitReached:
    return LimitReached(
        "ARI_MAX_BYTES",
        settings.max_bytes,
        "bytes",
        f"The answer is larger than {settings.max_bytes} bytes.",
        "Select fewer columns or rows, or take CSV or TSV; on your own server, raise "
        "ARI_MAX_BYTES.",
    )


def _too_complex(_: Settings) -> TooComplex:
    return TooComplex(
        "The query is nested too deeply, or chains too many operators.",
        remedy="Write long lists as VALUES or IN, and nest less.",
    )


_LIMITS: dict[str, Callable[[Settings], AriError]] = {
    "rows": _too_many_rows,
    "bytes": _too_many_bytes,
    "memory": _too_much_memory,
    "depth": _too_complex,
}


@contextlib.contextmanager
def open_engine(
    dataset: Path, revision: str, settings: Settings, *, workers: int | None = None
) -> Iterator[EmbeddedEngine]:
    """An engine over a dataset for one process; all its processes end with the block.

    Raises:
        EnvironmentFault: the dataset can't be read or a process not be started.
    """
    with Nursery(dataset, revision, settings) as nursery:
        engine = EmbeddedEngine(nursery.address, settings, workers=workers)
        try:
            yield engine
        finally:
            engine.close()
