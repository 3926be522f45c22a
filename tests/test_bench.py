"""The benchmark: corpora that never change, answers that are compared, figures that add up."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef

from met_ari.bench import bench, corpus, hammer, load, peers
from met_ari.bench.answers import Answer, Verdict, compare, read
from met_ari.bench.client import GRAPH, Client, Reply
from met_ari.bench.questions import GROUPS, PLACE, Question, cheap, of_library
from met_ari.bench.report import Report
from met_ari.bench.results import (
    Front,
    Group,
    Rate,
    Ready,
    Run,
    by_question,
    percentile,
    speedup,
    timed,
    times_rate,
)
from met_ari.bench.servers import Server, running
from met_ari.bench.targets import outcomes
from met_ari.bench.trial import Plan, Trial
from met_ari.build import folder, inference, recheck
from met_ari.build.nodes import portable
from met_ari.build.pipeline import BuildResult
from met_ari.build.shapes import load_shapes
from met_ari.build.sources import Sources
from met_ari.build.validation import validate
from met_ari.errors import EnvironmentFault
from met_ari.vocab import DEFAULT_BASE, Names
from tests.live import plain_environment

GRAPHS = f"{DEFAULT_BASE}id/graph/"


@pytest.fixture(scope="module")
def real(built: BuildResult) -> Path:
    return built.folder / folder.DATASET


@pytest.fixture(scope="module")
def grown(real: Path, tmp_path_factory: pytest.TempPathFactory) -> corpus.Corpus:
    """The real graph and some organisations of each kind."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(corpus.SIZES, "medium", 20_000)
        return corpus.write("medium", real, tmp_path_factory.mktemp("corpus") / "grown.nq")


@pytest.fixture(scope="module")
def graphs(grown: corpus.Corpus) -> dict[str, Graph]:
    """The graphs of the grown corpus, by the last part of the name."""
    found: dict[str, Graph] = {}
    for quad in ox.parse(grown.path.read_bytes(), format=ox.RdfFormat.N_QUADS):
        name = str(getattr(quad.graph_name, "value", "")).removeprefix(GRAPHS)
        triple = (portable(quad.subject), portable(quad.predicate), portable(quad.object))
        found.setdefault(name, Graph()).add(triple)
    return found


# Corpora


@pytest.fixture(scope="module")
def small(real: Path, tmp_path_factory: pytest.TempPathFactory) -> corpus.Corpus:
    return corpus.write("small", real, tmp_path_factory.mktemp("small") / "small.nq")


def test_the_small_corpus_is_five_thousand_statements_of_the_real_graph(
    real: Path, small: corpus.Corpus
) -> None:
    kept, whole = (set(path.read_text().splitlines()) for path in (small.path, real))
    assert 4_750 <= small.quads == len(kept) <= 5_250
    counts = {line for line in kept - whole if "<http://rdfs.org/ns/void#triples>" in line}
    assert kept - whole == counts


def test_every_stored_query_finds_in_the_small_corpus_something_if_it_does_in_the_real_graph(
    real: Path, small: corpus.Corpus
) -> None:
    def found(path: Path) -> set[str]:
        store = ox.Store()
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        answers = {
            question.name: store.query(question.text, use_default_graph_as_union=True)
            for question in of_library()
        }
        return {name for name, answer in answers.items() if _says_something(answer)}

    assert found(small.path) >= found(real)


def _says_something(answer: object) -> bool:
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    assert isinstance(answer, ox.QuerySolutions | ox.QueryTriples)
    return next(iter(answer), None) is not None


