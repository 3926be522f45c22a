"""Questions that a source gives more than once."""

from collections.abc import Sequence

from .found import FoundQuestion
from .outcome import Entry


def without_doubles(
    questions: Sequence[FoundQuestion],
) -> tuple[list[FoundQuestion], list[tuple[FoundQuestion, Entry]]]:
    """The questions, each once, and what to say of those that stand twice.

    The same identifier, or the same text under the same heading without one, is the same question.
    The same text with another identifier or heading is kept, and told. What is told comes with
    the question that is kept, whose key is not known yet.
    """
    first: dict[tuple[str, ...], FoundQuestion] = {}
    by_text: dict[str, FoundQuestion] = {}
    kept, told = [], []
    for item in questions:
        earlier = first.setdefault(_identity(item), item)
        twin = by_text.setdefault(item.text.casefold(), item)
        if earlier is not item:
            detail = f"It stands at {earlier.place} already.{_differs(item, earlier)}"
            told.append((earlier, _entry(item, detail)))
            continue
        kept.append(item)
        if twin is not item:
            told.append((item, _entry(item, f"It has the text of {twin.place}; both are kept.")))
    return kept, told


def _identity(item: FoundQuestion) -> tuple[str, ...]:
    if item.own_id:
        return (item.own_id,)
    return ("", item.text, *item.path)


def _entry(item: FoundQuestion, detail: str) -> Entry:
    return Entry("duplicated", "", item.text, item.place, detail=detail)


def _differs(item: FoundQuestion, earlier: FoundQuestion) -> str:
    same = (item.text, item.path, item.status) == (earlier.text, earlier.path, earlier.status)
    return "" if same else " The two differ; the first one is kept."
