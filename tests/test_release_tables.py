"""The tables of a release, as CSV and as SQLite: whole, tied together, and safe to open."""

import csv
import io
import json
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyoxigraph as ox
import pytest

from met_ari.errors import AriError, Unfaithful
from met_ari.publish import layout
from met_ari.publish.tables import csv_files, sqlite
from met_ari.publish.tables.columns import QUESTIONS, SEPARATOR, TABLES, TOPICS
from met_ari.publish.tables.csv_files import Filled
from tests import needs

NAMES = [table.name for table in TABLES]


def rows(released: Path, path: str) -> list[dict[str, str]]:
    text = (released / path).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


@pytest.fixture
def database(released: Path) -> Iterator[sqlite3.Connection]:
    address = f"file:{released / layout.SQLITE}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        yield connection


# CSV


def test_every_question_of_both_editions_has_a_row(released):
    found = rows(released, "tables/questions.csv")
    assert len(found) == len({row["key"] for row in found}) == 139
    question = next(row for row in found if row["key"] == "met-2019-4-2")
    assert question["priority"] == "met-2019-4"
    assert question["position"] == "2"
    assert question["text"].startswith("Making best use of big data")
    assert question["topics"] == "data-analytics|prediction-and-forecasting"
    assert question["iri"] == "https://w3id.org/ari/id/question/met-2019-4-2"


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_what_a_cell_refers_to_is_there(released, table):
    keys = {t.name: {row["key"] for row in rows(released, f"tables/{t.name}.csv")} for t in TABLES}
    for row in rows(released, f"tables/{table.name}.csv"):
        for column in table.columns:
            values = [value for value in row[column.name].split(SEPARATOR) if value]
            assert len(values) < 2 or column.several
            assert values or not column.needed
            if column.refers:
                assert set(values) <= keys[column.refers]


@pytest.mark.parametrize("name", NAMES)
def test_lines_end_as_rfc_4180_says(released, name):
    data = (released / "tables" / f"{name}.csv").read_bytes()
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n")
    assert not data.startswith(b"\xef\xbb\xbf")


def test_rows_stand_in_the_order_that_people_count_in(released):
    keys = [row["key"] for row in rows(released, "tables/questions.csv")]
    assert keys.index("home-office-2019-9") < keys.index("home-office-2019-10")


def test_every_decision_tells_its_status_and_its_reason(released):
    found = rows(released, "tables/mappings.csv")
    assert found
    assert {row["status"] for row in found} <= {"proposed", "accepted", "rejected", "superseded"}
    assert all(row["reason"] and row["status"] and row["latest"] for row in found)
    assert {row["object"] == "" for row in found} == {True, False}


def test_the_variant_for_spreadsheets_differs_in_nothing_but_formulas(released):
    for name in NAMES:
        plain = rows(released, f"tables/{name}.csv")
        safe = rows(released, f"{layout.SPREADSHEET}/{name}.csv")
        shown = [{key: value.replace("'", "") for key, value in row.items()} for row in safe]
        assert shown == [{k: v.replace("'", "") for k, v in row.items()} for row in plain]


def test_a_formula_in_the_data_is_text_in_the_variant_for_spreadsheets():
    row = tuple(
        (("=cmd|'/c calc'!A0",) if c.name == "label" else ()) for c in QUESTIONS.all_columns
    )
    found = Filled(QUESTIONS, (row,))
    assert b",=cmd" in csv_files.csv(found)
    assert b",=cmd" not in csv_files.csv(found, neutralised=True)
    assert b",'=cmd" in csv_files.csv(found, neutralised=True)


class _Answering:
    """Stands for a dataset: whatever is asked, it has these rows."""

    def __init__(self, *found: tuple[str, str]) -> None:
        self.found = found

    def rows(self, text: str) -> tuple[list[str], list[list[object]]]:
        key = ox.NamedNode("https://example.org/id/topic/a")
        named = [[key, *(ox.Literal(v) for v in row)] for row in self.found]
        return ["key", "name", "other_names"], named  # type: ignore[return-value]


def test_values_that_a_cell_may_hold_several_of_are_gathered():
    found = list(csv_files._rows(_Answering(("A", "y 10"), ("A", "y 9")), "", TOPICS))
    cells = dict(zip([c.name for c in TOPICS.all_columns], found[0], strict=True))
    assert (cells["name"], cells["other_names"]) == (("A",), ("y 9", "y 10"))


def test_two_values_for_a_cell_of_one_stop_the_release():
    with pytest.raises(Unfaithful, match="more than one name: A; B"):
        list(csv_files._rows(_Answering(("A", "x"), ("B", "x")), "", TOPICS))


def test_a_value_that_holds_the_separator_stops_the_release():
    with pytest.raises(Unfaithful, match="divides the values"):
        list(csv_files._rows(_Answering(("A", "x|y")), "", TOPICS))


# SQLite


