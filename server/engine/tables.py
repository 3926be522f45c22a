"""Answers of SELECT and ASK in the formats of the W3C.

Everything is written as it is found, so that an answer over a limit stops there.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from pyoxigraph import Variable

from . import table_json, table_xml
from .table import Table, Term
from .table_json import Json
from .table_text import Csv, Spreadsheet, Tsv
from .table_xml import Xml

Write = Callable[[bytes], object]

_BATCH = 512
_TABLES: dict[str, Callable[[list[str]], Table]] = {
    "json": Json,
    "xml": Xml,
    "csv": Csv,
    "spreadsheet": Spreadsheet,
    "tsv": Tsv,
}


class Solutions(Protocol):
    """The rows of a SELECT, as pyoxigraph gives them."""

    @property
    def variables(self) -> Sequence[Variable]: ...

    def __iter__(self) -> Iterator[Iterable[Term | None]]: ...


class InOrder:
    """The rows of a `SELECT *` with their columns in the order in which the query names them.

    Args:
        solutions: the rows.
        names: of variables, at least those of the rows.
    """

    def __init__(self, solutions: Solutions, names: Sequence[str]) -> None:
        found = [variable.value for variable in solutions.variables]
        self._solutions = solutions
        self._columns = [found.index(name) for name in names if name in found]
        self.variables = [solutions.variables[column] for column in self._columns]

    def __iter__(self) -> Iterator[Iterable[Term | None]]:
        for solution in self._solutions:
            values = tuple(solution)
            yield [values[column] for column in self._columns]


def table(
    solutions: Solutions, format_name: str, write: Write, count: Callable[[int], None]
) -> int:
    """Write the answer of a SELECT.

    Args:
        solutions: its rows.
        format_name: `json`, `xml`, `csv`, `spreadsheet` or `tsv`.
        write: takes the bytes, in order.
        count: is told the number of rows so far, at least once for each few hundred.

    Returns:
        The number of rows.

    Raises:
        NotAcceptable: the format can't express a value.
    """
    names = [variable.value for variable in solutions.variables]
    form = _TABLES[format_name](names)
    write(form.head().encode())
    rows = 0
    batch: list[str] = []
    for solution in solutions:
        batch.append(form.row(solution, first=rows == 0))
        rows += 1
        if len(batch) >= _BATCH:
            count(rows)
            write("".join(batch).encode())
            batch.clear()
    count(rows)
    batch.append(form.foot)
    write("".join(batch).encode())
    return rows


def boolean(value: bool, format_name: str) -> bytes:
    """The answer of an ASK as `json` or `xml`."""
    boolean_of = table_json.boolean if format_name == "json" else table_xml.boolean
    return boolean_of("true" if value else "false").encode()
