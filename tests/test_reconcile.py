"""The Reconciliation Service API 0.2 at `/reconcile`: OpenRefine's calls, refusals, limits."""

import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from met_ari import calls
from met_ari.app import create_app
from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.crossref import reconcile_queries, reconcile_turns
from met_ari.crossref.reconcile_candidates import FEATURES
from met_ari.crossref.reconcile_entities import TYPES
from met_ari.crossref.reconcile_properties import PROPERTIES
from met_ari.engine.embedded import open_engine
from met_ari.engine.interface import Engine
from met_ari.errors import LimitReached, WorkerLost
from met_ari.protocol.headers import POLICY
from tests import needs
from tests.openrefine import OpenRefine, Told, ask, must_fit
from tests.test_recipes import RECIPES, blocks, run

SETTINGS = Settings(public_url="https://data.example", workers=2)
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SPACE = "https://w3id.org/ari/id/"
SHARED = "Mobilise partners and the public"
"""The name of a priority and of the goal that it supports."""
FASTEST_OF_A_BATCH = 15.0
"""Seconds within which a batch of 1,000 is answered on a busy machine; alone it takes about one."""


@pytest.fixture(scope="module")
def engine(built: BuildResult) -> Iterator[Engine]:
    with open_engine(built.folder / "dataset.nq", built.hash, SETTINGS) as engine:
        yield engine


@pytest.fixture(scope="module")
def client(engine: Engine) -> FlaskClient:
    return create_app(SETTINGS, engine).test_client()


@pytest.fixture(scope="module")
def refine(service: str) -> OpenRefine:
    return OpenRefine(f"{service}reconcile")


def results(client: FlaskClient, **queries: Any) -> dict[str, Any]:
    response = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert response.status_code == 200, response.text
    must_fit(response.json, "results")
    found: dict[str, Any] = response.json
    return found


def candidates(client: FlaskClient, query: Any) -> list[dict[str, Any]]:
    answer = results(client, q=query)["q"]
    assert "error" not in answer, answer["error"]
    found: list[dict[str, Any]] = answer["result"]
    return found


def first(client: FlaskClient, query: Any) -> tuple[str, float, bool]:
    best = candidates(client, query)[0]
    return best["id"], best["score"], best["match"]


def why_not(client: FlaskClient, query: Any) -> str:
    answer = results(client, q=query)["q"]
    assert answer["result"] == []
    assert answer["error"]["status"] == 400
    return f"{answer['error']['detail']} {answer['error'].get('remedy', '')}"


# OpenRefine's calls, against the service in a process of its own


def test_openrefine_takes_a_column_from_names_to_new_columns(refine: OpenRefine) -> None:
    names = [
        "Predictve policing",
        "ARTIFICIAL INTELLIGENCE",
        "knife crime",
        "Illicit finance",
        "finance, illicit",
        "chocolate cake recipe",
        *["Digital forensics", "Victims and vulnerability", "Migration and borders"],
        *["Crime", "Police ethics", "Officer safety"],
    ]
    assert refine.guess_types(names)[0] == "topic"
    rows = [{"name": name} for name in names]
    found = refine.reconcile(rows, "name", "topic")
    matched = {
        name: one[0]["id"]
        for name, one in zip(names, found, strict=True)
        if one and one[0]["match"]
    }
    assert matched["ARTIFICIAL INTELLIGENCE"] == "topic/artificial-intelligence"
    assert matched["Illicit finance"] == matched["finance, illicit"] == "topic/illicit-finance"
    assert set(names) - set(matched) == {"chocolate cake recipe"}

    assert refine.suggest("entity", "artific")[0]["id"] == "topic/artificial-intelligence"
    assert "Artificial intelligence" in refine.flyout("entity", "topic/artificial-intelligence")
    assert [kind["id"] for kind in refine.suggest("type", "top")] == ["topic"]
    assert [one["id"] for one in refine.suggest("property", "broad")] == ["broader"]
    preview = refine.preview("topic/artificial-intelligence")
    assert preview.status == 200
    assert b"Artificial intelligence" in preview.body
    assert refine.view("topic/artificial-intelligence").status == 200

    offered = {each["id"] for each in refine.properties("topic")}
    assert {"broader", "identifier", "definition"} <= offered
    columns = [{"id": "broader", "settings": {"limit": "1"}}, {"id": "identifier"}]
    values = refine.extend(list(matched.values()), columns)
    assert values["rows"]["topic/illicit-finance"]["identifier"] == [{"str": "illicit-finance"}]
    assert [column.get("type", {}).get("id") for column in values["meta"]] == ["topic", None]