def test_a_corpus_has_the_same_bytes_in_every_process(real: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from met_ari.bench import corpus; "
        "corpus.write('medium', Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    digests = set()
    for seed in ("1", "2"):
        target = tmp_path / f"{seed}.nq"
        subprocess.run(
            [sys.executable, "-c", code, str(real), str(target)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
        )
        digests.add(hashlib.sha256(target.read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_corpus_has_the_size_that_it_tells_and_no_statement_twice(grown: corpus.Corpus) -> None:
    triples = Counter(
        (quad.subject, quad.predicate, quad.object)
        for quad in ox.parse(grown.path.read_bytes(), format=ox.RdfFormat.N_QUADS)
    )
    assert 20_000 <= grown.quads < 26_000
    assert grown.quads == len(triples) == triples.total()


def test_what_a_corpus_infers_is_what_the_reasoner_infers(graphs: dict[str, Graph]) -> None:
    asserted = {k: v for k, v in graphs.items() if k not in ("inferred", "ontology", "catalogue")}
    account = {Names().graph("inferred"), Names().thing("activity", "infer")}
    expected, errors = inference.infer(
        graphs["ontology"], asserted.values(), f"{DEFAULT_BASE}id/", "reasonable"
    )
    given = {triple for triple in graphs["inferred"] if triple[0] not in account}
    assert (given, errors) == (set(expected), [])


def test_a_corpus_keeps_every_rule_of_the_shapes(grown: corpus.Corpus, sources: Sources) -> None:
    data = recheck._asserted(grown.path.read_bytes(), Names())
    assert validate(data, load_shapes(sources.shape_files), {}) == []


def test_the_catalogue_counts_what_is_there(graphs: dict[str, Graph]) -> None:
    sizes = {
        str(thing).removeprefix(GRAPHS): int(value)
        for thing, value in graphs["catalogue"].subject_objects(
            URIRef("http://rdfs.org/ns/void#triples")
        )
    }
    dataset = sizes.pop(f"{DEFAULT_BASE}id/dataset/ari-graph")
    assert sizes == {name: len(graph) for name, graph in graphs.items()}
    assert dataset == sum(sizes.values())


# Questions


def test_every_stored_query_is_in_a_group() -> None:
    assert {question.group for question in of_library()} == set(GROUPS)


def test_what_finds_something_in_the_real_graph_finds_something_in_a_grown_one(
    grown: corpus.Corpus, real: Path
) -> None:
    stores = []
    for path in (real, grown.path):
        store = ox.Store()
        store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
        stores.append(store)
    for question in of_library():
        small, large = (count(store, question.distinct(7)) for store in stores)
        assert large or not small, question.name


def count(store: ox.Store, query: str) -> int:
    result = store.query(query, use_default_graph_as_union=True)
    return int(bool(result)) if isinstance(result, ox.QueryBoolean) else sum(1 for _ in result)


def test_new_words_do_not_change_a_question() -> None:
    question = next(q for q in of_library() if q.name == "editions")
    assert question.distinct(1) != question.distinct(2)
    assert question.distinct(1).endswith(question.text)


# Answers


def table(*rows: dict[str, object], names: tuple[str, ...] = ("a", "b")) -> Reply:
    document = {"head": {"vars": names}, "results": {"bindings": rows}}
    return Reply(200, json.dumps(document).encode(), 0.1)


def iri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def literal(value: str, datatype: str = "string", **more: str) -> dict[str, str]:
    return {
        "type": "literal",
        "value": value,
        "datatype": f"http://www.w3.org/2001/XMLSchema#{datatype}",
        **more,
    }


ANY = Question("any", "lookup", "SELECT")
ORDERED = Question("ordered", "lookup", "SELECT", ordered=True)
ONE, TWO = {"a": iri("x:1"), "b": literal("1", "integer")}, {"a": iri("x:2")}


def verdict(ours: Reply, theirs: Reply, question: Question = ANY) -> Verdict:
    return compare(read(ours, question), theirs, question)


def test_the_same_rows_in_another_order_are_the_same_without_order_by() -> None:
    assert verdict(table(ONE, TWO), table(TWO, ONE)) is Verdict.SAME


def test_under_order_by_the_order_counts() -> None:
    assert verdict(table(ONE, TWO), table(ONE, TWO), ORDERED) is Verdict.SAME
    assert verdict(table(ONE, TWO), table(TWO, ONE), ORDERED) is Verdict.ORDER


@pytest.mark.parametrize(
    "theirs",
    [
        table(ONE),
        table(ONE, TWO, TWO),
        table(ONE, {"a": iri("x:3")}),
        table(ONE, {"a": literal("x:2")}),
        table(ONE, {**TWO, "b": literal("")}),
        table({**ONE, "b": literal("2", "integer")}, TWO),
        table(ONE, TWO, names=("b", "a")),
    ],
    ids=["fewer", "twice", "other", "kind", "unbound", "number", "columns"],
)
def test_a_wrong_answer_is_caught(theirs: Reply) -> None:
    assert verdict(table(ONE, TWO), theirs) is Verdict.DIFFERENT


def test_spelling_does_not_matter() -> None:
    ours = {"a": literal("1.50", "decimal"), "b": literal("x", **{"xml:lang": "en-GB"})}
    theirs = {"a": literal("1.5E0", "double"), "b": {**ours["b"], "xml:lang": "en-gb"}}
    plain = [{"a": {"type": "typed-literal", "value": "x"}}, {"a": literal("x")}]
    assert verdict(table(ours), table(theirs)) is Verdict.SAME
    assert verdict(table(plain[0]), table(plain[1])) is Verdict.SAME


def test_yes_is_not_no() -> None:
    yes, no = (Reply(200, json.dumps({"head": {}, "boolean": b}).encode(), 0.1) for b in (1, 0))
    assert verdict(yes, yes) is Verdict.SAME
    assert verdict(yes, no) is Verdict.DIFFERENT


def test_graphs_are_sets_of_triples() -> None:
    question = Question("graph", "construct", "CONSTRUCT", GRAPH)
    one, two = b'<x:a> <x:b> "1"@en .\n', b"<x:a> <x:b> _:c .\n"
    ours = Reply(200, one + two, 0.1)
    assert verdict(ours, Reply(200, two + one + one, 0.1), question) is Verdict.SAME
    assert verdict(ours, Reply(200, two, 0.1), question) is Verdict.DIFFERENT


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(500, b"", 0.1), Verdict.FAILED),
        (Reply(0, b"", 0.1), Verdict.FAILED),
        (Reply(200, b'{"head": {"vars": []}, "results": {"bind', 0.1), Verdict.FAILED),
        (Reply(200, b"[]", 0.1), Verdict.FAILED),
        (Reply(0, b"", 60.0, slow=True), Verdict.SLOW),
    ],
    ids=["refused", "broken", "cut", "other", "slow"],
)
def test_no_whole_answer_is_no_answer(reply: Reply, expected: Verdict) -> None:
    assert verdict(table(ONE), reply) is expected


def test_nothing_is_right_when_we_have_no_answer() -> None:
    assert compare(None, table(ONE), ANY) is Verdict.FAILED
    assert read(table(ONE), ANY) == Answer(((("iri", "x:1"), ("number", "1")),))


# Figures


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 201)]
    assert (percentile(values, 50), percentile(values, 99)) == (100.0, 198.0)
    assert percentile([7.0], 99) == 7.0


