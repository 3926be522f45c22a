"""One connection to a SPARQL endpoint that is kept open, and how long each answer takes."""

import http.client
import time
from dataclasses import dataclass
from types import TracebackType
from urllib.parse import urlencode, urlsplit

CAP = 60.0
"""Seconds after which nobody waits for an answer any longer."""
TABLE = "application/sparql-results+json"
GRAPH = "application/n-triples"


@dataclass(frozen=True)
class Reply:
    """What came back.

    Args:
        status: of HTTP; 0: the connection broke or the answer was cut short.
        seconds: from sending to the last byte.
        slow: the cap was reached.
    """

    status: int
    body: bytes
    seconds: float
    slow: bool = False


class Client:
    """A client with one connection; opens it anew when the server has closed it.

    Args:
        endpoint: URL of a SPARQL 1.1 query endpoint.
    """

    def __init__(self, endpoint: str, cap: float = CAP) -> None:
        place = urlsplit(endpoint)
        self._path = place.path or "/"
        self._cap = cap
        self._connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=cap)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._connection.close()

    def ask(self, query: str, accept: str = TABLE) -> Reply:
        """The answer to a query sent by GET."""
        return self.get(target(self._path, query), accept)

    def get(self, path: str, accept: str = TABLE) -> Reply:
        """What is at a path; never raises for what the server does."""
        begin = time.perf_counter()
        try:
            self._connection.request("GET", path, headers={"Accept": accept})
            response = self._connection.getresponse()
            body = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            seconds = time.perf_counter() - begin
            return Reply(0, repr(error).encode(), seconds, slow=isinstance(error, TimeoutError))
        seconds = time.perf_counter() - begin
        return Reply(response.status, body, seconds, slow=seconds >= self._cap)


def target(path: str, query: str) -> str:
    """Path and query string of a question."""
    return f"{path}?{urlencode({'query': query})}"
