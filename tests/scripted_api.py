"""A web server on loopback that answers each path with what is scripted for it, in turn."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer.

    Args:
        promised: the Content-Length, where it is not that of the body.
        pause: seconds before each of the pieces that the body is sent in.
    """

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    promised: int | None = None
    pause: float = 0.0
    pieces: int = 1


@dataclass
class Api:
    """What the server answers, and what it was asked; the last reply stands for the rest."""

    replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    url: str = ""

    def on(self, path: str, *replies: Reply) -> str:
        """Script a path; its address."""
        self.replies[path] = list(replies)
        return f"{self.url}{path}"

    def reply(self, path: str) -> Reply:
        """The next answer."""
        self.asked.append(path)
        self.times.append(time.monotonic())
        scripted = self.replies.get(path, [Reply(b"nothing", 404)])
        return scripted.pop(0) if len(scripted) > 1 else scripted[0]


@contextmanager
def serving() -> Iterator[Api]:
    """The server, until the block ends."""
    api = Api()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = api.reply(self.path)
            self.send_response(reply.status)
            length = len(reply.body) if reply.promised is None else reply.promised
            for name, value in (*reply.headers, ("Content-Length", str(length))):
                self.send_header(name, value)
            self.end_headers()
            step = max(1, len(reply.body) // reply.pieces)
            for start in range(0, len(reply.body), step):
                time.sleep(reply.pause)
                self.wfile.write(reply.body[start : start + step])

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

        def handle(self) -> None:
            # A client that gives up is part of the script.
            try:
                super().handle()
            except OSError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
