"""Records of pairs as rows of a table."""

from ..build.mapping_history import Pair
from ..build.mapping_records import SUPERSEDED, MappingRecord
from ..crossref.reviewers import written

COLUMNS = ("record", "status", "relation", "confidence", "date", "by", "tag", "reason")


def row(record: MappingRecord, pair: Pair) -> tuple[str, ...]:
    """A record in `COLUMNS`; one that another has replaced says so."""
    known = record is pair.newest or record.status == SUPERSEDED
    status = record.status if known else f"{SUPERSEDED} ({record.status})"
    relation = f"not {record.predicate}" if record.negated else record.predicate
    by = written(record.reviewer if record.reviewer.label else record.author)
    confidence = f"{record.confidence:g}"
    return record.key, status, relation, confidence, record.date, by, record.tag, record.comment