KINDS = ("question", "priority", "theme", "goal", "organisation", "edition")


@pytest.mark.parametrize("kind", KINDS)
def test_openrefine_takes_a_column_of_every_kind_from_names_to_new_columns(
    refine: OpenRefine, kind: str
) -> None:
    listed = refine.suggest("entity", "", type=kind)[:8]
    typed = [f" {one['name'].upper()}. " for one in listed]
    assert kind in refine.guess_types(typed)
    names = [*typed, "chocolate cake recipe"]
    *found, nothing = refine.reconcile([{"name": name} for name in names], "name", kind)
    assert [one["score"] for one in nothing if one["score"] >= 30] == []
    for one, answers in zip(listed, found, strict=True):
        assert one["id"] in [answer["id"] for answer in answers if answer["score"] == 100]
        assert kind in [each["id"] for each in answers[0]["type"]]
    ids = [one["id"] for one in listed]
    assert listed[0]["name"].split()[0] in refine.flyout("entity", ids[0])
    assert refine.preview(ids[0]).status == refine.view(ids[0]).status == 200
    offered = [each["id"] for each in refine.properties(kind)]
    assert "identifier" in offered
    values = refine.extend(ids, [{"id": name} for name in offered])
    assert set(values["rows"]) == set(ids)
    assert all(row["identifier"] for row in values["rows"].values())


def test_another_column_tells_namesakes_apart(refine: OpenRefine) -> None:
    row = {"name": SHARED, "body": "ari/met-2019"}
    (alone,) = refine.reconcile([row], "name")
    assert [(one["score"], one["match"]) for one in alone[:2]] == [(100, False), (100, False)]
    (together,) = refine.reconcile([row], "name", body="edition")
    assert (together[0]["id"], together[0]["match"]) == ("priority/met-2019-2", True)
    assert together[1]["score"] == 50


def test_every_question_priority_theme_goal_and_topic_is_found_by_its_name(
    refine: OpenRefine,
) -> None:
    found: dict[str, set[str]] = {}
    for kind in TYPES:
        listed: list[dict[str, Any]] = []
        while more := refine.suggest("entity", "", type=kind.id, cursor=str(len(listed))):
            listed += more
        names = [{"name": one["name"]} for one in listed]
        found[kind.id] = {one["id"] for one in listed}
        for one, answers in zip(listed, refine.reconcile(names, "name", kind.id), strict=True):
            exact = {answer["id"] for answer in answers if answer["score"] == 100}
            assert one["id"] in exact
    assert len(found["question"]) == 139
    assert (len(found["priority"]), len(found["theme"]), len(found["goal"])) == (7, 23, 7)
    assert "topic/artificial-intelligence" in found["topic"]
    assert {"ari/met-2019", "ari/home-office-2019"} <= found["edition"]
    assert "organisation/home-office" in found["organisation"]


def test_a_batch_of_a_thousand_takes_seconds_and_holds_nobody_back(service: str) -> None:
    queries = {
        f"q{n}": {"query": f"improving the {n}th understanding of digital forensics and crime"}
        for n in range(1000)
    }
    form = {"queries": json.dumps(queries)}
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        batch = pool.submit(ask, f"{service}reconcile", form)
        slowest = 0.0
        while not batch.done():
            before = time.monotonic()
            assert ask(f"{service}healthz").status == 200
            slowest = max(slowest, time.monotonic() - before)
            time.sleep(0.01)
    told = batch.result()
    assert told.status == 200
    assert len(told.json) == 1000
    assert time.monotonic() - began < FASTEST_OF_A_BATCH
    assert slowest < 2


# Cross-origin access, on every address and every refusal


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("reconcile", 200),
        ("reconcile?queries=%7B", 400),
        ("reconcile?callback=f", 400),
        ("reconcile?format=ttl", 406),
        ("reconcile/preview?id=question/met-2019-4-2", 200),
        ("reconcile/preview?id=nothing", 404),
        ("reconcile/suggest/entity?prefix=a", 200),
        ("reconcile/suggest/thing?prefix=a", 404),
        ("reconcile/flyout/type?id=topic", 200),
        ("reconcile/properties?type=topic", 200),
        ("reconcile/properties?type=vegetable", 404),
        ("reconcile?x=" + "y" * 40000, 414),
    ],
)
def test_every_answer_may_be_read_from_every_origin(service: str, path: str, status: int) -> None:
    told = ask(service + path, Origin="https://elsewhere.example")
    assert told.status == status
    assert told.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", ["/reconcile", "/reconcile/suggest/entity", "/reconcile/preview"])
