"""A release checked in a process apart, which is ended when a file in it asks too much of it.

A query can multiply everything by everything, a pattern go back for ever, a graph of blank nodes
have no end of namings, an archive of a table be a bomb: whatever it is, the clock and the memory
of one process bound it.
"""

import json
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from ... import errors
from ...config import Settings, variable
from ...engine.connection import MEMORY_WORDS, STACK_WORDS
from . import sums
from .checks import STAGES
from .course import Course, Report
from .flaws import Verdict, shown

_PIECE = 1 << 16
_CLOCKS = {"answers": "query_seconds"}
"""The setting that bounds what a check does with one file, where it is another than `_CLOCK`."""
_CLOCK = "validate_seconds"


def verify_apart(folder: Path, place: str, settings: Settings, report: Report) -> Verdict:
    """Everything that is wrong with a release.

    A check that takes too long or needs too much is a flaw of the file that it read; those after it
    are left.

    Args:
        folder: where its files are.
        place: as the user named it.
        settings: the limits of time, for each file, and of memory.

    Raises:
        InputError: the folder is no release at all.
        EnvironmentFault: it can't be read.
    """
    course = Course(place, STAGES, report)
    with tempfile.TemporaryFile() as said, _child(folder, place, settings, said) as child:
        try:
            end = _followed(child, course, settings)
        finally:
            child.kill()
        if end is _LATE:
            name = _clock(course.check)
            limit = f"{getattr(settings, name):g} s ({variable(name)})"
            course.flaw(f"takes longer to check than {limit}")
        elif end is _GONE:
            course.flaw(_why(said, settings))
        elif end is not None:
            cls = getattr(errors, end["error"])
            raise errors.rebuild(cls, end["detail"], end["remedy"], end["extra"])
    return course.verdict()


_LATE: dict[str, Any] = {}
_GONE: dict[str, Any] = {}
"""What stands for the end of a child that did not tell one."""


def _child(
    folder: Path, place: str, settings: Settings, said: IO[bytes]
) -> "subprocess.Popen[bytes]":
    module = f"{__package__}.child"
    memory = ("--memory-mb", str(settings.query_memory_mb), "--parent", str(os.getpid()))
    return subprocess.Popen(  # noqa: S603 - our own module, by our own interpreter
        [sys.executable, "-P", "-m", module, *memory, "--", str(folder), place],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=said,
        # What computes for strangers is told no token and no other secret.
        env={name: value for name, value in os.environ.items() if name[:4] != "ARI_"},
    )


def _followed(
    child: "subprocess.Popen[bytes]", course: Course, settings: Settings
) -> dict[str, Any] | None:
    """Follow the course to its end: None, an error, `_LATE` or `_GONE`."""
    assert child.stdout is not None  # noqa: S101 - it is piped
    lines = _Lines(child.stdout.fileno())
    while True:
        line = lines.next(_seconds(course.check, settings))
        if not line:
            return _LATE if line is None else _GONE
        event: dict[str, Any] = json.loads(line)
        if "end" in event:
            end: dict[str, Any] | None = event["end"]
            return end
        course.tell(event)


class _Lines:
    """The lines that come from a descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines = self._read()
        self._until = 0.0

    def next(self, seconds: float | None) -> bytes | None:
        """The next line; empty at the end; None if it does not come within so many seconds."""
        self._until = time.monotonic() + seconds if seconds is not None else float("inf")
        return next(self._lines, b"")

    def _read(self) -> Iterator[bytes | None]:
        rest = b""
        while True:
            left = self._until - time.monotonic()
            wait = None if left == float("inf") else max(left, 0)
            if not select.select([self._descriptor], [], [], wait)[0]:
                yield None
                continue
            data = os.read(self._descriptor, _PIECE)
            if not data:
                return
            *whole, rest = (rest + data).split(b"\n")
            yield from whole


def _clock(check: str) -> str:
    return _CLOCKS.get(check, _CLOCK)


def _seconds(check: str, settings: Settings) -> float | None:
    """How long nothing may happen; the bytes of a file are read in a time that its size bounds."""
    if check in ("", sums.CHECK):
        return None
    return float(getattr(settings, _clock(check)))


def _why(said: IO[bytes], settings: Settings) -> str:
    """Why the process ended, by its last words."""
    said.seek(0)
    words = said.read().decode("utf-8", "replace")
    if any(word in words for word in MEMORY_WORDS):
        return (
            f"needs more memory to check than {settings.query_memory_mb} MiB (ARI_QUERY_MEMORY_MB)"
        )
    if any(word in words for word in STACK_WORDS):
        return "is nested too deeply to be checked"
    last = words.strip().rpartition("\n")[2]
    return f"can't be checked: {shown(last) or 'the process was ended from outside'}"
