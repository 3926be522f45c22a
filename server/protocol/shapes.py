"""The shapes as data: the files of the package, read once."""

import hashlib
from functools import cache

import pyoxigraph as ox

from .. import resources
from ..errors import UnknownName
from ..vocab import SHAPES


@cache
def digest() -> str:
    """SHA-256 over the files: names their state, as the revision names the dataset's."""
    return hashlib.sha256("".join(_files()).encode()).hexdigest()


@cache
def triples() -> tuple[ox.Triple, ...]:
    """All shapes as one graph, blank nodes named canonically (RDFC-1.0) and sorted."""
    quads = [quad for text in _files() for quad in _parsed(text)]
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    found = [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in dataset]
    return tuple(sorted(found, key=str))


def about(name: str) -> list[ox.Triple]:
    """What is said of one shape: its statements, and those of the blank nodes that they lead to.

    Args:
        name: local, below the namespace of the shapes.

    Raises:
        UnknownName: there is no such shape.
    """
    nodes: list[object] = [node for node in statements() if str(node) == f"<{SHAPES}{name}>"]
    if not nodes:
        raise UnknownName(
            f"There is no rule {name} here.", remedy="/shapes lists them.", extra={"name": name}
        )
    found: list[ox.Triple] = []
    for node in nodes:
        said = statements().get(node, ())
        found += said
        nodes += [each.object for each in said if isinstance(each.object, ox.BlankNode)]
    return found


@cache
def statements() -> dict[object, tuple[ox.Triple, ...]]:
    """The statements by their subject."""
    found: dict[object, list[ox.Triple]] = {}
    for triple in triples():
        found.setdefault(triple.subject, []).append(triple)
    return {subject: tuple(said) for subject, said in found.items()}


def _files() -> list[str]:
    found = resources.listing("shapes", suffix=".ttl")
    return [file.read_text(encoding="utf-8") for file in found]


def _parsed(text: str) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))
