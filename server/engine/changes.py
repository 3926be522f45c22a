"""A write, as far as the transaction that it amounts to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import PreconditionFailed
from . import gate, graphstore
from .delta import Delta
from .patch import Transaction
from .snapshot import Snapshot
from .working import Working


@dataclass(frozen=True)
class Place:
    """Where in its history a store is: its revision, and the writes that led there."""

    revision: str
    writes: int


@dataclass(frozen=True)
class Effect:
    """What a write amounts to.

    Args:
        before: the data that it starts from, for this process to use up.
        created: the graph of a graph store operation did not exist before, or was the unnamed one
            and empty before a put.
    """

    before: Snapshot
    transaction: Transaction
    created: bool


def perform(
    request: dict[str, Any], documents: Sequence[bytes], snapshot: Snapshot, place: Place
) -> Effect:
    """Do a write on a snapshot that is this process's own and not used again.

    Args:
        request: as `embedded` sends it.
        documents: the bodies of a put or post.

    Raises:
        SyntaxProblem, InputError, FederationRefused, UnknownGraph, UnknownName,
        PreconditionFailed: the client's to mend.
    """
    if request["revision"] and request["revision"] != place.revision:
        raise PreconditionFailed(
            f"The data is at revision {place.revision}.",
            remedy="Read it again, and decide anew.",
        )
    name, kind = request["graph"], request["kind"]
    created = kind in ("put", "post") and name is not None and name not in snapshot.graphs
    was_empty = name is None and next(snapshot.triples(None), None) is None
    if kind == "update":
        delta, snapshot = _update(request, snapshot)
    else:
        delta = graphstore.change(request, documents, snapshot)
        # The unnamed graph is always there, but 5.3 asks whether its content is new.
        created = created or (kind == "put" and was_empty and bool(delta.added))
    return Effect(snapshot, delta.transaction(place.revision, place.writes + 1), created)


# SPARQL 1.1 Update


def _update(request: dict[str, Any], snapshot: Snapshot) -> tuple[Delta, Snapshot]:
    """What an update changes, and the data from before it, perhaps otherwise kept."""
    base = request["base"]
    planned = gate.admit_operations(request["text"], base)
    if request["patch"]:
        return graphstore.patch(planned, request["graph"], base, snapshot), snapshot
    if request["using"] or request["using_named"]:
        planned = [item.with_using(request["using"], request["using_named"]) for item in planned]
    working = Working(snapshot, base)
    for operation in planned:
        working.run(operation)
    return working.finish()
