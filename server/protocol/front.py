"""What stands before the application: kept answers, fair turns, limits on requests, health.

It is an ASGI application on one event loop, in front of one WSGI application in a few threads::

    request → kept answer? ──yes──→ sent, without a thread, a worker or the application
                  │no
                  → health? → body in time? → kept? → turn? → application → kept and sent

A request that waits for its body or its turn holds no thread, so kept answers and health are given
under any load. There is no second way to an answer: what is kept is what the application gave.
"""

import asyncio
import logging
from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from .. import calls
from ..config import Settings
from ..engine.interface import Engine
from ..errors import AriError, TooBusy
from . import accesslog, bridge, metrics, problems, telling
from .accesslog import AccessLog
from .admission import Admission
from .arriving import (
    READING,
    Bodies,
    ClientGone,
    Headers,
    Receive,
    Request,
    Send,
    key_of_read,
    must_have_small_headers,
)
from .cache import AnswerCache, Entry, Reply, finished, started
from .coding import compressed
from .health import PATHS, Health
from .metrics import GONE, Metrics, route_of

ATTENTION_SECONDS = 0.05
"""How long a request is worked on before its client is watched for leaving."""
MOST_PAGES = 16
"""Pages of refusals that may wait to be made; beyond, browsers too get the problem object."""

EMPTY = finished(b"")
log = logging.getLogger(__name__)


