"""Oxigraph's server, Apache Jena Fuseki and Virtuoso behind our front, on the real data."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace

import pytest

from met_ari import queryfile
from met_ari.build import folder
from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.engine.embedded import EmbeddedEngine, open_engine
from met_ari.engine.interface import Answer, Change, Engine, Question
from met_ari.engine.remote import RemoteEngine
from met_ari.errors import InputError, LimitReached
from tests import live, needs, real_engines
from tests.real_engines import Real

BASE = "https://w3id.org/ari/sparql"
FORMATS = {"table": "csv", "boolean": "json", "graph": "nt"}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
PRODUCT = (
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?t ?q ?u . ?v ?w ?x "
    "FILTER (STRLEN(STR(?o)) + STRLEN(STR(?u)) + STRLEN(STR(?x)) = 7777) }"
)
NO_EXPONENT = re.compile(rb"(?<=[0-9])e0\b")
LIBRARY = sorted(queryfile.library())
WRONG_IN_VIRTUOSO = {
    "decisions-by-status": "BIND (EXISTS …)",
    "decisions-on-pair": "BIND (EXISTS …)",
    "edition-contents": "paths of any length in OPTIONAL",
    "edition-history": "BIND (NOT EXISTS …)",
    "question-history": "FILTER NOT EXISTS with a path",
    "questions-sharing-topics": "divides integers without a remainder",
    "questions-without-counterpart": "FILTER NOT EXISTS in OPTIONAL",
    "topic-hierarchy": "OPTIONAL with a path in a sub-select",
    "way-to-strategy": "paths of length zero",
    "where-topics-meet": "FILTER NOT EXISTS with a path",
    "why-above": "the same row twice under DISTINCT",
    "why-this-relation": "UNION with BIND",
}
"""What Virtuoso 7.2.5 answers otherwise, asked directly too, and what it stumbles at."""


@pytest.fixture(scope="module", params=["oxigraph", "fuseki", "virtuoso"])
def real(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, built: BuildResult
) -> Iterator[Real]:
    """An engine that holds the build, put there by `ari load`."""
    if why := real_engines.missing(request.param):
        if request.param != "virtuoso":
            needs.missing(request.param, why)
        pytest.skip(why)
    with real_engines.running(request.param, tmp_path_factory.mktemp("engine")) as engine:
        home = {"ARI_HOME": str(built.folder.parents[1])}
        command = [sys.executable, "-P", "-m", "met_ari.cli", "load", "--quiet"]
        environment = live.plain_environment(**home, **engine.variables)
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.strip()) == (0, built.folder.name), done.stderr
        yield engine


@pytest.fixture(scope="module")
def own(real: Real) -> Settings:
    return replace(Settings.read(real.variables), query_seconds=30.0, validate_writes=0)


@pytest.fixture(scope="module")
def remote(own: Settings) -> Iterator[RemoteEngine]:
    with closing(RemoteEngine(own)) as engine:
        engine.must_suit()
        yield engine


@pytest.fixture(scope="module")
def embedded(built: BuildResult) -> Iterator[EmbeddedEngine]:
    own = Settings(query_seconds=30.0)
    with open_engine(built.folder / folder.DATASET, "r", own, workers=1) as engine:
        yield engine


def ask(engine: Engine, text: str, **more: object) -> Answer:
    return engine.ask(Question(text, BASE, **({"formats": FORMATS} | more)))


def test_it_holds_the_build(real: Real, remote: RemoteEngine, embedded: EmbeddedEngine) -> None:
    assert remote.graphs == embedded.graphs
    assert remote.look().dialect.lower().endswith(real.name)


@pytest.mark.parametrize("name", LIBRARY)
def test_the_library_has_the_same_answers_as_on_the_embedded_engine(
    real: Real, remote: RemoteEngine, embedded: EmbeddedEngine, name: str
) -> None:
    """The same rows, and doubles of the same value: Fuseki's TDB2 writes 0.8 as 0.8e0."""
    if real.name == "virtuoso" and name in WRONG_IN_VIRTUOSO:
        pytest.skip(f"Virtuoso 7.2.5 answers otherwise: {WRONG_IN_VIRTUOSO[name]}")
    text = queryfile.load(name).text
    theirs, ours = ask(remote, text), ask(embedded, text)
    assert (theirs.kind, theirs.rows) == (ours.kind, ours.rows)
    rows = [sorted(NO_EXPONENT.sub(b"", one.body).splitlines()) for one in (theirs, ours)]
    assert rows[0] == rows[1]


