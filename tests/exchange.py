"""Plain HTTP with a service in another process: every byte as the test wrote it."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

SECONDS = 60
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Reply:
    """A response, read to its end."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def media_type(self) -> str:
        return self.headers.get_content_type()

    @property
    def triples(self) -> set[ox.Triple]:
        """The graph in the body, blank nodes named canonically."""
        form = ox.RdfFormat.from_media_type(self.media_type)
        assert form is not None, self.text
        return graph(self.body, form)

    def problem(self, status: int, slug: str) -> dict[str, Any]:
        """The members of the problem that this must be."""
        assert self.status == status, self.text
        assert self.media_type == "application/problem+json"
        assert self.json["type"] == f"https://w3id.org/ari/problem/{slug}"
        return dict(self.json)


def graph(body: bytes | str, form: ox.RdfFormat, base_iri: str | None = None) -> set[ox.Triple]:
    """The triples of a document, blank nodes named canonically."""
    dataset = ox.Dataset(ox.parse(body, format=form, base_iri=base_iri, rename_blank_nodes=True))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {quad.triple for quad in dataset}


@dataclass(frozen=True)
class Site:
    """A service at an address.

    Args:
        sends: headers of every request.
    """

    address: str
    union: bool = True
    sends: Mapping[str, str] = field(default_factory=dict)

    def with_token(self, token: str) -> "Site":
        """The same service for one who may write."""
        return Site(self.address, self.union, {"Authorization": f"Bearer {token}"})

    def url(self, path: str) -> str:
        """An absolute address."""
        return self.address.rstrip("/") + path

    def send(
        self, method: str, path: str, body: bytes | str | None = None, /, **headers: str
    ) -> Reply:
        """One request on a connection of its own; `Content_Type=` stands for `Content-Type`."""
        place = urlsplit(self.address)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=SECONDS)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        try:
            connection.request(method, path, data, {**self.sends, **names})
            response = connection.getresponse()
            return Reply(response.status, response.headers, response.read())
        finally:
            connection.close()

    def get(self, path: str, /, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def form(self, path: str, pairs: Any, /, **headers: str) -> Reply:
        """A POST of parameters: a mapping, or pairs where one is repeated."""
        body = urlencode(pairs, doseq=True)
        return self.send("POST", path, body, **{"Content_Type": FORM, **headers})

    def ask(self, query: str, *pairs: tuple[str, str]) -> bool:
        """The answer of an ASK."""
        reply = self.get("/sparql?" + urlencode([("query", query), *pairs]))
        assert reply.status == 200, reply.text
        return bool(reply.json["boolean"])

    def values(self, query: str, *pairs: tuple[str, str]) -> list[str]:
        """The first column of a SELECT, sorted."""
        reply = self.get("/sparql?" + urlencode([("query", query), *pairs]))
        assert reply.status == 200, reply.text
        name = reply.json["head"]["vars"][0]
        return sorted(row[name]["value"] for row in reply.json["results"]["bindings"])
