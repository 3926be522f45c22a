"""From the official text to a reviewed build and back again, by the commands alone."""

import csv
import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from met_ari.build.mapping_records import MappingRecord
from met_ari.build.pipeline import BuildResult
from met_ari.crossref.decisions import Journal
from tests.test_cli import ari
from tests.test_import import REAL, with_the_real_text

PERSON = "orcid:0000-0002-1825-0097|Josiah Carberry"
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """What `ari` prints, in a home of its own; it must succeed."""

    def _run(*words: str) -> str:
        done = ari(*words, home=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return _run


def imported(run: Run, table: Path) -> dict[str, Any]:
    """The report of an import of the table."""
    return dict(json.loads(run("import", "csv", str(table), "--format", "json")))


def edited(text: str, number: str) -> str:
    """The table with one statement said in other words."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for row in rows:
        if row["number"] == number:
            row["statement"] = f"{row['statement'].rstrip('.')}, and how to tell."
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@with_the_real_text
def test_import_match_review_build_and_an_edited_text_opens_just_its_links(
    run: Run, tmp_path: Path, built: BuildResult
) -> None:
    table = tmp_path / REAL.name
    table.write_text(REAL.read_text(encoding="utf-8"), encoding="utf-8")
    (first,) = imported(run, table)["editions"]
    assert (first["edition"], first["texts"], first["attached"]) == ("home-office-2019", 86, 86)

    ranked = run("match", "met-2019", "home-office-2019", "--limit", "3")
    candidates = [line for line in ranked.splitlines() if line.startswith("question:met-2019")]
    assert len(candidates) == 3 * 53

    journal = Journal(tmp_path)
    link, other = a_link(journal, lambda record: record.links), a_link(journal, lambda r: r.negated)
    for pair, words in ((link, ["accept"]), (other, ["reject", "--tag", "shared-words"])):
        added = run("review", "--pair", pair, "--decision", *words, "--reviewer", PERSON)
        assert added.splitlines()[0] == f"{pair}.2"
    before = Path(run("build", "--quiet").strip())
    assert before.name != built.hash

    said = journal.state().pairs
    target = said[link].newest.object
    number = target.rpartition("-")[2]
    table.write_text(edited(table.read_text(encoding="utf-8"), number), encoding="utf-8")
    report = imported(run, table)
    (edition,) = report["editions"]
    assert [item["key"] for item in edition["revised"]] == [target]
    assert edition["counts"]["unchanged"] == 85

    touched = {pair.key for pair in said.values() if pair.newest.object == target}
    assert link in touched
    assert {item["record"].rpartition(".")[0] for item in report["reopened"]} == touched
    now = journal.state().pairs
    assert {key for key in now if now[key] != said.get(key)} >= touched
    assert {key for key in now if len(now[key].records) != len(said[key].records)} == touched
    opened = now[link].newest
    assert (opened.status, opened.tag, opened.reviewer.label) == ("proposed", "text-changed", "")
    assert opened.justification == "UnspecifiedMatching"
    listed = run("review", "--which", "reopened", "--list").splitlines()[1:]
    assert {line.split("\t")[0].rpartition(".")[0] for line in listed} == touched
    assert Path(run("build", "--quiet").strip()).name != before.name

    files = snapshot(tmp_path)
    third = imported(run, table)
    assert (third["written"], third["reopened"]) == (False, [])
    assert snapshot(tmp_path) == files


def a_link(journal: Journal, wanted: Callable[[MappingRecord], bool]) -> str:
    """The first pair of two questions whose record is as wanted, and that no person decided on."""
    newest = (pair.newest for pair in journal.state().pairs.values())
    return next(r.pair for r in newest if r.object and wanted(r) and not r.reviewer.label)


def snapshot(home: Path) -> dict[str, bytes]:
    """What an import and a decision may have written."""
    folders = (home / "editions", home / "decisions")
    files = (Path(top) / name for f in folders for top, _, names in os.walk(f) for name in names)
    return {str(file.relative_to(home)): file.read_bytes() for file in files}
