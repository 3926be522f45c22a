"""One HTTP/1.1 connection: uvicorn's, with limits on a request's head, and kept answers at sight.

A request that came before in the very same bytes is answered from the cache before it is parsed:
equal bytes between two messages are an equal request, and `front` noted what it answers to these.
Every other request goes through uvicorn's parser to the front, and there is no way around it.
"""

import asyncio
import re
from functools import partial
from time import perf_counter
from typing import cast

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from ..engine.spool import PIECE, Content, bytes_of
from ..errors import AriError, HeadersTooLarge, InputError, UriTooLong
from . import parameters, problems, telling
from .arriving import HEAD, MOST_OF_HEADERS
from .bridge import Scope
from .cache import Header, Ready, head_of, lines_of
from .front import Front
from .sending import TELL, Sending

CONNECTIONS = 2048
"""Connections that one web process holds; one that waits or idles costs a few kilobytes."""
MOST_OF_HEAD = 128 * 1024
"""Bytes of a request's line and headers that are read before it is refused."""
MOST_HEADERS = 100
MOST_OF_ADDRESS = 60_000
"""Bytes; what reads addresses ends at 65,535."""
LINGER_SECONDS = 2.0
_OTHER_METHOD = re.compile(rb"([A-Z][A-Z-]{0,31}) [/*]")
_SPARE_METHOD = b"UNLINK"
"""Known to the parser and possible nowhere here."""
MOST_NOTED = 4096
"""Bytes of a request that is known again by its bytes."""


