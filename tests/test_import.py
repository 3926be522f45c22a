"""An import as a whole: what is kept, what the graph then says, and what is left alone."""

import csv
import io
import json
import re
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, SKOS, XSD

from met_ari.build import graphs, tables, terms
from met_ari.build.mapping_records import PROJECT_AGENT, MappingRecord
from met_ari.build.overlay import Overlay
from met_ari.build.pipeline import build
from met_ari.build.questions import questions
from met_ari.build.records import Origin
from met_ari.build.sources import Sources
from met_ari.crossref.decisions import Journal
from met_ari.crossref.imports import ari_database, csv_table, govuk, keeping, switch, trial
from met_ari.crossref.imports.ari_database import Wanted
from met_ari.crossref.imports.found import Harvest
from met_ari.crossref.imports.govuk import Reading
from met_ari.crossref.imports.keeping import Place, keep
from met_ari.crossref.imports.matching import THRESHOLD
from met_ari.crossref.imports.outcome import Outcome
from met_ari.crossref.imports.planning import Terms
from met_ari.crossref.imports.publishers import slug
from met_ari.crossref.imports.report import Report
from met_ari.crossref.imports.source import Document
from met_ari.errors import EnvironmentFault, InputError, SourceError, ViolationsFound
from met_ari.vocab import ARI, CC_BY, DEFAULT_BASE, OGL, Names
from tests.import_sources import (
    HARBOUR,
    LIGHTS,
    TABLE,
    TEXTS,
    attachment,
    encoded,
    page,
    publication,
    record,
    records,
    rows,
    table,
)
from tests.scripted_api import Reply, serving
from tests.test_cli import ari

REAL = Path(__file__).parents[2] / "shared" / "sources" / "home-office-ari-2019.csv"
with_the_real_text = pytest.mark.skipif(
    not REAL.exists(), reason="the Home Office's text is not shipped; it is imported"
)
TERMS = Terms("2026-11-23", str(OGL), THRESHOLD)
LAMPS = "ministry-of-lamps-2024"
NAMES = Names()

