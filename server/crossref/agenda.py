"""What is to be decided, and in which order."""

from collections.abc import Callable, Sequence

from ..build.mapping_history import Pair
from ..build.mapping_records import REOPENED, UNDONE, UNSURE, MappingRecord
from .decisions import State


def _proposed(record: MappingRecord) -> bool:
    return record.status == "proposed" and not record.tag


def _reopened(record: MappingRecord) -> bool:
    return record.status == "proposed" and record.tag == REOPENED


def _unsure(record: MappingRecord) -> bool:
    return record.status == "proposed" and record.tag in (UNSURE, UNDONE)


def _rejected(record: MappingRecord) -> bool:
    return record.status == "rejected" and not record.reviewer.label


KINDS: dict[str, Callable[[MappingRecord], bool]] = {
    "proposed": _proposed,
    "reopened": _reopened,
    "unsure": _unsure,
    "rejected": _rejected,
}
"""Records that a person may want to look at: those that nobody has, those whose text changed,
those left open, and rejections that no person has seen."""

USUAL = ("proposed", "reopened", "unsure")
"""Those that are asked about unless others are wanted."""


def agenda(state: State, kinds: Sequence[str], editions: tuple[str, str] | None) -> list[Pair]:
    """The pairs to decide on, kind by kind, in the order of the files.

    Args:
        kinds: of `KINDS`.
        editions: keys of two editions, for the pairs between them; None for all.
    """
    found = [pair for pair in state.pairs.values() if _between(pair, state, editions)]
    return [pair for kind in kinds for pair in found if KINDS[kind](pair.newest)]


def _between(pair: Pair, state: State, editions: tuple[str, str] | None) -> bool:
    newest = pair.newest
    here = state.questions[newest.subject].edition, newest.edition
    return editions is None or here == editions


def sets(state: State) -> list[tuple[str, str]]:
    """The editions that there are mapping files between, subject first."""
    return sorted({(file.header.subject, file.header.object) for file in state.files})
