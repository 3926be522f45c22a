"""The running service: an engine, and several web server processes in front of it."""

import contextlib
import errno
import math
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from uvicorn import Config

from .config import Settings
from .engine.embedded import EmbeddedEngine
from .engine.interface import Engine
from .engine.keeper import Nursery
from .engine.live import Opened
from .engine.remote import RemoteEngine
from .engine.remote_dataset import Dataset
from .errors import EnvironmentFault
from .processes import Processes

if TYPE_CHECKING:
    from .loading import Start

START_SECONDS = 30.0
STOP_SECONDS = 5
"""What is left for the rest of a request's way once its query has reached its limit."""


def serve(
    store: Opened,
    settings: Settings,
    host: str,
    port: int,
    ready: Callable[[str, str], None],
) -> None:
    """Serve a live store until INT or TERM ends it.

    Args:
        store: as `engine.live.opened` gives it.
        port: 0 takes a free one.
        ready: called once, with the address and the protection of the workers, when the service
            answers.

    Raises:
        EnvironmentFault: the port is taken or may not be used, or the engine can't start.
    """
    settings, port = _ready_to_listen(settings, host, port)
    with Nursery(store.folder, "", settings, live=store) as nursery:
        start = partial(_embedded, nursery.address)
        _run(settings, host, port, start, nursery.protection, ready)


def serve_remote(
    settings: Settings, host: str, port: int, ready: Callable[[str, str], None]
) -> None:
    """Serve the engine that `settings.engine` names until INT or TERM ends it.

    Args, Raises: as `serve`; it has no workers over data of its own, so no protection to tell.
    """
    settings, port = _ready_to_listen(settings, host, port)
    with contextlib.closing(RemoteEngine(settings, workers=1)) as engine:
        holds = engine.must_suit()
    _run(settings, host, port, partial(_remote, holds), "", ready)


def _ready_to_listen(settings: Settings, host: str, port: int) -> tuple[Settings, int]:
    """The settings with the address served, and the port; the port is free."""
    port = usable_port(host, port)
    return replace(settings, public_url=settings.public_url or _address(host, port)), port


def _run(
    settings: Settings,
    host: str,
    port: int,
    start: "Start",
    protection: str,
    ready: Callable[[str, str], None],
) -> None:
    """Run the web processes; each starts its own client of the engine."""
    with tempfile.TemporaryDirectory(prefix="ari-counts-") as counts:
        seconds = _seconds_to_stop(settings)
        make = partial(_config, start, protection, settings, Path(counts), seconds)
        _when_open(host, port, partial(ready, _address(host, port), protection))
        with socket.socket(_family(host)) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            Processes(make, listener, settings.processes, seconds + STOP_SECONDS).run()


def _embedded(address: str, settings: Settings, workers: int) -> Engine:
    return EmbeddedEngine(address, settings, workers=workers)


def _remote(holds: Dataset, settings: Settings, workers: int) -> Engine:
    return RemoteEngine(settings, workers=workers, holds=holds)


def _address(host: str, port: int) -> str:
    return f"http://{_bracketed(host)}:{port}/"


def _config(
    start: "Start", protection: str, settings: Settings, counts: Path, seconds: int
) -> Config:
    # The modules of a web process take long to import, and nothing here needs them.
    from .loading import config

    return config(start, protection, settings, counts, seconds)


def _seconds_to_stop(settings: Settings) -> int:
    """Every request in hand has ended by then, by its answer or by a limit."""
    longest = max(settings.query_seconds, settings.validate_seconds, settings.request_seconds)
    return math.ceil(longest) + STOP_SECONDS


def usable_port(host: str, port: int) -> int:
    """The port, if this machine lets us listen there; for 0 a free one.

    Raises:
        EnvironmentFault: it is taken, or may not be used; says why.
    """
    try:
        with socket.create_server((host, port), family=_family(host)) as probe:
            return int(probe.getsockname()[1])
    except (OSError, OverflowError) as error:
        reason = {
            errno.EADDRINUSE: "it is in use",
            errno.EACCES: "only an administrator may use it",
            errno.EADDRNOTAVAIL: "this machine has no such address",
        }.get(getattr(error, "errno", None) or 0, str(error))
        raise EnvironmentFault(
            f"Port {port} on {host} can't be used: {reason}.",
            remedy="Choose another with --port (0 takes a free one).",
        ) from error


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _when_open(host: str, port: int, announce: Callable[[], None]) -> None:
    """Announce from a thread, as soon as a connection is accepted."""

    def wait() -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                socket.create_connection((_reachable(host), port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                announce()
                return

    threading.Thread(target=wait, name="announce", daemon=True).start()


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - only compared
