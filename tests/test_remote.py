"""Another engine behind our front: what it may do wrong, and what we may do wrong to it."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from met_ari.config import Settings
from met_ari.engine import remote_gate
from met_ari.engine.interface import Answer, Change, Question
from met_ari.engine.remote import RemoteEngine
from met_ari.engine.remote_dialects import FUSEKI, OXIGRAPH, VIRTUOSO, address, recognise
from met_ari.errors import (
    EngineFault,
    EnvironmentFault,
    FederationRefused,
    InputError,
    LimitReached,
    NotAcceptable,
    NotOffered,
    ReadOnly,
    SyntaxProblem,
    TooBusy,
    TooComplex,
    UnknownGraph,
    UnknownName,
)
from tests.live import plain_environment, running
from tests.scripted_endpoint import HIDDEN, PASSWORDS, USER, Endpoint, serving

SECONDS = 1.0
BASE = "https://here.example/sparql"
FORMATS = {"table": "csv", "boolean": "json", "graph": "nt"}
TWO_GRAPHS = "<x:g1> { <a:s> <a:p> <a:o>, <a:q> } <x:g2> { <a:t> <a:p> <a:o> }"
OVERLAPPING = "<x:g1> { <a:s> <a:p> <a:o> } <x:g2> { <a:s> <a:p> <a:o> . <a:t> <a:p> <a:o> }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def settings(endpoint: Endpoint, **more: object) -> Settings:
    limits = {"query_seconds": SECONDS, "max_rows": 2000, "max_bytes": 100_000, "workers": 2}
    return Settings(engine=endpoint.url, **(limits | more))


def ask(engine: RemoteEngine, text: str, **more: object) -> Answer:
    return engine.ask(Question(text, BASE, **({"formats": FORMATS} | more)))


def play(name: str, form: str = "SELECT (1 AS ?x)") -> str:
    return f'{form} {{ BIND ("play:{name}" AS ?play) }}'


GRAPH = "CONSTRUCT { <a:a> <a:b> ?play } WHERE"


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with serving(Endpoint(TWO_GRAPHS)) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def engine(endpoint: Endpoint) -> Iterator[RemoteEngine]:
    with closing(RemoteEngine(settings(endpoint))) as engine:
        engine.look()
        yield engine


# What an engine answers


def test_an_answer_is_written_by_us(engine: RemoteEngine) -> None:
    answer = ask(engine, "SELECT * { ?s ?p ?o } ORDER BY ?s ?o", formats={"table": "json"})
    assert answer.body.startswith(b'{"head":{"vars":["s","p","o"]},"results":{"bindings":[')
    assert (answer.kind, answer.format, answer.rows) == ("table", "json", 3)
    assert ask(engine, "ASK { <a:s> ?p ?o }").body == b'{"head":{},"boolean":true}'
    graph = ask(engine, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER (?s = <a:t>) }")
    assert graph.body == b"<a:t> <a:p> <a:o> .\n"


def test_blank_nodes_get_our_names(engine: RemoteEngine) -> None:
    assert ask(engine, play("blank_nodes")).body == b"x\r\n_:b0\r\n_:b1\r\n_:b0\r\n"


def test_booleans_are_words_whoever_writes_them(engine: RemoteEngine) -> None:
    assert ask(engine, play("typed")).body == b"x\r\ntrue\r\n"


def test_an_engine_may_answer_in_xml_or_turtle(engine: RemoteEngine) -> None:
    assert ask(engine, play("xml")).body == b"x\r\na:b\r\n"
    turtle = ask(engine, play("turtle", GRAPH))
    assert turtle.body == b"<a:s> <a:p> _:b0 .\n<a:s> <a:p> <a:o> .\n"


def test_an_answer_that_ends_with_the_connection_is_whole_if_its_format_ends(
    engine: RemoteEngine,
) -> None:
    assert ask(engine, play("no_end_of_table")).rows == 1
    with pytest.raises(EngineFault, match="look like the whole"):
        ask(engine, play("no_end", GRAPH))


# Limits that an engine keeps quiet about


@pytest.mark.parametrize("name", ["status_206", "sql_state"])
def test_a_partial_answer_is_a_limit(engine: RemoteEngine, name: str) -> None:
    with pytest.raises(LimitReached, match="stopped the query"):
        ask(engine, play(name))


def test_an_answer_cut_at_a_number_of_rows_is_a_limit(engine: RemoteEngine) -> None:
    with pytest.raises(LimitReached, match="cuts answers at 10000 rows") as caught:
        ask(engine, play("max_rows"))
    assert caught.value.extra == {"limit": "ResultSetMaxRows", "value": 10000, "unit": "rows"}
    assert "Virtuoso" in caught.value.remedy


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("cancelled_table", "SELECT (1 AS ?x)"),
        ("cancelled_graph", GRAPH),
        ("timed_out", "ASK"),
        ("too_dear", "ASK"),
    ],
)
def test_an_engine_that_gave_up_is_a_limit(engine: RemoteEngine, name: str, form: str) -> None:
    with pytest.raises(LimitReached, match="stopped the query"):
        ask(engine, play(name, form))


def test_virtuoso_cuts_graphs_without_a_word_and_is_found_out() -> None:
    many = " ".join(f"<a:s> <a:p> <a:o{n}> ." for n in range(10))
    endpoint = Endpoint(f"<x:g> {{ {many} }}", server="Virtuoso/07.20", default="bag")
    with serving(endpoint), closing(RemoteEngine(settings(endpoint))) as engine:
        whole = engine.look()
        assert (whole.dialect, whole.cut) == ("Virtuoso", 0)
        assert engine.graph("x:g", "nt").rows == 10
        engine._known = type(whole)(**whole.as_record() | {"cut": 10})
        with pytest.raises(LimitReached, match="cuts answers at 10 rows"):
            engine.graph("x:g", "nt")


# Deadlines and sizes


@pytest.mark.parametrize("name", ["silence", "trickle", "trickled_headers"])
def test_our_deadline_cuts_the_connection(
    engine: RemoteEngine, endpoint: Endpoint, name: str
) -> None:
    endpoint.gone.clear()
    started = time.monotonic()
    with pytest.raises(LimitReached) as caught:
        ask(engine, play(name))
    assert time.monotonic() - started < SECONDS + 1
    assert caught.value.extra["limit"] == "ARI_QUERY_SECONDS"
    assert endpoint.gone.wait(2), "the engine was left waiting"


@pytest.mark.parametrize(
    ("name", "form", "limits"),
    [
        ("endless_rows", "SELECT (1 AS ?x)", {"ARI_MAX_ROWS", "ARI_MAX_BYTES"}),
        ("endless_literal", "SELECT (1 AS ?x)", {"ARI_MAX_BYTES"}),
        ("endless_graph", GRAPH, {"ARI_MAX_ROWS", "ARI_MAX_BYTES"}),
    ],
)
def test_an_endless_answer_ends_at_a_limit(
    engine: RemoteEngine, endpoint: Endpoint, name: str, form: str, limits: set[str]
) -> None:
    endpoint.gone.clear()
    with pytest.raises(LimitReached) as caught:
        ask(engine, play(name, form))
    assert caught.value.extra["limit"] in limits
    assert endpoint.gone.wait(2), "the engine was left sending"


@pytest.mark.parametrize("name", ["endless_error", "endless_headers"])
def test_an_endless_refusal_hurts_nobody(engine: RemoteEngine, name: str) -> None:
    with pytest.raises((LimitReached, EngineFault)):
        ask(engine, play(name))
    assert ask(engine, play("yes", "ASK")).rows == 1


def test_known_engines_are_told_our_deadline() -> None:
    assert VIRTUOSO.timeout(10) == {"timeout": "10000"}
    assert VIRTUOSO.timeout(0.2) == {"timeout": "1000"}
    assert FUSEKI.timeout(2.5) == {"timeout": "3"}
    assert OXIGRAPH.timeout(10) == {}


def test_the_deadline_is_sent_along() -> None:
    endpoint = Endpoint(TWO_GRAPHS, server="Apache Jena Fuseki (5)")
    with serving(endpoint), closing(RemoteEngine(settings(endpoint))) as engine:
        ask(engine, play("yes", "ASK"))
        assert endpoint.arrivals[-1].parameters["timeout"] == ["1"]


# Faults


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("broken_json", "SELECT (1 AS ?x)"),
        ("short", "SELECT (1 AS ?x)"),
        ("short_graph", GRAPH),
        ("short_chunk", GRAPH),
        ("words_after", "SELECT (1 AS ?x)"),
        ("xml_and_words", "ASK"),
        ("deep", "SELECT (1 AS ?x)"),
        ("hangs_up", "ASK"),
    ],
)
def test_what_breaks_off_is_no_answer(engine: RemoteEngine, name: str, form: str) -> None:
    with pytest.raises(EngineFault) as caught:
        ask(engine, play(name, form))
    assert caught.value.status == 502
    assert ask(engine, play("yes", "ASK")).rows == 1


@pytest.mark.parametrize(
    ("name", "form", "words"),
    [
        ("html", "ASK", "answers with text/html where application/sparql-results"),
        ("table_for_ask", "ASK", "a table to an ASK"),
        ("yes", "SELECT (1 AS ?x)", "yes or no to a SELECT"),
        ("yes", GRAPH, "where application/n-triples was asked"),
        ("fails", "ASK", "answers 500: A null pointer"),
        ("forbidden", "ASK", "answers 403: it wants other credentials"),
        ("moved", "ASK", "redirects are not followed"),
    ],
)
def test_a_fault_of_the_engine_is_told_in_words(
    engine: RemoteEngine, endpoint: Endpoint, name: str, form: str, words: str
) -> None:
    with pytest.raises(EngineFault) as caught:
        ask(engine, play(name, form))
    assert words in caught.value.detail
    assert endpoint.url not in str(caught.value), "clients need not know where the engine is"
    assert not any("elsewhere" in item.parameters for item in endpoint.arrivals)


def test_a_refusal_by_the_engine_is_the_clients(engine: RemoteEngine) -> None:
    with pytest.raises(InputError, match="37000 Error SP030: no such thing") as caught:
        ask(engine, play("refused"))
    assert "secret" not in caught.value.detail
    assert caught.value.status == 400


def test_a_text_that_virtuoso_can_not_compile_is_the_clients_though_it_says_500(
    engine: RemoteEngine,
) -> None:
    with pytest.raises(InputError, match="Too many opened parentheses"):
        ask(engine, play("uncompiled"))


def test_a_busy_engine_is_busy(engine: RemoteEngine) -> None:
    with pytest.raises(TooBusy) as caught:
        ask(engine, play("busy"))
    assert caught.value.headers == {"Retry-After": "7"}


def test_an_engine_that_is_not_there_is_a_fault_in_words() -> None:
    with (
        closing(RemoteEngine(Settings(engine="http://127.0.0.1:9/query"))) as engine,
        pytest.raises(EngineFault, match=r"does not answer: Connection refused.*ARI_ENGINE"),
    ):
        ask(engine, "ASK {}")


def test_a_connection_that_the_engine_has_closed_is_made_again(engine: RemoteEngine) -> None:
    for _ in range(3):
        assert ask(engine, play("yes_and_hangs_up", "ASK")).rows == 1


def test_a_worker_that_is_killed_is_replaced(engine: RemoteEngine) -> None:
    ask(engine, play("yes", "ASK"))
    process = engine._pool._parent._process
    assert process is not None
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    assert children
    for child in children:
        os.kill(int(child), signal.SIGKILL)
    assert ask(engine, play("yes", "ASK")).rows == 1


def test_the_parent_of_the_workers_is_replaced(engine: RemoteEngine) -> None:
    process = engine._pool._parent._process
    assert process is not None
    process.kill()
    process.wait()
    assert ask(engine, play("yes", "ASK")).rows == 1
    assert engine._pool._parent._process is not process


# What is never sent


def refused(engine: RemoteEngine, endpoint: Endpoint, text: str, kind: type[Exception]) -> str:
    before = len(endpoint.arrivals)
    with pytest.raises(kind) as caught:
        ask(engine, text)
    assert len(endpoint.arrivals) == before, "it was sent"
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        r"SELECT * { \u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    ],
)
def test_federation_is_refused_before_anything_is_sent(
    engine: RemoteEngine, endpoint: Endpoint, text: str
) -> None:
    refused(engine, endpoint, text, FederationRefused)


def test_a_graph_that_does_not_exist_is_refused(engine: RemoteEngine, endpoint: Endpoint) -> None:
    engine.look()
    words = refused(engine, endpoint, "ASK FROM <x:other> { ?s ?p ?o }", UnknownGraph)
    assert "<x:g1>, <x:g2>" in words


def test_a_syntax_error_has_its_place(engine: RemoteEngine, endpoint: Endpoint) -> None:
    for text in ("SELECT *\n{ ?s ?p", "SELECT * WHERE\n{ ?s ?p ?o } ORDER"):
        assert "line 2" in refused(engine, endpoint, text, SyntaxProblem)


def test_a_format_that_does_not_fit_is_refused(engine: RemoteEngine, endpoint: Endpoint) -> None:
    with pytest.raises(NotAcceptable):
        ask(engine, "ASK {}", formats={"table": "csv"})


@pytest.mark.parametrize(
    "text",
    [
        'SELECT (<bif:http_get>("http://127.0.0.1/") AS ?x) {}',
        'PREFIX b: <BIF:> SELECT (b:http_get("http://127.0.0.1/") AS ?x) {}',
        r'PREFIX b: <\u0062if:> SELECT (b:http_get("http://127.0.0.1/") AS ?x) {}',
        "SELECT * { ?s <java:com.example.Evil> ?o }",
        "BASE <sql:> SELECT * { ?s <x> ?o }",
    ],
)
def test_iris_that_name_code_are_refused(
    engine: RemoteEngine, endpoint: Endpoint, text: str
) -> None:
    assert "names code" in refused(engine, endpoint, text, InputError)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT (<http://x.example/f>("y") AS ?x) {}',
        "PREFIX f: <http://x.example/> SELECT * { ?s ?p ?o FILTER (f:f (?o)) }",
        "PREFIX f: <http://x.example/> SELECT * { ?s ?p ?o } ORDER BY f:f(?o)",
        "PREFIX f: <http://x.example/> SELECT * { ?s ?p ?o } GROUP BY f:f\u00b7(?o)",
    ],
)
def test_functions_of_nobodys_standard_are_refused(
    engine: RemoteEngine, endpoint: Endpoint, text: str
) -> None:
    text = text.replace("SELECT *", "SELECT (1 AS ?x)")
    assert "none of SPARQL 1.1's" in refused(engine, endpoint, text, InputError)


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX f: <http://x.example/> SELECT * { ?s ?p ?o FILTER (?o<f:go(1)&&1>0) }",
        "SELECT * { ?s ?p ?o FILTER (?o<#>) . ?a ?b ?c #\n 1) }",
    ],
)
def test_what_two_parsers_read_in_two_ways_is_refused(
    engine: RemoteEngine, endpoint: Endpoint, text: str
) -> None:
    assert "comparison and as an IRI" in refused(engine, endpoint, text, InputError)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (" + "1+" * 501 + "1 AS ?x) {}",
        "SELECT * {" + "OPTIONAL {?s ?p ?o} " * 1000 + "}",
        "ASK " + "{" * 300 + "}" * 300,
    ],
)
def test_texts_that_would_overflow_the_engines_stack_are_refused(
    engine: RemoteEngine, endpoint: Endpoint, text: str
) -> None:
    refused(engine, endpoint, text, TooComplex)


def test_texts_that_overflow_our_own_stack_hurt_nobody(
    engine: RemoteEngine, endpoint: Endpoint
) -> None:
    with pytest.raises((TooComplex, LimitReached, SyntaxProblem)):
        ask(engine, "SELECT (" + "1+" * 490_000 + "1 AS ?x) {}")
    assert ask(engine, play("yes", "ASK")).rows == 1


@pytest.mark.parametrize(
    "text",
    [
        "PREFIX x: <http://www.w3.org/2001/XMLSchema#> SELECT (x:integer('1') AS ?n) {}",
        "SELECT * { ?s <a:p> (1 2) ; <a:q>/<a:p> (1) }",
        "CONSTRUCT { ?s <a:p> (1 2) } WHERE { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER (?o < 1 && ?o IN (<a:b>, <a:c>)) }",
    ],
)
def test_what_looks_like_a_function_and_is_none_passes(text: str) -> None:
    assert remote_gate.admit(text, BASE).text == f"BASE <{BASE}>\n{text}"


def test_the_engine_gets_no_escapes_and_no_comments() -> None:
    sent = remote_gate.admit(
        r'SELECT * { ?s ?p "\u0022 . SERVICE <x:y> {} #", "\\u0041" # \u000A SERVICE' + "\n}", BASE
    ).text
    assert sent == (
        f"BASE <{BASE}>\n" + r'SELECT * { ?s ?p "\" . SERVICE <x:y> {} #", "\\u0041"  ' + "\n}"
    )


def test_escapes_that_would_end_an_iri_are_refused() -> None:
    with pytest.raises(SyntaxProblem, match="column"):
        remote_gate.admit(r"SELECT * { ?s ?p <a:\u003E> }", BASE)


# The dataset


def test_the_dataset_of_the_protocol_is_passed_on(engine: RemoteEngine) -> None:
    one = ask(engine, COUNT, default_graphs=("x:g2",))
    assert one.body == b"n\r\n1\r\n"
    from_ = ask(engine, "SELECT (COUNT(*) AS ?n) FROM <x:g1> { ?s ?p ?o }")
    assert from_.body == b"n\r\n2\r\n"
    named = ask(engine, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", named_graphs=("x:g2",))
    assert named.body == b"n\r\n1\r\n"
    assert ask(engine, COUNT, named_graphs=("x:g2",)).body == b"n\r\n0\r\n"


def look(**more: str) -> tuple[str, str, bool, str]:
    endpoint = Endpoint(**more)
    with serving(endpoint), closing(RemoteEngine(settings(endpoint))) as engine:
        found = engine.look()
        return found.union, found.unnamed, found.merges, found.why


@pytest.mark.parametrize(
    ("default", "several", "expected"),
    [
        ("empty", "set", ("all", "plain", True)),
        ("set", "set", ("plain", "", True)),
        ("bag", "set", ("all", "", True)),
        ("set", "bag", ("plain", "", False)),
        ("empty", "bag", ("", "plain", False)),
        ("bag", "bag", ("", "", False)),
    ],
)
def test_how_an_engine_merges_graphs_is_found_by_asking(
    default: str, several: str, expected: tuple[str, str, bool]
) -> None:
    assert look(quads=OVERLAPPING, default=default, several=several)[:3] == expected


def test_a_bag_of_graphs_that_share_nothing_is_a_set() -> None:
    assert look(quads=TWO_GRAPHS, default="bag", several="bag")[:3] == ("plain", "", True)


def test_statements_of_the_unnamed_graph_belong_to_the_union() -> None:
    union, unnamed, _, why = look(quads=TWO_GRAPHS + " { <a:u> <a:p> 1 }", default="empty")
    assert (union, unnamed) == ("", "plain")
    assert "holds 1 statements where the merge of all graphs, as a set, has 4" in why
    assert "move them to a named" in why


def test_as_many_triples_of_other_graphs_are_no_union() -> None:
    """Virtuoso's own graphs may happen to be as large as ours."""
    others = f" <{HIDDEN}> {{ <a:s> <a:p> 1, 2, 3 }}"
    assert look(quads=TWO_GRAPHS + others, default="other", server="Virtuoso/7")[0] == "all"


