"""Questions to `/sparql` from programs: answered on the event loop, without a thread.

What is read, asked and told is what the application reads, asks and tells, by the same functions;
only the waiting differs. Whatever is out of the ordinary (a page, a condition, a refusal before the
engine is asked, no worker at hand) is left to the application.
"""

import asyncio
from dataclasses import dataclass

from flask import Request as Asking

from ..engine.interface import Answer
from ..engine.pending import Pending
from ..errors import AriError
from ..formats import BY_NAME
from . import negotiation, parameters, sparql
from .arriving import ClientGone, Request
from .attention import Attention
from .bridge import environ_of, reply_of
from .cache import Reply
from .headers import OF_ALL, OF_READS, encoded
from .readable import Readable
from .service import Service
from .watched import Watched, digest

PATH = "/sparql"
METHODS = ("GET", "HEAD", "POST")
CONDITIONS = frozenset((b"if-none-match", b"if-match", b"if-modified-since", b"range"))

_ALWAYS = encoded(OF_ALL | OF_READS)


@dataclass(frozen=True)
class Begun:
    """A question that a worker has, and how its answer is told."""

    service: Service
    asked: sparql.Asked
    pending: Pending
    readable: Readable

    async def answered(self, request: Request) -> Answer:
        """The answer, or why there is none. The worker goes back, or is ended if it still works.

        Raises:
            ClientGone: nobody waits for it any more.
            AriError: as `Engine.ask`.
        """
        waiting = _Waiting(self.pending, self.readable, request)
        try:
            return await waiting.done
        finally:
            waiting.end()

    def reply(self, answer: Answer) -> Reply:
        """As `sparql.respond` tells it."""
        content_type = BY_NAME[answer.format].content_type
        size = len(answer.content)
        headers = sparql.headers_of(self.service, self.asked, answer, content_type, size)
        return reply_of(200, (*encoded(headers), *_ALWAYS), answer.content)


class Straight:
    """Begins such questions.

    Args:
        service: whose engine is `engine`.
    """

    def __init__(self, service: Service, engine: Watched) -> None:
        self._service = service
        self._engine = engine
        self._readable: Readable | None = None

    def begin(self, request: Request) -> Begun | None:
        """Put what is asked to a worker; None if the application has to answer."""
        if request.path != PATH or not self._is_plain(request):
            return None
        try:
            asked = self._read(request)
        except AriError:
            return None
        if asked is None:
            return None
        pending = self._engine.begin(asked.question(self._service.endpoint))
        if pending is None:
            return None
        request.call.query = digest(asked.query)
        return Begun(self._service, asked, pending, self._readable_here())

    def _readable_here(self) -> Readable:
        loop = asyncio.get_running_loop()
        if self._readable is None or self._readable.loop is not loop:
            self._readable = Readable(loop)
        return self._readable

    def _is_plain(self, request: Request) -> bool:
        """Whether it is a read with nothing that a header makes conditional or doubtful."""
        return (
            request.method in METHODS
            and len(request.headers) == len(request.scope["headers"])
            and CONDITIONS.isdisjoint(request.headers)
        )

    def _read(self, request: Request) -> sparql.Asked | None:
        """What it asks; None: for something else than an answer as data."""
        if request.reads:
            sent = parameters.of_query_string(request.scope["query_string"])
        else:
            asking = Asking(environ_of(request.scope, request.body))
            sent = sparql.read_parameters(asking, self._service.settings.max_request_bytes)
        if sparql.RELEASE in sent:
            return None
        accept = request.headers.get(b"accept", b"").decode("latin-1")
        asked = sparql.asked(self._service, sent, request.method, accept)
        if asked is None or negotiation.choice(accept, sent.all("format")).page:
            return None
        return asked


class _Waiting:
    """What may end the waiting for an answer: that it comes, its deadline, the client's leaving."""

    def __init__(self, pending: Pending, readable: Readable, request: Request) -> None:
        self.done: asyncio.Future[Answer] = readable.loop.create_future()
        self._pending = pending
        self._readable = readable
        readable.ask(pending.descriptor, self._look)
        self._deadline = readable.loop.call_later(pending.seconds, self._expire)
        self._attention = Attention(request, self._leave)

    def end(self) -> None:
        """Stop waiting."""
        self._readable.give_up(self._pending.descriptor)
        self._deadline.cancel()
        self._attention.end()
        self._pending.close()

    def _look(self) -> None:
        try:
            answer = self._pending.advance()
        except AriError as error:
            self._fail(error)
        else:
            if answer is None:
                self._readable.ask(self._pending.descriptor, self._look)
            elif not self.done.done():
                self.done.set_result(answer)

    def _leave(self) -> None:
        self._fail(ClientGone())

    def _expire(self) -> None:
        self._fail(self._pending.late())

    def _fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
