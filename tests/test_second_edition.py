"""A fictional second edition: read, related to the first, released after it, told and proved."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pyoxigraph as ox
import pytest
from rdflib.namespace import DCTERMS, PROV

from met_ari.build import folder, tables
from met_ari.build.overlay import Overlay
from met_ari.build.pipeline import BuildResult, build
from met_ari.build.revision_table import COLUMNS
from met_ari.build.sources import Sources
from met_ari.config import Settings
from met_ari.crossref import continuing, corpus
from met_ari.engine.embedded import open_engine
from met_ari.errors import InputError, SourceError, UnknownName
from met_ari.protocol.service import Service
from met_ari.publish import answers, layout
from met_ari.publish.asked import Asked
from met_ari.publish.dataset import Dataset
from met_ari.publish.diff.as_json import from_json
from met_ari.publish.diff.changes import Change, Changes
from met_ari.publish.diff.patch import applied, prove
from met_ari.publish.release import release
from met_ari.vocab import Names
from tests import needs
from tests.editions import FICTION, KEY, laid_over
from tests.exchange import Site
from tests.live import running

NAMES = Names()
ROWS = (FICTION / "revisions.csv").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with release 1.0.0 of the real data, and 2.0.0 with the fictional edition in it."""
    place = tmp_path_factory.mktemp("second")
    target = layout.release_folder(place / "home", "1.0.0")
    shutil.copytree(released, target)
    return place / "home"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, sources: Sources) -> Path:
    """The real data with the fictional edition."""
    target = tmp_path_factory.mktemp("data") / "data"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "__init__.py")
    shutil.copytree(str(sources.data), target, ignore=ignored)
    return laid_over(target)


@pytest.fixture(scope="module")
def second(home: Path, data: Path) -> BuildResult:
    """The build with both editions."""
    return build(Sources.at(data), home)


@pytest.fixture(scope="module")
def published(home: Path, data: Path, second: BuildResult) -> Path:
    """Release 2.0.0, which follows 1.0.0."""
    return release(second.folder, Sources.at(data), home, "2.0.0", previous="1.0.0")


@pytest.fixture(scope="module")
def changes(published: Path) -> Changes:
    """What the release says has changed."""
    return from_json((published / layout.DIFF).read_bytes())


def of_release(place: Path) -> Dataset:
    return Dataset((place / layout.DATASET).read_bytes())


def triples(dataset: Dataset, graph: str) -> set[str]:
    return {str(triple) for triple in dataset.graphs[str(NAMES.graph(graph))]}


def told(changes: Changes, what: str, kind: str = "question") -> dict[str, Change]:
    return {c.key: c for c in changes.changes if (c.kind, c.what) == (kind, what)}


# Reading


def test_the_fiction_says_what_it_is():
    for file in FICTION.iterdir():
        if file.suffix in (".md", ".toml", ".txt"):
            assert "fiction" in file.read_text(encoding="utf-8").lower()[:200], file.name
    assert not list(Path(str(Sources.of_package().data)).rglob(f"*{KEY}*"))


def test_the_edition_is_read_with_a_place_for_every_text(second: BuildResult):
    dataset = Dataset((second.folder / folder.DATASET).read_bytes())
    found = triples(dataset, KEY)
    for kind, count in (("ResearchQuestion", 15), ("OperationalPriority", 1)):
        assert sum(f"def#{kind}>" in triple and "#type>" in triple for triple in found) == count
    quotes = {t.split(" ")[0] for t in found if "TextQuoteSelector" in t}
    assert len(quotes) == 15 + 2 * 4


def test_the_first_edition_stays_as_it_was(home: Path, second: BuildResult):
    before = folder.read_manifest(layout.release_folder(home, "1.0.0"))
    assert before is not None
    for name in ("met-2019", "home-office-2019", "mappings"):
        assert second.manifest["graphs"][name] == before["graphs"][name]


# What it continues