class Connection(HttpToolsProtocol):
    """A client's connection. Its application is a `Front`."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request; the connection that idles longest gives way to one too many."""
        super().connection_made(transport)
        self._front = cast(Front, self.app)
        self._patience = self._front.request_seconds
        self._between = True
        self._leaving = False
        self._begun = 0
        self._arrived = 0
        self._dated: tuple[list[Header], bytes] = [], b"\r\n"
        self._unread = 0
        self._method = ""
        self._sending: RequestResponseCycle | None = None
        self._since = self.loop.time()
        self._clock = self.loop.call_later(self._patience, self._look)
        if len(self.connections) > CONNECTIONS:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is closed, by either side."""
        self._clock.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answer at sight, or read on."""
        if self._leaving:
            return
        began = perf_counter()
        if self._between:
            ready = self._front.ready(data)
            if ready is not None and self.idles and self._goes_at_once(ready.body):
                self._send(ready)
                self._front.count_ready(ready, began)
                return
            self._since = self.loop.time()
            self._arrived = self._begun = 0
        fresh = self._between
        self._arrived += len(data)
        if self._read(data) and fresh and self._is_one_plain_request(data):
            cast(Scope, self.scope)[HEAD] = data

    @property
    def idles(self) -> bool:
        """Whether no request is in hand."""
        return not self.pipeline and (self.cycle is None or self.cycle.response_complete)

    def on_message_begin(self) -> None:
        """A request begins."""
        self._between = False
        self._begun += 1
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head is here.

        Raises:
            AriError: it is more than can be read.
        """
        if len(self.url) > MOST_OF_ADDRESS:
            raise UriTooLong(parameters.MOST_OF_URL)
        if len(self.headers) > MOST_HEADERS:
            raise HeadersTooLarge(MOST_HEADERS, "headers")
        self._must_have_one_host()
        super().on_headers_complete()
        if self._method:
            self.scope["method"], self._method = self._method, ""
        cast(Scope, self.scope)[TELL] = partial(self._tell, self.cycle)

    def _must_have_one_host(self) -> None:
        hosts = sum(name == b"host" for name, _ in self.headers)
        if hosts > 1 or (not hosts and self.parser.get_http_version() == "1.1"):
            raise InputError(
                "A request must have one Host header (RFC 9112, 3.2).",
                remedy="Send the name of this server in it.",
            )

    def on_message_complete(self) -> None:
        """The whole request is here."""
        self._between = True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Go on with the next request that is here already, or wait for one."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self._since = self.loop.time()
        self.flow.resume_reading()
        if not self._between:
            self._leave()
        elif self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)

    def _read(self, data: bytes) -> bool:
        """Let the parser read; False: what came is refused."""
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # There is nothing to upgrade to: this request is the last one here.
            if self.cycle is not None:
                self.cycle.keep_alive = False
        except httptools.HttpParserInvalidMethodError:
            return self._read_other_method(data)
        except httptools.HttpParserError as error:
            ours = isinstance(error.__context__, AriError)
            self._refuse(error.__context__ if ours else InputError("This is no HTTP request."))
            return False
        if not self._between and self._in_head and self._arrived > MOST_OF_HEAD:
            long = len(self.url) > MOST_OF_ADDRESS
            self._refuse(
                UriTooLong(parameters.MOST_OF_URL) if long else HeadersTooLarge(MOST_OF_HEADERS)
            )
            return False
        return True

    def _read_other_method(self, data: bytes) -> bool:
        """Read on where a method stands that the parser does not know: it is answered as one that
        does not fit (RFC 9110, 15.5.6)."""
        named = _OTHER_METHOD.match(data)
        if named is None or self._begun != 1 or self._method:
            self._refuse(InputError("This is no HTTP request."))
            return False
        self._method, self._begun = named[1].decode("ascii"), 0
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return self._read(_SPARE_METHOD + data[named.end(1) :])

    @property
    def _in_head(self) -> bool:
        return self.cycle is None or self.cycle.scope is not self.scope

    def _is_one_plain_request(self, data: bytes) -> bool:
        return (
            self._between
            and self._begun == 1
            and len(data) <= MOST_NOTED
            and self.scope["method"] == "GET"
            and self.cycle.keep_alive
            and not self.cycle.body
            and not self.expect_100_continue
        )

    def _send(self, ready: Ready) -> None:
        self._since = self.loop.time()
        self.server_state.total_requests += 1
        date = self._end_of_head()
        self.transport.writelines((ready.head, date, ready.body))

    def _end_of_head(self) -> bytes:
        """The headers that every response has now, the date for one, and the empty line."""
        headers = self.server_state.default_headers
        if headers is not self._dated[0]:
            self._dated = headers, lines_of(headers) + b"\r\n"
        return self._dated[1]

    def _goes_at_once(self, body: Content) -> bool:
        return len(body) <= PIECE and not self.flow.write_paused

    async def _tell(self, cycle: RequestResponseCycle, head: bytes, body: Content) -> bool:
        """Send a whole reply, as `cycle.send` would; False if the connection has ended before."""
        if cycle.disconnected or cycle.response_started:
            return False
        cycle.response_started = True
        end = self._end_of_head()
        if not cycle.keep_alive:
            end = b"connection: close\r\n" + end
        whole = self._goes_at_once(body)
        if whole:
            self.transport.writelines((head, end, bytes_of(body)))
        else:
            self.transport.writelines((head, end))
            whole = await self._send_slowly(cycle, body)
        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            self.transport.close()
        cycle.on_response()
        return whole

    async def _send_slowly(self, cycle: RequestResponseCycle, body: Content) -> bool:
        """Send a body as fast as its client reads it."""
        unsent = self._front.unsent
        sending = Sending(self.transport, self.flow, body, self._patience)
        self._sending = cycle
        unsent.add(sending)
        try:
            return await sending.run()
        finally:
            unsent.remove(sending)
            self._sending = None
            self._unread = 0

    def _refuse(self, error: BaseException | None) -> None:
        """Tell what is wrong with bytes that are no request we can read, and close."""
        if self._leaving or self.transport.is_closing():
            return
        if self._sending is not None:
            # What is half said is said to its end, and nothing after it.
            self._leaving, self._sending.keep_alive = True, False
            return
        problem = problems.of_ours(cast(AriError, error))
        reply = telling.of_problem(problem, "GET", "", self._front.known_revision)
        headers = (*self.server_state.default_headers, *reply.headers, (b"connection", b"close"))
        self.transport.writelines((head_of(reply.status, headers), b"\r\n", bytes_of(reply.body)))
        path = self.url.partition(b"?")[0].decode("latin-1") if self._begun else ""
        # Before its address, nothing is known of its method either.
        method = self._method or self.parser.get_method().decode("ascii") if path else ""
        seconds = self.loop.time() - self._since
        self._front.count_refusal(method, path, problem, len(reply.body), seconds)
        self._leave()

    def _leave(self) -> None:
        """Say no more, and for a while take what still comes: a client that is cut off while it
        writes does not read what it is told (RFC 9112, 9.6)."""
        if not self._leaving:
            self._leaving = True
            self.transport.write_eof()
            self._clock.cancel()
            self._clock = self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def _look(self) -> None:
        """Close a connection on which no request has come, or not the whole of its head, or whose
        client does not read what it is sent."""
        unread, self._unread = self._unread, self.transport.get_write_buffer_size()
        if unread and unread == self._unread and self._sending is None:
            self.transport.abort()
            return
        left = self._since + self._patience - self.loop.time()
        waiting = self.idles and not self._unread and (self._between or self._in_head)
        if waiting and left <= 0:
            self.transport.close()
            return
        self._clock = self.loop.call_later(left if left > 0 else self._patience, self._look)

    def _make_room(self) -> None:
        others = (c for c in self.connections if isinstance(c, Connection) and c is not self)
        idle = min((c for c in others if c.idles), key=lambda c: c._since, default=self)
        idle.transport.abort()
