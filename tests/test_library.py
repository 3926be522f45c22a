"""The library's queries give the answers that the sources warrant.

`tests/answers/` holds the whole answer of each query with its default values. They are evidence,
not snapshots: a change there is read against the sources before it is kept. Nothing writes them
but `python -m tests.answers [NAME…]`, run by hand. Where an answer can be worked out from the
tables of the sources without RDF, a test below does so.
"""

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from itertools import product
from pathlib import Path

import pytest
from pyoxigraph import Store
from rdflib import Graph
from rdflib.plugins.sparql import prepareQuery

from met_ari.build.pipeline import BuildResult
from met_ari.build.records import Records
from met_ari.queryfile import library, load
from met_ari.queryheader import ALLOWED
from tests.answers import FOLDER, Answer, ask, dataset, recorded

BASE = "https://w3id.org/ari/id/"
NAMES = sorted(library())
Rows = list[dict[str, str]]
Ask = Callable[..., Rows]


@pytest.fixture(scope="module")
def store(built: BuildResult) -> Store:
    return dataset(built.folder / "dataset.nq")


@pytest.fixture(scope="module")
def rows(store: Store) -> Ask:
    """Ask a query of the library; keys in place of IRIs."""

    def _rows(name: str, /, **values: str) -> Rows:
        text = ask(store, load(name).bind(values)).text.replace(BASE, "")
        return list(csv.DictReader(io.StringIO(text)))

    return _rows


# The files


def test_the_library_answers_at_least_thirty_questions_of_all_three_audiences() -> None:
    assert len(library()) >= 36
    assert {query.audience for query in library().values()} == ALLOWED["audience"]
    assert {query.kind for query in library().values()} == ALLOWED["kind"]


def test_no_two_queries_answer_the_same_question() -> None:
    for words in ("summary", "question", "text"):
        found = Counter(getattr(query, words) for query in library().values())
        assert [text for text, count in found.items() if count > 1] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_laid_out_as_the_others_are(name: str) -> None:
    query = load(name)
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name)
    assert query.question.endswith("?")
    assert not query.summary.endswith(".")
    assert max(len(line) for line in query.text.split("\n") if "#+" not in line) <= 100
    assert query.text.endswith("}\n") or "\nORDER BY " in query.text
    assert "\t" not in query.text


@pytest.mark.parametrize("name", NAMES)
def test_a_table_has_an_order(name: str) -> None:
    body = load(name).text
    assert ("\nSELECT " in body) == ("\nORDER BY " in body)


@pytest.mark.parametrize("name", NAMES)
def test_a_query_calls_nobody_and_names_no_dataset(name: str) -> None:
    assert not re.search(r"\b(SERVICE|FROM|LOAD|DESCRIBE|NOW|RAND|UUID)\b", load(name).text)


@pytest.mark.parametrize("name", NAMES)
def test_two_parsers_take_the_query(name: str) -> None:
    ask(Store(), load(name).text)
    prepareQuery(load(name).text)


# The recorded answers