REVISED = TEXTS[0].replace("dawn", "sunrise")
"""Near enough to the first text to be a revision of it."""


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the build that checks an import: others look at that."""
    monkeypatch.setattr(trial, "build", lambda *given: None)


def place(tmp_path: Path, data: Path | None = None) -> Place:
    return Place(tmp_path / "home", DEFAULT_BASE, data)


def kept(harvest: Harvest, where: Place, **options: Any) -> Report:
    return keep(harvest, where, TERMS, lambda words: None, **options)


def from_database(*items: Any, wanted: Wanted | None = None, **pagination: Any) -> Harvest:
    document = Document("dump.json", encoded(page(items, **pagination)))
    return ari_database.harvest([document], wanted or Wanted())


def from_table(
    items: Sequence[tuple[str, str]], publisher: str = "Ministry of Lamps", year: str = "2024"
) -> Harvest:
    return csv_table.harvest(Document("lamps.csv", table(rows(items))), {}, publisher, year)


def only(report: Report) -> Outcome:
    (outcome,) = report.editions
    return outcome


def counts(report: Report) -> dict[str, int]:
    """What is said of the one edition, without what is not."""
    return {kind: number for kind, number in only(report).counts().items() if number}


def files(where: Place) -> dict[str, bytes]:
    return dict(Overlay.of(where.home).files)


def cells(where: Place, name: str) -> list[dict[str, str]]:
    data = (where.root / name).read_bytes().decode()
    return list(csv.DictReader(io.StringIO(data, newline="")))


def graph_of(where: Place, name: str) -> Graph:
    sources = where.sources()
    ontology = terms.load(sources.turtle("ontology"))
    return graphs.relate(tables.read(sources), ontology, NAMES).graphs[name]


def thing(kind: str, key: str) -> URIRef:
    return NAMES.thing(kind, key)


# A new edition


@pytest.mark.usefixtures("unchecked")
def test_an_import_leaves_a_folder_with_the_edition_and_its_keys(tmp_path: Path) -> None:
    where = place(tmp_path)
    report = kept(from_database(*records()), where)
    assert (only(report).edition, only(report).state, report.written) == (LAMPS, "new", True)
    assert counts(report) == {"new": 4}
    assert [row["id"] for row in cells(where, f"{LAMPS}/questions.csv")] == [
        "501",
        "502",
        "503",
        "504",
    ]
    assert cells(where, f"{LAMPS}/keys.csv")[0]["source_id"] == "ari-database:501"
    assert (where.root / LAMPS / "organisation.toml").read_text().count('"Ministry of Lamps"') == 1


def test_what_an_import_keeps_can_be_built_and_says_where_it_is_from(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_database(*records(), record(505, "Of old.", isArchived=True)), where)
    result = build(where.sources(), where.home)
    assert not [item for item in result.findings if item.severity == "violation"]
    assert LAMPS in result.manifest["graphs"]
    assert f"editions/{LAMPS}/questions.csv" in result.manifest["sources"]


@pytest.mark.usefixtures("unchecked")
def test_the_graph_of_an_imported_edition_has_its_words_licence_and_provenance(
    tmp_path: Path,
) -> None:
    where = place(tmp_path)
    kept(from_database(*records(), record(505, "Of old.", isArchived=True)), where)
    graph = graph_of(where, LAMPS)
    question, edition = thing("question", f"{LAMPS}-501"), thing("ari", LAMPS)
    facts = {
        (question, RDF.type, ARI.ResearchQuestion),
        (question, SKOS.prefLabel, Literal(TEXTS[0], lang="en")),
        (question, ARI.statementText, Literal(TEXTS[0], lang="en")),
        (question, ARI.underTheme, thing("theme", f"{LAMPS}-1")),
        (question, DCTERMS.issued, Literal("2024-02-26", datatype=XSD.date)),
        (question, FOAF.page, URIRef("https://ari.org.uk/aris/501")),
        (question, DCTERMS.source, thing("source", LAMPS)),
        (thing("question", f"{LAMPS}-505"), ARI.questionStatus, Literal("archived")),
        (edition, DCTERMS.publisher, thing("organisation", "ministry-of-lamps")),
        (edition, DCTERMS.license, OGL),
        (edition, ARI.editedEdition, Literal(False)),
        (NAMES.graph(LAMPS), DCTERMS.license, OGL),
        (NAMES.graph(LAMPS), PROV.wasGeneratedBy, thing("activity", f"import-{LAMPS}")),
        (thing("source", LAMPS), PROV.wasDerivedFrom, thing("source", "ari-database")),
        (
            thing("activity", f"import-{LAMPS}"),
            DCTERMS.date,
            Literal("2026-11-23", datatype=XSD.date),
        ),
    }
    assert facts - set(graph) == set()
    assert (question, ARI.questionStatus, None) not in graph


@pytest.mark.usefixtures("unchecked")
def test_what_was_read_is_named_by_its_digest_and_never_by_where_a_file_stood(
    tmp_path: Path,
) -> None:
    where, harvest = place(tmp_path), from_table(TABLE)
    kept(harvest, where)
    graph = graph_of(where, LAMPS)
    assert (thing("source", LAMPS), ARI.sha256, Literal(harvest.sha256)) in graph
    assert str(tmp_path) not in graph.serialize(format="nt")


@pytest.mark.usefixtures("unchecked")
def test_a_publication_keeps_levels_title_page_and_history(tmp_path: Path) -> None:
    where = place(tmp_path)
    address = "https://www.gov.uk/api/content/government/publications/lamps"
    harvest = govuk.harvest(
        Document(address, encoded(publication())),
        lambda url: Document(url, encoded(attachment())),
        Reading(skipped=("Contact",)),
    )
    kept(harvest, where)
    graph, edition = graph_of(where, LAMPS), thing("ari", LAMPS)
    notes = [str(note) for note in graph.objects(edition, SKOS.changeNote)]
    assert sorted(notes) == ["2023-05-02: First published.", "2024-02-26: Added street lighting."]
    assert (edition, FOAF.page, URIRef(address)) in graph
    boats = thing("theme", f"{LAMPS}-1.1")
    assert (boats, ARI.underTheme, thing("theme", f"{LAMPS}-1")) in graph
    assert [row["id"] for row in cells(where, f"{LAMPS}/questions.csv")] == ["1", "2", "3", "4"]


@pytest.mark.usefixtures("unchecked")
def test_questions_and_themes_under_one_heading_share_its_places(tmp_path: Path) -> None:
    where = place(tmp_path)
    data = table(
        [("Group", "Theme", "Text"), ("A", "", "One."), ("A", "B", "Two."), ("A", "C", "3")]
    )
    kept(csv_table.harvest(Document("x.csv", data), {}, "Ministry of Lamps", "2024"), where)
    themes = {row["key"]: row["position"] for row in cells(where, f"{LAMPS}/themes.csv")}
    assert themes == {"1": "1", "1.1": "1", "1.2": "2"}
    assert cells(where, f"{LAMPS}/questions.csv")[0]["position"] == "3"
    build(where.sources(), where.home)


@pytest.mark.usefixtures("unchecked")
def test_each_department_and_year_is_an_edition_and_names_of_one_publisher_are_one(
    tmp_path: Path,
) -> None:
    where = place(tmp_path)
    items = [
        *records(),
        record(600, "Bells.", department="Board of Bells", publicationDate="2021-01-01"),
        record(601, "More lamps.", department="Ministry of Lamps "),
        record(602, "Lamps later.", publicationDate="2025-01-01"),
    ]
    report = kept(from_database(*items), where)
    assert {item.edition: item.counts()["new"] for item in report.editions} == {
        "board-of-bells-2021": 1,
        LAMPS: 5,
        "ministry-of-lamps-2025": 1,
    }
    assert len([o for o in tables.read(where.sources()).organisations if "lamps" in o.key]) == 1


@pytest.mark.parametrize(
    ("name", "key"),
    [
        (
            "UK Policing: Office of Police Chief Scientific Adviser",
            "uk-policing-office-of-police-chief-scientific-adviser",
        ),
        ("Department for Work & Pensions", "department-for-work-and-pensions"),
        ("HM Revenue's Café", "hm-revenues-cafe"),
    ],
)
def test_a_publisher_becomes_part_of_a_key(name: str, key: str) -> None:
    assert slug(name) == key


# The same edition again


@pytest.mark.usefixtures("unchecked")
def test_the_same_source_again_changes_no_byte(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_database(*records()), where)
    before = files(where)
    later = replace(TERMS, retrieved="2027-01-01")
    report = keep(from_database(*records()), where, later, lambda words: None)
    assert counts(report) == {"unchanged": 4}
    assert not report.written
    assert files(where) == before


@pytest.mark.usefixtures("unchecked")
def test_a_revision_keeps_its_iri_and_the_digest_of_its_former_text(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_table(TABLE), where)
    before = cells(where, f"{LAMPS}/questions.csv")[0]
    report = kept(from_table([(HARBOUR, REVISED), *TABLE[1:]]), where)
    assert counts(report) == {"revised": 1, "unchanged": 3}
    graph, question = graph_of(where, LAMPS), thing("question", f"{LAMPS}-1")
    assert list(graph.objects(question, ARI.statementText)) == [Literal(REVISED, lang="en")]
    assert list(graph.objects(question, ARI.formerStatementSha256)) == [Literal(before["sha256"])]


@pytest.mark.usefixtures("unchecked")
def test_the_key_file_only_grows(tmp_path: Path) -> None:
    where = place(tmp_path)
    written = []
    for items in (TABLE, [(HARBOUR, REVISED), *TABLE[1:]], TABLE[1:], TABLE):
        kept(from_table(items), where)
        written.append((where.root / LAMPS / "keys.csv").read_bytes())
    assert all(later.startswith(earlier) for earlier, later in pairwise(written))


@pytest.mark.usefixtures("unchecked")
def test_what_the_source_no_longer_has_is_marked_and_stays_in_the_graph(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_table(TABLE), where)
    report = kept(from_table(TABLE[1:]), where)
    assert counts(report) == {"vanished": 1, "unchanged": 3}
    graph, question = graph_of(where, LAMPS), thing("question", f"{LAMPS}-1")
    assert (question, ARI.questionStatus, Literal("vanished")) in graph
    assert (question, ARI.statementText, Literal(TEXTS[0], lang="en")) in graph
    assert not violations(where)


def violations(where: Place) -> list[str]:
    scratch = where.home.parent / "scratch"
    found = build(where.sources(), scratch).findings
    return [item.message for item in found if item.severity == "violation"]


@pytest.mark.usefixtures("unchecked")
def test_archiving_is_told_and_marked(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_database(*records()), where)
    report = kept(from_database(*records()[1:], record(501, TEXTS[0], isArchived=True)), where)
    assert [entry.key for entry in only(report).of("archived")] == [f"{LAMPS}-501"]
    report = kept(from_database(*records()), where)
    assert [entry.key for entry in only(report).of("unarchived")] == [f"{LAMPS}-501"]


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("again", "why"),
    [
        (lambda: from_database(*records()[1:], pages=2, total=8), "only a part"),
        (
            lambda: from_database(*records()[1:], record(501, TEXTS[0], publicationDate="soon")),
            "Its record in the source can't be used.",
        ),
        (lambda: from_database(*records()[1:], "oops"), "It may be the record that can't be read"),
    ],
    ids=["a part", "a broken record", "an unknown record"],
)
def test_what_may_still_be_in_the_source_has_not_vanished(
    tmp_path: Path, again: Callable[[], Harvest], why: str
) -> None:
    where = place(tmp_path)
    kept(from_database(*records()), where)
    report = kept(again(), where)
    assert counts(report) == {"kept": 1, "unchanged": 3}
    assert why in next(only(report).of("kept")).detail


@pytest.mark.usefixtures("unchecked")
def test_what_lies_outside_of_the_dates_that_were_asked_for_has_not_vanished(
    tmp_path: Path,
) -> None:
    where = place(tmp_path)
    early = record(500, "Of January.", publicationDate="2024-01-01")
    kept(from_database(early, *records()), where)
    wanted = Wanted(first="2024-02-01")
    late = replace(TERMS, first="2024-02-01")
    report = keep(from_database(early, *records(), wanted=wanted), where, late, lambda words: None)
    assert counts(report) == {"kept": 1, "unchanged": 4}


@pytest.mark.usefixtures("unchecked")
def test_the_database_finds_by_text_what_a_table_brought_and_from_then_on_by_identifier(
    tmp_path: Path,
) -> None:
    where = place(tmp_path)
    kept(from_table(TABLE), where)
    first = kept(from_database(*records()), where)
    assert only(first).found_by() == {"identifier": 0, "hash": 4, "similarity": 0}
    anew = [record(501, "Wholly other words."), *records()[1:]]
    second = kept(from_database(*anew), where)
    assert only(second).found_by() == {"identifier": 4, "hash": 0, "similarity": 0}
    assert [entry.key for entry in only(second).of("revised")] == [f"{LAMPS}-1"]


@pytest.mark.usefixtures("unchecked")
def test_another_document_in_the_place_of_an_edition_is_refused(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_table(TABLE), where)
    before = files(where)
    with pytest.raises(InputError, match="Nothing of what is there of ministry-of-lamps-2024"):
        kept(from_table([(LIGHTS, "A menu."), (LIGHTS, "A song.")]), where)
    assert files(where) == before


@pytest.mark.usefixtures("unchecked")
def test_its_texts_are_enough_to_tell_which_edition_it_is(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_table(TABLE), where)
    assert only(kept(from_table(TABLE[:3], "", ""), where)).edition == LAMPS
    with pytest.raises(InputError, match="can't be told from its texts"):
        kept(from_table([(LIGHTS, "A menu.")], "", ""), where)


def test_an_empty_edition_is_refused_with_what_could_not_be_placed(tmp_path: Path) -> None:
    where = place(tmp_path)
    with pytest.raises(SourceError, match="No question could be taken"):
        kept(from_table([(LIGHTS, " "), (HARBOUR, "")]), where)
    assert not where.home.exists()


# What is not kept


def test_a_dry_run_tells_all_and_writes_nothing(tmp_path: Path) -> None:
    where = place(tmp_path)
    report = kept(from_table(TABLE), where, dry_run=True)
    assert (counts(report), report.written) == ({"new": 4}, False)
    assert not where.home.exists()


def test_what_would_not_build_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = place(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(trial, "build", lambda *given: None)
        kept(from_table(TABLE), where)
    before = files(where)

    def refused(sources: Sources, *rest: Any) -> None:
        assert REVISED.encode() in sources.read(f"editions/{LAMPS}/questions.csv")
        raise ViolationsFound("It breaks a rule.")

    monkeypatch.setattr(trial, "build", refused)
    with pytest.raises(ViolationsFound):
        kept(from_table([(HARBOUR, REVISED), *TABLE[1:]]), where)
    assert files(where) == before


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    ("name", "before", "after", "words"),
    [
        (
            "questions.csv",
            b"dusk",
            b"dawn",
            "questions.csv:2: Column sha256 is not that of the text",
        ),
        ("questions.csv", b",current", b",gone", "questions.csv:2: Column status holds 'gone'"),
        ("themes.csv", b"1,,1,", b"7,,1,", "questions.csv:2: There is no theme '1'"),
        ("edition.toml", b'"csv"', b'"pdf"', "edition.toml:11: 'kind' is 'pdf'"),
        ("edition.toml", b"2026-11-23", b"today", "'retrieved' is 'today'"),
        ("edition.toml", b"lamps-2024", b"bells-2024", "expected: 'ministry-of-lamps-2024'"),
    ],
)
def test_a_damaged_file_of_an_edition_stops_a_build_with_file_and_line(
    tmp_path: Path, name: str, before: bytes, after: bytes, words: str
) -> None:
    where = place(tmp_path)
    kept(from_table(TABLE), where)
    file = where.root / LAMPS / name
    file.write_bytes(file.read_bytes().replace(before, after, 1))
    with pytest.raises(SourceError) as caught:
        tables.read(where.sources())
    assert words in caught.value.detail
    assert f"editions/{LAMPS}/" in caught.value.detail


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file", encoding="utf-8")
    with pytest.raises(EnvironmentFault) as caught:
        kept(from_table(TABLE), place(tmp_path))
    assert caught.value.exit_code == 3


WRITER = """
import sys
from pathlib import Path
from met_ari.crossref.imports import switch
root = Path(sys.argv[1])
with switch.alone(root):
    print("go", flush=True)
    for number in range(10**9):
        data = str(number).encode() * 1000
        switch.put(root / "lamps-2024", {f"{n}.csv": data for n in range(4)})