def test_a_union_that_would_lie_is_refused_with_the_setting_to_change() -> None:
    endpoint = Endpoint(OVERLAPPING, default="bag", several="bag")
    with serving(endpoint), closing(RemoteEngine(settings(endpoint))) as engine:
        with pytest.raises(EnvironmentFault, match="ARI_DEFAULT_GRAPH=strict") as caught:
            engine.must_suit()
        assert "holds 3 statements where the merge of all graphs, as a set, has 2" in str(
            caught.value
        )
        with pytest.raises(NotOffered):
            ask(engine, COUNT)
        with pytest.raises(NotOffered, match="count them twice"):
            ask(engine, COUNT, default_graphs=("x:g1", "x:g2"))
        assert ask(engine, COUNT, default_graphs=("x:g2",)).body == b"n\r\n2\r\n"


def test_a_strict_default_graph_is_the_unnamed_one() -> None:
    endpoint = Endpoint(TWO_GRAPHS + " { <a:u> <a:p> 1 }")
    own = settings(endpoint, default_graph="strict")
    with serving(endpoint):
        own = settings(endpoint, default_graph="strict")
        with closing(RemoteEngine(own)) as engine:
            assert ask(engine, COUNT).body == b"n\r\n1\r\n"
            assert engine.graph(None, "nt").rows == 1
            assert engine.graphs == {"x:g1": 2, "x:g2": 1}


