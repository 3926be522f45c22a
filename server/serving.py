"""The running service: an engine, and several web server processes in front of it."""

import atexit
import contextlib
import errno
import logging
import math
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server
from granian.server.common import AbstractServer

from .app import create_app
from .config import Settings
from .engine.embedded import EmbeddedEngine, Nursery
from .engine.interface import Engine
from .engine.live import Opened
from .engine.remote import RemoteEngine
from .engine.remote_dataset import Dataset
from .errors import EnvironmentFault
from .protocol.accesslog import AccessLog
from .protocol.front import Front
from .protocol.health import Health
from .protocol.metrics import Metrics
from .protocol.service import Service
from .protocol.watched import Watched

CONNECTIONS = 2048
"""Connections that one web process holds; one that waits or idles costs a few kilobytes."""
HEAD_BYTES = 128 * 1024
"""A request's line and headers beyond this are refused by the HTTP server itself."""
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
    # A fork of a process with threads may hang: the web processes start afresh.
    multiprocessing.set_start_method("spawn", force=True)
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
        server = _server(host, port, settings)
        announce = partial(ready, _address(host, port), protection)
        server.on_startup(lambda: _when_open(host, port, announce))
        load = partial(_load, start, protection, settings, Path(counts))
        server.serve(target_loader=load, wrap_loader=False)


Start = Callable[[Settings, int], Engine]
"""Makes the client of an engine with so many workers."""


def _embedded(address: str, settings: Settings, workers: int) -> Engine:
    return EmbeddedEngine(address, settings, workers=workers)


def _remote(holds: Dataset, settings: Settings, workers: int) -> Engine:
    return RemoteEngine(settings, workers=workers, holds=holds)


def _address(host: str, port: int) -> str:
    return f"http://{_bracketed(host)}:{port}/"


def _server(host: str, port: int, settings: Settings) -> AbstractServer[Any]:
    return Server(
        __package__,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        workers=settings.processes,
        backpressure=CONNECTIONS,
        # HTTP/2 without TLS is for proxies, which do as well without it; its server has no limit
        # of time for a request's head.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=int(settings.request_seconds * 1000), max_buffer_size=HEAD_BYTES
        ),
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=_seconds_to_stop(settings),
        log_level=LogLevels.error,
    )


def _seconds_to_stop(settings: Settings) -> int:
    """Every request in hand has ended by then, by its answer or by a limit."""
    longest = max(settings.query_seconds, settings.validate_seconds, settings.request_seconds)
    return math.ceil(longest) + STOP_SECONDS


def _load(start: Start, protection: str, settings: Settings, counts: Path) -> Front:
    """The application of one web process, with its share of the workers.

    Args:
        protection: what keeps the workers from the network.
        counts: folder of `protocol.metrics`.
    """
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    share = max(1, settings.workers // settings.processes)
    # One more than requests can use at once, so that readiness never waits behind them.
    engine = Watched(start(settings, share + 1))
    numbers = Metrics(counts)
    health = Health(engine, Service(settings, engine).endpoint, protection, numbers)
    access_log = AccessLog(sys.stderr.fileno()) if settings.access_log else None
    atexit.register(_end_at_once, access_log)
    return Front(create_app(settings, engine), engine, settings, share, numbers, health, access_log)


def _end_at_once(access_log: AccessLog | None) -> None:
    """End the process once everybody is answered, without taking the interpreter down.

    The HTTP server's threads may still call into it, to say that a connection has ended; one that
    does so while the interpreter goes down aborts the process.
    """
    if access_log is not None:
        access_log.flush()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)


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
