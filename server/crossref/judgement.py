"""What a person decides on a pair, as the records that say so."""

from dataclasses import dataclass, replace
from typing import Literal, get_args

from ..build.mapping_records import (
    CURATED,
    GAP_PREDICATE,
    NOBODY,
    PREDICATES,
    PROJECT_AGENT,
    REJECTIONS,
    SUPERSEDED,
    UNDONE,
    UNREVIEWED,
    UNSURE,
    Agent,
    MappingRecord,
)
from ..build.records import Origin
from ..errors import InputError, PreconditionFailed
from .decisions import State, pair_of
from .gaps import consequences

Action = Literal["accept", "reject", "relation", "unsure", "undo"]
ACTIONS: tuple[Action, ...] = get_args(Action)

CONFIDENCE = 0.9
"""Of a person who decides against what was said before, and gives no other."""
WEAKEST = "relatedMatch"

_HERE = Origin("", 0)


@dataclass(frozen=True)
class Judgement:
    """What a person decides.

    Args:
        pair: key of the pair.
        seen: key of the record that the person saw; empty where there was none, None if unknown.
        relation: local name of the relation; empty: the one that was said before.
        tag: one of `REJECTIONS`, for a rejection; empty for none.
        comment: the reason; empty where another one stands for it.
        confidence: from 0 to 1; None: that of the record before if it says the same.
        date: `2026-11-23`.
    """

    pair: str
    action: Action
    reviewer: Agent
    date: str
    seen: str | None = None
    relation: str = ""
    tag: str = ""
    comment: str = ""
    confidence: float | None = None


def records_of(judgement: Judgement, state: State) -> list[MappingRecord]:
    """The record of a judgement, and the one on the gap that it opens or closes.

    Raises:
        PreconditionFailed: another record took the place of the one that was seen.
        InputError: the judgement does not fit the pair, or lacks a reason or relation.
    """
    former = state.newest(judgement.pair)
    _still_newest(judgement, former, state)
    judged = _DECIDE[judgement.action](judgement, _draft(judgement, state), former, state)
    return [judged, *consequences(judged, former, state)]


def presumed(action: Action, relation: str, former: MappingRecord | None) -> float:
    """The confidence of a decision whose person names none: that of before if it says the same.

    Args:
        relation: that the person names; empty for none.
        former: the newest record of the pair; None if nothing was said of it.
    """
    if former is None or (relation and relation != former.predicate):
        return CONFIDENCE
    negated = {"reject": True, "unsure": former.negated}.get(action, False)
    return former.confidence if negated == former.negated else CONFIDENCE


def _still_newest(judgement: Judgement, former: MappingRecord | None, state: State) -> None:
    now = former.key if former else ""
    if judgement.seen is None or judgement.seen == now:
        return
    told = f"{judgement.seen} was superseded by {now}" if judgement.seen else f"There is now {now}"
    if former is None or (judgement.seen and not _is_former(judgement.seen, state, former)):
        raise InputError(f"There is no record {judgement.seen}.", remedy=_history(judgement.pair))
    raise PreconditionFailed(
        f"{told}: {describe(former)}",
        remedy=f"Look at it, then decide again. {_history(judgement.pair)}",
        extra={"record": judgement.seen, "replaced_by": now},
    )


def _is_former(seen: str, state: State, newest: MappingRecord) -> bool:
    return any(record.key == seen for record in state.pairs[newest.pair].records)


def _history(pair: str) -> str:
    return f"Its history: ari review --history {pair}"


def describe(record: MappingRecord) -> str:
    """Who said what, and when, in a line."""
    if record.gap:
        said = "has a counterpart" if record.negated else "no counterpart"
    else:
        said = f"not {record.predicate}" if record.negated else record.predicate
    who = record.reviewer.label or record.author.label
    return f"{record.status}, {said}, by {who} on {record.date}: {record.comment}"


def _draft(judgement: Judgement, state: State) -> MappingRecord:
    """A record with all that does not depend on what is decided."""
    subject, other, edition = pair_of(state, judgement.pair)
    former = state.newest(judgement.pair)
    relation = judgement.relation or (former.predicate if former else WEAKEST)
    return MappingRecord(
        number=0,
        subject=subject.key,
        subject_label=subject.label,
        predicate=relation if other else GAP_PREDICATE,
        negated=False,
        object=other.key if other else "",
        object_label=other.label if other else "",
        edition=edition,
        justification=CURATED,
        author=judgement.reviewer,
        reviewer=judgement.reviewer,
        date=judgement.date,
        confidence=CONFIDENCE if judgement.confidence is None else judgement.confidence,
        comment=judgement.comment,
        status="proposed",
        tag="",
        subject_sha256=subject.sha256,
        object_sha256=other.sha256 if other else "",
        origin=_HERE,
    )


