"""The thesaurus, from `topics.csv`, and the topics of each question, from its own table."""

from .faults import Faults
from .patterns import SLUG
from .records import AssignmentRecord, TopicRecord
from .references import known
from .rows import Row, read_csv, unique
from .sources import Sources

TOPIC_COLUMNS = ("slug", "label", "alt", "broader", "related", "scope_note")
ASSIGNMENT_COLUMNS = ("question", "topics")


def topics(sources: Sources, faults: Faults) -> tuple[TopicRecord, ...]:
    """Every topic, in the order of the file."""
    rows = read_csv(sources.read("topics.csv"), "topics.csv", TOPIC_COLUMNS, faults)
    unique(rows, "slug")
    unique(rows, "label")
    found = tuple(_topic(row) for row in rows)
    slugs = {topic.slug for topic in found}
    references = [(slug, t.origin) for t in found for slug in (*t.broader, *t.related)]
    known(references, slugs, "topic", faults)
    return found


def _topic(row: Row) -> TopicRecord:
    topic = TopicRecord(
        slug=row.matching("slug", SLUG, "a slug such as 'knife-crime'"),
        label=row.filled("label"),
        alternatives=row.several("alt"),
        broader=row.several("broader"),
        related=row.several("related"),
        scope_note=row["scope_note"],
        origin=row.origin,
    )
    if topic.slug in (*topic.broader, *topic.related):
        row.report(f"The topic '{topic.slug}' names itself.")
    return topic


def assignments(sources: Sources, faults: Faults) -> tuple[AssignmentRecord, ...]:
    """The topics of each question, in the order of the file."""
    file = "topic-assignments.csv"
    rows = read_csv(sources.read(file), file, ASSIGNMENT_COLUMNS, faults)
    unique(rows, "question")
    return tuple(_assignment(row) for row in rows)


def _assignment(row: Row) -> AssignmentRecord:
    item = AssignmentRecord(row["question"], row.several("topics"), row.origin)
    if not item.topics:
        row.report(f"'{item.question}' has no topic; expected: at least one.")
    if len(set(item.topics)) < len(item.topics):
        row.report(f"'{item.question}' has a topic twice.")
    return item
