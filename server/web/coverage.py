"""`/coverage`: where two bodies ask the same; `/coverage/gaps`: what each of them asks alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from ..crossref import alone, coverage
from ..crossref.alone import SILENCES, Alone, Gaps
from ..crossref.comparing import Comparer
from ..crossref.comparisons import Comparison, Level, Wish
from ..crossref.corpus import Corpus
from ..crossref.coverage import UNDER, Cell, Coverage
from ..crossref.latest import Latest
from ..crossref.pairs import RELATIONS
from ..errors import ParameterError
from ..protocol import negotiation, parameters, queries
from ..protocol.negotiation import HTML
from ..protocol.openapi_coverage import GAPS, PATH
from ..protocol.openapi_find import FORMATS
from ..protocol.parameters import Parameters
from ..protocol.responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service
from .cells import Cell as Shown
from .cells import iri_cell
from .coverage_data import coverage_csv, coverage_json, gaps_csv, gaps_json
from .coverage_queries import Asked, address, addresses, of_gaps, of_table
from .pages import Site
from .queries import Form, form

Made = TypeVar("Made")

PARAMETERS = {PATH: ("subject", "object", "rows", "columns"), GAPS: ("subject", "object")}
SHADES = 4
"""Of a cell's ground, from few pairs to many."""
MOST_CELLS = 2_000
"""That a page shows; the data has all."""
WORDS: dict[Level, tuple[str, str]] = {
    "priority": ("Priority", "priorities"),
    "group": ("Group", "groups"),
    "theme": ("Theme", "themes"),
    "goal": ("Goal", "goals"),
    "edition": ("Edition", "the whole edition"),
}
"""A heading, and what a choice of such headings is called."""


@dataclass(frozen=True)
class Field:
    """A cell of the table.

    Args:
        href: the pairs that it counts; empty where there are none.
        shade: from 1 to `SHADES`; 0 where there are none.
        relation: the strongest, in words.
    """

    cell: Cell
    href: str
    shade: int
    relation: str


@dataclass(frozen=True)
class Choice:
    """A link to the same page with another choice, or the choice that is made."""

    text: str
    href: str
    made: bool


def blueprint(service: Service, site: Site, known: Latest[Comparer]) -> Blueprint:
    """Both addresses."""
    routes = Blueprint("coverage", __name__)
    asking = Asking(service, site)

    @routes.get(PATH)
    def matrix() -> Response:
        write = {
            "json": lambda found: coverage_json(found, asking.sources(of_table(found))),
            "csv": coverage_csv,
            HTML: asking.page,
        }
        return asking.answer(PATH, partial(coverage.read, service), write, of_table)

    @routes.get(GAPS)
    def silence() -> Response:
        def read(wish: Wish) -> tuple[Gaps, Corpus]:
            corpus = known.get().corpus
            return alone.read(service, corpus, wish), corpus

        write: dict[str, Callable[[tuple[Gaps, Corpus]], str]] = {
            "json": lambda found: gaps_json(*found, asking.sources(of_gaps(found[0]))),
            "csv": lambda found: gaps_csv(*found),
            HTML: lambda found: asking.gaps(*found),
        }
        return asking.answer(GAPS, read, write, lambda found: of_gaps(found[0]))

    return routes