def test_a_preflight_is_answered_as_a_browser_wants(client: FlaskClient, path: str) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, x-requested-with",
    }
    response = client.options(path, headers=asked)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    allowed = response.headers["Access-Control-Allow-Headers"].lower()
    assert "content-type" in allowed
    assert "x-requested-with" in allowed


# The manifest and the page


def test_the_manifest_names_addresses_under_the_public_one_only(client: FlaskClient) -> None:
    response = client.get("/reconcile", headers={"Host": "evil.test"})
    must_fit(response.json, "manifest")
    assert "evil.test" not in response.text
    assert response.json["identifierSpace"] == SPACE
    assert response.json["view"]["url"] == "https://data.example/id/{{id}}"
    assert response.json["batchSize"] == reconcile_queries.MOST_QUERIES
    assert response.json["versions"] == ["0.2"]


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/turtle", "text/plain", "", "text/javascript"]
)
def test_the_manifest_is_json_whatever_a_program_accepts(client: FlaskClient, accept: str) -> None:
    response = client.get("/reconcile", headers={"Accept": accept})
    assert response.content_type == "application/json"


def test_a_browser_gets_a_page_that_explains_types_properties_and_features(
    client: FlaskClient,
) -> None:
    response = client.get("/reconcile", headers=BROWSER)
    assert response.content_type.startswith("text/html")
    assert "https://data.example/reconcile" in response.text
    for each in (*TYPES, *PROPERTIES):
        assert f"<code>{each.id}</code>" in response.text
    for feature in FEATURES:
        assert f'id="{feature.id}"' in response.text
    assert response.headers["Content-Security-Policy"] == POLICY


def test_a_browser_may_try_a_name_and_hostile_text_stays_text(client: FlaskClient) -> None:
    assert "Artificial intelligence</a>" in client.get("/reconcile?query=AI", headers=BROWSER).text
    text = client.get("/reconcile?query=%3Cscript%3Ealert(1)", headers=BROWSER).text
    assert "<script" not in text
    assert "Nothing here has a name like that" in text


