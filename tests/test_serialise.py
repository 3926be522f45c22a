"""Answers in the formats of the W3C: to the letter, whole, and the same each time."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from xml.dom.minidom import Element, parseString

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    Variable,
    parse,
    parse_query_results,
)

from met_ari.engine import serialise, tables
from met_ari.engine.table_xml import FORBIDDEN
from met_ari.errors import NotAcceptable

XSD = "http://www.w3.org/2001/XMLSchema#"
Term = NamedNode | BlankNode | Literal | Triple
Row = Sequence[Term | None]
READERS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "tsv": QueryResultsFormat.TSV,
}


class Rows:
    """Solutions as pyoxigraph gives them."""

    def __init__(self, names: Sequence[str], rows: Iterable[Row]) -> None:
        self.variables = [Variable(name) for name in names]
        self._rows = list(rows)

    def __iter__(self) -> Iterable[Row]:
        return iter(self._rows)


def table(form: str, names: Sequence[str], rows: Iterable[Row]) -> str:
    pieces: list[bytes] = []
    counted: list[int] = []
    rows = list(rows)
    told = tables.table(Rows(names, rows), form, pieces.append, counted.append)
    assert told == counted[-1] == len(rows)
    return b"".join(pieces).decode()


def graph(form: str, triples: Iterable[Triple]) -> bytes:
    pieces: list[bytes] = []
    serialise.graph(triples, form, pieces.append, lambda _: None)
    return b"".join(pieces)


def ex(name: str) -> NamedNode:
    return NamedNode("http://example.org/" + name)


def typed(value: str, datatype: str) -> Literal:
    return Literal(value, datatype=NamedNode(XSD + datatype))


def read_back(form: str, text: str) -> list[list[Term | None]]:
    found = parse_query_results(text.encode(), format=READERS[form])
    assert isinstance(found, QuerySolutions)
    return [list(solution) for solution in found]


def elements(text: str, name: str) -> list[Element]:
    """The elements of that name in an XML document."""
    return list(parseString(text).getElementsByTagName(name))  # noqa: S318


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
xml_texts = texts.filter(lambda t: not FORBIDDEN.search(t))
iris = st.text("abcé-/:", max_size=6).map(ex)
tags = st.sampled_from(["en", "en-gb", "cy"])
datatypes = st.sampled_from(["integer", "decimal", "double", "boolean", "date", "string", "gYear"])


def terms(values: st.SearchStrategy[str]) -> st.SearchStrategy[Term]:
    """Any term whose literals hold such texts."""
    numbers = st.sampled_from(["1", "-1", "+1", "01", "1.5", ".5", "1.", "1e0", "-1.5E+7", "NaN"])
    simple = st.one_of(
        iris,
        values.map(Literal),
        st.builds(lambda v, t: Literal(v, language=t), values, tags),
        st.builds(lambda v, t: Literal(v, language=t, direction=BaseDirection.RTL), values, tags),
        st.builds(typed, st.one_of(values, numbers), datatypes),
        st.builds(lambda v, d: Literal(v, datatype=d), values, iris),
    )
    return st.one_of(simple, st.builds(Triple, iris, iris, simple))


rows_of = st.lists(st.lists(st.none() | terms(texts), min_size=2, max_size=2), max_size=4)
xml_rows = st.lists(st.lists(st.none() | terms(xml_texts), min_size=2, max_size=2), max_size=4)


@given(rows_of)
def test_json_says_exactly_what_the_engine_found(rows: list[Row]) -> None:
    text = table("json", ["x", "y"], rows)
    assert json.loads(text)["head"] == {"vars": ["x", "y"]}
    assert read_back("json", text) == rows


@given(xml_rows)
def test_xml_says_exactly_what_the_engine_found(rows: list[Row]) -> None:
    text = table("xml", ["x", "y"], rows)
    assert read_back("xml", text) == rows


@given(rows_of)
def test_tsv_says_exactly_what_the_engine_found(rows: list[Row]) -> None:
    text = table("tsv", ["x", "y"], rows)
    assert read_back("tsv", text) == rows
    assert all(line.count("\t") == 1 for line in text.split("\n")[:-1])


@given(rows_of)
def test_csv_gives_each_value_as_a_field(rows: list[Row]) -> None:
    assume(not any(isinstance(term, Triple) for row in rows for term in row))
    text = table("csv", ["x", "y"], rows)
    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    values = [["" if term is None else term.value for term in row] for row in rows]
    assert read == [["x", "y"], *values]


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_a_plain_answer_is_what_pyoxigraph_would_write(form: str) -> None:
    store = Store()
    values = "(<http://a> 'b'@en 1) (UNDEF 'c,\"' 'd'^^<http://e>) (2e0 1.5 '')"
    query = f"SELECT ?x ?y ?z {{ VALUES (?x ?y ?z) {{ {values} }} }}"
    found = store.query(query)
    assert isinstance(found, QuerySolutions)
    theirs = found.serialize(format=getattr(QueryResultsFormat, form.upper()))
    assert theirs is not None
    pieces: list[bytes] = []
    again = store.query(query)
    assert isinstance(again, QuerySolutions)
    tables.table(again, form, pieces.append, lambda _: None)
    ours = b"".join(pieces).replace(b"?>\n<sparql", b"?><sparql")
    assert ours == theirs


def test_blank_nodes_are_named_in_order_of_appearance() -> None:
    p, q, r = BlankNode("zzz"), BlankNode("aaa"), BlankNode("mmm")
    rows: list[Row] = [[p, q], [q, Triple(r, ex("p"), p)]]
    assert table("csv", ["x", "y"], rows).split("\r\n")[1] == "_:b0,_:b1"
    assert (
        table("tsv", ["x", "y"], rows).split("\n")[2]
        == "_:b1\t<<( _:b2 <http://example.org/p> _:b0 )>>"
    )
    first, second = json.loads(table("json", ["x", "y"], rows))["results"]["bindings"]
    assert (first["x"]["value"], second["x"]["value"]) == ("b0", "b1")
    assert "<bnode>b2</bnode>" in table("xml", ["x", "y"], rows)


def test_csv_ends_lines_in_crlf_and_quotes_where_rfc_4180_says() -> None:
    rows: list[Row] = [
        [Literal('say "a"'), Literal("a,b")],
        [Literal("a\nb"), Literal("a\rb")],
        [None, Literal(" =1 ")],
        [ex("a"), typed("1", "integer")],
    ]
    assert table("csv", ["x", "y"], rows) == (
        'x,y\r\n"say ""a""","a,b"\r\n"a\nb","a\rb"\r\n, =1 \r\nhttp://example.org/a,1\r\n'
    )


