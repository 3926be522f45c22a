"""Links whose texts have changed since they were decided on are opened again."""

from collections.abc import Iterator
from dataclasses import replace

from ..build.mapping_records import NOBODY, PROJECT_AGENT, REOPENED, UNREVIEWED, MappingRecord
from .decisions import Journal, State

_OPENING = "Re-opened: the text of"


def reopen(journal: Journal, date: str) -> tuple[MappingRecord, ...]:
    """Add a record for each pair one of whose texts is not the one that was looked at.

    To be called when an import has changed texts. A second call adds nothing, so that one after
    a crash completes what the first had left.

    Args:
        date: the day, `2026-11-23`.

    Returns:
        What was added: proposed, and else as before; a rejection stays one, and so does a gap.
        The project is their author and nobody has reviewed them: no person has seen the new text.

    Raises:
        SourceError, EnvironmentFault: as for any decision; nothing is added.
    """
    with journal.writing() as session:
        return session.add(list(reopened(session.state, date)))


def reopened(state: State, date: str) -> Iterator[MappingRecord]:
    """The records that `reopen` would add, each still with the number of the one before it."""
    for pair in state.pairs.values():
        record = pair.newest
        if changed := _changed(record, state):
            reason = record.comment
            if reason.startswith(_OPENING):
                reason = reason.partition(" changed on import. ")[2]
            yield replace(
                record,
                status="proposed",
                tag=REOPENED,
                justification=UNREVIEWED,
                author=PROJECT_AGENT,
                reviewer=NOBODY,
                date=date,
                comment=f"{_OPENING} {' and '.join(changed)} changed on import. {reason}",
                subject_sha256=state.questions[record.subject].sha256,
                object_sha256=state.questions[record.object].sha256 if record.object else "",
            )


def _changed(record: MappingRecord, state: State) -> list[str]:
    """Keys of the questions of a record that have another text than it was made about."""
    looked_at = {record.subject: record.subject_sha256, record.object: record.object_sha256}
    return [key for key, sha in looked_at.items() if sha and state.questions[key].sha256 != sha]