@dataclass(frozen=True)
class Asking:
    """Reads what is asked, and shows what is found."""

    service: Service
    site: Site

    def answer(
        self,
        path: str,
        read: Callable[[Wish], Made],
        write: Mapping[str, Callable[[Made], str]],
        made_by: Callable[[Made], list[Asked]],
    ) -> Response:
        """What was asked for, in the form that the client takes, with links to its queries.

        Args:
            made_by: the stored queries that what was read comes from.
        """
        sent = parameters.of_url(request)
        takes = negotiation.wanted(request.accept_mimetypes, sent.all("format"))
        name = negotiation.for_data(takes, FORMATS)
        wish = _wish(path, sent)
        of = path, vars(wish), name, queries.digest()
        tag = entity_tag(self.service.engine.revision, self.service.face, *of)
        if client_has(request, tag):
            return unchanged(tag)
        found = read(wish)
        if client_has_any(request):
            return unchanged(tag)
        types = {item.name: item.content_type for item in FORMATS} | {HTML: HTML_UTF8}
        response = whole(write[name](found), types[name], tag, None)
        for source in self.sources(made_by(found)):
            response.headers.add("Link", f'<{source["href"]}>; rel="via"; title="{source["name"]}"')
        return response

    def sources(self, asked: list[Asked]) -> list[dict[str, str]]:
        """Each of these queries with the address that answers it."""
        return addresses(asked, self.service.settings.base_iri)

    def page(self, found: Coverage) -> str:
        """The table."""
        comparison = found.comparison
        return self.site.page(
            "coverage.html",
            found=found,
            comparison=comparison,
            fields=self._fields(found),
            cells={iri: self._cell(iri, label) for iri, label in _linked(found).items()},
            too_many=len(found.cells) > MOST_CELLS,
            words=WORDS,
            choices=_choices(comparison),
            editions=_editions(PATH, comparison),
            queries=[self._form(name, values) for name, values in of_table(found)],
            gaps=_address(GAPS, comparison),
            here_as=_address(PATH, comparison),
            root=self.service.root,
        )

    def gaps(self, found: Gaps, corpus: Corpus) -> str:
        """What each body asks alone."""
        comparison = found.comparison
        parts = [
            (comparison.subject, comparison.object, self._groups(found.unanswered, corpus)),
            (comparison.object, comparison.subject, self._groups(found.unasked, corpus)),
        ]
        forms = [self._form(name, values) for name, values in of_gaps(found)]
        return self.site.page(
            "gaps.html",
            found=found,
            comparison=comparison,
            parts=parts,
            totals=(len(found.unanswered), len(found.unasked)),
            link=partial(iri_cell, base=self.service.settings.base_iri),
            silences=SILENCES,
            editions=_editions(GAPS, comparison),
            queries=forms,
            coverage=_address(PATH, comparison),
            here_as=_address(GAPS, comparison),
            root=self.service.root,
        )

    def _groups(self, found: tuple[Alone, ...], corpus: Corpus) -> dict[str, list[Alone]]:
        groups: dict[str, list[Alone]] = {}
        for each in found:
            groups.setdefault(alone.heading_of(each.item, corpus), []).append(each)
        return groups

    def _fields(self, found: Coverage) -> dict[tuple[str, str], Field]:
        most = max((cell.pairs for cell in found.cells.values()), default=0)
        return {place: self._field(cell, most) for place, cell in found.cells.items()}

    def _field(self, cell: Cell, most: int) -> Field:
        if not cell.pairs:
            return Field(cell, "", 0, "")
        ends = {"heading": cell.row.iri, "other": cell.column.iri}
        href = address(UNDER, ends, self.service.settings.base_iri)
        return Field(cell, href, shade(cell.pairs, most), RELATIONS[cell.strongest])

    def _cell(self, iri: str, label: str) -> Shown:
        return iri_cell(iri, self.service.settings.base_iri, label)

    def _form(self, name: str, values: dict[str, str]) -> Form:
        base = self.service.settings.base_iri
        short = {key: value.removeprefix(f"{base}id/") for key, value in values.items()}
        return form(self.service, queries.find(name, base), short)


def shade(pairs: int, most: int) -> int:
    """How dark a cell is, by its share of the fullest one."""
    return max(1, -(-pairs * SHADES // most))


def _wish(path: str, sent: Parameters) -> Wish:
    known = PARAMETERS[path]
    for name, _ in sent.pairs:
        if name not in (*known, "format"):
            raise ParameterError(
                f"There is no parameter {name[:40]!r} here.",
                remedy=f"It takes: {', '.join(known)}, and format.",
                extra={"parameter": name, "parameters": list(known)},
            )
    return Wish(**{name: sent.one(name) or "" for name in known})


def _address(path: str, comparison: Comparison) -> str:
    """Of a page about the same two editions, with every choice written out."""
    values = {
        "subject": comparison.subject.edition.key,
        "object": comparison.object.edition.key,
        "rows": comparison.subject.level,
        "columns": comparison.object.level,
    }
    return f"{path}?{urlencode({name: values[name] for name in PARAMETERS[path]})}"


def _choices(comparison: Comparison) -> list[tuple[str, list[Choice]]]:
    """The headings that rows and columns may have."""
    subject, other = comparison.subject, comparison.object
    rows = {
        each: replace(comparison, subject=replace(subject, level=each)) for each in subject.levels
    }
    columns = {
        each: replace(comparison, object=replace(other, level=each)) for each in other.levels
    }
    return [("Rows", _chosen(comparison, rows)), ("Columns", _chosen(comparison, columns))]


def _chosen(now: Comparison, found: dict[Level, Comparison]) -> list[Choice]:
    return [
        Choice(WORDS[level][1], _address(PATH, each), each == now) for level, each in found.items()
    ]


def _editions(path: str, comparison: Comparison) -> list[Choice]:
    """Every pair of editions that was compared, in both directions."""
    now = comparison.subject.edition.key, comparison.object.edition.key
    both = [*comparison.others, *((second, first) for first, second in comparison.others)]
    return [
        Choice(
            f"{first} against {second}",
            f"{path}?{urlencode({'subject': first, 'object': second})}",
            (first, second) == now,
        )
        for first, second in dict.fromkeys(both)
    ]


def _linked(found: Coverage) -> dict[str, str]:
    """Labels of all that the page links to, by IRI."""
    headings = {each.iri: each.label for each in (*found.rows, *found.columns)}
    return headings | {each.iri: each.title for each in found.comparison.sets}
