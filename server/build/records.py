"""What the readers hand on: plain records, each with the place it was read from."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from .imported_records import ImportedEdition, ImportedTexts
    from .mapping_records import MappingFile
    from .revision_records import RevisionRecord

Kind = Literal["operational", "enabling"]
KINDS: tuple[Kind, ...] = ("operational", "enabling")


@dataclass(frozen=True, order=True)
class Origin:
    """A line of a source file.

    Args:
        file: name relative to the folder of sources, with slashes: `source/met-2019.txt`.
        line: from 1.
    """

    file: str
    line: int


@dataclass(frozen=True)
class Span:
    """A passage of a text file.

    Args:
        text: the passage, exactly as stored.
        start, end: offsets in Unicode code points of the file as stored, a byte order mark
            counted as one, `end` exclusive (Web Annotation, 4.2.5).
        line: from 1.
        prefix: what stands before it on the same line, at most 32 code points.
    """

    text: str
    start: int
    end: int
    line: int
    prefix: str


@dataclass(frozen=True)
class PriorityText:
    """A priority as the document gives it: its record, and the passages."""

    record: "PriorityRecord"
    name: Span
    description: Span
    interests: tuple[Span, ...]


@dataclass(frozen=True)
class PriorityRecord:
    """What the edition record says of one priority; holds no text of a question.

    Args:
        key: `met-2019-4`; its last part is the position.
        goal: key of the strategic goal it supports, empty for none.
        interests: how many it has.
        initials: of each interest (`comparison.initials`), to tell a moved one from a reworded
            one; empty: not compared.
        description_initials: the same for its description.
    """

    key: str
    kind: Kind
    name: str
    goal: str
    interests: int
    initials: tuple[str, ...]
    description_initials: str
    origin: Origin

    @property
    def position(self) -> int:
        """Place among the priorities of the edition, from 1."""
        return int(self.key.rpartition("-")[2])


@dataclass(frozen=True)
class SourceRecord:
    """A document or data set that an edition was read from.

    Args:
        key: of `source/{key}`.
        file: name relative to the folder of sources; empty if the file isn't ours to keep.
        licence: its IRI; empty if none is known.
        derived_from: keys of other sources.
        pages: web addresses where it, or what it was made from, was published.
    """

    key: str
    title: str
    publisher: str = ""
    file: str = ""
    licence: str = ""
    description: str = ""
    rights: str = ""
    note: str = ""
    derived_from: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class EditionRecord:
    """What every edition has, whatever it is made of.

    Args:
        issued: a year; no day is known.
        strategy: key of the strategy it follows; empty for none.
        edited: whether the stricter shapes apply (`ari:editedEdition`).
        sources: the one it was read from, then those that stand behind it.
    """

    key: str
    title: str
    label: str
    publisher: str
    issued: str
    strategy: str
    edited: bool
    sources: tuple[SourceRecord, ...]
    origin: Origin

    @property
    def source(self) -> SourceRecord:
        """The source that the edition was read from."""
        return self.sources[0]


@dataclass(frozen=True)
class DocumentRecord:
    """How a published document is laid out, and what it must hold.

    Args:
        start: the heading after which the priorities stand; what comes before is introduction.
        sections: heading of the priorities of each kind.
        passed_over: lines under a section heading that are no priority.
        closing: lines that may follow the last priority.
    """

    edition: EditionRecord
    start: str
    sections: dict[str, Kind]
    passed_over: tuple[str, ...]
    closing: tuple[str, ...]
    priorities: tuple[PriorityRecord, ...]


@dataclass(frozen=True)
class DocumentEdition:
    """An edition that was read from a document as published."""

    record: DocumentRecord
    text: str
    sha256: str
    priorities: tuple[PriorityText, ...]


@dataclass(frozen=True)
class ThemeRecord:
    """A heading of an edition; a group has no parent."""

    key: str
    parent: str
    position: int
    name: str
    origin: Origin


@dataclass(frozen=True)
class StatementRecord:
    """One statement of an edition: facts and our short label, not its text."""

    number: int
    theme: str
    certainty: str
    label: str
    sha256: str
    note: str
    origin: Origin


@dataclass(frozen=True)
class StatementEdition:
    """An edition whose texts are not ours to give."""

    edition: EditionRecord
    page: str
    page_note: str
    content_id: str
    themes: tuple[ThemeRecord, ...]
    statements: tuple[StatementRecord, ...]


@dataclass(frozen=True)
class AimRecord:
    """A goal, mission, vision or value of a strategy; a position of 0 means it has none."""

    kind: str
    key: str
    name: str
    alternatives: tuple[str, ...]
    position: int
    origin: Origin


@dataclass(frozen=True)
class StrategyRecord:
    """A strategy by its names.

    Args:
        pages: web addresses, each with what was seen there.
        see_also: pages about what came after it.
    """

    key: str
    title: str
    short_name: str
    publisher: str
    issued: str
    note: str
    aims: tuple[AimRecord, ...]
    pages: tuple[tuple[str, str], ...]
    see_also: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class TopicRecord:
    """A concept of the thesaurus."""

    slug: str
    label: str
    alternatives: tuple[str, ...]
    broader: tuple[str, ...]
    related: tuple[str, ...]
    scope_note: str
    origin: Origin


@dataclass(frozen=True)
class AssignmentRecord:
    """The topics of one question."""

    question: str
    topics: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True)
class OrganisationRecord:
    """An organisation with its public identifiers."""

    key: str
    name: str
    alternatives: tuple[str, ...]
    formal: bool
    home_page: str
    ror: str
    origin: Origin


@dataclass(frozen=True)
class Records:
    """Everything that the sources say."""

    documents: tuple[DocumentEdition, ...]
    statements: tuple[StatementEdition, ...]
    imported: "tuple[ImportedEdition, ...]"
    texts: "tuple[ImportedTexts, ...]"
    strategies: tuple[StrategyRecord, ...]
    topics: tuple[TopicRecord, ...]
    assignments: tuple[AssignmentRecord, ...]
    mappings: "tuple[MappingFile, ...]"
    revisions: "tuple[RevisionRecord, ...]"
    organisations: tuple[OrganisationRecord, ...]
