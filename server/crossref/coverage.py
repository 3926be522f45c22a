"""How far the questions of two editions answer each other, heading by heading.

Every number comes from a stored query of the library that anyone can ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..protocol.service import Row, Service, number, text
from .comparisons import LEADS_TO, Comparison, Side, Wish, choose
from .corpus import key_of, natural

MATRIX = "coverage-matrix"
HEADINGS = "coverage-of-headings"
STATUSES = "decisions-by-status"
ALONE = "questions-without-counterpart"
UNDER = "pairs-under-headings"


@dataclass(frozen=True)
class Heading:
    """What questions are gathered under.

    Args:
        matched: questions with a counterpart in the other edition.
        unmatched: all others.
        gaps: of these, those for which it is recorded that none was found.
    """

    iri: str
    key: str
    label: str
    questions: int
    matched: int
    unmatched: int
    gaps: int


@dataclass(frozen=True)
class Cell:
    """A heading of one edition against one of another.

    Args:
        pairs: questions that answer each other; `accepted` ones by a person, the others proposed.
        questions, counterparts: that are part of these pairs, on each side.
        strongest: the closest relation of a pair, such as `closeMatch`; empty where there is none.
        confidence: the highest of a pair; None where there is none.
    """

    row: Heading
    column: Heading
    pairs: int = 0
    accepted: int = 0
    questions: int = 0
    counterparts: int = 0
    strongest: str = ""
    confidence: float | None = None

    @property
    def proposed(self) -> int:
        """Pairs that no person has accepted yet."""
        return self.pairs - self.accepted


@dataclass(frozen=True)
class Coverage:
    """All that is told of two editions.

    Args:
        cells: by IRIs of row and column; every one of them is there.
        subject, object: each edition as a whole.
        revision: of the data.
    """

    comparison: Comparison
    rows: tuple[Heading, ...]
    columns: tuple[Heading, ...]
    cells: Mapping[tuple[str, str], Cell]
    subject: Heading
    object: Heading
    statuses: "Statuses"
    revision: str

    def loose(self) -> tuple[int, int]:
        """Questions of each edition that stand under none of its headings here."""
        return (
            max(0, self.subject.questions - sum(row.questions for row in self.rows)),
            max(0, self.object.questions - sum(column.questions for column in self.columns)),
        )


@dataclass(frozen=True)
class Statuses:
    """How many pairs of questions stand how; a pair is counted by its newest decision.

    Args:
        rejected: pairs that were looked at and do not answer each other.
        reviewed: pairs and gaps that a person decided on.
    """

    accepted: int = 0
    proposed: int = 0
    rejected: int = 0
    gaps_accepted: int = 0
    gaps_proposed: int = 0
    reviewed: int = 0


def read(service: Service, wish: Wish) -> Coverage:
    """The coverage that a client asks for.

    Raises: as `comparisons.choose`, and as any question to the engine.
    """
    revision = service.engine.revision
    comparison = choose(service, wish)
    rows = _headings(service, comparison, comparison.subject)
    columns = _headings(service, comparison.turned, comparison.object)
    return Coverage(
        comparison,
        rows,
        columns,
        _cells(service, comparison, rows, columns),
        whole(service, comparison),
        whole(service, comparison.turned),
        _statuses(service, comparison),
        revision,
    )


def matrix_values(comparison: Comparison) -> dict[str, str]:
    """The parameters of the stored query behind the table."""
    return {
        **_pair(comparison),
        "rows": LEADS_TO[comparison.subject.level],
        "columns": LEADS_TO[comparison.object.level],
    }


def whole(service: Service, comparison: Comparison) -> Heading:
    """The first edition as one heading.

    Raises: as any question to the engine.
    """
    side, edition = comparison.subject, comparison.subject.edition
    found = _headings(service, comparison, Side(edition, "edition", side.levels))
    return next(iter(found), Heading(edition.iri, edition.key, edition.label, 0, 0, 0, 0))


def _pair(comparison: Comparison) -> dict[str, str]:
    return {"edition": comparison.subject.edition.iri, "other": comparison.object.edition.iri}


def _headings(service: Service, comparison: Comparison, side: Side) -> tuple[Heading, ...]:
    """The headings of the first edition, in the order of their keys."""
    values = {**_pair(comparison), "rows": LEADS_TO[side.level]}
    base = service.settings.base_iri
    found: dict[str, Heading] = {}
    for row in service.library_rows(HEADINGS, **values):
        found.setdefault(text(row, "heading"), _heading(row, base))
    return tuple(sorted(found.values(), key=lambda heading: natural(heading.key)))


def _heading(row: Row, base: str) -> Heading:
    iri = text(row, "heading")
    counts = (int(text(row, name)) for name in ("questions", "matched", "unmatched", "gaps"))
    return Heading(iri, key_of(iri, base), text(row, "label"), *counts)


def _cells(
    service: Service,
    comparison: Comparison,
    rows: tuple[Heading, ...],
    columns: tuple[Heading, ...],
) -> dict[tuple[str, str], Cell]:
    cells = {(row.iri, column.iri): Cell(row, column) for row in rows for column in columns}
    for row in service.library_rows(MATRIX, **matrix_values(comparison)):
        place = text(row, "heading"), text(row, "otherHeading")
        if place in cells and text(row, "pairs") != "0":
            cells[place] = _cell(row, cells[place])
    return cells


def _cell(row: Row, empty: Cell) -> Cell:
    return replace(
        empty,
        pairs=int(text(row, "pairs")),
        accepted=int(text(row, "accepted")),
        questions=int(text(row, "questions")),
        counterparts=int(text(row, "counterparts")),
        strongest=text(row, "strongest").rpartition("#")[2],
        confidence=number(row, "confidence"),
    )


def _statuses(service: Service, comparison: Comparison) -> Statuses:
    sets = {each.iri for each in comparison.sets}
    rows = [row for row in service.library_rows(STATUSES) if text(row, "set") in sets]

    def count(*, gap: bool, status: str = "", negated: bool = False) -> int:
        return sum(
            int(text(row, "pairs"))
            for row in rows
            if status in ("", text(row, "status"))
            and (text(row, "negated") == "true") == negated
            and text(row, "relation").endswith("#mappingRelation") == gap
        )

    return Statuses(
        count(gap=False, status="accepted"),
        count(gap=False, status="proposed"),
        count(gap=False, negated=True),
        count(gap=True, status="accepted"),
        count(gap=True, status="proposed"),
        sum(int(text(row, "reviewed")) for row in rows),
    )
