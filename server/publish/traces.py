"""What the releases of a home tell of things that are no longer in the live data."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Lock

import pyoxigraph as ox

from ..errors import AriError
from ..vocab import PREFIXES
from . import layout, shelf
from .shelf import Shelved

MOST_THINGS = 2_000_000
"""Things of all releases that are remembered: about 400 bytes each. Those of older releases that
would be more are not found."""

_TERMS = {name: f"<{space}".encode() for name, space in PREFIXES.items()}
_LABELS = (
    _TERMS["skos"] + b"prefLabel>",
    _TERMS["rdfs"] + b"label>",
    _TERMS["dcterms"] + b"title>",
    _TERMS["foaf"] + b"name>",
)
_FORWARD = (_TERMS["dcterms"] + b"isReplacedBy>",)
_BACK = (_TERMS["dcterms"] + b"replaces>", _TERMS["prov"] + b"wasRevisionOf>")


@dataclass(slots=True)
class Trace:
    """What is left of a thing.

    Args:
        releases: versions in which it is a subject, the newest first.
        label: the statement of its name in the newest of them, as a line of N-Quads; empty: none.
        successors: IRIs of what the newest release that tells of it says replaced it.
    """

    releases: list[str] = field(default_factory=list)
    label: bytes = b""
    successors: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """What it was called; empty: not known."""
        if not self.label:
            return ""
        (quad,) = ox.parse(self.label, format=ox.RdfFormat.N_QUADS)
        return quad.object.value if isinstance(quad.object, ox.Literal) else ""


class Traces:
    """The things of every release of a home, read when they are first asked for.

    A release never changes, so each is read once in a process, whatever is asked how often: a line
    of its canonical N-Quads is cut at spaces, not parsed.

    Args:
        home: the folder that releases stand in.
        base: of the IRIs of things.
    """

    def __init__(self, home: Path, base: str) -> None:
        self._home = home
        self._space = f"<{base}id/".encode()
        self._lock = Lock()
        self._known: tuple[str, ...] = ()
        self._traces: dict[bytes, Trace] = {}

    def of(self, thing: str) -> Trace | None:
        """What is left of a thing; None where no release tells of it."""
        versions = tuple(reversed(layout.versions(self._home)))
        with self._lock:
            if versions != self._known:
                self._traces = self._read(versions)
                self._known = versions
        return self._traces.get(f"<{thing}>".encode())

    def _read(self, versions: Iterable[str]) -> dict[bytes, Trace]:
        traces: dict[bytes, Trace] = {}
        for version in versions:
            if len(traces) >= MOST_THINGS:
                break
            try:
                found = shelf.find(self._home, version)
                lines = BytesIO(found.read(layout.DATASET)[0])
            except AriError:
                # A release that is damaged tells of nothing; the others do.
                continue
            _take_in(traces, found, lines, self._space)
        return traces


def _take_in(
    traces: dict[bytes, Trace], found: Shelved, lines: Iterable[bytes], space: bytes
) -> None:
    """Add what a release tells that no newer one has told."""
    replaced: dict[bytes, set[str]] = {}
    for line in lines:
        if not line.startswith(space):
            continue
        subject, predicate, rest = line.split(b" ", 2)
        trace = traces.setdefault(subject, Trace())
        if trace.releases[-1:] != [found.version]:
            trace.releases.append(found.version)
        if not trace.label and predicate in _LABELS:
            trace.label = line
        for old, new in _replacements(subject, predicate, rest):
            replaced.setdefault(old, set()).add(new[1:-1].decode())
    for old, successors in replaced.items():
        trace = traces.setdefault(old, Trace())
        trace.successors = trace.successors or frozenset(successors)


def _replacements(subject: bytes, predicate: bytes, rest: bytes) -> Iterator[tuple[bytes, bytes]]:
    """What a statement says to be replaced, and by what."""
    if rest.startswith(b"<"):
        value = rest.split(b" ", 1)[0]
        if predicate in _FORWARD:
            yield subject, value
        elif predicate in _BACK:
            yield value, subject
