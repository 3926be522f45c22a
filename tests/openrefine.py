"""A client that makes OpenRefine's calls in OpenRefine's order, and checks every answer.

The calls are those of OpenRefine 3.5 and later: its server posts forms, its page asks by GET from
another origin. Every answer is checked against a schema that was written from the specification.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parent / "reconcile_schemas"
SECONDS = 60
SAMPLE = 10
"""Cells that are looked at to guess the type."""
GUESSES = 3
"""Candidates for each of them."""
BATCH = 10
"""Cells of one reconciliation request."""
OF_THE_PAGE = {
    "Accept": "application/json, text/javascript, */*; q=0.01",
    "Origin": "http://127.0.0.1:3333",
}

Json = dict[str, Any]


def must_fit(answer: Any, schema: str) -> None:
    """Fail unless an answer fits a schema of ours."""
    rules = json.loads((SCHEMAS / f"{schema}.json").read_text(encoding="utf-8"))
    found = [f"{error.json_path}: {error.message}" for error in _errors(rules, answer)]
    assert found == [], found[:3]


def _errors(rules: Json, answer: Any) -> Iterator[Any]:
    Draft202012Validator.check_schema(rules)
    yield from Draft202012Validator(rules).iter_errors(answer)


@dataclass(frozen=True)
class Told:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(address: str, form: Mapping[str, str] | None = None, **headers: str) -> Told:
    """GET, or POST of a form; refusals are told too."""
    data = urlencode(form).encode() if form is not None else None
    try:
        with urlopen(Request(address, data, headers), timeout=SECONDS) as response:
            return Told(response.status, dict(response.headers), response.read())
    except HTTPError as refusal:
        with refusal:
            return Told(refusal.code, dict(refusal.headers), refusal.read())


@dataclass
class OpenRefine:
    """OpenRefine with one service registered.

    Args:
        address: of the service's endpoint.
    """

    address: str
    manifest: Json = field(init=False)

    def __post_init__(self) -> None:
        """Add the service: the page fetches its manifest."""
        self.manifest = self._seen(self.address)
        must_fit(self.manifest, "manifest")

    def guess_types(self, cells: Iterable[str]) -> list[str]:
        """The types of the candidates for the first different cells, the most frequent first."""
        sample = list(dict.fromkeys(cell.strip() for cell in cells if cell.strip()))[:SAMPLE]
        queries = {f"q{n}": {"query": cell, "limit": GUESSES} for n, cell in enumerate(sample)}
        count: dict[str, int] = {}
        for answer in self.post(queries).values():
            for candidate in answer["result"]:
                for kind in candidate["type"]:
                    count[kind["id"]] = count.get(kind["id"], 0) + 1
        return sorted(count, key=lambda kind: -count[kind])

    def reconcile(
        self, rows: Sequence[Mapping[str, str]], column: str, kind: str = "", **details: str
    ) -> list[list[Json]]:
        """The candidates for each cell of a column.

        Args:
            kind: the type to reconcile against; empty: no particular one.
            details: the property that another column stands for.
        """
        found: list[list[Json]] = []
        for some in _batches(rows):
            queries = {f"q{n}": _query(row, column, kind, details) for n, row in enumerate(some)}
            answers = self.post(queries)
            assert list(answers) == list(queries)
            found += [answer["result"] for answer in answers.values()]
        return found

    def post(self, queries: Mapping[str, Any]) -> dict[str, Json]:
        """The results of one batch."""
        told = ask(self.address, {"queries": json.dumps(queries)})
        assert told.status == 200, told.body
        must_fit(told.json, "results")
        answers: dict[str, Json] = told.json
        return answers

    def suggest(self, what: str, prefix: str, **more: str) -> list[Json]:
        """What is listed below a field while its user types."""
        service = self.manifest["suggest"][what]
        asked = {"prefix": prefix, "spell": "always", "exact": "false", "scoring": "schema", **more}
        address = f"{service['service_url']}{service['service_path']}?{urlencode(asked)}"
        found = self._seen(address)
        must_fit(found, f"suggest-{what}")
        result: list[Json] = found["result"]
        return result

    def flyout(self, what: str, identifier: str) -> str:
        """What is shown beside a suggestion."""
        service = self.manifest["suggest"][what]
        path = service["flyout_service_path"].replace("${id}", quote(identifier, safe=""))
        found = self._seen(service["flyout_service_url"] + path)
        must_fit(found, "flyout")
        assert found["id"] == identifier
        return str(found["html"])

    def preview(self, identifier: str) -> Told:
        """The frame that is shown when a candidate is rested on."""
        url = self.manifest["preview"]["url"].replace("{{id}}", quote(identifier, safe=""))
        return ask(url, Accept="text/html,application/xhtml+xml,*/*;q=0.8")

    def view(self, identifier: str) -> Told:
        """Where the link of a matched cell leads."""
        url = self.manifest["view"]["url"].replace("{{id}}", quote(identifier, safe=""))
        return ask(url, Accept="text/html")

    def properties(self, kind: str) -> list[Json]:
        """The properties that are offered for new columns."""
        service = self.manifest["extend"]["propose_properties"]
        address = f"{service['service_url']}{service['service_path']}"
        found = self._seen(f"{address}?{urlencode({'type': kind, 'limit': '50'})}")
        must_fit(found, "properties")
        result: list[Json] = found["properties"]
        return result

    def extend(self, ids: Sequence[str], properties: Sequence[Json]) -> Json:
        """The values for new columns."""
        asked = {"ids": list(ids), "properties": list(properties)}
        told = ask(self.address, {"extend": json.dumps(asked)})
        assert told.status == 200, told.body
        must_fit(told.json, "extension")
        found: Json = told.json
        return found

    def _seen(self, address: str) -> Any:
        """What the page gets, if its browser lets it read an answer from another origin."""
        told = ask(address, **OF_THE_PAGE)
        assert told.status == 200, told.body
        assert told.headers["access-control-allow-origin"] == "*"
        assert told.headers["content-type"] == "application/json"
        return told.json


def _query(row: Mapping[str, str], column: str, kind: str, details: Mapping[str, str]) -> Json:
    query: Json = {"query": row[column]}
    if kind:
        query |= {"type": kind, "type_strict": "should"}
    others = [{"pid": pid, "v": row[name]} for name, pid in details.items() if row.get(name)]
    return query | ({"properties": others} if others else {})


def _batches(rows: Sequence[Mapping[str, str]]) -> Iterator[list[Mapping[str, str]]]:
    waiting = iter(rows)
    while some := list(islice(waiting, BATCH)):
        yield some
