"""Gaps that a decision on a pair opens or closes: a question must not fall silent.

A question has counterparts in an edition, or is said to have none. Accepting its first counterpart
ends the gap, and rejecting its last one makes a gap, which a person has still to read. The project
is the author of both records: the person has spoken of the pair.
"""

from collections.abc import Iterator
from dataclasses import replace

from ..build.mapping_records import (
    FOUND,
    GAP_PREDICATE,
    NOBODY,
    PROJECT_AGENT,
    UNREVIEWED,
    MappingRecord,
)
from .decisions import State


def consequences(
    judged: MappingRecord, former: MappingRecord | None, state: State
) -> Iterator[MappingRecord]:
    """What a new record of a pair means for there being a gap, as a record; none if nothing.

    Args:
        former: the record of the pair that it replaces; None if it is the first.
        state: as it was before.
    """
    if judged.gap:
        return
    gap = state.newest(f"{judged.subject}--{judged.edition}")
    is_gap = gap is not None and gap.lacks
    others = [r for r in state.links(judged.subject, judged.edition) if r.object != judged.object]
    if judged.links and is_gap:
        yield _closed(judged)
    elif former and former.links and not judged.links and not others and not is_gap:
        yield _opened(judged, state)


def _closed(judged: MappingRecord) -> MappingRecord:
    return replace(
        _of_gap(judged),
        negated=True,
        comment=f"A counterpart was found: {judged.object}.",
        status="rejected",
        tag=FOUND,
    )


def _opened(judged: MappingRecord, state: State) -> MappingRecord:
    """The gap follows from a decision on another pair, and is still to be read by a person."""
    made = replace(
        _of_gap(judged),
        negated=False,
        justification=UNREVIEWED,
        reviewer=NOBODY,
        comment=f"The last counterpart, {judged.object}, was rejected, and no other is recorded.",
        status="proposed",
        tag="",
    )
    pair = state.pairs.get(made.pair)
    before = next((r for r in reversed(pair.records) if r.lacks), None) if pair else None
    if before is None:
        return made
    comment = f"{made.comment} Before it was found: {before.comment}"
    return replace(made, confidence=before.confidence, comment=comment)


def _of_gap(judged: MappingRecord) -> MappingRecord:
    return replace(
        judged,
        predicate=GAP_PREDICATE,
        object="",
        object_label="",
        object_sha256="",
        author=PROJECT_AGENT,
    )