def test_an_engine_that_hides_its_unnamed_graph_can_not_be_strict() -> None:
    endpoint = Endpoint(TWO_GRAPHS, default="set")
    with serving(endpoint):
        own = settings(endpoint, default_graph="strict")
        with (
            closing(RemoteEngine(own)) as engine,
            pytest.raises(EnvironmentFault, match="ARI_DEFAULT_GRAPH=union"),
        ):
            engine.must_suit()


def test_a_graph_made_elsewhere_is_found_by_whoever_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    endpoint = Endpoint(TWO_GRAPHS)
    monkeypatch.setattr("met_ari.engine.remote._LOOK_AGAIN_SECONDS", 0)
    with serving(endpoint), closing(RemoteEngine(settings(endpoint))) as engine:
        engine.look()
        endpoint.store.update("INSERT DATA { GRAPH <x:new> { <a:s> <a:p> <a:o> } }")
        assert engine.graph("x:new", "nt").rows == 1
        assert engine.graphs["x:new"] == 1
        with pytest.raises(UnknownName):
            engine.graph("x:none", "nt")


def test_what_is_known_grows_old_and_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoint = Endpoint(TWO_GRAPHS)
    with serving(endpoint), closing(RemoteEngine(settings(endpoint))) as engine:
        engine.look()
        endpoint.store.update("INSERT DATA { GRAPH <x:new> { <a:s> <a:p> <a:o> } }")
        monkeypatch.setattr("met_ari.engine.remote.FRESH_SECONDS", 0)
        until = time.monotonic() + 5
        while "x:new" not in engine.graphs and time.monotonic() < until:
            time.sleep(0.05)
        assert engine.graphs["x:new"] == 1


