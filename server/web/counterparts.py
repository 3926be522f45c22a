"""What a question's page says of its counterparts: which, why, or that none was found."""

from collections.abc import Iterable
from dataclasses import dataclass

from ..crossref.alone import SILENCES, silence_of
from ..crossref.comparisons import MappingSet, Wish, choose, mapping_sets
from ..crossref.corpus import Edition, editions, key_of
from ..crossref.pairs import RELATIONS, TURNED
from ..protocol.resources import Document
from ..protocol.service import Row, Service, number, text
from ..vocab import ARI, PREFIXES
from .cells import Cell, iri_cell

QUESTION = str(ARI.ResearchQuestion)
IN_SCHEME = PREFIXES["skos"] + "inScheme"


@dataclass(frozen=True)
class Counterpart:
    """The newest decision on a pair, read from the question of the page.

    Args:
        relation: what the other question is to this one, in words.
    """

    question: Cell
    pair: Cell
    relation: str
    confidence: float | None
    status: str
    tag: str
    author: str
    reviewer: str
    date: str
    reason: str


@dataclass(frozen=True)
class Answers:
    """What is known of a question in one other edition.

    Args:
        links: counterparts, the surest first.
        gaps: the record that none was found; empty or one.
        denied: pairs that were looked at and turned down, the nearest first.
        silence: what is said as there are neither links nor a gap; empty if there are.
    """

    edition: Edition
    links: tuple[Counterpart, ...]
    gaps: tuple[Counterpart, ...]
    denied: tuple[Counterpart, ...]
    silence: str


def of(service: Service, document: Document) -> list[Answers]:
    """One part for each edition that the question's own was compared with; none for others."""
    said = [(text(row, "property"), text(row, "value")) for row in document.statements]
    if (PREFIXES["rdf"] + "type", QUESTION) not in said:
        return []
    base, known = service.settings.base_iri, editions(service)
    own = {key_of(value, base) for name, value in said if name == IN_SCHEME}
    found = []
    rows = service.rows("question-pairs", thing=document.thing)
    for wish in _wishes(own, mapping_sets(service)):
        here = [row for row in rows if key_of(text(row, "edition"), base) == wish.object]
        found.append(_answers(service, wish, known[wish.object], here))
    return found


def _wishes(own: set[str], sets: Iterable[MappingSet]) -> Iterable[Wish]:
    """The question's edition against each that it was compared with."""
    ends = [(each.subject, each.object) for each in sets]
    both = [*ends, *((second, first) for first, second in ends)]
    return [Wish(first, second) for first, second in dict.fromkeys(both) if first in own]


def _answers(service: Service, wish: Wish, edition: Edition, rows: Iterable[Row]) -> Answers:
    found: dict[tuple[bool, bool], list[Counterpart]] = {}
    for row in rows:
        sort = text(row, "side") == "gap", text(row, "negated") == "true"
        found.setdefault(sort, []).append(_counterpart(row, service.settings.base_iri))
    links, gaps, denied = (
        tuple(found.get(sort, ())) for sort in ((False, False), (True, False), (False, True))
    )
    silent = not links and not gaps
    silence = SILENCES[silence_of(service, choose(service, wish))] if silent else ""
    # The least sure of being no counterpart came nearest.
    return Answers(edition, links, gaps, denied[::-1], silence)


def _counterpart(row: Row, base: str) -> Counterpart:
    relation = text(row, "relation").rpartition("#")[2]
    if text(row, "side") == "object":
        relation = TURNED.get(relation, relation)
    other = text(row, "other")
    pair = text(row, "pair")
    return Counterpart(
        iri_cell(other, base, text(row, "label")),
        iri_cell(pair, base, key_of(pair, base)),
        RELATIONS.get(relation, ""),
        number(row, "confidence"),
        text(row, "status"),
        text(row, "tag"),
        text(row, "author"),
        text(row, "reviewer"),
        text(row, "date"),
        text(row, "reason"),
    )
