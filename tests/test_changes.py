"""Writes: SPARQL 1.1 Update and the Graph Store Protocol, clause by clause, on the live store."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.engine import live
from met_ari.engine.embedded import EmbeddedEngine
from met_ari.engine.interface import Change
from met_ari.engine.keeper import Nursery
from met_ari.errors import (
    AriError,
    FederationRefused,
    InputError,
    LimitReached,
    PreconditionFailed,
    ReadOnly,
    SyntaxProblem,
    TooComplex,
    UnknownGraph,
    UnknownName,
    ViolationsFound,
)
from tests import stores
from tests.stores import BASE, quads, trig, update

PREFIX = f"PREFIX : <{BASE}> "


@pytest.fixture(scope="module", params=["union", "strict", "disk"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedEngine]:
    settings = replace(stores.SETTINGS, default_graph=request.param)
    if request.param == "disk":
        settings = replace(stores.SETTINGS, memory_statements=1)
    some = f"<{BASE}s> <{BASE}p> <{BASE}a> .\n<{BASE}s> <{BASE}p> <{BASE}b> .\n"
    with stores.opened(tmp_path_factory.mktemp("home"), some, settings) as engine:
        yield engine


@pytest.fixture
def engine(shared: EmbeddedEngine) -> EmbeddedEngine:
    """An empty store."""
    update(shared, "DROP ALL")
    return shared


def given(engine: EmbeddedEngine, text: str) -> None:
    """Bring a dataset, in TriG, into the empty store."""
    statements = []
    for quad in stores.parsed(text):
        triple = f"{quad.subject} {quad.predicate} {quad.object} ."
        named = str(quad.graph_name) != "DEFAULT"
        statements.append(f"GRAPH {quad.graph_name} {{ {triple} }}" if named else triple)
    update(engine, f"INSERT DATA {{ {' '.join(statements)} }}")


CASES = {
    "3.1.1 INSERT DATA adds to the unnamed graph": (
        ":s :p 1 .", "INSERT DATA { :s :p 2 }", ":s :p 1, 2 .",
    ),
    "3.1.1 INSERT DATA into a graph that does not exist creates it": (
        "", "INSERT DATA { GRAPH :g { :s :p 1 } }", ":g { :s :p 1 }",
    ),
    "3.1.1 INSERT DATA of what is there changes nothing": (
        ":g { :s :p 1 }", "INSERT DATA { GRAPH :g { :s :p 1 } }", ":g { :s :p 1 }",
    ),
    "3.1.1 a blank node in INSERT DATA is a new one": (
        ":s :p _:x .", "INSERT DATA { :s :p _:x }", ":s :p _:x, _:y .",
    ),
    "3.1.2 DELETE DATA removes": (":s :p 1, 2 .", "DELETE DATA { :s :p 2 }", ":s :p 1 ."),
    "3.1.2 DELETE DATA of what is not there is no error": (
        ":s :p 1 .", "DELETE DATA { :s :p 3 . GRAPH :g { :s :p 1 } }", ":s :p 1 .",
    ),
    "3.1.2 DELETE DATA looks at the unnamed graph only": (
        ":s :p 1 . :g { :s :p 1 }", "DELETE DATA { :s :p 1 }", ":g { :s :p 1 }",
    ),
    "3.1.3 DELETE comes before INSERT": (
        ":s :p 1, 2 .",
        "DELETE { ?s :p ?o } INSERT { ?s :p 2 . ?s :q ?o } WHERE { ?s :p ?o }",
        ":s :p 2 ; :q 1, 2 .",
    ),
    "3.1.3 WHERE sees the unnamed graph only": (
        ":g { :s :p 1 }", "INSERT { ?s :q ?o } WHERE { ?s :p ?o }", ":g { :s :p 1 }",
    ),
    "3.1.3 WITH is where it looks, removes and adds": (
        ":s :p 1 . :g { :s :p 2 }",
        "WITH :g DELETE { ?s :p ?o } INSERT { ?s :q ?o } WHERE { ?s :p ?o }",
        ":s :p 1 . :g { :s :q 2 }",
    ),
    "3.1.3 GRAPH in a template wins over WITH": (
        ":g { :s :p 2 }",
        "WITH :g INSERT { GRAPH :h { ?s :p ?o } } WHERE { ?s :p ?o }",
        ":g { :s :p 2 } :h { :s :p 2 }",
    ),
    "3.1.3 USING wins over WITH in WHERE, and not in templates": (
        ":g { :s :p 1 } :h { :s :p 2 }",
        "WITH :g INSERT { ?s :q ?o } USING :h WHERE { ?s :p ?o }",
        ":g { :s :p 1 ; :q 2 } :h { :s :p 2 }",
    ),
    "3.1.3 several USING are merged": (
        ":g { :s :p 1 } :h { :s :r 2 }",
        "INSERT { ?s :q ?o } USING :g USING :h WHERE { ?s :p 1 ; :r ?o }",
        ":s :q 2 . :g { :s :p 1 } :h { :s :r 2 }",
    ),
    "3.1.3 USING hides the other named graphs": (
        ":g { :s :p 1 } :h { :s :p 2 }",
        "INSERT { ?s :q ?o } USING :g WHERE { GRAPH :h { ?s :p ?o } }",
        ":g { :s :p 1 } :h { :s :p 2 }",
    ),
    "3.1.3 USING NAMED shows a graph to GRAPH and nothing else": (
        ":s :p 3 . :g { :s :p 1 } :h { :s :p 2 }",
        "INSERT { :s :q ?o } USING NAMED :g WHERE { { ?s :p ?o } UNION { GRAPH ?x { ?s :p ?o } } }",
        ":s :p 3 ; :q 1 . :g { :s :p 1 } :h { :s :p 2 }",
    ),
    "3.1.3 a graph that an earlier operation makes may be used": (
        "",
        "INSERT DATA { GRAPH :g { :s :p 1 } } ; INSERT { ?s :q ?o } USING :g WHERE { ?s :p ?o }",
        ":s :q 1 . :g { :s :p 1 }",
    ),
    "3.1.3 GRAPH with a variable goes over the named graphs": (
        ":s :p 0 . :g { :s :p 1 } :h { :s :p 2 }",
        "INSERT { ?g :holds ?o } WHERE { GRAPH ?g { ?s :p ?o } }",
        ":s :p 0 . :g :holds 1 . :h :holds 2 . :g { :s :p 1 } :h { :s :p 2 }",
    ),
    "3.1.3 a triple that can not be is left out": (
        ":s :p 1 .", "INSERT { ?o :q ?s } WHERE { ?s :p ?o }", ":s :p 1 .",
    ),
    "3.1.3.2 a blank node in a template is new for each solution": (
        ":s :p 1, 2 .",
        "INSERT { ?s :q [ :v ?o ] } WHERE { ?s :p ?o }",
        ":s :p 1, 2 ; :q [ :v 1 ], [ :v 2 ] .",
    ),
    "3.1.3.3 DELETE WHERE takes the pattern for the template": (
        ":s :p 1 ; :q 2 . :g { :s :p 1 }", "DELETE WHERE { ?s :p ?o }", ":s :q 2 . :g { :s :p 1 }",
    ),
    "3.1.3.3 DELETE WHERE with a variable graph": (
        ":s :p 1 . :g { :s :p 1 } :h { :s :q 1 }",
        "DELETE WHERE { GRAPH ?g { ?s :p ?o } }",
        ":s :p 1 . :h { :s :q 1 }",
    ),
    "3.1.5 CLEAR DEFAULT empties the unnamed graph": (
        ":s :p 1 . :g { :s :p 1 }", "CLEAR DEFAULT", ":g { :s :p 1 }",
    ),
    "3.1.5 CLEAR NAMED empties the others": (
        ":s :p 1 . :g { :s :p 1 }", "CLEAR NAMED", ":s :p 1 .",
    ),
    "3.1.5 CLEAR ALL empties all": (":s :p 1 . :g { :s :p 1 }", "CLEAR ALL", ""),
    "3.1.5 CLEAR SILENT of no graph is a success": (
        ":s :p 1 .", "CLEAR SILENT GRAPH :g", ":s :p 1 .",
    ),
    "3.2.1 CREATE SILENT of a graph that exists leaves it": (
        ":g { :s :p 1 }", "CREATE SILENT GRAPH :g", ":g { :s :p 1 }",
    ),
    "3.2.2 DROP removes a graph": (
        ":s :p 1 . :g { :s :p 1 } :h { :s :p 1 }", "DROP GRAPH :g", ":s :p 1 . :h { :s :p 1 }",
    ),
    "3.2.2 DROP SILENT of no graph is a success": (
        ":s :p 1 .", "DROP SILENT GRAPH :g", ":s :p 1 .",
    ),
    "3.2.3 COPY replaces": (
        ":g { :s :p 1 } :h { :s :p 2 }", "COPY :g TO :h", ":g { :s :p 1 } :h { :s :p 1 }",
    ),
    "3.2.3 COPY from and to the unnamed graph": (
        ":s :p 1 . :g { :s :p 2 }", "COPY DEFAULT TO :h ; COPY GRAPH :g TO DEFAULT",
        ":s :p 2 . :g { :s :p 2 } :h { :s :p 1 }",
    ),
    "3.2.3 COPY of a graph to itself changes nothing": (
        ":g { :s :p 1 }", "COPY :g TO :g", ":g { :s :p 1 }",
    ),
    "3.2.3 COPY SILENT from no graph is a success and takes nothing away": (
        ":h { :s :p 2 }", "COPY SILENT :g TO :h", ":h { :s :p 2 }",
    ),
    "3.2.4 MOVE replaces and removes the source": (
        ":g { :s :p 1 } :h { :s :p 2 }", "MOVE :g TO :h", ":h { :s :p 1 }",
    ),
    "3.2.4 MOVE of a graph to itself changes nothing": (
        ":g { :s :p 1 }", "MOVE :g TO :g", ":g { :s :p 1 }",
    ),
    "3.2.5 ADD keeps what is there": (
        ":g { :s :p 1 } :h { :s :p 2 }", "ADD :g TO :h", ":g { :s :p 1 } :h { :s :p 1, 2 }",
    ),
    "2 operations of one request see those before them": (
        "", "INSERT DATA { :s :p 1 } ; DELETE { ?s :p ?o } INSERT { ?s :p 2 } WHERE { ?s :p ?o } ;",
        ":s :p 2 .",
    ),
    "4 prefixes and bases hold for the operations after them": (
        "",
        "PREFIX a: <http://a.org/> INSERT DATA { a:s :p 1 } ; BASE <http://b.org/> "
        "PREFIX a: <c/> INSERT DATA { <s> :p a:o }",
        "<http://a.org/s> :p 1 . <http://b.org/s> :p <http://b.org/c/o> .",
    ),
    "4.2 an update of nothing changes nothing": (":s :p 1 .", "# nothing", ":s :p 1 ."),
    "19.2 of Query: codepoint escapes come first": (
        "", r"\u0049NSERT DATA { :s :p '\u0041' }", ":s :p 'A' .",
    ),
}  # fmt: skip
"""Clause of SPARQL 1.1 Update: the dataset before, the update, the dataset after, in TriG."""


@pytest.mark.parametrize("clause", CASES)
def test_update_semantics(engine: EmbeddedEngine, clause: str) -> None:
    before, text, after = CASES[clause]
    given(engine, before)
    revision = engine.revision
    changed = update(engine, PREFIX + text)
    assert quads(engine) == trig(after)
    assert (changed.revision == revision) == (changed.added == changed.removed == 0)
    assert engine.revision == changed.revision


REFUSED = {
    "3.1.3 USING a graph that does not exist": (
        "INSERT { ?s :q 1 } USING :x WHERE { ?s :p ?o }",
        UnknownGraph,
    ),
    "3.1.3 USING NAMED likewise": (
        "DELETE { ?s :p 1 } USING NAMED :x WHERE { ?s :p ?o }",
        UnknownGraph,
    ),
    "3.1.3 USING in a later operation": (
        "CLEAR ALL ; INSERT { ?s :q 1 } USING :x WHERE { ?s ?p ?o }",
        UnknownGraph,
    ),
    "3.1.4 LOAD": ("LOAD <http://127.0.0.1:9/>", FederationRefused),
    "3.1.4 LOAD SILENT": ("LOAD SILENT <file:///etc/passwd> INTO GRAPH :g", FederationRefused),
    "3.1.4 LOAD after another": ("CLEAR ALL ; LOAD <x>", FederationRefused),
    "3.1.4 LOAD in escapes": (r"\u004cOAD <x>", FederationRefused),
    "SERVICE in WHERE": (
        "INSERT { ?s :p 1 } WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        FederationRefused,
    ),
    "SERVICE in EXISTS": (
        "DELETE { ?s :p 1 } WHERE { ?s :p 1 FILTER EXISTS { SERVICE ?x { ?s ?p ?o } } }",
        FederationRefused,
    ),
    "3.1.5 CLEAR of no graph": ("CLEAR GRAPH :x", UnknownGraph),
    "3.2.1 CREATE of a graph that exists": ("CREATE GRAPH :g", InputError),
    "3.2.2 DROP of no graph": ("DROP GRAPH :x", UnknownGraph),
    "3.2.3 COPY from no graph": ("COPY :x TO :g", UnknownGraph),
    "3.2.4 MOVE from no graph": ("MOVE :x TO :g", UnknownGraph),
    "3.2.5 ADD from no graph": ("ADD :x TO :g", UnknownGraph),
    "3.1.1 a variable in data": ("INSERT DATA { ?s :p 1 }", SyntaxProblem),
    "3.1.2 a blank node in DELETE DATA": ("DELETE DATA { _:x :p 1 }", SyntaxProblem),
    "4.1 a blank node shared by two operations": (
        "INSERT DATA { _:x :p 1 } ; INSERT DATA { _:x :p 2 }",
        SyntaxProblem,
    ),
    "a broken second operation": ("INSERT DATA { :s :p 9 } ; INSERT DATA { :s :p }", SyntaxProblem),
    "a query": ("SELECT * { ?s ?p ?o }", SyntaxProblem),
    "a failure after a success": ("INSERT DATA { :s :p 9 } ; DROP GRAPH :x", UnknownGraph),
    "a function that is not known": (
        "INSERT { ?s :p ?x } WHERE { ?s :p ?o BIND(:f(1) AS ?x) }",
        InputError,
    ),
    "an inner graph": ("INSERT DATA { GRAPH <urn:x-ari:unnamed> { :s :p 1 } }", InputError),
    "a triple term": ("INSERT DATA { :s :p <<( :a :b :c )>> }", InputError),
    "deep nesting": ("INSERT { ?s :p 1 } WHERE " + "{" * 300 + "}" * 300, TooComplex),
}  # fmt: skip


@pytest.mark.parametrize("clause", REFUSED)
def test_a_refused_update_leaves_everything_as_it_was(engine: EmbeddedEngine, clause: str) -> None:
    given(engine, ":s :p 1 . :g { :s :p 2 }")
    before, revision = quads(engine), engine.revision
    text, error = REFUSED[clause]
    with pytest.raises(error):
        update(engine, PREFIX + text)
    assert (quads(engine), engine.revision) == (before, revision)


def test_words_in_strings_comments_and_names_are_no_reason_to_refuse(
    engine: EmbeddedEngine,
) -> None:
    update(engine, PREFIX + "INSERT DATA { :LOAD :SERVICE 'LOAD <x> USING <y>' } # LOAD <x>")
    assert quads(engine) == trig(":LOAD :SERVICE 'LOAD <x> USING <y>' .")


def test_a_syntax_error_has_its_place_and_the_word_that_was_meant(engine: EmbeddedEngine) -> None:
    with pytest.raises(SyntaxProblem, match="line 2, column 1") as problem:
        update(engine, "PREFIX : <http://example.org/>\nINSRT DATA { :s :p 1 }")
    assert "INSERT" in problem.value.remedy
    with pytest.raises(SyntaxProblem, match="not declared") as problem:
        update(engine, "INSERT DATA { <s> skos:prefLabel 1 }")
    assert "PREFIX skos:" in problem.value.remedy


class TestDatasetOfTheProtocol:
    """SPARQL 1.1 Protocol, 2.2.3."""

    def test_it_is_what_where_sees(self, engine: EmbeddedEngine) -> None:
        given(engine, ":s :p 0 . :g { :s :p 1 } :h { :s :p 2 }")
        text = PREFIX + "INSERT { :s :q ?o } WHERE { { ?s :p ?o } UNION { GRAPH ?x { ?s :p ?o } } }"
        update(engine, text, using_graphs=(BASE + "g",), using_named_graphs=(BASE + "h",))
        assert quads(engine) == trig(":s :p 0 ; :q 1, 2 . :g { :s :p 1 } :h { :s :p 2 }")

    def test_delete_where_takes_it_too(self, engine: EmbeddedEngine) -> None:
        given(engine, ":s :p 1, 2 . :g { :s :p 1 }")
        update(engine, PREFIX + "DELETE WHERE { ?s :p ?o }", using_graphs=(BASE + "g",))
        assert quads(engine) == trig(":s :p 2 . :g { :s :p 1 }")

    def test_data_and_management_do_not_look_at_it(self, engine: EmbeddedEngine) -> None:
        given(engine, ":g { :s :p 1 }")
        text = PREFIX + "INSERT DATA { :s :p 1 } ; COPY :g TO :h"
        update(engine, text, using_graphs=(BASE + "g",))
        assert quads(engine) == trig(":s :p 1 . :g { :s :p 1 } :h { :s :p 1 }")

    @pytest.mark.parametrize(
        "text",
        [
            "WITH :g DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
            "DELETE { ?s ?p ?o } USING :g WHERE { ?s ?p ?o }",
            "INSERT { ?s :q ?o } USING NAMED :g WHERE { GRAPH :g { ?s :p ?o } }",
        ],
    )
    def test_an_update_that_says_its_own_is_refused(
        self, engine: EmbeddedEngine, text: str
    ) -> None:
        given(engine, ":g { :s :p 1 }")
        with pytest.raises(InputError, match="using-graph-uri"):
            update(engine, PREFIX + text, using_graphs=(BASE + "g",))

    def test_a_graph_that_does_not_exist_is_named(self, engine: EmbeddedEngine) -> None:
        for name in ("using_graphs", "using_named_graphs"):
            with pytest.raises(UnknownGraph, match="/x>"):
                update(engine, "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", **{name: (BASE + "x",)})

    def test_where_nothing_is_matched_there_is_no_dataset_that_could_be_missing(
        self, engine: EmbeddedEngine
    ) -> None:
        text = "INSERT DATA { GRAPH <x> { <s> <p> 1 } }"
        assert update(engine, text, using_graphs=(BASE + "x",)).added == 1


class TestGraphStore:
    """SPARQL 1.1 Graph Store HTTP Protocol."""

    def test_5_3_put_creates_and_replaces(self, engine: EmbeddedEngine) -> None:
        first = stores.put(engine, BASE + "g", "<s> <p> 1, 2 .")
        assert (first.created, first.added, first.removed) == (True, 2, 0)
        second = stores.put(engine, BASE + "g", "<s> <p> 2, 3 .")
        assert (second.created, second.added, second.removed) == (False, 1, 1)
        assert quads(engine) == trig(":g { :s :p 2, 3 }")

    def test_5_3_put_of_the_unnamed_graph(self, engine: EmbeddedEngine) -> None:
        given(engine, ":s :p 1 . :g { :s :p 1 }")
        assert not stores.put(engine, None, "<s> <p> 2 .").created
        assert quads(engine) == trig(":s :p 2 . :g { :s :p 1 }")

    def test_5_3_content_is_new_where_the_unnamed_graph_was_empty(
        self, engine: EmbeddedEngine
    ) -> None:
        assert not stores.put(engine, None, "").created
        assert stores.put(engine, None, "<s> <p> 1 .").created
        assert not stores.put(engine, None, "<s> <p> 2 .").created

    def test_5_5_an_empty_document_hides_none_of_those_after_it(
        self, engine: EmbeddedEngine
    ) -> None:
        change = Change("post", BASE, graph=BASE + "g", body=b"", format="ttl")
        after = ((b"", "nt"), (b"<s> <p> 1 .", "ttl"))
        assert engine.change(replace(change, others=after)).added == 1
        assert quads(engine) == trig(":g { :s :p 1 }")

    def test_5_3_an_empty_body_makes_an_empty_graph_that_exists(
        self, engine: EmbeddedEngine
    ) -> None:
        assert stores.put(engine, BASE + "g", "").created
        assert engine.graphs == {BASE + "g": 0}
        assert engine.graph(BASE + "g", "nt").body == b""
        assert not stores.put(engine, BASE + "g", "").created
        assert not stores.put(engine, BASE + "g", "<s> <p> 1 .").created
        assert stores.put(engine, BASE + "g", "").removed == 1
        assert engine.graphs == {BASE + "g": 0}

    def test_5_3_a_put_that_can_not_be_read_leaves_the_old_graph_whole(
        self, engine: EmbeddedEngine
    ) -> None:
        stores.put(engine, BASE + "g", "<s> <p> 1 .")
        with pytest.raises(SyntaxProblem, match="line 2"):
            stores.put(engine, BASE + "g", "<s> <p> 2 .\n<s> <p> .")
        assert quads(engine) == trig(":g { :s :p 1 }")

    def test_5_4_delete_removes_and_then_there_is_none(self, engine: EmbeddedEngine) -> None:
        given(engine, ":s :p 1 . :g { :s :p 1 }")
        assert engine.change(Change("delete", BASE, graph=BASE + "g")).removed == 1
        for act in (
            lambda: engine.change(Change("delete", BASE, graph=BASE + "g")),
            lambda: engine.graph(BASE + "g", "nt"),
        ):
            with pytest.raises(UnknownName):
                act()
        assert quads(engine) == trig(":s :p 1 .")

    def test_5_4_delete_of_the_unnamed_graph_empties_it(self, engine: EmbeddedEngine) -> None:
        given(engine, ":s :p 1 .")
        for removed in (1, 0):
            assert engine.change(Change("delete", BASE)).removed == removed
        assert engine.graph(None, "nt").body == b""

    def test_5_5_post_merges_and_keeps_blank_nodes_apart(self, engine: EmbeddedEngine) -> None:
        assert stores.put(engine, BASE + "g", "_:x <p> 1 .", "post").created
        assert not stores.put(engine, BASE + "g", "_:x <p> 2 .", "post").created
        assert quads(engine) == trig(":g { _:x :p 1 . _:y :p 2 }")

    def test_5_5_several_documents_are_merged(self, engine: EmbeddedEngine) -> None:
        others = ((b"_:x <http://example.org/p> 2 .", "ttl"), (b'[{"@id":"http://a/b"}]', "jsonld"))
        engine.change(
            Change("post", BASE, graph=BASE + "g", body=b"_:x <p> 1.", format="ttl", others=others)
        )
        assert quads(engine) == trig(":g { _:x :p 1 . _:y :p 2 }")

    def test_5_5_post_to_the_unnamed_graph(self, engine: EmbeddedEngine) -> None:
        given(engine, ":s :p 1 .")
        assert not stores.put(engine, None, "<s> <p> 2 .", "post").created
        assert quads(engine) == trig(":s :p 1, 2 .")

    def patch(self, engine: EmbeddedEngine, graph: str | None, text: str) -> Any:
        return update(engine, PREFIX + text, graph=graph, patch=True)

    def test_5_7_patch_sees_and_changes_one_graph(self, engine: EmbeddedEngine) -> None:
        given(engine, ":s :p 1 . :g { :s :p 2 }")
        text = "DELETE { ?s :p ?o } INSERT { ?s :q ?o, [] } WHERE { ?s :p ?o } ; "
        text += "INSERT DATA { :s :r 1 }"
        assert not self.patch(engine, BASE + "g", text).created
        assert quads(engine) == trig(":s :p 1 . :g { :s :q 2, [] ; :r 1 }")
        self.patch(engine, None, "CLEAR DEFAULT ; INSERT DATA { :s :p 3 }")
        assert quads(engine) == trig(":s :p 3 . :g { :s :q 2, [] ; :r 1 }")

    def test_5_7_patch_keeps_the_blank_nodes_that_it_does_not_touch(
        self, engine: EmbeddedEngine
    ) -> None:
        given(engine, ":g { _:x :p _:y }")
        changed = self.patch(engine, BASE + "g", "INSERT { ?x :q ?y } WHERE { ?x :p ?y }")
        assert (changed.added, changed.removed) == (1, 0)

    @pytest.mark.parametrize(
        "text",
        [
            "INSERT DATA { GRAPH :h { :s :p 1 } }",
            "WITH :h INSERT { :s :p 1 } WHERE {}",
            "INSERT { :s :p ?o } USING :h WHERE { ?s :p ?o }",
            "INSERT { :s :q ?o } WHERE { GRAPH ?x { ?s :p ?o } }",
            "COPY :h TO DEFAULT",
            "CREATE GRAPH :k",
            "DROP ALL",
            "CLEAR GRAPH :h",
        ],
    )
    def test_5_7_patch_of_other_graphs_is_refused(self, engine: EmbeddedEngine, text: str) -> None:
        given(engine, ":g { :s :p 1 } :h { :s :p 2 }")
        with pytest.raises(InputError, match="its own graph only"):
            self.patch(engine, BASE + "g", text)
        assert quads(engine) == trig(":g { :s :p 1 } :h { :s :p 2 }")

    def test_5_7_patch_of_no_graph_is_not_found(self, engine: EmbeddedEngine) -> None:
        with pytest.raises(UnknownName):
            self.patch(engine, BASE + "x", "INSERT DATA { :s :p 1 }")

    def test_whole_graphs_come_in_every_format(self, engine: EmbeddedEngine) -> None:
        given(engine, ":s :p 1 . :g { :s :p 2 }")
        for form in ("ttl", "nt", "jsonld", "rdf"):
            answer = engine.graph(BASE + "g", form)
            assert (answer.format, answer.rows, answer.revision) == (form, 1, engine.revision)
        assert b'"1"' in engine.graph(None, "nt").body

    def test_a_change_of_another_revision_is_refused(self, engine: EmbeddedEngine) -> None:
        old = engine.revision
        asked = Change("put", BASE, graph=BASE + "g", body=b"<s> <p> 1 .", format="ttl")
        engine.change(replace(asked, revision=old))
        with pytest.raises(PreconditionFailed):
            engine.change(replace(asked, body=b"<s> <p> 2 .", revision=old))
        assert quads(engine) == trig(":g { :s :p 1 }")


class TestDocuments:
    """Bodies that strangers send."""

    def put(self, engine: EmbeddedEngine, form: str, body: bytes | str) -> None:
        data = body.encode() if isinstance(body, str) else body
        engine.change(Change("put", BASE, graph=BASE + "g", body=data, format=form))

    @pytest.mark.parametrize(
        ("form", "body"),
        [
            ("ttl", "<s> <p> 'é' ."),
            ("ttl", "\ufeff<s> <p> 'é' ."),
            ("nt", "<http://example.org/s> <http://example.org/p> 'é' .".replace("'", '"')),
            ("jsonld", '{"@id": "s", "http://example.org/p": "é"}'),
            ("jsonld", '{"@context": {"p": "http://example.org/p"}, "@id": "s", "p": "é"}'),
            ("rdf", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
             'xmlns="http://example.org/"><rdf:Description rdf:about="s"><p>é</p>'
             "</rdf:Description></rdf:RDF>"),
        ],
    )  # fmt: skip
    def test_every_format_is_read(self, engine: EmbeddedEngine, form: str, body: str) -> None:
        self.put(engine, form, body)
        assert quads(engine) == trig(":g { :s :p 'é' }")

    @pytest.mark.parametrize(
        "context", ['"http://127.0.0.1:9/c"', '["file:///etc/passwd"]', '{"@import": "http://x/"}']
    )
    def test_a_remote_context_is_refused_by_name(
        self, engine: EmbeddedEngine, context: str
    ) -> None:
        with pytest.raises(InputError, match="context <") as refused:
            self.put(engine, "jsonld", f'{{"@context": {context}, "@id": "s"}}')
        assert refused.value.extra["context"] in context

    def test_the_context_of_the_package_is_known(self, engine: EmbeddedEngine) -> None:
        document = '{"@context": "context.jsonld", "@id": "s", "prefLabel": "x"}'
        self.put(engine, "jsonld", document)
        assert b"prefLabel" in engine.graph(BASE + "g", "nt").body

    def test_a_document_type_is_refused_at_once(self, engine: EmbeddedEngine) -> None:
        laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 12))
        body = f"<?xml version='1.0'?><!-- x --><!DOCTYPE r [<!ENTITY l0 'x'>{laughs}]><r>&l11;</r>"
        started = time.monotonic()
        with pytest.raises(InputError, match="document type"):
            self.put(engine, "rdf", body)
        assert time.monotonic() - started < 1

    @pytest.mark.parametrize("end", ["", "</rdf:Description>", "</rdf:Description></rdf:RD"])
    def test_half_a_document_of_xml_is_not_taken_for_a_whole_one(
        self, engine: EmbeddedEngine, end: str
    ) -> None:
        body = (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            f'xmlns="http://example.org/"><rdf:Description rdf:about="s"><p>x</p>{end}'
        )
        with pytest.raises(SyntaxProblem, match="not well formed"):
            self.put(engine, "rdf", body)
        assert engine.graphs == {}

    @pytest.mark.parametrize(
        ("form", "body", "line"),
        [
            ("ttl", "<s> <p> 1 .\n<s> <p> , .", 2),
            ("nt", '<a:a> <a:b> "x" .\n<a:a> <a:b> x .', 2),
            ("jsonld", '{"@id":\n "s",\n ]}', 3),
            ("rdf", "<a>\n<b></a>", 2),
            ("ttl", b"<s> <p> '\xff' .", 1),
            ("ttl", "<s> <p> '\0' .\n<", 2),
        ],
    )
    def test_a_broken_document_is_refused_with_its_place(
        self, engine: EmbeddedEngine, form: str, body: bytes | str, line: int
    ) -> None:
        with pytest.raises(SyntaxProblem) as problem:
            self.put(engine, form, body)
        assert problem.value.extra["line"] == line

    @pytest.mark.parametrize(
        ("form", "body"),
        [
            ("ttl", "<s> <p> " + "[ <p> " * 50_000),
            ("ttl", "<s> <p> " + "( " * 100_000),
            ("jsonld", "[" * 100_000),
            ("jsonld", '{"@graph":' * 20_000),
            ("jsonld", '{"@id": "g", "@graph": [{"@id": "s", "a:p": 1}]}'),
            ("rdf", "<a>" * 100_000),
            ("rdf", "not xml"),
            ("trig", "<g> { <s> <p> 1 }"),
        ],
    )
    def test_whatever_is_sent_the_next_write_is_right(
        self, engine: EmbeddedEngine, form: str, body: str
    ) -> None:
        with pytest.raises((InputError, LimitReached)):
            self.put(engine, form, body)
        update(engine, PREFIX + "INSERT DATA { :s :p 1 }")
        assert quads(engine) == trig(":s :p 1 .")


@pytest.fixture(scope="module")
def narrow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    many = "".join(f'<{BASE}s{i}> <{BASE}p> "{i}" .\n' for i in range(500))
    settings = replace(stores.SETTINGS, query_seconds=2, max_rows=2000, max_bytes=100_000)
    with stores.opened(tmp_path_factory.mktemp("home"), many, settings) as engine:
        yield engine


class TestLimits:
    @pytest.mark.parametrize(
        ("text", "limit"),
        [
            ("INSERT { ?a <q> ?n } WHERE { { SELECT ?a (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . "
             "?g ?h ?i . ?j ?k ?l } GROUP BY ?a } }", "ARI_QUERY_SECONDS"),
            ("INSERT { ?a <q> ?x } WHERE { ?a ?b ?c BIND('0123456789' AS ?v0) "
             + " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))
             + " BIND(STRLEN(?v40) AS ?x) }", "ARI_QUERY_MEMORY_MB"),
            ("INSERT { ?a <a> 1 ; <b> 1 ; <c> 1 ; <d> 1 ; <e> 1 } WHERE { ?a <p> ?o }",
             "ARI_MAX_ROWS"),
            ("INSERT { ?a <q> ?x } WHERE { ?a ?b ?c BIND(CONCAT(STR(?a), "
             + f"'{'x' * 500}') AS ?x) }}", "ARI_MAX_BYTES"),
        ],
        ids=["seconds", "memory", "rows", "bytes"],
    )  # fmt: skip
    def test_a_write_over_a_limit_stores_nothing(
        self, narrow: EmbeddedEngine, text: str, limit: str
    ) -> None:
        revision = narrow.revision
        with pytest.raises(LimitReached, match="Nothing is stored") as reached:
            update(narrow, text)
        assert reached.value.extra["limit"] == limit
        assert narrow.revision == revision
        assert update(narrow, "INSERT DATA { <s> <p> 1 }").added == 1
        assert update(narrow, "DELETE DATA { <s> <p> 1 }").removed == 1

    @pytest.mark.parametrize(
        "text",
        [
            "INSERT DATA { <s> <p> 1 } ; " * 20_000,
            "INSERT { <s> <p> 1 } WHERE { FILTER(" + "!" * 100_000 + "?x) }",
            "INSERT { <s> <p> ?x } WHERE { BIND(" + "1+" * 30_000 + "1 AS ?x) }",
        ],
    )
    def test_a_text_that_overflows_the_stack_is_contained(
        self, narrow: EmbeddedEngine, text: str
    ) -> None:
        with contextlib.suppress(AriError):
            update(narrow, text)
        assert stores.rows(narrow, "SELECT (COUNT(*) AS ?n) { ?s <p> ?o }")[0]["n"] in (
            "500",
            "501",
        )

    def test_a_store_of_a_build_is_not_written_to(self, tmp_path: Any) -> None:
        data = stores.build(tmp_path) / "dataset.nq"
        with (
            Nursery(data, "r", stores.SETTINGS) as nursery,
            contextlib.closing(EmbeddedEngine(nursery.address, stores.SETTINGS)) as engine,
            pytest.raises(ReadOnly),
        ):
            update(engine, "INSERT DATA { <s> <p> 1 }")


ID = "https://w3id.org/ari/id/"
QUESTION = f"{ID}question/met-2019-4-2"
MET, TOPICS = f"{ID}graph/met-2019", f"{ID}graph/topics"
WORDS = (
    "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX ari: <https://w3id.org/ari/def#> "
)


@pytest.fixture(scope="module")
def ruled(built: BuildResult, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    settings = Settings(token="t", query_seconds=20)
    home = tmp_path_factory.mktemp("home")
    with (
        live.opened(home, built.folder) as opened,
        Nursery(built.folder, "", settings, live=opened) as nursery,
        contextlib.closing(EmbeddedEngine(nursery.address, settings)) as engine,
    ):
        yield engine


def in_met(pattern: str) -> str:
    """A group graph pattern of the graph of the Met's edition."""
    return f"{{ GRAPH <{MET}> {{ {pattern} }} }}"


