"""`ari verify` on releases whose files, catalogue and checksums were changed to fit each other."""

import json
import shutil
from pathlib import Path

import pytest

from met_ari.publish import layout
from met_ari.publish.verify.checks import CHECKS, verify
from met_ari.publish.verify.flaws import Verdict
from tests.tampered import reissued, resummed

MAPPINGS = "mappings/met-2019--home-office-2019.sssom.tsv"
GUTTED = (
    *(layout.DCAT, layout.VOID, layout.ROCRATE, layout.CITATION, layout.CONTEXT),
    *(layout.CSVW, layout.DATASETTE, layout.QUERIES, layout.ANSWERS, layout.MAPPINGS),
)


@pytest.fixture
def copy(released: Path, tmp_path: Path) -> Path:
    """A copy of the release, to be changed."""
    return shutil.copytree(released, tmp_path / "1.0.0")


@pytest.fixture
def next_copy(followed: Path, tmp_path: Path) -> Path:
    """A copy of the release that follows it."""
    return shutil.copytree(followed, tmp_path / "1.1.0")


def checked(folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str) -> Verdict:
    """What some of the checks say."""
    some = tuple(check for check in CHECKS if check[0] in names)
    assert len(some) == len(names)
    monkeypatch.setattr("met_ari.publish.verify.checks.CHECKS", some)
    return verify(folder, str(folder))


def files_at_fault(verdict: Verdict) -> set[str]:
    return {flaw.file for flaw in verdict.flaws}