def test_a_query_that_comes_again_is_told_as_unchanged(client: FlaskClient) -> None:
    address = "/reconcile?queries=" + quote('{"a":{"query":"AI"}}')
    tag = client.get(address).headers["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    posted = client.post("/reconcile", data={"queries": '{"a":{"query":"AI"}}'})
    assert posted.headers["Cache-Control"] == "no-store"


def test_get_and_post_and_the_single_query_give_the_same_candidates(client: FlaskClient) -> None:
    query = {"query": "digital forensics", "limit": 3}
    posted = results(client, q=query)["q"]
    got = client.get("/reconcile?" + urlencode({"queries": json.dumps({"q": query})})).json["q"]
    single = client.get("/reconcile?" + urlencode({"query": json.dumps(query)})).json
    assert posted == got == single
    by_name = client.post("/reconcile", data={"query": "digital forensics"}).json
    assert by_name["result"][:3] == posted["result"]


# Types, limits, properties


def test_types_decide_who_is_found(client: FlaskClient) -> None:
    def kinds(**more: Any) -> set[str]:
        found = candidates(client, {"query": SHARED, **more})
        return {kind["id"] for one in found for kind in one["type"]}

    assert kinds(type="goal") == {"goal"}
    assert kinds(type=["goal", "priority"]) == {"goal", "priority"}
    assert kinds(type=["goal", "priority"], type_strict="all") == set()
    assert {"goal", "priority"} <= kinds(type="goal", type_strict="should")
    assert kinds(type="https://w3id.org/ari/def#Priority") == {"priority"}
    assert {"goal", "priority"} <= kinds(type=None)


def test_another_type_than_should_be_counts_for_less_and_never_matches(
    client: FlaskClient,
) -> None:
    query = {"query": "Predictive policing", "type": "question", "type_strict": "should"}
    (policing, *_) = candidates(client, query)
    assert (policing["score"], policing["match"]) == (69.3, False)
    goal, priority, *_ = candidates(
        client, {"query": SHARED, "type": "goal", "type_strict": "should"}
    )
    assert (goal["score"], goal["match"]) == (100, True)
    assert priority["score"] == 70


def test_a_limit_cuts_the_list_and_not_the_judgement(client: FlaskClient) -> None:
    assert len(candidates(client, {"query": "crime", "limit": 3})) == 3
    (only,) = candidates(client, {"query": SHARED, "limit": 1.0})
    assert not only["match"]


@pytest.mark.parametrize(
    "name",
    [
        "question/met-2019-4-2",
        "met-2019-4-2",
        f"{SPACE}question/met-2019-4-2",
        "https://w3id.org/ari/doc/question/met-2019-4-2",
        "https://data.example/id/question/met-2019-4-2",
    ],
)
def test_an_identifier_finds_its_entity(client: FlaskClient, name: str) -> None:
    assert first(client, {"query": name}) == ("question/met-2019-4-2", 100, True)


@pytest.mark.parametrize(
    ("pid", "value", "id_"),
    [
        ("identifier", "met-2019-4-2", "question/met-2019-4-2"),
        ("iri", f"{SPACE}topic/crime", "topic/crime"),
        ("identifier", ["nothing", "home-office-2019-27"], "question/home-office-2019-27"),
    ],
)
def test_a_property_alone_finds_who_has_it(
    client: FlaskClient, pid: str, value: Any, id_: str
) -> None:
    assert first(client, {"properties": [{"pid": pid, "v": value}]}) == (id_, 100, True)


@pytest.mark.parametrize(
    ("pid", "value"),
    [
        ("publisher", "Home Office"),
        ("publisher", {"id": "organisation/home-office", "name": "whatever"}),
        ("publisher", "home ofice"),
        ("edition", "home-office-2019"),
        ("edition", f"{SPACE}ari/home-office-2019"),
        ("theme", "Public Safety"),
        ("topic", ["no such topic", "illicit finance"]),
        ("issued", "2019"),
        ("position", 2),
        ("position", "2"),
    ],
)
def test_a_property_that_agrees_raises_the_score_and_one_that_does_not_lowers_it(
    client: FlaskClient, pid: str, value: Any
) -> None:
    query = {"query": "illicit financial dealings without hampering trade", "type": "question"}
    id_, alone, _ = first(client, query)
    assert id_ == "question/home-office-2019-2"
    with_it = {**query, "properties": [{"pid": pid, "v": value}]}
    raised = first(client, with_it)
    assert raised[0] == id_
    assert alone < raised[1] < 100
    against = {**query, "properties": [{"pid": pid, "v": "something else altogether"}]}
    assert first(client, against)[1] == pytest.approx(alone / 2, abs=0.01)


def test_properties_count_by_their_share(client: FlaskClient) -> None:
    both = [{"pid": "publisher", "v": "Home Office"}, {"pid": "position", "v": 99}]
    found = candidates(client, {"query": "AI", "properties": both})
    features = {one["id"]: one["value"] for one in found[0]["features"]}
    assert features["properties"] == 0
    only = candidates(client, {"properties": both, "type": "question", "limit": 64})
    assert {one["score"] for one in only} == {50}
    assert len(only) == 64


def test_features_are_those_that_the_page_explains(client: FlaskClient) -> None:
    queries = [
        {"query": "crime", "type": "topic", "properties": [{"pid": "broader", "v": "Crime"}]},
        {"query": "topic/crime"},
    ]
    told = {
        feature["id"]
        for query in queries
        for one in candidates(client, query)
        for feature in one["features"]
    }
    assert told == {feature.id for feature in FEATURES}


# What is wrong with one query does not harm the others


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (None, "q is null, not an object"),
        ("AI", "q is a text, not an object"),
        ({}, "asks for nothing"),
        ({"query": " "}, "asks for nothing"),
        ({"query": 7}, "q.query is a number"),
        ({"query": "AI", "limit": 0}, "q.limit is not a whole number from 1 to 64"),
        ({"query": "AI", "limit": True}, "q.limit"),
        ({"query": "AI", "limit": 2.5}, "q.limit"),
        ({"query": "AI", "type": "person"}, "q.type[0] is 'person', which is no type here"),
        ({"query": "AI", "type": [7]}, "q.type[0] is a number"),
        ({"query": "AI", "type_strict": "maybe"}, "any, all and should"),
        ({"query": "AI", "type_strict": ["any"]}, "any, all and should"),
        ({"query": "AI", "propertys": []}, "Its members: query"),
        ({"query": "AI", "properties": {}}, "q.properties is an object, not a list"),
        ({"query": "AI", "properties": [{"pid": "topic"}]}, "q.properties[0]"),
        ({"query": "AI", "properties": [{"pid": "topics", "v": "a"}]}, "Did you mean topic?"),
        ({"query": "AI", "properties": [{"pid": "topic", "v": [None]}]}, "v[0] is null"),
        ({"query": "AI", "properties": [{"pid": "topic", "v": ["a"] * 17}]}, "more than 16"),
        ({"query": "AI", "properties": [{"pid": "topic", "v": "a"}] * 17}, "more than 16"),
    ],
)
def test_a_query_that_cant_be_used_says_why_beside_an_empty_result(
    client: FlaskClient, query: Any, words: str
) -> None:
    assert words in why_not(client, query)
    others = results(client, good={"query": "AI"}, q=query)
    assert others["good"]["result"][0]["id"] == "topic/artificial-intelligence"


