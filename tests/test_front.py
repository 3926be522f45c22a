"""What stands before the application: kept answers, gzip, turns, limits, health, numbers, log."""

import asyncio
import gzip
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from met_ari import calls
from met_ari.app import create_app
from met_ari.config import Settings
from met_ari.engine.interface import Answer, Question
from met_ari.errors import TooBusy, WorkerLost
from met_ari.protocol import metrics
from met_ari.protocol.accesslog import AccessLog
from met_ari.protocol.admission import MOST_WAITING, Admission, client_of, forwarded
from met_ari.protocol.cache import Reply
from met_ari.protocol.coding import compressed, takes_gzip
from met_ari.protocol.front import Front
from met_ari.protocol.health import Health
from met_ari.protocol.metrics import Metrics
from met_ari.protocol.responses import in_gzip
from met_ari.protocol.watched import Watched, digest
from tests.asgi_client import Answered, AsgiClient, Sent, ask
from tests.engine_double import EngineDouble

DATA = "GRAPH <https://w3id.org/ari/id/graph/a> {" + "".join(
    f'<http://e/s{n:03}> <http://e/p> "a value that stands here again and again" .'
    for n in range(200)
) + "}"  # fmt: skip
SETTINGS = Settings(
    public_url="https://data.example/", processes=1, max_request_bytes=1000, request_seconds=0.3
)
SMALL = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 1"
LARGE = "SELECT ?s ?o WHERE { ?s ?p ?o } ORDER BY ?s"
DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
GZIP = {"Accept_Encoding": "gzip, deflate, br"}
WORKERS = 2


class SlowEngine(EngineDouble):
    """Takes its time over a query with the word SLOW in it, and notices who leaves."""

    def __init__(self) -> None:
        super().__init__(DATA)
        self.hold = threading.Event()
        self.at_work = 0
        self.ended = 0

    def ask(self, question: Question) -> Answer:
        if "SLOW" in question.text:
            self._work()
        return super().ask(question)

    def _work(self) -> None:
        self.at_work += 1
        stop = threading.Event()
        try:
            with calls.ends(stop.set):
                until = time.monotonic() + 5
                while not (self.hold.is_set() or stop.is_set()) and time.monotonic() < until:
                    time.sleep(0.005)
        finally:
            self.at_work -= 1
            self.ended += stop.is_set()


@pytest.fixture
def engine() -> SlowEngine:
    return SlowEngine()


Make = Callable[..., AsgiClient]


@pytest.fixture
def make(engine: SlowEngine, tmp_path: Path) -> Iterator[Make]:
    """A front over the double, with other settings or an access log where wanted."""
    made: list[AsgiClient] = []

    def _make(log: AccessLog | None = None, **changed: object) -> AsgiClient:
        settings = replace(SETTINGS, **changed)  # type: ignore[arg-type]
        watched, numbers = Watched(engine), Metrics(tmp_path)
        health = Health(watched, "https://data.example/sparql", "namespace", numbers)
        app = create_app(settings, watched)
        made.append(AsgiClient(Front(app, watched, settings, WORKERS, numbers, health, log)))
        return made[-1]

    yield _make
    engine.hold.set()
    for client in made:
        client.close()


@pytest.fixture
def client(make: Make) -> AsgiClient:
    return make()


def of(query: str, **more: str) -> str:
    return "/sparql?" + urlencode({"query": query} | more)


def rows_of(answered: Answered) -> int:
    assert answered.status == 200, answered.body
    return len(json.loads(answered.body)["results"]["bindings"])


def number(client: AsgiClient, series: str) -> float:
    text = client.get("/metrics").body.decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(series))


# Kept answers


def test_a_repeated_question_is_answered_without_the_engine_byte_for_byte(
    client: AsgiClient, engine: SlowEngine
) -> None:
    first, again = client.get(of(SMALL)), client.get(of(SMALL))
    assert rows_of(first) == 1
    assert (again.status, again.pairs, again.body) == (first.status, first.pairs, first.body)
    assert len(engine.asked) == 1


def test_what_is_sent_is_what_the_application_answers(
    client: AsgiClient, engine: SlowEngine
) -> None:
    flask: FlaskClient = create_app(SETTINGS, engine).test_client()
    for target in (of(SMALL), of(LARGE), "/", "/sparql", "/shapes", of("SELEC"), "/none", "/id/a"):
        for _ in range(2):
            sent, direct = client.get(target), flask.get(target)
            assert (sent.status, sent.body) == (direct.status_code, direct.data)
            expected = sorted((k.lower(), v) for k, v in direct.headers.items())
            assert sorted(sent.pairs) == expected


