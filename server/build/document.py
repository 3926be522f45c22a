"""The reader of a document as published: from its text to priorities with their passages."""

from collections.abc import Iterator
from difflib import get_close_matches

from .comparison import compare
from .faults import Fault, refuse
from .passages import Line, lines
from .reading import LIKENESS, Reading
from .records import DocumentRecord, PriorityText


def read(text: str, record: DocumentRecord) -> tuple[PriorityText, ...]:
    """The priorities with their passages, in the order of the document.

    Raises:
        SourceError: the document does not hold what the record says; lists every fault.
    """
    reading = Reading(record)
    for line in _body(text, record):
        reading.place(line)
    refuse(sorted([*reading.faults, *compare(reading)]), _remedy(record))
    return tuple(draft.finished() for draft in reading.drafts)


def _body(text: str, record: DocumentRecord) -> Iterator[Line]:
    """The lines after the first one that is the heading of the priorities."""
    every = list(lines(text))
    starts = [i for i, line in enumerate(every) if line.words == record.start]
    if not starts:
        detail = f"The heading '{record.start}' is not in the file; the priorities follow it."
        close = get_close_matches(record.start, [line.words for line in every], 1, LIKENESS)
        near = next((line.number for line in every if line.words in close), 0)
        refuse([Fault(record.edition.source.file, near, detail)], _remedy(record))
    yield from every[starts[0] + 1 :]


def _remedy(record: DocumentRecord) -> str:
    return (
        f"Compare {record.edition.source.file} with the published text; "
        f"{record.edition.origin.file} says what it holds."
    )