# What the state of the data is called


def test_a_state_without_a_name_is_never_cached(engine: RemoteEngine) -> None:
    assert engine.revision != engine.revision
    assert ask(engine, "ASK {}").volatile


def test_a_state_that_the_operator_names_is_cached_and_not_changed() -> None:
    endpoint = Endpoint(TWO_GRAPHS)
    with serving(endpoint):
        own = settings(endpoint, engine_revision="of-monday", validate_writes=0)
        with closing(RemoteEngine(own)) as engine:
            answer = ask(engine, "ASK {}")
            assert (answer.volatile, answer.revision, engine.revision) == (
                False,
                "of-monday",
                "of-monday",
            )
            assert ask(engine, "SELECT (NOW() AS ?now) {}").volatile
            with pytest.raises(ReadOnly, match="named the state"):
                engine.change(Change("update", BASE, "INSERT DATA { <a:s> <a:p> 1 }"))


def test_a_name_that_is_no_header_is_refused() -> None:
    with pytest.raises(InputError, match="ASCII without spaces"):
        Settings.read({"ARI_ENGINE_REVISION": "of monday\n"})


# Writing


@pytest.fixture(params=["", "Basic", "Digest"])
def writable(request: pytest.FixtureRequest) -> Iterator[tuple[Endpoint, RemoteEngine]]:
    endpoint = Endpoint(TWO_GRAPHS, login=request.param, server="Oxigraph/0.5")
    with serving(endpoint):
        own = settings(
            endpoint, engine_user=USER, engine_password=PASSWORDS[request.param], validate_writes=0
        )
        with closing(RemoteEngine(own)) as engine:
            yield endpoint, engine