def test_a_gutted_release_is_told_by_every_file_that_is_missing_or_changed(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in GUTTED:
        if (copy / name).is_dir():
            shutil.rmtree(copy / name)
        else:
            (copy / name).unlink()
    table = copy / "tables" / "questions.csv"
    table.write_bytes(table.read_bytes().replace(b"money laundering", b"money washing", 1))
    with (copy / layout.LICENCE).open("a") as file:
        file.write("All rights reserved.\n")
    resummed(copy)
    fast = tuple(name for name, _ in CHECKS if name != "shapes")
    found = files_at_fault(checked(copy, monkeypatch, *fast))
    assert found >= {*GUTTED, "tables/questions.csv", layout.LICENCE}


@pytest.mark.parametrize(
    ("name", "before", "after", "check"),
    [
        ("tables/questions.csv", "money laundering", "money laundered.", "tables"),
        ("tables/spreadsheet/questions.csv", "laundering", "washing...", "tables"),
        ("tables/mappings.csv", "proposed", "accepted", "tables"),
        (layout.SQLITE, "Ability to counter money", "Ability to invent monies", "tables"),
        (layout.SQLITE, "What this file is", "What that file is", "tables"),
        (MAPPINGS, "skos:relatedMatch\tNot", "skos:broaderMatch\tNot", "mappings"),
        (MAPPINGS, "skos:closeMatch", "skos:exactMatch", "mappings"),
        (MAPPINGS, "ethics of prediction", "ethics of predictive", "mappings"),
        (layout.ONTOLOGY, "rdfs:label", "rdfs:lable", "ontology"),
        (layout.ONTOLOGY, "owl:inverseOf", "owl:sameAsOf_", "ontology"),
        (layout.REPORT_TTL, "sh:conforms true", "sh:conforms not_"[:16], "derived"),
        (layout.ROCRATE, "ARI Graph project", "Another's project", "derived"),
        (layout.CITATION, "version: 1.0.0", "version: 1.0.1", "derived"),
        (layout.CSVW, '"Research questions"', '"Research answers!!"'[:20], "derived"),
        (layout.DATASETTE, "CC BY 4.0", "CC BY 9.0", "derived"),
        (layout.NOTES, "139 research", "140 research", "derived"),
        (layout.LICENCE, "Licence", "License", "derived"),
        (layout.CONTEXT, "skos", "sock", "derived"),
        (layout.SHAPES, "sh:message", "sh:massage", "derived"),
        (layout.DCAT, "policing research", "policing reseacrh", "derived"),
        (layout.VOID, "foaf:primaryTopic", "foaf:primaryTopik", "derived"),
        ("ari-graph.ttl", " ;\n    ", "  ;\n   ", "derived"),
        ("queries/editions.rq", "#+ summary", "#+ sumnary", "derived"),
    ],
)
def test_a_change_that_fits_sums_and_catalogue_is_told_by_its_file(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str, before: str, after: str, check: str
) -> None:
    reissued(copy, name, before, after)
    assert files_at_fault(checked(copy, monkeypatch, check)) == {name}


def test_another_date_in_the_manifest_is_told_as_the_manifest_s(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    date = json.loads((copy / layout.MANIFEST).read_bytes())["date"]
    reissued(copy, layout.MANIFEST, f'"date": "{date}"', '"date": "2026-12-24"')
    assert files_at_fault(checked(copy, monkeypatch, "derived")) == {layout.MANIFEST}


@pytest.mark.parametrize("name", ["more.exe", "tables/more.csv", "patch.rdfp"])
def test_a_file_that_no_release_holds_is_told(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (copy / name).write_text("more")
    resummed(copy)
    assert files_at_fault(checked(copy, monkeypatch, "complete")) == {name}


def test_a_query_that_is_not_of_the_library_is_told(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copy / "queries" / "more.rq").write_text("ASK {}")
    resummed(copy)
    assert "queries/more.rq" in files_at_fault(checked(copy, monkeypatch, "derived"))


# A release that follows another


def test_a_release_that_follows_another_passes(
    next_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [name for name, _ in CHECKS if name not in ("shapes", "dumps")]
    verdict = checked(next_copy, monkeypatch, *names)
    assert verdict.flaws == ()
    # The package's own sources were changed for it.
    assert verdict.unproved == ("LICENCE.md, which was not made of this package's sources",)


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        (layout.DIFF, "Thinking machines", "Thinking servants"),
        (layout.NOTES, "Thinking machines", "Thinking servants"),
        (layout.PATCH, "Thinking machines", "Thinking servants"),
        (layout.PATCH, "D <", "A <"),
    ],
)
def test_changes_that_were_changed_are_told(
    next_copy: Path, monkeypatch: pytest.MonkeyPatch, name: str, before: str, after: str
) -> None:
    reissued(next_copy, name, before, after)
    assert files_at_fault(checked(next_copy, monkeypatch, "derived")) == {name}


def test_a_release_that_follows_another_needs_its_patch(
    next_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (next_copy / layout.PATCH).unlink()
    resummed(next_copy)
    assert files_at_fault(checked(next_copy, monkeypatch, "complete")) == {layout.PATCH}


# A release of another version of the program


def other_version(folder: Path) -> None:
    said = json.loads((folder / layout.MANIFEST).read_bytes())
    version = json.dumps(said["versions"]["met-ari"])
    reissued(folder, layout.MANIFEST, f'"met-ari": {version}', f'"met-ari": {version[:-2]}9"')


def test_words_of_another_version_are_no_flaw_and_told_as_unproved(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reissued(copy, layout.NOTES, "How to check it", "How to prove it")
    reissued(copy, "tables/questions.csv", "theme_certainty", "theme_certitude")
    other_version(copy)
    verdict = checked(copy, monkeypatch, "complete", "tables", "derived")
    assert verdict.flaws == ()
    assert "texts and descriptions" in " ".join(verdict.unproved)


@pytest.mark.parametrize(
    ("name", "before", "after", "check"),
    [
        ("tables/questions.csv", "money laundering", "money laundered.", "tables"),
        (layout.SQLITE, "Ability to counter money", "Ability to invent monies", "tables"),
        (MAPPINGS, "skos:closeMatch", "skos:exactMatch", "mappings"),
        (layout.ONTOLOGY, "owl:inverseOf", "owl:sameAsOf_", "ontology"),
        (layout.MANIFEST, '"quads": 1', '"quads": 2', "derived"),
    ],
)
def test_data_of_another_version_is_held_to_the_dataset_all_the_same(
    copy: Path, monkeypatch: pytest.MonkeyPatch, name: str, before: str, after: str, check: str
) -> None:
    other_version(copy)
    reissued(copy, name, before, after)
    assert files_at_fault(checked(copy, monkeypatch, check)) == {name}