def test_a_number_beyond_all_numbers_harms_its_own_query_only(client: FlaskClient) -> None:
    text = '{"a": {"query": "AI", "limit": 1e999}, "b": {"query": "AI"}}'
    told = client.post("/reconcile", data={"queries": text}).json
    assert "a.limit" in told["a"]["error"]["detail"]
    assert told["b"]["result"]


# What is wrong with the whole


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1, column 1"),
        ('{"q": {"query": "AI"}', "line 1, column 22"),
        ('{"q":\n  {query: "AI"}}', "line 2, column 4"),
        ("[]", "holds a list, not an object"),
        ('"AI"', "holds a text"),
        ("null", "holds null"),
        ('{"q": {"query": NaN}}', "NaN is no number"),
        ('{"q": {}, "q": {}}', "'q' stands twice"),
        ('{"q": {"query": "\\ud800"}}', "surrogate"),
        ('{"\\udfff": {"query": "a"}}', "surrogate"),
        ('{"q": ' + "9" * 5000 + "}", "can't be used"),
        ("[" * 100_000, "levels of brackets"),
        ('{"q":' * 5000, "levels of brackets"),
    ],
)
def test_json_that_is_no_batch_is_refused_with_its_place(
    client: FlaskClient, text: str, words: str
) -> None:
    for name in ("queries", "extend"):
        response = client.post("/reconcile", data={name: text})
        assert response.status_code == 400, response.text
        assert response.content_type == "application/problem+json"
        assert name in response.json["detail"]
    assert words in client.post("/reconcile", data={"queries": text}).json["detail"]


def test_a_syntax_error_points_at_its_place(client: FlaskClient) -> None:
    response = client.post("/reconcile", data={"queries": '{"q0": {"query": "AI",}}'})
    problem = response.json
    assert (problem["line"], problem["column"]) == (1, 23)
    shown, caret = problem["snippet"].split("\n")
    assert shown[caret.index("^")] == "}"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"other": "x"}, "neither queries nor extend"),
        ({"queries": "{}", "extend": "{}"}, "queries and extend"),
        ({"queries": ["{}", "{}"]}, "given 2 times"),
        ({"query": ""}, "asks for nothing"),
        ({"query": "{"}, "does not parse"),
        ({"queries": "{}", "callback": "f"}, "JSONP"),
    ],
)
def test_a_request_that_asks_for_nothing_or_too_much_is_refused(
    client: FlaskClient, asked: dict[str, Any], words: str
) -> None:
    response = client.post("/reconcile", data=asked)
    assert response.status_code == 400
    assert words in response.json["detail"]


def test_another_body_than_a_form_is_refused(client: FlaskClient) -> None:
    response = client.post("/reconcile", json={"q": {"query": "AI"}})
    assert response.status_code == 415
    assert response.json["accepted"] == ["application/x-www-form-urlencoded"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("queries", json.dumps({str(n): {} for n in range(1001)})),
        ("extend", json.dumps({"ids": ["a"] * 1001, "properties": []})),
    ],
)
def test_a_batch_over_the_limit_is_413_and_tells_the_limit(
    client: FlaskClient, name: str, text: str
) -> None:
    response = client.post("/reconcile", data={name: text})
    assert response.status_code == 413
    assert response.json["limit"] == "batchSize"
    assert response.json["value"] == 1000


def test_an_answer_over_the_limit_of_bytes_is_an_error(built: BuildResult) -> None:
    small = Settings(public_url="https://data.example", workers=2, max_bytes=300_000)
    with open_engine(built.folder / "dataset.nq", built.hash, small) as engine:
        client = create_app(small, engine).test_client()
        queries = {str(n): {"query": "crime", "limit": 64} for n in range(200)}
        response = client.post("/reconcile", data={"queries": json.dumps(queries)})
    assert response.status_code == 503
    assert response.json["limit"] == "ARI_MAX_BYTES"


