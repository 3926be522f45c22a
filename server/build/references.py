"""References: what one record says of another, by key."""

from collections.abc import Collection, Iterable, Iterator

from .faults import Faults, suggestion
from .imported_records import ImportedTexts
from .records import EditionRecord, Origin, Records, StrategyRecord

Reference = tuple[str, Origin]
"""A key, and where it stands."""


def known(
    references: Iterable[Reference], keys: Collection[str], what: str, faults: Faults
) -> None:
    """Report each reference to a key that there is not."""
    for key, origin in references:
        if key not in keys:
            faults.report(origin, f"There is no {what} '{key}'.{suggestion(key, keys)}")


def no_doubles(keys: Iterable[Reference], what: str, faults: Faults) -> None:
    """Report each key that stands a second time."""
    first: dict[str, Origin] = {}
    for key, origin in keys:
        if key in first:
            place = f"{first[key].file}:{first[key].line}"
            faults.report(origin, f"The {what} '{key}' stands twice (first: {place}).")
        first.setdefault(key, origin)


def resolve(records: Records, faults: Faults) -> None:
    """Report what one file says of another and is not there."""
    editions = [d.record.edition for d in records.documents]
    editions += [s.edition for s in records.statements]
    editions += [i.edition for i in records.imported]
    owned: list[EditionRecord | StrategyRecord] = [*editions, *records.strategies]
    owners = [(item.publisher, item.origin) for item in owned]
    known(owners, {item.key for item in records.organisations}, "organisation", faults)
    followed = [(item.strategy, item.origin) for item in editions if item.strategy]
    known(followed, {item.key for item in records.strategies}, "strategy", faults)
    _known_sources(editions, records.texts, faults)
    known(_supported_goals(records), _goal_keys(records), "goal", faults)
    known(_assigned(records), {t.slug for t in records.topics}, "topic", faults)
    asked = [(item.question, item.origin) for item in records.assignments]
    known(asked, set(_question_keys(records)), "question", faults)
    no_doubles(((item.key, item.origin) for item in owned), "key", faults)


def _known_sources(
    editions: Iterable[EditionRecord], texts: Iterable[ImportedTexts], faults: Faults
) -> None:
    each = [(source, item.origin) for item in editions for source in item.sources]
    each += [(item.source, item.imported.origin) for item in texts]
    behind = [(key, origin) for source, origin in each for key in source.derived_from]
    known(behind, {source.key for source, _ in each}, "source", faults)


def _supported_goals(records: Records) -> list[Reference]:
    every = [p for d in records.documents for p in d.record.priorities]
    return [(item.goal, item.origin) for item in every if item.goal]


def _goal_keys(records: Records) -> set[str]:
    return {a.key for s in records.strategies for a in s.aims if a.kind == "goal"}


def _assigned(records: Records) -> list[Reference]:
    return [(topic, item.origin) for item in records.assignments for topic in item.topics]


def _question_keys(records: Records) -> Iterator[str]:
    for document in records.documents:
        for priority in document.priorities:
            for number in range(1, len(priority.interests) + 1):
                yield f"{priority.record.key}-{number}"
    for edition in records.statements:
        yield from (f"{edition.edition.key}-{item.number}" for item in edition.statements)
    for imported in records.imported:
        yield from (f"{imported.edition.key}-{item.id}" for item in imported.questions)
    for texts in records.texts:
        yield from (f"{texts.edition}-{item.id}" for item in texts.questions)
