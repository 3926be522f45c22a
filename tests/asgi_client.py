"""Requests to an ASGI application in the test's own process, without a server."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

Application = Callable[[Any, Any, Any], Awaitable[None]]
Pairs = Sequence[tuple[str, str]]


@dataclass
class Answered:
    """A response; status 0: none was sent."""

    status: int = 0
    pairs: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.pairs)

    @property
    def problem(self) -> dict[str, Any]:
        assert self.headers["content-type"] == "application/problem+json"
        found: dict[str, Any] = json.loads(self.body)
        assert found["status"] == self.status
        return found


@dataclass
class Sent:
    """A request.

    Args:
        pieces: the body, as it arrives.
        pause: seconds before each piece.
        leaves: seconds after which the client closes the connection; None: it stays.
        cut: the connection ends before the body does.
    """

    method: str
    target: str
    headers: Pairs = ()
    pieces: Sequence[bytes] = ()
    pause: float = 0.0
    leaves: float | None = None
    cut: bool = False
    address: str = "192.0.2.1"

    def scope(self) -> dict[str, Any]:
        path, _, query = self.target.partition("?")
        return {
            "type": "http",
            "method": self.method,
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in self.headers],
            "client": (self.address, "1"),
            "server": ("127.0.0.1", "80"),
            "scheme": "http",
        }


async def ask(application: Application, sent: Sent) -> Answered:
    """The answer to one request."""
    answered = Answered()
    left = list(sent.pieces) or [b""]

    async def receive() -> dict[str, Any]:
        if left:
            await asyncio.sleep(sent.pause)
            piece = left.pop(0)
            more = bool(left) or sent.cut
            return {"type": "http.request", "body": piece, "more_body": more}
        if not sent.cut:
            await asyncio.sleep(3600 if sent.leaves is None else sent.leaves)
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            assert not answered.status
            answered.status = message["status"]
            answered.pairs = [(k.decode(), v.decode("latin-1")) for k, v in message["headers"]]
        else:
            answered.body += message["body"]

    await application(sent.scope(), receive, send)
    return answered


class AsgiClient:
    """Sends requests, one after the other or at once, on one event loop."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self._runner = asyncio.Runner()

    def get(self, target: str, **headers: str) -> Answered:
        return self.send(Sent("GET", target, _pairs(headers)))

    def head(self, target: str, **headers: str) -> Answered:
        return self.send(Sent("HEAD", target, _pairs(headers)))

    def post(self, target: str, body: bytes, kind: str, **headers: str) -> Answered:
        return self.send(Sent("POST", target, [("content-type", kind), *_pairs(headers)], [body]))

    def send(self, sent: Sent) -> Answered:
        return self._runner.run(ask(self.application, sent))

    def send_at_once(self, *sent: Sent) -> list[Answered]:
        async def together() -> list[Answered]:
            return await asyncio.gather(*(ask(self.application, one) for one in sent))

        return self._runner.run(together())

    def run(self, story: Coroutine[Any, Any, Any]) -> Any:
        """Run a story of several requests on the event loop."""
        return self._runner.run(story)

    def close(self) -> None:
        self._runner.close()


def _pairs(headers: dict[str, str]) -> Pairs:
    return [(name.replace("_", "-"), value) for name, value in headers.items()]
