"""Rows of CSV files, each with its line, and with what is wrong in them."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from .faults import Fault, Faults, refuse
from .records import Origin
from .sources import decode


@dataclass(frozen=True)
class Row:
    """One record of a CSV file: trimmed cells by column; a wrong one is reported to `faults`."""

    cells: dict[str, str]
    origin: Origin
    faults: Faults = field(compare=False, repr=False)

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def several(self, column: str) -> tuple[str, ...]:
        """The values of a cell that holds a list, separated by `|`."""
        return tuple(part.strip() for part in self[column].split("|") if part.strip())

    def filled(self, column: str) -> str:
        """A text that is not empty."""
        if not self[column]:
            self.report(f"Column {column} is empty.")
        return self[column]

    def whole(self, column: str) -> int:
        """A whole number from 1."""
        if re.fullmatch(r"[1-9][0-9]{0,8}", self[column]):
            return int(self[column])
        self._unlike(column, "a whole number from 1")
        return 0

    def one_of(self, column: str, values: Sequence[str]) -> str:
        """One of these values."""
        if self[column] not in values:
            self._unlike(column, ", ".join(values))
        return self[column]

    def matching(self, column: str, pattern: re.Pattern[str], expected: str) -> str:
        """A text that a pattern matches as a whole; `expected` says so in words."""
        if not pattern.fullmatch(self[column]):
            self._unlike(column, expected)
        return self[column]

    def report(self, detail: str) -> None:
        """Report a fault at the line of the row."""
        self.faults.report(self.origin, detail)

    def _unlike(self, column: str, expected: str) -> None:
        self.report(f"Column {column} holds '{self[column]}'; expected: {expected}.")


def read_csv(data: bytes, file: str, columns: Sequence[str], faults: Faults) -> list[Row]:
    """The rows of a table whose first line names exactly these columns, in this order.

    Args:
        data: CSV as in RFC 4180, UTF-8, with or without a byte order mark.
        faults: takes the rows that have too few or too many cells, and what the rows report.

    Raises:
        SourceError: not UTF-8, other columns, or a quotation that does not end.
    """
    text = decode(data, file).removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            origin, line = Origin(file, line), reader.line_num + 1
            if origin.line == 1:
                _same_columns(cells, columns, origin)
            elif len(cells) == len(columns):
                trimmed = (cell.strip() for cell in cells)
                rows.append(Row(dict(zip(columns, trimmed, strict=True)), origin, faults))
            elif cells:
                faults.report(origin, f"{len(cells)} cells; expected: {', '.join(columns)}.")
    except csv.Error as error:
        refuse([Fault(file, line, f"The CSV can't be read: {error}.")])
    if line == 1:
        _same_columns([], columns, Origin(file, 1))
    return rows


def _same_columns(found: Sequence[str], columns: Sequence[str], origin: Origin) -> None:
    if [cell.strip() for cell in found] != list(columns):
        detail = f"The columns are '{','.join(found)}'; expected: '{','.join(columns)}'."
        refuse([Fault(origin.file, origin.line, detail)])


def unique(rows: Sequence[Row], column: str) -> None:
    """Report each value of a column that an earlier row has."""
    first: dict[str, int] = {}
    for row in rows:
        key = row[column]
        if key in first:
            detail = f"'{key}' stands twice in column {column} (first: line {first[key]})."
            row.report(detail)
        first.setdefault(key, row.origin.line)