def test_tsv_writes_terms_as_turtle_does() -> None:
    rows: list[Row] = [
        [ex("a"), Literal('tab\tline\nreturn\rquote"back\\')],
        [Literal("a", language="en"), typed("2019", "gYear")],
        [typed("1", "integer"), typed("1.5", "decimal")],
        [typed("1e0", "double"), typed("1", "double")],
        [None, typed("1.", "decimal")],
    ]
    assert table("tsv", ["x", "y"], rows).split("\n") == [
        "?x\t?y",
        '<http://example.org/a>\t"tab\\tline\\nreturn\\rquote\\"back\\\\"',
        f'"a"@en\t"2019"^^<{XSD}gYear>',
        "1\t1.5",
        f'1e0\t"1"^^<{XSD}double>',
        f'\t"1."^^<{XSD}decimal>',
        "",
    ]


def test_xml_keeps_carriage_returns_and_white_space() -> None:
    text = table("xml", ["x"], [[Literal(" a\r\n\tb\r ")]])
    (literal,) = elements(text, "literal")
    assert literal.firstChild.data == " a\r\n\tb\r "


@pytest.mark.parametrize("character", ["\x00", "\x01", "\x0b", "\x1f", "￾", "￿"])
def test_a_character_that_xml_lacks_is_refused_with_the_formats_that_have_it(
    character: str,
) -> None:
    with pytest.raises(NotAcceptable, match=f"U\\+{ord(character):04X}") as refused:
        table("xml", ["x"], [[Literal(f"a{character}b")]])
    assert refused.value.extra["available"] == ["json", "csv", "spreadsheet", "tsv"]
    with pytest.raises(NotAcceptable, match="XML 1\\.0") as refused:
        graph("rdf", [Triple(ex("s"), ex("p"), Literal(character))])
    assert "ttl" in refused.value.extra["available"]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("json", '{"head":{"vars":[]},"results":{"bindings":[{},{}]}}'),
        ("csv", "\r\n\r\n\r\n"),
        ("tsv", "\n\n\n"),
    ],
)
def test_rows_without_columns_are_rows(form: str, expected: str) -> None:
    assert table(form, [], [[], []]) == expected


def test_an_answer_without_rows_is_whole() -> None:
    assert table("json", ["x"], []) == '{"head":{"vars":["x"]},"results":{"bindings":[]}}'
    (variable,) = elements(table("xml", ["x"], []), "variable")
    assert variable.getAttribute("name") == "x"


def test_ask_is_json_or_xml() -> None:
    assert json.loads(tables.boolean(True, "json")) == {"head": {}, "boolean": True}
    assert b"<boolean>false</boolean>" in tables.boolean(False, "xml")


def test_rows_are_counted_while_they_are_written() -> None:
    counted: list[int] = []

    def count(rows: int) -> None:
        counted.append(rows)
        if rows > 600:
            raise OverflowError

    rows = Rows(["x"], [[Literal("a")]] * 10_000)
    with pytest.raises(OverflowError):
        tables.table(rows, "json", lambda _: None, count)
    assert counted[-1] < 2000


