"""The dumps: six formats that say the same to three libraries, in the same bytes everywhere."""

import gzip
import json
import shutil
import subprocess

import pyoxigraph as ox
import pytest
from rdflib import Graph

from met_ari import resources
from met_ari.errors import Unfaithful
from met_ari.publish import layout
from met_ari.publish.dataset import Dataset
from met_ari.publish.dumps import readers, writers
from met_ari.publish.dumps.jsonld import jsonld
from met_ari.publish.dumps.rdfxml import rdfxml
from met_ari.publish.dumps.turtle import trig, turtle
from met_ari.publish.packing import gzipped
from tests import needs
from tests.real_engines import FUSEKI_JARS

BASE = "https://example.org/id/"
CONTEXT = resources.text("ontology", "context.jsonld").encode()
EX = "PREFIX : <https://example.org/id/thing/>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"

AWKWARD = {
    "a list": ":a :list (1 2.5 true 'x'@en) .",
    "an empty list": ":a :list () .",
    "a list inside a list": ":a :list (:b (:c ()) [ :p () ]) .",
    "a cell with more than a member": "[] :list _:c . _:c a :Cell . :x :list (1) . _:c :p (2) .",
    "a list that two things share": ":a :p _:l . :b :p _:l . _:l :rest (1) .",
    "blank nodes inside each other": ":a :p [ :q [ :r [] ] ; :s 'y' ] .",
    "a blank node of nobody": "[] :p :a .",
    "a blank node that points at itself": "_:b :p _:b .",
    "two blank nodes in a circle": "_:b :p _:c . _:c :p _:b .",
    "a circle beside a way in": ":a :p _:b . _:b :p _:c . _:c :q _:d . _:d :q _:c .",
    "twins": ":a :p [ :q 1 ] , [ :q 1 ] .",
    "literals of every kind": (
        ":a :p 0, 1, 01, -1, +1, 1.0, 0.0000001, 1e0, true, '1'^^xsd:boolean, '', ' ', 'x'@en, "
        "'x'@cy-GB, "
        "'4'^^xsd:positiveInteger, '04'^^xsd:positiveInteger, '2019'^^xsd:gYear, "
        "'9007199254740993'^^xsd:integer, '٣'^^xsd:integer, 'a'^^:kind ."
    ),
    "texts that formats escape": (
        r":a :p 'a\"b', 'a\\', 'a\\nb', 'line\nline', 'line\rline', 'tab\there', '''\"\"\"''', "
        r"'ends in \"\n\"', '</p>&amp;<![CDATA[', 'é\u200F\U0001F600', '@en', '^^', '  a  ' ."
    ),
    "IRIs that can't be shortened": (
        "<https://example.org/id/> :p <https://example.org/id/a/../b>, <https://example.org/id/a/>,"
        " <https://example.org/id/a/b?q=1>, <https://example.org/id/a/b#c>, <urn:x:y>,"
        " <https://example.org/id/a:b/c>, <https://example.org/id//c/d>,"
        " <https://example.org/id/a/.>,"
        " <http://www.w3.org/2004/02/skos/core#>, <http://www.w3.org/2004/02/skos/core#a.b>,"
        " <http://www.w3.org/2004/02/skos/core#-a>, <https://example.org/id/é/ü%20> ."
    ),
    "words of the context": (
        ":a <https://w3id.org/ari/def#position> '4'^^xsd:positiveInteger, 4, '4', '04'^^xsd:byte ;"
        " <http://www.w3.org/2004/02/skos/core#prefLabel> 'x'@en, 'x'@cy, 'x' ;"
        " <https://w3id.org/ari/def#quotedProperty> <http://purl.org/dc/terms/title>, :b ;"
        " <https://w3id.org/ari/def#editedEdition> true, '1'^^xsd:boolean ;"
        " <http://purl.org/dc/terms/source> 'a text', :b ; a 'text', :C ;"
        " <http://purl.org/dc/terms/identifier> :b, 'x', 'x'@en ."
    ),
}


def dataset(text: str) -> Dataset:
    return Dataset.parse((EX + text).encode(), ox.RdfFormat.TURTLE)


def named(text: str) -> Dataset:
    return Dataset.parse((EX + text).encode(), ox.RdfFormat.TRIG)


# What is written is what is read


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("library", readers.READERS)
@pytest.mark.parametrize(("form", "write"), [("ttl", turtle), ("rdf", rdfxml)])
def test_an_awkward_graph_comes_back_as_it_was(form, write, library, text):
    data = dataset(text)
    written = write(data.triples, *([BASE] if form == "ttl" else []))
    assert readers.READERS[library](written, form).lines == data.lines, written.decode()


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
@pytest.mark.parametrize("library", readers.READERS)
@pytest.mark.parametrize("form", ["trig", "jsonld"])
def test_an_awkward_named_graph_comes_back_as_it_was(form, library, text):
    data = named(f":g {{ {text} }} :h {{ :a :p 'another' }}")
    written = trig(data.graphs, BASE) if form == "trig" else jsonld(data.graphs, BASE, CONTEXT)
    assert readers.READERS[library](written, form).lines == data.lines, written.decode()


