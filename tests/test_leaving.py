"""A client that leaves: what was worked on for it ends, but for a write that is past ending."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from met_ari import calls
from met_ari.calls import Call
from met_ari.config import Settings
from met_ari.engine import wire
from met_ari.engine.connection import connect
from met_ari.engine.interface import Change, Question
from met_ari.engine.remote import RemoteEngine
from met_ari.engine.remote_conversation import Conversation
from met_ari.errors import WorkerLost
from tests import stores
from tests.scripted_endpoint import Endpoint, serving
from tests.stores import BASE, update

SETTINGS = Settings(query_seconds=20)
SOON = 3.0
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
ENDLESS = f"INSERT {{ <s> <q> ?n }} WHERE {{ {{ SELECT (COUNT(*) AS ?n) {{ {CROSS} }} }} }}"
MANY = "INSERT DATA { " + " ".join(f"<s{n}> <p> {n} ." for n in range(300)) + " }"


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


Working = tuple[Call, "Future[Any]"]


def worked_on(pool: ThreadPoolExecutor, act: Callable[[], Any]) -> Working:
    """Work for a client, and its call."""
    call = Call()

    def work() -> Any:
        with calls.during(call):
            return act()

    return call, pool.submit(work)


def leaves(working: Working, after: float = 0.5) -> None:
    """The client leaves; the work ends soon, and says why."""
    call, work = working
    time.sleep(after)
    assert not work.done()
    call.leave()
    with pytest.raises(WorkerLost, match="has gone"):
        work.result(SOON)
    assert call.ended


# The embedded engine


def test_a_client_that_leaves_during_an_update_lets_the_next_write_in(
    tmp_path: Path, pool: ThreadPoolExecutor
) -> None:
    with stores.opened(tmp_path, settings=replace(stores.SETTINGS, query_seconds=20)) as engine:
        update(engine, MANY)
        leaves(worked_on(pool, lambda: update(engine, ENDLESS)))
        began = time.monotonic()
        assert update(engine, "INSERT DATA { <s> <p> 1 }").added == 1
        assert time.monotonic() - began < SOON
        assert update(engine, "DELETE WHERE { ?s <q> ?o }").removed == 0


def test_whoever_left_before_the_write_began_writes_nothing(
    tmp_path: Path, pool: ThreadPoolExecutor
) -> None:
    with stores.opened(tmp_path) as engine:
        before = engine.revision
        call = Call()
        call.leave()
        with calls.during(call), pytest.raises(WorkerLost):
            update(engine, "INSERT DATA { <s> <p> 1 }")
        assert update(engine, "DELETE WHERE { ?s <p> ?o }").removed == 0
        assert engine.revision == before


@pytest.fixture
def process() -> Iterator["subprocess.Popen[bytes]"]:
    """Stands for a worker."""
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        yield process
        process.kill()


class Door:
    """Plays the writer: says what it is told to, and ends when its process is killed."""

    def __init__(self, place: Path, process: "subprocess.Popen[bytes]") -> None:
        self.address = str(place)
        self._process = process
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(self.address)
        self._listener.listen()
        self._opened = threading.Event()
        threading.Thread(target=self._open, daemon=True).start()

    def _open(self) -> None:
        self._connection, _ = self._listener.accept()
        pidfd, log = os.pidfd_open(self._process.pid), os.memfd_create("log")
        socket.send_fds(self._connection, [wire.record({"revision": "r1"})], [pidfd, log])
        os.close(pidfd)
        os.close(log)
        wire.Reader(self._connection).record()
        self._opened.set()
        self._process.wait()
        self._connection.close()

    def say(self, **record: Any) -> None:
        assert self._opened.wait(SOON)
        self._connection.sendall(wire.record(record))

    def close(self) -> None:
        self._listener.close()


def _change(door: Door) -> Any:
    with closing(connect(door.address, SOON)) as worker, calls.ends(worker.leave):
        return worker.change({}, [], SETTINGS)


def test_a_client_that_leaves_during_the_validation_ends_it(
    tmp_path: Path, process: "subprocess.Popen[bytes]", pool: ThreadPoolExecutor
) -> None:
    with closing(Door(tmp_path / "door", process)) as door:
        working = worked_on(pool, lambda: _change(door))
        door.say(phase="validate")
        leaves(working)
    assert process.wait(SOON) == -9


def test_a_write_that_is_made_durable_is_done_and_told_so_whoever_leaves(
    tmp_path: Path, process: "subprocess.Popen[bytes]", pool: ThreadPoolExecutor
) -> None:
    with closing(Door(tmp_path / "door", process)) as door:
        call, work = worked_on(pool, lambda: _change(door))
        door.say(phase="validate")
        door.say(phase="commit")
        time.sleep(0.3)
        call.leave()
        time.sleep(0.3)
        assert process.poll() is None
        assert not work.done()
        door.say(revision="r2")
        assert work.result(SOON) == {"revision": "r2"}
    assert not call.ended


# Another engine


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with serving(Endpoint("<x:a> { <a:s> <a:p> 1 }", server="Oxigraph/0.5")) as endpoint:
        yield endpoint


@pytest.fixture
def remote(endpoint: Endpoint) -> Iterator[RemoteEngine]:
    own = replace(SETTINGS, engine=endpoint.url, validate_writes=0, workers=1)
    with closing(RemoteEngine(own)) as engine:
        engine.look()
        yield engine


def test_a_client_that_leaves_cuts_its_question_to_another_engine(
    endpoint: Endpoint, remote: RemoteEngine, pool: ThreadPoolExecutor
) -> None:
    text = "SELECT (1 AS ?x) { BIND ('play:silence' AS ?play) }"
    question = Question(text, BASE, {"table": "csv"})
    endpoint.gone.clear()
    leaves(worked_on(pool, lambda: remote.ask(question)))
    assert endpoint.gone.wait(SOON), "the engine was left waiting"
    assert remote.ask(Question("ASK {}", BASE, {"boolean": "json"})).rows == 1


def test_a_client_that_leaves_cuts_its_write_to_another_engine_once_it_is_sent(
    endpoint: Endpoint, remote: RemoteEngine, pool: ThreadPoolExecutor
) -> None:
    endpoint.gone.clear()
    slow = Change("update", BASE, "INSERT DATA { <a:s> <a:p> 'play:silence' }")
    leaves(worked_on(pool, lambda: remote.change(slow)))
    assert endpoint.gone.wait(SOON), "the engine was left waiting"
    quick = Change("update", BASE, "INSERT DATA { GRAPH <x:new> { <a:s> <a:p> 2 } }")
    assert remote.change(quick).added == 1


def test_a_write_is_not_cut_while_it_goes_to_another_engine(
    process: "subprocess.Popen[bytes]", pool: ThreadPoolExecutor
) -> None:
    ours, theirs = socket.socketpair()
    log = os.memfd_create("log")
    talk = Conversation(ours, os.pidfd_open(process.pid), log, SETTINGS)

    def write() -> Any:
        with calls.ends(talk.leave):
            return talk.talk({"op": "update", "seconds": 20})

    with theirs, closing(talk):
        call, work = worked_on(pool, write)
        theirs.sendall(wire.record({"sends": True}))
        time.sleep(0.3)
        call.leave()
        time.sleep(0.3)
        assert process.poll() is None
        assert not work.done()
        theirs.sendall(wire.record({"sends": False}))
        assert process.wait(SOON) == -9
        theirs.close()
        with pytest.raises(WorkerLost, match="has gone"):
            work.result(SOON)
