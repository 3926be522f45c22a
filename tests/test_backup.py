"""Backups: whole, taken while the service goes on; restored as a whole, or not at all."""

import contextlib
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from met_ari.build.pipeline import BuildResult
from met_ari.engine import live
from met_ari.errors import EnvironmentFault, InputError
from met_ari.keeping import archive, backup, restore
from met_ari.keeping.backup import FOLDERS, back_up
from tests import live as serving
from tests.exchange import Site
from tests.stores import BASE, build, opened, rows, update
from tests.writable import TOKEN

QUADS = f'<{BASE}s> <{BASE}p> "o" <{BASE}g> .\n'
NUMBERS = "SELECT ?n { GRAPH <g> { <s> <number> ?n } }"


def contents(home: Path) -> dict[str, bytes]:
    """What a home folder holds, but for locks, builds and the restore's own folder."""
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for folder in FOLDERS
        for path in (home / folder).rglob("*")
        if path.is_file() and path.name != live.LOCK
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with everything that a backup keeps, and with what it leaves out."""
    home = tmp_path / "home"
    with opened(home, QUADS) as engine:
        update(engine, "INSERT DATA { GRAPH <g> { <s> <number> 1 } }")
        update(engine, "INSERT DATA { GRAPH <g> { <s> <number> 2 } }")
    for name, text in {
        "editions/kent-2024/edition.toml": "year = 2024\n",
        "decisions/mappings.tsv": "",
        "releases/1.0.0/dataset.nq": QUADS * 3,
        "releases/.new-x/half.nq": "half",
        "peers/fuseki/fuseki.jar": "jar",
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    return home


@pytest.fixture
def saved(home: Path, tmp_path: Path) -> Path:
    back_up(home, tmp_path / "saved.tar")
    return tmp_path / "saved.tar"


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOCK_SECONDS", 0.2)


def ari(*words: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "met_ari.cli", *map(str, words)],
        capture_output=True,
        text=True,
        env=serving.plain_environment(),
        timeout=120,
        check=False,
    )


class TestRoundTrip:
    def test_what_can_not_be_made_again_comes_back_and_nothing_else(
        self, home: Path, saved: Path, tmp_path: Path
    ) -> None:
        restore.restore(tmp_path / "new", saved)
        expected = {n: data for n, data in contents(home).items() if ".new-x" not in n}
        assert contents(tmp_path / "new") == expected
        assert len(expected) == 6
        assert not (tmp_path / "new" / "build").exists()
        assert not (tmp_path / "new" / "peers").exists()

    def test_the_writes_are_there_at_the_same_revision(
        self, home: Path, saved: Path, tmp_path: Path
    ) -> None:
        with opened(home, QUADS) as engine:
            revision = engine.revision
        about = restore.restore(tmp_path / "new", saved)
        assert (about.revision, about.writes) == (revision, 2)
        with opened(tmp_path / "new", QUADS) as engine:
            assert engine.revision == revision
            assert sorted(row["n"] for row in rows(engine, NUMBERS)) == ["1", "2"]
            update(engine, "INSERT DATA { GRAPH <g> { <s> <number> 3 } }")

    def test_the_same_state_gives_the_same_bytes(
        self, home: Path, saved: Path, tmp_path: Path
    ) -> None:
        for path in home.rglob("*"):
            os.utime(path, (1, 1))
        back_up(home, tmp_path / "again.tar")
        assert (tmp_path / "again.tar").read_bytes() == saved.read_bytes()

    def test_other_tools_can_read_and_check_it(self, saved: Path, tmp_path: Path) -> None:
        with tarfile.open(saved) as tar:
            tar.extractall(tmp_path / "out", filter="data")
        sums = (tmp_path / "out" / archive.SUMS).read_text().splitlines()
        for line in sums:
            digest, name = line.split("  ")
            assert sha256((tmp_path / "out" / name).read_bytes()).hexdigest() == digest
        assert len(sums) == 7

    def test_a_home_without_a_live_store_can_be_kept(self, tmp_path: Path) -> None:
        (tmp_path / "home" / "editions").mkdir(parents=True)
        (tmp_path / "home" / "editions" / "a.toml").write_text("a")
        assert back_up(tmp_path / "home", tmp_path / "b.tar").revision == ""
        restore.restore(tmp_path / "new", tmp_path / "b.tar")
        assert contents(tmp_path / "new") == {"editions/a.toml": b"a"}
        assert live.read_state(tmp_path / "new" / "live") is None

    def test_a_service_over_the_restored_home_gives_the_same_answers_and_tags(
        self, built: BuildResult, tmp_path: Path
    ) -> None:
        homes = tmp_path / "one", tmp_path / "two"
        seen = []
        for home in homes:
            shutil.copytree(built.folder, home / "build" / built.folder.name)
            if home == homes[1]:
                assert ari("restore", tmp_path / "b.tar", "--home", home).returncode == 0
            more = {"ARI_TOKEN": TOKEN, "ARI_PUBLIC_URL": "http://data.example/"}
            with serving.running("--home", str(home), **more) as address:
                site = Site(address).with_token(TOKEN)
                if home == homes[0]:
                    text = "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }"
                    assert site.form("/update", {"update": text}).status == 200
                    done = ari("backup", tmp_path / "b.tar", "--home", home)
                    assert done.stdout == f"{tmp_path / 'b.tar'}\n", done.stderr
                    assert "holds 1 write" in done.stderr
                query = quote("SELECT * { ?s <urn:p> ?o }")
                reply = site.get(f"/sparql?query={query}")
                seen.append((reply.body, reply.headers["ETag"], reply.headers["ARI-Revision"]))
        assert seen[0] == seen[1]
        assert b"urn:s" in seen[0][0]


class TestUnderLoad:
    def test_a_backup_holds_every_write_acknowledged_before_and_none_without_those_before_it(
        self, tmp_path: Path
    ) -> None:
        home, load = tmp_path / "home", Load()
        taken = []
        with opened(home, QUADS) as engine, ThreadPoolExecutor(2) as pool:
            # The first backup may come before the first write.
            load.revisions.add(engine.revision)
            writers = [pool.submit(load.write, engine, thread) for thread in range(2)]
            try:
                for number in range(12):
                    load.wait_for(4 * number)
                    before = set(load.acknowledged)
                    target = tmp_path / f"{number}.tar"
                    taken.append((target, before, back_up(home, target)))
            finally:
                load.stop.set()
            for writer in writers:
                writer.result()
            history = load.revisions
        assert len(load.acknowledged) >= 44, "so many that the log was made anew"
        for _, before, about in taken:
            assert about.revision in history
            assert len(before) <= about.writes
        for target, before, about in (taken[0], taken[5], taken[11]):
            there = numbers_in(target, tmp_path / f"of-{target.stem}")
            assert before <= there
            assert len(there) == about.writes
            for thread in range(2):
                mine = sorted(n for n in there if n % 2 == thread)
                assert mine == list(range(thread, thread + 2 * len(mine), 2))

    def test_a_generation_that_ends_meanwhile_is_tried_again(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        state = live.read_state(home / "live")
        assert state is not None
        told = iter([live.State("b", 99, "r", "s"), state])
        monkeypatch.setattr(live, "read_state", lambda _: next(told))
        assert back_up(home, tmp_path / "b.tar").writes == 2

    def test_a_write_that_never_became_durable_is_left_out(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (log,) = (home / "live").glob("log-*")
        real, size = os.fsync, log.stat().st_size - 1

        def sync(descriptor: int) -> None:
            if os.path.samestat(os.fstat(descriptor), log.stat()):
                os.truncate(log, size)
            real(descriptor)

        monkeypatch.setattr(os, "fsync", sync)
        assert back_up(home, tmp_path / "b.tar").writes == 1


class Load:
    """Writers that count: an even thread the even numbers, an odd one the odd."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.acknowledged: set[int] = set()
        self.revisions: set[str] = set()

    def write(self, engine: Any, number: int) -> None:
        while not self.stop.is_set():
            padding = "x" * 60_000
            said = f'<s> <number> {number} . <s> <p{number}> "{padding}"'
            text = f"INSERT DATA {{ GRAPH <g> {{ {said} }} }}"
            self.revisions.add(update(engine, text).revision)
            self.acknowledged.add(number)
            number += 2

    def wait_for(self, count: int) -> None:
        """Until so many writes are acknowledged; a slow machine may take 20 s over them."""
        end = time.monotonic() + 20
        while len(self.acknowledged) < count and time.monotonic() < end:
            time.sleep(0.02)


