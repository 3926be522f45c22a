"""Findings: plain records that name the thing, its source line and what would be right."""

import json
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF, SH

from met_ari import resources
from met_ari.build.findings import Finding, violates
from met_ari.build.places import line_in_json, lines_of_json
from met_ari.build.records import Origin
from met_ari.build.report import report_graph, report_ttl
from met_ari.build.shapes import load_shapes
from met_ari.build.userfiles import parse_user_data, parse_user_file
from met_ari.build.validation import validate
from met_ari.errors import InputError, SourceError, UnsupportedType
from met_ari.vocab import SHAPES

ID = "https://w3id.org/ari/id/"
PREFIXES = """
@base <https://w3id.org/ari/id/> .
@prefix ari: <https://w3id.org/ari/def#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def turtle(text: str) -> Graph:
    return parse_user_data("data.ttl", (PREFIXES + text).encode(), RdfFormat.TURTLE)


def the_example(name: str) -> Graph:
    text = resources.text("shapes", "examples", f"{name}.ttl")
    return parse_user_data(name, text.encode(), RdfFormat.TURTLE)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return load_shapes()


@pytest.fixture(scope="module")
def ontology() -> Graph:
    merged = Graph()
    for file in resources.listing("ontology", suffix=".ttl"):
        merged += parse_user_data(file.name, file.read_bytes(), RdfFormat.TURTLE)
    return merged


@pytest.fixture
def two_at_one_place(ontology: Graph) -> Graph:
    return the_example("AreasOfResearchInterest-positionsUnique.fail") + ontology


# Findings


def test_a_finding_names_the_thing_its_line_and_what_would_be_right(
    two_at_one_place: Graph, shapes: Graph
) -> None:
    second = f"{ID}question/example-2024-1-2"
    origins = {second: Origin("source/example.txt", 7), f"{ID}ari/example-2024": Origin("e", 1)}
    found = validate(two_at_one_place, shapes, origins)
    (finding,) = [item for item in found if item.value == second]
    assert finding == Finding(
        shape=f"{SHAPES}AreasOfResearchInterest",
        rule=f"{SHAPES}AreasOfResearchInterest-positionsUnique",
        focus=f"{ID}ari/example-2024",
        label="Which signs riders of bicycles notice at night",
        path="^skos:inScheme",
        value=second,
        message="Position 1 is taken twice under the same heading. "
        "Number what stands under a heading 1, 2, 3, each once.",
        severity="violation",
        file="source/example.txt",
        line=7,
        component="http://www.w3.org/ns/shacl#SPARQLConstraintComponent",
    )
    assert finding.place == "source/example.txt:7"
    assert finding.as_row()[-1] == "arish:AreasOfResearchInterest-positionsUnique"


def test_a_lack_is_placed_at_the_thing_that_lacks(ontology: Graph, shapes: Graph) -> None:
    data = the_example("ResearchQuestion-position.fail") + ontology
    origins = {f"{ID}question/example-2024-1-1": Origin("source/example.txt", 3)}
    (finding,) = validate(data, shapes, origins)
    assert (finding.value, finding.path) == ("", "ari:position")
    assert (finding.label, finding.line) == ("What makes young drivers slow down", 3)


def test_a_selector_goes_by_the_name_of_what_is_quoted(ontology: Graph, shapes: Graph) -> None:
    data = the_example("TextPositionSelector-start.fail") + ontology
    (finding,) = validate(data, shapes, {})
    assert finding.label == "What makes young drivers slow down"


def test_a_chain_of_things_without_a_name_has_an_end(ontology: Graph, shapes: Graph) -> None:
    data = turtle("<quote/a> oa:hasSelector <quote/a> ; ari:quotedProperty skos:prefLabel .")
    assert {finding.label for finding in validate(data + ontology, shapes, {})} == {""}


def test_paths_are_written_as_in_sparql(ontology: Graph, shapes: Graph) -> None:
    paths = {
        "Concept-oneKind": "rdf:type/rdfs:subClassOf*",
        "Graph-origin": "(prov:wasDerivedFrom|prov:wasGeneratedBy/prov:used)",
        "QuotedSource-literals": "^prov:wasQuotedFrom/oa:hasSource",
    }
    for rule, path in paths.items():
        (finding,) = validate(the_example(f"{rule}.fail") + ontology, shapes, {})
        assert finding.path.replace("(prov:wasQuotedFrom/oa:hasSource)", path[1:]) == path


def test_two_runs_give_the_same_findings_in_the_same_order(ontology: Graph, shapes: Graph) -> None:
    data = ontology + turtle("<ari/x> a ari:AreasOfResearchInterest . <theme/x-1> a ari:Theme .")
    first, again = (validate(data, load_shapes(), {}) for _ in range(2))
    assert first == again
    assert len(first) > 10


def test_a_value_that_breaks_a_rule_in_two_ways_is_one_finding(
    ontology: Graph, shapes: Graph
) -> None:
    data = the_example("Mapping-justification.fail") + ontology
    (finding,) = validate(data, shapes, {})
    assert finding.component.endswith("#NodeKindConstraintComponent")


def test_warnings_come_last_and_stop_nothing(ontology: Graph, shapes: Graph) -> None:
    warned = the_example("AreasOfResearchInterest-headingsUsed.fail") + ontology
    findings = validate(warned, shapes, {})
    assert [finding.severity for finding in findings] == ["warning"]
    assert not violates(findings)
    worse = validate(warned + turtle("<a> ari:certainty 1 ."), shapes, {})
    assert [finding.severity for finding in worse] == ["violation", "violation", "warning"]
    assert violates(worse)


def test_validation_leaves_the_data_as_it_was(two_at_one_place: Graph, shapes: Graph) -> None:
    before = set(two_at_one_place)
    validate(two_at_one_place, shapes, {})
    assert set(two_at_one_place) == before


def test_findings_are_json(two_at_one_place: Graph, shapes: Graph) -> None:
    (first, _) = validate(two_at_one_place, shapes, {})
    assert Finding(**json.loads(json.dumps(first.as_dict()))) == first


# Data that nobody would write on purpose


def test_blank_nodes_are_found_wanting_without_a_crash(ontology: Graph, shapes: Graph) -> None:
    data = the_example("AreasOfResearchInterest-questions.fail")
    edition = URIRef(f"{ID}ari/example-2024")
    for triple in list(data.triples((edition, None, None))):
        data.remove(triple)
        data.add((BNode("edition"), *triple[1:]))
    findings = validate(data + ontology, shapes, {})
    assert f"{SHAPES}Concept-iri" in {finding.rule for finding in findings}
    assert {finding.focus for finding in findings} == {"_:edition"}


@pytest.mark.parametrize("text", [r"\\1", r"\\d+", r"{$this}", r"a \"quote\"", "[x](", "\\n"])
def test_any_text_in_the_data_is_only_text(text: str, ontology: Graph, shapes: Graph) -> None:
    data = turtle(
        f'<question/x-1> a ari:ResearchQuestion ; skos:prefLabel "{text}"@en ; '
        f'ari:position "{text}" ; skos:inScheme <ari/x> .'
        f'<question/x-2> a ari:ResearchQuestion ; skos:prefLabel "{text}"@en ; '
        f'ari:position "{text}" ; skos:inScheme <ari/x> .'
        f'<ari/x> a ari:AreasOfResearchInterest ; dcterms:title "{text}" .'
    )
    findings = validate(data + ontology, shapes, {})
    rules = {finding.rule for finding in findings}
    assert f"{SHAPES}ResearchQuestion-position" in rules
    assert Graph().parse(data=report_ttl(findings, shapes), format="turtle")


def test_numbers_are_reported_as_they_are_written(ontology: Graph, shapes: Graph) -> None:
    data = turtle("<question/x-1> a ari:ResearchQuestion ; ari:position 007 .")
    values = {finding.value for finding in validate(data + ontology, shapes, {})}
    assert '"007"^^<http://www.w3.org/2001/XMLSchema#integer>' in values


# The report


def test_the_report_says_in_rdf_what_the_findings_say(
    two_at_one_place: Graph, shapes: Graph
) -> None:
    findings = validate(two_at_one_place, shapes, {})
    report = Graph().parse(data=report_ttl(findings, shapes), format="turtle")
    (head,) = report.subjects(RDF.type, SH.ValidationReport)
    assert report.value(head, SH.conforms) == Literal(False)
    results = list(report.objects(head, SH.result))
    assert len(results) == len(findings) == 2
    for result in results:
        assert report.value(result, SH.sourceShape) == URIRef(findings[0].rule)
        assert report.value(result, SH.focusNode) == URIRef(findings[0].focus)
        assert report.value(result, SH.resultSeverity) == SH.Violation
        assert report.value(result, SH.resultPath / SH.inversePath) is not None
    values = {str(value) for value in report.objects(None, SH.value)}
    assert values == {finding.value for finding in findings}


def test_the_report_keeps_literals_and_blank_nodes_apart_from_iris(
    ontology: Graph, shapes: Graph
) -> None:
    data = turtle('_:it ari:certainty "perhaps"@en .') + ontology
    report = report_graph(validate(data, shapes, {}), shapes)
    assert Literal("perhaps", lang="en") in set(report.objects(None, SH.value))
    assert all(isinstance(node, BNode) for node in report.objects(None, SH.focusNode))


def test_a_report_without_findings_conforms(shapes: Graph) -> None:
    report = report_graph([], shapes)
    assert set(report.objects(None, SH.conforms)) == {Literal(True)}


# Shapes that are wrong


def shapes_file(folder: Path, text: str) -> Path:
    path = folder / "wrong.ttl"
    path.write_text(
        "@prefix ari: <https://w3id.org/ari/def#> .\n"
        "@prefix arish: <https://w3id.org/ari/shapes#> .\n"
        f"@prefix sh: <http://www.w3.org/ns/shacl#> .\n{text}\n",
        encoding="utf-8",
    )
    return path


def test_a_shapes_file_that_does_not_parse_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"shapes/wrong\.ttl:5: column 1") as caught:
        load_shapes([shapes_file(tmp_path, "arish:X sh:path ari:position ;;\n] .")])
    assert caught.value.extra["line"] == 5


@pytest.mark.parametrize(
    ("text", "term", "meant"),
    [
        ("\narish:X sh:path ari:positoin .", "ari:positoin", "ari:position"),
        ("\narish:X sh:path <https://w3id.org/ari/def#Them> .", "ari:Them", "ari:Theme"),
        ("\narish:X sh:minCuont 1 .", "sh:minCuont", "sh:minCount"),
        (
            '\narish:X sh:select "SELECT * { ?q ari:underThem ?t }" .',
            "ari:underThem",
            "ari:underTheme",
        ),
    ],
)
def test_a_misspelt_term_in_a_shape_is_named_with_the_nearest(
    tmp_path: Path, text: str, term: str, meant: str
) -> None:
    with pytest.raises(SourceError) as caught:
        load_shapes([shapes_file(tmp_path, text)])
    assert caught.value.extra["line"] == 5
    assert term in caught.value.detail
    assert meant in caught.value.remedy


def test_a_query_that_does_not_parse_is_named_by_its_rule(tmp_path: Path) -> None:
    text = 'arish:X-rule sh:sparql [ sh:select "SELECT WHERE" ] .'
    with pytest.raises(SourceError, match="arish:X-rule"):
        load_shapes([shapes_file(tmp_path, text)])


# Files of users


def user_file(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


TRIPLE = (URIRef("https://example.org/a"), RDF.value, Literal("b"))
A, VALUE = "https://example.org/a", str(RDF.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.ttl", f'<{A}> <{VALUE}> "b" .'),
        ("a.TTL", f'\ufeff<{A}> <{VALUE}> "b" .'),
        ("a.nt", f'<{A}> <{VALUE}> "b" .\n'),
        ("a.nq", f'<{A}> <{VALUE}> "b" <{A}> .\n<{A}> <{VALUE}> "b" .\n'),
        ("a.trig", f'<{A}> {{ <{A}> <{VALUE}> "b" }}'),
        ("a.jsonld", f'{{"@id": "{A}", "{VALUE}": "b"}}'),
        (
            "a.rdf",
            '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
            f'<r:Description r:about="{A}"><r:value>b</r:value></r:Description></r:RDF>',
        ),
    ],
)
def test_a_file_is_read_in_the_format_of_its_suffix(tmp_path: Path, name: str, text: str) -> None:
    assert set(parse_user_file(user_file(tmp_path, name, text)).graph) == {TRIPLE}


def test_bad_syntax_is_named_with_file_line_and_column(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"bad\.ttl:2: column 3: ") as caught:
        parse_user_file(user_file(tmp_path, "bad.ttl", f"<{A}> <{VALUE}>\n  foo:x ."))
    assert caught.value.extra["column"] == 3


def test_half_a_file_of_xml_is_refused_with_its_place(tmp_path: Path) -> None:
    text = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n<r:Description>'
    with pytest.raises(SourceError, match=r"cut\.rdf:2: column 16: The XML is not well formed"):
        parse_user_file(user_file(tmp_path, "cut.rdf", text))


def test_a_file_tells_the_lines_of_its_things(tmp_path: Path) -> None:
    found = parse_user_file(
        user_file(tmp_path, "a.ttl", f"\n<{A}> <{VALUE}> 1, 2 .\n[] <{VALUE}> <{A}> .")
    )
    assert {origin.line for origin in found.origins.values()} == {2, 3}
    assert found.origins[A].line == 2


@pytest.mark.parametrize(
    ("identifier", "line"),
    [(A, 2), ("ex:a", 2), ("a", 2), ("/a", 2), ("xa", None)],
)
def test_the_line_of_a_thing_in_json_is_that_of_its_identifier(
    identifier: str, line: int | None
) -> None:
    known = lines_of_json(f'{{\n "@id": "{identifier}",\n "@type": "{A}" }}'.encode())
    assert line_in_json(A, known) == line


def test_blank_nodes_keep_their_labels_and_stay_apart_from_those_of_other_files(
    tmp_path: Path,
) -> None:
    text = f'[] <{VALUE}> "b" . [] <{VALUE}> "c" .'
    one, other = (user_file(tmp_path, name, text) for name in ("a.ttl", "b.ttl"))
    assert set(parse_user_file(one).graph) == set(parse_user_file(one).graph)
    assert len(parse_user_file(one).graph + parse_user_file(other).graph) == 4


def test_statements_inside_statements_are_refused(tmp_path: Path) -> None:
    text = f"<{A}> <{VALUE}> <<( <{A}> <{VALUE}> <{A}> )>> ."
    with pytest.raises(SourceError, match="inside statements"):
        parse_user_file(user_file(tmp_path, "a.ttl", text))


def test_a_context_elsewhere_is_not_fetched(tmp_path: Path) -> None:
    text = '{"@context": "https://example.org/context", "name": "b"}'
    with pytest.raises(SourceError, match="Put the context into the file"):
        parse_user_file(user_file(tmp_path, "a.jsonld", text))


def test_a_doctype_is_refused(tmp_path: Path) -> None:
    text = '<!DOCTYPE r [<!ENTITY e "e">]><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'
    with pytest.raises(SourceError, match="DOCTYPE"):
        parse_user_file(user_file(tmp_path, "a.rdf", text))


def test_bytes_that_are_no_utf8_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="UTF-8"):
        parse_user_file(user_file(tmp_path, "a.ttl", f'<{A}> <{VALUE}> "\xff" .'.encode("latin-1")))


def test_an_unknown_suffix_lists_those_that_are_known(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedType, match=r"\.ttl"):
        parse_user_file(user_file(tmp_path, "a.docx", ""))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.ttl can't be read"):
        parse_user_file(tmp_path / "none.ttl")


def test_a_question_alone_asks_for_its_edition_and_heading(ontology: Graph, shapes: Graph) -> None:
    data = turtle(
        '<question/x-1> a ari:ResearchQuestion ; skos:prefLabel "Why"@en ; '
        'dcterms:identifier "x-1" ; skos:inScheme <ari/x> ; '
        'ari:underTheme <theme/x-1> ; ari:position "1"^^'
        "<http://www.w3.org/2001/XMLSchema#positiveInteger> ."
    )
    findings = validate(data + ontology, shapes, {})
    assert [finding.rule.removeprefix(SHAPES) for finding in findings] == [
        "ResearchQuestion-edition",
        "ResearchQuestion-underTheme",
    ]
    assert "check its file together with this one" in findings[0].message
