"""Permalinks: what is pinned, what is refused with its reason, and what becomes of an answer."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from met_ari.app import create_app, past_of
from met_ari.config import Settings
from met_ari.engine import pinned
from met_ari.engine.embedded import open_engine
from met_ari.publish import layout, shelf
from tests.shelved import put

ROOT = Path(__file__).parent.parent
EX = "PREFIX ex: <http://example.org/> PREFIX : <https://w3id.org/ari/id/graph/> "
OLD = EX + 'GRAPH :a { ex:s ex:p "one"@en , "two\\t\\"2\\"", 3 . [] ex:knows [ ex:knows ex:s ] }'
NEW = EX + 'GRAPH :a { ex:s ex:p "one"@en , "zwei" , 3 }'
BOTH = EX + 'GRAPH :a { ex:s ex:p "one"@en , "zwei" , 3 , "four" }'
TEXTS = "SELECT ?s ?o WHERE { ?s <http://example.org/p> ?o }"
HTML = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    put(home, "1.0.0", OLD)
    put(home, "2.0.0", NEW, previous="1.0.0")
    put(home, "3.0.0", BOTH, previous="2.0.0")
    return home


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    """A service whose live data are those of release 3.0.0."""
    settings = Settings(home=home, public_url="https://data.example/")
    past, live = past_of(settings, 2), shelf.asked(home, "3.0.0")
    with open_engine(live.dataset, live.hash, settings, workers=2) as engine:
        yield create_app(settings, engine, past).test_client()
    past.close()


def asked(query: str, **more: str) -> str:
    return urlencode({"release": "1.0.0", "query": query} | more)


def permalink(client: FlaskClient, query: str, **more: str) -> str:
    reply = client.get("/cite?" + asked(query, **more))
    assert reply.status_code == 303, reply.text
    return reply.headers["Location"]


def told(client: FlaskClient, address: str, **more: str) -> dict[str, Any]:
    reply = client.get(f"{address}&{urlencode(more | {'format': 'json'})}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = json.loads(reply.data)
    return found


def problem(reply: TestResponse, status: int, slug: str) -> dict[str, Any]:
    assert reply.status_code == status, reply.text
    found: dict[str, Any] = json.loads(reply.data)
    assert found["type"].endswith(f"/{slug}")
    return found


def cite_as(reply: TestResponse) -> list[str]:
    return re.findall(r'<([^>]*)>; rel="cite-as"', ", ".join(reply.headers.getlist("Link")))


# What is pinned


def test_the_bytes_are_the_rows_in_order_of_code_points(client: FlaskClient) -> None:
    body = client.get(permalink(client, TEXTS) + "&format=txt")
    assert body.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert body.text.split("\n") == [
        "?s\t?o",
        '<http://example.org/s>\t"3"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '<http://example.org/s>\t"one"@en',
        '<http://example.org/s>\t"two\\t\\"2\\""',
        "",
    ]


def test_the_digest_is_of_these_bytes(client: FlaskClient) -> None:
    address = permalink(client, TEXTS)
    body = client.get(address + "&format=txt").data
    assert f"sha256={hashlib.sha256(body).hexdigest()}" in address


def test_rows_that_the_query_orders_stay_in_its_order(client: FlaskClient) -> None:
    query = TEXTS + " ORDER BY DESC(?o)"
    rows = client.get(permalink(client, query) + "&format=txt").text.split("\n")[1:-1]
    assert [row[-4:] for row in rows] != sorted(row[-4:] for row in rows)
    inner = f"SELECT * {{ {{ {query} }} }}"
    rows = client.get(permalink(client, inner) + "&format=txt").text.split("\n")[1:-1]
    assert rows == sorted(rows)


def test_names_and_order_of_variables_are_part_of_it(client: FlaskClient) -> None:
    found = {permalink(client, TEXTS.replace("?s ?o", s)) for s in ("?s ?o", "?o ?s", "?s ?o ?x")}
    digests = {re.search("sha256=([0-9a-f]+)", address)[1] for address in found}  # type: ignore[index]
    assert len(digests) == 3
    body = client.get(permalink(client, "SELECT ?x (1 AS ?y) {}") + "&format=txt").text
    assert body == '?x\t?y\n\t"1"^^<http://www.w3.org/2001/XMLSchema#integer>\n'


def test_an_ask_is_pinned_by_its_word(client: FlaskClient) -> None:
    address = permalink(client, "ASK { ?s ?p 3 }")
    assert client.get(address + "&format=txt").data == b"true\n"
    assert told(client, address)["kind"] == "boolean"


def test_a_graph_is_pinned_in_its_canonical_form(client: FlaskClient) -> None:
    query = "CONSTRUCT { ?a <http://example.org/knows> ?b } { ?a <http://example.org/knows> ?b }"
    body = client.get(permalink(client, query) + "&format=txt").text
    assert set(re.findall("_:[a-z0-9]+", body)) == {"_:c14n0", "_:c14n1"}
    assert body.split("\n") == [*sorted(body.split("\n")[:-1]), ""]


def test_the_snippet_of_the_reference_finds_the_digest_from_the_answer(
    client: FlaskClient,
) -> None:
    reference = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    snippet = (
        reference.partition("## Permalinks")[2].partition("```python\n")[2].partition("```")[0]
    )
    scope: dict[str, Any] = {}
    exec(snippet, scope)  # noqa: S102 - a part of our own documents
    for query in (TEXTS, TEXTS + " ORDER BY DESC(?o)", "SELECT ?x (1 AS ?y) {}", "ASK {}"):
        answer = client.get("/sparql?" + asked(query, format="json")).text
        digest = scope["digest"](json.loads(answer), ordered="ORDER BY" in query)
        assert f"sha256={digest}&" in permalink(client, query)


# What is offered


def test_an_answer_of_a_release_leads_to_its_permalink(client: FlaskClient) -> None:
    for sent in ({"format": "csv"}, {"format": "json"}, {"format": "html"}):
        reply = client.get("/sparql?" + asked(TEXTS, **sent))
        assert cite_as(reply) == ["https://data.example" + permalink(client, TEXTS)]
    page = client.get("/sparql?" + asked(TEXTS), headers=HTML).text
    assert permalink(client, TEXTS).replace("&", "&amp;") in page


@pytest.mark.parametrize("query", ["ASK {}", "DESCRIBE <http://example.org/s>", "SELECT * {}"])
def test_every_kind_of_answer_has_the_permalink_that_it_leads_to(
    client: FlaskClient, query: str
) -> None:
    reply = client.get("/sparql?" + asked(query))
    assert cite_as(reply) == ["https://data.example" + permalink(client, query)]


def test_an_answer_that_can_not_be_cited_offers_no_permalink(client: FlaskClient) -> None:
    live = client.get("/sparql?" + urlencode({"query": TEXTS}))
    long = client.get("/sparql?" + asked(f"{TEXTS} # {'x' * 5000}"))
    for reply in (live, long, *(client.get("/sparql?" + asked(query)) for query in REFUSED)):
        assert reply.status_code == 200, reply.text
        assert cite_as(reply) == []


def test_a_stored_query_is_cited_by_its_text(client: FlaskClient) -> None:
    reply = client.get("/queries/graph-contents?release=1.0.0&format=json")
    [address] = cite_as(reply)
    found = told(client, address.removeprefix("https://data.example"))
    assert found["same"]
    assert "SELECT" in found["query"]


def test_a_long_answer_has_a_permalink_only_on_demand(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = " ".join(map(str, range(101)))
    query = f"SELECT * {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}"
    assert pinned.MOST_BESIDE < 101**2
    assert cite_as(client.get("/sparql?" + asked(query))) == []
    assert told(client, permalink(client, query))["rows"] == 101**2


def test_what_is_too_long_to_be_pinned_is_refused(client: FlaskClient) -> None:
    numbers = " ".join(map(str, range(47)))
    parts = "".join(f"VALUES ?{name} {{ {numbers} }} " for name in "abc")
    found = problem(client.get("/cite?" + asked(f"SELECT * {{ {parts} }}")), 400, "not-citable")
    assert "100,000 rows" in found["detail"]


# What is refused

REFUSED = {
    "SELECT (NOW() AS ?o) {}": "NOW",
    "SELECT (RAND() AS ?o) {}": "RAND",
    "SELECT (UUID() AS ?o) {}": "UUID",
    "SELECT (STRUUID() AS ?o) {}": "STRUUID",
    TEXTS + " LIMIT 1": "LIMIT stands in a SELECT without ORDER BY",
    TEXTS + " OFFSET 1": "OFFSET stands in a SELECT without ORDER BY",
    f"SELECT * {{ {{ {TEXTS} LIMIT 1 }} }} ORDER BY ?o": "LIMIT",
    "SELECT ?s { ?s <http://example.org/knows> ?o }": "blank node",
}


@pytest.mark.parametrize("query", REFUSED)
def test_a_query_whose_answer_may_change_is_refused_with_the_reason(
    client: FlaskClient, query: str
) -> None:
    found = problem(client.get("/cite?" + asked(query)), 400, "not-citable")
    assert REFUSED[query] in found["detail"]
    assert found["remedy"]


@pytest.mark.parametrize(
    ("sent", "status", "slug"),
    [
        ({"query": "ASK {}"}, 400, "bad-parameter"),
        ({"release": "1.0.0"}, 400, "bad-parameter"),
        ({"release": "1.0.0", "query": "ASK {}", "sha256": "abc"}, 400, "bad-parameter"),
        ({"release": "9.0.0", "query": "ASK {}"}, 404, "not-found"),
        (
            {"release": "1.0.0", "query": "ASK {}", "sha256": "0" * 64, "against": "9"},
            404,
            "not-found",
        ),
        ({"release": "1.0.0", "query": "SELEC"}, 400, "syntax"),
        (
            {"release": "1.0.0", "query": "SELECT * { SERVICE <http://a.example/> {} }"},
            400,
            "federation-refused",
        ),
    ],
)
def test_a_permalink_that_says_too_little_is_refused(
    client: FlaskClient, sent: dict[str, str], status: int, slug: str
) -> None:
    problem(client.get("/cite?" + urlencode(sent)), status, slug)


# What becomes of an answer


def test_a_permalink_says_that_the_answer_is_the_same(client: FlaskClient) -> None:
    found = told(client, permalink(client, TEXTS))
    assert (found["same"], found["intact"], found["against"]) == (True, True, "1.0.0")
    assert found["sha256"] == found["found"]
    assert found["went"] == found["came"] == {"count": 0, "rows": []}
    assert found["rows"] == 3


def test_against_another_release_the_rows_that_went_and_came_are_told(
    client: FlaskClient,
) -> None:
    found = told(client, permalink(client, TEXTS), against="2.0.0")
    assert (found["same"], found["intact"], found["against"]) == (False, True, "2.0.0")
    assert found["went"]["rows"] == ['<http://example.org/s>\t"two\\t\\"2\\""']
    assert found["came"]["rows"] == ['<http://example.org/s>\t"zwei"']


def test_against_the_live_data_the_rows_are_those_that_it_answers_now(client: FlaskClient) -> None:
    found = told(client, permalink(client, TEXTS), against="live")
    assert found["came"]["count"] == 2
    assert found["revision"] == json.loads(client.get("/readyz").data or b"{}").get(
        "revision", found["revision"]
    )
    same = told(client, permalink(client, TEXTS, release="3.0.0"), against="live")
    assert same["same"] is True


def test_rows_in_another_order_are_another_answer_and_told_so(client: FlaskClient) -> None:
    order = "ORDER BY (IF(EXISTS { ?x ?y 'two\\t\"2\"' }, 1, -1) * IF(ISNUMERIC(?o), 1, 2))"
    query = "SELECT ?o { ?s ?p ?o FILTER(?o = 3 || STR(?o) = 'one') } " + order
    found = told(client, permalink(client, query), against="2.0.0")
    assert (found["same"], found["reordered"]) == (False, True)
    assert found["went"]["count"] == found["came"]["count"] == 0


def test_a_changed_digest_is_told_as_one_that_the_release_does_not_give(
    client: FlaskClient,
) -> None:
    address = re.sub("sha256=[0-9a-f]+", "sha256=" + "0" * 64, permalink(client, TEXTS))
    found = told(client, address)
    assert (found["same"], found["intact"]) == (False, False)
    page = client.get(address, headers=HTML).text
    assert "does not give the answer that this address was made for" in page


def test_of_many_rows_that_went_the_first_are_shown_and_all_are_counted(
    client: FlaskClient,
) -> None:
    numbers = " ".join(map(str, range(150)))
    query = f"SELECT * {{ VALUES ?n {{ {numbers} }} ?s ?p 'two\\t\"2\"' }}"
    found = told(client, permalink(client, query), against="2.0.0")
    assert found["went"]["count"] == 150
    assert len(found["went"]["rows"]) == 100
    page = client.get(permalink(client, query) + "&against=2.0.0", headers=HTML).text
    assert "These are the first 100" in page


def test_the_page_shows_both_and_leads_to_every_comparison(client: FlaskClient) -> None:
    address = permalink(client, TEXTS)
    page = client.get(address, headers=HTML).text
    assert "<h1>The same answer</h1>" in page
    for other in ("live", "2.0.0", "3.0.0"):
        assert f'&amp;against={other}"' in page
    page = client.get(address + "&against=2.0.0", headers=HTML).text
    assert "<h1>Another answer</h1>" in page
    assert "&#34;zwei&#34;" in page
    assert "Ask it of release 1.0.0" in page


def test_a_permalink_names_itself_and_can_be_kept_until_something_changes(
    client: FlaskClient, home: Path
) -> None:
    address = permalink(client, TEXTS)
    reply = client.get(address, headers={"Accept": "application/json"})
    assert cite_as(reply) == ["https://data.example" + address]
    assert reply.headers["Cache-Control"] == "public, no-cache"
    assert reply.headers["ARI-Revision"] == shelf.find(home, "1.0.0").hash
    known = {"If-None-Match": reply.headers["ETag"], "Accept": "application/json"}
    assert client.get(address, headers=known).status_code == 304


def test_the_way_to_the_permalink_is_relative(client: FlaskClient) -> None:
    assert urlsplit(permalink(client, TEXTS)).netloc == ""


def test_what_is_cited_outlives_the_service_that_gave_it(home: Path, tmp_path: Path) -> None:
    """Another server, at another address, with the same release."""
    found = []
    for address in ("https://one.example/", "https://two.example/a/"):
        settings = Settings(home=home, public_url=address)
        past, live = past_of(settings, 1), shelf.asked(home, "2.0.0")
        with open_engine(live.dataset, live.hash, settings, workers=1) as engine:
            other = create_app(settings, engine, past).test_client()
            found.append(permalink(other, "SELECT (<x> AS ?x) ?o { ?s ?p ?o FILTER(?o = 3) }"))
        past.close()
    assert found[0] == found[1]
    assert layout.versions(home) == ["1.0.0", "2.0.0", "3.0.0"]