def test_an_update_is_passed_on_with_our_credentials(
    writable: tuple[Endpoint, RemoteEngine],
) -> None:
    _, engine = writable
    text = "PREFIX a: <a:> INSERT DATA { GRAPH <x:new> { a:s a:p 1, 2 } } ; CLEAR DEFAULT"
    done = engine.change(Change("update", BASE, text))
    assert (done.added, done.removed) == (2, 0)
    assert engine.graphs["x:new"] == 2
    assert ask(engine, COUNT).body == b"n\r\n5\r\n"


def test_graphs_are_put_posted_and_deleted(writable: tuple[Endpoint, RemoteEngine]) -> None:
    _, engine = writable
    put = Change("put", BASE, graph="x:new", body=b"<a:s> <rel> 'x', 'y' .", format="ttl")
    done = engine.change(put)
    assert (done.created, done.added) == (True, 2)
    assert b"<https://here.example/rel>" in engine.graph("x:new", "nt").body
    post = Change(
        "post",
        BASE,
        graph="x:new",
        body=b"<a:t> <a:p> 1 .",
        format="ttl",
        others=((b"<a:u> <a:p> <a:o> .", "nt"),),
    )
    assert (engine.change(post).created, engine.graphs["x:new"]) == (False, 4)
    deleted = engine.change(Change("delete", BASE, graph="x:new"))
    assert deleted.removed == 4
    assert "x:new" not in engine.graphs
    with pytest.raises(UnknownName):
        engine.change(Change("delete", BASE, graph="x:new"))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (Change("update", BASE, "LOAD <http://127.0.0.1/>"), FederationRefused),
        (
            Change("update", BASE, "INSERT { ?s ?p 1 } WHERE { SERVICE <a:b> { ?s ?p ?o } }"),
            FederationRefused,
        ),
        (
            Change("update", BASE, "INSERT { ?s ?p 1 } WHERE { BIND (<bif:x>(1) AS ?s) }"),
            InputError,
        ),
        (Change("update", BASE, "INSERT DATA {"), SyntaxProblem),
        (
            Change("update", BASE, "INSERT { ?s ?p 1 } USING <x:no> WHERE { ?s ?p ?o }"),
            UnknownGraph,
        ),
        (Change("update", BASE, "CLEAR ALL", graph="x:g1", patch=True), NotOffered),
        (Change("update", BASE, "CLEAR ALL", revision="r1"), NotOffered),
        (Change("put", BASE, graph="x:g1", body=b"<a:s> <a:p>", format="ttl"), SyntaxProblem),
    ],
)
def test_a_write_that_can_not_be_is_not_sent(change: Change, kind: type[Exception]) -> None:
    endpoint = Endpoint(TWO_GRAPHS, server="Oxigraph/0.5")
    with serving(endpoint):
        with (
            closing(RemoteEngine(settings(endpoint, validate_writes=0))) as engine,
            pytest.raises(kind),
        ):
            engine.change(change)
        assert {item.path for item in endpoint.arrivals} <= {"/query"}
        assert len(endpoint.store) == 3