"""


@contextmanager
def writing(code: str, root: Path) -> Iterator[None]:
    """A process that writes an edition again and again, and is killed at the end of the block."""
    with subprocess.Popen(
        [sys.executable, "-c", code, str(root)], stdout=subprocess.PIPE
    ) as writer:
        try:
            assert writer.stdout
            assert writer.stdout.readline() == b"go\n"
            yield
        finally:
            writer.kill()


IN_TWO_STEPS = WRITER.replace("root =", "switch._exchange = lambda one, other: False\nroot =")


@pytest.mark.parametrize("code", [WRITER, IN_TWO_STEPS], ids=["at once", "in two steps"])
def test_a_killed_import_leaves_the_old_edition_or_the_new_one(tmp_path: Path, code: str) -> None:
    root = tmp_path / "editions"
    for number in range(8):
        with writing(code, root):
            time.sleep(0.05 + 0.013 * number)
        with switch.alone(root):
            assert [path.name for path in root.iterdir()] == ["lamps-2024"]
        found = Overlay.of(tmp_path).files
        assert len(found) == 4
        assert len(set(found.values())) == 1


def test_a_reader_beside_an_import_sees_one_state_of_an_edition(tmp_path: Path) -> None:
    seen = set()
    with writing(WRITER, tmp_path / "editions"):
        until = time.monotonic() + 1
        while time.monotonic() < until:
            found = set(Overlay.of(tmp_path).files.values())
            assert len(found) <= 1
            seen |= found
    assert len(seen) > 2


@pytest.mark.usefixtures("unchecked")
def test_two_imports_at_once_wait_for_each_other(tmp_path: Path) -> None:
    where = place(tmp_path)
    other = threading.Thread(target=kept, args=(from_table(TABLE), where))
    with switch.alone(where.root):
        other.start()
        time.sleep(0.3)
        assert files(where) == {}
    other.join()
    assert len(cells(where, f"{LAMPS}/questions.csv")) == 4


# A checkout


@pytest.mark.usefixtures("unchecked")
def test_an_import_can_write_into_a_checkout_of_the_data(tmp_path: Path, data_copy: Path) -> None:
    where = place(tmp_path, data_copy)
    kept(from_table(TABLE), where)
    assert (data_copy / LAMPS / "questions.csv").exists()
    assert not where.home.exists()
    assert LAMPS in {e.edition.key for e in tables.read(Sources.at(data_copy)).imported}
    assert counts(kept(from_table(TABLE), where)) == {"unchanged": 4}


# Editions that the project describes


def test_the_edition_that_is_published_from_its_document_is_compared_and_left_alone(
    tmp_path: Path, sources: Sources
) -> None:
    where = place(tmp_path)
    met = [item for item in questions(tables.read(sources)).values() if item.edition == "met-2019"]
    items = [
        record(n, q.text, department="Metropolitan Police", publicationDate="2019-01-01")
        for n, q in enumerate(met, start=1)
    ]
    report = kept(from_database(*items), where)
    assert (only(report).edition, only(report).state) == ("met-2019", "published")
    assert counts(report) == {"unchanged": 53}
    assert not (where.root / "met-2019").exists()


def home_office(again: Callable[[str], str] = lambda text: text) -> list[tuple[str, str]]:
    with REAL.open(encoding="utf-8", newline="") as file:
        return [(row["group"], again(row["statement"])) for row in csv.DictReader(file)]


@with_the_real_text
def test_the_real_home_office_table_comes_through_whole_by_its_digests(tmp_path: Path) -> None:
    done = ari("import", "csv", str(REAL), "--format", "json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    (edition,) = report["editions"]
    assert edition["edition"] == "home-office-2019"
    assert (edition["texts"], edition["counts"]["unchanged"]) == (86, 86)
    assert edition["foundBy"] == {"identifier": 0, "hash": 86, "similarity": 0}
    assert (report["unplaced"], report["reopened"]) == ([], [])
    built = ari("build", home=tmp_path)
    assert built.returncode == 0, built.stderr


@with_the_real_text
@pytest.mark.usefixtures("unchecked")
def test_the_official_text_stands_beside_our_label_with_its_own_source(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_table(home_office(), "Home Office", "2019"), where)
    graph, question = graph_of(where, "home-office-2019"), thing("question", "home-office-2019-86")
    text = Literal("Developing non-animal technologies.", lang="en")
    assert list(graph.objects(question, ARI.statementText)) == [text]
    assert (question, ARI.labelIsSummary, Literal(True)) in graph
    assert (question, ARI.formerStatementSha256, None) not in graph
    itself, source = NAMES.graph("home-office-2019"), thing("source", "home-office-2019-import")
    assert (itself, PROV.wasDerivedFrom, source) in graph
    assert (itself, DCTERMS.license, CC_BY) in graph
    assert (source, DCTERMS.license, OGL) in graph


@with_the_real_text
@pytest.mark.usefixtures("unchecked")
def test_the_home_office_keeps_its_numbers_whichever_source_it_is_read_from(
    tmp_path: Path,
) -> None:
    where = place(tmp_path)
    body = "".join(f"<h2>{g}</h2><ul><li>{t}</li></ul>" for g, t in home_office())
    item = publication() | {"public_updated_at": "2019-06-03T00:00:00Z"}
    item["links"] = {"organisations": [{"title": "Home Office"}]}
    dated = {"department": "Home Office", "publicationDate": "2019-03-01 00:00:00"}
    numbered = enumerate(home_office(), start=17235)
    others = [record(9, "Of lamps.")]
    for harvest in (
        from_database(
            *[record(n, text, group, **dated) for n, (group, text) in numbered],
            *others,
            wanted=Wanted(("home-office",)),
        ),
        govuk.harvest(
            Document("p.json", encoded(item)),
            lambda url: Document(url, encoded(attachment(body))),
            Reading(),
        ),
        from_table(home_office(), "home-office", "2019"),
    ):
        report = kept(harvest, where)
        assert only(report).edition == "home-office-2019"
        assert counts(report) == {"unchanged": 86}
    assert [row["number"] for row in cells(where, "home-office-2019/texts.csv")] == [
        str(number) for number in range(1, 87)
    ]


@with_the_real_text
def test_a_statement_that_is_new_in_a_described_edition_gets_the_next_number(
    tmp_path: Path,
) -> None:
    where = place(tmp_path)
    items = [*home_office(), ("Public Safety", "Whether lamps deter."), ("Lamps", "Of oil.")]
    report = kept(from_table(items, "Home Office", "2019"), where)
    assert [entry.key for entry in only(report).of("new")] == [
        "home-office-2019-87",
        "home-office-2019-88",
    ]
    graph, question = graph_of(where, "home-office-2019"), thing("question", "home-office-2019-87")
    assert (question, ARI.underTheme, thing("theme", "home-office-2019-1")) in graph
    oil = thing("theme", "home-office-2019-5")
    assert (thing("question", "home-office-2019-88"), ARI.underTheme, oil) in graph
    edition = thing("ari", "home-office-2019")
    assert (edition, ARI.editedEdition, Literal(False)) in graph


# Links


def decision(subject: str, target: str, edition: str, **other: Any) -> MappingRecord:
    values = {
        "number": 1,
        "subject": subject,
        "subject_label": "A Met question",
        "predicate": "relatedMatch" if target else "mappingRelation",
        "negated": False,
        "object": target,
        "object_label": "A question about lamps" if target else "",
        "edition": edition,
        "justification": "UnspecifiedMatching",
        "author": PROJECT_AGENT,
        "reviewer": replace(PROJECT_AGENT, label=""),
        "date": "2026-11-23",
        "confidence": 0.7,
        "comment": "Both ask about light.",
        "status": "proposed",
        "tag": "",
        "subject_sha256": "",
        "object_sha256": "",
        "origin": Origin("", 0),
    }
    return MappingRecord(**{**values, **other})


@pytest.fixture
def linked(tmp_path: Path, unchecked: None) -> Place:
    """An imported edition with decisions about its first two questions, and a gap."""
    where = place(tmp_path)
    kept(from_table(TABLE), where)
    known = Journal(where.home).state().questions
    first, second = known[f"{LAMPS}-1"], known[f"{LAMPS}-2"]
    met = known["met-2019-1-1"]
    seen = {"subject_sha256": met.sha256}
    with Journal(where.home).writing() as session:
        session.add(
            [
                decision(met.key, first.key, LAMPS, object_sha256=first.sha256, **seen),
                decision(
                    met.key,
                    second.key,
                    LAMPS,
                    object_sha256=second.sha256,
                    status="rejected",
                    negated=True,
                    **seen,
                ),
                decision("met-2019-1-2", "", LAMPS, subject_sha256=known["met-2019-1-2"].sha256),
            ]
        )
    return where


def newest(where: Place) -> dict[str, MappingRecord]:
    pairs = Journal(where.home).state().pairs
    return {key: pair.newest for key, pair in pairs.items() if LAMPS in key}


def test_a_changed_text_reopens_just_the_links_on_it(linked: Place) -> None:
    before = newest(linked)
    report = kept(from_table([(HARBOUR, REVISED), *TABLE[1:]]), linked)
    key = f"met-2019-1-1--{LAMPS}-1"
    assert [item.key for item in report.reopened] == [f"{key}.2"]
    after = newest(linked)
    assert after[key].status == "proposed"
    assert after[key].comment == (
        f"Re-opened: the text of {LAMPS}-1 changed on import. Both ask about light."
    )
    assert {k: v for k, v in after.items() if k != key} == {
        k: v for k, v in before.items() if k != key
    }


def test_a_rejection_that_is_reopened_stays_one(linked: Place) -> None:
    changed = TEXTS[1].replace("ice", "thick ice")
    kept(from_table([TABLE[0], (HARBOUR, changed), *TABLE[2:]]), linked)
    found = newest(linked)[f"met-2019-1-1--{LAMPS}-2"]
    assert (found.number, found.status, found.negated) == (2, "proposed", True)


def test_a_dry_run_names_the_links_and_leaves_them(linked: Place) -> None:
    before = files(linked)
    harvest = from_table([(HARBOUR, REVISED), *TABLE[1:]])
    report = kept(harvest, linked, dry_run=True)
    assert len(report.reopened) == 1
    assert files(linked) == before


def test_an_import_completes_what_one_that_was_killed_had_left(
    linked: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    harvest = from_table([(HARBOUR, REVISED), *TABLE[1:]])

    def killed(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "reopen", killed)
        with pytest.raises(KeyboardInterrupt):
            kept(harvest, linked)
    assert newest(linked)[f"met-2019-1-1--{LAMPS}-1"].number == 1
    assert len(kept(harvest, linked).reopened) == 1
    assert kept(harvest, linked).reopened == ()


# The command


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    path = tmp_path / "lamps.csv"
    path.write_bytes(table([*rows(TABLE), (LIGHTS, "")]))
    return path


SAID = ("--publisher", "Ministry of Lamps", "--year", "2024", "--date", "2026-11-23")


def test_the_command_reports_on_standard_output_and_the_next_build_takes_it_up(
    tmp_path: Path, lamps: Path
) -> None:
    done = ari("import", "csv", str(lamps), *SAID, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"{LAMPS}: Ministry of Lamps Areas of Research Interest 2024",
        "  4 official texts, 4 for the first time",
        "  4 new",
        "  Written.",
        "could not be placed: 1",
        "    line 6: It has no text.",
        "Columns read as text: Statement, theme: Theme.",
    ]
    assert "Checking what comes of it by a build." in done.stderr
    asked = ari("query", "editions", "--format", "csv", home=tmp_path)
    assert "Ministry of Lamps Areas of Research Interest 2024" in asked.stdout


def test_the_report_as_json_has_every_entry(tmp_path: Path, lamps: Path) -> None:
    done = ari(
        "import",
        "csv",
        str(lamps),
        *SAID,
        "--dry-run",
        "--quiet",
        "--format",
        "json",
        home=tmp_path,
    )
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert [entry["key"] for entry in report["editions"][0]["new"]] == [
        f"{LAMPS}-{number}" for number in range(1, 5)
    ]
    assert report["unplaced"][0]["place"] == "line 6"
    assert report["written"] is False
    assert [path.name for path in tmp_path.iterdir()] == ["lamps.csv"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("csv", "nowhere.csv"), "There is no file nowhere.csv."),
        (("csv", "LAMPS"), "--publisher"),
        (("csv", "LAMPS", "--column", "text"), "FIELD=NAME is needed"),
        (("csv", "LAMPS", "--date", "soon"), "a day such as"),
        (("csv", "LAMPS", "--similarity", "1.7"), "1.7"),
        (("csv", "LAMPS", "--licence", "OGL"), "web address of a licence"),
        (("csv", "LAMPS", "--publisher", "…", "--year", "2024"), "makes no key of an edition"),
        (("csv", "LAMPS", "--publisher", "X", "--year", "24"), "makes no key of an edition"),
        (("govuk", "LAMPS"), "can't be read"),
        (("govuk", "LAMPS", "--levels", "h2,h9"), "each of them once, out of: h1"),
        (("ari-database", "LAMPS"), "can't be read"),
        (("csv", "LAMPS", "--data", "nowhere", *SAID), "There is no such folder."),
    ],
)
def test_what_cannot_be_imported_is_told_and_leaves_nothing(
    tmp_path: Path, lamps: Path, words: tuple[str, ...], told: str
) -> None:
    given = [str(lamps) if word == "LAMPS" else word for word in words]
    done = ari("import", *given, home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert not [path for path in (tmp_path / "home").rglob("*") if path.is_file()]


@pytest.fixture
def api_address() -> Iterator[str]:
    with serving() as api:
        yield api.on("/api/questions", Reply(encoded(page(records()))))


def test_the_database_is_imported_over_the_web_by_the_command(
    tmp_path: Path, api_address: str
) -> None:
    words = ("--department", "ministry-of-lamps", "--from", "2024-01-01")
    done = ari("import", "ari-database", api_address, *words, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "page 1 of 1: 4 records" in done.stderr
    assert "  4 new" in done.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["editions"]


def test_nothing_in_a_source_steers_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "lamps.json"
    path.write_text(json.dumps(page([*records(), record(9, "a\x1b[2Jb\ud800")])), encoding="utf-8")
    for words in ((), ("--format", "json")):
        done = ari("import", "ari-database", str(path), "--dry-run", *words, home=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "U+001B" in done.stdout
        assert "\x1b" not in done.stdout


def test_a_page_for_people_in_place_of_the_database_is_told(tmp_path: Path, lamps: Path) -> None:
    lamps.write_bytes(b"<!DOCTYPE html><title>Sign in</title>")
    done = ari("import", "ari-database", str(lamps), home=tmp_path)
    assert done.returncode == 2
    assert "It is an HTML page (“Sign in”); expected: JSON." in done.stderr


def blocks(language: str) -> list[str]:
    """The code blocks of the recipe in one language."""
    text = (Path(__file__).parents[1] / "docs/recipes/importing.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_recipe_prints_what_it_shows(tmp_path: Path) -> None:
    command = shlex.split(blocks("sh")[0])
    for given, shown in zip(blocks("csv"), blocks("text"), strict=True):
        (tmp_path / "lamps.csv").write_text(given, encoding="utf-8")
        words = [word.replace("lamps.csv", str(tmp_path / "lamps.csv")) for word in command]
        done = ari(*words[1:], home=tmp_path)
        assert (done.returncode, done.stdout) == (0, shown), done.stderr


@pytest.mark.usefixtures("unchecked")
def test_background_and_expiry_stand_beside_the_question(tmp_path: Path) -> None:
    where = place(tmp_path)
    more = {"backgroundInformation": "Since 2019.", "expiryDate": "2025-01-01 00:00:00"}
    report = kept(from_database(record(501, TEXTS[0], **more), *records()[1:]), where)
    told = "1 questions expired before 2026-11-23 and are not archived: 501."
    assert told in report.notices
    graph, question = graph_of(where, LAMPS), thing("question", f"{LAMPS}-501")
    assert graph.value(question, SKOS.scopeNote) == Literal("Since 2019.", lang="en")
    assert "2025-01-01" in str(graph.value(question, SKOS.editorialNote))


# More than one edition


def of_2020(number: int, text: str, **other: Any) -> dict[str, Any]:
    return record(number, text, **{"publicationDate": "2020-05-01 00:00:00", **other})


@pytest.mark.usefixtures("unchecked")
def test_a_question_with_another_year_is_marked_where_it_was_and_points_to_where_it_is(
    tmp_path: Path,
) -> None:
    where = place(tmp_path)
    kept(from_database(*records()), where)
    moved = of_2020(501, TEXTS[0])
    report = kept(from_database(moved, *records()[1:]), where)
    old, new = (next(o for o in report.editions if o.edition.endswith(y)) for y in ("2024", "2020"))
    (entry,) = old.of("vanished")
    assert (entry.key, entry.detail) == (
        f"{LAMPS}-501",
        "The source has it as ministry-of-lamps-2020-501 now.",
    )
    assert [item.key for item in new.of("new")] == ["ministry-of-lamps-2020-501"]
    was, now = (thing("question", f"ministry-of-lamps-{year}-501") for year in (2024, 2020))
    graph = graph_of(where, LAMPS)
    assert graph.value(was, DCTERMS.isReplacedBy) == now
    assert graph.value(was, ARI.questionStatus) == Literal("vanished")
    again = kept(from_database(moved, *records()[1:]), where)
    assert not any(list(outcome.of("vanished")) for outcome in again.editions)
    assert graph_of(where, LAMPS).value(was, DCTERMS.isReplacedBy) == now
    back = kept(from_database(*records()), where)
    assert [item.key for item in back.editions[0].of("returned")] == [f"{LAMPS}-501"]
    assert graph_of(where, LAMPS).value(was, DCTERMS.isReplacedBy) is None


@pytest.mark.usefixtures("unchecked")
def test_an_edition_that_a_complete_source_lacks_has_vanished(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_database(*records()), where)
    other = record(9, "Of bells.", department="Board of Bells")
    report = kept(from_database(other), where)
    assert [outcome.edition for outcome in report.editions] == ["board-of-bells-2024"]
    report = kept(from_database(of_2020(9, "Of another year.")), where)
    gone = next(outcome for outcome in report.editions if outcome.edition == LAMPS)
    assert gone.counts()["vanished"] == 4
    assert {row["status"] for row in cells(where, f"{LAMPS}/questions.csv")} == {"vanished"}


@pytest.mark.usefixtures("unchecked")
def test_what_was_not_asked_for_has_not_vanished(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_database(*records()), where)
    wanted = Wanted(year="2020")
    terms = replace(TERMS, year="2020")
    found = from_database(of_2020(501, TEXTS[0]), of_2020(9, "New."), wanted=wanted)
    report = keep(found, where, terms, lambda words: None)
    old = next(outcome for outcome in report.editions if outcome.edition == LAMPS)
    assert [item.key for item in old.of("vanished")] == [f"{LAMPS}-501"]
    assert {item.detail for item in old.of("kept")} == {"Its edition was not asked for."}


STRANGE, STRANGER = of_2020(1, "Why bells ring at noon."), of_2020(2, "Who feeds the horses.")
"""Records of 2020 that have nothing in common."""


@pytest.mark.usefixtures("unchecked")
def test_an_edition_that_is_another_document_is_refused_and_the_others_are_kept(
    tmp_path: Path,
) -> None:
    where = place(tmp_path)
    kept(from_database(STRANGE), where)
    before = files(where)
    with pytest.raises(InputError, match="Nothing of what is there"):
        kept(from_database(STRANGER), where)
    report = kept(from_database(STRANGER, *records()), where)
    (refused,) = report.refused
    assert refused.edition == "ministry-of-lamps-2020"
    assert "Nothing of what is there" in refused.reason
    assert [outcome.edition for outcome in report.editions] == [LAMPS]
    after = files(where)
    assert {name: after[name] for name in before} == before
    assert "refused, and nothing of it kept: 1" in report.text()
    assert json.loads(report.json())["refused"][0]["edition"] == "ministry-of-lamps-2020"


def test_an_edition_that_breaks_a_rule_is_refused_and_the_others_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, builds = place(tmp_path), []

    def built(sources: Sources, *rest: Any) -> None:
        builds.append(sources.editions())
        file = "editions/ministry-of-lamps-2020/questions.csv"
        if "ministry-of-lamps-2020" in sources.editions():
            told = {"file": file, "severity": "violation", "message": "It breaks a rule."}
            raise ViolationsFound("The build stops.", extra={"findings": [told]})

    monkeypatch.setattr(trial, "build", built)
    report = kept(from_database(STRANGE, *records()), where)
    assert len(builds) == 2
    assert [(item.edition, "It breaks a rule." in item.reason) for item in report.refused] == [
        ("ministry-of-lamps-2020", True)
    ]
    assert {name.split("/")[1] for name in files(where)} == {LAMPS}
    with pytest.raises(ViolationsFound):
        kept(from_database(STRANGE), place(tmp_path / "alone"))


@pytest.mark.usefixtures("unchecked")
def test_no_question_goes_to_an_edition_that_is_refused(tmp_path: Path) -> None:
    where = place(tmp_path)
    kept(from_database(*records()), where)
    kept(from_database(STRANGE), where)
    before = files(where)
    report = kept(from_database(of_2020(501, TEXTS[0]), *records()[1:]), where)
    assert [item.edition for item in report.refused] == ["ministry-of-lamps-2020", LAMPS]
    assert (report.editions, report.written) == ((), False)
    assert files(where) == before


def test_the_command_says_by_its_exit_code_that_an_edition_was_refused(tmp_path: Path) -> None:
    path = tmp_path / "lamps.json"
    for items, code in (((STRANGE,), 0), ((STRANGER, *records()), 1)):
        path.write_text(json.dumps(page(items)), encoding="utf-8")
        done = ari("import", "ari-database", str(path), home=tmp_path)
        assert done.returncode == code, done.stderr
    assert "ministry-of-lamps-2020: Nothing of what is there" in done.stdout
    assert "  4 new" in done.stdout
