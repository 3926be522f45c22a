"""The records of each pair in their order: what was decided first, and what holds now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .faults import Faults
from .mapping_records import SUPERSEDED, MappingFile, MappingRecord


@dataclass(frozen=True)
class Pair:
    """A pair of questions, or a question and an edition where nothing answers it.

    Args:
        records: at least one; each takes the place of the one before.
    """

    records: tuple[MappingRecord, ...]

    @property
    def newest(self) -> MappingRecord:
        """The record that holds now."""
        return self.records[-1]

    @property
    def key(self) -> str:
        """`met-2019-4-2--home-office-2019-27`."""
        return self.newest.pair


def histories(files: Iterable[MappingFile]) -> dict[str, Pair]:
    """Every pair by its key, in the order in which the pairs first stand in the files."""
    found: dict[str, list[MappingRecord]] = {}
    for file in files:
        for record in file.records:
            found.setdefault(record.pair, []).append(record)
    return {key: Pair(tuple(records)) for key, records in found.items()}


def check_histories(files: Iterable[MappingFile], faults: Faults) -> None:
    """Report records out of order or twice, pairs of which nothing holds, and questions with a
    counterpart and without one.
    """
    pairs = histories(files)
    for pair in pairs.values():
        _numbered(pair, faults)
        _holding(pair.newest, faults)
    _not_both(pairs.values(), faults)


def _numbered(pair: Pair, faults: Faults) -> None:
    """The records of a pair are numbered 1, 2, 3… over all files."""
    seen: dict[int, MappingRecord] = {}
    for record in pair.records:
        if record.number in seen:
            place = _place(seen[record.number])
            detail = f"The record '{record.key}' stands twice (first: {place})."
            faults.report(record.origin, f"{detail} Give it the number {len(pair.records)}.")
        elif record.number != len(seen) + 1:
            detail = f"'{record.key}' follows {len(seen)} records of its pair; expected: the number"
            faults.report(record.origin, f"{detail} {len(seen) + 1}.")
        seen.setdefault(record.number, record)


def _holding(newest: MappingRecord, faults: Faults) -> None:
    """Only what another record has replaced is superseded."""
    if newest.status == SUPERSEDED:
        detail = f"'{newest.key}' is superseded, and no later record of its pair is there."
        faults.report(newest.origin, f"{detail} Add the one that took its place.")


def _not_both(pairs: Iterable[Pair], faults: Faults) -> None:
    """A question has counterparts in an edition, or none; it can't be both."""
    newest = [pair.newest for pair in pairs]
    gaps = {(r.subject, r.edition): r for r in newest if r.lacks}
    for record in newest:
        gap = gaps.get((record.subject, record.edition))
        if record.links and gap:
            detail = f"'{record.subject}' has the counterpart '{record.object}' ({_place(record)})"
            faults.report(gap.origin, f"{detail}, so that it is no gap. Reject one of the two.")


def _place(record: MappingRecord) -> str:
    return f"{record.origin.file}:{record.origin.line}"


def concerning(pairs: Iterable[Pair], question: str) -> Iterator[Pair]:
    """The pairs that a question stands in."""
    return (p for p in pairs if question in (p.newest.subject, p.newest.object))