@pytest.mark.parametrize("form", ["trig", "jsonld"])
def test_a_blank_node_in_two_graphs_stays_one(form):
    data = named(":g { :a :p _:b } :h { _:b :q 1 } :i { :a :p [ :q 2 ] }")
    write = trig(data.graphs, BASE) if form == "trig" else jsonld(data.graphs, BASE, CONTEXT)
    assert readers.by_pyoxigraph(write, form).hash == data.hash


# What people see


def test_turtle_nests_what_only_one_statement_names():
    written = turtle(dataset(":a :p [ :q (1 2) ] .").triples, BASE).decode()
    assert "_:" not in written
    assert "( 1 2 )" in written
    assert "<thing/a>" in written


def test_turtle_declares_the_prefixes_that_it_uses_in_one_order():
    skos, dcat = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/ns/dcat#"
    text = f"<urn:a> a <{skos}Concept>, <{dcat}Dataset> ."
    written = turtle(dataset(text).triples).decode()
    heads = [line.split()[1] for line in written.splitlines() if line.startswith("@prefix")]
    assert heads == ["dcat:", "skos:"]


def test_the_json_ld_speaks_the_words_of_our_context(released):
    document = json.loads((released / layout.QUADS["jsonld"]).read_bytes())
    graphs = {graph["id"]: graph["@graph"] for graph in document["@graph"]}
    things = {thing["id"]: thing for thing in graphs["graph/met-2019"]}
    question = things["question/met-2019-4-2"]
    assert question["type"] == "ResearchQuestion"
    assert question["position"] == 2
    assert question["underPriority"] == "priority/met-2019-4"
    assert document["@context"]["@base"] == "https://w3id.org/ari/id/"


# The dumps of a release


@pytest.fixture(scope="module")
def graph(built) -> Dataset:
    return Dataset((built.folder / "dataset.nq").read_bytes())


@pytest.mark.parametrize("library", readers.READERS)
@pytest.mark.parametrize("form", [*layout.TRIPLES, *layout.QUADS])
def test_a_dump_says_the_same_to_both_libraries(released, graph, form, library):
    wanted = graph.merge if form in layout.TRIPLES else graph
    path = (layout.TRIPLES | layout.QUADS)[form]
    assert readers.READERS[library]((released / path).read_bytes(), form).hash == wanted.hash


@pytest.mark.parametrize("form", [*layout.TRIPLES, *layout.QUADS])
def test_a_dump_says_the_same_to_jena(released, graph, form):
    if not shutil.which("java") or not list(FUSEKI_JARS.glob("*.jar")):
        needs.missing("Jena", "see tests/tools/fuseki/README.md")
    wanted = graph.merge if form in layout.TRIPLES else graph
    path = released / (layout.TRIPLES | layout.QUADS)[form]
    riot = ["java", "-cp", f"{FUSEKI_JARS}/*", "riotcmd.riot", "--output=nquads", str(path)]
    said = subprocess.run(riot, capture_output=True, check=True, timeout=120)
    assert said.stderr == b""
    assert Dataset.parse(said.stdout).hash == wanted.hash


def test_the_triples_are_a_set_and_the_quads_keep_their_graphs(released, graph):
    lines = (released / layout.TRIPLES["nt"]).read_bytes().splitlines()
    assert len(lines) == len(set(lines)) == len({quad.triple for quad in graph.quads})
    assert (released / layout.QUADS["nq"]).read_bytes() == graph.lines


def test_each_compressed_copy_holds_the_dump(released):
    for path in (layout.TRIPLES | layout.QUADS).values():
        packed = (released / f"{path}.gz").read_bytes()
        assert gzip.decompress(packed) == (released / path).read_bytes()


def test_a_compressed_copy_names_no_time_file_or_machine():
    assert gzipped(b"x")[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


def test_ontology_and_shapes_are_the_sources_in_one_file_each(released, sources):
    for name, folder in ((layout.ONTOLOGY, "ontology"), (layout.SHAPES, "shapes")):
        wanted = Graph()
        for data in sources.turtle(folder).values():
            wanted.parse(data=data, format="turtle")
        found = Graph().parse(released / name)
        assert len(found) == len(wanted)
        assert _hash(found) == _hash(wanted)


def _hash(graph: Graph) -> str:
    return Dataset.parse(graph.serialize(format="nt", encoding="utf-8")).hash


# A dump that lies is not kept


@pytest.mark.parametrize("written", [b"<urn:a> <urn:b> <urn:c> .\n", b"no RDF {"])
def test_a_dump_that_says_something_else_stops_the_release(monkeypatch, draft, written):
    monkeypatch.setitem(writers.WRITERS, "ttl", lambda draft: written)
    with pytest.raises(Unfaithful, match=r"ari-graph\.ttl"):
        list(writers.dumps(draft))
