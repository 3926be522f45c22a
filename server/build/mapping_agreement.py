"""What must hold among the cells of one row of a mapping file."""

from collections.abc import Iterator

from .mapping_format import NOT, NOTHING
from .mapping_records import CURATED, GAP_PREDICATE, UNREVIEWED, MappingRecord


def disagreements(record: MappingRecord, record_id: str, edition: str) -> Iterator[str]:
    """What is wrong among cells that are each right by itself, one sentence each.

    Args:
        edition: key of the edition that the objects of the file stand in.
    """
    yield from _of_names(record, record_id, edition)
    yield from _of_gap(record)
    yield from _of_judgement(record)


def _of_names(record: MappingRecord, record_id: str, edition: str) -> Iterator[str]:
    if record_id != f"mapping:{record.key}":
        wanted = f"mapping:{record.pair}.{record.number}"
        yield f"Column record_id holds '{record_id}'; by subject and object it is '{wanted}'."
    if record.edition != edition:
        yield f"Column object_source names '{record.edition}'; the file is about '{edition}'."
    if not record.author.label:
        yield "Column author_label is empty."


def _of_gap(record: MappingRecord) -> Iterator[str]:
    if record.gap != (record.predicate == GAP_PREDICATE):
        yield f"skos:{GAP_PREDICATE} goes with {NOTHING}, and nothing else does."
    if record.gap == bool(record.object_label):
        yield "Column object_label is empty for a gap, and for nothing else."


def _of_judgement(record: MappingRecord) -> Iterator[str]:
    if record.status == "accepted" and record.negated:
        yield "What is accepted is not negated; a relation that does not hold is rejected."
    if record.status == "rejected" and not record.negated:
        yield f"What is rejected is negated: predicate_modifier is '{NOT}'."
    curated = record.justification == CURATED
    if record.status == "accepted" and not (record.reviewer.label and curated):
        yield f"Only a person accepts: reviewer_label and semapv:{CURATED} are needed."
    elif curated and not record.reviewer.label:
        yield (
            f"semapv:{CURATED} says that a person decided: reviewer_label is needed; "
            f"where none did, it is semapv:{UNREVIEWED}."
        )
