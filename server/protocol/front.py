"""What stands before the application: kept answers, fair turns, limits on requests, health.

It is an ASGI application on one event loop, in front of one WSGI application in a few threads::

    request → kept answer? ──yes──→ sent, without a thread, a worker or the application
                  │no
                  → health? → body in time? → kept? → turn? → worker or application → kept and sent

A question from a program that a worker is free for is put to it from the event loop (`straight`);
everything else goes through the application, in a thread. A request that waits for its body or its
turn holds no thread, so kept answers and health are given under any load.
"""

import asyncio
from collections.abc import Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import perf_counter

from .. import calls
from ..config import Settings
from ..engine.spool import Spool, bytes_of
from ..errors import AriError, TooBusy, WorkerLost
from . import bridge, metrics, problems, telling
from .accesslog import AccessLog
from .admission import Admission
from .arriving import (
    HEAD,
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
from .attention import attended
from .cache import EMPTY, AnswerCache, Entry, Ready, Reply, State
from .coding import takes_gzip
from .health import PATHS, Health
from .metrics import GONE, Metrics, route_of
from .packing import Packing
from .sending import Unsent, deliver
from .service import Service
from .straight import Begun, Straight
from .tally import Tally
from .watched import Watched

MOST_PAGES = 16
"""Pages of refusals that may wait to be made; beyond, browsers too get the problem object."""


class Front:
    """The ASGI application of one web process.

    Args:
        application: answers what is neither kept nor straight, in as many threads as `workers`.
        engine: its state tells how long a kept answer holds.
        workers: requests that are worked on at the same time.
        access_log: None writes none.
    """

    def __init__(
        self,
        application: bridge.Application,
        engine: Watched,
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
        self._tally = Tally(counts, access_log)
        self._cache = AnswerCache(settings.cache_mb * 1024 * 1024 // settings.processes)
        self._bodies = Bodies(settings.max_request_bytes, settings.request_seconds)
        self._turns = Admission(workers)
        self._straight = Straight(Service(settings, engine), engine)
        self._threads = ThreadPoolExecutor(workers, "request")
        self._packing = Packing(self._cache, counts)
        self._pages = ThreadPoolExecutor(1, "refusal")
        self._pages_waiting = 0
        self._known = False
        self.request_seconds = settings.request_seconds
        self.unsent = Unsent()
        self._making: dict[Hashable, asyncio.Future[None]] = {}

    async def __call__(self, scope: bridge.Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3.0, HTTP), or go along with the server's life."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        began = perf_counter()
        headers = dict(scope["headers"])
        key = key_of_read(scope, headers)
        if scope["method"] in READING:
            entry = self._kept(key)
            if entry is not None:
                await self._send_kept(entry, scope, headers, send, began)
                return
        request = Request(scope, receive, send, headers, began, key)
        try:
            await self._answer_or_refuse(request)
        except ClientGone:
            self._tally.done(request, GONE, 0, "", "client-gone")

    async def _answer_or_refuse(self, request: Request) -> None:
        try:
            await self._answer(request)
        except AriError as error:
            await self._refuse(request, error)

    async def _live(self, receive: Receive, send: Send) -> None:
        """ASGI 2.0, lifespan: at the end everybody is answered, and what is left is given back."""
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._engine.close()
        self._tally.flush()
        await send({"type": "lifespan.shutdown.complete"})

    def ready(self, head: bytes) -> Ready | None:
        """What is sent to a request of just these bytes, if it was sent before."""
        return self._cache.find_ready(head, self._engine.state) if self._known else None

    def count_ready(self, ready: Ready, began: float) -> None:
        """Count and log that it was sent."""
        self._tally.kept(ready.entry, "GET", ready.status, len(ready.body), began)

    @property
    def known_revision(self) -> str:
        """The revision of the data, if it can be told without asking; else empty."""
        return self._engine.revision if self._known else ""

    def count_refusal(
        self, method: str, path: str, problem: problems.Problem, size: int, seconds: float
    ) -> None:
        """Count and log what was refused before it was a request."""
        self._tally.refused(method, path, problem, size, seconds)

    def _kept(self, key: Hashable) -> Entry | None:
        if key is None or not self._known:
            return None
        return self._cache.find(key, self._engine.state)

    async def _send_kept(
        self, entry: Entry, scope: bridge.Scope, headers: Headers, send: Send, began: float
    ) -> None:
        """Send a kept answer, or a 304 to a client that has it."""
        if takes_gzip(headers.get(b"accept-encoding")):
            entry = await self._packing.entry(entry)
        status, whole = entry.reply.status, entry.whole
        known = headers.get(b"if-none-match")
        start = entry.unchanged(known) if known and scope["method"] in READING else None
        if start is not None:
            status = 304
        if status == 304 or scope["method"] == "HEAD":
            whole = EMPTY
        start = start or entry.start
        if (head := scope.get(HEAD)) is not None:
            self._cache.note(head, entry.ready(start, whole))
        body = whole["body"]
        if not await deliver(scope, send, status, start["headers"], body):
            status, body = GONE, b""
        self._tally.kept(entry, scope["method"], status, len(body), began)

    async def _answer(self, request: Request) -> None:
        if request.path in PATHS:
            await self._deliver(request, await self._health.answer(request.method, request.path))
            return
        if request.key_of_read is None:
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
            await attended(made, request)
            if not made.done():
                raise ClientGone
        if (entry := self._kept(key)) is not None:
            scope, headers = request.scope, request.headers
            self._bodies.release(request)
            await self._send_kept(entry, scope, headers, request.send, request.began)
            return
        request.cache = "none" if key is None else "miss"
        reply = await self._made_once(request, key)
        # A client that reads slowly must not hold the room of those who write.
        self._bodies.release(request)
        await self._deliver(request, reply)

    async def _made_once(self, request: Request, key: Hashable) -> Reply:
        """Let others who ask the same wait for this answer, as they would get the same."""
        if key is None or key in self._making:
            return await self._take_turn(request, key)
        made = self._making[key] = asyncio.get_running_loop().create_future()
        try:
            return await self._take_turn(request, key)
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
                await attended(turn, request)
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
        """What is answered; it is kept if it lasts.

        Raises:
            ClientGone: the client left, and the work for it was ended.
        """
        begun = self._straight.begin(request)
        made = await self._straightly(begun, request) if begun is not None else None
        reply, state = made or await self._in_thread(request)
        entry = self._keep(request, key, reply, state)
        if not request.takes_gzip:
            return entry.reply if entry is not None else reply
        if entry is not None:
            return (await self._packing.entry(entry, self._threads)).reply
        return await self._packing.reply(reply, self._threads)

    async def _straightly(
        self, begun: Begun, request: Request
    ) -> tuple[Reply, State | None] | None:
        """The reply to a question that a worker has, and its one state; None: ask again."""
        try:
            answer = await begun.answered(request)
            reply = begun.reply(answer)
        except ClientGone:
            self._counts.add(metrics.ENDED, reason="client-gone")
            raise
        except AriError as error:
            if isinstance(error, WorkerLost) and begun.pending.is_young:
                return None
            return self._told(problems.of_ours(error), request, self._engine.revision), None
        except Exception as error:
            return self._told(problems.of_accident(error), request, self._engine.revision), None
        state = self._engine.state
        return reply, state if answer.revision and answer.revision == state[0] else None

    async def _in_thread(self, request: Request) -> tuple[Reply, State | None]:
        """What the application answers, and its one state; None: unsure."""
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, self._ask, request)
        await attended(work, request)
        if not work.done():
            request.call.leave()
            await asyncio.wait({work})
            if request.call.ended:
                self._counts.add(metrics.ENDED, reason="client-gone")
            # What the work said of its end was said to nobody.
            request.call.refusal = ""
            raise ClientGone
        return work.result()

    def _ask(self, request: Request) -> tuple[Reply, State | None]:
        """What the application answers, and the one state that it holds for; None: unsure."""
        with calls.during(request.call):
            try:
                before = self._engine.state
                environ = bridge.environ_of(request.scope, request.body)
                reply = bridge.answer(self._application, environ)
                after = self._engine.state
            except AriError as error:
                return self._told(problems.of_ours(error), request, ""), None
            except Exception as error:
                return self._told(problems.of_accident(error), request, ""), None
        one = reply.constant or request.call.revisions | {before[0], after[0]} == {before[0]}
        return reply, after if after[0] and one and before[1] == after[1] else None

    def _keep(
        self, request: Request, key: Hashable, reply: Reply, state: State | None
    ) -> Entry | None:
        """Keep a reply that lasts and is of one state, if there is room for it."""
        if state is None or key is None:
            return None
        self._known = True
        if not reply.lasting or not self._cache.takes(len(reply.body)):
            return None
        entry = Entry(
            replace(reply, body=bytes_of(reply.body)) if isinstance(reply.body, Spool) else reply,
            route_of(request.path),
            request.call.query,
            request.path,
            request.size_of_key(),
        )
        self._cache.keep(key, state, entry)
        self._counts.put(metrics.CACHED, self._cache.bytes)
        self._counts.put(metrics.ENTRIES, len(self._cache))
        return entry

    async def _refuse(self, request: Request, error: AriError) -> None:
        """Tell an error that the front found: on a page where the client may want one."""
        reply = self._told(problems.of_ours(error), request, self.known_revision)
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
        request.call.limit = str(problem.extra.get("limit", ""))
        return telling.of_problem(problem, request.method, request.path, revision)

    async def _deliver(self, request: Request, reply: Reply) -> None:
        body = b"" if request.method == "HEAD" else reply.body
        whole = await deliver(request.scope, request.send, reply.status, reply.headers, body)
        if isinstance(reply.body, Spool):
            reply.body.close()
        if not whole:
            raise ClientGone
        outcome = request.call.refusal or "ok"
        self._tally.done(request, reply.status, len(body), reply.rows, outcome)
