"""What a write has changed, as a transaction that every server makes alike."""

from collections.abc import Callable, Collection, Iterable, Set
from dataclasses import dataclass

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    serialize,
)

from ..errors import InputError
from . import serialise
from .patch import Transaction

RESERVED = "urn:x-ari:"
"""IRIs that stand for inner matters of the store."""
_KNOWN = f"{RESERVED}known:"


@dataclass(frozen=True)
class Delta:
    """What a write takes away and adds.

    Args:
        removed, added: of the strict dataset, none in both.
        known: labels of blank nodes among the added that were there before.
        dropped: named graphs that no longer exist.
        created: named graphs that exist from now on.
    """

    removed: Collection[Quad] = ()
    added: Collection[Quad] = ()
    known: Set[str] = frozenset()
    dropped: Collection[str] = ()
    created: Collection[str] = ()

    def transaction(self, revision: str, number: int) -> Transaction:
        """The same on every server.

        New blank nodes are named by RDFC-1.0 over the added statements: `w{number}x{n}`.

        Args:
            revision: that it starts from.
            number: of the write, from 1.

        Raises:
            InputError: it adds what this store does not hold.
        """
        _refuse_what_is_not_held(self.added, self.created)
        added = self.added
        if any(map(_has_blank, added)):
            added = _named(added, self.known, number)
        filled = {quad.graph_name for quad in added}
        return Transaction(
            revision,
            _sorted(self.removed),
            _sorted(added),
            tuple(sorted(self.dropped)),
            tuple(sorted(name for name in self.created if NamedNode(name) not in filled)),
        )


def _sorted(quads: Iterable[Quad]) -> tuple[bytes, ...]:
    stated = (_as_stated(quad) for quad in quads)
    text = serialize(stated, format=RdfFormat.N_QUADS) or b""
    return tuple(sorted(text.splitlines(keepends=True)))


def _as_stated(quad: Quad) -> Quad:
    triple = serialise.restored(quad.triple)
    return Quad(triple.subject, triple.predicate, triple.object, quad.graph_name)


def _refuse_what_is_not_held(quads: Iterable[Quad], created: Iterable[str]) -> None:
    for quad in quads:
        value = quad.object
        if isinstance(value, Triple) or (isinstance(value, Literal) and value.direction):
            raise InputError(
                "The data holds a triple term or a text with a direction, which RDF 1.1 has not.",
                remedy="State it with an owl:Axiom, or without the direction.",
            )
    for name in created:
        if name.startswith(RESERVED):
            raise InputError(f"The graph <{name}> is an inner matter of this store.")


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _named(quads: Iterable[Quad], known: Set[str], number: int) -> list[Quad]:
    """The quads with deterministic names for the blank nodes that are not known.

    Known ones take part in the canonicalisation as what they are: named.
    """

    def masked(term: BlankNode) -> NamedNode | BlankNode:
        return NamedNode(_KNOWN + term.value) if term.value in known else term

    dataset = Dataset(_mapped(quad, masked) for quad in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    def renamed(term: BlankNode) -> BlankNode:
        return BlankNode(f"w{number}x{term.value.removeprefix('c14n')}")

    return [_unmasked(_mapped(quad, renamed)) for quad in dataset]


def _mapped(quad: Quad, change: Callable[[BlankNode], NamedNode | BlankNode]) -> Quad:
    subject, value = quad.subject, quad.object
    return Quad(
        change(subject) if isinstance(subject, BlankNode) else subject,
        quad.predicate,
        change(value) if isinstance(value, BlankNode) else value,
        quad.graph_name,
    )


def _unmasked(quad: Quad) -> Quad:
    subject, value = quad.subject, quad.object
    return Quad(
        _known(subject) if isinstance(subject, NamedNode) else subject,
        quad.predicate,
        _known(value) if isinstance(value, NamedNode) else value,
        quad.graph_name,
    )


def _known(term: NamedNode) -> NamedNode | BlankNode:
    known = term.value.startswith(_KNOWN)
    return BlankNode(term.value.removeprefix(_KNOWN)) if known else term
