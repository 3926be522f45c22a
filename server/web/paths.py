"""Property paths of SHACL (Shapes Constraint Language, 2.3.1), written as SPARQL has them."""

from collections.abc import Iterator

import pyoxigraph as ox

from ..protocol import shapes
from ..vocab import PREFIXES
from .cells import short

SH, RDF = PREFIXES["sh"], PREFIXES["rdf"]
REPEATED = {"zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


def path(node: object, base: str) -> str:
    """A path as SPARQL 1.1, 9.1, has it, its IRIs shortened."""
    if isinstance(node, ox.NamedNode):
        return short(node.value, base)
    if (inverse := value(node, SH + "inversePath")) is not None:
        return f"^{_grouped(inverse, base)}"
    if (either := value(node, SH + "alternativePath")) is not None:
        return " | ".join(_grouped(item, base) for item in items(either))
    for name, sign in REPEATED.items():
        if (repeated := value(node, SH + name)) is not None:
            return f"{_grouped(repeated, base)}{sign}"
    return " / ".join(_grouped(item, base) for item in items(node))


def _grouped(node: object, base: str) -> str:
    text = path(node, base)
    return text if isinstance(node, ox.NamedNode) else f"({text})"


def value(node: object, prop: str) -> object | None:
    """The first value of a property of a node of the shapes; None if it has none."""
    return next(iter(values(node, prop)), None)


def values(node: object, prop: str) -> list[object]:
    """All values of a property of a node of the shapes."""
    said = shapes.statements().get(node, ())
    return [each.object for each in said if each.predicate.value == prop]


def items(node: object) -> Iterator[object]:
    """The members of a list."""
    while (first := value(node, RDF + "first")) is not None:
        yield first
        node = value(node, RDF + "rest")
