"""A change of another engine's data: which ones are taken, and what a worker is told of them."""

from collections.abc import Sequence
from typing import Any

from ..config import Settings
from ..errors import NotOffered, ReadOnly, UnknownName
from .interface import Change
from .remote_dataset import Dataset


def must_be_offered(change: Change, own: Settings) -> None:
    """Refuse what can't be kept in an engine that others may write to.

    Raises:
        ReadOnly: the operator has named the state of the data, or wants writes validated.
        NotOffered: a condition on the revision, or a PATCH.
    """
    if own.engine_revision:
        raise ReadOnly(
            "The operator has named the state of this data, so it does not change.",
            remedy="To write, leave ARI_ENGINE_REVISION empty.",
        )
    if own.validate_writes:
        raise ReadOnly(
            "Writes are to be checked by the shapes, which is not possible in another engine.",
            remedy="To write unchecked, set ARI_VALIDATE_WRITES=0.",
        )
    if change.revision:
        raise NotOffered(
            "Another engine does not say what state its data is in, so a write can't depend on it.",
            remedy="Leave out If-Match and If-None-Match.",
        )
    if change.patch:
        raise NotOffered(
            "Another engine can't keep an update within one graph.",
            remedy="Send the update to /update, with WITH and the graph's name.",
        )


def request(
    change: Change, holds: Dataset, settings: Settings
) -> tuple[dict[str, Any], Sequence[bytes]]:
    """A change as a request to a worker, with its documents."""
    documents = [(change.body, change.format), *change.others] if change.format else []
    request = {
        "op": "update" if change.kind == "update" else "store",
        "kind": change.kind,
        "text": change.text,
        "base": change.base_iri,
        "using": change.using_graphs,
        "using_named": change.using_named_graphs,
        "graph": change.graph,
        "documents": [form for _, form in documents],
        "dataset": holds.as_record(),
        "seconds": settings.query_seconds,
    }
    return request, [body for body, _ in documents]


def must_exist(graph: str, holds: Dataset) -> None:
    """Refuse to delete what is not there.

    Raises:
        UnknownName: the engine has no such graph.
    """
    if graph not in holds.graphs:
        raise UnknownName(f"There is no graph <{graph}> here.")