def test_every_row_of_the_table_is_a_statement(second: BuildResult):
    dataset = Dataset((second.folder / folder.DATASET).read_bytes())
    found = triples(dataset, "revisions")
    for row in ROWS.splitlines()[1:]:
        later, earlier, how = row.split(",")
        link = DCTERMS.replaces if how == "replaces" else PROV.wasRevisionOf
        ends = [NAMES.thing(*place.split("/")) for place in (later, earlier)]
        assert f"<{ends[0]}> <{link}> <{ends[1]}>" in found


def test_the_closure_leads_from_the_earlier_to_the_later_edition(second: BuildResult):
    dataset = Dataset((second.folder / folder.DATASET).read_bytes())
    later, earlier = NAMES.thing("ari", KEY), NAMES.thing("ari", "met-2019")
    expected = f"<{earlier}> <{DCTERMS.isReplacedBy}> <{later}>"
    assert expected in triples(dataset, "inferred")


def test_the_graph_of_revisions_says_that_no_person_has_reviewed_it(second: BuildResult):
    dataset = Dataset((second.folder / folder.DATASET).read_bytes())
    assert any("reviewedByPerson" in triple for triple in triples(dataset, "revisions"))


def test_without_a_table_there_is_no_such_graph(built: BuildResult):
    assert "revisions" not in built.manifest["graphs"]


WRONG = {
    "another column": ("later,earlier,how", "later,earlier,why", "expected: 'later,earlier,how'"),
    "no such question": ("met-2019-5-6,", "met-2019-5-66,", "no question 'met-2019-5-66'. Is it"),
    "no such edition": ("ari/met-2019,", "ari/met-2018,", "no edition with questions 'met-2018'"),
    "no kind": ("question/met-2099-3-3", "met-2099-3-3", "expected: a kind and a key such as"),
    "another kind": (
        "question/met-2099-3-3,question/met-2019-5-6",
        "question/met-2099-3-3,priority/met-2019-5",
        "can't continue 'priority/met-2019-5', which is of another kind",
    ),
    "an unknown way": ("5-6,reworded", "5-6,renamed", "Column how holds 'renamed'; expected: same"),
    "two ways that exclude each other": ("5-6,reworded", "5-6,same|moved", "expected: same"),
    "the same, said of other words": ("5-6,reworded", "5-6,same", "show 'reworded'"),
    "reworded, said of the same words": ("1-1,same", "1-1,reworded", "show 'same'"),
    "a move that is not told": ("6-7,reworded|moved", "6-7,reworded", "show 'reworded|moved'"),
    "a move that is none": ("1-1,same", "1-1,moved", "show 'same'"),
    "an edition that is not replaced": (
        "ari/met-2099,ari/met-2019,replaces\n",
        "",
        "expected a row: ari/met-2099,ari/met-2019,replaces",
    ),
    "an edition that replaces itself": (
        "ari/met-2099,ari/met-2019",
        "ari/met-2099,ari/met-2099",
        "can't replace itself",
    ),
    "a row twice": (
        "question/met-2099-3-3,question/met-2019-5-6,reworded\n",
        "question/met-2099-3-3,question/met-2019-5-6,reworded\n" * 2,
        "stand twice (first: line 18)",
    ),
    "a row of the same edition": (
        "question/met-2099-3-2,question/met-2019-5-4,same",
        "question/met-2099-3-2,question/met-2099-3-1,reworded",
        "Nothing says that 'met-2099' replaces 'met-2099'",
    ),
}


@pytest.mark.parametrize("fault", WRONG, ids=str)
def test_a_wrong_row_is_refused_with_its_line(data_copy: Path, fault: str):
    before, after, words = WRONG[fault]
    laid_over(data_copy)
    assert ROWS.count(before) == 1
    (data_copy / "revisions.csv").write_text(ROWS.replace(before, after), encoding="utf-8")
    with pytest.raises(SourceError) as refused:
        tables.read(Sources.at(data_copy))
    assert words in refused.value.detail
    assert all(fault["file"] == "revisions.csv" for fault in refused.value.extra["faults"])
    assert refused.value.extra["line"] >= 1


