"""The rules that the data keeps: what each asks, of what, in which of our terms."""

import re
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from .. import resources
from ..protocol import shapes
from ..vocab import ARI, DEFAULT_BASE, PREFIXES, SHAPES
from .cells import Cell, iri_cell
from .paths import items, path, value, values

SH, RDF = PREFIXES["sh"], PREFIXES["rdf"]
TARGETS = {
    "targetClass": "every",
    "targetNode": "the node",
    "targetSubjectsOf": "whatever has",
    "targetObjectsOf": "whatever is the value of",
}
"""How a shape says what it is about (Shapes Constraint Language, 2.1.3), in words."""
ELSEWHERE = {"path", "severity", "message", "name", "description", "sparql", "property", *TARGETS}
"""Properties of a rule that are shown in places of their own."""
_TERM = re.compile(r"\bari:([A-Za-z]\w*)")


@dataclass(frozen=True)
class Rule:
    """One named rule.

    Args:
        name: local name below the namespace of the shapes.
        title: what it is called.
        message: what it says where it is broken.
        severity: `Violation`, `Warning` or `Info`.
        about: how the shape that it belongs to says what it is about, and what that is.
        path: from there to what is looked at; empty: the thing itself.
        asks: what SHACL asks, by the name of the constraint.
        query: the SPARQL that finds what breaks it, where SHACL has no words of its own.
        terms: local names of our terms that it speaks of.
    """

    name: str
    title: str
    message: str
    severity: str
    about: tuple[tuple[str, Cell], ...]
    path: str
    asks: tuple[tuple[str, str], ...]
    query: str
    terms: frozenset[str]


@dataclass(frozen=True)
class Group:
    """The rules about one kind of thing."""

    name: str
    title: str
    about: tuple[tuple[str, Cell], ...]
    rules: tuple[Rule, ...]


@cache
def groups() -> tuple[Group, ...]:
    """Every node shape that has rules, by its name, each with its rules by theirs."""
    found = (_group(node) for node in _node_shapes())
    return tuple(group for group in found if group.rules)


def rule(name: str) -> Rule:
    """The rule of a name.

    Raises:
        UnknownName: there is none.
    """
    shapes.about(name)
    known = {each.name: each for group in groups() for each in group.rules}
    return known.get(name) or _rule(ox.NamedNode(SHAPES + name), ())


@cache
def by_term() -> dict[str, tuple[Rule, ...]]:
    """The rules that speak of each of our terms, by its local name."""
    found: dict[str, list[Rule]] = {}
    for group in groups():
        for each in group.rules:
            for term in sorted(each.terms):
                found.setdefault(term, []).append(each)
    return {term: tuple(rules) for term, rules in found.items()}


@cache
def about(iri: str) -> tuple[Group, ...]:
    """The rules for whatever is of a class, by the IRI of the class."""
    return tuple(group for group in groups() if iri in _targets(group.name))


def examples(name: str) -> list[tuple[str, str]]:
    """A graph that keeps a rule and one that breaks it, with the words for each, as Turtle."""
    found = []
    for kind, words in (("pass", "This passes"), ("fail", "This is found")):
        file = resources.folder("shapes").joinpath("examples", f"{name}.{kind}.ttl")
        if file.is_file():
            found.append((words, file.read_text(encoding="utf-8")))
    return found


def _node_shapes() -> list[ox.NamedNode]:
    kind = ox.NamedNode(SH + "NodeShape")
    found = [t.subject for t in shapes.triples() if t.object == kind]
    return sorted((s for s in found if isinstance(s, ox.NamedNode)), key=lambda node: node.value)


def _group(node: ox.NamedNode) -> Group:
    about = _about(node)
    found = [_rule(each, about) for each in values(node, SH + "property")]
    if value(node, SH + "message") is not None:
        found.append(_rule(node, about))
    found.sort(key=lambda each: each.name)
    return Group(_local(node), _text(node, "name") or _local(node), about, tuple(found))


def _about(node: ox.NamedNode) -> tuple[tuple[str, Cell], ...]:
    return tuple(
        (words, iri_cell(target.value, DEFAULT_BASE))
        for name, words in TARGETS.items()
        for target in values(node, SH + name)
        if isinstance(target, ox.NamedNode)
    )


def _targets(name: str) -> list[str]:
    found = values(ox.NamedNode(SHAPES + name), SH + "targetClass")
    return [each.value for each in found if isinstance(each, ox.NamedNode)]


def _rule(node: object, about: tuple[tuple[str, Cell], ...]) -> Rule:
    steps = value(node, SH + "path")
    query = value(node, SH + "sparql")
    return Rule(
        _local(node),
        _text(node, "name"),
        _text(node, "message") or _text(query, "message"),
        _text(node, "severity").removeprefix(SH) or "Violation",
        about,
        "" if steps is None else path(steps, DEFAULT_BASE),
        _asks(node),
        _dedented(_text(query, "select")),
        _terms(_local(node)),
    )


def _asks(node: object) -> tuple[tuple[str, str], ...]:
    """The constraints of a rule, those on nodes without a name left to the Turtle."""
    return tuple(
        (name, text)
        for triple in shapes.statements().get(node, ())
        if triple.predicate.value.startswith(SH)
        and (name := triple.predicate.value.removeprefix(SH)) not in ELSEWHERE
        and (text := _shown(triple.object))
    )


def _shown(node: object) -> str:
    """A value as text; a list as its members; empty for any other node without a name."""
    if isinstance(node, ox.NamedNode):
        return path(node, DEFAULT_BASE)
    return node.value if isinstance(node, ox.Literal) else ", ".join(map(_shown, items(node)))


def _terms(name: str) -> frozenset[str]:
    own = str(ARI._NS)
    found: set[str] = set()
    for triple in shapes.about(name):
        if isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(own):
            found.add(triple.object.value.removeprefix(own))
        elif triple.predicate.value == SH + "select" and isinstance(triple.object, ox.Literal):
            found.update(_TERM.findall(triple.object.value))
    return frozenset(found)


def _text(node: object, name: str) -> str:
    found = value(node, SH + name)
    return found.value if isinstance(found, ox.NamedNode | ox.Literal) else ""


def _local(node: object) -> str:
    return node.value.removeprefix(SHAPES) if isinstance(node, ox.NamedNode) else ""


def _dedented(query: str) -> str:
    """A query without the indent that it has in its file."""
    lines = [line for line in query.splitlines() if line.strip()]
    indent = min((len(line) - len(line.lstrip()) for line in lines), default=0)
    return "\n".join(line[indent:] for line in lines)
