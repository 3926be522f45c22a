"""What the mapping files say of questions and editions, and of each other."""

from collections.abc import Collection, Iterable, Mapping

from .faults import Faults
from .mapping_history import check_histories
from .mapping_records import MappingFile
from .questions import Question, questions
from .records import Records
from .references import known


def resolve_mappings(records: Records, faults: Faults) -> None:
    """Report editions and questions that there are not, and records that contradict each other."""
    found = questions(records)
    editions = {question.edition for question in found.values()}
    for file in records.mappings:
        header = file.header
        if header.subject == header.object:
            faults.report(file.origin, f"Both sides are '{header.subject}'.")
        both = [(key, file.origin) for key in (header.subject, header.object)]
        known(both, editions, "edition with questions", faults)
        if editions.issuperset((header.subject, header.object)):
            _known_questions(file, found, faults)
    check_histories(records.mappings, faults)


def _known_questions(file: MappingFile, found: Mapping[str, Question], faults: Faults) -> None:
    header = file.header
    subjects = [(item.subject, item.origin) for item in file.records]
    objects = [(item.object, item.origin) for item in file.records if item.object]
    for edition, references in ((header.subject, subjects), (header.object, objects)):
        known(references, _of(edition, found.values()), f"question of {edition}", faults)


def _of(edition: str, found: Iterable[Question]) -> Collection[str]:
    return {question.key for question in found if question.edition == edition}
