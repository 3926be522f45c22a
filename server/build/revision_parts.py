"""What can continue something in a later edition: editions and what stands in them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .questions import questions
from .records import Records, ThemeRecord
from .wording import digest

Place = tuple[str, str]
"""A kind and a key."""


@dataclass(frozen=True)
class Part:
    """An edition, or a priority, theme or question in one.

    Args:
        edition: key of its edition; of an edition, its own.
        words: digest of its name and description, or of its official words; of an edition, empty.
        parent: what it stands under; None: nothing.
    """

    edition: str
    words: str = ""
    parent: Place | None = None


def parts(records: Records) -> dict[Place, Part]:
    """Everything that stands in an edition, and the editions."""
    found: dict[Place, Part] = {}
    found.update(_priorities(records))
    found.update(_themes(records))
    parents = dict(_parents(records))
    for question in questions(records).values():
        part = Part(question.edition, question.sha256, parents[question.key])
        found["question", question.key] = part
    return found | {("ari", part.edition): Part(part.edition) for part in found.values()}


def _priorities(records: Records) -> Iterator[tuple[Place, Part]]:
    for document in records.documents:
        for item in document.priorities:
            words = digest(f"{item.name.text} {item.description.text}")
            yield ("priority", item.record.key), Part(document.record.edition.key, words)


def _themes(records: Records) -> Iterator[tuple[Place, Part]]:
    for edition, themes in _listed(records):
        for item in themes:
            parent = ("theme", f"{edition}-{item.parent}") if item.parent else None
            part = Part(edition, digest(item.name), parent)
            yield ("theme", f"{edition}-{item.key}"), part


def _listed(records: Records) -> Iterator[tuple[str, Iterable[ThemeRecord]]]:
    yield from ((item.edition.key, item.themes) for item in records.statements)
    yield from ((item.edition.key, item.themes) for item in records.imported)
    yield from ((item.edition, item.themes) for item in records.texts)


def _parents(records: Records) -> Iterator[tuple[str, Place]]:
    """The heading of each question, by the key of the question."""
    for document in records.documents:
        for item in document.priorities:
            for number in range(1, len(item.interests) + 1):
                yield f"{item.record.key}-{number}", ("priority", item.record.key)
    for edition, question, theme in _under_themes(records):
        yield f"{edition}-{question}", ("theme", f"{edition}-{theme}")


def _under_themes(records: Records) -> Iterator[tuple[str, str | int, str]]:
    for described in records.statements:
        yield from ((described.edition.key, i.number, i.theme) for i in described.statements)
    for imported in records.imported:
        yield from ((imported.edition.key, i.id, i.theme) for i in imported.questions)
    for texts in records.texts:
        yield from ((texts.edition, i.id, i.theme) for i in texts.questions)