def numbers_in(target: Path, home: Path) -> set[int]:
    restore.restore(home, target)
    with opened(home, QUADS) as engine:
        return {int(row["n"]) for row in rows(engine, NUMBERS)}


class TestRefusals:
    def test_a_home_that_holds_something_is_not_touched(self, home: Path, saved: Path) -> None:
        before = contents(home)
        with pytest.raises(InputError, match="already holds decisions, editions, live, releases"):
            restore.restore(home, saved)
        assert contents(home) == before

    def test_replace_takes_the_place_of_all_that_is_there(self, home: Path, saved: Path) -> None:
        before = contents(home)
        with opened(home, QUADS) as engine:
            update(engine, "INSERT DATA { GRAPH <g> { <s> <number> 9 } }")
        (home / "editions" / "later.toml").write_text("later")
        restore.restore(home, saved, replace=True)
        assert contents(home) == {n: data for n, data in before.items() if ".new-x" not in n}
        assert [path.name for path in (home / restore.WORK).iterdir()] == [restore.LOCK]

    def test_a_home_in_use_is_not_touched(self, home: Path, saved: Path) -> None:
        with opened(home, QUADS) as engine:
            before = contents(home)
            with pytest.raises(EnvironmentFault, match="Another server holds"):
                restore.restore(home, saved, replace=True)
            assert contents(home) == before
            assert len(rows(engine, NUMBERS)) == 2

    def test_a_reader_counts_as_a_server(self, home: Path, saved: Path) -> None:
        with live.opened(home, build(home, QUADS), shared=True):
            refused = ari("restore", saved, "--home", home, "--replace")
        assert refused.returncode == 3
        assert "Another server holds" in refused.stderr

    def test_a_server_that_waits_meanwhile_takes_the_restored_store(
        self, home: Path, saved: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(live, "LOCK_SECONDS", 5.0)
        with opened(home, QUADS) as engine:
            update(engine, "INSERT DATA { GRAPH <g> { <s> <number> 9 } }")
        real = restore._decide

        def decide(home: Path, work: Path) -> None:
            waiting.append(pool.submit(writes_of, home))
            time.sleep(0.3)
            real(home, work)

        waiting: list[Any] = []
        monkeypatch.setattr(restore, "_decide", decide)
        with ThreadPoolExecutor(1) as pool:
            restore.restore(home, saved, replace=True)
            assert waiting[0].result() == 2

    def test_a_backup_is_never_written_over(self, home: Path, saved: Path) -> None:
        before = saved.read_bytes()
        with pytest.raises(InputError, match="there already"):
            back_up(home, saved)
        assert saved.read_bytes() == before

    def test_nothing_to_keep_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="nothing"):
            back_up(tmp_path / "none", tmp_path / "b.tar")
        assert list(tmp_path.iterdir()) == []

    def test_what_an_archive_can_not_hold_is_named(self, home: Path, tmp_path: Path) -> None:
        (home / "editions" / "link").symlink_to("/etc/passwd")
        with pytest.raises(InputError, match="link is neither a file nor a folder"):
            back_up(home, tmp_path / "b.tar")
        (home / "editions" / "link").unlink()
        (home / "editions" / "a b").write_text("")
        with pytest.raises(InputError, match="editions/a b"):
            back_up(home, tmp_path / "b.tar")
        assert [path.name for path in tmp_path.iterdir()] == ["home"]

    def test_a_file_that_is_none_is_told(self, tmp_path: Path) -> None:
        assert ari("restore", tmp_path / "none.tar", "--home", tmp_path / "h").returncode == 3
        (tmp_path / "text.tar").write_text("text")
        told = ari("restore", tmp_path / "text.tar", "--home", tmp_path / "h")
        assert (told.returncode, told.stdout) == (2, "")
        assert "no whole backup" in told.stderr


