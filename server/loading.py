"""What one web process serves, made in that process."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

from uvicorn import Config

from .app import create_app, past_of
from .config import Settings
from .engine.interface import Engine
from .protocol.accesslog import AccessLog
from .protocol.front import Front
from .protocol.health import Health
from .protocol.http1 import Connection
from .protocol.metrics import Metrics
from .protocol.service import Service
from .protocol.watched import Watched

BACKLOG = 2048
"""Connections that wait to be taken on."""

Start = Callable[[Settings, int], Engine]
"""Makes the client of an engine with so many workers."""


def config(start: Start, protection: str, settings: Settings, counts: Path, seconds: int) -> Config:
    """What the web server runs.

    Args:
        protection: what keeps the workers from the network.
        counts: folder of `protocol.metrics`.
        seconds: that requests in hand may take when it is ended.
    """
    return Config(
        _load(start, protection, settings, counts),
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
        timeout_graceful_shutdown=seconds,
    )


def _load(start: Start, protection: str, settings: Settings, counts: Path) -> Front:
    """The application, with its share of the workers."""
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