def test_writes_are_refused_while_they_should_be_validated(engine: RemoteEngine) -> None:
    with pytest.raises(ReadOnly, match="ARI_VALIDATE_WRITES=0"):
        engine.change(Change("update", BASE, "CLEAR ALL"))


def test_the_using_clauses_of_the_protocol_are_written_into_the_update() -> None:
    text, using = remote_gate.admit_update(
        "PREFIX a: <a:> DELETE WHERE { ?s a:p ?o } ; INSERT DATA { a:s a:p 1 }", BASE, ["x:g1"]
    )
    assert using == {"x:g1"}
    assert remote_gate.admit_update("INSERT DATA { <s> <p> 1 }", BASE, ["x:g1"])[1] == set()
    assert re.sub(r"\s+", " ", text) == (
        f"BASE <{BASE}> PREFIX a: <a:> DELETE {{ ?s a:p ?o }} USING <x:g1> WHERE {{ ?s a:p ?o }} ; "
        "INSERT DATA { a:s a:p 1 }"
    )


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        (
            "PREFIX a: <x:a#> INSERT DATA { a:s a:p 1 } ; PREFIX b: <x:b#> CLEAR GRAPH b:g",
            "PREFIX a: <x:a#> PREFIX b: <x:b#> INSERT DATA { a:s a:p 1 } ; CLEAR GRAPH b:g",
        ),
        (
            "PREFIX a: <x:a#> CLEAR GRAPH a:g ; PREFIX a: <x:b#> CLEAR GRAPH a:g ;",
            "PREFIX a: <x:a#> CLEAR GRAPH a:g ; PREFIX a: <x:a#> PREFIX a: <x:b#> CLEAR GRAPH a:g",
        ),
        (
            "CLEAR GRAPH <g> ; BASE <http://other.example/> CLEAR GRAPH <g>",
            "CLEAR GRAPH <g> ; BASE <http://other.example/> CLEAR GRAPH <g>",
        ),
        (
            "BASE <http://other.example/> CLEAR GRAPH <g> ; PREFIX a: <a#> CLEAR GRAPH a:g",
            "BASE <http://other.example/> PREFIX a: <a#> CLEAR GRAPH <g> ; CLEAR GRAPH a:g",
        ),
    ],
    ids=["new prefix", "other prefix", "later base", "base of all"],
)
def test_a_later_prologue_stands_before_all_if_that_means_the_same(text: str, sent: str) -> None:
    """Oxigraph's server reads none after the first operation."""
    written, _ = remote_gate.admit_update(text, BASE)
    assert re.sub(r"\s+", " ", written) == f"BASE <{BASE}> {sent}"