@pytest.mark.parametrize("kind", [DIRECT, FORM])
def test_a_repeated_post_that_asks_is_answered_without_the_engine(
    client: AsgiClient, engine: SlowEngine, kind: str
) -> None:
    body = SMALL if kind == DIRECT else urlencode({"query": SMALL})
    first, again = (client.post("/sparql", body.encode(), kind) for _ in range(2))
    assert rows_of(first) == 1
    assert again == first
    other = client.post("/sparql", body.replace("1", "2").encode(), kind)
    assert rows_of(other) == 2
    assert len(engine.asked) == 2


def test_a_post_is_never_answered_with_304(client: AsgiClient) -> None:
    tag = client.post("/sparql", SMALL.encode(), DIRECT).headers["etag"]
    assert client.post("/sparql", SMALL.encode(), DIRECT, If_None_Match=tag).status == 200


@pytest.mark.parametrize(
    "other",
    [
        Sent("GET", of(SMALL + " "), [("accept", "*/*")]),
        Sent("GET", of(SMALL, format="csv"), [("accept", "*/*")]),
        Sent("GET", of(SMALL), [("accept", "text/csv")]),
        Sent("GET", of(SMALL), [("accept", "text/csv"), ("accept", "*/*;q=0.1")]),
        Sent("GET", of(SMALL), [("accept", "*/*;q=0.1"), ("accept", "text/csv")]),
        Sent("POST", of(SMALL), [("accept", "*/*"), ("content-type", FORM)], [b"format=csv"]),
    ],
    ids=["query", "format", "accept", "two accepts", "two accepts turned", "post"],
)
def test_another_question_never_gets_the_kept_answer(client: AsgiClient, other: Sent) -> None:
    asked = client.send(Sent("GET", of(SMALL), [("accept", "*/*")]))
    found = client.send(other)
    assert found.status == 200
    assert found.headers["etag"] != asked.headers["etag"]


def test_a_repeated_header_does_not_poison_the_cache_for_a_single_one(client: AsgiClient) -> None:
    two = [("accept", "text/csv"), ("accept", "application/sparql-results+xml;q=0.1")]
    assert client.send(Sent("GET", of(SMALL), two)).headers["content-type"].startswith("text/csv")
    single = client.send(Sent("GET", of(SMALL), two[1:]))
    assert single.headers["content-type"] == "application/sparql-results+xml"


def test_a_write_empties_the_cache(client: AsgiClient, engine: SlowEngine) -> None:
    first = client.get(of(SMALL))
    engine.revision = "r2"
    again = client.get(of(SMALL))
    assert again.headers["ari-revision"] == "r2"
    assert again.headers["etag"] != first.headers["etag"]
    assert len(engine.asked) == 2


