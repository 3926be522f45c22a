"""The comparison of a reading with the record: what is missing, doubled, out of order or moved.

The record holds the first letters of the words of each text, so that a text that moved can be told
from one that was reworded.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from .faults import Fault
from .passages import excerpt, spaced
from .reading import LIKENESS, Draft, Reading, named
from .records import PriorityRecord, Span


def initials(text: str) -> str:
    """The first letter of each word, at most 40: tells texts apart without holding them."""
    return "".join(word[0].casefold() for word in re.findall(r"[\w'\u2019-]+", text)[:40])


def compare(reading: Reading) -> Iterator[Fault]:
    """Where the reading is not what the record says."""
    found = _first_of_each(reading.drafts)
    yield from _missing(reading, found)
    yield from _doubled_priorities(reading, found)
    yield from _reordered(reading, found)
    for draft in reading.drafts:
        yield from _incomplete(reading, draft)
    yield from _doubled_interests(reading)
    yield from _moved_interests(reading)
    yield from _moved_descriptions(reading)


# Priorities


def _first_of_each(drafts: Iterable[Draft]) -> dict[str, Draft]:
    found: dict[str, Draft] = {}
    for draft in drafts:
        found.setdefault(draft.record.key, draft)
    return found


def _missing(reading: Reading, found: Collection[str]) -> Iterator[Fault]:
    for kind in sorted(set(reading.record.sections.values()) - set(reading.sections)):
        heading = next(text for text, k in reading.record.sections.items() if k == kind)
        yield Fault(reading.file, 0, f"The section heading '{heading}' is missing.")
    for priority in reading.record.priorities:
        if priority.key not in found:
            yield Fault(reading.file, 0, f"{named(priority)} is missing.")


def _doubled_priorities(reading: Reading, found: dict[str, Draft]) -> Iterator[Fault]:
    for draft in reading.drafts:
        first = found[draft.record.key]
        if draft is not first:
            detail = f"{named(draft.record)} stands twice (first: line {first.name.line})."
            yield Fault(reading.file, draft.name.line, detail)


def _reordered(reading: Reading, found: dict[str, Draft]) -> Iterator[Fault]:
    expected = [item for item in reading.record.priorities if item.key in found]
    for draft, wanted in zip(found.values(), expected, strict=True):
        if draft.record is not wanted:
            detail = f"{named(draft.record)} stands where {named(wanted)} is expected."
            yield Fault(reading.file, draft.name.line, detail)


def _incomplete(reading: Reading, draft: Draft) -> Iterator[Fault]:
    name, line = named(draft.record), draft.name.line
    if draft.description is None:
        yield Fault(reading.file, line, f"{name} has no description; one is expected.")
    if len(draft.interests) != draft.record.interests:
        yield Fault(reading.file, line, f"{name} {_count(draft)}.{_absent(draft)}")


def _count(draft: Draft) -> str:
    wanted = f"interests: expected {draft.record.interests}"
    if not draft.interests:
        return f"has no {wanted}"
    first, last = draft.interests[0].line, draft.interests[-1].line
    return f"has {len(draft.interests)} {wanted} (lines {first} to {last})"


def _absent(draft: Draft) -> str:
    found = [initials(span.text) for span in draft.interests]
    absent = [
        str(number)
        for number, wanted in enumerate(draft.record.initials, 1)
        if found and all(_likeness(wanted, text) < LIKENESS for text in found)
    ]
    return f" None of them reads like number {', '.join(absent)}." if absent else ""


# Texts


def _doubled_interests(reading: Reading) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for draft in reading.drafts:
        for span in draft.interests:
            words = spaced(span.text).casefold()
            if words in seen:
                twice = f"'{excerpt(span.text)}' of {named(draft.record)} stands twice"
                detail = f"The interest {twice} (first: line {seen[words]})."
                yield Fault(reading.file, span.line, detail)
            seen.setdefault(words, span.line)


class _Place(NamedTuple):
    """Where a text belongs by the record: the number of an interest from 1, 0 a description."""

    priority: PriorityRecord
    number: int
    initials: str


def _moved_interests(reading: Reading) -> Iterator[Fault]:
    places = {
        (item.key, number): _Place(item, number, text)
        for item in reading.record.priorities
        for number, text in enumerate(item.initials, 1)
    }
    for draft in reading.drafts:
        complete = len(draft.interests) == draft.record.interests
        for number, span in enumerate(draft.interests, 1):
            own = places.get((draft.record.key, number))
            home = _home(span, own.initials if own else "", places.values())
            # One too many or too few shifts the numbers of all that follow in the same priority.
            if home and (complete or home.priority.key != draft.record.key):
                yield Fault(reading.file, span.line, _moved(draft, number, span, home))


def _moved(draft: Draft, number: int, span: Span, home: _Place) -> str:
    return (
        f"Interest {number} of {named(draft.record)} reads like interest {home.number} of "
        f"{named(home.priority)}: '{excerpt(span.text)}'."
    )


def _moved_descriptions(reading: Reading) -> Iterator[Fault]:
    places = [_Place(p, 0, p.description_initials) for p in reading.record.priorities]
    for draft in reading.drafts:
        if draft.description is None:
            continue
        home = _home(draft.description, draft.record.description_initials, places)
        if home:
            detail = f"The description of {named(draft.record)} reads like that of "
            line = draft.description.line
            yield Fault(reading.file, line, f"{detail}{named(home.priority)}.")


def _home(span: Span, own: str, places: Iterable[_Place]) -> _Place | None:
    """Where a passage belongs, if it reads more like another place than like its own."""
    found = initials(span.text)
    if own == found:
        return None
    # As like as LIKENESS is like enough, as long as its own place is less so.
    least = max(_likeness(own, found), LIKENESS - 1e-9)
    scored = [(_likeness(place.initials, found), place) for place in places]
    score, place = max(scored, key=lambda entry: entry[0], default=(0.0, None))
    return place if score > least else None


def _likeness(one: str, other: str) -> float:
    return 1.0 if one == other else SequenceMatcher(None, one, other, autojunk=False).ratio()
