"""`ari serve` under write load, killed by signal 9 one process at a time, and what is left of it.

Every write puts three statements into two graphs. One that was acknowledged must be in each later
answer, and none may be there in part.
"""

import contextlib
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path

from met_ari.serving import usable_port
from tests import live
from tests.exchange import Reply, Site
from tests.hostile import Service, eventually, lives

TOKEN = "kills"  # noqa: S105 - of a service that is made to be killed
KINDS = ("server", "web", "worker", "nursery", "writer")
WRITERS = 4
PATIENCE_SECONDS = 30.0
"""Until a service that does not come back is given up."""
NAME = "urn:kills:"
STATEMENTS = 3
UPDATE = (
    "INSERT DATA {{ GRAPH <urn:kills:a> {{ <urn:kills:{0}> <urn:kills:part> 1, 2 }} "
    "GRAPH <urn:kills:b> {{ <urn:kills:{0}> <urn:kills:part> 3 }} }}"
)
COUNTS = (
    "SELECT ?s (COUNT(*) AS ?n) WHERE {{ {0} GRAPH ?g {{ ?s <urn:kills:part> ?o }} }} GROUP BY ?s"
)
RECENT = 100
"""Acknowledged writes that are asked for as soon as the service is back."""
UNAVAILABLE = (429, 500, 502, 503)
"""Statuses of a write whose process was killed: nobody was told that it is done."""


@dataclass
class Writes:
    """What was sent, and what was acknowledged."""

    tried: set[str] = field(default_factory=set)
    acknowledged: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    stop: threading.Event = field(default_factory=threading.Event)

    def go_on(self, site: Site, thread: int) -> None:
        """Write, again and again, each time something new; 0 counts connections that broke."""
        number = 0
        while not self.stop.is_set():
            number += 1
            name = f"{thread}-{number}"
            self.tried.add(name)
            status = 0
            with contextlib.suppress(OSError, HTTPException):
                status = site.form("/update", {"update": UPDATE.format(name)}).status
            if status == 200:
                self.acknowledged.append(name)
            elif status == 0:
                time.sleep(0.02)
            self.statuses[status] += 1


class Mortal:
    """A service at a fixed port that is started again when it is killed.

    Args:
        home: its home folder, with a build or without.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._port = usable_port("127.0.0.1", 0)
        self.site = Site(f"http://127.0.0.1:{self._port}/").with_token(TOKEN)
        self._process: subprocess.Popen[str] | None = None
        self._web = 0

    @property
    def service(self) -> Service:
        """The processes that run now."""
        assert self._process is not None
        return Service(self.site.address, self._process.pid)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Started; ended in peace after the block."""
        self.start()
        assert eventually(self.is_ready, PATIENCE_SECONDS), "the service does not become ready"
        self._web = len(self.service.web)
        try:
            yield
        finally:
            assert self._process is not None
            self._process.terminate()
            self._process.communicate(timeout=2 * live.SECONDS_TO_END)

    def start(self) -> None:
        """Start it, again while what was killed still holds the port or the store."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            options = ("--home", str(self._home), "--port", str(self._port), "--quiet")
            more = {"ARI_TOKEN": TOKEN, "ARI_MAX_ROWS": "1000000"}
            self._process = live.start(*options, **more)
            assert self._process.stdout is not None
            if self._process.stdout.readline().strip():
                return
            said = self._process.communicate()[1]
            assert time.monotonic() < end, said

    def kill(self, kind: str) -> float | None:
        """Kill one process of a kind, if there is one; when that was, on the monotonic clock."""
        pid = self._one(kind)
        if pid is None:
            return None
        family = [*self.service.lasting, *self.service.workers] if kind == "server" else []
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return None
        moment = time.monotonic()
        assert eventually(lambda: not _runs(pid)), "signal 9 did not end a process"
        if kind == "server":
            self._bury()
            self.start()
            assert eventually(lambda: not any(map(lives, family))), "a process outlives its server"
        return moment

    def _one(self, kind: str) -> int | None:
        service = self.service
        if kind == "server":
            return service.pid
        if kind == "writer":
            return _writer(service)
        found = {"web": service.web, "worker": service.workers, "nursery": service.nursery}[kind]
        return found[0] if found else None

    def _bury(self) -> None:
        assert self._process is not None
        self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def is_ready(self) -> bool:
        """Whether it says so itself, with all its processes."""
        reply = self._reply("/readyz")
        service = self.service
        return bool(
            reply and reply.status == 200 and service.nursery and len(service.web) >= self._web
        )

    def parts(self, names: list[str]) -> dict[str, int] | None:
        """How many statements each write has there; None while there is no answer.

        Args:
            names: writes to ask for; none: all that are there.
        """
        values = " ".join(f"<{NAME}{name}>" for name in names)
        query = COUNTS.format(f"VALUES ?s {{ {values} }}" if values else "")
        reply = self._reply("/sparql", query)
        if reply is None or reply.status != 200:
            return None
        rows = reply.json["results"]["bindings"]
        return {row["s"]["value"].removeprefix(NAME): int(row["n"]["value"]) for row in rows}

    def _reply(self, path: str, query: str = "") -> Reply | None:
        with contextlib.suppress(OSError, HTTPException):
            if query:
                return self.site.form(path, {"query": query, "format": "json"})
            return self.site.get(path)
        return None


def _runs(pid: int) -> bool:
    """Whether it lives; what waits for its parent to notice does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _writer(service: Service, seconds: float = 5.0) -> int | None:
    """The process that writes just now: the child of the nursery with two connections."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for pid in service.workers:
            if _connections(pid) == 2:
                return pid
    return None


def _connections(pid: int) -> int:
    found = 0
    with contextlib.suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError):
                found += os.readlink(entry.path).startswith("socket:")
    return found


@dataclass
class Findings:
    """What the kills did.

    Args:
        seconds: from each kill until the service was ready and its data were right, by kind.
        missed: kills for which no process of the kind was found.
        faults: what was not as it must be, in words.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    missed: int = 0
    faults: list[str] = field(default_factory=list)


