"""What the service counts, for Prometheus (text format 0.0.4), over all web processes.

Each process counts in a file of its own that all can map; whoever is asked adds them up. A process
that ended leaves its counts behind, so that no counter ever falls.
"""

import mmap
import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .. import errors

ROUTES = (
    "home", "sparql", "update", "graphs", "queries", "id", "doc", "def", "shapes", "validate",
    "find", "coverage", "reconcile", "cite", "releases", "catalogue", ".well-known", "openapi.json",
    "static", "healthz", "readyz", "metrics", "sitemap.xml", "robots.txt", "problem", "other",
)  # fmt: skip
"""Classes of addresses: the first part of the path."""

STATUSES = (
    "200", "201", "204", "206", "301", "303", "304", "400", "401", "403", "404", "405", "406",
    "408", "409", "410", "412", "413", "414", "415", "416", "429", "431", "499", "500", "501",
    "502", "503", "other",
)  # fmt: skip
GONE = 499
"""Counted and logged where the client left before it was answered; never sent."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
REASONS = ("ARI_QUERY_SECONDS", "ARI_QUERY_MEMORY_MB", "too-complex", "worker-lost", "client-gone")
"""Why a worker was ended before it had answered."""

LIMITS = (
    "ARI_QUERY_SECONDS", "ARI_QUERY_MEMORY_MB", "ARI_MAX_ROWS", "ARI_MAX_BYTES",
    "ARI_VALIDATE_SECONDS", "other",
)  # fmt: skip

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Family:
    """One metric with its help text and the label sets that it can have."""

    name: str
    kind: str
    help: str
    labels: tuple[Labels, ...] = ((),)


def _slugs(root: type[errors.AriError] = errors.AriError) -> Iterator[str]:
    yield root.slug
    for child in root.__subclasses__():
        yield from _slugs(child)


def _each(name: str, values: Iterable[str]) -> tuple[Labels, ...]:
    return tuple(((name, value),) for value in values)


def _buckets() -> Iterator[Labels]:
    for route in ROUTES:
        for bound in (*map(str, SECONDS), "+Inf", "sum"):
            yield ("route", route), ("le", bound)


REQUESTS = Family(
    "ari_requests_total",
    "counter",
    "Requests, by class of address and status.",
    tuple((("route", r), ("status", s)) for r in ROUTES for s in STATUSES),
)
DURATION = Family(
    "ari_request_seconds",
    "histogram",
    "Seconds from a request's head to the end of its answer.",
    tuple(_buckets()),
)
REFUSALS = Family(
    "ari_refusals_total",
    "counter",
    "Refusals, by type of problem.",
    _each("problem", sorted(set(_slugs()))),
)
OVER_LIMIT = Family(
    "ari_limit_refusals_total",
    "counter",
    "Answers over a limit, by the setting that holds it.",
    _each("limit", LIMITS),
)
ENDED = Family(
    "ari_workers_ended_total",
    "counter",
    "Query workers that were ended before they had answered, by reason.",
    _each("reason", REASONS),
)
HITS = Family("ari_cache_hits_total", "counter", "Requests answered from the cache.")
MISSES = Family("ari_cache_misses_total", "counter", "Reads that were not in the cache.")
CACHED = Family("ari_cache_bytes", "gauge", "Bytes that kept answers take.")
ENTRIES = Family("ari_cache_entries", "gauge", "Answers that are kept.")
ROWS = Family("ari_rows_total", "counter", "Rows and triples sent, from the cache or not.")
BYTES = Family("ari_response_bytes_total", "counter", "Bytes of bodies sent.")
WORKING = Family("ari_requests_working", "gauge", "Requests that are worked on.")
WAITING = Family("ari_requests_waiting", "gauge", "Requests that wait for their turn.")
DROPPED = Family("ari_log_lines_dropped_total", "counter", "Access log lines nobody took in time.")

FAMILIES = (
    REQUESTS, DURATION, REFUSALS, OVER_LIMIT, ENDED, HITS, MISSES, CACHED, ENTRIES, ROWS, BYTES,
    WORKING, WAITING, DROPPED,
)  # fmt: skip


def _layout() -> dict[tuple[str, Labels], int]:
    keys = ((family.name, labels) for family in FAMILIES for labels in family.labels)
    return {key: place for place, key in enumerate(keys)}


PLACES = _layout()
"""Where each number stands in a file, the same in every process."""
_PLAIN = {name: place for (name, labels), place in PLACES.items() if not labels}
FILE_BYTES = 8 * len(PLACES)


def route_of(path: str) -> str:
    """The class of a path."""
    first = path.split("/", 2)[1] if path.startswith("/") else ""
    if path == "/":
        return "home"
    return first if first in ROUTES else "other"


class Metrics:
    """The numbers of this process.

    Args:
        folder: shared by the processes of one service, and by no other.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with (folder / f"{os.getpid()}.counts").open("w+b") as file:
            file.truncate(FILE_BYTES)
            self._map = mmap.mmap(file.fileno(), FILE_BYTES)
        self._numbers = memoryview(self._map).cast("d")

    def add(self, family: Family, amount: float = 1, **labels: str) -> None:
        """Count; a label's value that is not foreseen counts as `other`, or not at all."""
        place = PLACES.get((family.name, tuple(labels.items())))
        if place is None:
            place = PLACES.get((family.name, tuple((name, "other") for name in labels)))
        if place is not None:
            self._numbers[place] += amount

    def put(self, family: Family, value: float) -> None:
        """Set a gauge."""
        self._numbers[_PLAIN[family.name]] = value

    def request(self, route: str, status: int, seconds: float, size: int, rows: int) -> None:
        """Count a request that is done."""
        numbers = self._numbers
        numbers[_place_of_request(route, status)] += 1
        first = _FIRST[route]
        numbers[first + bisect_left(SECONDS, seconds)] += 1
        numbers[first + len(SECONDS) + 1] += seconds
        numbers[_BYTES] += size
        numbers[_ROWS] += rows

    def hit(self, route: str, status: int, seconds: float, size: int, rows: int) -> None:
        """Count a request that was answered from the cache."""
        self.request(route, status, seconds, size, rows)
        self._numbers[_HITS] += 1

    def refusal(self, problem: str, limit: str) -> None:
        """Count what a request was refused for; empty: it was not."""
        if not problem:
            return
        self.add(REFUSALS, problem=problem)
        if problem == errors.LimitReached.slug:
            self.add(OVER_LIMIT, limit=limit)
        for reason in (problem, limit):
            if reason in REASONS:
                self.add(ENDED, reason=reason)

    def text(self, revision: str, version: str) -> str:
        """Everything, for Prometheus."""
        counted, living = _sums(self._folder)
        lines: list[str] = []
        for family in FAMILIES:
            lines += [f"# HELP {family.name} {family.help}", f"# TYPE {family.name} {family.kind}"]
            numbers = living if family.kind == "gauge" else counted
            lines += _histogram(numbers) if family is DURATION else _plain(family, numbers)
        lines += [
            "# HELP ari_info What is served.",
            "# TYPE ari_info gauge",
            f'ari_info{{revision="{revision}",version="{version}"}} 1',
        ]
        return "\n".join(lines) + "\n"


