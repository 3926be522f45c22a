"""The embedded engine with real processes: whole answers or an error, and there for the next."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from met_ari.config import Settings
from met_ari.engine import embedded, isolation
from met_ari.engine.embedded import EmbeddedEngine, open_engine
from met_ari.engine.interface import Answer, Engine, Question
from met_ari.engine.keeper import Nursery
from met_ari.errors import (
    AriError,
    EnvironmentFault,
    FederationRefused,
    InputError,
    LimitReached,
    NotAcceptable,
    SyntaxProblem,
    TooBusy,
    TooComplex,
    UnknownGraph,
    WorkerLost,
)
from met_ari.formats import Kind

BASE = "http://example.org/"
FORMATS: dict[Kind, str] = {"table": "json", "boolean": "json", "graph": "nt"}
SECONDS = 1.0
LIMITS = Settings(query_seconds=SECONDS, query_memory_mb=256, workers=4, max_rows=50_000)
PATIENT = replace(LIMITS, query_seconds=60)
"""For what must end before the time is up, on a busy machine too."""
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
NEVER = "STRLEN(CONCAT(STR(?c), STR(?f), STR(?i))) = 1"
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(?c != ?i) }}"

OVERLAPPING = """
_:x <http://example.org/p> "unnamed" .
<http://example.org/s> <http://example.org/p> "both" <http://example.org/a> .
<http://example.org/s> <http://example.org/p> "both" <http://example.org/b> .
<http://example.org/s> <http://example.org/p> "only a" <http://example.org/a> .
<http://example.org/s> <http://example.org/p> _:x <http://example.org/b> .
<http://example.org/s> <http://example.org/p> "third" <http://example.org/c> .
"""


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two thousand triples in one graph, and a few in graphs that overlap."""
    path = tmp_path_factory.mktemp("data") / "dataset.nq"
    many = (
        f'<{BASE}t{i % 500}> <{BASE}q{i % 7}> "value {i}"@en <{BASE}many> .\n' for i in range(2000)
    )
    path.write_text(OVERLAPPING.lstrip() + "".join(many), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def nursery(dataset: Path) -> Iterator[Nursery]:
    with Nursery(dataset, "r1", LIMITS) as running:
        yield running


@pytest.fixture(scope="module")
def engine(nursery: Nursery) -> Iterator[EmbeddedEngine]:
    client = EmbeddedEngine(nursery.address, LIMITS)
    yield client
    client.close()


Connect = Callable[..., EmbeddedEngine]


@pytest.fixture
def connect(nursery: Nursery) -> Iterator[Connect]:
    """Makes more clients of the nursery, with settings of their own."""
    with contextlib.ExitStack() as opened:

        def make(settings: Settings = LIMITS, **options: int) -> EmbeddedEngine:
            client = EmbeddedEngine(nursery.address, settings, **options)
            opened.callback(client.close)
            return client

        yield make


def ask(engine: Engine, text: str, **options: Any) -> Answer:
    return engine.ask(Question(text, BASE, options.pop("formats", FORMATS), **options))


def number(engine: Engine, text: str, **options: Any) -> int:
    """The only value of an answer."""
    (row,) = json.loads(ask(engine, text, **options).body)["results"]["bindings"]
    (value,) = row.values()
    return int(value["value"])


def is_well(engine: Engine) -> None:
    """The next client gets the right answer."""
    assert (
        number(engine, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{BASE}many> {{ ?s ?p ?o }} }}") == 2000
    )


SLACK_SECONDS = 5.0
"""What a busy machine may add; without its limit, each of these would take minutes."""