def test_a_batch_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(LimitReached, match="longer than 0"):
        reconcile_turns.sliced(lambda _: time.sleep(0.03), range(100), 0.05)


def test_a_batch_ends_when_its_client_has_gone() -> None:
    call = calls.Call()
    call.leave()
    done: list[int] = []

    def work(one: int) -> None:
        done.append(one)
        time.sleep(reconcile_turns.SLICE_SECONDS)

    with calls.during(call), pytest.raises(WorkerLost):
        reconcile_turns.sliced(work, range(100), 10)
    assert len(done) == 1


def test_batches_take_turns_and_each_keeps_its_order() -> None:
    at_once = threading.Lock()
    seen: list[str] = []

    def work(one: str) -> str:
        assert at_once.acquire(blocking=False), "two batches computed at the same time"
        seen.append(one[0])
        time.sleep(reconcile_turns.SLICE_SECONDS / 4)
        at_once.release()
        return one

    def batch(name: str) -> list[str]:
        return reconcile_turns.sliced(work, [f"{name}{n}" for n in range(20)], 30)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(batch, "ab")
    assert one == [f"a{n}" for n in range(20)]
    assert other == [f"b{n}" for n in range(20)]
    assert sum(x != y for x, y in pairwise(seen)) > 2


# Suggestions, flyouts, previews


def suggested(client: FlaskClient, what: str, **asked: str) -> list[str]:
    response = client.get(f"/reconcile/suggest/{what}?{urlencode(asked)}")
    must_fit(response.json, f"suggest-{what}")
    return [one["id"] for one in response.json["result"]]


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("Artificial int", "topic/artificial-intelligence"),
        ("INTELL artif", "topic/artificial-intelligence"),
        ("question/met-2019-4-2", "question/met-2019-4-2"),
        ("met-2019-4-2", "question/met-2019-4-2"),
        (f"{SPACE}topic/crime", "topic/crime"),
        ("predictve policing", "topic/prediction-and-forecasting"),
        ("Crime", "topic/crime"),
    ],
)
def test_a_prefix_finds_names_words_identifiers_and_forgives_a_slip(
    client: FlaskClient, prefix: str, expected: str
) -> None:
    assert suggested(client, "entity", prefix=prefix)[0] == expected


def test_the_cursor_goes_on_where_the_list_ended(client: FlaskClient) -> None:
    ten = suggested(client, "entity", prefix="c")
    more = suggested(client, "entity", prefix="c", cursor="10")
    assert len(ten) == 10
    assert more
    assert not set(ten) & set(more)
    assert suggested(client, "entity", prefix="c", cursor="100000") == []


def test_types_and_properties_are_listed_by_an_empty_prefix(client: FlaskClient) -> None:
    assert suggested(client, "type", prefix="") == [kind.id for kind in TYPES]
    assert suggested(client, "property") == [each.id for each in PROPERTIES]
    assert suggested(client, "property", prefix="official wo") == ["text"]


@pytest.mark.parametrize(
    "address",
    [
        "suggest/entity?prefix=a&cursor=-1",
        "suggest/entity?prefix=a&cursor=x",
        "suggest/entity?prefix=a&cursor=%D9%A1",
        "suggest/type?prefix=a&cursor=1e3",
        "suggest/entity?prefix=a&limit=0",
        "suggest/entity?prefix=a&prefix=b",
        "flyout/entity",
        "flyout/entity?id=",
        "preview",
        "properties?type=topic&limit=none",
        "suggest/entity?prefix=a&callback=f",
        "flyout/type?id=topic&callback=f",
        "properties?callback=f",
    ],
)
def test_parameters_that_cant_be_used_are_refused(client: FlaskClient, address: str) -> None:
    response = client.get(f"/reconcile/{address}")
    assert response.status_code == 400
    assert response.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("what", "id_", "words"),
    [
        ("entity", "priority/met-2019-4", "Seize the opportunities of data and digital tech"),
        ("type", "topic", "common thesaurus"),
        ("property", "publisher", "organisation"),
    ],
)
def test_a_flyout_tells_the_identifier_and_a_fragment(
    client: FlaskClient, what: str, id_: str, words: str
) -> None:
    response = client.get(f"/reconcile/flyout/{what}?id={quote(id_, safe='')}")
    must_fit(response.json, "flyout")
    assert response.json["id"] == id_
    assert words in response.json["html"]
    assert client.get(f"/reconcile/flyout/{what}?id=nothing").status_code == 404


