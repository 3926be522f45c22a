"""What an import says of each question."""

from collections.abc import Iterable, Iterator, Sequence

from .found import FoundQuestion
from .matching import alike
from .outcome import Entry
from .pairing import Missing, Pairing
from .state import EditionState

Doubles = Iterable[tuple[FoundQuestion, Entry]]


def tell(
    state: EditionState, pairings: Sequence[Pairing], missing: Iterable[Missing], doubles: Doubles
) -> tuple[Entry, ...]:
    """The entries of a report, those of one question one after the other."""
    keys = {id(item.found): f"{state.key}-{item.id}" for item in pairings}
    found = [entry for item in pairings for entry in _of(item, state)]
    found += [entry for item in missing for entry in _of_missing(item, state)]
    found += [entry.under(keys[id(kept)]) for kept, entry in doubles]
    return tuple(found)


def _of(item: Pairing, state: EditionState) -> Iterator[Entry]:
    key, found = f"{state.key}-{item.id}", item.found
    if item.known is None or item.match is None:
        yield Entry("new", key, found.text, found.place, detail=found.note)
    else:
        by, score = item.match.by, item.match.similarity
        kind, before = ("revised", item.known.text) if item.revised else ("unchanged", "")
        similarity = score if by == "similarity" else None
        yield Entry(kind, key, found.text, found.place, before, by, similarity, found.note)
        if not alike(item.known.path, found.path) and not state.describes(item.id):
            headings = " / ".join(item.known.path)
            yield Entry("moved", key, found.text, found.place, headings)
    yield from _status(item, key, state.status(item.id) if item.known else "current")


def _status(item: Pairing, key: str, before: str) -> Iterator[Entry]:
    now, found = item.found.status, item.found
    if now == before:
        return
    back = "returned" if before == "vanished" else "unarchived"
    kind = back if now == "current" else now
    yield Entry(kind, key, found.text, found.place, before if item.known else "")


def _of_missing(item: Missing, state: EditionState) -> Iterator[Entry]:
    key, before = f"{state.key}-{item.known.id}", state.status(item.known.id)
    text = item.known.text or state.label(item.known.id)
    if item.kept:
        yield Entry("kept", key, text, detail=item.kept)
    elif before != "vanished":
        detail = f"The source has it as {item.moved} now." if item.moved else ""
        before = "" if before == "current" else before
        yield Entry("vanished", key, text, before=before, detail=detail)