def within(seconds: float) -> "contextlib.AbstractContextManager[None]":
    @contextlib.contextmanager
    def clock() -> Iterator[None]:
        started = time.monotonic()
        yield
        assert time.monotonic() - started < seconds + SLACK_SECONDS

    return clock()


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def children(pid: int) -> set[int]:
    """The processes, zombies included, whose parent is `pid`."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found.add(int(folder.name))
    return found


class TestAnswers:
    def test_an_answer_comes_whole_with_its_rows_and_format(self, engine: EmbeddedEngine) -> None:
        answer = ask(engine, f"SELECT ?o {{ <{BASE}s> <p> ?o }} ORDER BY ?o LIMIT 2")
        assert (answer.kind, answer.format, answer.rows, answer.volatile) == (
            "table",
            "json",
            2,
            False,
        )
        assert json.loads(answer.body)["head"]["vars"] == ["o"]

    def test_ask_construct_and_describe_are_answered(self, engine: EmbeddedEngine) -> None:
        assert b"true" in ask(engine, "ASK { ?s ?p 'both' }").body
        graph = ask(engine, "CONSTRUCT { ?s <x> <y> } WHERE { ?s <p> ?o }")
        assert (graph.kind, graph.rows, len(graph.body.splitlines())) == ("graph", 2, 2)
        assert ask(engine, "DESCRIBE <t1>").rows == 4

    def test_every_format_is_on_offer(self, engine: EmbeddedEngine) -> None:
        for kind, text in (("table", "SELECT * { ?s <p> ?o }"), ("graph", "DESCRIBE <t1>")):
            names = {"table": "json xml csv tsv", "graph": "ttl nt nq trig jsonld rdf"}[kind]
            for name in names.split():
                answer = ask(engine, text, formats={kind: name})
                assert (answer.format, answer.body[:1].strip() != b"") == (name, True)

    def test_select_star_has_its_columns_in_the_order_of_the_text(
        self, engine: EmbeddedEngine
    ) -> None:
        answer = ask(engine, "SELECT * { ?z <p> ?a }", formats={"table": "csv"})
        assert answer.body.startswith(b"z,a\r\n")

    def test_blank_nodes_are_named_b0_and_so_on(self, engine: EmbeddedEngine) -> None:
        answer = ask(engine, "SELECT ?x { ?x <p> 'unnamed' }", formats={"table": "csv"})
        assert answer.body == b"x\r\n_:b0\r\n"

    def test_functions_that_change_are_told(self, engine: EmbeddedEngine) -> None:
        assert ask(engine, "SELECT (NOW() AS ?t) {}").volatile

    def test_revision_graphs_and_protection_are_known(self, engine: EmbeddedEngine) -> None:
        assert engine.revision == "r1"
        assert engine.graphs == {BASE + "a": 2, BASE + "b": 2, BASE + "c": 1, BASE + "many": 2000}
        assert engine.protection in (isolation.NAMESPACE, isolation.SECCOMP)

    def test_a_large_answer_comes_whole(self, connect: Connect) -> None:
        client = connect(replace(LIMITS, query_seconds=30, max_rows=10**6))
        text = "SELECT ?o ?o2 { GRAPH <many> { <t1> ?p ?o . ?s2 ?p2 ?o2 } } ORDER BY ?o2"
        answer = ask(client, f"SELECT * {{ {{ {text} }} VALUES ?n {{ {'1 ' * 20} }} }}")
        assert answer.rows == 4 * 2000 * 20 == len(json.loads(answer.body)["results"]["bindings"])

    def test_the_same_file_gives_the_same_bytes_in_every_process(
        self, engine: EmbeddedEngine, dataset: Path
    ) -> None:
        questions = (
            "SELECT * { ?s ?p ?o }",
            "SELECT ?p (COUNT(*) AS ?n) (SAMPLE(?o) AS ?one) { ?s ?p ?o } GROUP BY ?p",
            "SELECT DISTINCT ?s { ?s ?p ?o }",
            "CONSTRUCT { ?s ?p [ <v> ?o ] } WHERE { ?s ?p ?o }",
        )
        with open_engine(dataset, "r1", LIMITS) as other:
            for text in questions:
                assert ask(engine, text).body == ask(other, text).body


class TestDatasets:
    def count(self, engine: EmbeddedEngine, clauses: str = "", **options: Any) -> int:
        return number(engine, f"SELECT (COUNT(*) AS ?n) {clauses} {{ ?s <p> ?o }}", **options)

    def test_the_union_is_a_set(self, engine: EmbeddedEngine) -> None:
        assert self.count(engine) == 5

    def test_several_from_clauses_are_merged_as_a_set(self, engine: EmbeddedEngine) -> None:
        for _ in range(2):
            assert self.count(engine, "FROM <a> FROM <b>") == 3
            assert self.count(engine, "FROM <b> FROM <a> FROM <a>") == 3
        assert self.count(engine, "FROM <a> FROM <b> FROM <c> FROM <many>") == 4

    def test_more_merges_than_are_kept_stay_right(self, engine: EmbeddedEngine) -> None:
        pairs = {"a b": 3, "a c": 3, "b c": 3, "a many": 2, "b many": 2, "c many": 1}
        for _ in range(2):
            for pair, expected in pairs.items():
                first, second = pair.split()
                assert self.count(engine, f"FROM <{first}> FROM <{second}>") == expected

    def test_one_from_clause_is_that_graph(self, engine: EmbeddedEngine) -> None:
        assert self.count(engine, "FROM <a>") == 2

    def test_from_named_alone_leaves_the_default_graph_empty(self, engine: EmbeddedEngine) -> None:
        assert self.count(engine, "FROM NAMED <a>") == 0
        graphs = "SELECT (COUNT(DISTINCT ?g) AS ?n) FROM NAMED <a> { GRAPH ?g { ?s <p> ?o } }"
        assert number(engine, graphs) == 1

    def test_the_dataset_of_the_protocol_wins_over_the_clauses(
        self, engine: EmbeddedEngine
    ) -> None:
        assert self.count(engine, "FROM <many>", default_graphs=(BASE + "a",)) == 2
        assert self.count(engine, "FROM <a>", named_graphs=(BASE + "a",)) == 0
        both = (BASE + "a", BASE + "b")
        assert self.count(engine, "FROM <nowhere>", default_graphs=both) == 3

    def test_graph_shows_the_named_graphs_and_no_others(self, engine: EmbeddedEngine) -> None:
        self.count(engine, "FROM <a> FROM <b>")
        seen = "SELECT (GROUP_CONCAT(DISTINCT STR(?g)) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
        (row,) = json.loads(ask(engine, seen).body)["results"]["bindings"]
        assert sorted(row["n"]["value"].split()) == sorted(engine.graphs)

    @pytest.mark.parametrize("clause", ["FROM <x>", "FROM NAMED <x>", "FROM <a> FROM <x>"])
    def test_a_graph_that_does_not_exist_is_named_with_those_that_do(
        self, engine: EmbeddedEngine, clause: str
    ) -> None:
        with pytest.raises(UnknownGraph, match=f"<{BASE}x>") as refused:
            self.count(engine, clause)
        assert refused.value.extra["graphs"] == list(engine.graphs)
        with pytest.raises(UnknownGraph):
            self.count(engine, default_graphs=("file:///etc/passwd",))

    def test_the_graph_of_the_unnamed_triples_can_not_be_named(
        self, engine: EmbeddedEngine
    ) -> None:
        with pytest.raises(UnknownGraph):
            self.count(engine, "FROM <urn:x-ari:unnamed>")
        assert b"false" in ask(engine, "ASK { GRAPH <urn:x-ari:unnamed> { ?s ?p ?o } }").body

    def test_under_strict_only_the_unnamed_graph_is_seen(self, dataset: Path) -> None:
        strict = replace(LIMITS, default_graph="strict")
        with open_engine(dataset, "r1", strict) as engine:
            assert self.count(engine) == 1
            assert self.count(engine, "FROM <a> FROM <b>") == 3
            every = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s <p> ?o } }"
            assert number(engine, every) == 5


class TestRefusals:
    def test_federation_is_refused_with_what_to_do_instead(self, engine: EmbeddedEngine) -> None:
        with pytest.raises(FederationRefused) as refused:
            ask(engine, r"ASK { \u0053ERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }")
        assert "Comunica" in refused.value.remedy
        assert b"false" in ask(engine, "ASK { ?s ?p 'service' } # service").body

    def test_a_syntax_error_has_its_place(self, engine: EmbeddedEngine) -> None:
        with pytest.raises(SyntaxProblem, match="line 2, column 2") as problem:
            ask(engine, "SELECT * {\n ?s foaf:name ?o }".replace("?s ", ""))
        assert "PREFIX foaf:" in problem.value.remedy

    def test_an_unacceptable_kind_is_refused_before_it_is_computed(
        self, engine: EmbeddedEngine
    ) -> None:
        with within(1), pytest.raises(NotAcceptable) as refused:
            ask(engine, ENDLESS, formats={"graph": "ttl"})
        assert refused.value.extra["available"] == ["json", "xml", "csv", "spreadsheet", "tsv"]

    def test_what_the_engine_can_not_evaluate_is_the_clients_to_mend(
        self, engine: EmbeddedEngine
    ) -> None:
        with pytest.raises(InputError, match="custom function"):
            ask(engine, "SELECT (<http://example.org/f>(1) AS ?x) {}")
        with pytest.raises(InputError, match="base"):
            engine.ask(Question("ASK {}", "no base", FORMATS))

    def test_a_format_that_can_not_say_it_is_refused(self, engine: EmbeddedEngine) -> None:
        with pytest.raises(NotAcceptable, match=r"U\+0001"):
            ask(engine, r"SELECT ('\u0001' AS ?x) {}", formats={"table": "xml"})


DOUBLING = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
BOMBS = {
    "concat": f"SELECT (STRLEN(?v40) AS ?n) {{ BIND('0123456789' AS ?v0) {DOUBLING} }}",
    "group concat": "SELECT (GROUP_CONCAT(?x) AS ?n) { ?a ?b ?c . ?d ?e ?f "
    "BIND(CONCAT(STR(?c), STR(?f), STR(?a), STR(?b), STR(?d), STR(?e)) AS ?x) }",
    "replace": "SELECT (STRLEN(?d) AS ?n) { BIND('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' AS ?a) "
    + " ".join(
        f"BIND(REPLACE(?{x}, 'a', '{'a' * 99}') AS ?{y})" for x, y in ("ab", "bc", "cd", "de", "ef")
    )
    + " }",
    "sort": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?f ?i",
    "distinct": f"SELECT (COUNT(DISTINCT ?x) AS ?n) {{ {CROSS} BIND(CONCAT(?c, ?f, ?i) AS ?x) }}",
}
CHAINS = {
    "groups": "ASK " + "{" * 5000,
    "groups that close": "ASK " + "{" * 5000 + "}" * 5000,
    "brackets": "ASK { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
    "blank nodes": "ASK { ?s ?p " + "[ ?p " * 5000 + "1" + "]" * 5000 + " }",
    "sum": "SELECT (" + "1+" * 15_000 + "1 AS ?x) {}",
    "or": "ASK { FILTER(" + "?x||" * 20_000 + "?x) }",
    "not": "ASK { FILTER(" + "!" * 100_000 + "?x) }",
    "minus": "ASK { FILTER(" + "-" * 100_000 + "1) }",
    "union": "ASK { {}" + " UNION {}" * 20_000 + " }",
    "path": "ASK { ?s <p>" + "/<p>" * 50_000 + " ?o }",
    "inverse path": "ASK { ?s " + "^" * 100_000 + "<p> ?o }",
    "negated words": "ASK { FILTER " + "NOT EXISTS { FILTER " * 3000 + "(1)" + "}" * 3000 + " }",
}


class TestLimits:
    def test_an_endless_query_is_stopped_and_the_next_is_right(
        self, engine: EmbeddedEngine
    ) -> None:
        with within(SECONDS + 1), pytest.raises(LimitReached) as reached:
            ask(engine, ENDLESS)
        assert reached.value.extra == {
            "limit": "ARI_QUERY_SECONDS",
            "value": SECONDS,
            "unit": "seconds",
        }
        is_well(engine)

    @pytest.mark.parametrize(
        "text",
        [
            f"SELECT * {{ {CROSS} FILTER({NEVER}) }}",
            "CONSTRUCT { ?a ?b ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
            f"ASK {{ {CROSS} FILTER({NEVER}) }}",
            f"ASK {{ ?s ?p ?o FILTER EXISTS {{ {CROSS} FILTER({NEVER}) }} }}",
            "SELECT (COUNT(*) AS ?n) { ?a (!<x>|^!<x>)* ?b . ?c (!<x>|^!<x>)* ?d }",
            "ASK { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 99} }}" for i in range(8))
            + " FILTER(?v0 + ?v1 + ?v2 + ?v3 + ?v4 + ?v5 + ?v6 + ?v7 = 1) }",
        ],
        ids=["select", "construct", "ask", "exists", "path", "values"],
    )  # fmt: skip
    def test_no_form_of_endless_query_escapes_the_limits(
        self, engine: EmbeddedEngine, text: str
    ) -> None:
        with within(SECONDS + 1), pytest.raises(LimitReached):
            ask(engine, text)
        is_well(engine)

    @pytest.mark.parametrize("name", BOMBS)
    def test_a_memory_bomb_ends_its_worker_alone(self, engine: EmbeddedEngine, name: str) -> None:
        with within(SECONDS + 1), pytest.raises(LimitReached) as reached:
            ask(engine, BOMBS[name])
        assert reached.value.extra["limit"] in ("ARI_QUERY_MEMORY_MB", "ARI_QUERY_SECONDS")
        is_well(engine)

    def test_memory_is_named_as_the_limit_with_its_value(self, connect: Connect) -> None:
        engine = connect(PATIENT)
        with pytest.raises(LimitReached, match="256 MiB") as reached:
            ask(engine, BOMBS["concat"])
        assert reached.value.extra == {
            "limit": "ARI_QUERY_MEMORY_MB",
            "value": 256,
            "unit": "MiB",
        }

    @pytest.mark.parametrize("name", CHAINS)
    def test_a_text_that_overflows_the_stack_is_contained(
        self, engine: EmbeddedEngine, name: str
    ) -> None:
        """Too complex, out of time, or (where the engine's stack suffices) answered: never more."""
        with (
            within(SECONDS + 1),
            contextlib.suppress(TooComplex, LimitReached, SyntaxProblem),
        ):
            ask(engine, CHAINS[name])
        is_well(engine)

    def test_a_stack_overflow_is_told_in_words(self, connect: Connect) -> None:
        engine = connect(PATIENT)
        with pytest.raises(TooComplex, match="chains too many operators"):
            ask(engine, CHAINS["not"])

    def test_rows_over_the_limit_are_an_error_and_not_fewer_rows(self, connect: Connect) -> None:
        client = connect(replace(LIMITS, max_rows=1999))
        for text in (
            "SELECT * { GRAPH <many> { ?s ?p ?o } }",
            "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <many> { ?s ?p ?o } }",
        ):
            with pytest.raises(LimitReached) as reached:
                ask(client, text)
            assert reached.value.extra["limit"] == "ARI_MAX_ROWS"
            assert ask(client, text + " LIMIT 1999").rows == 1999

    def test_bytes_over_the_limit_are_an_error(self, connect: Connect) -> None:
        client = connect(replace(LIMITS, max_bytes=1000))
        text = "SELECT ?s { GRAPH <many> { ?s ?p ?o } } LIMIT "
        for form in ("json", "csv"):
            with pytest.raises(LimitReached) as reached:
                ask(client, text + "100", formats={"table": form})
            assert reached.value.extra["limit"] == "ARI_MAX_BYTES"
        assert ask(client, text + "5").rows == 5

    def test_a_worker_that_outlives_its_client_is_ended_by_the_kernel(
        self, connect: Connect
    ) -> None:
        """As after kill -9 of a web server: nobody is left to stop the query."""
        settings = replace(LIMITS, query_seconds=0.5)
        client = connect(settings)
        worker = client._take()
        pid = worker.hello["pid"]
        request = embedded._request(Question(ENDLESS, BASE, FORMATS), settings)
        worker._send(request, time.monotonic() + 5)
        worker._socket.close()
        assert eventually(lambda: not Path(f"/proc/{pid}").exists(), 5)
        worker.close()

    def test_the_memory_of_a_bomb_is_given_back(self, nursery: Nursery, connect: Connect) -> None:
        def resident() -> int:
            return int(Path(f"/proc/{nursery.pid}/statm").read_text().split()[1])

        client = connect(PATIENT)
        before = resident()
        for _ in range(3):
            with pytest.raises(LimitReached):
                ask(client, BOMBS["concat"])
        assert resident() < before * 1.1


class TestSurvival:
    def test_a_worker_killed_before_its_turn_is_replaced(self, engine: EmbeddedEngine) -> None:
        worker = engine._take()
        engine._idle.append(worker)
        os.kill(worker.hello["pid"], signal.SIGKILL)
        is_well(engine)

    def test_a_worker_killed_at_work_is_a_clear_error_and_the_next_is_right(
        self, engine: EmbeddedEngine, nursery: Nursery
    ) -> None:
        is_well(engine)
        worker = engine._take()
        engine._idle.append(worker)
        killer = threading.Timer(0.7, os.kill, (worker.hello["pid"], signal.SIGKILL))
        killer.start()
        with within(SECONDS), pytest.raises(WorkerLost, match="ended before"):
            ask(engine, ENDLESS)
        killer.join()
        is_well(engine)

    def test_a_killed_nursery_is_restarted_and_the_next_is_right(self, dataset: Path) -> None:
        with (
            Nursery(dataset, "r1", LIMITS) as nursery,
            contextlib.closing(EmbeddedEngine(nursery.address, LIMITS)) as client,
        ):
            for _ in range(2):
                is_well(client)
                dead = nursery.pid
                assert dead is not None
                os.kill(dead, signal.SIGKILL)
                is_well(client)
                assert eventually(lambda: nursery.pid != dead)  # noqa: B023
                is_well(client)

    def test_a_nursery_that_stays_away_is_an_error_and_not_a_hang(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(embedded, "RESTART_SECONDS", 0.3)
        with within(2), pytest.raises(WorkerLost) as lost:
            ask(EmbeddedEngine(str(tmp_path / "nothing"), LIMITS), "ASK {}")
        assert lost.value.headers == {"Retry-After": "5"}

    def test_everything_ends_when_the_server_is_killed(self, dataset: Path) -> None:
        program = f"""
            import sys, time
            from pathlib import Path
            from met_ari.config import Settings
            from met_ari.engine.embedded import EmbeddedEngine
            from met_ari.engine.keeper import Nursery
            nursery = Nursery(Path({str(dataset)!r}), "r", Settings())
            nursery.start()
            engine = EmbeddedEngine(nursery.address, Settings())
            engine.protection
            print(nursery.pid, engine._idle.pop().hello["pid"], nursery._folder, flush=True)
            time.sleep(60)
        """
        command = [sys.executable, "-c", textwrap.dedent(program)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            nursery, worker, folder = server.stdout.readline().split()
            server.kill()
        assert eventually(lambda: not Path(f"/proc/{nursery}").exists(), 5)
        assert eventually(lambda: not Path(f"/proc/{worker}").exists(), 5)
        assert not Path(folder).exists()

    def test_many_threads_get_their_own_right_answers(self, connect: Connect) -> None:
        client = connect()

        def one(i: int) -> bool:
            name = f"t{i % 500}"
            answer = ask(client, f"SELECT ?s {{ BIND(<{name}> AS ?s) }}", formats={"table": "csv"})
            return answer.body == f"s\r\n{BASE}{name}\r\n".encode()

        with ThreadPoolExecutor(12) as pool:
            assert all(pool.map(one, range(1500)))

    def test_calm_questions_are_answered_while_others_run_into_limits(
        self, connect: Connect
    ) -> None:
        client = connect(replace(LIMITS, query_seconds=4))
        hostile = [ENDLESS, BOMBS["concat"], CHAINS["not"]]

        def attack(text: str) -> type[AriError]:
            with pytest.raises(AriError) as failed:
                ask(client, text)
            return failed.type

        with ThreadPoolExecutor(3) as pool:
            attacks = [pool.submit(attack, text) for text in hostile]
            while not attacks[0].done():
                with within(2):
                    is_well(client)
        assert [attack.result() for attack in attacks] == [LimitReached, LimitReached, TooComplex]

    def test_when_all_workers_are_taken_the_next_is_told_to_come_again(
        self, connect: Connect
    ) -> None:
        client = connect(replace(LIMITS, query_seconds=3), workers=1)
        assert client.revision == "r1"
        with ThreadPoolExecutor(1) as pool:
            long = pool.submit(ask, client, ENDLESS)
            time.sleep(0.3)
            with within(2), pytest.raises(TooBusy) as busy:
                ask(client, "ASK {}")
            assert client.revision == "r1"
            with pytest.raises(LimitReached):
                long.result()
        assert busy.value.headers == {"Retry-After": "1"}
        is_well(client)

    def test_nothing_is_left_behind(self, dataset: Path) -> None:
        def run() -> tuple[int, str]:
            with Nursery(dataset, "r1", LIMITS) as nursery:
                client = EmbeddedEngine(nursery.address, LIMITS)
                for text in ("ASK {}", BOMBS["concat"], CHAINS["not"], "nonsense", ENDLESS):
                    with contextlib.suppress(AriError):
                        ask(client, text)
                assert nursery.pid is not None
                # One warm worker at most: the others were ended, and reaped.
                assert eventually(lambda: len(children(nursery.pid or 0)) <= 1)
                client.close()
                client.close()
                assert eventually(lambda: not children(nursery.pid or 0))
                return nursery.pid, nursery.address

        run()
        descriptors = set(os.listdir("/proc/self/fd"))
        threads = threading.active_count()
        pid, address = run()
        assert set(os.listdir("/proc/self/fd")) == descriptors
        assert threading.active_count() == threads
        assert pid not in children(os.getpid())
        assert not Path(address).parent.exists()

    def test_a_worn_worker_is_not_used_again(self, connect: Connect) -> None:
        client = connect(LIMITS, workers=1)
        is_well(client)
        first = client._take()
        pid = first.hello["pid"]
        client._idle.append(first)
        big = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f LIMIT 10 OFFSET 40000"
        with contextlib.suppress(LimitReached):
            ask(client, big)
        is_well(client)
        second = client._take()
        assert second.hello["pid"] == pid or not Path(f"/proc/{pid}").exists()
        second.close()


class TestStart:
    def test_a_dataset_that_is_missing_or_broken_is_named(self, tmp_path: Path) -> None:
        broken = tmp_path / "broken.nq"
        broken.write_text("<http://a> <http://b> \n")
        for path in (tmp_path / "missing.nq", broken, tmp_path):
            with (
                pytest.raises(EnvironmentFault, match=path.name),
                open_engine(path, "r1", LIMITS),
            ):
                pass

    def test_an_empty_dataset_is_a_dataset(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.nq"
        path.write_text("")
        with open_engine(path, "r0", LIMITS) as engine:
            assert engine.graphs == {}
            assert ask(engine, "SELECT * { ?s ?p ?o }").rows == 0

    def test_a_long_path_of_temporary_files_is_no_obstacle(
        self, dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        long = tmp_path / ("x" * 120)
        long.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(long))
        with open_engine(dataset, "r1", LIMITS) as engine:
            is_well(engine)

    def test_the_socket_is_for_this_user_only(self, nursery: Nursery) -> None:
        assert Path(nursery.address).parent.stat().st_mode & 0o777 == 0o700


CONNECT = """
import socket, sys
from met_ari.engine import isolation
print({take})
def attempt(family, address):
    try:
        with socket.socket(family) as s:
            s.settimeout(2)
            s.connect(address)
            return "connected"
    except OSError as error:
        return type(error).__name__
print(attempt(socket.AF_INET, ("127.0.0.1", {port})))
print(attempt(socket.AF_UNIX, {path!r}))
from pyoxigraph import Store
try:
    print(bool(Store().query("ASK {{ SERVICE <http://localhost:{port}/> {{ ?s ?p ?o }} }}")))
except OSError as error:
    print("no service")
"""


class TestNetwork:
    """A loopback listener stands for every address: what can't reach it reaches nothing."""

    @pytest.mark.parametrize(
        ("take", "said"),
        [
            ("isolation.take_network_away()", (isolation.NAMESPACE, isolation.SECCOMP)),
            ("isolation.refuse_sockets()", ("True",)),
        ],
    )
    def test_a_process_without_network_reaches_unix_sockets_only(
        self, tmp_path: Path, take: str, said: tuple[str, ...]
    ) -> None:
        path = str(tmp_path / "unix")
        with (
            socket.create_server(("127.0.0.1", 0)) as listener,
            socket.socket(socket.AF_UNIX) as local,
        ):
            local.bind(path)
            local.listen()
            listener.settimeout(0.2)
            port = listener.getsockname()[1]
            program = CONNECT.format(take=take, port=port, path=path)
            run = subprocess.run(
                [sys.executable, "-c", program],
                capture_output=True,
                text=True,
                check=True,
                timeout=30,
            )
            protection, internet, unix, service = run.stdout.split("\n")[:4]
            assert protection in said
            assert internet in ("OSError", "PermissionError")
            assert unix == "connected"
            assert service == "no service"
            with pytest.raises(TimeoutError):
                listener.accept()

    def test_the_engine_works_under_the_filter_where_namespaces_are_forbidden(
        self, dataset: Path
    ) -> None:
        program = (
            "from met_ari.engine import isolation, nursery;"
            "isolation.take_network_away ="
            " lambda: isolation.SECCOMP if isolation.refuse_sockets() else isolation.NONE;"
            "nursery.main()"
        )

        class Filtered(Nursery):
            def _command(self) -> list[str]:
                python, _, _, _, *options = super()._command()
                return [python, "-c", program, *options]

        with (
            Filtered(dataset, "r1", LIMITS) as nursery,
            contextlib.closing(EmbeddedEngine(nursery.address, LIMITS)) as client,
        ):
            assert client.protection == isolation.SECCOMP
            is_well(client)
            with pytest.raises(LimitReached):
                ask(client, ENDLESS)
            is_well(client)

    def test_workers_live_without_the_network_of_the_server(self, engine: EmbeddedEngine) -> None:
        if engine.protection != isolation.NAMESPACE:
            pytest.skip("this kernel allows no namespaces: the filter is tested above")
        worker = engine._take()
        theirs = os.readlink(f"/proc/{worker.hello['pid']}/ns/net")
        engine._idle.append(worker)
        assert theirs != os.readlink("/proc/self/ns/net")
