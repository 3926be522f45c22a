"""Corpora: the real graph made smaller, and grown by generated editions to a given size.

Whatever a stored query names by default is in each of them, so that it finds something. The same
size gives the same bytes, in every process.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from typing import BinaryIO

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from ..vocab import DEFAULT_BASE, PREFIXES
from .editions import Part, parts
from .lines import english, facts, graph, term, thing, typed
from .smaller import shrunk
from .topics import Topics

SIZES = {"small": 5_000, "medium": 100_000, "large": 1_000_000}
"""Statements: what small has about, and the others have at least."""
SEED = 2019

CATALOGUE = graph("catalogue")
DATASET = thing("dataset", "ari-graph")
TRIPLES = term("void:triples")


@dataclass(frozen=True)
class Corpus:
    """A dataset to be served.

    Args:
        quads: statements; as no statement stands in two graphs, the triples of the merge too.
    """

    name: str
    path: Path
    quads: int


def write(name: str, real: Path, target: Path) -> Corpus:
    """Write one of `SIZES`.

    Args:
        real: N-Quads of a build with the default base IRI.
        target: the file to write; replaced if it is there.
    """
    lines = real.read_text(encoding="utf-8").splitlines(keepends=True)
    with target.open("wb") as file:
        if name == "small":
            sizes = _assemble(shrunk(lines), (), 0, file)
        else:
            # Not for secrets: the same numbers are wanted in every run.
            generated = parts(Topics(_topics(real)), Random(SEED))  # noqa: S311
            sizes = _assemble(lines, generated, SIZES[name], file)
    return Corpus(name, target, sum(sizes.values()))


def _assemble(
    lines: Iterable[str], generated: Iterable[Part], least: int, file: BinaryIO
) -> Counter[str]:
    """The catalogue comes last, as it tells the sizes of all the others."""
    sizes: Counter[str] = Counter()
    titles: dict[str, str] = {}
    catalogue: list[str] = []
    for line in lines:
        if _graph(line) == CATALOGUE:
            catalogue.append(line)
        else:
            _put(file, [line], sizes)
    for part in generated:
        _put(file, part.lines, sizes)
        titles[part.graph[0]] = part.graph[1]
        if sum(sizes.values()) >= least:
            break
    entries = [line for line in catalogue if TRIPLES not in line]
    entries += chain.from_iterable(_entry(*item) for item in titles.items())
    _put(file, entries, sizes)
    sizes[CATALOGUE] += len(sizes) + 1
    for line in _counts(sizes):
        file.write(line.encode())
    return sizes


def _put(file: BinaryIO, lines: list[str], sizes: Counter[str]) -> None:
    file.write("".join(lines).encode())
    sizes.update(map(_graph, lines))


def _graph(line: str) -> str:
    """The graph of a line of N-Quads, with its brackets."""
    return line.rsplit(" ", 2)[1]


def _topics(real: Path) -> dict[str, str | None]:
    """The topics of the real thesaurus, each with the one above it."""
    above: dict[str, str | None] = {}
    for quad in parse(real.read_bytes(), format=RdfFormat.N_QUADS):
        subject, value = (_topic(node) for node in (quad.subject, quad.object))
        if subject and _is(quad, "skos:inScheme"):
            above.setdefault(subject, None)
        if subject and value and _is(quad, "skos:broader"):
            above[subject] = value
    return above


def _is(quad: Quad, name: str) -> bool:
    prefix, _, local = name.partition(":")
    return quad.predicate.value == PREFIXES[prefix] + local


def _topic(node: object) -> str:
    start = f"{DEFAULT_BASE}id/topic/"
    value = node.value if isinstance(node, NamedNode) else ""
    return value.removeprefix(start) if value.startswith(start) else ""


def _entry(name: str, title: str) -> Iterator[str]:
    """What the catalogue says of a graph, without its size."""
    place = graph(name)
    yield from facts(CATALOGUE, place, {"a": term("void:Dataset"), "dcterms:title": english(title)})
    yield from facts(CATALOGUE, DATASET, {"void:subset": place})
    yield from facts(CATALOGUE, CATALOGUE, {"prov:wasDerivedFrom": place})
    yield from facts(CATALOGUE, thing("activity", "catalogue"), {"prov:used": place})


def _counts(sizes: Counter[str]) -> Iterator[str]:
    everything = {DATASET: sum(sizes.values()), **sizes}
    for place, size in sorted(everything.items()):
        yield from facts(CATALOGUE, place, {"void:triples": typed(size, "integer")})
