"""The web processes: one that dies is replaced, and none outlives the service."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from met_ari.build.pipeline import BuildResult
from tests.live import start


@contextmanager
def served(built: BuildResult, home: Path) -> Iterator[tuple[int, str]]:
    """The process of a service, and its address."""
    (home / "build").symlink_to(built.folder.parent)
    with start("--home", str(home), "--quiet") as process:
        assert process.stdout is not None
        try:
            yield process.pid, process.stdout.readline().strip()
        finally:
            process.kill()
            process.communicate()


def web_processes(parent: int) -> list[int]:
    """Those of its children that serve."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    commands = {int(child): Path(f"/proc/{child}/cmdline") for child in children}
    return [pid for pid, path in commands.items() if b"spawn_main" in path.read_bytes()]


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 15
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


def answers(address: str) -> bool:
    try:
        with urlopen(f"{address}sparql?query=ASK%7B%7D", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def test_a_web_process_that_dies_is_replaced(built: BuildResult, tmp_path: Path) -> None:
    with served(built, tmp_path) as (pid, address):
        assert eventually(lambda: len(web_processes(pid)) == 2)
        before = web_processes(pid)
        for web in before:
            os.kill(web, signal.SIGKILL)
        assert eventually(lambda: len(set(web_processes(pid)) - set(before)) == 2)
        assert eventually(lambda: answers(address))


def test_no_web_process_outlives_the_service(built: BuildResult, tmp_path: Path) -> None:
    with served(built, tmp_path) as (pid, address):
        assert eventually(lambda: answers(address))
        web = web_processes(pid)
        os.kill(pid, signal.SIGKILL)
        assert eventually(lambda: not any(Path(f"/proc/{one}").exists() for one in web))
        assert not answers(address)