_BYTES = PLACES[BYTES.name, ()]
_ROWS = PLACES[ROWS.name, ()]
_HITS = PLACES[HITS.name, ()]
_FIRST = {r: PLACES[DURATION.name, (("route", r), ("le", str(SECONDS[0])))] for r in ROUTES}
"""Where the buckets of a class of addresses begin; the sum follows them."""
_OF_REQUEST: dict[tuple[str, int], int] = {}


def _place_of_request(route: str, status: int) -> int:
    place = _OF_REQUEST.get((route, status))
    if place is None:
        name = str(status) if str(status) in STATUSES else "other"
        place = PLACES[REQUESTS.name, (("route", route), ("status", name))]
        _OF_REQUEST[route, status] = place
    return place


def _sums(folder: Path) -> tuple[list[float], list[float]]:
    """The numbers of all processes, and those of the living ones only."""
    counted, living = [0.0] * len(PLACES), [0.0] * len(PLACES)
    for file in folder.glob("*.counts"):
        numbers = memoryview(file.read_bytes()).cast("d")
        if len(numbers) != len(PLACES):
            continue
        lives = Path(f"/proc/{file.stem}").exists()
        for place, number in enumerate(numbers):
            counted[place] += number
            living[place] += number if lives else 0
    return counted, living


def _plain(family: Family, numbers: list[float]) -> Iterator[str]:
    """Series with labels are told once they have counted; those without, always."""
    for labels in family.labels:
        number = numbers[PLACES[family.name, labels]]
        if number or not labels:
            yield f"{family.name}{_shown(labels)} {number:.15g}"


def _histogram(numbers: list[float]) -> Iterator[str]:
    for route in ROUTES:
        first = _FIRST[route]
        of_route = numbers[first : first + len(SECONDS) + 2]
        if not any(of_route):
            continue
        so_far = 0.0
        for bound, number in zip((*map(str, SECONDS), "+Inf"), of_route, strict=False):
            so_far += number
            labels = (("route", route), ("le", bound))
            yield f"{DURATION.name}_bucket{_shown(labels)} {so_far:.15g}"
        yield f"{DURATION.name}_sum{_shown((('route', route),))} {of_route[-1]:.15g}"
        yield f"{DURATION.name}_count{_shown((('route', route),))} {so_far:.15g}"


def _shown(labels: Labels) -> str:
    pairs = ",".join(f'{name}="{value}"' for name, value in labels)
    return f"{{{pairs}}}" if pairs else ""