def test_a_group_is_summed_up_over_all_its_answers() -> None:
    group = timed("x", "join", {"a": [0.001, 0.003], "b": [0.010, 0.010]})
    assert group.questions == {"a": 2.0, "b": 10.0}
    assert group.median_ms == pytest.approx(6.5)
    assert group.p99_ms == pytest.approx(10.0)
    assert group.per_second == pytest.approx(4 / 0.024)


def group(server: str, name: str = "join", **questions: float) -> Group:
    return Group(server, name, 1.0, 1.0, 1.0, questions)


def test_a_ratio_is_the_geometric_mean_over_questions_that_both_answered() -> None:
    ours, theirs = group("met-ari", a=1, b=2, c=5), group("x", a=4, b=32, d=1)
    assert by_question(ours, theirs) == [("a", 4.0), ("b", 16.0)]
    assert speedup(ours, theirs) == pytest.approx(8.0)
    assert speedup(ours, group("x", d=1)) is None
    assert speedup(ours, None) is None


def rate(server: str, per_second: float, refused: int = 0, name: str = "cached") -> Rate:
    return Rate(server, name, per_second, 1.0, 2.0, refused)


def test_a_rate_is_compared_with_the_same_load() -> None:
    assert times_rate(rate("met-ari", 500), rate("x", 200)) == 2.5
    assert times_rate(rate("met-ari", 500), None) is None
    assert times_rate(rate("met-ari", 500), rate("x", 0)) is None


