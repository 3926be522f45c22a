"""The small parent process of the workers, started, and started again whenever it dies."""

import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from ..config import Settings
from ..errors import EnvironmentFault
from .live import Opened

_log = logging.getLogger(__name__)

_LONGEST_PATH = 107
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
SETTLED_SECONDS = 2.0
"""A process that lived so long did not die of its own start."""


class Nursery:
    """The process that holds a dataset, in memory or on disk, and forks workers.

    Args:
        dataset: a file in N-Quads; the same bytes give the same answers everywhere.
        revision: names the state of the data.
        settings: default graph and memory limit are taken from here.
        digest: SHA-256 that the file must have whenever it is read; empty: any.
        live: a live store to serve instead, which can be written to.
        examines: its workers examine documents by the shapes, and answer no queries.
    """

    def __init__(
        self,
        dataset: Path,
        revision: str,
        settings: Settings,
        *,
        digest: str = "",
        live: Opened | None = None,
        examines: bool = False,
    ) -> None:
        self._dataset = live.folder if live else dataset
        self._revision = revision
        self._settings = settings
        self._digest = digest
        self._live = live
        self._examines = examines
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
            # What computes for strangers is not told the token, nor any other secret.
            env={name: value for name, value in os.environ.items() if name[:4] != "ARI_"},
            pass_fds=[self._live.lock] if self._live else [],
        )
        self._process = process
        report = _first_report(process)
        if "fault" in report:
            self._end()
            raise EnvironmentFault(
                f"The query engine can't start: {report['fault']}.",
                remedy=report.get("remedy", ""),
            )
        self.protection = report["protection"]

    def _command(self) -> list[str]:
        settings = self._settings
        options = {
            "--socket": self.address,
            "--dataset": str(self._dataset),
            "--revision": self._revision,
            "--digest": self._digest,
            "--default-graph": settings.default_graph,
            "--memory-statements": str(settings.memory_statements),
            "--memory-mb": str(settings.query_memory_mb),
            "--parent": str(os.getpid()),
            "--live-lock": str(self._live.lock if self._live else -1),
            "--examine": str(int(self._examines)),
            "--validate": str(
                int(bool(self._live and settings.token and settings.validate_writes))
            ),
        }
        module = f"{__package__}.nursery"
        return [sys.executable, "-P", "-m", module, *(x for pair in options.items() for x in pair)]

    def _keep(self) -> None:
        """Restart the process when it dies: at once, but ever later if it dies as it starts."""
        pause = SHORTEST_PAUSE
        while self._process is not None and not self._stopping.is_set():
            started = time.monotonic()
            status = self._process.wait()
            if self._stopping.is_set():
                return
            pause = pause_before_restart(pause, time.monotonic() - started)
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


def pause_before_restart(before: float, lived: float) -> float:
    """Seconds: short after a life, and twice as long as the last one after a start that failed."""
    return SHORTEST_PAUSE if lived > SETTLED_SECONDS else min(before * 2, LONGEST_PAUSE)


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
