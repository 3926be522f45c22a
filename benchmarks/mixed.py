"""A mixed load over HTTP: what an ordinary day brings to the service, at a bounded rate."""

import contextlib
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import count
from urllib.parse import quote, urlencode, urlsplit

from tests.exchange import Reply, Site
from tests.hostile import ENDLESS

COME_AGAIN = 429
GRAPHS = 40
"""Graphs that are put, filled and deleted over and over, so that the data do not grow."""
LARGE_ROWS = 10_000
ASKED = "SELECT ?s WHERE { ?s a <https://w3id.org/ari/def#Theme> } ORDER BY ?s"
TURTLE = "\n".join(
    f"<urn:soak:{number}> <urn:soak:p> {number}, 'text'@en ." for number in range(50)
)
REFUSED: tuple[tuple[int, str, str, dict[str, str]], ...] = (
    (400, "GET", "/sparql?query=SELEKT", {}),
    (400, "GET", "/sparql?query=" + quote("ASK { SERVICE <urn:x> { ?s ?p ?o } }"), {}),
    (400, "GET", "/queries/questions-by-priority?priority=none", {}),
    (404, "GET", "/queries/no-such-query", {}),
    (404, "GET", "/doc/priority/none", {}),
    (406, "GET", f"/sparql?query={quote('ASK {}')}&format=csv", {}),
    (401, "DELETE", "/graphs?graph=urn:soak:0", {"Authorization": ""}),
    (415, "PUT", "/graphs?graph=urn:soak:0", {"Content_Type": "text/plain"}),
)
"""Status, method, address and headers of requests that are rightly refused."""


@dataclass
class Met:
    """What the requests met.

    Args:
        answers: by kind of request and status.
        faults: what was not as it must be, in words.
    """

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)

    def note(self, kind: str, status: int, expected: tuple[int, ...]) -> None:
        """Count one; to be told to come again is no fault."""
        self.answers[kind, status] += 1
        if status not in (*expected, COME_AGAIN):
            self.faults[f"{kind}: status {status}"] += 1


class Load:
    """Clients that send a mix of requests.

    Args:
        site: the service, for one who may write.
        stored: names of the stored queries.
        rate: requests a second, of all clients together.
        seed: of the mix.
    """

    def __init__(self, site: Site, stored: list[str], rate: float, seed: int) -> None:
        self._site, self._stored, self._rate, self._seed = site, stored, rate, seed
        self._new = count()
        self.met = Met()

    def run(self, clients: int, seconds: float) -> None:
        """Send for so long, from so many clients, and wait until all are answered."""
        until = time.monotonic() + seconds
        threads = [
            threading.Thread(target=self._client, args=(number, clients / self._rate, until))
            for number in range(clients)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _client(self, number: int, pause: float, until: float) -> None:
        chance = random.Random(f"{self._seed} {number}")  # noqa: S311 - a mix to repeat
        kinds = list(MIX)
        weights = [MIX[kind][0] for kind in kinds]
        while time.monotonic() < until:
            due = time.monotonic() + pause
            (kind,) = chance.choices(kinds, weights)
            _, act, expected = MIX[kind]
            try:
                self.met.note(kind, act(self, chance), expected)
            except (OSError, HTTPException) as error:
                self.met.faults[f"{kind}: {error!r}"] += 1
            time.sleep(max(0.0, due - time.monotonic()))

    def _ask(self, query: str, form: str = "json", coding: str = "identity") -> Reply:
        path = "/sparql?" + urlencode({"query": query, "format": form})
        return self._site.get(path, Accept_Encoding=coding)

    def cached(self, chance: random.Random) -> int:
        """The same again."""
        return self._ask(ASKED, coding=chance.choice(("gzip", "identity"))).status

    def uncached(self, _: random.Random) -> int:
        """A question that nobody asked before."""
        return self._ask(f"{ASKED} #{next(self._new)}").status

    def stored(self, chance: random.Random) -> int:
        """A stored query with its defaults; a graph is not there in every format."""
        return self._site.get(f"/queries/{chance.choice(self._stored)}", Accept="*/*").status

    def page(self, chance: random.Random) -> int:
        """A page for people."""
        paths = ("/", "/queries", "/sparql", "/doc/priority/met-2019-4", "/coverage")
        return self._site.get(chance.choice(paths), Accept="text/html").status

    def large(self, _: random.Random) -> int:
        """A large answer that is not in the cache; all its rows must be there."""
        query = f"SELECT * WHERE {{ ?s ?p ?o }} LIMIT {LARGE_ROWS} #{next(self._new)}"
        reply = self._ask(query, "csv")
        if reply.status == 200 and reply.body.count(b"\r\n") < LARGE_ROWS:
            self.met.faults["large: rows are missing"] += 1
        return reply.status

    def insert(self, chance: random.Random) -> int:
        """An update that stores something."""
        number = chance.randrange(GRAPHS)
        said = f"<urn:soak:i> <urn:soak:n> {number}, {chance.randrange(100)}"
        text = f"INSERT DATA {{ GRAPH <urn:soak:{number}> {{ {said} }} }}"
        return self._site.form("/update", {"update": text}).status

    def put(self, chance: random.Random) -> int:
        """A graph put as a whole."""
        path = f"/graphs?graph=urn:soak:{chance.randrange(GRAPHS)}"
        return self._site.send("PUT", path, TURTLE, Content_Type="text/turtle").status

    def delete(self, chance: random.Random) -> int:
        """A graph deleted, if it is there."""
        path = f"/graphs?graph=urn:soak:{chance.randrange(GRAPHS)}"
        return self._site.send("DELETE", path).status

    def refused(self, chance: random.Random) -> int:
        """A request that is refused; 0 if it is, as it should be."""
        status, method, path, headers = chance.choice(REFUSED)
        body = "x" if method == "PUT" else None
        found = self._site.send(method, path, body, **headers).status
        return 0 if found == status else found

    def endless(self, _: random.Random) -> int:
        """A question that reaches its deadline."""
        return self._ask(f"{ENDLESS['join']} #{next(self._new)}").status

    def leaves(self, _: random.Random) -> int:
        """A client that asks something long and goes away."""
        place = urlsplit(self._site.address)
        query = urlencode({"query": f"{ENDLESS['sort']} #{next(self._new)}"})
        head = f"GET /sparql?{query} HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n"
        with contextlib.closing(
            socket.create_connection((place.hostname or "", place.port or 80), timeout=30)
        ) as connection:
            connection.sendall(head.encode())
            time.sleep(0.2)
        return 0


MIX: dict[str, tuple[int, Callable[[Load, random.Random], int], tuple[int, ...]]] = {
    "cached": (300, Load.cached, (200,)),
    "uncached": (200, Load.uncached, (200,)),
    "stored": (150, Load.stored, (200,)),
    "page": (60, Load.page, (200,)),
    "large": (10, Load.large, (200,)),
    "insert": (60, Load.insert, (200,)),
    "put": (40, Load.put, (200, 201, 204)),
    "delete": (40, Load.delete, (200, 204, 404)),
    "refused": (100, Load.refused, (0,)),
    "leaves": (20, Load.leaves, (0,)),
    "endless": (2, Load.endless, (503,)),
}
"""Of each kind of request how often it comes, how it is sent, and which statuses are right."""
