"""`?release=`: queries, stored queries and graphs, answered from a release and never from less."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from met_ari.app import create_app, past_of
from met_ari.config import Settings
from met_ari.engine.embedded import EmbeddedEngine
from met_ari.engine.interface import Question
from met_ari.engine.standing import Standing
from met_ari.errors import EnvironmentFault, NotReady, TooBusy
from met_ari.protocol.past import Past
from met_ari.publish import layout, shelf
from tests.engine_double import EngineDouble
from tests.shelved import put

EX = "PREFIX ex: <http://example.org/> PREFIX : <https://w3id.org/ari/id/graph/> "
OLD = EX + 'GRAPH :a { ex:s a ex:T ; ex:p "old" ; ex:q 1 , 2 }'
NEW = EX + 'GRAPH :a { ex:s ex:p "new" ; ex:q 1 } GRAPH :b { ex:t ex:p "second" }'
LIVE = EX + 'GRAPH :a { ex:s ex:p "live" }'
TEXTS = "SELECT ?o WHERE { ?s <http://example.org/p> ?o } ORDER BY ?o"
FOR_EVER = "public, max-age=31536000, immutable"
HTML = {"Accept": "text/html,*/*;q=0.8"}
DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    home = tmp_path_factory.mktemp("home")
    put(home, "1.0.0", OLD)
    put(home, "2.0.0", NEW, previous="1.0.0")
    return Settings(home=home, public_url="https://data.example/ari/", max_rows=100, workers=2)


@pytest.fixture(scope="module")
def past(settings: Settings) -> Iterator[Past]:
    found = past_of(settings, 2)
    yield found
    found.close()


@pytest.fixture(scope="module")
def client(settings: Settings, past: Past) -> FlaskClient:
    return create_app(settings, EngineDouble(LIVE), past).test_client()


def get(client: FlaskClient, query: str = TEXTS, /, **sent: str) -> TestResponse:
    headers = {k.replace("_", "-"): sent.pop(k) for k in list(sent) if k[0].isupper()}
    return client.get("/sparql?" + urlencode({"query": query} | sent), headers=headers)


def texts(response: TestResponse) -> list[str]:
    assert response.status_code == 200, response.text
    return [row["o"]["value"] for row in json.loads(response.data)["results"]["bindings"]]


def problem(response: TestResponse, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status, response.text
    found: dict[str, Any] = json.loads(response.data)
    assert found["type"].endswith(f"/{slug}")
    return found


def hash_of(settings: Settings, version: str) -> str:
    return shelf.find(settings.home, version).hash


# Answers


def test_each_release_answers_from_its_own_data_and_the_live_data_too(client: FlaskClient) -> None:
    assert texts(get(client, release="1.0.0")) == ["old"]
    assert texts(get(client, release="2.0.0")) == ["new", "second"]
    assert texts(get(client)) == ["live"]


def test_a_release_is_asked_by_form_and_by_direct_post_too(client: FlaskClient) -> None:
    form = client.post("/sparql", data={"query": TEXTS, "release": "1.0.0"})
    mixed = client.post("/sparql?release=1.0.0", data={"query": TEXTS})
    direct = client.post("/sparql?release=1.0.0", data=TEXTS, content_type=DIRECT)
    assert texts(form) == texts(mixed) == texts(direct) == ["old"]


def test_an_answer_of_a_release_names_its_state_and_never_changes(
    client: FlaskClient, settings: Settings
) -> None:
    answer = get(client, release="1.0.0")
    assert answer.headers["ARI-Revision"] == hash_of(settings, "1.0.0")
    assert answer.headers["Cache-Control"] == FOR_EVER
    assert answer.headers["ARI-Rows"] == "1"
    tags = {get(client, **sent).headers["ETag"] for sent in ({}, {"release": "2.0.0"})}
    assert answer.headers["ETag"] not in tags


def test_a_client_that_has_the_answer_is_told_so_before_anything_is_started(
    client: FlaskClient, settings: Settings
) -> None:
    tag = get(client, release="1.0.0").headers["ETag"]
    fresh = past_of(settings, 1)
    other = create_app(settings, EngineDouble(LIVE), fresh).test_client()
    reply = get(other, release="1.0.0", If_None_Match=tag)
    assert (reply.status_code, reply.data, reply.headers["ETag"]) == (304, b"", tag)
    assert reply.headers["Cache-Control"] == FOR_EVER
    assert reply.headers["ARI-Revision"] == hash_of(settings, "1.0.0")
    assert len(fresh._standing) == 0


def test_a_page_is_not_kept_for_ever_as_the_software_may_show_it_otherwise(
    client: FlaskClient,
) -> None:
    assert get(client, release="1.0.0", **HTML).headers["Cache-Control"] == "public, no-cache"


def test_a_volatile_answer_of_a_release_is_not_stored(client: FlaskClient) -> None:
    reply = get(client, "SELECT (RAND() AS ?o) {}", release="1.0.0")
    assert reply.headers["Cache-Control"] == "no-store"
    assert "ETag" not in reply.headers


def test_every_format_comes_of_a_release(client: FlaskClient) -> None:
    assert get(client, release="1.0.0", format="csv").data == b"o\r\nold\r\n"
    graph = get(client, "CONSTRUCT WHERE { ?s ?p ?o }", release="2.0.0", format="nt")
    assert graph.headers["ARI-Rows"] == "3"
    assert json.loads(get(client, "ASK { ?s ?p 2 }", release="1.0.0").data)["boolean"] is True


def test_the_limits_hold_for_a_release(client: FlaskClient) -> None:
    many = "SELECT * { VALUES ?a { %s } VALUES ?b { %s } }" % (("1 2 3 4 5 6 7 8 9 10 11 ",) * 2)
    assert problem(get(client, many, release="1.0.0"), 503, "limit-reached")["value"] == 100


def test_a_relative_iri_means_the_same_on_every_server(settings: Settings, past: Past) -> None:
    found = []
    for address in ("https://one.example/", "https://two.example/"):
        app = create_app(replace(settings, public_url=address), EngineDouble(LIVE), past)
        query = "SELECT (<x> AS ?o) {}"
        found.append(texts(get(app.test_client(), query, release="1.0.0")))
    assert found == [["https://w3id.org/ari/x"]] * 2


def test_a_dataset_clause_may_name_the_graphs_of_the_release_only(client: FlaskClient) -> None:
    graph = "https://w3id.org/ari/id/graph/b"
    sent = {"default-graph-uri": graph}
    assert texts(get(client, release="2.0.0", **sent)) == ["second"]
    refused = problem(get(client, release="1.0.0", **sent), 400, "unknown-graph")
    assert refused["graphs"] == ["https://w3id.org/ari/id/graph/a"]


# Refusals


@pytest.mark.parametrize("version", ["3.0.0", "", "latest", "../2.0.0", "1.0", ".1.0.0.part", "%"])
def test_an_unknown_or_malformed_version_is_told_those_that_there_are(
    client: FlaskClient, version: str
) -> None:
    for path in ("/sparql?query=ASK%7B%7D&", "/sparql?", "/queries/editions?", "/graphs?default&"):
        found = problem(client.get(path + urlencode({"release": version})), 404, "not-found")
        assert found["releases"] == ["1.0.0", "2.0.0"]


def test_a_release_that_is_given_twice_is_refused(client: FlaskClient) -> None:
    problem(client.get("/sparql?query=ASK%7B%7D&release=1.0.0&release=2.0.0"), 400, "bad-parameter")


def test_a_release_is_never_written_to(settings: Settings, past: Past) -> None:
    engine = EngineDouble(LIVE)
    app = create_app(replace(settings, token="secret"), engine, past)
    client, key = app.test_client(), {"Authorization": "Bearer secret"}
    update = {"update": "DROP ALL"}
    problem(client.post("/update?release=1.0.0", data=update, headers=key), 400, "bad-parameter")
    reply = client.delete("/graphs?default&release=1.0.0", headers=key)
    problem(reply, 400, "bad-parameter")
    assert engine.changes == []


def test_releases_are_not_offered_in_front_of_another_engine(settings: Settings) -> None:
    remote = replace(settings, engine="http://127.0.0.1:9/sparql")
    client = create_app(remote, EngineDouble(LIVE)).test_client()
    problem(get(client, release="1.0.0"), 501, "not-offered")


def test_a_refusal_names_the_state_of_the_release(client: FlaskClient, settings: Settings) -> None:
    reply = get(client, "SELEC", release="1.0.0")
    problem(reply, 400, "syntax")
    assert reply.headers["ARI-Revision"] == hash_of(settings, "1.0.0")


@pytest.mark.parametrize("wrong", ["dataset", "manifest", "sums"])
def test_a_damaged_release_is_refused_and_the_others_answer(tmp_path: Path, wrong: str) -> None:
    for version, data in (("1.0.0", OLD), ("2.0.0", NEW)):
        put(tmp_path, version, data)
    name = {"dataset": layout.DATASET, "manifest": layout.MANIFEST, "sums": layout.SUMS}[wrong]
    path = tmp_path / "releases" / "1.0.0" / name
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"old", b"odd") if wrong == "dataset" else b"")
    settings = Settings(home=tmp_path, releases_loaded=1)
    past = past_of(settings, 1)
    try:
        client = create_app(settings, EngineDouble(LIVE), past).test_client()
        assert texts(get(client, release="2.0.0")) == ["new", "second"]
        found = problem(get(client, release="1.0.0"), 500, "environment")
        assert "ari verify" in found["remedy"]
        assert texts(get(client, release="2.0.0")) == ["new", "second"]
        path.unlink()
        path.write_bytes(whole)
        assert texts(get(client, release="1.0.0")) == ["old"]
    finally:
        past.close()


# Pages


def test_the_form_keeps_the_release_and_leads_back_to_the_live_data(client: FlaskClient) -> None:
    for query in (TEXTS, "SELEC"):
        page = get(client, query, release="1.0.0", **HTML).text
        assert '<input type="hidden" name="release" value="1.0.0">' in page
        assert 'Asked of <a href="/releases/1.0.0/">release 1.0.0</a>' in page
        live = re.search(r'<a href="(/sparql\?query=[^"]*)">Ask the live data</a>', page)
        assert live
        assert "release" not in live[1]


def test_the_form_of_the_live_data_says_nothing_of_releases(client: FlaskClient) -> None:
    assert 'name="release"' not in get(client, **HTML).text
    assert 'name="release"' not in get(client, release="9.9.9", **HTML).text


def test_a_page_of_a_release_shows_its_data_and_its_downloads_keep_it(client: FlaskClient) -> None:
    page = get(client, release="1.0.0", **HTML).text
    assert "<span>old</span>" in page or ">old<" in page
    downloads = re.findall(r'<a href="(/sparql\?[^"]*format=csv)"', page)
    assert len(downloads) == 1
    assert client.get(downloads[0].replace("&amp;", "&")).data == b"o\r\nold\r\n"


def test_the_description_of_a_release_is_of_its_graphs(client: FlaskClient) -> None:
    said = {v: client.get(f"/sparql?release={v}&format=nt").text for v in ("1.0.0", "2.0.0")}
    assert "graph/b>" in said["2.0.0"]
    assert "graph/b>" not in said["1.0.0"]
    assert "<https://data.example/ari/sparql?release=1.0.0>" in said["1.0.0"]


def test_a_stored_query_is_answered_from_the_release(client: FlaskClient) -> None:
    rows = {}
    for version in ("1.0.0", "2.0.0"):
        reply = client.get(f"/queries/graph-contents?release={version}&format=json")
        assert reply.status_code == 200, reply.text
        assert reply.headers["Cache-Control"] == FOR_EVER
        rows[version] = reply.text
    assert rows["1.0.0"] != rows["2.0.0"]
    form = client.post("/queries/graph-contents", data={"release": "1.0.0", "format": "json"})
    assert form.text == rows["1.0.0"]


def test_the_page_of_a_stored_query_keeps_the_release_with_its_values(client: FlaskClient) -> None:
    page = client.get(
        "/queries/questions-by-priority?priority=priority/x-1&release=1.0.0", headers=HTML
    ).text
    assert '<input type="hidden" name="release" value="1.0.0">' in page
    assert "priority=priority%2Fx-1&amp;release=1.0.0&amp;format=csv" in page
    assert '<a href="/queries/questions-by-priority?priority=priority%2Fx-1">Ask the live' in page
    assert "Asked of" in page


def test_a_graph_is_read_as_it_was_in_the_release(client: FlaskClient, settings: Settings) -> None:
    address = "/graphs?graph=https://w3id.org/ari/id/graph/a&release=1.0.0"
    reply = client.get(address + "&format=nt")
    assert '"old"' in reply.text
    assert reply.headers["ARI-Revision"] == hash_of(settings, "1.0.0")
    assert "release=1.0.0&amp;format=ttl" in client.get(address, headers=HTML).text


# Engines that stand


@pytest.fixture
def standing(settings: Settings) -> Iterator[Standing]:
    found = Standing(replace(settings, releases_loaded=1, query_seconds=0.5), 1)
    yield found
    found.close()


def place(settings: Settings, version: str) -> tuple[Path, str]:
    found = shelf.asked(settings.home, version)
    return found.dataset, found.hash


def ask(engine: EmbeddedEngine) -> bytes:
    return engine.ask(Question(TEXTS, "http://example.org/", {"table": "csv"})).body


def test_one_engine_too_many_takes_the_place_of_the_one_asked_longest_ago(
    settings: Settings, standing: Standing
) -> None:
    with standing.engine(*place(settings, "1.0.0")) as engine:
        assert ask(engine) == b"o\r\nold\r\n"
        first = Path(engine._address)
        assert first.exists()
    with standing.engine(*place(settings, "2.0.0")) as engine:
        assert ask(engine) == b"o\r\nnew\r\nsecond\r\n"
    assert not first.parent.exists()
    assert len(standing) == 1


def test_an_engine_that_is_asked_is_not_ended_and_who_waits_too_long_is_told(
    settings: Settings, standing: Standing
) -> None:
    with standing.engine(*place(settings, "1.0.0")) as engine:
        with pytest.raises(TooBusy), standing.engine(*place(settings, "2.0.0")):
            pass
        assert ask(engine) == b"o\r\nold\r\n"


def test_many_who_ask_at_once_start_one_engine(settings: Settings, standing: Standing) -> None:
    seen = []

    def visit() -> None:
        with standing.engine(*place(settings, "1.0.0")) as engine:
            seen.append(engine)

    visitors = [threading.Thread(target=visit) for _ in range(6)]
    for visitor in visitors:
        visitor.start()
    for visitor in visitors:
        visitor.join()
    assert len(seen) == 6
    assert len(set(map(id, seen))) == 1


def test_a_file_of_other_bytes_is_not_loaded_and_takes_no_place(
    settings: Settings, standing: Standing, tmp_path: Path
) -> None:
    dataset, digest = place(settings, "1.0.0")
    other = tmp_path / "ari-graph.nq"
    other.write_bytes(dataset.read_bytes() + b"\n")
    with pytest.raises(EnvironmentFault, match="not what was published"):
        standing.engine(other, digest).__enter__()
    assert len(standing) == 0


def test_after_the_end_nothing_is_left_and_nothing_is_started(
    settings: Settings, standing: Standing
) -> None:
    with standing.engine(*place(settings, "1.0.0")) as engine:
        folder = Path(engine._address).parent
    standing.close()
    standing.close()
    assert not folder.exists()
    with pytest.raises(NotReady), standing.engine(*place(settings, "1.0.0")):
        pass
