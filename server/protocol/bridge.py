"""From an ASGI request to the WSGI application and back (ASGI 3.0, PEP 3333)."""

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any, Protocol
from urllib.parse import unquote_to_bytes

from ..engine.spool import Content, Gathering, Spool
from .cache import Header, Reply
from .responses import NO_STORE, in_gzip

Environ = dict[str, Any]
Scope = dict[str, Any]

REFUSAL = "ari.refusal"
"""Key of an error that the application tells the client instead of doing what is asked."""

_ALONE = {b"content-type": "CONTENT_TYPE", b"content-length": "CONTENT_LENGTH"}


class Application(Protocol):
    """A WSGI application."""

    def __call__(
        self, environ: Environ, start_response: Callable[..., Any], /
    ) -> Iterable[bytes]: ...


def environ_of(scope: Scope, body: bytes) -> Environ:
    """The request as WSGI has it, its body whole; a HEAD as the GET whose headers it wants."""
    method, (server, port) = scope["method"], scope["server"]
    environ: Environ = {
        "REQUEST_METHOD": "GET" if method == "HEAD" else method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "REQUEST_URI": scope["raw_path"].decode("latin-1"),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": scope["client"][0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        key = _ALONE.get(name) or "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    # However the body came, here it is whole, and of this length.
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    if body or "CONTENT_LENGTH" in environ:
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def answer(application: Application, environ: Environ) -> Reply:
    """What the application answers, whole."""
    begun: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        begun[:] = [status, headers]

    found = application(environ, start_response)
    body = found if isinstance(found, Spool) else _gathered(found)
    status, headers = begun
    encoded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
    return reply_of(int(status[:3]), tuple(encoded), body)


def _gathered(found: Iterable[bytes]) -> Content:
    body = Gathering()
    try:
        for piece in found:
            body.append(piece)
    finally:
        if (close := getattr(found, "close", None)) is not None:
            close()
    return body.whole()


def reply_of(status: int, headers: tuple[Header, ...], body: Content) -> Reply:
    """The reply; it lasts if it has a strong tag, or never changes at its address."""
    plain = Reply(status, headers, body)
    control = plain.header(b"cache-control")
    if status != 200 or NO_STORE in control or plain.header(b"etag").startswith("W/"):
        return plain
    constant = "immutable" in control
    if tag := plain.tag:
        return Reply(status, headers, body, True, (tag, in_gzip(tag)), constant)
    return Reply(status, headers, body, constant, constant=constant)