def small_run(ours: float, refused: int = 0) -> Run:
    run = Run("small", 5000, 1.0)
    run.servers = [Ready(n, "1", "in memory", 0.5) for n in ("met-ari", "Oxigraph")]
    run.rates = [rate("met-ari", ours, refused), rate("Oxigraph", 1000)]
    return run


@pytest.mark.parametrize(
    ("run", "met"),
    [(small_run(2500), True), (small_run(2499), False), (small_run(9000, refused=1), False)],
    ids=["reached", "short", "by refusing"],
)
def test_a_target_is_met_by_right_answers_only(run: Run, met: bool) -> None:
    (outcome,) = outcomes([run])
    assert outcome.met is met
    assert bool(outcome.why) is not met


def test_a_missed_group_names_its_slow_questions() -> None:
    run = Run("small", 5000, 1.0)
    run.groups = [group("met-ari", a=1, b=1), group("rdflib-endpoint", a=2, b=40)]
    (outcome,) = outcomes([run])
    assert (outcome.met, outcome.measured) == (False, "8.9 times over 2 questions")
    assert outcome.why == "below it: a 2.0"


def test_without_the_peer_a_target_is_neither_met_nor_missed() -> None:
    run = Run("large", 1_000_000, 200.0)
    run.groups = [group("met-ari", "aggregate", a=1)]
    assert [outcome.met for outcome in outcomes([run])] == [None]


def test_a_service_before_an_engine_may_add_five_milliseconds() -> None:
    run = Run("small", 5000, 1.0)
    run.fronts = [Front("Fuseki", 2.0, 6.9), Front("Virtuoso", 2.0, 7.1)]
    assert [outcome.met for outcome in outcomes([run])] == [True, False]


def test_a_report_is_tables_and_data() -> None:
    absent = [peers.Absent("fuseki", "get it")]
    report = Report("ari bench", 2.0, {"cores": "2"}, [small_run(2500)], absent)
    text = report.markdown()
    assert "| cached | met-ari | 2,500 | 1.00 / 2.00 | 0 | 1.0 |" in text
    assert "| cached | Oxigraph | 1,000 | 1.00 / 2.00 | 0 | 2.5 |" in text
    assert "| fuseki | `get it` |" in text
    data = json.loads(report.json())
    assert data["runs"][0]["rates"][0]["per_second"] == 2500
    assert data["targets"][0]["met"] is True


# Loads


