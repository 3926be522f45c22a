"""A home folder put back from a backup: the old one or the new one at any moment, never between.

The archive is unpacked aside (`.restore/new`) and checked as a whole. Then one file, `switch`,
appears by a rename: from then on the new state holds. What is left to do, folder by folder, is
written in it and can be done again; whatever command uses the home folder next finishes it.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..build.folder import sync
from ..engine import live, patch
from ..errors import EnvironmentFault, InputError
from .archive import told, unpack
from .backup import ABOUT, FOLDERS, FORMAT, LIVE, About

WORK = ".restore"
SWITCH, LOCK = "switch", "lock"
OLD, NEW = "old", "new"


def restore(home: Path, archive: Path, *, replace: bool = False) -> About:
    """Put back what a backup holds.

    Args:
        replace: let it take the place of what is there, which is kept until the new is whole.

    Raises:
        InputError: the archive is no whole backup; the home folder holds something.
        EnvironmentFault: a server uses the home folder; no space, no permission.
    """
    with told(home):
        home.mkdir(parents=True, exist_ok=True)
    with told(home), _alone(home) as work:
        _finish(home, work)
        _clear(work)
        with _without_server(home):
            if not replace:
                _must_hold_nothing(home)
            try:
                about = _unpacked(archive, work / NEW)
                _decide(home, work)
                _finish(home, work)
            finally:
                if not (work / SWITCH).exists():
                    _clear(work)
    return about


def finish(home: Path) -> None:
    """Finish a restore that was cut off after its decision; usually there is none.

    Raises:
        EnvironmentFault: it can't be finished.
    """
    if (home / WORK / SWITCH).exists():
        with told(home), _alone(home) as work:
            _finish(home, work)
            _clear(work)


def _must_hold_nothing(home: Path) -> None:
    there = [name for name in FOLDERS if _holds_something(home / name)]
    if there:
        raise InputError(
            f"{home} already holds {', '.join(there)}.",
            remedy="Restore into another folder (--home), or give --replace.",
        )


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(path.name != live.LOCK for path in folder.iterdir())


def _unpacked(archive: Path, new: Path) -> About:
    """What the archive says of itself, once all of it is there and checked."""
    new.mkdir()
    names = unpack(archive, new)
    about = _about(new / ABOUT, archive)
    for name in names - {ABOUT}:
        if name.partition("/")[0] not in FOLDERS or "/" not in name:
            raise _no_backup(archive, f"it holds {name}")
    if _revision(new / LIVE) != about.revision:
        raise _no_backup(archive, "its live store is not the one that it names")
    (new / ABOUT).unlink()
    _sync_folders(new)
    return about


def _about(path: Path, archive: Path) -> About:
    try:
        about = About(**json.loads(path.read_bytes()))
    except (FileNotFoundError, ValueError, TypeError) as error:
        raise _no_backup(archive, f"{ABOUT} is missing, or not to be read") from error
    if about.format != FORMAT:
        raise InputError(
            f"{archive} was made by version {about.software}, in another form.",
            remedy="Restore it with that version.",
        )
    return about


def _revision(folder: Path) -> str:
    """Of a live store that can be read to its end; empty if there is none, else `unreadable`."""
    try:
        state = live.read_state(folder)
        if state is None:
            return "unreadable" if folder.exists() else ""
        files = {live.STATE, state.base, state.log}
        live.read_base(folder, state)
        log = (folder / state.log).read_bytes()
    except (EnvironmentFault, OSError):
        return "unreadable"
    found = list(patch.read(log, state.revision))
    whole = found[-1][1] if found else 0
    if whole != len(log) or {path.name for path in folder.iterdir()} != files:
        return "unreadable"
    return found[-1][0].revision if found else state.revision


def _no_backup(archive: Path, why: str) -> InputError:
    return InputError(f"{archive} is no backup of ours: {why}.")


# The switch


def _decide(home: Path, work: Path) -> None:
    (work / OLD).mkdir()
    plan = {
        OLD: [name for name in FOLDERS if (home / name).exists()],
        NEW: sorted(path.name for path in (work / NEW).iterdir()),
    }
    unnamed = work / f".{SWITCH}"
    with unnamed.open("w", encoding="utf-8") as file:
        json.dump(plan, file)
        file.flush()
        os.fsync(file.fileno())
    sync(work)
    unnamed.replace(work / SWITCH)
    sync(work)


def _finish(home: Path, work: Path) -> None:
    """Do what is decided, as far as it is not done: the old folders go out, the new come in."""
    switch = work / SWITCH
    if not switch.exists():
        return
    plan = json.loads(switch.read_bytes())
    for name in FOLDERS:
        if name in plan[OLD] and not (work / OLD / name).exists():
            (home / name).rename(work / OLD / name)
        if name in plan[NEW] and (work / NEW / name).exists():
            (work / NEW / name).rename(home / name)
    for folder in (home, work / OLD, work / NEW):
        sync(folder)
    switch.unlink()
    sync(work)


def _clear(work: Path) -> None:
    for name in (NEW, OLD):
        shutil.rmtree(work / name, ignore_errors=True)
    (work / f".{SWITCH}").unlink(missing_ok=True)


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """One restore at a time; the lock goes with its process."""
    work = home / WORK
    work.mkdir(exist_ok=True)
    with (work / LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield work


@contextmanager
def _without_server(home: Path) -> Iterator[None]:
    """While the block runs, no server uses the live store."""
    folder = home / LIVE
    folder.mkdir(exist_ok=True)
    lock = live.lock_alone(folder)
    try:
        yield
    finally:
        os.close(lock)


def _sync_folders(root: Path) -> None:
    for folder, _, _ in os.walk(root):
        sync(Path(folder))