class TestRules:
    """Writes to the real data are held to the shapes."""

    def refused(self, store: EmbeddedEngine, text: str) -> list[dict[str, Any]]:
        revision = store.revision
        with pytest.raises(ViolationsFound) as found:
            update(store, WORDS + text)
        assert store.revision == revision
        findings: list[dict[str, Any]] = found.value.extra["findings"]
        return findings

    def test_a_write_that_breaks_a_rule_is_refused_with_the_findings(
        self, ruled: EmbeddedEngine
    ) -> None:
        findings = self.refused(ruled, "DELETE WHERE " + in_met(f"<{QUESTION}> skos:prefLabel ?o"))
        assert {finding["focus"] for finding in findings} == {QUESTION}
        assert {finding["severity"] for finding in findings} == {"violation"}

    def test_a_rule_over_the_edition_is_asked_too(self, ruled: EmbeddedEngine) -> None:
        findings = self.refused(
            ruled,
            "DELETE "
            + in_met(f"<{QUESTION}> ari:position ?n")
            + " INSERT "
            + in_met(f"<{QUESTION}> ari:position 1")
            + " WHERE "
            + in_met(f"<{QUESTION}> ari:position ?n"),
        )
        assert f"{ID}ari/met-2019" in {finding["focus"] for finding in findings}

    def test_what_links_to_a_thing_that_lost_its_class_is_asked_too(
        self, ruled: EmbeddedEngine
    ) -> None:
        priority = f"{ID}priority/met-2019-4"
        findings = self.refused(ruled, "DELETE WHERE " + in_met(f"<{priority}> a ?c"))
        assert QUESTION in {finding["focus"] for finding in findings}

    def test_a_put_of_a_whole_graph_is_held_to_them(self, ruled: EmbeddedEngine) -> None:
        with pytest.raises(ViolationsFound):
            stores.put(
                ruled,
                BASE + "g",
                f"<{ID}question/x-1> a <https://w3id.org/ari/def#ResearchQuestion> .",
            )
        assert BASE + "g" not in ruled.graphs

    def test_a_write_that_keeps_the_rules_is_stored(self, ruled: EmbeddedEngine) -> None:
        text = "INSERT DATA " + in_met(f"<{QUESTION}> skos:altLabel 'Another'@en")
        assert update(ruled, WORDS + text).added == 1

    def test_data_that_no_rule_is_about_is_stored(self, ruled: EmbeddedEngine) -> None:
        assert update(ruled, "INSERT DATA { <s> <p> <o>, [ <p> 1 ] }").added == 3

    def test_what_was_broken_before_and_is_not_touched_does_not_block(
        self, built: BuildResult, tmp_path: Any
    ) -> None:
        loose = Settings(validate_writes=0)
        strict = Settings(query_seconds=20)
        other = f"{ID}question/met-2019-4-1"
        with (
            live.opened(tmp_path, built.folder) as opened,
            Nursery(built.folder, "", loose, live=opened) as nursery,
            contextlib.closing(EmbeddedEngine(nursery.address, loose)) as careless,
            contextlib.closing(EmbeddedEngine(nursery.address, strict)) as careful,
        ):
            update(
                careless,
                WORDS + "DELETE WHERE " + in_met(f"<{other}> ari:position ?n ; skos:prefLabel ?l"),
            )
            notes = f"<{QUESTION}> skos:note 'x'@en . <{other}> skos:note 'y'@en"
            assert update(careful, WORDS + "INSERT DATA " + in_met(notes)).added == 2
            self.refused(careful, "DELETE WHERE " + in_met(f"<{QUESTION}> skos:prefLabel ?l"))

    def test_they_are_kept_under_a_strict_default_graph_too(
        self, built: BuildResult, tmp_path: Any
    ) -> None:
        settings = Settings(default_graph="strict", query_seconds=20)
        with (
            live.opened(tmp_path, built.folder) as opened,
            Nursery(built.folder, "", settings, live=opened) as nursery,
            contextlib.closing(EmbeddedEngine(nursery.address, settings)) as engine,
        ):
            self.refused(engine, "DELETE WHERE " + in_met(f"<{QUESTION}> skos:prefLabel ?o"))
            text = "INSERT DATA " + in_met(f"<{QUESTION}> skos:altLabel 'Another'@en")
            assert update(engine, WORDS + text).added == 1

    def test_the_time_for_the_rules_is_limited(self, ruled: EmbeddedEngine) -> None:
        hurried = EmbeddedEngine(ruled._address, Settings(validate_seconds=0.001))
        with contextlib.closing(hurried), pytest.raises(LimitReached) as reached:
            update(hurried, "INSERT DATA { <s> <p> <o2> }")
        assert reached.value.extra["limit"] == "ARI_VALIDATE_SECONDS"

    def test_a_small_write_is_soon_acknowledged(self, ruled: EmbeddedEngine) -> None:
        started = time.monotonic()
        update(
            ruled,
            WORDS + "INSERT DATA " + in_met(f"<{QUESTION}> skos:altLabel 'Soon'@en"),
        )
        assert time.monotonic() - started < 3
