"""The readers of tables and edition records: what they read, and what they refuse, where."""

from pathlib import Path

import pytest

from met_ari.build import tables
from met_ari.build.faults import Faults
from met_ari.build.records import Origin, Records
from met_ari.build.rows import read_csv
from met_ari.build.sections import read_toml
from met_ari.build.sources import Sources
from met_ari.errors import SourceError


def refused(folder: Path) -> list[str]:
    """`file:line: detail` of every fault."""
    with pytest.raises(SourceError) as caught:
        tables.read(Sources.at(folder))
    faults = caught.value.extra["faults"]
    return [f"{fault['file']}:{fault['line']}: {fault['detail']}" for fault in faults]


def test_the_sources_hold_what_the_facts_say(records: Records):
    (home_office,) = records.statements
    groups = [theme for theme in home_office.themes if not theme.parent]
    assert (len(groups), len(home_office.themes) - len(groups)) == (4, 19)
    assert [item.number for item in home_office.statements] == list(range(1, 87))
    assert len(records.assignments) == 53 + 86
    aims = [aim.kind for aim in records.strategies[0].aims]
    assert {kind: aims.count(kind) for kind in set(aims)} == {
        "mission": 1,
        "vision": 1,
        "value": 4,
        "goal": 7,
    }


def test_a_record_knows_its_line(records: Records, sources: Sources):
    lines = sources.read("home-office-2019/statements.csv").decode().split("\n")
    for statement in records.statements[0].statements:
        assert statement.origin.file == "home-office-2019/statements.csv"
        assert lines[statement.origin.line - 1].startswith(f"{statement.number},")
    toml = sources.read("met-direction-2018.toml").decode().split("\n")
    for aim in records.strategies[0].aims:
        near = "\n".join(toml[aim.origin.line - 1 : aim.origin.line + 3])
        assert aim.name in near


def test_a_cell_that_spans_lines_does_not_move_the_lines_after_it():
    data = b'a,b\r\n"one\r\ntwo",2\r\n3,4\r\n'
    rows = read_csv(data, "x.csv", ("a", "b"), Faults())
    assert [(row["a"], row.origin) for row in rows] == [
        ("one\r\ntwo", Origin("x.csv", 2)),
        ("3", Origin("x.csv", 4)),
    ]


def test_a_byte_order_mark_before_the_columns_is_passed_over():
    assert read_csv(b"\xef\xbb\xbfa\n1\n", "x.csv", ("a",), Faults())[0]["a"] == "1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "x.csv:1: The columns are ''; expected: 'a,b'"),
        (b"a,c\n1,2\n", "x.csv:1: The columns are 'a,c'; expected: 'a,b'"),
        (b"b,a\n1,2\n", "x.csv:1: The columns are 'b,a'"),
        (b'a,b\n1,2\n"1,2\n', "x.csv:3: The CSV can't be read"),
        (b"a,b\n1,\xff\n", "x.csv:2: Byte 6"),
    ],
)
def test_a_broken_table_is_refused_with_its_line(data: bytes, words: str):
    with pytest.raises(SourceError, match=r"x\.csv") as caught:
        read_csv(data, "x.csv", ("a", "b"), Faults())
    assert words in str(caught.value)


def test_a_row_with_other_cells_is_reported():
    faults = Faults()
    read_csv(b"a,b\n1,2,3\n\n1\n", "x.csv", ("a", "b"), faults)
    assert [(fault.line, fault.detail) for fault in faults] == [
        (2, "3 cells; expected: a, b."),
        (4, "1 cells; expected: a, b."),
    ]


def test_broken_toml_is_refused_with_its_line():
    with pytest.raises(SourceError, match=r"x.toml:2: The TOML can't be read"):
        read_toml(b'a = "b"\nc = \n', "x.toml", Faults())


def test_a_key_of_the_wrong_kind_is_reported_at_its_line():
    faults = Faults()
    top = read_toml(b"# 1\na = 1\nb = true\n[[c]]\nd = ''\n", "x.toml", faults)
    top.text("a"), top.number("b"), top.texts("missing"), top.sections("c")[0].text("d")
    assert sorted((fault.line, fault.detail) for fault in faults) == [
        (1, "'missing' is missing."),
        (2, "'a' must be a text."),
        (3, "'b' must be a number."),
        (5, "'d' is empty."),
    ]


