"""The tables as one SQLite file: keys, indexes, full text and views.

It is made in memory and written as a whole, so that no journal, no time and no path can get into
it: the same SQLite library makes the same bytes.
"""

import sqlite3
from collections.abc import Iterator, Sequence

from ...errors import EnvironmentFault, Unfaithful
from .. import layout
from ..draft import Draft, File
from ..facts import Release
from .columns import SEPARATOR, Column, Table
from .csv_files import Filled, Values, filled
from .views import SEARCHED, VIEWS

PAGE_BYTES = 4096
APPLICATION_ID = 0x41524947
"""`ARIG`, which tells `file` and others whose SQLite file it is."""

_TYPES = {"integer": "INTEGER", "boolean": "INTEGER", "number": "REAL"}


def database(draft: Draft) -> Iterator[File]:
    """The tables as SQLite; Datasette follows the foreign keys and finds the full text.

    Raises:
        EnvironmentFault: the SQLite library of this Python lacks FTS5.
    """
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        _fill(connection, draft)
        yield layout.SQLITE, connection.serialize()
    except sqlite3.OperationalError as error:
        raise EnvironmentFault(
            f"The SQLite library can't make the file: {error}.",
            remedy=f"A SQLite with FTS5 is needed; this is {sqlite3.sqlite_version}.",
        ) from error
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, draft: Draft) -> None:
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute("BEGIN")
    for found in filled(draft):
        _table(connection, found)
    for table, columns in SEARCHED.items():
        _full_text(connection, table, columns)
    for view, selects in VIEWS.items():
        connection.execute(f"CREATE VIEW {view} AS\n{selects}")
    _about(connection, draft.facts)
    connection.execute("COMMIT")
    _refuse_dangling(connection)


def _table(connection: sqlite3.Connection, found: Filled) -> None:
    name, columns = found.table.name, found.table.all_columns
    own = [column for column in columns if not joined(column)]
    connection.execute(_definition(found.table, own))
    for row in found.rows:
        cells = zip(row, columns, strict=True)
        _insert(connection, name, [_value(v, c) for v, c in cells if not joined(c)])
    for column in own:
        if column.refers:
            connection.execute(f"CREATE INDEX {name}_{column.name} ON {name} ({column.name})")
    for place, column in enumerate(columns):
        if joined(column):
            _join(connection, found, place)


def joined(column: Column) -> bool:
    """Whether it becomes a table of pairs: a cell of SQLite refers to one row only."""
    return column.several and bool(column.refers)


def _definition(table: Table, columns: list[Column]) -> str:
    """The comments stay in the file: `.schema` and Datasette show them."""
    lines = [f"{column.name} {_type(column)}{_reference(column)}" for column in columns]
    told = [
        f"  {line}{',' if column is not columns[-1] else ''} -- {column.description}"
        for line, column in zip(lines, columns, strict=True)
    ]
    body = "\n".join(told)
    return f"CREATE TABLE {table.name} ( -- {table.description}\n{body}\n)"


def _type(column: Column) -> str:
    kind = _TYPES.get(column.kind, "TEXT")
    if column.name == "key":
        return f"{kind} PRIMARY KEY NOT NULL"
    return f"{kind} NOT NULL" if column.needed else kind


def _reference(column: Column) -> str:
    return f" REFERENCES {column.refers} (key)" if column.refers else ""


def _value(values: Values, column: Column) -> str | int | float | None:
    if not values:
        return None
    text = SEPARATOR.join(values)
    if column.kind == "boolean":
        return int(text in ("true", "1"))
    if column.kind == "integer":
        return int(text)
    return float(text) if column.kind == "number" else text


def _insert(connection: sqlite3.Connection, table: str, cells: Sequence[object]) -> None:
    marks = ", ".join("?" * len(cells))
    # Names of tables are ours; values are bound.
    connection.execute(f"INSERT INTO {table} VALUES ({marks})", cells)  # noqa: S608


def _join(connection: sqlite3.Connection, found: Filled, place: int) -> None:
    table, column = found.table, found.table.all_columns[place]
    name, first = join_name(table, column), table.thing
    second = column.name if column.refers == table.name else column.thing
    connection.execute(
        f"CREATE TABLE {name} ( -- {table.title}: {column.description}\n"
        f"  {first} TEXT NOT NULL REFERENCES {table.name} (key),\n"
        f"  {second} TEXT NOT NULL REFERENCES {column.refers} (key),\n"
        f"  PRIMARY KEY ({first}, {second})\n)"
    )
    for row in found.rows:
        for value in row[place]:
            _insert(connection, name, [*row[0], value])
    connection.execute(f"CREATE INDEX {name}_{second} ON {name} ({second})")


def join_name(table: Table, column: Column) -> str:
    """The table of pairs that a column of several references becomes: `questions_topics`."""
    return f"{table.name}_{column.name}"


def _full_text(connection: sqlite3.Connection, table: str, columns: tuple[str, ...]) -> None:
    # Datasette looks for content="…", just so.
    connection.execute(
        f"CREATE VIRTUAL TABLE {table}_fts USING fts5 ({', '.join(columns)}, "
        f'content="{table}", tokenize="porter unicode61")'
    )
    connection.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')")  # noqa: S608


def _about(connection: sqlite3.Connection, facts: Release) -> None:
    connection.execute(
        "CREATE TABLE about ( -- What this file is\n"
        "  name TEXT PRIMARY KEY NOT NULL,\n  value TEXT NOT NULL\n)"
    )
    said = {
        "title": facts.title,
        "description": facts.description,
        "version": facts.version,
        "date": facts.date.isoformat(),
        "iri": facts.iri,
        "licence": facts.licence,
        "rights": facts.rights,
        "dataset_hash": facts.hash,
    }
    for pair in said.items():
        _insert(connection, "about", pair)


def _refuse_dangling(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA foreign_key_check").fetchall()
    if found:
        rows = "; ".join(f"{table} row {row} → {parent}" for table, row, parent, _ in found[:5])
        raise Unfaithful(f"{len(found)} cells of the tables lead nowhere: {rows}.")
