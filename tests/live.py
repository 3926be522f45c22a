"""The real service in a process of its own, on loopback."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SECONDS_TO_END = 15


def plain_environment(**more: str) -> dict[str, str]:
    """This process's environment without settings of the service, and with `more`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARI_")}
    return kept | more


def start(*options: str, **more: str) -> "subprocess.Popen[str]":
    """`ari serve` on a free port; its first line on standard output is the address."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "met_ari.cli", "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=plain_environment(**more),
    )


@contextmanager
def running(*options: str, log: list[str] | None = None, **more: str) -> Iterator[str]:
    """The address of a service that ends with the block.

    Args:
        log: gets the lines of its standard error, at the end.
    """
    process = start(*options, **more)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        assert address, process.communicate(timeout=SECONDS_TO_END)[1]
        yield address
    finally:
        process.terminate()
        try:
            said = process.communicate(timeout=SECONDS_TO_END)[1]
            if log is not None:
                log += said.splitlines()
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