def test_a_preview_may_stand_in_any_frame_and_other_pages_may_not(service: str) -> None:
    def policy(told: Told) -> str:
        return str(told.headers["content-security-policy"])

    address = f"{service}reconcile/preview?id="
    for name, status in (("question%2Fmet-2019-4-2", 200), ("nothing", 404)):
        told = ask(address + name, Accept="text/html")
        assert told.status == status
        assert "frame-ancestors *" in policy(told)
        assert "script-src" not in policy(told)
        assert "default-src 'none'" in policy(told)
        assert b"<script" not in told.body
    for path in ("", "reconcile", "def", "reconcile/properties", "reconcile?queries=x"):
        told = ask(service + path, Accept="text/html")
        assert "frame-ancestors 'none'" in policy(told)


def test_a_preview_escapes_the_name_that_it_does_not_know(client: FlaskClient) -> None:
    response = client.get("/reconcile/preview?id=%3Cscript%3E", headers=BROWSER)
    assert response.status_code == 404
    assert "<script" not in response.text
    plain = client.get("/reconcile/preview?id=%3Cscript%3E")
    assert plain.content_type == "application/problem+json"


# Data extension


def extended(client: FlaskClient, ids: list[str], *properties: Any) -> dict[str, Any]:
    asked = {"ids": ids, "properties": [*properties]}
    response = client.post("/reconcile", data={"extend": json.dumps(asked)})
    assert response.status_code == 200, response.text
    must_fit(response.json, "extension")
    found: dict[str, Any] = response.json
    return found


def test_values_are_entities_numbers_and_texts(client: FlaskClient) -> None:
    wanted = [{"id": name} for name in ("priority", "goal", "position", "issued", "topic")]
    rows = extended(client, ["question/met-2019-4-2"], *wanted)["rows"]
    row = rows["question/met-2019-4-2"]
    assert row["priority"] == [
        {"id": "priority/met-2019-4", "name": "Seize the opportunities of data and digital tech"}
    ]
    assert row["goal"][0]["id"] == "goal/met-direction-2018-4"
    assert row["position"] == [{"int": 2}]
    assert row["issued"] == [{"str": "2019"}]
    assert {"topic/data-analytics", "topic/prediction-and-forecasting"} == {
        one["id"] for one in row["topic"]
    }


def test_rows_stand_under_the_identifiers_as_sent_and_strangers_have_no_values(
    client: FlaskClient,
) -> None:
    whole = f"{SPACE}question/home-office-2019-2"
    rows = extended(client, [whole, "nothing"], {"id": "theme"})["rows"]
    assert [one["id"] for one in rows[whole]["theme"]] == [
        "theme/home-office-2019-1.4",
        "theme/home-office-2019-1",
    ]
    assert rows["nothing"] == {"theme": []}


@pytest.mark.parametrize(("limit", "number"), [(1, 1), ("1", 1), (0, 2), ("", 2), (None, 2)])
def test_the_limit_of_a_property_takes_the_first_values(
    client: FlaskClient, limit: Any, number: int
) -> None:
    column = {"id": "topic", "settings": {"limit": limit}}
    rows = extended(client, ["question/met-2019-4-2"], column)["rows"]
    assert len(rows["question/met-2019-4-2"]["topic"]) == number


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"ids": [], "properties": [{"id": "colour"}]}, "properties[0].id is 'colour'"),
        ({"ids": [1], "properties": []}, "ids[0] is not a text"),
        ({"ids": "a", "properties": []}, "ids is not a list"),
        ({"ids": []}, "properties is not a list"),
        ({"ids": [], "properties": ["topic"]}, "properties[0] is not an object"),
        (
            {"ids": [], "properties": [{"id": "topic", "settings": {"limit": -1}}]},
            "limit is not a whole number from 0",
        ),
        (
            {"ids": [], "properties": [{"id": "topic", "settings": {"rank": 1}}]},
            "has no setting 'rank'",
        ),
        ({"ids": [], "properties": [{"id": "topic", "settings": []}] * 15}, "more than 14"),
    ],
)
def test_an_extension_that_cant_be_used_is_refused_with_its_place(
    client: FlaskClient, asked: Any, words: str
) -> None:
    response = client.post("/reconcile", data={"extend": json.dumps(asked)})
    assert response.status_code == 400
    assert words in response.json["detail"]


def test_properties_are_proposed_for_a_type_or_for_all(client: FlaskClient) -> None:
    def proposed(address: str) -> list[str]:
        found = client.get(address).json
        must_fit(found, "properties")
        return [one["id"] for one in found["properties"]]

    assert "priority" in proposed("/reconcile/properties?type=question")
    assert "priority" not in proposed("/reconcile/properties?type=topic")
    assert proposed("/reconcile/properties?type=") == [each.id for each in PROPERTIES]
    assert len(proposed("/reconcile/properties?type=question&limit=2")) == 2


