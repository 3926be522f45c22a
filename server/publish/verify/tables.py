"""The tables of a release, made again from its dataset and compared cell by cell."""

import csv
import io
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from ...errors import Unfaithful
from .. import layout
from ..tables.csv_files import Filled, filled
from ..tables.csv_files import csv as as_csv
from ..tables.sqlite import database
from .flaws import Flaw, shown
from .opened import Broken, Opened

_SHADOWS = "name NOT LIKE '%\\_fts\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
"""What SQLite itself keeps beside a table is another for each of its versions."""
Row = tuple[object, ...]


def tables(opened: Opened) -> Iterator[Flaw]:
    """Each cell, in CSV, spreadsheet and SQLite, is what the dataset says.

    Of a release that another version of the program made, only the columns that both know.
    """
    try:
        for found in filled(opened.draft):
            for folder, neutralised in ((layout.TABLES, False), (layout.SPREADSHEET, True)):
                path = f"{folder}/{found.table.name}.csv"
                yield from _csv(opened, path, found, neutralised=neutralised)
        wanted = dict(database(opened.draft))[layout.SQLITE]
    except Unfaithful as error:
        raise Broken(layout.DATASET, f"makes no tables: {shown(error.detail)}") from error
    if opened.read(layout.SQLITE) != wanted:
        yield from _database(opened, wanted)


# CSV


def _csv(opened: Opened, path: str, found: Filled, *, neutralised: bool) -> Iterator[Flaw]:
    data, wanted = opened.read(path), as_csv(found, neutralised=neutralised)
    if data == wanted:
        return
    words = _difference(_rows(wanted), _rows(data), whole=opened.ours)
    if words or opened.ours:
        yield Flaw("tables", path, words or "has the right cells, written otherwise")


def _rows(data: bytes) -> dict[str, Mapping[str, str]]:
    """The rows of a table by their key."""
    text = io.StringIO(data.decode("utf-8-sig", "replace"), newline="")
    rows = list(csv.reader(text))
    head = rows[0] if rows else []
    return {row[0]: dict(zip(head, row, strict=False)) for row in rows[1:] if row}


def _difference(
    wanted: Mapping[str, Mapping[str, str]], found: Mapping[str, Mapping[str, str]], *, whole: bool
) -> str:
    """The first cell that differs, in words; nothing if none does."""
    for key in sorted(wanted.keys() ^ found.keys()):
        return f"has {'no' if key in wanted else 'a'} row {shown(key)}, unlike the dataset"
    for key, cells in wanted.items():
        columns = cells.keys() | found[key].keys() if whole else cells.keys() & found[key].keys()
        for column in sorted(columns):
            told, right = found[key].get(column, ""), cells.get(column, "")
            if told != right or (whole and (column in cells) != (column in found[key])):
                where = f"the row {shown(key)} in the column {shown(column)}"
                return f"says in {where}: {shown(told)!r}; the dataset says {shown(right)!r}"
    return ""


# SQLite


def _database(opened: Opened, wanted: bytes) -> Iterator[Flaw]:
    """Whether a file of other bytes, as another SQLite library makes them, says the same."""
    try:
        # In memory: what a file of others asks of a disk is never done.
        with (
            closing(sqlite3.connect(":memory:")) as ours,
            closing(sqlite3.connect(":memory:")) as theirs,
        ):
            ours.deserialize(wanted)
            theirs.execute("PRAGMA trusted_schema = OFF")
            theirs.deserialize(opened.read(layout.SQLITE))
            for words in _unsound(theirs):
                yield Flaw("tables", layout.SQLITE, words)
            for words in _unlike(ours, theirs, whole=opened.ours):
                yield Flaw("tables", layout.SQLITE, words)
    except (sqlite3.Error, UnicodeError) as error:
        yield Flaw("tables", layout.SQLITE, f"can't be read: {shown(str(error))}")


def _unsound(theirs: sqlite3.Connection) -> Iterator[str]:
    for wrong in theirs.execute("PRAGMA integrity_check").fetchall():
        if wrong != ("ok",):
            yield shown(str(wrong[0]))
    for row in theirs.execute("PRAGMA foreign_key_check").fetchall():
        yield f"a row of {shown(str(row[0]))} leads nowhere"


def _unlike(ours: sqlite3.Connection, theirs: sqlite3.Connection, *, whole: bool) -> Iterator[str]:
    """What differs: definitions, rows, and whether the full text finds what is in the tables."""
    right, told = _definitions(ours), _definitions(theirs)
    for name in sorted(right.keys() ^ told.keys() if whole else ()):
        yield f"defines {shown(name)}" if name in told else f"lacks {shown(name)}"
    for name in sorted(right.keys() & told.keys()):
        if whole and right[name] != told[name]:
            yield f"defines {shown(name)} otherwise"
        elif _is_full_text(right[name]) and _is_full_text(told[name]):
            # Of names of ours; rank 1 compares the index with the table that it is of.
            theirs.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
        elif _is_table(right[name]) and _is_table(told[name]):
            yield from _rows_unlike(ours, theirs, name)


def _definitions(connection: sqlite3.Connection) -> dict[str, str]:
    # Of the two, one is a text of ours.
    query = f"SELECT name, sql FROM sqlite_master WHERE {_SHADOWS}"  # noqa: S608
    return {str(name): str(sql) for name, sql in connection.execute(query)}


def _is_full_text(sql: str) -> bool:
    return sql.startswith("CREATE VIRTUAL TABLE ") and " USING fts5 " in sql


def _is_table(sql: str) -> bool:
    return sql.startswith("CREATE TABLE ")


def _rows_unlike(ours: sqlite3.Connection, theirs: sqlite3.Connection, name: str) -> Iterator[str]:
    columns = [column for column in _columns(ours, name) if column in _columns(theirs, name)]
    right, told = _cells(ours, name, columns), _cells(theirs, name, columns)
    if right != told:
        odd = sorted(set(told) ^ set(right), key=str)
        yield f"has other rows in {name} than the dataset: {shown(str(odd[0] if odd else ''))}"


def _columns(connection: sqlite3.Connection, name: str) -> list[str]:
    return [str(row[1]) for row in connection.execute(f"PRAGMA table_info({name})")]


def _cells(connection: sqlite3.Connection, name: str, columns: Sequence[str]) -> list[Row]:
    # Names of tables and columns are those that ours has too.
    query = f"SELECT {', '.join(columns)} FROM {name}"  # noqa: S608
    return sorted(connection.execute(query).fetchall(), key=str)
