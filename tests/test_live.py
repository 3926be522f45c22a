"""The live store: durable, atomic, seen by every reader, the same on every server."""

import contextlib
import errno
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from met_ari.build.pipeline import BuildResult
from met_ari.engine import changes, embedded, keeper, ledger, live, patch, snapshot
from met_ari.engine.changes import Place
from met_ari.engine.embedded import EmbeddedEngine
from met_ari.engine.interface import Change
from met_ari.engine.keeper import Nursery
from met_ari.engine.ledger import Ledger
from met_ari.engine.patch import Transaction
from met_ari.errors import (
    AriError,
    EnvironmentFault,
    InputError,
    NotReady,
    TooBusy,
    UnknownGraph,
    WorkerLost,
)
from tests import live as serving
from tests import stores
from tests.stores import BASE, SETTINGS, opened, put, rows, update

QUADS = "".join(f'<{BASE}s{i}> <{BASE}p> "{i}" <{BASE}g{i % 3}> .\n' for i in range(30))


EVERYWHERE = "USING <g0> USING <g1> USING <g2>"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?q . ?r ?t ?u"


def line(number: int, graph: str = "g") -> bytes:
    return f'<{BASE}s> <{BASE}p> "{number}" <{BASE}{graph}> .\n'.encode()


def log_of(home: Path) -> Path:
    (found,) = (home / "live").glob("log-*.rdfp")
    return found


@contextlib.contextmanager
def ledgers(home: Path, quads: str = QUADS) -> Iterator[Callable[[], Ledger]]:
    """Opens the account of a live store in this process, again and again, without a server."""
    with live.opened(home, stores.build(home, quads)) as store, contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(held(Ledger(store.folder, union=True)))


@contextlib.contextmanager
def held(book: Ledger) -> Iterator[Ledger]:
    """An account whose files are open as long as the block lasts."""
    try:
        yield book
    finally:
        book.let_go()


def commit(book: Ledger, *added: bytes, removed: tuple[bytes, ...] = ()) -> None:
    book.commit(Transaction(book.revision, removed, tuple(sorted(added))).text())