def kill_all(home: Path, kills: int, seed: int) -> tuple[Writes, Findings]:
    """Kill so many processes, each kind as often as the others, at moments that a seed decides."""
    chance = random.Random(seed)  # noqa: S311 - moments to repeat, not a secret
    mortal, writes, found = Mortal(home), Writes(), Findings()
    with mortal.running(), ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(writes.go_on, mortal.site, thread) for thread in range(WRITERS)]
        try:
            for turn in range(kills):
                time.sleep(chance.uniform(0.05, 0.8))
                _kill_one(mortal, KINDS[turn % len(KINDS)], writes, found)
        finally:
            writes.stop.set()
        for writer in writers:
            writer.result()
        mortal.kill("server")
        _judge_all(mortal, writes, found)
    return writes, found


def _kill_one(mortal: Mortal, kind: str, writes: Writes, found: Findings) -> None:
    before = writes.acknowledged[-RECENT:]
    begin = mortal.kill(kind)
    if begin is None:
        found.missed += 1
        return
    end = begin + PATIENCE_SECONDS
    while time.monotonic() < end:
        there = mortal.parts(before) if before and mortal.is_ready() else None
        if there is not None:
            found.seconds[kind].append(time.monotonic() - begin)
            judge(f"after the end of a {kind}", set(before), there, found)
            return
        time.sleep(0.01)
    found.faults.append(f"after the end of a {kind} the service did not come back")


def judge(when: str, due: set[str], there: dict[str, int], found: Findings) -> None:
    """Note what is lost of the writes that are due, and which of those there is there in part."""
    lost = sorted(due - there.keys())
    half = sorted(name for name, parts in there.items() if parts != STATEMENTS)
    found.faults += [f"{when} the acknowledged write {name} is lost" for name in lost]
    found.faults += [f"{when} the write {name} is half there" for name in half]


def _judge_all(mortal: Mortal, writes: Writes, found: Findings) -> None:
    """Every write, after one more kill and start."""
    assert eventually(mortal.is_ready, PATIENCE_SECONDS), "the service does not become ready"
    there = mortal.parts([])
    if there is None:
        found.faults.append("at the end the writes could not be read")
        return
    judge("at the end", set(writes.acknowledged), there, found)
    found.faults += [f"{name} was never written" for name in sorted(there.keys() - writes.tried)]
    odd = writes.statuses.keys() - {0, 200, *UNAVAILABLE}
    found.faults += [f"a write was answered with {status}" for status in sorted(odd)]