@pytest.mark.parametrize("name", NAMES)
def test_the_answer_is_the_recorded_one(name: str, store: Store) -> None:
    (file,) = recorded(load(name))
    found = ask(store, load(name).text)
    assert (f".{found.suffix}", found.text) == (file.suffix, file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", NAMES)
def test_the_header_promises_the_number_of_rows(name: str, store: Store) -> None:
    assert ask(store, load(name).text).rows == load(name).rows


def test_every_recorded_answer_belongs_to_a_query() -> None:
    files = [file for file in FOLDER.iterdir() if file.suffix in (".csv", ".nt", ".txt")]
    assert {file.stem for file in files} == set(NAMES)


def test_no_recorded_answer_has_a_blank_node() -> None:
    for name in NAMES:
        (file,) = recorded(load(name))
        assert not re.search(r"(^|,)_:", file.read_text(encoding="utf-8"), re.MULTILINE)


def test_an_empty_answer_is_one_that_should_be_empty() -> None:
    empty = {name for name in NAMES if load(name).rows == 0}
    assert empty == {"goals-without-questions", "topics-without-questions"}


def test_the_order_of_loading_changes_no_answer(built: BuildResult, tmp_path: Path) -> None:
    lines = (built.folder / "dataset.nq").read_text(encoding="utf-8").splitlines(keepends=True)
    turned = tmp_path / "dataset.nq"
    turned.write_text("".join(reversed(lines)), encoding="utf-8")
    other = dataset(turned)
    for name in NAMES:
        (file,) = recorded(load(name))
        assert ask(other, load(name).text).text == file.read_text(encoding="utf-8"), name


def test_another_deployment_gets_the_same_answers(built: BuildResult, tmp_path: Path) -> None:
    base = "http://localhost:8000/"
    lines = (built.folder / "dataset.nq").read_text(encoding="utf-8")
    moved = tmp_path / "dataset.nq"
    moved.write_text(lines.replace(f"<{BASE}", f"<{base}id/"), encoding="utf-8")
    other = dataset(moved)
    for name in NAMES:
        (file,) = recorded(load(name))
        expected = file.read_text(encoding="utf-8").replace(BASE, f"{base}id/")
        found = ask(other, load(name).bind({}, base)).text
        assert sorted(found.split("\n")) == sorted(expected.split("\n")), name


@pytest.mark.parametrize(
    "name",
    [
        "certainty-by-heading",
        "counterparts-of-question",
        "coverage-matrix",
        "decisions-by-status",
        "edition-contents",
        "editions",
        "every-text-equals-its-quote",
        "goals-with-questions",
        "names-starting-with",
        "priorities-and-goals",
        "questions-by-topic",
        "search",
        "topics-shared",
        "translation-coverage",
    ],
)
def test_another_engine_gives_the_same_answer(name: str, merged: Graph) -> None:
    (file,) = recorded(load(name))
    result = merged.query(load(name).text)
    if result.type == "ASK":
        assert f"{str(result.askAnswer).lower()}\n" == file.read_text(encoding="utf-8")
        return
    text = result.serialize(format="csv") or b""
    found = list(csv.reader(io.StringIO(text.decode())))
    assert found == list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"))))


@pytest.fixture(scope="module")
def merged(built: BuildResult) -> Graph:
    """The merge of all graphs in rdflib."""
    lines = (built.folder / "dataset.nq").read_text(encoding="utf-8").splitlines()
    triples = {re.sub(r" <[^<>]*> \.$", " .", line) for line in lines}
    return Graph().parse(data="\n".join(sorted(triples)), format="nt")


# Answers worked out from the sources' tables


@pytest.fixture(scope="module")
def topics(records: Records) -> dict[str, set[str]]:
    """The topics of each question."""
    return {f"question/{a.question}": set(a.topics) for a in records.assignments}


@pytest.fixture(scope="module")
def above(records: Records) -> dict[str, set[str]]:
    """Each topic with all topics above it, itself included."""
    broader = {topic.slug: set(topic.broader) for topic in records.topics}

    def climb(slug: str) -> set[str]:
        return {slug}.union(*(climb(parent) for parent in broader[slug]))

    return {slug: climb(slug) for slug in broader}


@pytest.fixture(scope="module")
def top_heading(records: Records) -> dict[str, str]:
    """The priority or group of each question."""
    (document,), (edition,) = records.documents, records.statements
    met = {
        f"question/{p.record.key}-{n}": f"priority/{p.record.key}"
        for p in document.priorities
        for n in range(1, len(p.interests) + 1)
    }
    office = {
        f"question/home-office-2019-{s.number}": f"theme/home-office-2019-{_group(s.theme)}"
        for s in edition.statements
    }
    return met | office


def _group(theme: str) -> str:
    return theme.removeprefix("home-office-2019-").partition(".")[0]


def met(questions: Iterable[str]) -> set[str]:
    return {question for question in questions if question.startswith("question/met-2019-")}


def office(questions: Iterable[str]) -> set[str]:
    return {question for question in questions if question.startswith("question/home-office-2019-")}


def test_priorities_hold_8_8_7_8_7_7_8_questions(rows: Ask) -> None:
    found = [int(row["questions"]) for row in rows("questions-per-heading")]
    assert found == [8, 8, 7, 8, 7, 7, 8]


def test_groups_hold_47_11_25_3_statements(rows: Ask) -> None:
    found = rows("questions-per-heading", edition="ari/home-office-2019")
    assert [int(row["questions"]) for row in found] == [47, 11, 25, 3]


def test_every_goal_has_the_questions_of_its_priority(rows: Ask) -> None:
    assert [int(r["questions"]) for r in rows("goals-with-questions")] == [8, 8, 7, 8, 7, 7, 8]


def test_three_priorities_are_operational_and_four_enabling(rows: Ask) -> None:
    kinds = Counter(row["kind"].rpartition("#")[2] for row in rows("priorities-and-goals"))
    assert kinds == {"OperationalPriority": 3, "EnablingPriority": 4}


def test_one_priority_can_be_asked_for(rows: Ask) -> None:
    (row,) = rows("priorities-and-goals", priority="priority/met-2019-6")
    assert row["goal"] == "goal/met-direction-2018-6"


def test_quotations_are_the_published_text_at_their_offsets(rows: Ask, records: Records) -> None:
    (document,) = records.documents
    found = rows("quotations")
    assert len(found) == 53 + 7 + 7
    for row in found:
        assert document.text[int(row["start"]) : int(row["end"])] == row["exact"]


def test_contents_follow_the_document(rows: Ask, records: Records) -> None:
    (document,) = records.documents
    wanted = [
        text
        for priority in document.priorities
        for text in (priority.name.text, *(span.text for span in priority.interests))
    ]
    assert [row["label"] for row in rows("edition-contents", edition="ari/met-2019")] == wanted


def test_contents_of_statements_follow_groups_and_themes(rows: Ask, records: Records) -> None:
    (edition,) = records.statements
    groups = [theme for theme in edition.themes if not theme.parent]
    wanted = []
    for group in groups:
        wanted.append(group.name)
        for theme in (t for t in edition.themes if t.parent == group.key):
            wanted.append(theme.name)
            wanted += [s.label for s in edition.statements if s.theme == theme.key]
    assert [row["label"] for row in rows("edition-contents")] == wanted


def test_topics_are_counted_as_the_table_assigns_them(
    rows: Ask, topics: dict[str, set[str]]
) -> None:
    uses = Counter(topic for assigned in topics.values() for topic in assigned)
    found = {r["topic"]: int(r["questions"]) for r in rows("topics-most-used", least="1")}
    assert found == {f"topic/{topic}": count for topic, count in uses.items()}


def test_shared_and_sole_topics_divide_the_topics_in_use(
    rows: Ask, topics: dict[str, set[str]]
) -> None:
    ours = set().union(*(topics[q] for q in met(topics)))
    theirs = set().union(*(topics[q] for q in office(topics)))
    shared = {row["topic"] for row in rows("topics-shared")}
    sole = {row["topic"] for row in rows("topics-of-one-organisation")}
    assert shared == {f"topic/{topic}" for topic in ours & theirs}
    assert sole == {f"topic/{topic}" for topic in ours ^ theirs}


def test_questions_alone_in_their_topics_are_found_on_both_sides(
    rows: Ask, topics: dict[str, set[str]]
) -> None:
    ours = set().union(*(topics[q] for q in met(topics)))
    theirs = set().union(*(topics[q] for q in office(topics)))
    alone = {q for q in met(topics) if not topics[q] & theirs}
    alone |= {q for q in office(topics) if not topics[q] & ours}
    assert {row["question"] for row in rows("questions-alone-in-topics")} == alone
    gaps = rows("questions-alone-in-topics", organisation="organisation/home-office")
    assert {row["question"] for row in gaps} == office(alone)


def test_coverage_by_topics_counts_what_the_tables_share(
    rows: Ask, topics: dict[str, set[str]], top_heading: dict[str, str]
) -> None:
    cells: dict[tuple[str, str], list[set[str]]] = defaultdict(lambda: [set(), set(), set()])
    for ours, theirs in product(met(topics), office(topics)):
        if shared := topics[ours] & topics[theirs]:
            cell = cells[top_heading[ours], top_heading[theirs]]
            for part, more in zip(cell, (shared, {ours}, {theirs}), strict=True):
                part |= more
    for row in rows("coverage-by-shared-topics"):
        counted = [int(row[name]) for name in ("topics", "questions", "counterparts")]
        assert counted == [len(part) for part in cells[row["heading"], row["otherHeading"]]]


def test_coverage_read_from_the_other_side_is_the_same(rows: Ask) -> None:
    here = {
        (r["heading"], r["otherHeading"]): r["topics"] for r in rows("coverage-by-shared-topics")
    }
    swapped = rows(
        "coverage-by-shared-topics", edition="ari/home-office-2019", other="ari/met-2019"
    )
    assert {(r["otherHeading"], r["heading"]): r["topics"] for r in swapped} == here


def test_pairs_share_as_many_topics_as_they_say(rows: Ask, topics: dict[str, set[str]]) -> None:
    wanted = {
        (ours, theirs): len(topics[ours] & topics[theirs])
        for ours, theirs in product(met(topics), office(topics))
        if topics[ours] & topics[theirs]
    }
    found = rows("pairs-sharing-topics", least="1")
    assert {(r["question"], r["counterpart"]): int(r["shared"]) for r in found} == wanted


def test_questions_are_ranked_by_the_rarity_of_shared_topics(
    rows: Ask, topics: dict[str, set[str]]
) -> None:
    uses = Counter(topic for assigned in topics.values() for topic in assigned)
    asked = topics["question/met-2019-1-8"]
    scores = {
        question: round(sum(1000 / uses[topic] for topic in topics[question] & asked))
        for question in office(topics)
        if topics[question] & asked
    }
    found = {r["counterpart"]: int(r["score"]) for r in rows("questions-sharing-topics")}
    assert found == scores
    assert list(found.values()) == sorted(scores.values(), reverse=True)


def test_a_topic_includes_what_stands_below_it(
    rows: Ask, topics: dict[str, set[str]], above: dict[str, set[str]]
) -> None:
    for slug in above:
        wanted = {q for q, assigned in topics.items() if any(slug in above[t] for t in assigned)}
        found = rows("questions-by-topic", topic=f"topic/{slug}")
        assert {row["question"] for row in found} == wanted
        assert len(found) == len(wanted)


def test_topics_stand_as_deep_as_the_table_says(rows: Ask, above: dict[str, set[str]]) -> None:
    found = {
        row["topic"].removeprefix("topic/"): int(row["depth"]) for row in rows("topic-hierarchy")
    }
    assert found == {slug: len(climbed) - 1 for slug, climbed in above.items()}


def test_uncertain_themes_are_those_of_the_table(rows: Ask, records: Records) -> None:
    (edition,) = records.statements
    for certainty in ("low", "medium"):
        wanted = {
            f"question/home-office-2019-{s.number}"
            for s in edition.statements
            if s.certainty == certainty
        }
        found = rows("uncertain-statements", certainty=certainty)
        assert {row["subject"] for row in found} == wanted


def test_every_statement_is_found_by_its_digest(rows: Ask, records: Records) -> None:
    (edition,) = records.statements
    for statement in edition.statements:
        (row,) = rows("question-by-digest", sha256=statement.sha256)
        assert row["question"] == f"question/home-office-2019-{statement.number}"


def test_search_finds_every_text_with_the_words_in_any_case(rows: Ask, records: Records) -> None:
    (document,), (edition,) = records.documents, records.statements
    texts = {
        f"question/{p.record.key}-{n}": span.text
        for p in document.priorities
        for n, span in enumerate(p.interests, start=1)
    }
    texts |= {f"question/home-office-2019-{s.number}": s.label for s in edition.statements}
    for words in ("social media", "TRUST", "met", "-", '"'):
        wanted = {question for question, text in texts.items() if words.lower() in text.lower()}
        found = {row["thing"] for row in rows("search", text=words)}
        assert {thing for thing in found if thing.startswith("question/")} == wanted


def test_an_abbreviation_in_any_case_finds_its_topic(rows: Ask) -> None:
    for name, topic in {
        "SOC": "serious-and-organised-crime",
        "ai": "artificial-intelligence",
    }.items():
        assert [row["concept"] for row in rows("concept-by-name", name=name)] == [f"topic/{topic}"]


def test_each_question_leads_over_priority_and_goal_to_the_strategy(rows: Ask) -> None:
    for place in range(1, 8):
        steps = rows("way-to-strategy", question=f"question/met-2019-{place}-1")
        assert [row["step"] for row in steps] == [
            f"question/met-2019-{place}-1",
            f"priority/met-2019-{place}",
            f"goal/met-direction-2018-{place}",
            "strategy/met-direction-2018",
        ]


def test_a_question_of_a_body_without_strategy_leads_nowhere(rows: Ask) -> None:
    assert rows("way-to-strategy", question="question/home-office-2019-1") == []


def test_every_inferred_relation_has_an_asserted_reason(rows: Ask) -> None:
    things = ("question/met-2019-4-2", "theme/home-office-2019-1.6", "topic/digital-forensics")
    elsewhere = {"broaderTransitive", "narrowerTransitive", "contributesToGoal", "type"}
    for thing in things:
        given = {
            (row["property"], row["value"])
            for row in rows("inferred-about-thing", thing=thing)
            if re.split("[#/]", row["property"])[-1] not in elsewhere
        }
        explained = {(r["property"], r["value"]) for r in rows("why-this-relation", thing=thing)}
        assert given
        assert given <= explained


def test_every_inferred_class_has_an_asserted_reason(rows: Ask) -> None:
    for thing in ("question/met-2019-4-2", "goal/met-direction-2018-1", "organisation/home-office"):
        inferred = rows("inferred-about-thing", thing=thing)
        classes = {row["value"] for row in inferred if row["property"].endswith("#type")}
        assert classes
        assert {row["class"] for row in rows("why-this-type", thing=thing)} == classes


def test_graphs_are_as_large_as_the_catalogue_says(rows: Ask, built: BuildResult) -> None:
    for row in rows("graphs"):
        size = built.manifest["graphs"][row["graph"].removeprefix("graph/")]["triples"]
        assert int(row["published"]) == int(row["counted"]) == size


def test_an_answer_without_rows_is_still_a_table() -> None:
    assert ask(Store(), load("search").text) == Answer("csv", "thing,label\n", 0)