class TestBeginning:
    def test_it_begins_as_the_build(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as engine:
            assert engine.revision == stores.build(tmp_path, QUADS).name
            assert engine.graphs == {f"{BASE}g{i}": 10 for i in range(3)}

    def test_a_newer_build_is_taken_as_long_as_nothing_is_written(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS):
            pass
        with opened(tmp_path, line(1).decode()) as engine:
            assert engine.graphs == {BASE + "g": 1}

    def test_writes_are_kept_when_there_is_a_newer_build(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as engine:
            revision = update(engine, "INSERT DATA { <s> <p> 1 }").revision
        newer = stores.build(tmp_path, line(1).decode())
        with live.opened(tmp_path, newer) as store:
            assert (store.build, store.writes) == (stores.build(tmp_path, QUADS).name, 1)
        with opened(tmp_path, line(1).decode()) as engine:
            assert engine.revision == revision

    def test_reset_takes_the_build_and_drops_the_writes(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as engine:
            update(engine, "INSERT DATA { <s> <p> 1 }")
        with opened(tmp_path, QUADS, reset=True) as engine:
            assert engine.revision == stores.build(tmp_path, QUADS).name
        assert len(list((tmp_path / "live").iterdir())) == 4

    def test_reset_helps_against_a_damaged_store(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as engine:
            update(engine, "INSERT DATA { <s> <p> 1 }")
        (tmp_path / "live" / live.STATE).write_text("{")
        with pytest.raises(EnvironmentFault, match="damaged"), opened(tmp_path, QUADS):
            pass
        with opened(tmp_path, QUADS, reset=True) as engine:
            assert rows(engine, "SELECT * { <s> <p> ?o }") == []

    def test_two_servers_on_one_folder_are_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live, "LOCK_SECONDS", 0.2)
        refused = pytest.raises(EnvironmentFault, match="Another server")
        with opened(tmp_path), refused, opened(tmp_path):
            pass
        with opened(tmp_path) as engine:
            assert engine.graphs == {}

    @pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
    def test_a_disk_that_can_not_be_written_is_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        real = os.open

        def refuse(path: Any, flags: int, *more: Any, **named: Any) -> int:
            if "live" in str(path) and flags & os.O_CREAT:
                raise OSError(number, os.strerror(number), str(path))
            return real(path, flags, *more, **named)

        place = stores.build(tmp_path)
        monkeypatch.setattr(os, "open", refuse)
        with pytest.raises(EnvironmentFault) as fault, live.opened(tmp_path, place):
            pass
        assert "ARI_HOME" in fault.value.remedy

    def test_a_base_whose_bytes_have_changed_is_not_served(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS):
            pass
        base = tmp_path / "live" / "base-0.nq"
        data = base.read_bytes()
        base.unlink()
        base.write_bytes(data.replace(b'"7"', b'"8"'))
        with pytest.raises(EnvironmentFault, match="bytes have changed"), opened(tmp_path, QUADS):
            pass


class TestCommand:
    """`ari serve` over a live store."""

    def test_a_second_server_is_told_so_and_reset_is_offered_after_writes(
        self, built: BuildResult, tmp_path: Path
    ) -> None:
        shutil.copytree(built.folder, tmp_path / "build" / built.folder.name)
        older = stores.build(tmp_path, QUADS)
        with ledgers(tmp_path) as ledger_of:
            commit(ledger_of(), line(1))
            second = serving.start("--home", str(tmp_path))
            assert "Another server holds" in second.communicate(timeout=60)[1]
            assert second.returncode == 3
        said = self.told(tmp_path)
        assert f"the build {older.name[:12]} and holds 1 writes" in said
        assert "--reset" in said
        assert "holds" not in self.told(tmp_path, "--reset")
        assert live.read_state(tmp_path / "live") == replace(
            live.read_state(tmp_path / "live"),  # type: ignore[type-var]
            build=built.folder.name,
            revision=built.folder.name,
        )

    def told(self, home: Path, *options: str) -> str:
        """What a server says from its start to its end."""
        server = serving.start("--home", str(home), *options)
        assert server.stdout is not None
        assert server.stdout.readline().startswith("http://")
        server.terminate()
        return server.communicate(timeout=30)[1]


class TestLog:
    """What a crash can leave, byte by byte."""

    @pytest.fixture
    def written(self, tmp_path: Path) -> tuple[Path, bytes, list[int]]:
        """A home with three writes, its log, and where each write ends."""
        ends = []
        with ledgers(tmp_path) as ledger_of:
            book = ledger_of()
            for number in range(3):
                commit(book, line(number), line(number + 10))
                ends.append(log_of(tmp_path).stat().st_size)
        return tmp_path, log_of(tmp_path).read_bytes(), ends

    def test_a_log_cut_short_anywhere_holds_the_writes_before(
        self, written: tuple[Path, bytes, list[int]]
    ) -> None:
        home, log, ends = written
        for size in range(ends[0], len(log)):
            log_of(home).write_bytes(log[:size])
            with ledgers(home) as ledger_of:
                book = ledger_of()
                assert book.writes == sum(end <= size for end in ends)
                commit(book, line(99))
            with ledgers(home) as ledger_of:
                assert ledger_of().data.graphs[BASE + "g"] == 2 * (book.writes - 1) + 1

    @pytest.mark.parametrize("fill", [b"\0", b"x", b"\n", b"TC .\n"])
    def test_a_tail_of_rubbish_is_dropped(
        self, written: tuple[Path, bytes, list[int]], fill: bytes
    ) -> None:
        home, log, ends = written
        for start in range(ends[1], len(log) - len(patch.END) - 1, 7):
            rubbish = (fill * 5000)[: len(log) - start + 50] if fill != b"TC .\n" else b"\n" + fill
            log_of(home).write_bytes(log[:start] + rubbish)
            with ledgers(home) as ledger_of:
                assert ledger_of().writes == 2

    def test_one_wrong_byte_in_the_last_write_drops_it(
        self, written: tuple[Path, bytes, list[int]]
    ) -> None:
        home, log, ends = written
        for place in range(ends[1], len(log) - len(patch.END) - 1):
            log_of(home).write_bytes(log[:place] + bytes([log[place] ^ 1]) + log[place + 1 :])
            with ledgers(home) as ledger_of:
                assert ledger_of().writes == 2

    def test_damage_before_whole_writes_is_told_and_nothing_is_dropped(
        self, written: tuple[Path, bytes, list[int]]
    ) -> None:
        home, log, ends = written
        damaged = log[: ends[0] + 200] + b"?" + log[ends[0] + 201 :]
        log_of(home).write_bytes(damaged)
        with (
            pytest.raises(EnvironmentFault, match=f"byte {ends[0]}") as fault,
            ledgers(home),
        ):
            pass
        assert "backup" in fault.value.remedy
        assert log_of(home).read_bytes() == damaged

    def test_the_log_is_rdf_patch(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as engine:
            update(
                engine, "DELETE DATA { GRAPH <g1> { <s1> <p> '1' } } ; INSERT DATA { <s> <p> [] }"
            )
            put(engine, BASE + "empty", "")
        text = log_of(tmp_path).read_text()
        first, second = (part.split("\n") for part in text.split("TC .\n")[:2])
        assert first[2:] == [
            "TX .",
            f'D <{BASE}s1> <{BASE}p> "1" <{BASE}g1> .',
            f"A <{BASE}s> <{BASE}p> _:w1x0 .",
            "",
        ]
        assert second[2:] == [f"H create <{BASE}empty> .", "TX .", ""]

    def test_the_revision_is_the_hash_of_the_old_one_and_the_rows(self) -> None:
        whole = Transaction("a", (line(1),), (line(2),))
        rowed = b"a\nD " + line(1) + b"A " + line(2)
        assert whole.revision == hashlib.sha256(rowed).hexdigest()
        assert list(patch.read(whole.text(), "a")) == [(whole, len(whole.text()))]
        assert list(patch.read(whole.text(), "b")) == []


class TestDurability:
    def test_a_write_is_synced_before_it_is_acknowledged_or_seen(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow = (
            "import os, time; real = os.fsync;"
            "os.fsync = lambda fd: (time.sleep(1), real(fd));"
            "from met_ari.engine import nursery; nursery.main()"
        )
        monkeypatch.setattr(embedded, "Nursery", patched(slow))
        monkeypatch.setattr(stores, "Nursery", patched(slow))
        with opened(tmp_path, QUADS) as engine, ThreadPoolExecutor(1) as pool:
            before = engine.revision
            started = time.monotonic()
            writing = pool.submit(update, engine, "INSERT DATA { <s> <p> 1 }")
            while not writing.done():
                if time.monotonic() - started < 0.9:
                    assert engine.revision == before
                time.sleep(0.02)
            assert time.monotonic() - started >= 1
            assert engine.revision == writing.result().revision

    def test_write_sync_apply_is_the_order(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        done: list[str] = []

        def note(owner: Any, name: str) -> None:
            real = getattr(owner, name)

            def noted(*args: Any) -> Any:
                done.append(name)
                return real(*args)

            monkeypatch.setattr(owner, name, noted)

        with ledgers(tmp_path) as ledger_of:
            book = ledger_of()
            note(os, "write")
            note(os, "fsync")
            note(snapshot.Snapshot, "apply")
            commit(book, line(1))
        assert done == ["write", "fsync", "apply"]

    def test_a_new_generation_is_synced_before_it_is_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        synced: set[str] = set()
        real = os.fsync

        def fsync(descriptor: int) -> None:
            synced.add(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
            real(descriptor)

        def rename(new: Path, target: Path) -> Path:
            assert synced >= {"base-1.nq", "log-1.rdfp", ".state.json", "live"}
            synced.clear()
            os.rename(new, target)
            return target

        with ledgers(tmp_path) as ledger_of:
            book = ledger_of()
            monkeypatch.setattr(ledger, "SMALLEST_COMPACTION", 10)
            monkeypatch.setattr(os, "fsync", fsync)
            monkeypatch.setattr(Path, "replace", rename)
            commit(book, *(line(n) for n in range(100)))
        assert synced == {"live"}
        assert log_of(tmp_path).name == "log-1.rdfp"

    def test_a_full_disk_refuses_the_write_and_the_next_one_passes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        flag = tmp_path / "full"
        full = textwrap.dedent(f"""
            import errno, os
            real = os.write
            def write(descriptor, data):
                if os.path.exists({str(flag)!r}) and len(data) > 20:
                    real(descriptor, bytes(data[:len(data) // 2]))
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return real(descriptor, data)
            os.write = write
            from met_ari.engine import nursery
            nursery.main()
        """)
        monkeypatch.setattr(stores, "Nursery", patched(full))
        with opened(tmp_path, QUADS) as engine:
            first = update(engine, "INSERT DATA { <s> <p> 1 }")
            flag.touch()
            with pytest.raises(EnvironmentFault, match="no space"):
                update(engine, "INSERT DATA { <s> <p> 2 }")
            assert engine.revision == first.revision
            assert log_of(tmp_path).read_bytes().count(b"TX") == 1
            flag.unlink()
            second = update(engine, "INSERT DATA { <s> <p> 3 }")
        with opened(tmp_path, QUADS) as engine:
            assert engine.revision == second.revision
            assert {row["o"] for row in rows(engine, "SELECT ?o { <s> <p> ?o }")} == {"1", "3"}

    def test_when_a_failed_write_can_not_be_undone_the_store_is_read_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        with ledgers(tmp_path) as ledger_of:
            book = ledger_of()
            with monkeypatch.context() as broken:
                broken.setattr(os, "fsync", fail)
                with pytest.raises(OSError, match="Input/output"):
                    commit(book, line(1))
            assert not book.is_sound
            again = ledger_of()
            assert again.is_sound
            assert again.revision == book.revision

    def test_a_server_whose_disk_fails_and_recovers_goes_on_with_the_acknowledged_writes(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        flag = tmp_path / "broken"
        broken = textwrap.dedent(f"""
            import errno, os
            def failing(real):
                def act(*args):
                    if os.path.exists({str(flag)!r}):
                        raise OSError(errno.EIO, os.strerror(errno.EIO))
                    return real(*args)
                return act
            os.fsync, os.ftruncate = failing(os.fsync), failing(os.ftruncate)
            from met_ari.engine import nursery
            nursery.main()
        """)
        monkeypatch.setattr(stores, "Nursery", patched(broken))
        with opened(tmp_path, QUADS) as engine:
            update(engine, "INSERT DATA { <s> <p> 1 }")
            flag.touch()
            with pytest.raises(EnvironmentFault, match="Input/output"):
                update(engine, "INSERT DATA { <s> <p> 2 }")
            flag.unlink()
            found = eventually(lambda: rows(engine, "SELECT ?o { <s> <p> ?o }"))
            assert {"o": "1"} in found
            after = eventually(lambda: update(engine, "INSERT DATA { <s> <p> 3 }"))
            assert engine.revision == after.revision

    @pytest.mark.parametrize("step", range(9))
    def test_a_compaction_that_fails_anywhere_loses_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
    ) -> None:
        """Every sync and rename of it is a moment at which a process may end."""
        moments = 0

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def act(*args: Any) -> Any:
                nonlocal moments
                moments += 1
                if moments == step + 2:
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                return real(*args)

            return act

        monkeypatch.setattr(ledger, "SMALLEST_COMPACTION", 10)
        with ledgers(tmp_path) as ledger_of:
            book = ledger_of()
            with monkeypatch.context() as failing:
                failing.setattr(os, "fsync", counted(os.fsync))
                failing.setattr(Path, "replace", counted(Path.replace))
                commit(book, *(line(n) for n in range(100)))
            assert book.data.graphs[BASE + "g"] == 100
            if not book.is_sound:
                # The nursery ends here, and its successor reads the store again.
                book = ledger_of()
            commit(book, line(1000))
            revision, order = book.revision, in_order(book)
        with ledgers(tmp_path) as ledger_of:
            book = ledger_of()
            assert (book.revision, in_order(book), book.writes) == (revision, order, 2)


Found = TypeVar("Found")


def eventually(act: Callable[[], Found]) -> Found:
    """What comes of an act once the engine is back."""
    until = time.monotonic() + 15
    while True:
        try:
            return act()
        except (WorkerLost, NotReady, TooBusy):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def in_order(book: Ledger) -> list[str]:
    """The data as the store goes over it, which decides the order of rows."""
    return [str(quad) for quad in book.data.store]


def patched(program: str) -> type[Nursery]:
    """A nursery that runs another program first."""

    class Patched(Nursery):
        def _command(self) -> list[str]:
            python, _, _, _, *options = super()._command()
            return [python, "-c", program, *options]

    return Patched


class TestReaders:
    def test_after_the_acknowledgement_every_new_read_sees_the_write(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as first:
            second = EmbeddedEngine(first._address, SETTINGS)
            with contextlib.closing(second):
                for number in range(20):
                    writer, reader = (first, second) if number % 2 else (second, first)
                    rows(reader, "SELECT * { <s> <p> ?o }")
                    changed = update(writer, f"INSERT DATA {{ <s> <p> {number} }}")
                    answer = stores.ask(reader, "SELECT * { <s> <q>|<p> ?o }")
                    assert (answer.rows, answer.revision) == (number + 1, changed.revision)
                    assert (reader.revision, reader.graphs) == (writer.revision, writer.graphs)

    def test_a_reader_that_runs_keeps_its_snapshot(self, tmp_path: Path) -> None:
        many = "".join(f"<{BASE}m{i}> <{BASE}q> <{BASE}m{i * 7 % 400}> .\n" for i in range(400))
        text = "SELECT (COUNT(*) AS ?n) { ?a <q> ?b . ?c <q> ?d . ?e <new> ?f FILTER(?a != ?d) }"
        with opened(tmp_path, many + f"<{BASE}x> <{BASE}new> <{BASE}y> .\n") as engine:
            old, expected = engine.revision, rows(engine, text)
            with ThreadPoolExecutor(1) as pool:
                started = time.monotonic()
                running = pool.submit(stores.ask, engine, text.replace("?d)", "?d && ?b != <zz>)"))
                time.sleep(0.05)
                new = update(engine, "INSERT DATA { <x2> <new> <y2> }").revision
                assert rows(engine, "SELECT * { ?e <new> ?f }")[0]
                answer = running.result()
                assert time.monotonic() > started
            assert answer.revision == old != new
            (count,) = json.loads(answer.body)["results"]["bindings"]
            assert count["n"]["value"] == expected[0]["n"]

    def test_the_merge_stays_a_set(self, tmp_path: Path) -> None:
        count = "SELECT (COUNT(*) AS ?n) { <s> <p> ?o }"
        with opened(tmp_path) as engine:
            update(
                engine,
                "INSERT DATA { <s> <p> 1 . GRAPH <a> { <s> <p> 1 } GRAPH <b> { <s> <p> 1 } }",
            )
            for graph in ("GRAPH <a> { <s> <p> 1 }", "<s> <p> 1"):
                assert rows(engine, count)[0]["n"] == "1"
                update(engine, f"DELETE DATA {{ {graph} }}")
            assert rows(engine, count)[0]["n"] == "1"
            update(engine, "DELETE DATA { GRAPH <b> { <s> <p> 1 } }")
            assert rows(engine, count)[0]["n"] == "0"

    def test_an_emptied_graph_exists_until_it_is_dropped(self, tmp_path: Path) -> None:
        """As in a store that records empty graphs (SPARQL 1.1 Update, 3.2); PUT may make one."""
        with opened(tmp_path, QUADS) as engine:
            update(engine, "CLEAR GRAPH <g0> ; DROP GRAPH <g1> ; CREATE GRAPH <g9>")
            expected = {BASE + "g0": 0, BASE + "g2": 10, BASE + "g9": 0}
            assert engine.graphs == expected
            assert rows(engine, "SELECT * FROM <g9> { ?s ?p ?o }") == []
            with pytest.raises(UnknownGraph):
                rows(engine, "SELECT * FROM <g1> { ?s ?p ?o }")
        with opened(tmp_path, QUADS) as engine:
            assert engine.graphs == expected

    def test_what_is_published_costs_no_worker(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as engine:
            started = time.perf_counter()
            for _ in range(1000):
                assert engine.revision
            assert (time.perf_counter() - started) < 0.5
            assert not engine._idle


class TestQueue:
    def test_many_writers_are_all_served(self, tmp_path: Path) -> None:
        with opened(tmp_path) as engine:
            other = EmbeddedEngine(engine._address, SETTINGS)
            with contextlib.closing(other), ThreadPoolExecutor(16) as pool:
                work = [
                    pool.submit(update, (engine, other)[n % 2], f"INSERT DATA {{ <s> <p> {n} }}")
                    for n in range(48)
                ]
                revisions = {done.result().revision for done in work}
            assert len(revisions) == 48
            assert len(rows(engine, "SELECT * { <s> <p> ?o }")) == 48

    def test_a_writer_that_waits_too_long_is_told_to_come_again(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedded, "WRITER_PATIENCE_SECONDS", 0.3)
        slow = replace(SETTINGS, query_seconds=2)
        long = (
            f"INSERT {{ <s> <q> ?n }} {EVERYWHERE} WHERE {{ {{ SELECT (COUNT(*) AS ?n) "
            f"{{ {CROSS} }} }} }}"
        )
        with opened(tmp_path, QUADS, slow) as engine, ThreadPoolExecutor(1) as pool:
            first = pool.submit(update, engine, long)
            time.sleep(0.3)
            started = time.monotonic()
            with pytest.raises(TooBusy):
                update(engine, "INSERT DATA { <s> <p> 1 }")
            assert time.monotonic() - started < 1
            # Readers do not wait for writers.
            assert len(rows(engine, "SELECT * { <s1> ?p ?o }")) == 1
            with pytest.raises(AriError):
                first.result()
            assert update(engine, "INSERT DATA { <s> <p> 1 }").added == 1


class TestEqualHistories:
    """Two servers, the same build, the same writes: the same revision and the same bytes."""

    WRITES = (
        "INSERT DATA { <s> <p> 1, 2 . "
        "GRAPH <new> { _:x <p> _:y . _:y <p> _:x . [] <q> [ <r> 1 ] } }",
        "DELETE WHERE { GRAPH <g1> { ?s ?p '1' } }",
        "INSERT { GRAPH ?g { ?s <copied> [ <of> ?o ] } } WHERE { GRAPH ?g { ?s <p> ?o } }",
        "INSERT DATA { GRAPH <g1> { <s1> <p> '1' } }",
        "COPY <new> TO <g2> ; DROP GRAPH <g0>",
        "INSERT { ?x <seen> 1 } WHERE { GRAPH <g2> { ?x <p> ?y } }",
    )
    QUESTIONS = (
        "SELECT * { ?s ?p ?o }",
        "SELECT ?g (SAMPLE(?o) AS ?one) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
        "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }",
    )

    def history(self, home: Path, restart: bool) -> tuple[list[str], list[bytes]]:
        revisions = []
        with contextlib.ExitStack() as stack:
            engine = stack.enter_context(opened(home, QUADS))
            for text in self.WRITES:
                if restart:
                    stack.close()
                    engine = stack.enter_context(opened(home, QUADS))
                revisions.append(update(engine, text).revision)
            bodies = [stores.ask(engine, text).body for text in self.QUESTIONS]
            bodies += [engine.graph(name, "ttl").body for name in engine.graphs]
        return revisions, bodies

    def test_equal_history_is_equal_revision_and_equal_bytes(self, tmp_path: Path) -> None:
        first = self.history(tmp_path / "a", restart=False)
        assert len(set(first[0])) == len(self.WRITES)
        assert self.history(tmp_path / "b", restart=False) == first
        assert self.history(tmp_path / "c", restart=True) == first

    def test_and_so_it_is_across_compactions(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ledger, "SMALLEST_COMPACTION", 400)
        texts = [Transaction("", (), (line(n), line(-n, "h"))) for n in range(1, 60)]
        orders = []
        for home, restart in ((tmp_path / "a", 1000), (tmp_path / "b", 7)):
            with ledgers(home, line(0).decode()) as ledger_of:
                book = ledger_of()
                for number, text in enumerate(texts):
                    if number % restart == restart - 1:
                        book = ledger_of()
                    commit(book, *text.added)
                assert book.writes == len(texts)
                orders.append((book.revision, in_order(book), log_of(home).read_bytes()))
        assert orders[0] == orders[1]

    def test_where_the_data_differ_the_revisions_do(self, tmp_path: Path) -> None:
        text = "INSERT { <s> <p> ?u } WHERE { BIND(STRUUID() AS ?u) }"
        revisions = set()
        for name in ("a", "b"):
            with opened(tmp_path / name, QUADS) as engine:
                revisions.add(update(engine, text).revision)
        assert len(revisions) == 2

    def test_a_write_that_changes_nothing_keeps_the_revision(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as engine:
            before = engine.revision
            for text in (
                "DELETE DATA { <s> <p> 1 }",
                "INSERT DATA { GRAPH <g1> { <s1> <p> '1' } }",
            ):
                changed = update(engine, text)
                assert (changed.revision, changed.added, changed.removed) == (before, 0, 0)
            assert log_of(tmp_path).read_bytes() == b""


SERVER = """
import sys, time
from pathlib import Path
from met_ari.engine import live
from met_ari.engine.keeper import Nursery
from tests import live as serving
from tests import stores
home = Path(sys.argv[1])
place = stores.build(home)
with live.opened(home, place) as store, Nursery(place, "", stores.SETTINGS, live=store) as nursery:
    print(nursery.address, nursery.pid, flush=True)
    time.sleep(600)
"""


def writer_of(engine: EmbeddedEngine) -> int:
    """The process that writes just now: the one child of the nursery."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError):
            if engine._address.encode() in (folder / "cmdline").read_bytes():
                (child,) = (folder / "task" / folder.name / "children").read_text().split()
                return int(child)
    raise AssertionError("no process of that address")


class Killed:
    """A server that is killed and started again while threads write to it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.engine: EmbeddedEngine | None = None
        self.acknowledged: set[str] = set()
        self.tried: set[str] = set()
        self.stop = threading.Event()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(self.home)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parent.parent,
        )
        assert self.process.stdout is not None
        address, self.nursery = self.process.stdout.readline().split()
        self.engine = EmbeddedEngine(address, SETTINGS)

    def kill(self, what: str) -> None:
        """Kill a process with signal 9; whatever ends with the server is started again."""
        assert self.process is not None
        if what == "server":
            self.process.kill()
            self.restart()
        elif what == "nursery":
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.children(self.process.pid)[0], signal.SIGKILL)
        else:
            for worker in self.children(self.children(self.process.pid)[0])[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGKILL)

    def children(self, pid: int) -> list[int]:
        with contextlib.suppress(OSError):
            text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
            return [int(child) for child in text.split()] or [2**22]
        return [2**22]

    def restart(self) -> None:
        assert self.process is not None
        assert self.engine is not None
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.engine.close()
        self.start()

    def write(self, thread: int) -> None:
        """Write three statements at once, again and again, and note what is acknowledged."""
        number = 0
        while not self.stop.is_set():
            number += 1
            name = f"{thread}-{number}"
            self.tried.add(name)
            statements = " ".join(f"<{name}> <part> {part} ." for part in range(3))
            with contextlib.suppress(AriError):
                assert self.engine is not None
                update(self.engine, f"INSERT DATA {{ GRAPH <g{thread}> {{ {statements} }} }}")
                self.acknowledged.add(name)


class TestKills:
    ROUNDS = 25

    def test_every_acknowledged_write_survives_and_none_is_half_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedded, "WRITER_PATIENCE_SECONDS", 0.5)
        chance = random.Random(3)  # noqa: S311 - for tests
        server = Killed(tmp_path)
        server.start()
        with ThreadPoolExecutor(3) as pool:
            writers = [pool.submit(server.write, thread) for thread in range(3)]
            try:
                for turn in range(self.ROUNDS):
                    time.sleep(chance.uniform(0.05, 0.5))
                    server.kill(("worker", "nursery", "server")[turn % 3])
                time.sleep(0.5)
            finally:
                server.stop.set()
            for writer in writers:
                writer.result()
        server.kill("server")
        assert server.engine is not None
        found = rows(
            server.engine, "SELECT ?s (COUNT(*) AS ?n) { GRAPH ?g { ?s <part> ?o } } GROUP BY ?s"
        )
        counts = {row["s"].removeprefix(BASE): int(row["n"]) for row in found}
        assert set(counts.values()) == {3}
        assert server.acknowledged <= counts.keys() <= server.tried
        assert len(server.acknowledged) > self.ROUNDS
        assert server.process is not None
        server.process.kill()
        server.restart()
        server.process.kill()
        server.process.communicate()
        server.engine.close()

    def test_a_server_is_back_soon(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS) as engine:
            for number in range(50):
                update(engine, f"INSERT DATA {{ <s> <p> {number} }}")
        started = time.monotonic()
        with opened(tmp_path, QUADS) as engine:
            assert len(rows(engine, "SELECT * { <s> <p> ?o }")) == 50
        assert time.monotonic() - started < 5

    def test_only_a_server_that_dies_as_it_starts_has_to_wait(self) -> None:
        pauses = [0.05]
        for lived in (3.0, 0.1, 0.1, 0.1, 3.0):
            pauses.append(keeper.pause_before_restart(pauses[-1], lived))
        assert pauses == [0.05, 0.05, 0.1, 0.2, 0.4, 0.05]
        assert keeper.pause_before_restart(4.0, 0.1) == keeper.LONGEST_PAUSE

    def test_a_writer_killed_at_work_leaves_the_door_open(self, tmp_path: Path) -> None:
        long = f"INSERT {{ ?a ?b 1 }} {EVERYWHERE} WHERE {{ {CROSS} }}"
        with opened(tmp_path, QUADS) as engine, ThreadPoolExecutor(1) as pool:
            writing = pool.submit(update, engine, long)
            time.sleep(0.4)
            os.kill(writer_of(engine), signal.SIGKILL)
            with pytest.raises(WorkerLost):
                writing.result()
            assert update(engine, "INSERT DATA { <s> <p> 1 }").added == 1


NAMES = st.sampled_from(["<a>", "<b>", "<c>"])
GRAPHS = st.sampled_from(["<g>", "<h>", "<k>"])
VALUES = st.one_of(NAMES, st.sampled_from(["1", "'x'@en", "'y'"]))
TRIPLES = st.builds("{} {} {} .".format, NAMES, NAMES, VALUES)
PLACED = st.one_of(TRIPLES, st.builds("GRAPH {} {{ {} }}".format, GRAPHS, TRIPLES))
DATA = st.lists(PLACED, min_size=1, max_size=4).map(" ".join)
ENDS = st.one_of(st.just("DEFAULT"), GRAPHS)
WHOLES = st.one_of(st.sampled_from(["DEFAULT", "NAMED", "ALL"]), GRAPHS.map("GRAPH {}".format))
OPERATIONS = st.one_of(
    st.builds("INSERT DATA {{ {} }}".format, DATA),
    st.builds("DELETE DATA {{ {} }}".format, DATA),
    st.builds(
        "WITH {} DELETE {{ ?s ?p ?o }} INSERT {{ ?o ?p ?s }} WHERE {{ ?s ?p ?o }}".format, GRAPHS
    ),
    st.builds("INSERT {{ GRAPH {} {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}".format, GRAPHS),
    st.builds("INSERT {{ ?s ?p ?o }} WHERE {{ GRAPH ?g {{ ?s ?p ?o . ?s {} ?x }} }}".format, NAMES),
    st.builds("DELETE WHERE {{ GRAPH ?g {{ {} ?p ?o }} }}".format, NAMES),
    st.builds("DELETE WHERE {{ ?s {} ?o }}".format, NAMES),
    st.builds("{} SILENT {}".format, st.sampled_from(["CLEAR", "DROP"]), WHOLES),
    st.builds("CREATE SILENT GRAPH {}".format, GRAPHS),
    st.builds("{} {} TO {}".format, st.sampled_from(["ADD", "COPY", "MOVE"]), ENDS, ENDS),
    st.builds(
        "DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} INSERT {{ GRAPH {} {{ ?s ?p ?o }} ?o ?p ?s ; ?s 7 }}"
        " WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}".format, GRAPHS,
    ),
    st.builds(
        "DELETE {{ ?s ?p ?o }} INSERT {{ ?s ?p {} }} USING {} USING {} WHERE {{ ?s ?p ?o }}".format,
        NAMES, GRAPHS, GRAPHS,
    ),
    st.builds(
        "WITH {} DELETE {{ ?s ?p ?o }} INSERT {{ GRAPH ?g {{ ?s ?p ?o }} }} USING NAMED {} USING {}"
        " WHERE {{ GRAPH ?g {{ ?s ?p ?o }} ?s ?q ?x }}".format, GRAPHS, GRAPHS, GRAPHS,
    ),
    st.just(
        "INSERT { ?s ?p '007'^^<http://www.w3.org/2001/XMLSchema#byte> , ?n }"
        " WHERE { ?s ?p ?o BIND(6 + 1 AS ?n) }"
    ),
)  # fmt: skip
UPDATES = st.lists(OPERATIONS, min_size=1, max_size=3).map(" ;\n".join)


def assert_same(seen: snapshot.Snapshot, plain: ox.Store, union: bool) -> None:
    """A snapshot holds what a plain store does, and, if it is their union, by default too."""
    expected = sorted((plain.dump(format=ox.RdfFormat.N_QUADS) or b"").splitlines(True))
    assert seen.lines().splitlines(True) == expected
    assert set(seen.graphs) == {name.value for name in plain.named_graphs()}
    if union:
        every = seen.dataset(None, None).query(seen.store, "SELECT ?s ?p ?o { ?s ?p ?o }", BASE)
        found = [ox.Triple(*row) for row in every]
        assert len(found) == len(set(found))
        assert set(found) == {quad.triple for quad in plain}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(UPDATES, min_size=1, max_size=8), st.booleans())
def test_any_sequence_of_updates_does_what_it_does_to_a_plain_store(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], union: bool
) -> None:
    home = tmp_path_factory.mktemp("home")
    plain = ox.Store()
    with (
        live.opened(home, stores.build(home)) as store,
        held(Ledger(store.folder, union=union)) as book,
    ):
        for text in texts:
            own = snapshot.load(book.data.lines(), union=union, empty=book.data.graphs)
            request = {"kind": "update", "text": text, "base": BASE, "revision": ""}
            asked = request | {"graph": None, "patch": False, "using": [], "using_named": []}
            try:
                effect = changes.perform(asked, [], own, Place(book.revision, book.writes))
            except InputError:
                continue
            plain.update(text, base_iri=BASE)
            if not effect.transaction.changes_nothing:
                book.commit(effect.transaction.text())
        with held(Ledger(store.folder, union=union)) as again:
            for seen in (book, again):
                assert_same(seen.data, plain, union)


def test_an_update_costs_what_it_changes_however_much_there_is() -> None:
    lines = "".join(
        f"<{BASE}{n}> <{BASE}p> <{BASE}{n % 7}> <{BASE}g{n % 9}> .\n" for n in range(50_000)
    )
    started = time.perf_counter()
    held = snapshot.load(lines.encode(), union=True)
    loading = time.perf_counter() - started
    pattern = f"GRAPH ?g {{ <{BASE}77> ?p ?o }}"
    text = f"DELETE {{ {pattern} }} INSERT {{ <{BASE}77> ?p 1 }} WHERE {{ {pattern} }}"
    request = {"kind": "update", "text": text, "base": BASE, "revision": "", "graph": None}
    started = time.perf_counter()
    asked = request | {"patch": False, "using": [], "using_named": []}
    effect = changes.perform(asked, [], held, Place("", 0))
    assert time.perf_counter() - started < loading / 10
    assert effect.transaction.removed == (
        f"<{BASE}77> <{BASE}p> <{BASE}0> <{BASE}g5> .\n".encode(),
    )


def test_a_change_is_no_answer_to_a_question(tmp_path: Path) -> None:
    """The two doors stay two: a worker of readers takes no write."""
    with opened(tmp_path, QUADS) as engine:
        before = engine.revision
        with pytest.raises(AriError):
            stores.ask(engine, "INSERT DATA { <s> <p> 1 }")
        engine.change(Change("update", BASE, "# nothing"))
        assert engine.revision == before


def test_readers_share_a_store_and_a_writer_waits_for_none(tmp_path: Path) -> None:
    build = stores.build(tmp_path, QUADS)
    with live.opened(tmp_path, build, shared=True) as first:
        with live.opened(tmp_path, build, shared=True) as second:
            assert second.build == first.build
        with pytest.raises(EnvironmentFault, match="Another server"), live.opened(tmp_path, build):
            pass
    with live.opened(tmp_path, build):
        pass
