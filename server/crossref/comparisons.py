"""Which two editions are compared, and by which of their headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

from ..errors import ParameterError, UnknownName
from ..protocol.service import Service, text
from ..vocab import ARI, PREFIXES
from .corpus import Edition, editions, key_of

Level = Literal["priority", "group", "theme", "goal", "edition"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""What questions are gathered under; the first that an edition has is its default."""

LEADS_TO: Mapping[Level, str] = {
    "priority": PREFIXES["skos"] + "broaderTransitive",
    "group": PREFIXES["skos"] + "broaderTransitive",
    "theme": str(ARI.underTheme),
    "goal": str(ARI.contributesToGoal),
    "edition": PREFIXES["skos"] + "inScheme",
}
"""The property that leads from a question to its heading, as the stored queries take it."""

FIRST = ("met-2019", "home-office-2019")
"""The editions that are compared where none are named."""


@dataclass(frozen=True)
class MappingSet:
    """The decisions on the questions of one edition against those of another.

    Args:
        subject, object: keys of the editions.
        licence: IRI; empty if none is known.
    """

    iri: str
    title: str
    description: str
    licence: str
    subject: str
    object: str


@dataclass(frozen=True)
class Side:
    """One of two editions.

    Args:
        levels: those that it has.
    """

    edition: Edition
    level: Level
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Comparison:
    """Two editions, read from the first to the second.

    Args:
        sets: mapping sets between them, in either direction.
        others: keys of all pairs of editions that have a mapping set.
    """

    subject: Side
    object: Side
    sets: tuple[MappingSet, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def turned(self) -> "Comparison":
        """The same, read from the second edition."""
        return Comparison(self.object, self.subject, self.sets, self.others)

    @property
    def was_searched(self) -> bool:
        """Whether counterparts were looked for question by question of the first edition."""
        return any(each.subject == self.subject.edition.key for each in self.sets)


@dataclass(frozen=True)
class Wish:
    """What a client asks for; empty where it leaves the choice."""

    subject: str = ""
    object: str = ""
    rows: str = ""
    columns: str = ""


def choose(service: Service, wish: Wish) -> Comparison:
    """The comparison that a client asks for.

    Raises:
        UnknownName: no such edition, or no mapping set between the two; lists those that there are.
        ParameterError: the edition is not ordered by such headings; lists those that it has.
    """
    known, sets = editions(service), mapping_sets(service)
    ends = _ends(wish, known, sets)
    levels = _levels(service)
    return Comparison(
        _side(known[ends[0]], levels, wish.rows, "rows"),
        _side(known[ends[1]], levels, wish.columns, "columns"),
        tuple(each for each in sets if {each.subject, each.object} == set(ends)),
        tuple((each.subject, each.object) for each in sets),
    )


def mapping_sets(service: Service) -> tuple[MappingSet, ...]:
    """The mapping sets of the dataset whose editions it describes, by IRI."""
    base, known = service.settings.base_iri, editions(service)
    found: dict[str, MappingSet] = {}
    for row in service.rows("mapping-sets"):
        said = [text(row, name) for name in ("set", "title", "description", "licence")]
        ends = [key_of(text(row, name), base) for name in ("subject", "object")]
        if set(ends) <= known.keys() and ends[0] != ends[1]:
            found.setdefault(said[0], MappingSet(*said, *ends))
    return tuple(found.values())


def _ends(wish: Wish, known: Mapping[str, Edition], sets: Sequence[MappingSet]) -> tuple[str, str]:
    """The keys of two editions between which there is a mapping set, that of the wish if it can.

    Of one edition that is asked for, the first set that starts at it is taken before those that
    lead to it.
    """
    for key in filter(None, (wish.subject, wish.object)):
        if key not in known:
            raise _no_such_edition(key, sets)
    straight = [(each.subject, each.object) for each in sets]
    offers = sorted(straight, key=lambda ends: ends != FIRST)
    offers += [(ends[1], ends[0]) for ends in offers]
    for first, second in offers:
        if wish.subject in ("", first) and wish.object in ("", second):
            return first, second
    raise _not_compared(wish, sets)


def _side(edition: Edition, levels: Mapping[str, tuple[Level, ...]], asked: str, name: str) -> Side:
    has = levels.get(edition.iri, ("edition",))
    if not asked:
        return Side(edition, has[0], has)
    for level in has:
        if level == asked:
            return Side(edition, level, has)
    raise ParameterError(
        f"The parameter {name} can't be {asked[:20]!r}: {edition.key} has no such headings.",
        remedy=f"It is one of: {', '.join(has)}.",
        extra={"parameter": name},
    )


def _levels(service: Service) -> dict[str, tuple[Level, ...]]:
    """The levels of each edition with questions, by its IRI, in the order of `LEVELS`."""
    found: dict[str, set[str]] = {}
    for row in service.rows("edition-levels"):
        found.setdefault(text(row, "edition"), set()).add(text(row, "level"))
    return {iri: tuple(each for each in LEVELS if each in has) for iri, has in found.items()}


def _no_such_edition(key: str, sets: Sequence[MappingSet]) -> UnknownName:
    names = sorted({name for each in sets for name in (each.subject, each.object)})
    near = get_close_matches(key, names, n=3, cutoff=0.4)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    return UnknownName(
        f"There is no edition {key[:60]!r} here.",
        remedy=f"{hint}The editions that were compared: {', '.join(names) or 'none'}.",
        extra={"name": key, "near": near},
    )


def _not_compared(wish: Wish, sets: Sequence[MappingSet]) -> UnknownName:
    asked = " and ".join(filter(None, (wish.subject, wish.object)))
    told = "; ".join(f"{each.subject} with {each.object}" for each in sets) or "none"
    what = f"{asked}: they were not compared" if asked else "No two editions were compared"
    return UnknownName(
        f"{what}, so there is no mapping set.",
        remedy=f"What was compared: {told}.",
        extra={"name": asked, "near": []},
    )
