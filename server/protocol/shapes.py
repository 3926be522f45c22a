"""The shapes as data: the files of the package, read once."""

import hashlib
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from .. import resources
from ..vocab import PREFIXES, SHAPES

SH = PREFIXES["sh"]


@dataclass(frozen=True)
class Rule:
    """One named rule.

    Args:
        name: local name below the namespace of the shapes.
        title: what it is called.
        message: what it says where it is broken.
        severity: `Violation`, `Warning` or `Info`.
        file: where it stands.
    """

    name: str
    title: str
    message: str
    severity: str
    file: str


@cache
def digest() -> str:
    """SHA-256 over the files: names their state, as the revision names the dataset's."""
    return hashlib.sha256("".join(text for _, text in _files()).encode()).hexdigest()


@cache
def triples() -> tuple[ox.Triple, ...]:
    """All shapes as one graph, blank nodes named canonically (RDFC-1.0) and sorted."""
    quads = [quad for _, text in _files() for quad in _parsed(text)]
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    found = [ox.Triple(quad.subject, quad.predicate, quad.object) for quad in dataset]
    return tuple(sorted(found, key=str))


@cache
def rules() -> tuple[Rule, ...]:
    """Every named shape that has a message, in the order of the files."""
    return tuple(rule for file, text in _files() for rule in _rules(file, text))


def _files() -> list[tuple[str, str]]:
    found = resources.listing("shapes", suffix=".ttl")
    return [(file.name, file.read_text(encoding="utf-8")) for file in found]


def _parsed(text: str) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True))


def _rules(file: str, text: str) -> list[Rule]:
    said: dict[str, dict[str, str]] = {}
    for quad in _parsed(text):
        subject, value = quad.subject, quad.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            said.setdefault(subject.value, {})[quad.predicate.value] = value.value
    return [
        Rule(
            iri.removeprefix(SHAPES),
            facts.get(SH + "name", ""),
            facts[SH + "message"],
            facts.get(SH + "severity", SH + "Violation").removeprefix(SH),
            file,
        )
        for iri, facts in said.items()
        if iri.startswith(SHAPES) and SH + "message" in facts
    ]