def test_what_is_proposed_for_a_type_is_what_its_entities_have(client: FlaskClient) -> None:
    for kind in TYPES:
        ids = suggested(client, "entity", prefix="", type=kind.id, limit="100")
        known = client.get(f"/reconcile/properties?type={kind.id}").json["properties"]
        rows = extended(client, ids, *({"id": each.id} for each in PROPERTIES))["rows"]
        held = {name for row in rows.values() for name, values in row.items() if values}
        assert held <= {each["id"] for each in known}, kind.id


# Whatever is sent, the service does not fail

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20),
    st.sampled_from(["topic", "AI", "any", "should", "identifier", "met-2019-4-2", "\x00", "%"]),
)  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(["query", "type", "limit", "properties", "type_strict", "pid", "v", "id"]),
    st.sampled_from(["ids", "settings"]),
    st.text(max_size=5),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=12,
)
LIKELY = st.fixed_dictionaries(
    {},
    optional={
        "query": st.one_of(st.text(max_size=40), ANYTHING),
        "type": ANYTHING,
        "limit": st.one_of(st.integers(-1, 70), ANYTHING),
        "properties": st.one_of(
            ANYTHING,
            st.lists(st.fixed_dictionaries({"pid": NAMES, "v": ANYTHING}), max_size=3),
        ),
        "type_strict": st.one_of(st.sampled_from(["any", "all", "should"]), LEAVES),
    },
)
TEXTS = st.one_of(
    st.text(max_size=60),
    ANYTHING.map(json.dumps),
    st.dictionaries(st.text(max_size=4), st.one_of(LIKELY, ANYTHING), max_size=4).map(json.dumps),
    st.text(alphabet=list('{}[]":,\\u d8n0'), max_size=40),
)
SAME_EVERY_TIME = settings(
    max_examples=150,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@SAME_EVERY_TIME
@given(name=st.sampled_from(["queries", "extend", "query"]), text=TEXTS)
def test_whatever_is_sent_is_answered_or_refused(client: FlaskClient, name: str, text: str) -> None:
    sent = urlencode({name: text.encode("utf-8", "replace")})
    response = client.post(
        "/reconcile", data=sent, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in (200, 400), response.text
    if response.status_code == 200 and name == "queries":
        must_fit(response.json, "results")
        assert set(response.json) == set(json.loads(text))
    if response.status_code == 200 and name == "extend":
        must_fit(response.json, "extension")


@SAME_EVERY_TIME
@given(queries=st.dictionaries(st.text(max_size=4), LIKELY, max_size=5))
def test_every_query_of_a_batch_is_answered_as_if_it_were_alone(
    client: FlaskClient, queries: dict[str, Any]
) -> None:
    text = json.dumps(queries)
    if "NaN" in text or "Infinity" in text or "\\ud" in text:
        return
    together = results(client, **{f"q{n}": each for n, each in enumerate(queries.values())})
    for name, query in enumerate(queries.values()):
        alone = results(client, **{f"q{name}": query})
        assert alone[f"q{name}"] == together[f"q{name}"]


@SAME_EVERY_TIME
@given(
    path=st.sampled_from(["preview?id", "suggest/entity?prefix", "flyout/entity?id"]),
    text=st.text(max_size=40),
)
def test_whatever_is_looked_up_is_answered_or_refused(
    client: FlaskClient, path: str, text: str
) -> None:
    response = client.get(f"/reconcile/{path}={quote(text.encode('utf-8', 'replace'))}")
    assert response.status_code in (200, 400, 404), response.text


# The recipe


def test_the_recipe_prints_what_it_shows(service: str) -> None:
    needs.program("curl")
    by_name, values = blocks("openrefine", "sh")
    assert run(["sh", "-c"], by_name, service) == blocks("openrefine", "tsv")[0]
    assert '"id": "priority/met-2019-4"' in run(["sh", "-c"], values, service)


def test_the_recipe_tells_the_limits_that_there_are() -> None:
    text = (RECIPES / "openrefine.md").read_text(encoding="utf-8")
    assert f"{reconcile_queries.MOST_QUERIES:,} queries in a batch" in text
    assert f"{reconcile_queries.MOST_CANDIDATES} candidates for a query" in text
    assert f"{reconcile_queries.LIMIT} if it names no limit" in text