def test_an_answer_during_which_the_data_changed_is_not_kept(
    client: AsgiClient, engine: SlowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = EngineDouble.ask

    def change_meanwhile(self: EngineDouble, question: Question) -> Answer:
        answer = ask(self, question)
        self.revision += "+"
        return answer

    monkeypatch.setattr(EngineDouble, "ask", change_meanwhile)
    client.get(of(SMALL))
    client.get(of(SMALL))
    assert len(engine.asked) == 2


def test_an_answer_from_an_older_worker_is_not_kept(
    client: AsgiClient, engine: SlowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = EngineDouble.ask
    monkeypatch.setattr(
        EngineDouble, "ask", lambda self, question: replace(ask(self, question), revision="r0")
    )
    client.get(of(SMALL))
    client.get(of(SMALL))
    assert len(engine.asked) == 2


@pytest.mark.parametrize(
    "query", ["SELECT (RAND() AS ?r) WHERE {}", "SELEC", "ASK { 'OVER-THE-LIMIT' ?p ?o }"]
)
def test_errors_and_volatile_answers_are_never_kept(
    client: AsgiClient, engine: SlowEngine, query: str
) -> None:
    first, again = client.get(of(query)), client.get(of(query))
    assert first.status == again.status
    assert first.headers["cache-control"] == "no-store"
    assert len(engine.asked) == 2


def test_a_style_sheet_is_kept_although_it_has_no_tag(client: AsgiClient) -> None:
    first, again = client.get("/static/ari.css"), client.get("/static/ari.css")
    assert again == first
    assert "immutable" in again.headers["cache-control"]
    assert number(client, "ari_cache_hits_total") == 1


def test_the_cache_keeps_to_its_bytes_and_drops_what_was_not_used(make: Make) -> None:
    client = make(cache_mb=1)
    client.get(of(SMALL))
    for n in range(60):
        assert rows_of(client.get(of(f"{LARGE} #{n}"))) == 200
        client.get(of(SMALL))
    assert 0 < number(client, "ari_cache_bytes") <= 1024 * 1024
    assert number(client, "ari_cache_entries") < 60
    assert number(client, "ari_cache_hits_total") == 60


def test_without_memory_for_it_nothing_is_kept(make: Make, engine: SlowEngine) -> None:
    client = make(cache_mb=0)
    assert client.get(of(SMALL)) == client.get(of(SMALL))
    assert len(engine.asked) == 2


def test_who_ask_the_same_at_once_wait_for_one_answer(
    client: AsgiClient, engine: SlowEngine
) -> None:
    threading.Timer(0.2, engine.hold.set).start()
    found = client.send_at_once(*[Sent("GET", of(f"{SMALL} # SLOW"))] * 20)
    assert [rows_of(one) for one in found] == [1] * 20
    assert len(engine.asked) == 1


# Conditions and gzip (RFC 9110, 8.8.3, 12.5.3 and 13.1.2)


def test_a_known_tag_gets_304_from_the_cache_as_from_the_application(
    client: AsgiClient, engine: SlowEngine
) -> None:
    flask: FlaskClient = create_app(SETTINGS, engine).test_client()
    tag = client.get(of(SMALL)).headers["etag"]
    for condition in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        found = client.get(of(SMALL), If_None_Match=condition)
        direct = flask.get(of(SMALL), headers={"If-None-Match": condition})
        assert (found.status, found.body) == (304, b"")
        assert sorted(found.pairs) == sorted((k.lower(), v) for k, v in direct.headers.items())
    assert client.get(of(SMALL), If_None_Match='"other"').status == 200


def test_a_larger_body_comes_in_gzip_with_a_tag_of_its_own(client: AsgiClient) -> None:
    plain, packed = client.get(of(LARGE)), client.get(of(LARGE), **GZIP)
    for _ in range(2):
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["vary"] == "Accept, Accept-Encoding"
        assert int(packed.headers["content-length"]) == len(packed.body) < len(plain.body)
        assert gzip.decompress(packed.body) == plain.body
        tag = plain.headers["etag"].strip('"')
        assert packed.headers["etag"] == f'"{in_gzip(tag)}"'
        packed = client.get(of(LARGE), **GZIP)
    assert "content-encoding" not in plain.headers


def test_both_codings_come_from_one_answer_which_is_packed_once(
    make: Make, engine: SlowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    packings: list[Reply] = []

    def packed(reply: Reply) -> Reply:
        packings.append(reply)
        return compressed(reply)

    monkeypatch.setattr("met_ari.protocol.packing.compressed", packed)
    client = make()
    asked = [Sent("GET", of(LARGE), [("accept-encoding", coding)]) for coding in ("", "gzip") * 4]
    found = client.send_at_once(*asked)
    assert len(engine.asked) == 1
    assert len(packings) == 1
    assert len({one.body for one in found}) == 2
    assert {gzip.decompress(one.body) for one in found[1::2]} == {found[0].body}
    kept = len(found[0].body) + len(found[1].body)
    assert kept < number(client, "ari_cache_bytes") < kept + 10_000
    assert number(client, "ari_cache_entries") == 1


def test_gzip_gives_the_same_bytes_each_time(make: Make) -> None:
    assert make().get(of(LARGE), **GZIP) == make().get(of(LARGE), **GZIP)


def test_a_small_body_and_a_refusal_are_not_packed(client: AsgiClient) -> None:
    for target in (of(SMALL), of("SELEC")):
        assert "content-encoding" not in client.get(target, **GZIP).headers


@pytest.mark.parametrize("warm", [False, True])
def test_either_tag_gets_304_whether_the_answer_is_kept_or_not(make: Make, warm: bool) -> None:
    first = make()
    for coding in ({}, GZIP):
        tag = first.get(of(LARGE), **coding).headers["etag"]
        client = make()
        if warm:
            client.get(of(LARGE), **coding)
        found = client.get(of(LARGE), If_None_Match=tag, **coding)
        assert (found.status, found.headers["etag"]) == (304, tag)


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("*;q=0", False),
        ("identity", False),
        ("gzip;q=0.2, identity;q=0.8", False),
        ("br", False),
    ],
)
def test_gzip_is_sent_to_who_takes_it(header: str | None, taken: bool) -> None:
    assert takes_gzip(header.encode() if header is not None else None) is taken


@pytest.mark.parametrize("coding", [{}, GZIP])
def test_head_has_the_headers_of_get_and_no_body(
    client: AsgiClient, engine: SlowEngine, coding: dict[str, str]
) -> None:
    cold = client.head(of(LARGE), **coding)
    get = client.get(of(LARGE), **coding)
    warm = client.head(of(LARGE), **coding)
    assert cold.pairs == get.pairs == warm.pairs
    assert (cold.body, warm.body) == (b"", b"")
    assert len(engine.asked) == 1


# Bodies and headers


def test_a_body_in_pieces_arrives_whole(client: AsgiClient) -> None:
    pieces = [SMALL[:5].encode(), b"", SMALL[5:].encode()]
    sent = Sent("POST", "/sparql", [("content-type", DIRECT)], pieces)
    assert rows_of(client.send(sent)) == 1


@pytest.mark.parametrize("announced", [[], [("content-length", "5000")]])
def test_a_body_over_the_limit_is_refused_whether_announced_or_not(
    client: AsgiClient, engine: SlowEngine, announced: list[tuple[str, str]]
) -> None:
    headers = [("content-type", DIRECT), *announced]
    found = client.send(Sent("POST", "/sparql", headers, [b"x" * 500] * 10))
    assert found.status == 413
    assert (found.problem["limit"], found.problem["value"]) == ("ARI_MAX_REQUEST_BYTES", 1000)
    assert not engine.asked


def test_a_body_announced_far_over_the_limit_is_refused_unread(client: AsgiClient) -> None:
    headers = [("content-type", DIRECT), ("content-length", "99999999")]
    assert client.send(Sent("POST", "/sparql", headers, [b"x"], pause=60)).status == 413


def test_a_body_of_just_the_limit_passes(client: AsgiClient) -> None:
    body = SMALL.encode().ljust(1000)
    assert rows_of(client.post("/sparql", body, DIRECT)) == 1


def test_a_slow_body_is_refused_with_the_limit(client: AsgiClient, engine: SlowEngine) -> None:
    sent = Sent("POST", "/sparql", [("content-type", DIRECT)], [b" "] * 100, pause=0.05)
    found = client.send(sent)
    assert found.status == 408
    assert found.problem["limit"] == "ARI_REQUEST_SECONDS"
    assert not engine.asked


@pytest.mark.parametrize("path", ["/sparql", "/update"])
def test_a_body_that_is_cut_is_never_acted_on(make: Make, engine: SlowEngine, path: str) -> None:
    client = make(token="t")
    kind = DIRECT if path == "/sparql" else "application/sparql-update"
    headers = [("content-type", kind), ("authorization", "Bearer t")]
    text = SMALL if path == "/sparql" else "INSERT DATA { <http://e/a> <http://e/b> 1 }"
    found = client.send(Sent("POST", path, headers, [text.encode()], cut=True))
    assert found.status == 400
    assert not engine.asked
    assert not engine.changes


def test_slow_bodies_hold_no_thread(client: AsgiClient) -> None:
    slow = Sent("POST", "/sparql", [("content-type", DIRECT)], [b" "] * 100, pause=0.05)
    *refused, calm = client.send_at_once(*[slow] * 20, Sent("GET", of(SMALL)))
    assert rows_of(calm) == 1
    assert {one.status for one in refused} == {408}


def test_headers_over_the_limit_are_refused(client: AsgiClient) -> None:
    found = client.get(of(SMALL), X_Long="x" * 40_000)
    assert found.status == 431
    assert found.problem["limit"] == "headers"


@pytest.mark.parametrize("headers", [{"X_Long": "x" * 40_000}, {"x" * 40_000: ""}])
def test_headers_over_the_limit_are_refused_where_the_answer_is_kept(
    client: AsgiClient, headers: dict[str, str]
) -> None:
    assert client.get(of(SMALL)).status == client.get(of(SMALL)).status == 200
    assert client.get(of(SMALL), **headers).status == 431
    assert client.get(of(SMALL)).status == 200
    assert number(client, "ari_cache_hits_total") == 2


def test_an_address_over_the_limit_is_refused(client: AsgiClient) -> None:
    found = client.get(of(SMALL + " " * 40_000))
    assert found.status == 414
    assert "POST" in found.problem["remedy"]


def test_a_browser_gets_the_refusals_of_the_front_as_a_page(client: AsgiClient) -> None:
    found = client.get(of(SMALL), Accept="text/html", X_Long="x" * 40_000)
    assert found.status == 431
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert b"The headers are too large" in found.body


@pytest.mark.parametrize("path", ["/sparql", "/update", "/update/", "/graphs?default"])
def test_a_refusal_of_the_front_has_the_headers_of_one_of_the_application(
    client: AsgiClient, path: str
) -> None:
    client.get(of(SMALL))
    front = client.send(Sent("POST", path, [], [b"x" * 5000]))
    ours = client.send(Sent("POST", path, [("content-type", "image/png")], [b"x"]))
    assert front.status == 413
    assert ours.status in (403, 415)
    assert {name for name, _ in front.pairs} == {name for name, _ in ours.pairs}


# Turns


def slow(n: int, address: str = "192.0.2.1") -> Sent:
    return Sent("GET", of(f"{SMALL} # SLOW {n}"), address=address)


def test_one_client_has_at_most_half_of_the_places(client: AsgiClient, engine: SlowEngine) -> None:
    most = []

    def look() -> None:
        most.append(engine.at_work)
        engine.hold.set()

    threading.Timer(0.3, look).start()
    found = client.send_at_once(*map(slow, range(4)))
    assert [rows_of(one) for one in found] == [1] * 4
    assert most == [1]


def test_a_calm_client_is_answered_while_another_floods(
    client: AsgiClient, engine: SlowEngine
) -> None:
    seconds = []

    async def flood_and_ask() -> list[Answered]:
        application = client.application
        flood = [asyncio.ensure_future(ask(application, slow(n))) for n in range(100)]
        await asyncio.sleep(0.1)
        for n in range(10):
            began = time.monotonic()
            calm = await ask(application, Sent("GET", of(f"{SMALL} # {n}"), address="192.0.2.2"))
            seconds.append(time.monotonic() - began)
            assert rows_of(calm) == 1
        engine.hold.set()
        return await asyncio.gather(*flood)

    found = client.run(flood_and_ask())
    assert max(seconds) < 0.5
    refused = [one for one in found if one.status == 429]
    assert len(refused) >= 100 - 1 - MOST_WAITING // 4
    assert all(one.headers["retry-after"] == "1" for one in refused)
    assert all(one.problem["type"].endswith("/too-busy") for one in refused)
    assert all(rows_of(one) == 1 for one in found if one.status != 429)


def test_who_waits_too_long_is_refused(client: AsgiClient, engine: SlowEngine) -> None:
    client.application._turns._patience = 0.2
    threading.Timer(0.6, engine.hold.set).start()
    first, second = client.send_at_once(slow(1), slow(2))
    assert rows_of(first) == 1
    assert second.status == 429


def test_health_and_kept_answers_are_given_while_every_place_is_taken(
    client: AsgiClient, engine: SlowEngine
) -> None:
    client.get(of(SMALL))
    seconds = []

    async def look() -> None:
        application = client.application
        flood = [
            asyncio.ensure_future(ask(application, slow(n, f"192.0.2.{n}"))) for n in range(10)
        ]
        await asyncio.sleep(0.1)
        assert engine.at_work == WORKERS
        for target in ("/healthz", "/readyz", "/metrics", of(SMALL)):
            began = time.monotonic()
            assert (await ask(application, Sent("GET", target, address="192.0.2.9"))).status == 200
            seconds.append(time.monotonic() - began)
        engine.hold.set()
        await asyncio.gather(*flood)

    client.run(look())
    assert max(seconds) < 0.5


def test_a_client_that_leaves_while_it_is_worked_for_frees_its_place(
    client: AsgiClient, engine: SlowEngine
) -> None:
    leaver = replace(slow(1), leaves=0.1)
    began = time.monotonic()
    gone, calm = client.send_at_once(leaver, slow_after_it := Sent("GET", of(SMALL)))
    assert slow_after_it.address == leaver.address
    assert gone.status == 0
    assert rows_of(calm) == 1
    assert time.monotonic() - began < 1.5
    assert (engine.at_work, engine.ended) == (0, 1)
    assert number(client, 'ari_workers_ended_total{reason="client-gone"}') == 1
    assert number(client, 'ari_requests_total{route="sparql",status="499"}') == 1


def test_a_client_that_leaves_while_it_waits_is_never_worked_for(
    client: AsgiClient, engine: SlowEngine
) -> None:
    threading.Timer(0.4, engine.hold.set).start()
    first, gone = client.send_at_once(slow(1), replace(slow(2), leaves=0.1))
    assert rows_of(first) == 1
    assert gone.status == 0
    assert len(engine.asked) == 1
    assert number(client, "ari_requests_waiting") == 0
    assert number(client, "ari_requests_working") == 0


def served_in_order(most: int, arrivals: str) -> str:
    """Who gets a place, in order, where all work equally long and ask at once, one by one."""

    async def story() -> str:
        turns, order = Admission(most), []

        async def one(client: str) -> None:
            turn = turns.enter(client)
            if turn is not None:
                await turn
            order.append(client)
            await asyncio.sleep(0.02)
            turns.leave(client)

        await asyncio.gather(*map(one, arrivals))
        assert (turns.working, turns.waiting) == (0, 0)
        assert not turns._clients
        return "".join(order)

    return asyncio.run(story())


@pytest.mark.parametrize(
    ("most", "arrivals", "served"),
    [
        (1, "aaab", "abaa"),
        (1, "aaabbbccc", "abcabcabc"),
        (2, "aaaabb", "ababaa"),
        (4, "aaaaabcd", "aabcdaaa"),
    ],
)
def test_a_place_goes_to_the_client_that_has_the_fewest_then_in_rounds(
    most: int, arrivals: str, served: str
) -> None:
    assert served_in_order(most, arrivals) == served


def test_work_ends_at_once_for_who_has_left_already() -> None:
    call = calls.Call()
    call.leave()
    with calls.during(call), pytest.raises(WorkerLost), calls.ends(lambda: None):
        pytest.fail("work began")


def test_what_ends_work_is_not_called_after_it() -> None:
    call, ended = calls.Call(), []
    with calls.during(call), calls.ends(lambda: ended.append(1)):
        pass
    call.leave()
    assert not ended
    with calls.ends(lambda: ended.append(1)):
        assert calls.current() is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("no address", "no address", True),
    ],
)
def test_a_client_is_an_ipv4_address_or_an_ipv6_site(one: str, other: str, same: bool) -> None:
    assert (client_of(one) == client_of(other)) is same