def test_select_star_gives_columns_in_the_order_of_the_text() -> None:
    store = Store()
    found = store.query("SELECT * { VALUES (?z ?a ?m) { (1 2 3) } }")
    assert isinstance(found, QuerySolutions)
    ordered = tables.InOrder(found, ["z", "nowhere", "a", "m"])
    assert [v.value for v in ordered.variables] == ["z", "a", "m"]
    assert [[t.value for t in row if isinstance(t, Literal)] for row in ordered] == [
        ["1", "2", "3"]
    ]


GRAPH_READERS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}
predicates = st.sampled_from(["p", "q-1", "é", "_x", "a1"]).map(ex)
plain = st.one_of(
    iris,
    xml_texts.map(Literal),
    st.builds(lambda v, t: Literal(v, language=t), xml_texts, tags),
    st.builds(typed, xml_texts, datatypes),
)


@pytest.mark.parametrize("form", GRAPH_READERS)
@given(triples=st.lists(st.builds(Triple, iris, predicates, plain), max_size=6))
def test_a_graph_says_exactly_what_the_engine_found(form: str, triples: list[Triple]) -> None:
    read = parse(graph(form, triples), format=GRAPH_READERS[form])
    assert {quad.triple for quad in read} == set(triples)


@pytest.mark.parametrize("form", GRAPH_READERS)
def test_a_triple_found_twice_is_written_and_counted_once(form: str) -> None:
    triple = Triple(ex("s"), ex("p"), Literal("o"))
    other = Triple(ex("t"), ex("p"), Literal("o"))
    pieces: list[bytes] = []
    rows = serialise.graph([triple, other, triple], form, pieces.append, lambda _: None)
    assert rows == 2
    read = list(parse(b"".join(pieces), format=GRAPH_READERS[form]))
    assert [quad.triple for quad in read] == [triple, other]


def test_blank_nodes_of_a_graph_are_named_in_order_of_appearance() -> None:
    p, q = BlankNode("zzz"), BlankNode("aaa")
    triples = [Triple(p, ex("p"), q), Triple(q, ex("p"), p), Triple(ex("s"), ex("p"), q)]
    assert graph("nt", triples).decode().splitlines() == [
        "_:b0 <http://example.org/p> _:b1 .",
        "_:b1 <http://example.org/p> _:b0 .",
        "<http://example.org/s> <http://example.org/p> _:b1 .",
    ]


def test_turtle_declares_the_prefixes_that_it_uses_in_order() -> None:
    label = NamedNode("http://www.w3.org/2004/02/skos/core#prefLabel")
    form = NamedNode("http://purl.org/dc/terms/format")
    turtle = graph("ttl", [Triple(ex("s"), p, typed("1", "byte")) for p in (label, form)]).decode()
    assert [line.split()[1] for line in turtle.splitlines() if line.startswith("@")] == [
        "dcterms:",
        "skos:",
        "xsd:",
    ]
    assert "skos:prefLabel" in turtle


def test_the_triples_of_a_subject_stand_together() -> None:
    triples = [Triple(ex(s), ex("p"), Literal(str(i))) for i, s in enumerate("abab")]
    assert graph("ttl", triples).decode().count("<http://example.org/a>") == 1


@pytest.mark.parametrize("name", ["1", "p/", "p#", "%41-"])
def test_a_predicate_that_rdf_xml_can_not_write_is_refused(name: str) -> None:
    with pytest.raises(NotAcceptable, match="XML name"):
        graph("rdf", [Triple(ex("s"), ex(name), Literal("o"))])


def test_rdf_xml_keeps_carriage_returns() -> None:
    triple = Triple(ex("s"), ex("p"), Literal("a\r\nb\r"))
    (quad,) = parse(graph("rdf", [triple]), format=RdfFormat.RDF_XML)
    assert quad.object == Literal("a\r\nb\r")


@pytest.mark.parametrize("form", GRAPH_READERS)
def test_every_process_writes_the_same_bytes(form: str) -> None:
    program = (
        "import sys; from pyoxigraph import *; from met_ari.engine import serialise;"
        "from met_ari.vocab import PREFIXES;"
        "o = lambda t: sys.stdout.buffer.write(t);"
        "t = [Triple(BlankNode(), NamedNode(p + 'x'), NamedNode(p + 'y'))"
        " for p in PREFIXES.values()];"
        f"serialise.graph(t, {form!r}, o, lambda n: None)"
    )
    command = [sys.executable, "-c", program]
    runs = [subprocess.run(command, check=True, capture_output=True).stdout for _ in range(3)]
    assert runs[0] == runs[1] == runs[2]


def test_a_position_leaves_in_the_datatype_that_the_model_gives_it() -> None:
    store = Store()
    position = NamedNode("https://w3id.org/ari/def#position")
    stated = Literal("3", datatype=NamedNode(f"{XSD}positiveInteger"))
    store.add(Quad(NamedNode("http://example.org/s"), position, stated))
    found = store.query("CONSTRUCT WHERE { ?s ?p ?o }")
    written: list[bytes] = []
    serialise.graph(found, "nt", written.append, lambda _: None)
    assert str(stated).encode() in b"".join(written)
