"""The tables of a release as CSV: as they are, and safe to open in a spreadsheet."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ... import queryfile
from ...errors import Unfaithful
from ...spreadsheet import neutral
from .. import layout
from ..asked import Asked, Term
from ..draft import Draft, File
from .columns import SEPARATOR, TABLES, Column, Table

Values = tuple[str, ...]
"""The values of a cell, in order; at most one unless the column may hold several."""


@dataclass(frozen=True)
class Filled:
    """A table with its rows, in the order of their keys."""

    table: Table
    rows: tuple[tuple[Values, ...], ...]


def filled(draft: Draft) -> Iterator[Filled]:
    """Every table of the dataset.

    Raises:
        Unfaithful: a thing has two values where a cell holds one.
    """
    for table in TABLES:
        text = queryfile.load(table.query, "pages").bind({}, draft.facts.base)
        yield Filled(table, tuple(_rows(draft.asked, text, table)))


def tables(draft: Draft) -> Iterator[File]:
    """The tables as CSV (RFC 4180), and once more with formulas neutralised."""
    for found in filled(draft):
        yield f"{layout.TABLES}/{found.table.name}.csv", csv(found)
        yield f"{layout.SPREADSHEET}/{found.table.name}.csv", csv(found, neutralised=True)


def csv(found: Filled, *, neutralised: bool = False) -> bytes:
    """A table as CSV: UTF-8, CRLF, a head, an empty cell for no value.

    Args:
        neutralised: for a spreadsheet, which needs to be told the encoding by a byte order mark.
    """
    head = [column.name for column in found.table.all_columns]
    rows = [head, *([SEPARATOR.join(cell) for cell in row] for row in found.rows)]
    text = "".join(_line(row, neutralised=neutralised) for row in rows)
    return text.encode("utf-8-sig" if neutralised else "utf-8")


def _line(cells: Sequence[str], *, neutralised: bool) -> str:
    return ",".join(_field(neutral(cell) if neutralised else cell) for cell in cells) + "\r\n"


def _field(text: str) -> str:
    """A field (RFC 4180, section 2)."""
    return '"' + text.replace('"', '""') + '"' if re.search('[",\r\n]', text) else text


def _rows(asked: Asked, text: str, table: Table) -> Iterator[tuple[Values, ...]]:
    """The rows of a query, one for each key: what differs between them stands in lists."""
    names, solutions = asked.rows(text)
    found: dict[str, dict[str, set[str]]] = {}
    for solution in solutions:
        said = {name: term for name, term in zip(names, solution, strict=True) if term is not None}
        cells = found.setdefault(_text(said["key"]), {})
        for column in table.columns:
            if column.name in said:
                cells.setdefault(column.name, set()).add(_cell(said[column.name], column))
    for iri in sorted(found, key=natural):
        _refuse_conflict(iri, found[iri], table)
        cells = found[iri] | {"iri": {iri}, "key": {key(iri)}}
        yield tuple(_sorted(cells.get(column.name, ())) for column in table.all_columns)


def key(iri: str) -> str:
    """The key of a thing: what follows `/id/{kind}/` in its IRI."""
    return iri.rpartition("/id/")[2].partition("/")[2] or iri


def natural(text: str) -> list[tuple[int, str]]:
    """A key for an order in which 9 comes before 10."""
    return [(int(p), "") if p.isdecimal() else (-1, p) for p in re.split("([0-9]+)", text)]


def _cell(term: Term, column: Column) -> str:
    value = _text(term)
    if SEPARATOR in value and column.several:
        raise Unfaithful(
            f"{column.name}: {value} holds the sign that divides the values of a cell."
        )
    return key(value) if column.kind == "key" else value


def _text(term: Term) -> str:
    return str(term) if isinstance(term, ox.Triple | ox.BlankNode) else term.value


def _sorted(values: Iterable[str]) -> Values:
    return tuple(sorted(values, key=natural))


def _refuse_conflict(iri: str, cells: dict[str, set[str]], table: Table) -> None:
    for column in table.columns:
        values = cells.get(column.name, set())
        if len(values) > 1 and not column.several:
            shown = "; ".join(sorted(values))
            raise Unfaithful(f"{iri} has more than one {column.name}: {shown}.")
