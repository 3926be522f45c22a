"""The answer to a batch: a result for each query, or why there is none (Reconciliation API 0.2).

The specification has no place for what is wrong with one query of a batch. Its result is empty
then, so that every client can go on, and an `error` beside it, a problem object (RFC 9457), says
why.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import AriError
from ..protocol import problems
from .reconcile_candidates import Candidate, Reconciler
from .reconcile_entities import BY_TYPE, Entities
from .reconcile_manifest import of_type
from .reconcile_queries import Query
from .reconcile_turns import sliced

LONGEST_OTHER_NAME = 80
"""Characters of another name that is shown as the one that was like the query."""

Json = dict[str, Any]


def answer_batch(
    known: Entities, asked: Mapping[str, Query | AriError], seconds: float
) -> dict[str, Json]:
    """The result batch.

    Args:
        seconds: that it may take.

    Raises:
        LimitReached: it took longer.
        WorkerLost: the client has gone.
    """
    reconciler = Reconciler(known)
    results = sliced(lambda one: result(reconciler, one), asked.values(), seconds)
    return dict(zip(asked, results, strict=True))


def result(reconciler: Reconciler, asked: Query | AriError) -> Json:
    """The result of one query."""
    if isinstance(asked, AriError):
        return {"result": [], "error": problems.of_ours(asked).members}
    return {"result": told(reconciler.candidates(asked))}


def told(candidates: Iterable[Candidate]) -> list[Json]:
    """Candidates as the protocol tells them (4.2)."""
    return [
        {
            "id": one.entity.id,
            "name": one.entity.name,
            "description": described(one),
            "type": [of_type(BY_TYPE[one.entity.type])],
            "score": one.score,
            "match": one.match,
            "features": [{"id": name, "value": value} for name, value in one.features],
        }
        for one in candidates
    ]


def described(candidate: Candidate) -> str:
    """The entity's description, with the other name that was like the query."""
    other = candidate.matched
    if not other or len(other) > LONGEST_OTHER_NAME:
        return candidate.entity.description
    return f"{candidate.entity.description} · also called “{other}”"
