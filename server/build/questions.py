"""Every question that the sources describe, whatever its edition is made of, by its key."""

from collections.abc import Iterator
from dataclasses import dataclass

from .records import Records
from .wording import digest


@dataclass(frozen=True)
class Question:
    """A question, as those need it who compare it with others.

    Args:
        key: `met-2019-4-2`.
        edition: key of its edition.
        label: its preferred label.
        text: the official words where the sources have them, else the label.
        sha256: of the official words.
    """

    key: str
    edition: str
    label: str
    text: str
    sha256: str


def questions(records: Records) -> dict[str, Question]:
    """The questions of all editions, by key, in the order of the sources."""
    found = (*_read(records), *_described(records), *_imported(records))
    return {question.key: question for question in found}


def _read(records: Records) -> Iterator[Question]:
    for document in records.documents:
        edition = document.record.edition.key
        for priority in document.priorities:
            for number, span in enumerate(priority.interests, start=1):
                key = f"{priority.record.key}-{number}"
                yield Question(key, edition, span.text, span.text, digest(span.text))


def _described(records: Records) -> Iterator[Question]:
    texts = {(i.edition, t.number): t for i in records.texts for t in i.texts if t.text}
    for described in records.statements:
        edition = described.edition.key
        for item in described.statements:
            found = texts.get((edition, item.number))
            words, sha256 = (found.text, found.sha256) if found else (item.label, item.sha256)
            yield Question(f"{edition}-{item.number}", edition, item.label, words, sha256)


def _imported(records: Records) -> Iterator[Question]:
    parts = [(i.edition.key, i.questions) for i in records.imported]
    parts += [(i.edition, i.questions) for i in records.texts]
    for edition, added in parts:
        for item in added:
            yield Question(f"{edition}-{item.id}", edition, item.text, item.text, item.sha256)
