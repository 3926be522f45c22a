"""Pairs of datasets, the second made from the first: for properties that hold of any two."""

from collections.abc import Sequence

import pyoxigraph as ox
from hypothesis import strategies as st

NAMES = [ox.NamedNode(f"https://example.org/id/thing/{n}") for n in range(6)]
BLANKS = [ox.BlankNode(f"b{n}") for n in range(6)]
PROPERTIES = [ox.NamedNode(f"https://example.org/def#p{n}") for n in range(3)]
TEXTS = [ox.Literal("a"), ox.Literal("b", language="en"), ox.Literal('"\\\n\u0085'), ox.Literal(4)]
GRAPHS = [ox.DefaultGraph(), ox.NamedNode("https://example.org/id/graph/g"), ox.BlankNode("g")]

Quads = list[ox.Quad]

quads: st.SearchStrategy[Quads] = st.lists(
    st.builds(
        ox.Quad,
        st.sampled_from([*NAMES[:3], *BLANKS]),
        st.sampled_from(PROPERTIES),
        st.sampled_from([*NAMES[:3], *BLANKS, *BLANKS, *TEXTS]),
        st.sampled_from(GRAPHS),
    ),
    max_size=24,
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Quads, Quads]:
    """A dataset, and what is left of it after deletions, renames, new names of its blank nodes and
    additions.
    """
    old = draw(quads)
    kept = draw(st.lists(st.booleans(), min_size=len(old), max_size=len(old)))
    new = [quad for quad, stays in zip(old, kept, strict=True) if stays or draw(st.booleans())]
    if draw(st.booleans()):
        new = renamed(new, draw(st.sampled_from(NAMES)), draw(st.sampled_from(NAMES)))
    if draw(st.booleans()):
        new = relabelled(new, draw(st.permutations(BLANKS)))
    return old, new + draw(quads)[:6]


def renamed(quads: Quads, before: ox.NamedNode, after: ox.NamedNode) -> Quads:
    """The same with another IRI in the place of one."""

    def term(value: object) -> object:
        return after if value == before else value

    return [ox.Quad(term(q.subject), q.predicate, term(q.object), q.graph_name) for q in quads]


def relabelled(quads: Quads, labels: Sequence[ox.BlankNode]) -> Quads:
    """The same with other labels of blank nodes."""
    names = dict(zip(BLANKS, labels, strict=True))

    def term(value: object) -> object:
        return names.get(value, value) if isinstance(value, ox.BlankNode) else value

    return [ox.Quad(term(q.subject), q.predicate, term(q.object), q.graph_name) for q in quads]
