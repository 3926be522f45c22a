"""The running service: an engine, and several web server processes in front of it."""

import contextlib
import errno
import logging
import math
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from uvicorn import Config

from .app import create_app, past_of
from .config import Settings
from .engine.embedded import EmbeddedEngine
from .engine.interface import Engine
from .engine.keeper import Nursery
from .engine.live import Opened
from .engine.remote import RemoteEngine
from .engine.remote_dataset import Dataset
from .errors import EnvironmentFault
from .processes import Processes
from .protocol.accesslog import AccessLog
from .protocol.front import Front
from .protocol.health import Health
from .protocol.http1 import Connection
from .protocol.metrics import Metrics
from .protocol.service import Service
from .protocol.watched import Watched

BACKLOG = 2048
"""Connections that wait to be taken on."""
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
        load = partial(_load, start, protection, settings, Path(counts))
        _when_open(host, port, partial(ready, _address(host, port), protection))
        with socket.socket(_family(host)) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            make = partial(_config, load, settings)
            seconds = _seconds_to_stop(settings)
            Processes(make, listener, settings.processes, seconds + STOP_SECONDS).run()


Start = Callable[[Settings, int], Engine]
"""Makes the client of an engine with so many workers."""


def _embedded(address: str, settings: Settings, workers: int) -> Engine:
    return EmbeddedEngine(address, settings, workers=workers)


def _remote(holds: Dataset, settings: Settings, workers: int) -> Engine:
    return RemoteEngine(settings, workers=workers, holds=holds)


def _address(host: str, port: int) -> str:
    return f"http://{_bracketed(host)}:{port}/"


def _config(load: Callable[[], Front], settings: Settings) -> Config:
    return Config(
        load(),
        interface="asgi3",
        http=Connection,
        ws="none",
        loop="uvloop",
        backlog=BACKLOG,
        # Who counts as a client is decided by ARI_PROXIES.
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        log_level="error",
        timeout_graceful_shutdown=_seconds_to_stop(settings),
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
    past = past_of(settings, share)
    engine = Watched(start(settings, share + 1), past)
    numbers = Metrics(counts)
    health = Health(engine, Service(settings, engine).endpoint, protection, numbers)
    access_log = AccessLog(sys.stderr.fileno()) if settings.access_log else None
    app = create_app(settings, engine, past)
    return Front(app, engine, settings, share, numbers, health, access_log)


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