def test_the_answers_that_virtuoso_gets_wrong_are_still_wrong(
    real: Real, remote: RemoteEngine, embedded: EmbeddedEngine
) -> None:
    if real.name != "virtuoso":
        pytest.skip("only Virtuoso has known wrong answers")
    for name in WRONG_IN_VIRTUOSO:
        text = queryfile.load(name).text
        assert ask(remote, text).body != ask(embedded, text).body, f"{name} is right now"


@pytest.mark.parametrize(
    "pattern",
    ["", "{}", "FILTER (true)", "FILTER (false)", "BIND (1 AS ?x)", "VALUES ?x {}", "?s a ?o"],
)
def test_a_question_of_yes_or_no_is_answered_so_whatever_its_pattern(
    remote: RemoteEngine, embedded: EmbeddedEngine, pattern: str
) -> None:
    text = f"ASK {{ {pattern} }}"
    assert ask(remote, text).body == ask(embedded, text).body


def test_rows_come_in_the_order_asked(remote: RemoteEngine, embedded: EmbeddedEngine) -> None:
    text = queryfile.load("questions-by-priority").text
    assert ask(remote, text).body == ask(embedded, text).body


@pytest.mark.parametrize(
    "dataset",
    [
        {},
        {"default_graphs": ("topics",)},
        {"default_graphs": ("topics", "met-2019")},
        {"named_graphs": ("topics",)},
        {"default_graphs": ("ontology",), "named_graphs": ("topics", "met-2019")},
    ],
    ids=["default", "one", "two", "named", "both"],
)
@pytest.mark.parametrize(
    "text", [COUNT, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"]
)
def test_the_dataset_is_what_was_asked_for(
    remote: RemoteEngine, embedded: EmbeddedEngine, dataset: dict[str, tuple[str, ...]], text: str
) -> None:
    graph = "https://w3id.org/ari/id/graph/"
    named = {kind: tuple(graph + name for name in names) for kind, names in dataset.items()}
    assert ask(remote, text, **named).body == ask(embedded, text, **named).body


def test_a_whole_graph_can_be_read(remote: RemoteEngine, embedded: EmbeddedEngine) -> None:
    for name in ("met-2019", "topics", "catalogue"):
        iri = f"https://w3id.org/ari/id/graph/{name}"
        theirs, ours = remote.graph(iri, "nt"), embedded.graph(iri, "nt")
        assert sorted(theirs.body.splitlines()) == sorted(ours.body.splitlines())


def test_our_deadline_holds(own: Settings, remote: RemoteEngine) -> None:
    with closing(RemoteEngine(replace(own, query_seconds=1.5))) as engine:
        engine.look()
        started = time.monotonic()
        with pytest.raises(LimitReached):
            ask(engine, PRODUCT)
        assert time.monotonic() - started < 2.5
    assert ask(remote, "ASK { ?s ?p ?o }").rows == 1


def test_an_answer_that_the_engine_would_cut_is_a_limit_or_whole(
    real: Real, remote: RemoteEngine
) -> None:
    table = "SELECT ?s ?t { ?s ?p ?o . ?t a ?u } LIMIT 20000"
    graph = (
        "CONSTRUCT { ?s a ?t } WHERE { SELECT DISTINCT ?s ?t { ?s ?p ?o . ?t a ?u } LIMIT 20000 }"
    )
    for text in (table, graph):
        if real.name == "virtuoso":
            with pytest.raises(LimitReached, match="cuts answers at 10000 rows"):
                ask(remote, text)
        else:
            assert ask(remote, text).rows == 20000


def test_no_text_of_ours_kills_it(remote: RemoteEngine) -> None:
    texts = [
        "SELECT (" + "1+" * 499 + "1 AS ?x) {}",
        "SELECT * {" + "OPTIONAL {<a:a> <a:b> <a:c>} " * 499 + "} LIMIT 1",
        "ASK {" + "{<a:a> <a:b> <a:c>} UNION " * 499 + "{}}",
        "ASK " + "{" * 190 + "}" * 190,
        "SELECT (" + "(" * 190 + "1" + ")" * 190 + " AS ?x) {}",
        "SELECT (" + "1+" * 5000 + "1 AS ?x) {}",
    ]
    for text in texts:
        with suppress(InputError, LimitReached):
            ask(remote, text)
        assert ask(remote, "ASK { ?s ?p ?o }").rows == 1, text[:40]


def test_writes_arrive_and_can_be_undone(remote: RemoteEngine) -> None:
    graph = "https://w3id.org/ari/id/graph/of-this-test"
    before = remote.graphs
    body = "<a:s> <a:p> 'Ärger \"1\"', 2 .".encode()
    put = Change("put", BASE, graph=graph, body=body, format="ttl")
    assert (remote.change(put).created, remote.graphs[graph]) == (True, 2)
    insert = f"PREFIX a: <a:> INSERT DATA {{ GRAPH <{graph}> {{ a:s a:q 3 }} }} ; "
    copied = f"GRAPH <{graph}> {{ ?s a:r ?o }} }} WHERE {{ GRAPH <{graph}> {{ ?s a:q ?o }}"
    remote.change(Change("update", BASE, f"{insert} INSERT {{ {copied} }}"))
    assert remote.graphs[graph] == 4
    assert 'a:p> "Ärger \\"1\\""'.encode() in remote.graph(graph, "nt").body
    post = Change("post", BASE, graph=graph, body=b"<a:s> <a:t> 5 .", format="ttl")
    assert remote.change(post).added == 1
    assert remote.change(Change("delete", BASE, graph=graph)).removed == 5
    assert remote.graphs == before


def test_the_front_adds_little(real: Real, own: Settings) -> None:
    """A generous bound; docs/engines.md has the command that measures."""
    with closing(RemoteEngine(own)) as engine:
        engine.look()
        seconds = []
        for _ in range(40):
            started = time.monotonic()
            ask(engine, "ASK { <a:nothing> ?p ?o }")
            seconds.append(time.monotonic() - started)
    assert sorted(seconds)[20] < 0.25


def test_ari_serve_stands_in_front_of_it(real: Real, embedded: EmbeddedEngine) -> None:
    with live.running(**real.variables, ARI_QUERY_SECONDS="20") as address:
        text = queryfile.load("questions-by-priority").text
        command = ["curl", "-sS", "--fail", address + "sparql", "-H", "Accept: text/csv"]
        body = subprocess.run(
            [*command, "--data-urlencode", f"query={text}"], capture_output=True, check=True
        ).stdout
        page = subprocess.run(
            ["curl", "-sS", "--fail", address + "doc/question/met-2019-4-2"],
            capture_output=True,
            check=True,
        ).stdout
    assert body == ask(embedded, text).body
    assert b"met-2019-4-2" in page


def test_a_bag_is_found_out_when_graphs_overlap(
    real: Real, remote: RemoteEngine, own: Settings
) -> None:
    """Oxigraph and Virtuoso count a triple of two graphs twice; Fuseki merges."""
    topics = "https://w3id.org/ari/id/graph/topics"
    graph = f"{topics}-again"
    copied = f"GRAPH <{graph}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH <{topics}> {{ ?s ?p ?o }}"
    remote.change(Change("update", BASE, f"INSERT {{ {copied} }}"))
    try:
        found = remote.look()
        assert bool(found.union) == found.merges == (real.name == "fuseki")
        assert ("Some triples stand in two graphs" in found.why) == (real.name != "fuseki")
    finally:
        remote.change(Change("delete", BASE, graph=graph))
    assert remote.look().union