class Front:
    """The ASGI application of one web process.

    Args:
        application: answers what is not kept, in so many threads as there are `workers`.
        engine: its revision tells how long a kept answer holds.
        workers: requests that are worked on at the same time.
        access_log: None writes none.
    """

    def __init__(
        self,
        application: bridge.Application,
        engine: Engine,
        settings: Settings,
        workers: int,
        counts: Metrics,
        health: Health,
        access_log: AccessLog | None = None,
    ) -> None:
        self._application = application
        self._engine = engine
        self._proxies = settings.proxies
        self._counts = counts
        self._health = health
        self._log = access_log
        self._cache = AnswerCache(settings.cache_mb * 1024 * 1024 // settings.processes)
        self._bodies = Bodies(settings.max_request_bytes, settings.request_seconds)
        self._turns = Admission(workers)
        self._threads = ThreadPoolExecutor(workers, "request")
        self._pages = ThreadPoolExecutor(1, "refusal")
        self._pages_waiting = 0
        self._known = False
        self._making: dict[Hashable, asyncio.Future[None]] = {}

    async def __call__(self, scope: bridge.Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3.0, HTTP)."""
        began = perf_counter()
        headers = dict(scope["headers"])
        if scope["method"] in READING:
            entry = self._kept(key_of_read(scope, headers))
            if entry is not None:
                await self._send_kept(entry, scope, headers, send, began)
                return
        request = Request(scope, receive, send, headers, began)
        try:
            await self._answer(request)
        except ClientGone:
            self._note(request, GONE, 0, "", "client-gone")
        except AriError as error:
            await self._refuse(request, error)

    def _kept(self, key: Hashable) -> Entry | None:
        if key is None or not self._known:
            return None
        return self._cache.find(key, self._engine.revision)

    async def _send_kept(
        self, entry: Entry, scope: bridge.Scope, headers: Headers, send: Send, began: float
    ) -> None:
        """Send a kept answer, or a 304 to a client that has it."""
        status, whole = entry.reply.status, entry.whole
        known = headers.get(b"if-none-match")
        start = entry.unchanged(known) if known and scope["method"] in READING else None
        if start is not None:
            status = 304
        await send(start or entry.start)
        if status == 304 or scope["method"] == "HEAD":
            whole = EMPTY
        await send(whole)
        self._count_kept(entry, scope["method"], status, len(whole["body"]), began)

    def _count_kept(self, entry: Entry, method: str, status: int, size: int, began: float) -> None:
        seconds = perf_counter() - began
        self._counts.hit(entry.route, status, seconds, size, entry.rows if status == 200 else 0)
        if self._log is not None:
            path, query = entry.path, entry.query
            rows = entry.reply.rows
            self._write(method, path, status, size, seconds, rows, query, "ok", "hit")

    async def _answer(self, request: Request) -> None:
        if request.path in PATHS:
            await self._deliver(request, await self._health.answer(request.method, request.path))
            return
        must_have_small_headers(request.scope)
        try:
            if not request.reads:
                await self._bodies.read(request)
            await self._answer_whole(request)
        finally:
            self._bodies.release(request)

    async def _answer_whole(self, request: Request) -> None:
        key = request.key()
        if key is not None and (made := self._making.get(key)) is not None:
            await _attended(made, request)
            if not made.done():
                raise ClientGone
        if (entry := self._kept(key)) is not None:
            scope, headers = request.scope, request.headers
            await self._send_kept(entry, scope, headers, request.send, request.began)
            return
        request.cache = "none" if key is None else "miss"
        with self._one_who_makes(key):
            reply = await self._take_turn(request, key)
        await self._deliver(request, reply)

    @contextmanager
    def _one_who_makes(self, key: Hashable) -> Iterator[None]:
        """Let others who ask the same wait for this answer, as they would get the same."""
        if key is None or key in self._making:
            yield
            return
        made = self._making[key] = asyncio.get_running_loop().create_future()
        try:
            yield
        finally:
            del self._making[key]
            made.set_result(None)

    async def _take_turn(self, request: Request, key: Hashable) -> Reply:
        client = request.client(self._proxies)
        await self._turn(request, client)
        try:
            return await self._work(request, key)
        finally:
            self._turns.leave(client)
            self._count_turns()

    async def _turn(self, request: Request, client: str) -> None:
        """Wait for a turn to work.

        Raises:
            TooBusy: it did not come in time.
            ClientGone: nobody waits any more.
        """
        turn = self._turns.enter(client)
        if turn is not None:
            self._count_turns()
            try:
                await _attended(turn, request)
                if not turn.done():
                    raise ClientGone
                turn.result()
            except (ClientGone, TooBusy):
                self._turns.give_up(client, turn)
                self._count_turns()
                raise
        self._count_turns()

    def _count_turns(self) -> None:
        self._counts.put(metrics.WORKING, self._turns.working)
        self._counts.put(metrics.WAITING, self._turns.waiting)

    async def _work(self, request: Request, key: Hashable) -> Reply:
        """What the application answers; it is kept if it lasts.

        Raises:
            ClientGone: the client left, and the work for it was ended.
        """
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self._ask, request)
        done, _ = await asyncio.wait({work}, timeout=ATTENTION_SECONDS)
        if not done:
            await _attended(work, request)
        if not work.done():
            request.call.leave()
            await asyncio.wait({work})
            self._counts.add(metrics.ENDED, reason="client-gone")
            raise ClientGone
        reply, revision = work.result()
        if revision and key is not None:
            self._keep(request, key, reply, revision)
        return reply

    def _ask(self, request: Request) -> tuple[Reply, str]:
        """What the application answers, and the one revision that it comes from; empty: unsure."""
        with calls.during(request.call):
            try:
                before = self._engine.revision
                environ = bridge.environ_of(request.scope, request.body)
                reply = bridge.answer(self._application, environ)
                after = self._engine.revision
            except AriError as error:
                return self._told(problems.of_ours(error), request, ""), ""
            except Exception as error:
                return self._told(problems.of_accident(error), request, ""), ""
        if request.takes_gzip:
            reply = compressed(reply)
        constant = request.call.revisions | {before, after} == {before}
        return reply, before if constant else ""

    def _keep(self, request: Request, key: Hashable, reply: Reply, revision: str) -> None:
        self._known = True
        if not reply.lasting:
            return
        entry = Entry(
            reply,
            route_of(request.path),
            request.call.query,
            accesslog.shown(request.path),
            request.size_of_key(),
        )
        self._cache.keep(key, revision, entry)
        self._counts.put(metrics.CACHED, self._cache.bytes)
        self._counts.put(metrics.ENTRIES, len(self._cache))

    async def _refuse(self, request: Request, error: AriError) -> None:
        """Tell an error that the front found: on a page where the client may want one."""
        revision = self._engine.revision if self._known else ""
        reply = self._told(problems.of_ours(error), request, revision)
        if b"text/html" in request.headers.get(b"accept", b"") and self._pages_waiting < MOST_PAGES:
            self._pages_waiting += 1
            try:
                loop = asyncio.get_running_loop()
                reply = await loop.run_in_executor(self._pages, self._page, request, error)
            finally:
                self._pages_waiting -= 1
        await self._deliver(request, reply)

    def _page(self, request: Request, error: AriError) -> Reply:
        environ = bridge.environ_of(request.scope, b"") | {bridge.REFUSAL: error}
        return bridge.answer(self._application, environ)

    def _told(self, problem: problems.Problem, request: Request, revision: str) -> Reply:
        request.call.refusal = problem.slug
        return telling.of_problem(problem, request.method, request.path, revision)

    async def _deliver(self, request: Request, reply: Reply) -> None:
        await request.send(started(reply.status, reply.headers))
        body = b"" if request.method == "HEAD" else reply.body
        await request.send(finished(body))
        self._note(request, reply.status, len(body), reply.rows, request.call.refusal or "ok")

    def _note(self, request: Request, status: int, size: int, rows: str, outcome: str) -> None:
        """Count and log a request that is done."""
        seconds, counts = perf_counter() - request.began, self._counts
        counts.request(route_of(request.path), status, seconds, size, int(rows or 0))
        counts.refusal(request.call.refusal, request.call.limit)
        if request.cache == "miss":
            counts.add(metrics.MISSES)
        if self._log is not None:
            method, path = request.method, accesslog.shown(request.path)
            query, cache = request.call.query, request.cache
            self._write(method, path, status, size, seconds, rows, query, outcome, cache)

    def _write(self, *parts: Any) -> None:
        if self._log is not None and not self._log.line(*parts):
            self._counts.add(metrics.DROPPED)


async def _attended(work: "asyncio.Future[Any]", request: Request) -> None:
    """Wait for the work to end or the client to leave, whichever comes first."""
    departure = asyncio.ensure_future(request.departure())
    try:
        await asyncio.wait({work, departure}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        departure.cancel()