# Kinds of engines


def test_engines_are_recognised_by_what_they_send() -> None:
    assert recognise({"server": "Virtuoso/07.20.3229 (Linux)"}) is VIRTUOSO
    assert recognise({"server": "Oxigraph/0.5.13"}) is OXIGRAPH
    assert recognise({"fuseki-request-id": "1"}) is FUSEKI
    assert recognise({}).name == "the engine"


def test_addresses_for_writes_follow_from_the_one_for_queries() -> None:
    fuseki, oxigraph, virtuoso = "http://x:1/ds/query", "http://x:1/query", "http://x:1/sparql"
    assert address(fuseki, FUSEKI.update) == "http://x:1/ds/update"
    assert address("http://x:1/ds", FUSEKI.store) == "http://x:1/ds/data"
    assert address(oxigraph, OXIGRAPH.store) == "http://x:1/store"
    assert address(virtuoso, VIRTUOSO.update) == "http://x:1/sparql-auth"
    assert address("http://x:1/other", VIRTUOSO.store) == ""


def test_virtuosos_own_graphs_are_hidden() -> None:
    own = ["http://www.openlinksw.com/schemas/virtrdf#", "http://localuriqaserver/sparql"]
    assert all(map(VIRTUOSO.hides, own))
    assert not VIRTUOSO.hides("https://w3id.org/ari/id/graph/topics")


# The whole service


@pytest.fixture(scope="module")
def front(endpoint: Endpoint) -> Iterator[str]:
    with running("--engine", endpoint.url, "--query-seconds", str(SECONDS)) as address:
        yield address


Curl = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def curl(front: str) -> Curl:
    """Status, headers in lower case, and body."""

    def _curl(path: str, *options: str) -> tuple[int, str, str]:
        told = subprocess.run(
            ["curl", "--silent", "--include", "--get", *options, front + path],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        head, _, body = told.partition("\n\n")
        return int(head.split()[1]), head.lower(), body

    return _curl


def test_the_service_answers_from_the_engine_and_caches_nothing(curl: Curl) -> None:
    status, head, body = curl("sparql", "--data-urlencode", f"query={COUNT}")
    assert (status, '"value":"3"' in body) == (200, True)
    assert "cache-control: no-store" in head
    assert "\netag:" not in head
    assert "ari-revision: unknown-" in head


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("trickle", 503, "ARI_QUERY_SECONDS"),
        ("fails", 502, "engine-fault"),
        ("max_rows", 503, "ResultSetMaxRows"),
        ("html", 502, "engine-fault"),
        ("refused", 400, "bad-input"),
        ("busy", 429, "too-busy"),
    ],
)
def test_what_the_engine_does_wrong_is_a_problem_and_never_a_500(
    curl: Curl, name: str, status: int, words: str
) -> None:
    found, head, body = curl("sparql", "--data-urlencode", f"query={play(name)}")
    assert (found, words in body) == (status, True)
    assert "application/problem+json" in head


