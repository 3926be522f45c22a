"""What became of the terms from one version of the ontology to the next."""

from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox

from ..protocol import ontology
from ..protocol.service import Term
from ..vocab import ARI, PREFIXES

COMPARED = {
    PREFIXES["rdfs"] + "label": "label",
    PREFIXES["skos"] + "definition": "definition",
    PREFIXES["skos"] + "scopeNote": "notes",
    PREFIXES["skos"] + "example": "example",
    PREFIXES["rdfs"] + "domain": "domain",
    PREFIXES["rdfs"] + "range": "range",
    PREFIXES["rdfs"] + "subClassOf": "parent",
    PREFIXES["rdfs"] + "subPropertyOf": "parent",
    PREFIXES["owl"] + "deprecated": "deprecation",
}
"""What is held against the earlier version, in words."""

Statement = tuple[Term, Term, Term]
Values = dict[str, dict[str, set[str]]]
"""The values of each compared property, by the local name of a term."""


@dataclass(frozen=True)
class Changes:
    """What a version changed.

    Args:
        before: number of the version that it is held against.
        added, dropped: local names of terms.
        changed: what changed of a term, in words, by its local name.
    """

    before: str
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]


def since(now: Iterable[Statement], version: str) -> Changes | None:
    """What changed since the newest version that is kept, other than this one.

    Args:
        now: what the present ontology says of its terms, without blank nodes.
        version: its number.
    """
    before = next((known for known in ontology.versions() if known != version), None)
    if before is None:
        return None
    kept = ontology.triples(before)
    old, new = _said((t.subject, t.predicate, t.object) for t in kept), _said(now)
    both = sorted(new.keys() & old.keys())
    changed = {term: what for term in both if (what := _changed(old[term], new[term]))}
    gone = tuple(sorted(old.keys() - new.keys()))
    return Changes(before, tuple(sorted(new.keys() - old.keys())), gone, changed)


def _said(statements: Iterable[Statement]) -> Values:
    own = str(ARI._NS)
    found: Values = {}
    for subject, predicate, value in statements:
        if isinstance(subject, ox.NamedNode) and subject.value.startswith(own):
            said = found.setdefault(subject.value.removeprefix(own), {})
            if isinstance(predicate, ox.NamedNode) and predicate.value in COMPARED:
                said.setdefault(predicate.value, set()).add(str(value))
    return found


def _changed(old: dict[str, set[str]], new: dict[str, set[str]]) -> tuple[str, ...]:
    words = (words for prop, words in COMPARED.items() if old.get(prop) != new.get(prop))
    return tuple(dict.fromkeys(words))
