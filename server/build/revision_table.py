"""The table of what later editions continue, `revisions.csv`: of the data, then of the overlay."""

import re
from collections.abc import Sequence

from .faults import Faults
from .revision_records import MOVED, REPLACES, REVISION_KINDS, REWORDED, SAME, RevisionRecord
from .rows import Row, read_csv
from .sources import Sources

FILE = "revisions.csv"
LAID_OVER = f"decisions/{FILE}"
"""In the home folder, for editions that an import made there."""
COLUMNS = ("later", "earlier", "how")

_THING = re.compile(rf"({'|'.join(REVISION_KINDS)})/[A-Za-z0-9]+([-._][A-Za-z0-9]+)*")
_EXPECTED = "a kind and a key such as 'question/met-2019-4-2'"
_WAYS: tuple[tuple[str, ...], ...] = ((SAME,), (REWORDED,), (MOVED,), (REWORDED, MOVED))


def read(sources: Sources, faults: Faults) -> tuple[RevisionRecord, ...]:
    """Every row, in the order of the files; none if there is no such table."""
    found = [name for name in sources.names(".csv") if name == FILE]
    found += [name for name in sources.overlay.decisions() if name == LAID_OVER]
    rows = [row for name in found for row in read_csv(sources.read(name), name, COLUMNS, faults)]
    _no_row_twice(rows)
    return tuple(_record(row) for row in rows)


def _record(row: Row) -> RevisionRecord:
    kind, _, later = row.matching("later", _THING, _EXPECTED).partition("/")
    other, _, earlier = row.matching("earlier", _THING, _EXPECTED).partition("/")
    if kind != other:
        row.report(f"'{row['later']}' can't continue '{row['earlier']}', which is of another kind.")
    how = row.several("how")
    allowed = ((REPLACES,),) if kind == REVISION_KINDS[0] else _WAYS
    if how not in allowed:
        expected = ", ".join("|".join(way) for way in allowed)
        row.report(f"Column how holds '{row['how']}'; expected: {expected}.")
    return RevisionRecord(kind, later, earlier, how, row.origin)


def _no_row_twice(rows: Sequence[Row]) -> None:
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        both = row["later"], row["earlier"]
        if both in first:
            row.report(f"'{both[0]}' and '{both[1]}' stand twice (first: line {first[both]}).")
        first.setdefault(both, row.origin.line)
