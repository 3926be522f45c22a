"""Questions that are answered on the event loop: as the application answers them, and by real
workers."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from met_ari.app import create_app
from met_ari.config import Settings
from met_ari.engine import spool
from met_ari.engine.embedded import EmbeddedEngine, open_engine
from met_ari.engine.interface import Question
from met_ari.engine.pending import Pending
from met_ari.protocol.front import Front
from met_ari.protocol.health import Health
from met_ari.protocol.metrics import Metrics
from met_ari.protocol.watched import Watched
from tests.asgi_client import AsgiClient, Sent

QUADS = "".join(
    f'<http://e/s{n:03}> <http://e/p> "a value that stands here again and again" <http://e/g> .\n'
    for n in range(200)
)
SETTINGS = Settings(public_url="https://data.example/", processes=1, query_seconds=20)
WORKERS = 2
SMALL = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 1"
LARGE = "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?s"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 3"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    dataset = tmp_path_factory.mktemp("data") / "dataset.nq"
    dataset.write_text(QUADS, encoding="utf-8")
    with open_engine(dataset, "r1", SETTINGS, workers=WORKERS + 1) as running:
        yield running


class Counting:
    """An engine that counts the questions that were begun, and those that a thread waited for."""

    def __init__(self, engine: EmbeddedEngine) -> None:
        self._engine = engine
        self.begun = 0
        self.waited = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    def begin(self, question: Question) -> Pending | None:
        pending = self._engine.begin(question)
        self.begun += pending is not None
        return pending

    def ask(self, question: Question) -> object:
        self.waited += 1
        return self._engine.ask(question)


@pytest.fixture
def counting(engine: EmbeddedEngine) -> Counting:
    return Counting(engine)


Make = Callable[..., AsgiClient]


@pytest.fixture
def make(engine: EmbeddedEngine, counting: Counting, tmp_path: Path) -> Iterator[Make]:
    """A front over the engine, one of whose workers is warm."""
    made: list[AsgiClient] = []

    def _make(**changed: object) -> AsgiClient:
        settings = replace(SETTINGS, **changed)  # type: ignore[arg-type]
        engine._settings = settings
        watched, numbers = Watched(counting), Metrics(tmp_path)  # type: ignore[arg-type]
        health = Health(watched, "https://data.example/sparql", "namespace", numbers)
        app = create_app(settings, watched)
        made.append(AsgiClient(Front(app, watched, settings, WORKERS, numbers, health)))
        engine.ask(Question("ASK {}", "http://e/", {"boolean": "json"}))
        return made[-1]

    yield _make
    engine._settings = SETTINGS
    for client in made:
        client.close()


@pytest.fixture
def client(make: Make) -> AsgiClient:
    return make(cache_mb=0)


@pytest.fixture
def flask(engine: EmbeddedEngine) -> FlaskClient:
    return create_app(SETTINGS, engine).test_client()


def of(query: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": query} | more)


@pytest.mark.parametrize("in_memory", [1 << 20, 10])
@pytest.mark.parametrize("query", [SMALL, LARGE, GRAPH, "ASK {}", "SELECT (RAND() AS ?x) {}"])
@pytest.mark.parametrize(
    "accept", ["", "*/*", "text/csv, application/n-triples, text/turtle;q=0.1"]
)
def test_it_is_answered_as_by_the_application(
    client: AsgiClient,
    flask: FlaskClient,
    counting: Counting,
    query: str,
    accept: str,
    in_memory: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spool, "IN_MEMORY", in_memory)
    sent = client.get(of(query), Accept=accept)
    direct = flask.get(of(query), headers={"Accept": accept})
    assert sent.status == direct.status_code
    volatile = "RAND" in query and sent.status == 200
    assert sorted(sent.headers) == sorted(name.lower() for name in direct.headers.keys())  # noqa: SIM118
    if not volatile:
        expected = sorted((name.lower(), value) for name, value in direct.headers.items())
        assert sorted(sent.pairs) == expected
        assert sent.body == direct.data
    assert (counting.begun, counting.waited) == (1, 0)


@pytest.mark.parametrize("kind", [DIRECT, FORM])
def test_a_post_is_answered_as_by_the_application(
    client: AsgiClient, flask: FlaskClient, counting: Counting, kind: str
) -> None:
    body = (
        SMALL if kind == DIRECT else urlencode({"query": SMALL, "default-graph-uri": "http://e/g"})
    )
    sent = client.post("/sparql", body.encode(), kind)
    direct = flask.post("/sparql", data=body, content_type=kind)
    assert (sent.status, sent.body) == (200, direct.data)
    assert sent.headers["etag"] == direct.headers["ETag"]
    assert (counting.begun, counting.waited) == (1, 0)


@pytest.mark.parametrize(
    "query", ["SELEC", "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }", "ASK { } # \ud800 ",
              "SELECT * FROM <http://e/none> { ?s ?p ?o }"],
)  # fmt: skip
def test_a_refusal_by_the_engine_is_the_applications(
    client: AsgiClient, flask: FlaskClient, counting: Counting, query: str
) -> None:
    target = "/sparql?" + urlencode({"query": query}, errors="surrogatepass")
    sent, direct = client.get(target), flask.get(target)
    assert (sent.status, sent.body) == (direct.status_code, direct.data)
    assert sent.status == 400
    expected = sorted((name.lower(), value) for name, value in direct.headers.items())
    assert sorted(sent.pairs) == expected


@pytest.mark.parametrize(
    "sent",
    [
        Sent("GET", of(SMALL), [("accept", "text/html")]),
        Sent("GET", of(SMALL, format="html")),
        Sent("GET", of(SMALL), [("accept", "text/*")]),
        Sent("GET", "/sparql", [("accept", "text/turtle")]),
        Sent("GET", of(SMALL), [("if-none-match", '"x"')]),
        Sent("GET", of(SMALL), [("accept", "text/csv"), ("accept", "*/*;q=0.1")]),
        Sent("GET", of(SMALL, release="1")),
        Sent("GET", of(SMALL) + "&query=ASK%7B%7D"),
        Sent("GET", of(SMALL), [("accept", "image/png")]),
        Sent("GET", of(SMALL) + "&%ff=1"),
        Sent("OPTIONS", of(SMALL)),
        Sent("DELETE", of(SMALL)),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_application(
    client: AsgiClient, counting: Counting, sent: Sent
) -> None:
    assert client.send(sent).status
    assert counting.begun == 0


def test_a_larger_body_comes_in_gzip_as_the_application_sends_it(make: Make) -> None:
    client = make()
    packed = client.get(of(LARGE), Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"].endswith('-gzip"')
    assert client.get(of(LARGE), Accept_Encoding="gzip") == packed


def test_an_answer_is_kept(make: Make, counting: Counting) -> None:
    client = make()
    assert client.get(of(SMALL)) == client.get(of(SMALL))
    assert client.head(of(SMALL)).body == b""
    assert (counting.begun, counting.waited) == (1, 0)


def test_the_deadline_ends_the_worker_and_says_so(make: Make, counting: Counting) -> None:
    client = make(query_seconds=0.4)
    began = time.monotonic()
    found = client.get(of(ENDLESS))
    assert 0.3 < time.monotonic() - began < 3
    assert (found.status, found.problem["limit"]) == (503, "ARI_QUERY_SECONDS")
    assert counting.begun == 1
    assert client.get(of(SMALL)).status == 200


def test_a_limit_of_rows_is_told(make: Make) -> None:
    found = make(max_rows=10).get(of(LARGE))
    assert (found.status, found.problem["limit"]) == (503, "ARI_MAX_ROWS")


def test_a_client_that_leaves_frees_its_worker(
    client: AsgiClient, engine: EmbeddedEngine, counting: Counting
) -> None:
    pid = engine._idle[-1].hello["pid"]
    gone = client.send(Sent("GET", of(ENDLESS), leaves=0.2))
    assert gone.status == 0
    assert counting.begun == 1
    assert not _lives(pid)
    assert 'reason="client-gone"} 1' in client.get("/metrics").body.decode()


def test_a_worker_that_is_killed_at_work_at_once_is_replaced_without_a_word(
    make: Make, engine: EmbeddedEngine, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = make(cache_mb=0)
    begin = counting.begin

    def killed(question: Question) -> Pending | None:
        pending = begin(question)
        assert pending is not None
        os.kill(pending._worker.hello["pid"], signal.SIGKILL)
        return pending

    monkeypatch.setattr(counting, "begin", killed)
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c = ?f) } LIMIT 1"
    found = client.get(of("ASK { } # " + slow))
    assert json.loads(found.body)["boolean"] is True
    assert counting.waited <= 1


def test_many_at_once_are_all_answered_right(make: Make) -> None:
    client = make()
    asked = [Sent("GET", of(f"SELECT ({n} AS ?n) WHERE {{}}")) for n in range(60)]
    for n, found in enumerate(client.send_at_once(*asked)):
        (row,) = json.loads(found.body)["results"]["bindings"]
        assert row["n"]["value"] == str(n)


def test_without_a_worker_at_hand_a_thread_gets_one(
    make: Make, engine: EmbeddedEngine, counting: Counting
) -> None:
    client = make()
    engine.close()
    engine._closed = False
    assert client.get(of(SMALL)).status == 200
    assert (counting.begun, counting.waited) == (0, 1)


def test_a_question_that_a_socket_may_not_take_at_once_is_asked_by_a_thread(
    make: Make, counting: Counting
) -> None:
    found = make().post("/sparql", SMALL.encode() + b" " * 100_000, DIRECT)
    assert found.status == 200
    assert (counting.begun, counting.waited) == (0, 1)


def _lives(pid: int) -> bool:
    for _ in range(100):
        if not Path(f"/proc/{pid}").exists():
            return False
        time.sleep(0.02)
    return True