def writes_of(home: Path) -> int:
    """As a server sees it, which holds the lock of what it sees."""
    with live.opened(home, build(home, QUADS)) as store:
        assert os.path.samestat(os.fstat(store.lock), os.stat(store.folder / live.LOCK))
        return store.writes


class TestTampering:
    @pytest.fixture(autouse=True)
    def _fast(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "fsync", lambda _: None)

    def refused(self, data: bytes, tmp_path: Path, words: str = "no whole backup") -> None:
        (tmp_path / "bad.tar").write_bytes(data)
        home = tmp_path / "victim"
        with pytest.raises(InputError, match=words):
            restore.restore(home, tmp_path / "bad.tar")
        assert contents(home) == {}
        assert not (home / restore.WORK / restore.NEW).exists()

    def test_a_flipped_bit_anywhere_is_found(self, saved: Path, tmp_path: Path) -> None:
        data = saved.read_bytes()
        for place in range(0, len(data), 11):
            flipped = bytearray(data)
            flipped[place] ^= 1 << (place % 8)
            self.refused(bytes(flipped), tmp_path)

    def test_an_archive_that_is_cut_off_is_refused(self, saved: Path, tmp_path: Path) -> None:
        data = saved.read_bytes()
        for size in (0, 1, *range(512, len(data), 512), len(data) - 1):
            self.refused(data[:size], tmp_path, "it ends before")
        self.refused(data + b"\0", tmp_path, "goes on")

    @pytest.mark.parametrize(
        "name", ["../evil", "/tmp/evil", "live/../../evil", "live/..", "editions/.hidden", "a//b"]
    )
    def test_a_name_that_leads_elsewhere_is_refused(self, tmp_path: Path, name: str) -> None:
        self.refused(packed(name), tmp_path, "no backup holds a file of the name")
        assert not (tmp_path / "evil").exists()

    @pytest.mark.parametrize(
        "kind",
        [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE],
    )
    def test_links_and_devices_are_refused(self, tmp_path: Path, kind: bytes) -> None:
        self.refused(packed("editions/a", type=kind, linkname="/etc"), tmp_path, "no plain file")

    def test_extended_headers_are_refused(self, tmp_path: Path) -> None:
        long = packed("editions/" + "a" * 300, format=tarfile.PAX_FORMAT)
        self.refused(long, tmp_path, "no plain file")

    def test_a_file_longer_than_the_archive_is_refused(self, tmp_path: Path) -> None:
        head = tarfile.TarInfo("editions/a")
        head.size = 8**11 - 1
        self.refused(head.tobuf(tarfile.USTAR_FORMAT) + b"x" * 2048, tmp_path, "it ends before")

    def test_a_name_that_comes_twice_is_refused(self, tmp_path: Path) -> None:
        self.refused(packed("editions/a", "editions/a"), tmp_path, "twice")
        self.refused(packed("editions/a", "editions/a/b"), tmp_path, "where a folder should")

    def test_files_of_other_folders_are_refused(self, tmp_path: Path) -> None:
        about = backup.About(1, "1", "", 0).text
        for name in ("build/x", "live", "peers/x"):
            self.refused(packed(name, about=about), tmp_path, "it holds")

    def test_a_live_store_that_is_not_the_one_named_is_refused(
        self, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(backup.About, "text", property(lambda _: other))
        other = b'{"format": 1, "software": "1", "revision": "r", "writes": 0}'
        back_up(home, tmp_path / "b.tar")
        self.refused((tmp_path / "b.tar").read_bytes(), tmp_path, "not the one that it names")

    def test_another_form_names_the_version_that_reads_it(self, tmp_path: Path) -> None:
        about = backup.About(2, "9.9", "", 0).text
        self.refused(packed("editions/a", about=about), tmp_path, "version 9.9")


def packed(
    *names: str, about: bytes = b"", format: int = tarfile.USTAR_FORMAT, **more: Any
) -> bytes:
    """A tar of these files, with the right checksums."""
    target = io.BytesIO()
    sums = ""
    with tarfile.open(fileobj=target, mode="w", format=format) as tar:
        files = [*(((backup.ABOUT, about),) if about else ()), *((name, b"x") for name in names)]
        for name, data in files:
            head = tarfile.TarInfo(name)
            for field, value in more.items():
                setattr(head, field, value)
            head.size = len(data) if head.isreg() else 0
            tar.addfile(head, io.BytesIO(data))
            sums += f"{sha256(data).hexdigest()}  {name}\n"
        head = tarfile.TarInfo(archive.SUMS)
        head.size = len(sums)
        tar.addfile(head, io.BytesIO(sums.encode()))
    # A writer of other tools fills up to ten kilobytes.
    size = target.getvalue().rstrip(b"\0")
    return size + b"\0" * (-len(size) % 512) + b"\0" * 1024


class TestMishaps:
    def test_a_full_disk_leaves_no_backup_and_says_so(self, home: Path, tmp_path: Path) -> None:
        assert in_child(lambda: back_up(home, tmp_path / "b.tar"), file_bytes=2000) == "no space"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]

    def test_a_full_disk_leaves_the_old_state_when_it_is_to_be_replaced(
        self, home: Path, saved: Path
    ) -> None:
        (home / "editions" / "later.toml").write_text("later")
        before = contents(home)

        def act() -> None:
            restore.restore(home, saved, replace=True)

        assert in_child(act, file_bytes=100) == "no space"
        assert contents(home) == before
        assert [path.name for path in (home / restore.WORK).iterdir()] == [restore.LOCK]

    @pytest.mark.parametrize("replaced", [True, False])
    def test_killed_at_any_step_the_old_or_the_new_state_is_there(
        self, home: Path, saved: Path, tmp_path: Path, replaced: bool
    ) -> None:
        restore.restore(tmp_path / "new", saved)
        new = contents(tmp_path / "new")
        (home / "editions" / "later.toml").write_text("later")
        shutil.rmtree(home / "decisions")
        seen = []
        victim = tmp_path / "victim"
        for steps in range(1000):
            if replaced:
                shutil.copytree(home, victim)
            old = contents(victim) if replaced else {}
            ended = in_child(lambda: restore.restore(victim, saved, replace=True), steps=steps)
            restore.finish(victim)
            assert contents(victim) in (old, new), f"killed before step {steps}"
            seen.append(contents(victim) == new)
            # What was cut off is in nobody's way.
            restore.restore(victim, saved, replace=True)
            assert contents(victim) == new
            shutil.rmtree(victim)
            if ended == "done":
                break
        assert ended == "done"
        assert len(seen) > 30
        assert seen == sorted(seen), "once it is the new state, it stays so"

    def test_a_command_finishes_what_was_cut_off(self, home: Path, saved: Path) -> None:
        (home / "editions" / "later.toml").write_text("later")
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(restore, "_finish", lambda home, work: None)
            restore.restore(home, saved, replace=True)
        assert (home / "editions" / "later.toml").exists()
        assert ari("backup", home.parent / "b.tar", "--home", home).returncode == 0
        assert not (home / "editions" / "later.toml").exists()
        assert (home.parent / "b.tar").read_bytes() == saved.read_bytes()


STEPS = ("fsync", "rename", "replace", "mkdir", "unlink", "rmdir")


def in_child(act: Callable[[], object], steps: int = -1, file_bytes: int = 0) -> str:
    """How a deed ends in a process of its own: `done`, `no space` or `killed`.

    Args:
        steps: changes of the disk after which the process is killed; -1: it is not.
        file_bytes: beyond which no file may grow; 0: no limit.
    """
    with warnings.catch_warnings():
        # Threads of other tests hold no lock that matters here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 9
        with contextlib.suppress(BaseException):
            if steps >= 0:
                kill_before_step(steps)
            if file_bytes:
                hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, hard))
            code = outcome_of(act)
        os._exit(code)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return "killed"
    return {0: "done", 1: "no space"}[os.WEXITSTATUS(status)]


def outcome_of(act: Callable[[], object]) -> int:
    try:
        act()
    except EnvironmentFault as error:
        return 1 if "no space left" in error.detail else 8
    return 0


def kill_before_step(steps: int) -> None:
    left = [steps]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **named: Any) -> Any:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return real(*args, **named)

        return step

    for name in STEPS:
        setattr(os, name, counted(getattr(os, name)))