def test_a_table_in_the_home_folder_is_read_too(data_copy: Path):
    laid_over(data_copy, revisions=False)
    overlay = Overlay({"decisions/revisions.csv": ROWS.encode()})
    records = tables.read(Sources.at(data_copy).under(overlay))
    assert len(records.revisions) == len(ROWS.splitlines()) - 1


# Proposals


@pytest.fixture(scope="module")
def found(second: BuildResult) -> Iterator[corpus.Corpus]:
    settings = Settings()
    with open_engine(second.folder / folder.DATASET, second.hash, settings, workers=1) as engine:
        yield corpus.read(Service(settings, engine))


def test_what_is_proposed_is_the_table_but_for_the_merged_question(found: corpus.Corpus):
    proposed = continuing.table(KEY, "met-2019", continuing.propose(found, KEY, "met-2019"))
    assert proposed.splitlines()[0] == ",".join(COLUMNS)
    merged = "question/met-2099-1-5,question/met-2019-1-7,reworded"
    assert proposed.splitlines() == [row for row in ROWS.splitlines() if row != merged]


def test_a_proposal_between_strangers_is_short(found: corpus.Corpus):
    assert len(continuing.propose(found, KEY, "home-office-2019")) <= 2


def test_editions_that_can_not_be_compared_are_refused(found: corpus.Corpus):
    with pytest.raises(UnknownName, match="met-2098"):
        continuing.propose(found, "met-2098", "met-2019")
    with pytest.raises(InputError, match="can't replace itself"):
        continuing.propose(found, KEY, KEY)


# The second release


def test_the_patch_of_the_release_leads_from_the_first_to_the_second(home: Path, published: Path):
    old, new = of_release(layout.release_folder(home, "1.0.0")), of_release(published)
    text = (published / layout.PATCH).read_bytes()
    prove(old, text, new)
    assert applied(old, text).hash == new.hash != old.hash


def test_new_and_dropped_questions_are_told(changes: Changes):
    assert set(told(changes, "added")) == {"met-2099-1-6", "met-2099-4-1", "met-2099-4-2"}
    dropped = told(changes, "dropped")
    continued = {row.split(",")[1] for row in ROWS.splitlines() if row.startswith("question/")}
    assert len(dropped) == 53 - len(continued)
    assert (
        dropped["met-2019-2-6"].before
        == "Improving the flow of community intelligence to the police"
    )
    assert "met-2099" in dropped["met-2019-2-6"].reason


def test_reworded_questions_are_told_before_and_after(changes: Changes):
    reworded = told(changes, "reworded")
    assert set(reworded) == {f"met-2099-{n}" for n in ("1-2", "1-3", "1-5", "2-2", "2-3", "3-3")}
    change = reworded["met-2099-2-3"]
    assert change.earlier == ("met-2019-6-7",)
    assert change.before == "Increasing the use of analytics within policing"
    assert change.after == "Increasing the use of analytics and simulation within policing"


def test_a_question_made_of_two_names_both(changes: Changes):
    assert told(changes, "reworded")["met-2099-1-5"].earlier == ("met-2019-1-6", "met-2019-1-7")


def test_moved_questions_are_told_by_their_priorities(changes: Changes):
    moved = told(changes, "moved")
    assert set(moved) == {"met-2099-1-4", "met-2099-2-3"}
    assert moved["met-2099-1-4"].before.startswith("Achieve the best outcomes")
    assert moved["met-2099-1-4"].after == "Focus on what matters most to Londoners"


def test_questions_that_were_taken_over_are_told(changes: Changes):
    assert set(told(changes, "kept")) == {
        f"met-2099-{n}" for n in ("1-1", "2-1", "2-4", "3-1", "3-2")
    }


def test_priorities_are_told_too(changes: Changes):
    assert set(told(changes, "added", "priority")) == {"met-2099-4"}
    assert set(told(changes, "relabelled", "priority")) == {"met-2099-2"}
    assert set(told(changes, "dropped", "priority")) == {f"met-2019-{n}" for n in (2, 3, 6, 7)}
    assert set(told(changes, "kept", "priority")) == {"met-2099-3"}


