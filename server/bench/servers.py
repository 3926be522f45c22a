"""Servers under test: how each is loaded, started on loopback and ended."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ..errors import EnvironmentFault
from .client import Client
from .corpus import SIZES, Corpus

START_SECONDS = 300.0
END_SECONDS = 20.0
LOOPBACK = "127.0.0.1"
READY = "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1"
"""Answered by a server that is ready; not an ASK, to which Virtuoso may give a table."""


class Server(ABC):
    """A SPARQL server that can be installed on this machine.

    Attributes:
        name: for the report.
        kind: how it keeps the data, for the report.
        corpora: those that it takes.
        endpoint: path of its SPARQL endpoint.
    """

    name = ""
    kind = ""
    corpora: tuple[str, ...] = tuple(SIZES)
    endpoint = "/sparql"

    @abstractmethod
    def version(self) -> str:
        """What it says of itself."""

    def load(self, corpus: Corpus, place: Path) -> None:
        """Bring a corpus into a folder of its own; nothing to do for one that reads at start."""
        return

    @abstractmethod
    def command(self, corpus: Corpus, place: Path, port: int) -> list[str]:
        """What starts it in the foreground, on `LOOPBACK`."""

    def loaded(self, port: int, corpus: Corpus, place: Path) -> None:
        """What is left to do once it answers."""
        return


class Running:
    """A server that runs; `restart` frees it of a question that it still works on.

    Attributes:
        server: what runs.
        url: of its SPARQL endpoint.
        ready_seconds: from the corpus as a file to the first answer.
    """

    def __init__(self, server: Server, corpus: Corpus, place: Path) -> None:
        self.server = server
        self.url = ""
        self._corpus = corpus
        self._place = place
        self._process: subprocess.Popen[bytes] | None = None
        begin = time.perf_counter()
        place.mkdir(parents=True)
        server.load(corpus, place)
        try:
            self._start()
            server.loaded(self._port, corpus, place)
        except BaseException:
            self.end()
            raise
        self.ready_seconds = time.perf_counter() - begin

    def restart(self) -> None:
        """End it and start it on the same data."""
        self.end()
        self._start()

    def alive(self) -> bool:
        """Whether its process is still there."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Of its process; 0: it does not run."""
        return self._process.pid if self._process is not None else 0

    def end(self) -> None:
        """End the process and whatever it started."""
        if self._process is None:
            return
        for sign in (signal.SIGTERM, signal.SIGKILL):
            _signal(self._process, sign)
            try:
                self._process.wait(END_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        # Children that outlive their parent have its process group.
        _signal(self._process, signal.SIGKILL)
        self._process = None

    def _start(self) -> None:
        self._port = free_port()
        self.url = f"http://{LOOPBACK}:{self._port}{self.server.endpoint}"
        with (self._place / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - programs of the peers folder
                self.server.command(self._corpus, self._place, self._port),
                cwd=self._place,
                env=plain_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        said_last = b""
        while time.monotonic() < end and self.alive():
            with Client(self.url, cap=5) as client:
                reply = client.ask(READY)
            if reply.status == 200:
                return
            said_last = reply.body
            time.sleep(0.1)
        log = (self._place / "log").read_text(encoding="utf-8", errors="replace")[-600:]
        answer = said_last.decode(errors="replace")[:300]
        raise EnvironmentFault(f"{self.server.name} did not start: {log} {answer}")


@contextmanager
def running(server: Server, corpus: Corpus, place: Path) -> Iterator[Running]:
    """A server with a corpus, which ends with the block; its folder is removed.

    Raises:
        EnvironmentFault: it does not load the corpus, or does not start.
    """
    try:
        started = Running(server, corpus, place)
        try:
            yield started
        finally:
            started.end()
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _signal(process: "subprocess.Popen[bytes]", sign: signal.Signals) -> None:
    try:
        os.killpg(process.pid, sign)
    except ProcessLookupError:
        return


def free_port() -> int:
    """A port on loopback that nobody uses now."""
    with socket.create_server((LOOPBACK, 0)) as probe:
        return int(probe.getsockname()[1])


def plain_environment() -> Mapping[str, str]:
    """This process's environment without the service's settings: defaults are measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith("ARI_")}


def said(*command: str) -> str:
    """What a program prints."""
    done = subprocess.run(  # noqa: S603 - as above
        command, capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr


def version_in(text: str) -> str:
    """The first thing in a text that looks like a version."""
    found = re.search(r"\d+(\.\d+)+", text)
    return found[0] if found else "?"
