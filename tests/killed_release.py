"""`ari release` killed by itself at the n-th thing it does to the disk.

Run as `python -m tests.killed_release HOME FILES`; reads lines `VERSION MOMENT`, makes each release
in a fork of its own, and answers each with the number of moments that went by. The files of the
release are those of the folder FILES, so that what is killed is the publishing, not the computing.
"""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from met_ari import cli
from met_ari.publish import layout, release
from met_ari.publish.draft import Draft, File

NEVER = 1 << 30


class Clock:
    """Counts what is done below a folder, and kills this process at one of the moments."""

    def __init__(self, folder: str, moment: int) -> None:
        self._folder, self._moment = folder, moment
        self.passed = 0

    def tick(self) -> None:
        if self.passed == self._moment:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed += 1

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """An audit hook (PEP 578): called before a file is opened, renamed, made or removed."""
        if event in ("open", "os.rename", "os.mkdir", "os.remove", "os.rmdir"):
            path = arguments[0]
            if isinstance(path, str | os.PathLike) and str(path).startswith(self._folder):
                self.tick()


def main() -> None:
    home, files = map(Path, sys.argv[1:])
    for line in sys.stdin:
        version, moment = line.split()
        before, after = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(before)
            _release(home, files, version, int(moment), after)
        os.close(after)
        _, status = os.waitpid(child, 0)
        with os.fdopen(before) as told:
            print(os.waitstatus_to_exitcode(status), told.read() or 0, flush=True)


def _release(home: Path, files: Path, version: str, moment: int, tell: int) -> None:
    def part(draft: Draft) -> Iterator[File]:
        for path in sorted(files.rglob("*")):
            if path.is_file() and path.name != layout.SUMS:
                yield path.relative_to(files).as_posix(), path.read_bytes()

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    release.PARTS = (("files", part),)
    clock = Clock(str(home / "releases"), moment)
    fsync = os.fsync

    def ticking(descriptor: int) -> None:
        clock.tick()
        fsync(descriptor)
        clock.tick()

    os.fsync = ticking  # type: ignore[assignment]
    sys.addaudithook(clock.hear)
    code = 1
    try:
        cli.ari.main(["release", version, "--quiet"], standalone_mode=False)
        code = 0
    finally:
        os.write(tell, str(clock.passed).encode())
        os._exit(code)


if __name__ == "__main__":
    main()