def test_releases_are_not_offered(curl: Curl) -> None:
    status, _, body = curl("sparql?query=ASK%7B%7D&release=1.0")
    assert (status, "not-offered" in body) == (501, True)


def test_the_description_and_the_graph_store_show_the_engines_graphs(curl: Curl) -> None:
    assert "x:g1" in curl("sparql", "-H", "Accept: text/turtle")[2]
    status, _, body = curl("graphs", "--data-urlencode", "graph=x:g2", "-H", "Accept: text/turtle")
    assert (status, "a:t" in body) == (200, True)


def write(address: str, text: str) -> tuple[int, str]:
    """Status and body of an update over HTTP."""
    command = ["curl", "--silent", "--write-out", "\n%{http_code}", address + "update"]
    token = ["--header", "Authorization: Bearer secret"]
    told = subprocess.run(
        [*command, *token, "--data-urlencode", f"update={text}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    body, _, status = told.rpartition("\n")
    return int(status), body


def test_who_has_the_token_may_write_once_validation_is_off() -> None:
    insert = "INSERT DATA { GRAPH <x:g2> { <a:s> <a:p> 5 } }"
    with serving(Endpoint(TWO_GRAPHS, server="Oxigraph/0.5")) as endpoint:
        options = ("--engine", endpoint.url, "--processes", "1")
        with running(*options, ARI_TOKEN="secret", ARI_VALIDATE_WRITES="0") as address:
            status, body = write(address, insert)
            assert (status, '"added": 1' in body) == (200, True)
        with running(*options, ARI_TOKEN="secret") as address:
            status, body = write(address, insert.replace("5", "6"))
            assert (status, "ARI_VALIDATE_WRITES=0" in body) == (403, True)
    assert len(endpoint.store) == 4


def cli(*arguments: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "met_ari.cli", *arguments],
        capture_output=True,
        text=True,
        env=plain_environment(**more),
        timeout=120,
        check=False,
    )


def test_serve_refuses_an_engine_that_would_lie() -> None:
    with serving(Endpoint(OVERLAPPING, several="bag")) as endpoint:
        done = cli("serve", "--port", "0", "--engine", endpoint.url)
    assert done.returncode == 3
    assert "ARI_DEFAULT_GRAPH=strict" in done.stderr


def test_serve_refuses_an_engine_that_is_not_there() -> None:
    done = cli("serve", "--port", "0", "--engine", "http://127.0.0.1:9/query")
    assert (done.returncode, "Connection refused" in done.stderr) == (3, True)


def test_load_replaces_our_graphs_and_no_others(built_home: Path) -> None:
    ours = "https://w3id.org/ari/id/graph/"
    quads = f"<x:theirs> {{ <a:s> <a:p> 1 }} <{ours}topics> {{ <a:s> <a:p> 1 }} "
    endpoint = Endpoint(quads + f"<{ours}gone> {{ <a:s> <a:p> 1 }}", server="Oxigraph/0.5")
    with serving(endpoint):
        done = cli("load", "--home", str(built_home), "--engine", endpoint.url)
    assert done.returncode == 0, done.stderr
    names = {graph.value for graph in endpoint.store.named_graphs()}
    assert "x:theirs" in names
    assert f"{ours}gone" not in names
    assert f"{ours}met-2019" in names
    assert re.fullmatch("[0-9a-f]{64}", done.stdout.strip())
    assert f"{ours}topics: " in done.stderr


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({}, 3, "no known address"),
        ({"server": "Oxigraph/0.5", "login": "Basic"}, 3, "other credentials"),
    ],
)
def test_a_load_that_fails_says_why(
    built_home: Path, options: dict[str, str], code: int, words: str
) -> None:
    with serving(Endpoint(**options)) as endpoint:
        done = cli("load", "--home", str(built_home), "--engine", endpoint.url)
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr


def test_a_load_without_an_engine_says_what_is_missing(built_home: Path) -> None:
    done = cli("load", "--home", str(built_home))
    assert (done.returncode, "--engine" in done.stderr) == (2, True)


def test_a_password_is_no_option() -> None:
    assert "password" not in cli("serve", "--help").stdout.lower().replace(
        "ari_engine_password", ""
    )


@pytest.fixture(scope="module")
def built_home(built: object) -> Path:
    folder = built.folder  # type: ignore[attr-defined]
    return folder.parents[1]
