"""What is said about pairs of questions: each decision a record, none of them ever changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from .records import Origin

Status = Literal["proposed", "accepted", "rejected", "superseded"]
STATUSES: tuple[Status, ...] = ("proposed", "accepted", "rejected", "superseded")
"""What a record may say of itself."""
SUPERSEDED: Status = "superseded"
"""A later record took its place. That is seen, so ours never say it; other tools may."""

PREDICATES = ("closeMatch", "broadMatch", "narrowMatch", "relatedMatch", "exactMatch")
"""Relations between two questions: local names of SKOS, the usual ones first."""
GAP_PREDICATE = "mappingRelation"
"""Any of them: a gap says that none leads anywhere."""

UNREVIEWED, CURATED = "UnspecifiedMatching", "ManualMappingCuration"
JUSTIFICATIONS = (
    UNREVIEWED,
    CURATED,
    "CompositeMatching",
    "EmbeddingBasedMatching",
    "LexicalMatching",
    "LexicalSimilarityThresholdMatching",
    "LLMBasedMatching",
    "MappingReview",
    "SemanticSimilarityThresholdMatching",
)
"""How a record came about: local names of semapv."""

REJECTIONS: Mapping[str, str] = {
    "shared-words": "They share words, not what is asked.",
    "other-people": "They ask about other people or victims.",
    "other-purpose": "They ask about the same matter to another end.",
    "other-evidence": "What would answer the one would not answer the other.",
    "too-general": "One is so general that it answers everything and nothing.",
    "other": "For the reason that the comment gives.",
}
"""Reason tags of a person who rejects, and what they mean."""
UNSURE, UNDONE, REOPENED, FOUND = "unsure", "undone", "text-changed", "counterpart-found"
TAGS: Mapping[str, str] = {
    **REJECTIONS,
    FOUND: "The question was said to have no counterpart, and has one.",
    UNSURE: "A person has looked and can't say.",
    UNDONE: "A person has taken the decision before it back.",
    REOPENED: "The text of a question changed after the decision before it.",
}
"""Every reason tag."""


@dataclass(frozen=True)
class Agent:
    """Who wrote or reviewed a record.

    Args:
        label: the name to show; empty for nobody.
        identifier: `orcid:0000-0002-1825-0097` or `person:ada`; empty for none.
    """

    label: str = ""
    identifier: str = ""


PROJECT_AGENT = Agent("ARI Graph project")
NOBODY = Agent()


@dataclass(frozen=True)
class MappingRecord:
    """One decision about a pair of questions, or about a question that has no counterpart.

    Args:
        number: place among the records of its pair, from 1.
        subject, object: keys of questions; an empty object: nothing in `edition` answers.
        edition: key of the edition that the object stands in.
        predicate: one of `PREDICATES`, or `GAP_PREDICATE` for a gap.
        negated: the relation is said not to hold.
        date: `2026-11-23`.
        confidence: from 0 to 1, that the record as it stands is right.
        comment: the reason, one line.
        tag: one of `TAGS`; empty for none.
        subject_sha256, object_sha256: of the texts that were looked at; empty if not recorded.
    """

    number: int
    subject: str
    subject_label: str
    predicate: str
    negated: bool
    object: str
    object_label: str
    edition: str
    justification: str
    author: Agent
    reviewer: Agent
    date: str
    confidence: float
    comment: str
    status: Status
    tag: str
    subject_sha256: str
    object_sha256: str
    origin: Origin

    @property
    def pair(self) -> str:
        """Key of the pair: `met-2019-4-2--home-office-2019-27`; of a gap, with the edition's."""
        return f"{self.subject}--{self.object or self.edition}"

    @property
    def key(self) -> str:
        """Key of the record: that of its pair, and its number."""
        return f"{self.pair}.{self.number}"

    @property
    def gap(self) -> bool:
        """It speaks of there being no counterpart."""
        return not self.object

    @property
    def links(self) -> bool:
        """It says that the two questions are related."""
        return bool(self.object) and not self.negated

    @property
    def lacks(self) -> bool:
        """It says that the question has no counterpart."""
        return not self.object and not self.negated


@dataclass(frozen=True)
class MappingHeader:
    """What a mapping file says of the set that its records belong to.

    Args:
        subject, object: keys of the two editions.
        version: empty for none.
        creators: names.
    """

    subject: str
    object: str
    title: str
    description: str
    licence: str
    creators: tuple[str, ...]
    version: str = ""

    @property
    def key(self) -> str:
        """Key of the set: `met-2019--home-office-2019`."""
        return f"{self.subject}--{self.object}"


@dataclass(frozen=True)
class MappingFile:
    """A mapping file; `name` is relative to the folder of sources."""

    name: str
    header: MappingHeader
    records: tuple[MappingRecord, ...]

    @property
    def origin(self) -> Origin:
        """Its first line."""
        return Origin(self.name, 1)