def test_nothing_of_the_earlier_edition_is_told_as_changed(changes: Changes):
    assert {c.what for c in changes.changes if c.key.startswith("met-2019")} == {"dropped"}


def test_the_notes_tell_the_changes_in_words(published: Path):
    notes = (published / layout.NOTES).read_text(encoding="utf-8")
    assert "Follows 1.0.0." in notes
    assert "## What changed from 1.0.0 to 2.0.0" in notes
    assert "Increasing the use of analytics **and simulation** within policing" in notes


def test_the_first_release_has_neither_patch_nor_changes(home: Path):
    place = layout.release_folder(home, "1.0.0")
    assert not (place / layout.PATCH).exists()
    assert not (place / layout.DIFF).exists()


def test_the_second_release_is_the_same_when_it_is_made_again(
    published: Path, data: Path, second: BuildResult, tmp_path: Path
):
    shutil.copytree(published.parent / "1.0.0", layout.release_folder(tmp_path, "1.0.0"))
    again = release(second.folder, Sources.at(data), tmp_path, "2.0.0", previous="1.0.0")
    for name in (layout.SUMS, layout.PATCH, layout.DIFF):
        assert (again / name).read_bytes() == (published / name).read_bytes(), name


def test_the_second_release_passes_verification(published: Path):
    command = [sys.executable, "-P", "-m", "met_ari.cli", "verify", "--quiet", str(published)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stdout + run.stderr


# The first release, after the second


def test_old_queries_answer_on_the_old_release_as_they_did(home: Path, published: Path):
    place = layout.release_folder(home, "1.0.0")
    asked = Asked(of_release(place), NAMES.base)
    queries = sorted((place / layout.QUERIES).iterdir())
    assert len(queries) > 50
    for query in queries:
        suffix, answer = answers.recorded(asked, query.read_text(encoding="utf-8"))
        kept = place / layout.ANSWERS / f"{query.stem}.{suffix}"
        assert answer == kept.read_bytes(), query.stem


def test_the_library_knows_which_edition_is_the_latest(home: Path, published: Path):
    found = {}
    for version in ("1.0.0", "2.0.0"):
        recorded = layout.release_folder(home, version) / layout.ANSWERS / "edition-history.json"
        rows = json.loads(recorded.read_bytes())["results"]["bindings"]
        found[version] = {r["edition"]["value"][-8:]: r["latest"]["value"] for r in rows}
    assert found["1.0.0"]["met-2019"] == "true"
    assert (found["2.0.0"]["met-2019"], found["2.0.0"]["met-2099"]) == ("false", "true")


def test_a_question_asked_of_both_releases_has_two_answers(home: Path, published: Path):
    text = "SELECT ?q WHERE { ?q a <https://w3id.org/ari/def#ResearchQuestion> }"
    counts = []
    for version in ("1.0.0", "2.0.0"):
        dataset = of_release(layout.release_folder(home, version))
        counts.append(len(Asked(dataset, NAMES.base).rows(text)[1]))
    assert counts == [139, 139 + 15]


def test_the_history_of_a_later_question_holds_the_earlier_words(published: Path):
    query = (published / layout.QUERIES / "question-history.rq").read_text(encoding="utf-8")
    asked = Asked(of_release(published), NAMES.base)
    _, rows = asked.rows(query.replace("met-2019-4-2>", "met-2099-2-3>"))
    assert [row[3] for row in rows] == [
        ox.Literal("Increasing the use of analytics and simulation within policing", language="en"),
        ox.Literal("Increasing the use of analytics within policing", language="en"),
    ]


def test_the_diff_of_the_release_counts_what_it_tells(published: Path):
    found = json.loads((published / layout.DIFF).read_bytes())
    counted = sum(n for whats in found["counts"].values() for n in whats.values())
    assert counted == len(found["changes"])


# Both releases, through the server


@pytest.fixture(scope="module")
def served(home: Path, published: Path, data: Path) -> Iterator[Site]:
    """The service over the home that has both."""
    with running("--data", str(data), ARI_HOME=str(home), ARI_PROCESSES="1") as address:
        yield Site(address)


QUESTIONS = """PREFIX ari: <https://w3id.org/ari/def#>
SELECT (COUNT(?question) AS ?questions) WHERE { ?question a ari:ResearchQuestion }"""
ROOT = Path(__file__).parent.parent
BLOCKS = ("sh", "text")
DOCUMENTED = "http://127.0.0.1:8000/"
LATEST = """PREFIX ari: <https://w3id.org/ari/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?edition WHERE {
  ?edition a ari:AreasOfResearchInterest .
  FILTER NOT EXISTS { ?edition dcterms:isReplacedBy ?later }
}"""


def of(path: str, **sent: str) -> str:
    return f"{path}?{urlencode(sent)}"


def test_the_list_has_both_releases(served: Site) -> None:
    found = served.get("/releases/?format=json").json["releases"]
    assert [each["version"] for each in found] == ["2.0.0", "1.0.0"]


def test_each_release_answers_an_old_query_from_its_own_data(served: Site) -> None:
    counts = {
        version: served.get(of("/sparql", query=QUESTIONS, release=version, format="csv")).text
        for version in ("1.0.0", "2.0.0")
    }
    assert counts == {"1.0.0": "questions\r\n139\r\n", "2.0.0": "questions\r\n154\r\n"}


def test_the_queries_that_came_with_the_first_release_answer_as_recorded(
    served: Site, home: Path
) -> None:
    place = layout.release_folder(home, "1.0.0")
    for name in (
        "questions-by-priority",
        "editions",
        "topics-shared",
        "every-question-has-a-topic",
    ):
        query = (place / layout.QUERIES / f"{name}.rq").read_text(encoding="utf-8")
        sent = of("/sparql", query=query, release="1.0.0", format="json")
        kept = json.loads((place / layout.ANSWERS / f"{name}.json").read_bytes())
        found = served.get(sent).json
        assert sorted_rows(found) == sorted_rows(kept), name


def sorted_rows(answer: dict[str, Any]) -> list[str]:
    rows = answer.get("results", {}).get("bindings", [answer.get("boolean")])
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


def test_a_stored_query_tells_the_history_that_each_release_knows(served: Site) -> None:
    found = {}
    for version in ("1.0.0", "2.0.0"):
        reply = served.get(of("/queries/edition-history", release=version, format="json"))
        found[version] = len(reply.json["results"]["bindings"])
    assert found["2.0.0"] == found["1.0.0"] + 1


def test_a_permalink_of_a_changed_answer_shows_the_difference(served: Site) -> None:
    answer = served.get(of("/sparql", query=LATEST, release="1.0.0", format="csv"))
    link = answer.headers["Link"].partition("<")[2].partition(">")[0]
    address = link.removeprefix(served.address.rstrip("/"))
    same = served.get(f"{address}&format=json").json
    assert (same["same"], same["intact"]) == (True, True)
    for against in ("2.0.0", "live"):
        changed = served.get(f"{address}&against={against}&format=json").json
        assert changed["same"] is False
        assert changed["went"]["rows"] == ["<https://w3id.org/ari/id/ari/met-2019>"]
        assert changed["came"]["rows"] == [f"<https://w3id.org/ari/id/ari/{KEY}>"]


def test_the_transcript_of_the_guide_is_what_curl_prints(served: Site, tmp_path: Path) -> None:
    needs.program("curl")
    guide = (ROOT / "docs" / "publishing.md").read_text(encoding="utf-8")
    part = guide.partition("## Asking an old version")[2].partition("\n## ")[0]
    typed, printed = (
        "".join(re.findall(f"```{kind}\n(.*?)```", part, re.DOTALL)) for kind in BLOCKS
    )
    command = ["sh", "-c", typed.replace(DOCUMENTED, served.address)]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert run.stderr == ""
    found = run.stdout.replace("\r", "").replace(served.address, DOCUMENTED)
    assert found == printed