STATEMENTS, TOPICS, ASSIGNED = (
    "home-office-2019/statements.csv",
    "topics.csv",
    "topic-assignments.csv",
)
DIRECTION, EDITION, MET = (
    "met-direction-2018.toml",
    "home-office-2019/edition.toml",
    "source/met-2019.toml",
)


@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        (STATEMENTS, "\n4,1.5,", "\n4,1.55,", ":5: There is no theme '1.55'. Is it '1.5'?"),
        (STATEMENTS, "\n4,1.5,", "\n3,1.5,", ":5: '3' stands twice in column number (fi"),
        (STATEMENTS, "\n4,1.5,medium", "\n4,1.5,maybe", ":5: Column certainty holds 'maybe'"),
        (STATEMENTS, "\n4,1.5,", "\nfour,1.5,", ":5: Column number holds 'four'"),
        (STATEMENTS, "8e6fdab5", "8E6FDAB5", ":5: Column sha256 holds '8E6FDAB5"),
        (TOPICS, "\nanimal-experimentation,", "\nAnimals,", ":2: Column slug holds 'Animals'"),
        (ASSIGNED, "\nmet-2019-1-1,", "\nmet-2019-1-9,", ":2: There is no question 'met-2019-1-9'"),
        (ASSIGNED, "radicalisation|safeguarding", "", ":2: 'met-2019-1-1' has no topic"),
        (ASSIGNED, "radicalisation|safeguarding", "radicalization", "Is it 'radicalisation'?"),
        (DIRECTION, "n = 3", "n = 4", "Goal 4 stands where goal 3 is expected"),
        (DIRECTION, 'slug = "courage"', 'slug = "integrity"', "value 'integrity' stands twice"),
        (DIRECTION, 'short_name', "shortname", "'short_name' is missing"),
        (DIRECTION, 'note = ', "nota = ", "Unknown key 'nota'. Is it 'note'?"),
        (EDITION, "statements = 86", "statements = 87", "86 statements found; expected: 87"),
        (EDITION, "[47, 11, 25, 3]", "[47, 11, 24, 4]", "hold (47, 11, 25, 3) statements"),
        (EDITION, '"home-office"', '"home-ofice"', "Is it 'home-office'?"),
        (MET, 'goal = "met-direction-2018-7"', 'goal = "x"', "There is no goal 'x'"),
        (MET, 'key = "met-2019-7"', 'key = "met-2019-8"', "expected: 'met-2019-7'"),
        (MET, 'strategy = "met-direction-2018"', 'strategy = "x"', "There is no strategy 'x'"),
        (MET, 'issued = "2019"', 'issued = "soon"', "'issued' is 'soon'; expected: a year"),
        (MET, 'key = "met-2019"\n', 'key = "topics"\n', "expected: a key such as 'met-2019'"),
        (MET, 'file = "met-2019.txt"', 'file = "other.txt"', "source/other.txt"),
    ],
)  # fmt: skip
def test_what_a_source_should_not_say_is_refused_in_its_place(
    data_copy, change, name, before, after, words
):
    change(name, before, after)
    with pytest.raises(SourceError) as caught:
        tables.read(Sources.at(data_copy))
    first = str(caught.value).split("\n")[0]
    assert words in first
    assert first.startswith((f"{name}:", "source/other.txt:"))


def test_all_faults_of_all_tables_are_said_in_one_go(data_copy, change):
    change(STATEMENTS, "\n4,1.5,medium", "\n4,1.5,maybe")
    change(ASSIGNED, "\nmet-2019-1-1,", "\nmet-2019-1-9,")
    change(DIRECTION, 'issued = "2018"', 'issued = "soon"')
    found = [fault.partition(":")[0] for fault in refused(data_copy)]
    assert found == [DIRECTION, STATEMENTS, ASSIGNED]


def test_an_unknown_kind_of_priority_is_refused(data_copy):
    file = data_copy / MET
    file.write_text(file.read_text().replace('kind = "enabling"', 'kind = "enabled"', 1))
    assert "'enabled' is no kind of priority. Is it 'enabling'?" in refused(data_copy)[0]


def test_a_missing_file_is_named(data_copy):
    (data_copy / TOPICS).unlink()
    with pytest.raises(SourceError, match=r"topics.csv: The file is missing. Put it back"):
        tables.read(Sources.at(data_copy))


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"There is no such folder"):
        Sources.at(tmp_path / "nowhere")
