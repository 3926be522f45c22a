"""Which blank node of a dataset is which of another one.

Names of blank nodes say nothing (RDF 1.1 Concepts, 3.4), so those of two datasets are told by what
surrounds them: first by all that can be reached, then by less and less. Any choice gives a patch
that holds; a good one gives a short patch.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from ..dataset import Dataset

Round = dict[str, str]
"""By name of a blank node, what it is told by: a digest."""

_MARK = "?"


def aligned(old: Dataset, new: Dataset) -> list[ox.Quad]:
    """The statements of the new dataset, its blank nodes named as their like in the old one.

    Those without their like are `n0`, `n1`, …, which no canonical form has.
    """
    names = _names(_rounds(old), _rounds(new))
    return [_renamed(quad, names) for quad in new.quads]


def blank_nodes(quads: Iterable[ox.Quad]) -> set[str]:
    """The names of the blank nodes of these statements."""
    return {term.value for quad in quads for term in _ends(quad) if isinstance(term, ox.BlankNode)}


def _ends(quad: ox.Quad) -> tuple[object, object, object]:
    return quad.subject, quad.object, quad.graph_name


class _Neighbourhoods:
    """The statements around each blank node of a dataset."""

    def __init__(self, dataset: Dataset) -> None:
        self.around: dict[str, list[ox.Quad]] = defaultdict(list)
        for quad in dataset.quads:
            for node in blank_nodes([quad]):
                self.around[node].append(quad)

    def told(self, known: Round) -> Round:
        """What each node is told by when its neighbours are known so far."""
        return {node: self._digest(node, known) for node in self.around}

    def _digest(self, node: str, known: Round) -> str:
        lines = sorted(_line(quad, node, known) for quad in self.around[node])
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _line(quad: ox.Quad, node: str, known: Round) -> str:
    subject, value, graph = (_word(term, node, known) for term in _ends(quad))
    return f"{subject} {quad.predicate} {value} {graph}"


def _word(term: object, node: str, known: Round) -> str:
    if not isinstance(term, ox.BlankNode):
        return str(term)
    return _MARK if term.value == node else f"_:{known.get(term.value, '')}"


def _rounds(dataset: Dataset) -> list[Round]:
    """What each blank node is told by within a distance of 1, 2, …, until that tells no more."""
    near = _Neighbourhoods(dataset)
    rounds, kinds = [near.told({})], 0
    while (told := len(set(rounds[-1].values()))) > kinds:
        kinds = told
        rounds.append(near.told(rounds[-1]))
    return rounds


def _names(old: Sequence[Round], new: Sequence[Round]) -> dict[str, str]:
    """For each blank node of the new dataset, its name."""
    names: dict[str, str] = {}
    for ours, theirs in reversed(list(zip(old, new, strict=False))):
        free = _by_kind(ours, set(names.values()))
        for kind, nodes in _by_kind(theirs, names.keys()).items():
            names |= dict(zip(nodes, free.get(kind, ()), strict=False))
    left = (node for node in _in_order(new[0]) if node not in names)
    return names | {node: f"n{number}" for number, node in enumerate(left)}


def _by_kind(told: Round, taken: Iterable[str]) -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    done = set(taken)
    for node in _in_order(told):
        if node not in done:
            found[told[node]].append(node)
    return found


def _in_order(nodes: Iterable[str]) -> Iterator[str]:
    yield from sorted(nodes, key=lambda name: int(name.removeprefix("c14n")))


def _renamed(quad: ox.Quad, names: Mapping[str, str]) -> ox.Quad:
    subject, value, graph = quad.subject, quad.object, quad.graph_name
    return ox.Quad(
        ox.BlankNode(names[subject.value]) if isinstance(subject, ox.BlankNode) else subject,
        quad.predicate,
        ox.BlankNode(names[value.value]) if isinstance(value, ox.BlankNode) else value,
        ox.BlankNode(names[graph.value]) if isinstance(graph, ox.BlankNode) else graph,
    )
