"""The start page: what is here, counted by queries at the current revision."""

from dataclasses import dataclass, field

from .. import queryfile
from ..protocol.queries import PATH
from ..protocol.service import Row, Service, text
from ..vocab import ARI
from . import results
from .cells import Cell, iri_cell

EXAMPLES = (
    "questions-by-priority",
    "search-questions",
    "questions-by-topic-name",
    "topics-shared",
    "way-to-strategy",
    "question-with-quote",
    "why-contributes-to-goal",
)
"""Stored queries that the start page shows; the list has all."""

CLASSES = {
    str(ARI.Priority): ("priority", "priorities"),
    str(ARI.Theme): ("group or theme", "groups and themes"),
    str(ARI.ResearchQuestion): ("question", "questions"),
}


@dataclass(frozen=True)
class Heading:
    """A priority, group or topic with the number of questions below it."""

    name: Cell
    questions: int


@dataclass(frozen=True)
class Edition:
    """One edition of areas of research interest."""

    name: Cell
    publisher: Cell | None
    issued: str
    counts: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)


@dataclass(frozen=True)
class Home:
    """All that the template needs."""

    editions: list[Edition]
    topics: list[Heading]
    examples: list[results.Example]
    triples: int
    graphs: int


def page(service: Service) -> Home:
    """The start page's data."""
    base = service.settings.base_iri
    editions: dict[str, Edition] = {}
    for row in sorted(service.rows("editions"), key=_place):
        edition = editions.setdefault(text(row, "edition"), _edition(row, base))
        if "class" in row:
            edition.counts.append(counted(int(text(row, "parts")), text(row, "class")))
    for row in service.rows("headings"):
        if text(row, "edition") in editions:
            editions[text(row, "edition")].headings.append(_heading(row, "heading", base))
    return Home(
        list(editions.values()),
        [_heading(row, "topic", base) for row in service.rows("topics")],
        [results.Example(queryfile.load(name).question, f"{PATH}/{name}") for name in EXAMPLES],
        sum(service.engine.graphs.values()),
        len(service.engine.graphs),
    )


def counted(number: int, kind: str) -> str:
    """A number with its noun."""
    one, many = CLASSES[kind]
    return f"{number:,} {one if number == 1 else many}"


def _place(row: Row) -> int:
    """Editions with priorities come first, and headings are counted before questions."""
    classes = list(CLASSES)
    return classes.index(text(row, "class")) if "class" in row else len(classes)


def _edition(row: Row, base: str) -> Edition:
    publisher = None
    if "publisher" in row:
        publisher = iri_cell(text(row, "publisher"), base, text(row, "publisherLabel"))
    name = iri_cell(text(row, "edition"), base, text(row, "label"))
    return Edition(name, publisher, text(row, "issued"))


def _heading(row: Row, variable: str, base: str) -> Heading:
    name = iri_cell(text(row, variable), base, text(row, "label"))
    return Heading(name, int(text(row, "questions")))