@pytest.mark.parametrize(
    ("header", "proxies", "found"),
    [
        ("192.0.2.7", 0, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        ("192.0.2.7", 1, "192.0.2.7"),
        ("a lie, 192.0.2.7", 1, "192.0.2.7"),
        ("a lie, 192.0.2.7, 10.0.0.2", 2, "192.0.2.7"),
        ("192.0.2.7", 2, "192.0.2.7"),
    ],
)
def test_only_trusted_proxies_are_believed(header: str, proxies: int, found: str) -> None:
    assert forwarded("10.0.0.1", header, proxies) == found


# Health, numbers, log


def test_health_asks_nobody_and_readiness_asks_a_worker(
    client: AsgiClient, engine: SlowEngine
) -> None:
    alive = client.get("/healthz")
    assert (alive.status, json.loads(alive.body)) == (200, {"status": "alive"})
    assert not engine.asked
    ready = client.get("/readyz")
    assert ready.status == 200
    assert json.loads(ready.body) == {
        "status": "ready",
        "revision": "r1",
        "protection": "namespace",
    }
    client.get("/readyz")
    assert len(engine.asked) == 1
    assert {ready.headers["cache-control"], alive.headers["cache-control"]} == {"no-store"}


def test_readiness_is_refused_while_no_worker_answers(
    client: AsgiClient, engine: SlowEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> Answer:
        raise TooBusy

    monkeypatch.setattr(SlowEngine, "ask", busy)
    refused = client.get("/readyz")
    assert refused.status == 503
    assert refused.problem["type"].endswith("/not-ready")
    assert refused.headers["retry-after"] == "1"
    assert client.get("/healthz").status == 200
    assert client.get("/metrics").status == 200
    monkeypatch.undo()
    assert client.get("/readyz").status == 200


def test_health_takes_only_get_and_head(client: AsgiClient) -> None:
    refused = client.post("/healthz", b"", FORM)
    assert (refused.status, refused.headers["allow"]) == (405, "GET, HEAD")
    assert client.head("/healthz").body == b""


def test_every_request_is_counted_by_route_and_status(client: AsgiClient) -> None:
    for target in (of(SMALL), of(SMALL), of("SELEC"), "/", "/none/of/it", "/doc/none"):
        client.get(target)
    text = client.get("/metrics").body.decode()
    for line in (
        'ari_requests_total{route="sparql",status="200"} 2',
        'ari_requests_total{route="sparql",status="400"} 1',
        'ari_requests_total{route="home",status="200"} 1',
        'ari_requests_total{route="other",status="404"} 1',
        'ari_requests_total{route="doc",status="404"} 1',
        'ari_request_seconds_count{route="sparql"} 3',
        'ari_refusals_total{problem="syntax"} 1',
        "ari_cache_hits_total 1",
        "ari_rows_total 2",
        'ari_info{revision="r1",version="0.1.0"} 1',
    ):
        assert line in text.splitlines(), line


def test_refusals_by_a_limit_and_the_workers_they_end_are_counted(client: AsgiClient) -> None:
    client.get(of("ASK { 'OVER-THE-LIMIT' ?p ?o }"))
    assert number(client, 'ari_limit_refusals_total{limit="ARI_QUERY_SECONDS"}') == 1
    assert number(client, 'ari_workers_ended_total{reason="ARI_QUERY_SECONDS"}') == 1


def test_the_numbers_of_all_processes_are_added_up_and_gauges_of_dead_ones_left_out(
    tmp_path: Path,
) -> None:
    own = Metrics(tmp_path)
    own.request("sparql", 200, 0.3, 10, 1)
    own.put(metrics.CACHED, 100)
    living = tmp_path / f"{os.getppid()}.counts"
    dead = tmp_path / "999999999.counts"
    for other in (living, dead):
        other.write_bytes((tmp_path / f"{os.getpid()}.counts").read_bytes())
    lines = own.text("r1", "1").splitlines()
    assert 'ari_requests_total{route="sparql",status="200"} 3' in lines
    assert 'ari_request_seconds_bucket{route="sparql",le="0.25"} 0' in lines
    assert 'ari_request_seconds_bucket{route="sparql",le="0.5"} 3' in lines
    assert 'ari_request_seconds_bucket{route="sparql",le="+Inf"} 3' in lines
    assert "ari_cache_bytes 200" in lines


def test_every_route_has_a_class_of_its_own() -> None:
    app = create_app(SETTINGS, EngineDouble(""))
    assert not [
        str(rule) for rule in app.url_map.iter_rules() if metrics.route_of(str(rule)) == "other"
    ]


def test_a_request_is_logged_in_one_line_without_its_query(make: Make) -> None:
    reading, writing = os.pipe()
    client = make(log=AccessLog(writing))
    for _ in range(2):
        client.get(of(SMALL))
    client.get(of("SELEC"))
    client.post("/sparql", b"x" * 5000, DIRECT)
    lines = []
    with os.fdopen(reading, encoding="ascii") as log:
        lines = [json.loads(log.readline()) for _ in range(4)]
        os.close(writing)
    miss, hit, bad, large = lines
    for line in lines:
        assert line.pop("time").endswith("+00:00")
        assert line.pop("seconds") >= 0
    assert miss == {
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": miss["bytes"],
        "rows": 1,
        "query": digest(SMALL),
        "outcome": "ok",
        "cache": "miss",
    }
    assert hit == miss | {"cache": "hit"}
    assert (bad["status"], bad["outcome"], bad["rows"]) == (400, "syntax", None)
    assert (large["status"], large["outcome"]) == (413, "request-too-large")
    assert quote(SMALL) not in str(lines)


def test_a_log_that_nobody_reads_stops_no_request(make: Make) -> None:
    reading, writing = os.pipe()
    log = AccessLog(writing)
    client = make(log=log)
    for _ in range(3000):
        assert client.get("/healthz").status == 200
    os.close(reading)


def test_a_broken_application_is_a_problem_without_its_secret(make: Make) -> None:
    client = make()

    def broken(*_: object) -> list[bytes]:
        raise RuntimeError("an inner secret")

    client.application._application = broken
    found = client.get(of(SMALL))
    assert found.status == 500
    assert found.problem["instance"]
    assert b"secret" not in found.body
