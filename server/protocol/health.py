"""Whether the process lives, whether the service answers, and its numbers."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from .. import __version__
from ..engine.interface import Engine, Question
from ..errors import AriError, MethodNotAllowed, NotReady
from . import telling
from .cache import Reply
from .metrics import Metrics
from .writing import READING

PATHS = ("/healthz", "/readyz", "/metrics")
FRESH_SECONDS = 1.0
"""How long an answer of a worker proves that the service is ready."""
PATIENCE_SECONDS = 2.0
"""How long readiness waits for a worker."""
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"

log = logging.getLogger(__name__)


class Health:
    """Answers `PATHS`, on the event loop and whatever the application's threads do.

    Args:
        engine: has a worker to spare for one more question than the application may ask at once.
        endpoint: base of the question that is put to it.
        protection: what keeps the workers from the network.
    """

    def __init__(self, engine: Engine, endpoint: str, protection: str, counts: Metrics) -> None:
        self._engine = engine
        self._question = Question("ASK {}", endpoint, {"boolean": "json"})
        self._protection = protection
        self._counts = counts
        self._thread = ThreadPoolExecutor(1, "health")
        self._asked: asyncio.Future[str] | None = None
        self._until = 0.0

    async def answer(self, method: str, path: str) -> Reply:
        """The reply at one of `PATHS`.

        Raises:
            MethodNotAllowed: anything but GET and HEAD.
            NotReady: no worker answers.
        """
        if method not in READING:
            raise MethodNotAllowed(method, READING)
        if path == "/healthz":
            return telling.of_json({"status": "alive"})
        if path == "/metrics":
            text = self._counts.text(await self._revision_if_ready(), __version__)
            return telling.of_text(text, 200, PROMETHEUS)
        revision = await self._revision()
        told = {"status": "ready", "revision": revision, "protection": self._protection}
        return telling.of_json(told, more={"ARI-Revision": revision})

    async def _revision_if_ready(self) -> str:
        try:
            return await self._revision()
        except NotReady:
            return ""

    async def _revision(self) -> str:
        """The revision, once a worker has answered, lately or now.

        Raises:
            NotReady: none did in time.
        """
        if self._asked is None or (self._asked.done() and monotonic() > self._until):
            self._asked = asyncio.get_running_loop().run_in_executor(self._thread, self._ask)
        await asyncio.wait({self._asked}, timeout=PATIENCE_SECONDS)
        revision = self._asked.result() if self._asked.done() else ""
        if not revision:
            raise NotReady
        return revision

    def _ask(self) -> str:
        """The revision; empty if no worker answers."""
        try:
            self._engine.ask(self._question)
            revision = self._engine.revision
        except (AriError, OSError) as error:
            log.warning("not ready: %s", error)
            revision = ""
        self._until = monotonic() + (FRESH_SECONDS if revision else 0)
        return revision
