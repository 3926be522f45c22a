"""Coverage, gaps and pairs: the numbers, the reasons, and what other editions and bad data do."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from met_ari.app import create_app
from met_ari.build.mapping_history import histories
from met_ari.build.mapping_records import MappingRecord
from met_ari.build.pipeline import BuildResult
from met_ari.build.records import Records
from met_ari.config import Settings
from met_ari.crossref import comparisons, matching
from met_ari.crossref.corpus import read
from met_ari.engine.embedded import open_engine
from met_ari.engine.interface import Engine
from met_ari.protocol import openapi_coverage
from met_ari.protocol.service import Service
from met_ari.web.coverage import SHADES, shade
from met_ari.web.coverage_data import CELLS, QUESTIONS
from tests.engine_double import EngineDouble
from tests.test_pages import BROWSER, Page, page_of

Json = Any
SETTINGS = Settings(public_url="https://data.example", workers=2)
PAIR = "/doc/mapping/met-2019-1-1--home-office-2019-70"
GAP = "/doc/mapping/met-2019-2-2--home-office-2019"
STRENGTH = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")


@pytest.fixture(scope="module")
def engine(built: BuildResult) -> Iterator[Engine]:
    with open_engine(built.folder / "dataset.nq", built.hash, SETTINGS) as engine:
        yield engine


@pytest.fixture(scope="module")
def client(engine: Engine) -> FlaskClient:
    return create_app(SETTINGS, engine).test_client()


@pytest.fixture(scope="module")
def newest(records: Records) -> list[MappingRecord]:
    """The newest record of each pair and gap, from the files."""
    return [pair.newest for pair in histories(records.mappings).values()]


@pytest.fixture(scope="module")
def headings(records: Records) -> Callable[[str, str], list[str]]:
    """Keys of what a question stands under at a level, from the tables."""
    (document,), (statements,) = records.documents, records.statements
    goals = {p.record.key: [p.record.goal] for p in document.priorities}
    themes = {f"home-office-2019-{s.number}": s.theme for s in statements.statements}

    def _headings(question: str, level: str) -> list[str]:
        if level == "edition":
            return [question[: question.index("2019") + 4]]
        if question in themes:
            theme = themes[question]
            return [f"home-office-2019-{theme if level == 'theme' else theme.partition('.')[0]}"]
        priority = question.rpartition("-")[0]
        return [priority] if level == "priority" else goals[priority]

    return _headings


def get(client: FlaskClient, path: str, status: int = 200) -> Json:
    response = client.get(path)
    assert response.status_code == status, response.text
    return json.loads(response.data)


def page(client: FlaskClient, path: str) -> Page:
    return page_of(client.get(path, headers=BROWSER))


# The table


@pytest.mark.parametrize("rows", ["priority", "goal", "edition"])
@pytest.mark.parametrize("columns", ["group", "theme", "edition"])
def test_every_cell_is_what_the_files_say(
    client: FlaskClient,
    newest: list[MappingRecord],
    headings: Callable[[str, str], list[str]],
    rows: str,
    columns: str,
) -> None:
    wanted: dict[tuple[str, str], list[MappingRecord]] = defaultdict(list)
    for record in newest:
        if record.links:
            for row in headings(record.subject, rows):
                for column in headings(record.object, columns):
                    wanted[row, column].append(record)
    found = get(client, f"/coverage?rows={rows}&columns={columns}")
    cells = {(cell["row"], cell["column"]): cell for cell in found["cells"]}
    assert wanted.keys() <= cells.keys()
    assert len(cells) == len(found["rows"]) * len(found["columns"])
    for place, cell in cells.items():
        pairs = wanted[place]
        assert cell["pairs"] == len(pairs)
        assert cell["proposed"] == sum(record.status == "proposed" for record in pairs)
        assert cell["accepted"] == cell["pairs"] - cell["proposed"]
        assert cell["questions"] == len({record.subject for record in pairs})
        assert cell["counterparts"] == len({record.object for record in pairs})
        assert cell["confidence"] == max((record.confidence for record in pairs), default=None)
        relations = sorted((record.predicate for record in pairs), key=STRENGTH.index)
        assert cell["strongest"] == next(iter(relations), None)


def test_both_margins_tell_what_has_no_counterpart(
    client: FlaskClient,
    newest: list[MappingRecord],
    headings: Callable[[str, str], list[str]],
) -> None:
    found = get(client, "/coverage?columns=theme")
    matched = {key for record in newest if record.links for key in (record.subject, record.object)}
    gaps = {record.subject for record in newest if record.lacks}
    for side, level in (("rows", "priority"), ("columns", "theme")):
        for heading in found[side]:
            assert heading["questions"] == heading["matched"] + heading["unmatched"]
            under = [key for key in matched if headings(key, level) == [heading["key"]]]
            assert heading["matched"] == len(under)
            lacking = [key for key in gaps if headings(key, level) == [heading["key"]]]
            assert heading["gaps"] == len(lacking)
    assert (found["subject"]["questions"], found["object"]["questions"]) == (53, 86)
    assert found["subject"]["matched"] + len(gaps) == 53
    assert found["statuses"]["gaps_proposed"] == len(gaps)
    assert found["statuses"]["rejected"] == sum(r.negated and not r.gap for r in newest)


def test_read_from_the_other_side_the_relation_is_turned(client: FlaskClient) -> None:
    straight = get(client, "/coverage")["cells"]
    turned = get(client, "/coverage?subject=home-office-2019&object=met-2019")["cells"]
    other = {(cell["column"], cell["row"]): cell for cell in turned}
    names = {"broadMatch": "narrowMatch", "narrowMatch": "broadMatch"}
    assert len(straight) == len(other)
    for cell in straight:
        found = other[cell["row"], cell["column"]]
        assert found["pairs"] == cell["pairs"]
        assert found["questions"] == cell["counterparts"]
        said = cell["strongest"]
        # Where both are there, broader is told before narrower from either side.
        assert found["strongest"] in (said, names.get(said, said))
    assert "narrowMatch" in {cell["strongest"] for cell in turned}


def test_the_csv_has_the_cells_of_the_json(client: FlaskClient) -> None:
    told = get(client, "/coverage?columns=theme")["cells"]
    text = client.get("/coverage?columns=theme&format=csv")
    assert text.content_type == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(text.text)))
    assert tuple(rows[0]) == CELLS
    assert rows == [
        {name: "" if cell[name] is None else str(cell[name]) for name in CELLS} for cell in told
    ]


def test_the_page_has_a_table_whose_cells_name_their_headings(client: FlaskClient) -> None:
    found = page(client, "/coverage?columns=theme")
    told = get(client, "/coverage?columns=theme")
    ids = {attributes["id"] for _, attributes in found.elements if "id" in attributes}
    cells = found.all("td")
    assert len(cells) == (len(told["rows"]) + 1) * (len(told["columns"]) + 1)
    assert all(set(cell["headers"].split()) <= ids for cell in cells)
    assert all(len(cell["headers"].split()) == 2 for cell in cells)
    assert "proposed, 0 accepted by a person" in found.text
    assert "No person has reviewed any of it yet" in found.text


def test_a_cell_leads_to_the_pairs_that_it_counts(client: FlaskClient) -> None:
    told = {(c["row"], c["column"]): c["pairs"] for c in get(client, "/coverage")["cells"]}
    links = [a["href"] for a in page(client, "/coverage").all("a")]
    cells = [href for href in links if href.startswith("/queries/pairs-under-headings")]
    assert len(cells) == sum(pairs > 0 for pairs in told.values())
    counts = sorted(len(get(client, href)["results"]["bindings"]) for href in cells)
    assert counts == sorted(pairs for pairs in told.values() if pairs)


@pytest.mark.parametrize("rows", ["priority", "goal"])
@pytest.mark.parametrize("columns", ["group", "theme", "edition"])
def test_a_cell_of_any_headings_leads_to_its_pairs(
    client: FlaskClient, rows: str, columns: str
) -> None:
    path = f"/coverage?rows={rows}&columns={columns}"
    links = [a["href"] for a in page(client, path).all("a")]
    cells = [href for href in links if href.startswith("/queries/pairs-under-headings")]
    counts = [len(get(client, href)["results"]["bindings"]) for href in cells]
    assert sorted(counts) == sorted(c["pairs"] for c in get(client, path)["cells"] if c["pairs"])


@pytest.mark.parametrize("path", ["/coverage", "/coverage/gaps"])
def test_the_data_names_the_queries_that_it_is_made_by(client: FlaskClient, path: str) -> None:
    told = get(client, f"{path}?format=json")["queries"]
    for form in ("json", "csv"):
        links = client.get(f"{path}?format={form}").headers.getlist("Link")
        assert links == [f'<{each["href"]}>; rel="via"; title="{each["name"]}"' for each in told]
    for each in told:
        answer = client.get(each["href"], headers={"Accept": "text/csv"})
        assert (answer.status_code, each["name"] in each["href"]) == (200, True)
    if path == "/coverage":
        cells = get(client, f"{path}?format=json")["cells"]
        rows = list(csv.DictReader(io.StringIO(client.get(f"{told[0]['href']}&format=csv").text)))
        counted = sum(int(row["pairs"]) for row in rows)
        assert counted == sum(cell["pairs"] for cell in cells) > 0


def test_the_query_on_the_page_gives_the_numbers_of_the_page(client: FlaskClient) -> None:
    told = get(client, "/coverage?rows=goal&columns=theme")
    links = [a["href"] for a in page(client, "/coverage?rows=goal&columns=theme").all("a")]
    editor, *_ = [href for href in links if href.startswith("/sparql?")]
    found = get(client, f"{editor}&format=json")["results"]["bindings"]
    assert [int(row["pairs"]["value"]) for row in found if row["pairs"]["value"] != "0"]
    assert sum(int(row["pairs"]["value"]) for row in found) == sum(
        cell["pairs"] for cell in told["cells"]
    )
    assert len(found) == len(told["cells"])


def test_a_browser_gets_a_page_and_a_program_gets_data(client: FlaskClient) -> None:
    for path in ("/coverage", "/coverage/gaps"):
        assert client.get(path).content_type == "application/json"
        assert client.get(path, headers=BROWSER).content_type == "text/html; charset=utf-8"
        assert client.get(path, headers={"Accept": "text/turtle"}).status_code == 406


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/coverage", "/coverage/gaps", f"{PAIR}?format=json", PAIR):
        tag = client.get(path).headers["ETag"]
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
        assert client.get(path, headers={"If-None-Match": "*"}).status_code == 304
    tags = {client.get(f"/coverage?rows={rows}").headers["ETag"] for rows in ("priority", "goal")}
    assert len(tags) == 2


# What can't be asked


@pytest.mark.parametrize("path", ["/coverage", "/coverage/gaps"])
def test_an_edition_that_is_not_there_is_told_with_those_that_are(
    client: FlaskClient, path: str
) -> None:
    told = get(client, f"{path}?subject=met-2020", 404)
    assert told["near"][0] == "met-2019"
    assert "home-office-2019, met-2019" in told["remedy"]
    told = get(client, f"{path}?subject=met-2019&object=met-2019", 404)
    assert "met-2019 with home-office-2019" in told["remedy"]


def test_headings_that_an_edition_lacks_are_refused_with_those_that_it_has(
    client: FlaskClient,
) -> None:
    told = get(client, "/coverage?rows=theme", 400)
    assert told["parameter"] == "rows"
    assert told["remedy"] == "It is one of: priority, goal, edition."
    assert "group, theme, edition" in get(client, "/coverage?columns=priority", 400)["remedy"]


@pytest.mark.parametrize("sent", ["colums=theme", "rows=goal&rows=priority", "rows=%3Cb%3E"])
def test_a_parameter_that_is_misspelt_doubled_or_hostile_is_refused(
    client: FlaskClient, sent: str
) -> None:
    response = client.get(f"/coverage?{sent}", headers=BROWSER)
    assert response.status_code == 400
    assert "<b>" not in response.text


def test_gaps_take_no_headings(client: FlaskClient) -> None:
    assert "subject, object, and format" in get(client, "/coverage/gaps?rows=goal", 400)["remedy"]


def test_a_service_without_mappings_says_so() -> None:
    empty = create_app(SETTINGS, EngineDouble("")).test_client()
    assert "No two editions were compared" in get(empty, "/coverage", 404)["detail"]
    assert empty.get("/coverage/gaps", headers=BROWSER).status_code == 404


# What nobody asks


def test_every_question_is_matched_or_stands_among_the_gaps(
    client: FlaskClient, newest: list[MappingRecord], records: Records
) -> None:
    found = get(client, "/coverage/gaps")
    linked = {key for record in newest if record.links for key in (record.subject, record.object)}
    statements = {f"home-office-2019-{s.number}" for s in records.statements[0].statements}
    assert {each["question"] for each in found["unasked"]} == statements - linked
    gaps = {record.subject: record for record in newest if record.lacks}
    assert {each["question"] for each in found["unanswered"]} == gaps.keys()
    for each in found["unanswered"]:
        record = gaps[each["question"]]
        assert each["silence"] == "gap"
        assert (each["reason"], each["confidence"]) == (record.comment, record.confidence)
        assert each["decision"].endswith(f"/mapping/{record.key}")
    assert {each["silence"] for each in found["unasked"]} == {"unasked"}


def test_what_came_near_is_told_on_both_sides(
    client: FlaskClient, newest: list[MappingRecord]
) -> None:
    found = get(client, "/coverage/gaps")
    told = {
        frozenset((each["question"], miss["question"])): miss["reason"]
        for each in (*found["unanswered"], *found["unasked"])
        for miss in each["near"]
    }
    alone = {each["question"] for each in (*found["unanswered"], *found["unasked"])}
    wanted = {
        frozenset((record.subject, record.object)): record.comment
        for record in newest
        if record.negated and not record.gap and {record.subject, record.object} & alone
    }
    assert told == wanted
    sure = [miss["confidence"] for miss in found["unanswered"][0]["near"]]
    assert sure == sorted(sure)


def test_gaps_as_csv_and_as_a_page_have_every_question(client: FlaskClient) -> None:
    told = get(client, "/coverage/gaps")
    questions = [*told["unanswered"], *told["unasked"]]
    text = client.get("/coverage/gaps?format=csv").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == QUESTIONS
    assert [row["question"] for row in rows] == [each["question"] for each in questions]
    assert {row["text_is_official"] for row in rows} == {"true", "false"}
    links = [a["href"] for a in page(client, "/coverage/gaps").all("a")]
    assert all(f"/doc/question/{each['question']}" in links for each in questions)


# What the page of a question says


def test_each_question_of_the_met_says_its_counterparts_or_that_none_was_found(
    client: FlaskClient, newest: list[MappingRecord], records: Records
) -> None:
    by_subject: dict[str, list[MappingRecord]] = defaultdict(list)
    for record in newest:
        by_subject[record.subject].append(record)
    (document,) = records.documents
    questions = [
        f"{priority.record.key}-{n}"
        for priority in document.priorities
        for n in range(1, len(priority.interests) + 1)
    ]
    assert len(questions) == 53
    for key in questions:
        found = page(client, f"/doc/question/{key}")
        links = {a["href"] for a in found.all("a")}
        assert "Who else asks this: Home Office" in found.text
        said = by_subject[key]
        assert ("No counterpart was found." in found.text) == any(r.lacks for r in said)
        assert any(record.links or record.lacks for record in said)
        for record in said:
            assert " ".join(record.comment.split()) in found.text
            assert f"/doc/mapping/{record.pair}" in links
        rejected = [record for record in said if record.negated]
        assert bool(found.all("details")) >= bool(rejected)


def test_the_other_side_tells_the_relation_turned(
    client: FlaskClient, newest: list[MappingRecord]
) -> None:
    record = next(r for r in newest if r.predicate == "broadMatch" and r.links)
    assert "broader" in page(client, f"/doc/question/{record.subject}").text
    found = page(client, f"/doc/question/{record.object}")
    assert "Who else asks this: Metropolitan Police Service" in found.text
    assert "narrower" in found.text
    assert " ".join(record.comment.split()) in found.text


def test_a_question_that_nobody_else_asks_says_so(client: FlaskClient) -> None:
    key = get(client, "/coverage/gaps")["unasked"][0]["question"]
    found = page(client, f"/doc/question/{key}")
    assert "No question of the other edition was found to ask this." in found.text


def test_other_things_say_nothing_of_counterparts(client: FlaskClient) -> None:
    for path in ("/doc/priority/met-2019-1", "/doc/topic/radicalisation", "/doc/ari/met-2019"):
        assert "Who else asks this" not in page(client, path).text


# The record of a pair


def test_a_pair_shows_both_texts_the_words_that_match_and_why(client: FlaskClient) -> None:
    found = page(client, PAIR)
    told = get(client, f"{PAIR}?format=json")
    for text in (told["subject"]["text"], told["object"]["text"], told["decision"]["reason"]):
        assert text in found.text.replace("radicalisation ,", "radicalisation,")
    assert len(found.all("mark")) == 2
    assert told["features"]["shared_words"] == ["radicalisation"]
    assert (told["subject"]["text_is_official"], told["object"]["text_is_official"]) == (
        True,
        False,
    )
    assert found.text.count("A short label of our own.") == 1
    assert "not reviewed by a person" in found.text


def test_a_program_sees_in_a_pair_what_the_matcher_sees(
    engine: Engine, client: FlaskClient
) -> None:
    corpus = read(Service(SETTINGS, engine))
    editions = corpus.edition("met-2019"), corpus.edition("home-office-2019")
    ranked = {(c.subject.key, c.object.key): c for c in matching.rank(corpus, *editions, 86)}
    told = get(client, f"{PAIR}?format=json")["features"]
    candidate = ranked["met-2019-1-1", "home-office-2019-70"]
    assert told["score"] == candidate.score
    assert told["words"] == candidate.features.words
    assert told["topics"] == candidate.features.topics


def test_a_decision_has_the_page_of_its_pair(client: FlaskClient) -> None:
    told = get(client, f"{PAIR}.1?format=json")
    assert told["asked"].endswith(f"{PAIR[5:]}.1")
    assert told["iri"].endswith(PAIR[5:])
    found = page(client, f"{PAIR}.1")
    assert "Decision on a pair of questions" in found.text
    assert told["decision"]["reason"] in found.text


def test_a_gap_has_a_record_too(client: FlaskClient) -> None:
    told = get(client, f"{GAP}?format=json")
    assert (told["kind"], told["object"], told["features"]) == ("gap", None, None)
    assert told["object_edition"]["edition"] == "home-office-2019"
    found = page(client, GAP)
    assert "no counterpart was found" in found.text
    assert told["decision"]["reason"] in found.text


def test_every_pair_and_gap_of_the_files_has_its_record(
    client: FlaskClient, newest: list[MappingRecord]
) -> None:
    for record in newest:
        told = get(client, f"/doc/mapping/{record.pair}?format=json")
        assert told["decision"]["reason"] == record.comment
        assert told["decision"]["negated"] == record.negated
        assert told["decision"]["status"] == record.status


def test_a_pair_in_rdf_has_its_decisions(client: FlaskClient) -> None:
    response = client.get(f"{PAIR}?format=nt")
    assert response.content_type.startswith("application/n-triples")
    reason = get(client, f"{PAIR}?format=json")["decision"]["reason"]
    assert reason in response.text
    assert client.get(PAIR, headers={"Accept": "text/turtle"}).mimetype == "text/turtle"
    links = response.headers.getlist("Link")
    assert any('type="application/json"' in link for link in links)


SILENT = "/doc/mapping/met-2019-1-1--home-office-2019-84"


def test_a_pair_without_a_record_says_so_and_what_its_set_says_of_such_pairs(
    client: FlaskClient, newest: list[MappingRecord]
) -> None:
    """It was 404, as for a pair that there is not: silence could have meant either."""
    assert SILENT.rpartition("/")[2] not in [record.pair for record in newest]
    moved = client.get(SILENT.replace("/doc/", "/id/"))
    assert (moved.status_code, moved.headers["Location"]) == (303, SILENT)
    told = get(client, f"{SILENT}?format=json")
    assert (told["kind"], told["decision"], told["history"]) == ("unlisted", None, [])
    assert told["set"]["description"].endswith("not listed were read and found unrelated.")
    assert told["features"]["score"] >= 0
    assert told.keys() == get(client, f"{PAIR}?format=json").keys()
    found = page(client, SILENT)
    for words in (told["subject"]["text"], told["object"]["text"], told["set"]["description"]):
        assert words in found.text
    assert "No record of this pair is kept" in found.text
    tag = client.get(SILENT, headers=BROWSER).headers["ETag"]
    again = client.get(SILENT, headers={**BROWSER, "If-None-Match": tag})
    assert again.status_code == 304


def test_no_triple_speaks_of_a_pair_without_a_record(client: FlaskClient) -> None:
    told = get(client, f"{SILENT}?format=ttl", 404)
    assert "no triple speaks of it" in told["detail"]
    assert "?format=json" in told["remedy"]


def test_a_pair_of_questions_that_there_are_not_is_unknown(client: FlaskClient) -> None:
    for path in ("/doc/mapping/met-2019-1-1--home-office-2019-99", f"{PAIR}.2", "/doc/mapping/x"):
        assert get(client, f"{path}?format=json", 404)["type"].endswith("/not-found")
        assert client.get(path, headers=BROWSER).status_code == 404


# Other editions, other people, other data

PREFIXES = """
PREFIX ari: <https://w3id.org/ari/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX ari-: <https://w3id.org/ari/id/ari/>
PREFIX m: <https://w3id.org/ari/id/mapping/>
PREFIX o: <https://w3id.org/ari/id/organisation/>
PREFIX q: <https://w3id.org/ari/id/question/>
PREFIX s: <https://w3id.org/ari/id/mapping-set/>
"""


def edition(key: str, *labels: str) -> str:
    """An edition without headings, its questions numbered from 1."""
    questions = "".join(
        f"q:{key}-{n} a ari:ResearchQuestion ; skos:inScheme ari-:{key} ;"
        f' skos:prefLabel "{label}"@en ; ari:statementText "{label}"@en .\n'
        for n, label in enumerate(labels, 1)
    )
    return (
        f'ari-:{key} a ari:AreasOfResearchInterest ; skos:prefLabel "Edition {key}"@en ;'
        f' dcterms:publisher o:{key} . o:{key} foaf:name "Body {key}" .\n{questions}'
    )


def decision(
    subject: str,
    other: str,
    n: int = 1,
    *,
    status: str = "proposed",
    relation: str = "closeMatch",
    more: str = "",
    reason: str = "because",
    confidence: str = "0.7",
) -> str:
    key = rf"m:{subject}--{other}\.{n}".replace(r"\.", "\\.")
    return (
        f"{key} a owl:Axiom ; owl:annotatedSource q:{subject} ; owl:annotatedTarget q:{other} ;"
        f' owl:annotatedProperty skos:{relation} ; ari:decisionStatus "{status}" ;'
        f' sssom:confidence "{confidence}"^^xsd:double ; sssom:author_label "Ada" ;'
        f' dcterms:created "2026-01-0{n}"^^xsd:date ; rdfs:comment "{reason}"@en {more} .\n'
    )


def pair(subject: str, other: str, *decisions: str) -> str:
    names = ", ".join(f"m:{subject}--{other}\\.{n}" for n in range(1, len(decisions) + 1))
    return (
        f'm:{subject}--{other} a ari:QuestionPair ; rdfs:label "x"@en ;'
        f" ari:subjectQuestion q:{subject} ; ari:objectQuestion q:{other} ;"
        f" ari:hasDecision {names} ; ari:latestDecision m:{subject}--{other}\\.{len(decisions)} .\n"
        + "".join(decisions)
        + f"s:set sssom:mappings {names} ."
    )


def mapping_set(name: str, subject: str, other: str) -> str:
    return (
        f"s:{name} a sssom:MappingSet ; sssom:subject_source ari-:{subject} ;"
        f' sssom:object_source ari-:{other} ; dcterms:title "Set"@en .\n'
    )


def serving(*parts: str) -> FlaskClient:
    graph = f"{PREFIXES} GRAPH <https://w3id.org/ari/id/graph/x> {{ {' '.join(parts)} }}"
    return create_app(SETTINGS, EngineDouble(graph)).test_client()


SUPERSEDED = {
    "status": "superseded",
    "more": '; ari:statusWhenMade "proposed" ; dcterms:isReplacedBy m:a-2020-1--b-2021-1\\.2',
}
IMPORTED = (
    edition("a-2020", "First of A", "Second of A"),
    edition("b-2021", "First of B", "Second of B"),
    edition("c-2022", "Only one of C"),
    mapping_set("set", "a-2020", "b-2021"),
    pair(
        "a-2020-1",
        "b-2021-1",
        decision("a-2020-1", "b-2021-1", **SUPERSEDED, relation="relatedMatch"),
        decision(
            "a-2020-1",
            "b-2021-1",
            2,
            status="accepted",
            reason="read again",
            more='; sssom:reviewer_label "Grace"',
        ),
    ),
    "q:a-2020-1 skos:closeMatch q:b-2021-1 ; skos:mappingRelation q:b-2021-1 ."
    " q:b-2021-1 skos:mappingRelation q:a-2020-1 .",
)


@pytest.fixture(scope="module")
def imported() -> FlaskClient:
    return serving(*IMPORTED)


def test_any_two_editions_with_a_mapping_set_are_compared(imported: FlaskClient) -> None:
    found = get(imported, "/coverage")
    assert (found["subject"]["edition"], found["object"]["edition"]) == ("a-2020", "b-2021")
    assert (found["subject"]["headings"], len(found["cells"])) == ("edition", 1)
    cell = found["cells"][0]
    assert (cell["pairs"], cell["accepted"], cell["proposed"]) == (1, 1, 0)
    assert get(imported, "/coverage?object=a-2020")["subject"]["edition"] == "b-2021"
    shown = page(imported, "/coverage")
    assert "1 accepted" in shown.text
    assert "No person has reviewed" not in shown.text


def test_an_edition_that_was_not_compared_is_told_with_those_that_were(
    imported: FlaskClient,
) -> None:
    told = get(imported, "/coverage?subject=c-2022", 404)
    assert "c-2022: they were not compared" in told["detail"]
    assert told["remedy"] == "What was compared: a-2020 with b-2021."


def test_a_question_that_nobody_has_read_is_not_called_a_gap(imported: FlaskClient) -> None:
    found = get(imported, "/coverage/gaps")
    assert [(each["question"], each["silence"]) for each in found["unanswered"]] == [
        ("a-2020-2", "unread")
    ]
    assert [each["silence"] for each in found["unasked"]] == ["unread"]
    for path in ("/coverage/gaps", "/doc/question/a-2020-2", "/doc/question/b-2021-2"):
        assert "not every question has been looked at yet" in page(imported, path).text
    assert "Who else asks" not in page(imported, "/doc/question/c-2022-1").text


def test_a_history_keeps_what_was_said_and_who_said_it(imported: FlaskClient) -> None:
    told = get(imported, "/doc/mapping/a-2020-1--b-2021-1?format=json")
    assert [(d["status"], d["made_as"], d["relation"]) for d in told["history"]] == [
        ("superseded", "proposed", "relatedMatch"),
        ("accepted", "accepted", "closeMatch"),
    ]
    assert told["decision"]["reviewer"] == "Grace"
    assert "decided by Grace" in page(imported, "/doc/mapping/a-2020-1--b-2021-1").text
    first = page(imported, "/doc/mapping/a-2020-1--b-2021-1.1")
    assert "the decision that holds now" in first.text
    assert "decided by Grace" in page(imported, "/doc/question/b-2021-1").text


def test_ten_decisions_stand_in_their_order() -> None:
    many = [decision("a-2020-1", "b-2021-1", n, reason=f"no {n}") for n in range(1, 10)]
    many.append(decision("a-2020-1", "b-2021-1", 10, reason="no 10").replace("01-010", "01-09"))
    client = serving(*IMPORTED[:4], pair("a-2020-1", "b-2021-1", *many))
    told = get(client, "/doc/mapping/a-2020-1--b-2021-1?format=json")
    assert [each["reason"] for each in told["history"]] == [f"no {n}" for n in range(1, 11)]


BAD = "<script>alert(1)</script>"


def test_hostile_words_of_a_mapping_do_no_harm() -> None:
    client = serving(
        edition("a-2020", BAD, BAD),
        edition("b-2021", BAD),
        mapping_set("set", "a-2020", "b-2021").replace('"Set"', f'"{BAD}"'),
        pair(
            "a-2020-1",
            "b-2021-1",
            decision("a-2020-1", "b-2021-1", reason=BAD, confidence=BAD).replace("Ada", BAD),
        ),
    )
    for path in (
        "/coverage",
        "/coverage/gaps",
        "/doc/question/a-2020-1",
        "/doc/question/b-2021-1",
        "/doc/mapping/a-2020-1--b-2021-1",
        "/doc/mapping-set/set",
    ):
        found = page(client, path)
        assert not found.all("script")
        assert client.get(path, headers={"Accept": "application/json"}).status_code in (200, 406)


def test_a_table_that_no_page_can_hold_says_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("met_ari.web.coverage.MOST_CELLS", 0)
    found = page(serving(*IMPORTED), "/coverage")
    assert "more than a page can hold" in found.text
    assert not found.all("table")


# The parts that must agree


def test_headings_have_the_same_names_everywhere() -> None:
    assert tuple(openapi_coverage.LEVELS) == comparisons.LEVELS
    assert comparisons.LEADS_TO.keys() == set(comparisons.LEVELS)


def test_shades_grow_with_the_number_of_pairs() -> None:
    shades = [shade(pairs, 17) for pairs in range(1, 18)]
    assert shades == sorted(shades)
    assert (shades[0], shades[-1]) == (1, SHADES)
    assert shade(1, 1) == SHADES


def test_addresses_survive_a_form_of_any_key(client: FlaskClient) -> None:
    response = client.get(f"/coverage?subject={quote('é<b>&%', safe='')}", headers=BROWSER)
    assert response.status_code == 404
    assert "<b>" not in response.text
