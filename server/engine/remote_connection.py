"""How a process of ours connects to another engine: kept connections, credentials, no redirects.

SPARQLWrapper opens its requests through urllib's opener of the whole process, which `prepare`
makes; it is for processes that speak with one engine and with nobody else.
"""

import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit, urlunsplit


@dataclass(frozen=True)
class Access:
    """Where the engine is, and as whom it is asked; `update` and `store` may be empty."""

    query: str
    update: str = ""
    store: str = ""
    user: str = ""
    password: str = ""


def prepare(access: Access, silence: float | None = None) -> "Kept":
    """Have this process log in at the engine, keep its connections, and follow no redirect.

    Args:
        silence: seconds that the engine may say nothing; None: as long as the process lives.

    A password is sent only where it is asked for: as Digest where that is offered, else as Basic.
    The engine is reached directly; settings for proxies are for ways to the outside.
    """
    known = urllib.request.HTTPPasswordMgrWithPriorAuth()
    if access.user:
        for place in filter(None, (access.query, access.update, access.store)):
            # The whole server: addresses for writes may be made from the one for queries.
            root = urlunsplit((*urlsplit(place)[:2], "/", "", ""))
            known.add_password(None, root, access.user, access.password)
    kept = Kept(silence)
    urllib.request.install_opener(
        urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            _NoRedirect,
            kept,
            urllib.request.HTTPDigestAuthHandler(known),
            urllib.request.HTTPBasicAuthHandler(known),
        )
    )
    return kept


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """An engine that sends elsewhere would take the credentials with it."""

    def redirect_request(self, *_: object) -> None:
        return None


class Kept(urllib.request.BaseHandler):
    """Connections of HTTP/1.1 that are used again.

    urllib asks a server to close the connection after each answer. That costs a handshake, and
    some servers (Jetty, so Fuseki) then mark the end of an answer by nothing but the close.

    `tell` is called with True before a request is sent, and with False once all of it is.
    """

    handler_order = 400
    """Before urllib's own."""

    def __init__(self, silence: float | None) -> None:
        self._silence = silence
        self.tell: Callable[[bool], object] = bool
        self._connection: HTTPConnection | None = None
        self._place = ("", "")
        self._last: HTTPResponse | None = None

    def http_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self._open(HTTPConnection, request)

    def https_open(self, request: urllib.request.Request) -> HTTPResponse:
        return self._open(HTTPSConnection, request)

    def _open(self, kind: type[HTTPConnection], request: urllib.request.Request) -> HTTPResponse:
        place = (request.type, request.host)
        kept = self._idle() if place == self._place else None
        self._connection, self._place = kept or kind(request.host, timeout=self._silence), place
        try:
            response = self._exchange(self._connection, request)
        except (OSError, HTTPException):
            self._connection.close()
            # A server may close an idle connection at any time; a write may not be sent twice.
            if kept is None or not _is_query(request):
                raise
            self._connection = kind(request.host, timeout=self._silence)
            response = self._exchange(self._connection, request)
        self._last = response
        return response

    def _idle(self) -> HTTPConnection | None:
        """The connection, if its last answer was read to its end."""
        if self._connection is None or self._last is None:
            return None
        if self._last.isclosed():
            return self._connection
        self._connection.close()
        return None

    def _exchange(
        self, connection: HTTPConnection, request: urllib.request.Request
    ) -> HTTPResponse:
        headers = {**request.headers, **request.unredirected_hdrs}
        self.tell(True)
        connection.request(request.get_method(), request.selector, request.data, headers)
        self.tell(False)
        response = connection.getresponse()
        # As urllib's own handler leaves it for the rest of urllib.
        response.url = request.full_url
        response.msg = response.reason  # type: ignore[assignment]
        return response


def _is_query(request: urllib.request.Request) -> bool:
    return isinstance(request.data, bytes) and b"query=" in request.data
