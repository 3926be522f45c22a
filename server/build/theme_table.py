"""The headings of an edition, from `themes.csv`."""

from .faults import Faults
from .patterns import THEME
from .records import ThemeRecord
from .rows import Row, read_csv, unique
from .sources import Sources

COLUMNS = ("key", "parent", "position", "name")


def read_themes(sources: Sources, file: str, faults: Faults) -> tuple[ThemeRecord, ...]:
    """Groups (no parent) and themes, in the order of the file."""
    rows = read_csv(sources.read(file), file, COLUMNS, faults)
    unique(rows, "key")
    return tuple(_theme(row) for row in rows)


def _theme(row: Row) -> ThemeRecord:
    return ThemeRecord(
        key=row.matching("key", THEME, "a key such as '1.6'"),
        parent=row["parent"],
        position=row.whole("position"),
        name=row.filled("name"),
        origin=row.origin,
    )