def test_the_database_is_sound_and_nothing_in_it_leads_nowhere(database):
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    kept = database.execute("PRAGMA journal_mode").fetchone()
    assert kept == ("off",) or kept == ("delete",)


@pytest.mark.parametrize("table", TABLES, ids=NAMES)
def test_the_database_holds_what_the_csv_holds(database, released, table):
    names = [column.name for column in table.all_columns if not sqlite.joined(column)]
    query = f"SELECT {', '.join(names)} FROM {table.name} ORDER BY rowid"  # noqa: S608
    wanted = rows(released, f"tables/{table.name}.csv")
    found = database.execute(query).fetchall()
    assert len(found) == len(wanted)
    for cells, row in zip(found, wanted, strict=True):
        for name, cell in zip(names, cells, strict=True):
            assert _shown(cell, row[name]) == row[name]


def _shown(cell: object, wanted: str) -> str:
    if wanted in ("true", "false"):
        return str(bool(cell)).lower()
    if isinstance(cell, float) and float(wanted) == cell:
        return wanted
    return "" if cell is None else str(cell)


def test_each_reference_has_a_key_and_an_index(database):
    references = database.execute(
        'SELECT m.name, f."from", f."table" FROM sqlite_master m '
        "JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'"
    ).fetchall()
    assert ("questions", "priority", "priorities") in references
    assert ("questions_topics", "topic", "topics") in references
    assert ("mappings", "object", "questions") in references
    for table, column, _ in references:
        indexed = database.execute(
            "SELECT count(*) FROM pragma_index_list(?) l JOIN pragma_index_info(l.name) i "
            "WHERE i.name = ? AND i.seqno = 0",
            (table, column),
        ).fetchone()
        assert indexed[0], f"{table}.{column}"


def test_the_full_text_finds_a_word_in_another_form(database):
    found = database.execute(
        "SELECT key FROM questions WHERE rowid IN "
        "(SELECT rowid FROM questions_fts WHERE questions_fts MATCH 'predicting events')"
    ).fetchall()
    assert ("met-2019-4-2",) in found


def test_the_views_answer(database):
    count, goals = database.execute(
        "SELECT count(*), sum(goals IS NOT NULL) FROM question_overview"
    ).fetchone()
    assert (count, goals) == (139, 53)
    both = database.execute("SELECT question, counterpart, key FROM counterparts").fetchall()
    assert both
    assert {(b, a, k) for a, b, k in both} == set(both)
    negated = "SELECT count(*) FROM counterparts JOIN mappings USING (key) WHERE negated"
    assert database.execute(negated).fetchone() == (0,)
    assert database.execute("SELECT count(*) FROM gaps").fetchone()[0] > 0


def test_the_database_says_what_it_is(database, released):
    manifest = json.loads((released / layout.MANIFEST).read_bytes())
    about = dict(database.execute("SELECT name, value FROM about").fetchall())
    assert about["version"] == manifest["version"]
    assert about["dataset_hash"] == manifest["dataset"]["hash"]
    schema = database.execute("SELECT sql FROM sqlite_master WHERE name = 'questions'").fetchone()
    assert all(f"-- {column.description}" in schema[0] for column in QUESTIONS.columns[:3])


def test_a_reference_that_leads_nowhere_stops_the_release(draft, monkeypatch):
    def dangling(draft: object) -> Iterator[Filled]:
        for found in csv_files.filled(draft):  # type: ignore[arg-type]
            yield Filled(found.table, () if found.table is TOPICS else found.rows)

    monkeypatch.setattr(sqlite, "filled", dangling)
    with pytest.raises(Unfaithful, match=r"lead nowhere: questions_topics row 1 → topics"):
        list(sqlite.database(draft))


def test_a_library_without_full_text_is_told(draft, monkeypatch):
    monkeypatch.setattr(sqlite, "SEARCHED", {"topics": ("no_such_column",)})
    with pytest.raises(AriError, match="can't make the file"):
        list(sqlite.database(draft))


def test_datasette_opens_it_with_its_titles_references_and_search(released, tmp_path):
    datasette = needs.tool("datasette", "datasette")

    def get(path: str) -> str:
        command = [str(datasette), str(released / layout.SQLITE), "--get", path]
        metadata = ["--metadata", str(released / layout.DATASETTE)]
        said = subprocess.run(
            [*command, *metadata], capture_output=True, text=True, cwd=tmp_path, timeout=60
        )
        assert said.returncode == 0, said.stderr
        return said.stdout

    name = layout.NAME
    found = json.loads(get(f"/{name}/questions.json?_search=big+data&_shape=array"))
    assert "met-2019-4-2" in {row["key"] for row in found}
    page = get(f"/{name}/questions?_search=big+data")
    assert f'href="/{name}/priorities/met-2019-4"' in page
    assert re.search(r'priorities/met-2019-4">[A-Z]', page), "the name of the priority is shown"
    assert "What an organisation asks researchers" in page
