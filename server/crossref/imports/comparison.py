"""One edition as a source has it, compared with the same edition as it is there."""

from collections.abc import Mapping, Sequence
from itertools import count

from ...errors import InputError
from .doubles import without_doubles
from .found import FoundEdition, FoundQuestion
from .matching import Known, Match, match
from .pairing import Gone, Missing, Moved, Pairing
from .settlement import Settled, settle
from .state import EditionState
from .telling import tell


def compare(
    state: EditionState,
    edition: FoundEdition,
    kind: str,
    threshold: float,
    gone: Gone,
    moved: Moved,
) -> Settled:
    """The edition as it would be after an import.

    Args:
        edition: without questions if the source has none of it any more.
        kind: of the import, which says whose identifiers the source's are.
        threshold: similarity from which on a text is a revision of another.

    Raises:
        InputError: the source has nothing of what is there, so it is another document.
    """
    questions, doubles = without_doubles(edition.questions)
    known = state.known
    matches = match(known, questions, kind, threshold)
    if known and questions and not matches:
        raise _another_document(state)
    pairings = _paired(state, kind, questions, matches)
    taken = {item.known for item in matches.values()}
    left = [item for place, item in enumerate(known) if place not in taken]
    missing = [_missing(item, state, gone, moved) for item in left]
    return settle(state, kind, pairings, missing, tell(state, pairings, missing, doubles))


def _missing(item: Known, state: EditionState, gone: Gone, moved: Moved) -> Missing:
    # That the source has it elsewhere is known, however little of the source was read.
    now = moved(item)
    return Missing(item, "" if now else gone(item, state.issued(item.id)), now)


def _another_document(state: EditionState) -> InputError:
    return InputError(
        f"Nothing of what is there of {state.key} is in this source: none of its "
        f"{len(state.known)} questions is found by identifier, text or similarity.",
        remedy="It may be another document: say its publisher and year by --publisher and --year.",
    )


def _paired(
    state: EditionState,
    kind: str,
    questions: Sequence[FoundQuestion],
    matches: Mapping[int, Match],
) -> list[Pairing]:
    known = state.known
    used = {item.id for item in known} | {row.id for row in state.keys.rows}
    numbers = count(1 + max((int(name) for name in used if name.isdecimal()), default=0))
    pairings = []
    for place, item in enumerate(questions):
        found = matches.get(place)
        if found:
            pairings.append(Pairing(item, known[found.known].id, known[found.known], found))
            continue
        # Only the ARI Database has identifiers that can be relied on as keys.
        own = item.own_id if kind == "ari-database" and item.own_id not in used else ""
        name = own or next(name for name in map(str, numbers) if name not in used)
        used.add(name)
        pairings.append(Pairing(item, name))
    return pairings