def _says(
    judgement: Judgement, draft: MappingRecord, former: MappingRecord | None, *, negated: bool
) -> MappingRecord:
    """The draft, with author, reason and confidence of a former record that says the same."""
    made = replace(draft, negated=negated)
    same = former and (former.predicate, former.negated) == (made.predicate, negated)
    if not former or not same:
        return made
    return replace(
        made,
        author=former.author,
        comment=made.comment or former.comment,
        confidence=former.confidence if judgement.confidence is None else judgement.confidence,
    )


def _accept(
    judgement: Judgement, draft: MappingRecord, former: MappingRecord | None, state: State
) -> MappingRecord:
    if former is None and draft.object and not judgement.relation:
        raise InputError(
            "Nobody has said which relation the two have.",
            remedy=f"Give one by --relation: {', '.join(PREDICATES)}.",
        )
    links = state.links(draft.subject, draft.edition)
    if not draft.object and links:
        told = ", ".join(record.object for record in links)
        raise InputError(
            f"{draft.subject} has counterparts in {draft.edition}: {told}.",
            remedy="Reject them, and the gap is recorded by itself.",
        )
    return _reasoned(replace(_says(judgement, draft, former, negated=False), status="accepted"))


def _relation(
    judgement: Judgement, draft: MappingRecord, former: MappingRecord | None, state: State
) -> MappingRecord:
    if not draft.object or not judgement.relation:
        raise InputError(
            "A change of relation needs two questions, and the relation.",
            remedy=f"Give it by --relation: {', '.join(PREDICATES)}.",
        )
    return _accept(judgement, draft, former, state)


def _reject(
    judgement: Judgement, draft: MappingRecord, former: MappingRecord | None, state: State
) -> MappingRecord:
    if not draft.object:
        raise InputError(
            f"That nothing answers {draft.subject} is rejected by naming what does.",
            remedy=f"Accept the counterpart: --pair {draft.subject}--{draft.edition}-N.",
        )
    said = _says(judgement, draft, former, negated=True)
    comment = said.comment or REJECTIONS.get(judgement.tag, "")
    return _reasoned(replace(said, status="rejected", tag=judgement.tag, comment=comment))


def _unsure(
    judgement: Judgement, draft: MappingRecord, former: MappingRecord | None, state: State
) -> MappingRecord:
    """What was said stays as it was; of what nobody has looked at before, no link is made."""
    # Unsure of what, if not of the relation that was said?
    negated = former.negated if former else True
    kept = replace(draft, predicate=former.predicate) if former else draft
    said = _says(judgement, kept, former, negated=negated)
    comment = judgement.comment or (f"Unsure. {former.comment}" if former else "")
    return _reasoned(replace(said, comment=comment, tag=UNSURE))


def _undo(
    judgement: Judgement, draft: MappingRecord, former: MappingRecord | None, state: State
) -> MappingRecord:
    """A record that says what the one before the newest said; before the first, no link.

    Whoever stood behind that one stands behind it again: to take a decision back is to say nothing
    of the pair oneself, so that the reason alone names the person.
    """
    if former is None:
        raise InputError("Nothing was decided on this pair: there is nothing to undo.")
    if not former.reviewer.label:
        raise InputError("Only what a person decided can be undone; reject it, or leave it unsure.")
    records = state.pairs[judgement.pair].records
    taken = f"Taken back by {judgement.reviewer.label}: {former.key} ({former.status})."
    taken = f"{taken} {judgement.comment}".strip()
    if len(records) == 1:
        return replace(
            draft,
            negated=True,
            justification=UNREVIEWED,
            author=PROJECT_AGENT,
            reviewer=NOBODY,
            confidence=former.confidence,
            comment=taken,
            tag=UNDONE,
        )
    before = records[-2]
    return replace(
        before,
        # What such a record had said before is no longer known.
        status="proposed" if before.status == SUPERSEDED else before.status,
        subject_label=draft.subject_label,
        object_label=draft.object_label,
        date=judgement.date,
        comment=f"{taken} {before.comment}",
        tag=UNDONE,
        origin=_HERE,
    )


def _reasoned(record: MappingRecord) -> MappingRecord:
    if not record.comment.strip():
        raise InputError(
            "A decision needs its reason.", remedy="Give one by --comment, or --tag to reject."
        )
    return record


_DECIDE = {
    "accept": _accept,
    "reject": _reject,
    "relation": _relation,
    "unsure": _unsure,
    "undo": _undo,
}
