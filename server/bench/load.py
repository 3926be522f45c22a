"""Loads over HTTP from another process: by wrk where it is installed, else by Python."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from ..errors import EnvironmentFault
from .client import CAP, target
from .results import Rate
from .servers import Running

CONNECTIONS = 16
LOADS = ("cached", "cached-cheap", "uncached", "mixed")
"""Stored queries again and again; cheap questions again and again; cheap ones that are new each
time; eight stored queries to two new cheap ones."""
FIRST = 100_000_000
ROOM = 5_000_000
"""Numbers that one load may use up."""


@dataclass(frozen=True)
class Load:
    """What is asked.

    Args:
        name: one of `LOADS`.
        repeated: questions that are asked over and over, in turn.
        fresh: questions with `questions.PLACE`, which each request fills with another number.
        fresh_in_ten: how many in ten requests are fresh.
    """

    name: str
    repeated: tuple[str, ...]
    fresh: tuple[str, ...]
    fresh_in_ten: int


def by_wrk() -> bool:
    """Whether wrk makes the load; Python alone is slower than the fast servers."""
    return shutil.which("wrk") is not None


def run(load: Load, running: Running, seconds: float, number: int) -> Rate:
    """The rate that a server bears.

    Args:
        number: another one for each load of a run, so that no fresh question comes twice.

    Raises:
        EnvironmentFault: the client fails.
    """
    with TemporaryDirectory() as folder:
        plan = Path(folder) / "plan"
        plan.write_text(_plan(load, running.url), encoding="utf-8")
        first = FIRST + number * ROOM
        arguments = (str(plan), str(load.fresh_in_ten), str(first))
        made = _by_wrk if by_wrk() else _by_python
        found = made(arguments, running.url, seconds)
    return Rate(
        running.server.name,
        load.name,
        found["answers"] / found["seconds"],
        found["median_ms"],
        found["p99_ms"],
        int(found["refused"]),
    )


def _plan(load: Load, url: str) -> str:
    path = urlsplit(url).path or "/"
    lines = [f"R {target(path, question)}" for question in load.repeated]
    lines += [f"F {target(path, question)}" for question in load.fresh]
    return "".join(f"{line}\n" for line in lines)


def _by_wrk(arguments: tuple[str, ...], url: str, seconds: float) -> dict[str, float]:
    with resources.as_file(resources.files(__package__).joinpath("hammer.lua")) as script:
        options = ["-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s"]
        waits = ["--timeout", f"{CAP:.0f}s", "-s", str(script)]
        return _figures(["wrk", *options, *waits, url, "--", *arguments], seconds)


def _by_python(arguments: tuple[str, ...], url: str, seconds: float) -> dict[str, float]:
    module = f"{__package__}.hammer"
    rest = [url, str(seconds), str(CONNECTIONS)]
    return _figures([sys.executable, "-P", "-m", module, *arguments, *rest], seconds)


def _figures(command: list[str], seconds: float) -> dict[str, float]:
    done = subprocess.run(  # noqa: S603 - wrk or this package
        command, capture_output=True, text=True, timeout=seconds + 2 * CAP, check=False
    )
    try:
        figures: dict[str, float] = json.loads(done.stdout.strip().split("\n")[-1])
    except ValueError as error:
        raise EnvironmentFault(f"{command[0]} failed: {done.stderr[-400:]}") from error
    return figures