def test_a_load_repeats_and_renews_as_planned(tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    plan.write_text(f"R /a\nR /b\nF /c{PLACE}\n", encoding="utf-8")
    wanted = hammer.paths(plan, 2, 100)
    asked = [next(wanted) for _ in range(20)]
    assert Counter(path[:2] for path in asked) == {"/a": 8, "/b": 8, "/c": 4}
    assert sorted(path for path in asked if path[1] == "c") == [
        f"/c{number:09d}" for number in range(100, 104)
    ]


# Servers


def test_a_missing_peer_is_told_with_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    there, absent = peers.find(tmp_path)
    assert there == []
    assert {peer.name for peer in absent} == set(peers.PEERS)
    assert all(peer.how for peer in absent)


def test_a_server_that_does_not_start_is_told_with_its_words(
    grown: corpus.Corpus, tmp_path: Path
) -> None:
    class Broken(Server):
        name = "broken"

        def version(self) -> str:
            return "0"

        def command(self, corpus: corpus.Corpus, place: Path, port: int) -> list[str]:
            return [sys.executable, "-c", "import sys; sys.exit('no such thing')"]

    with (
        pytest.raises(EnvironmentFault, match="no such thing"),
        running(Broken(), grown, tmp_path / "broken"),
    ):
        pass
    assert not (tmp_path / "broken").exists()


def processes_of(place: str) -> list[str]:
    """Processes whose command names a folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(entry.read_bytes().decode(errors="replace"))
        except OSError:
            continue
    return [command for command in found if place in command]


@pytest.fixture(params=["wrk", "Python"])
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The program that makes the load."""
    if request.param == "Python":
        monkeypatch.setattr(load, "by_wrk", lambda: False)
    elif not load.by_wrk():
        pytest.skip("wrk is not installed")
    return str(request.param)


def test_a_tiny_run_measures_our_own_service(real: Path, tmp_path: Path, client: str) -> None:
    told: list[str] = []
    plan = Plan(1, ("text", "cached", "uncached"))
    there = tmp_path / "peers"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tempfile.tempdir", str(tmp_path))
        patch.setattr(peers, "find", lambda folder: ([], [peers.Absent("x", str(folder))]))
        report = bench.run(real, ["small"], there, plan, told.append)
    (run,) = report.runs
    assert (run.corpus, run.differences) == ("small", [])
    assert [item.name for item in run.servers] == ["met-ari"]
    (text,) = run.groups
    assert set(text.questions) == {q.name for q in of_library() if q.group == "text"}
    assert 0 < text.median_ms <= text.p99_ms
    assert [item.load for item in run.rates] == ["cached", "uncached"]
    assert all(item.per_second > 10 and item.refused == 0 for item in run.rates), client
    assert f"x is not installed: {there}" in told
    assert processes_of(str(tmp_path)) == []


LIAR = """
import http.server, sys
class Liar(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"head": {"vars": ["label"]}, "results": {"bindings": []}}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Liar).serve_forever()
"""


class Quick(Server):
    """A peer that answers everything at once, and wrongly."""

    name = "quick"

    def version(self) -> str:
        return "1"

    def command(self, corpus: corpus.Corpus, place: Path, port: int) -> list[str]:
        return [sys.executable, "-c", LIAR, str(port)]


def test_a_server_that_answers_wrongly_is_not_timed(
    real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(peers, "find", lambda folder: ([Quick()], []))
    plan = Plan(0.2, ("text", "uncached"))
    (run,) = bench.run(real, ["small"], tmp_path, plan, lambda text: None).runs
    assert run.names() == ["met-ari", "quick"]
    assert {item.server for item in run.groups} == {"met-ari"}
    assert {item.server for item in run.rates} == {"met-ari"}
    wrong = {item.question for item in run.differences if item.verdict == "other rows"}
    assert wrong >= {q.name for q in of_library() if q.group == "text"}


def test_a_run_that_is_ended_reports_what_it_has(
    real: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(trial: Trial, *servers: object, front: bool) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(Trial, "measure", interrupted)
    plan = Plan(1, ("text",))
    report = bench.run(real, ["small", "medium"], tmp_path, plan, lambda text: None)
    assert (report.whole, [run.corpus for run in report.runs]) == (False, ["small"])
    assert "ended early" in report.markdown()


def test_our_service_serves_the_corpus_that_was_grown(grown: corpus.Corpus, tmp_path: Path) -> None:
    thing = f"{DEFAULT_BASE}id/question/department-2-2022-1"
    with running(bench.Ours(), grown, tmp_path / "ours") as ours, Client(ours.url) as asker:
        question = cheap(thing, "5")
        answer = read(asker.ask(question.text), question)
    assert answer is not None
    assert answer.rows[0][0] == ("number", "5")
    assert answer.rows[0][1][0] == "text"


def test_the_command_writes_a_report(built: BuildResult, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    options = ["--only", "construct", "--seconds", "0.1", "--format", "json"]
    places = ["--home", str(built.folder.parents[1]), "--peers", str(tmp_path)]
    places += ["--output", str(target)]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "met_ari.cli", "bench", *options, *places],
        env=plain_environment(PATH=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    report = json.loads(target.read_text(encoding="utf-8"))
    assert report["runs"][0]["groups"][0]["group"] == "construct"
    assert "oxigraph is not installed" in done.stderr
