"""The shapes: each rule has a name, words, and goes red on its fail example only."""

import functools
import re
from collections.abc import Sequence

import pyshacl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, OWL, RDF, SH
from rdflib.term import Node

from met_ari import resources
from met_ari.build.relation import Relation
from met_ari.build.shapes import load_shapes, shapes_files
from met_ari.build.userfiles import parse_user_data
from met_ari.build.validation import validate
from met_ari.vocab import ARI, SHAPES

LEVELS = {SH.Violation, SH.Warning, SH.Info}


@functools.cache
def shapes() -> Graph:
    return load_shapes()


@functools.cache
def ontology() -> Graph:
    files = resources.listing("ontology", suffix=".ttl")
    parsed = (parse_user_data(f.name, f.read_bytes(), RdfFormat.TURTLE) for f in files)
    return functools.reduce(Graph.__add__, parsed)


def rules() -> list[str]:
    """Local names; a rule is what has a severity."""
    return sorted(str(rule).removeprefix(SHAPES) for rule in shapes().subjects(SH.severity))


def the_example(rule: str, kind: str) -> Graph:
    text = resources.text("shapes", "examples", f"{rule}.{kind}.ttl")
    return parse_user_data(rule, text.encode(), RdfFormat.TURTLE)


def broken_rules(data: Graph) -> set[str]:
    findings = validate(data + ontology(), shapes(), {})
    return {finding.rule.removeprefix(SHAPES) for finding in findings}


@pytest.mark.parametrize("rule", rules())
def test_the_pass_example_breaks_no_rule(rule: str) -> None:
    assert broken_rules(the_example(rule, "pass")) == set()


@pytest.mark.parametrize("rule", rules())
def test_the_fail_example_breaks_its_own_rule_and_no_other(rule: str) -> None:
    assert broken_rules(the_example(rule, "fail")) == {rule}


def test_every_rule_has_its_two_examples_and_every_example_its_rule() -> None:
    files = {file.name for file in resources.listing("shapes", "examples", suffix=".ttl")}
    assert files == {f"{rule}.{kind}.ttl" for rule in rules() for kind in ("pass", "fail")}


def test_examples_say_at_the_top_what_they_show() -> None:
    for file in resources.listing("shapes", "examples", suffix=".ttl"):
        rule, kind, _ = file.name.split(".")
        verb = {"pass": "Passes", "fail": "Breaks"}[kind]
        assert file.read_text(encoding="utf-8").startswith(f"# {verb} arish:{rule}: ")


@pytest.mark.parametrize("rule", rules())
def test_a_rule_has_a_name_a_severity_and_one_message(rule: str) -> None:
    node = SHAPES[rule]
    constraints = [node, *shapes().objects(node, SH.sparql)]
    messages = [str(text) for c in constraints for text in shapes().objects(c, SH.message)]
    assert re.fullmatch(r"[A-Z]\w+-[a-z]\w+", rule)
    assert len(list(shapes().objects(node, SH.name))) == 1
    assert set(shapes().objects(node, SH.severity)) <= LEVELS
    assert len(messages) == 1
    assert re.search(r"[.…]$", messages[0])


@pytest.mark.parametrize("rule", rules())
def test_a_rule_belongs_to_one_shape_with_a_target(rule: str) -> None:
    targets = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
    owners = set(shapes().subjects(SH.property, SHAPES[rule])) or {SHAPES[rule]}
    assert len(owners) == 1
    assert any(shapes().value(owner, target) for owner in owners for target in targets)


def test_messages_take_only_numbers_and_iris_from_the_data() -> None:
    """pySHACL inserts a text as a pattern: a backslash in it would stop the validation."""
    allowed = {"value", "property", "position", "missing", "length", "goals", "topics"}
    asked = {
        name
        for query in shapes().objects(None, SH.select)
        for name in re.findall(r"\?(\w+)", str(query).partition("WHERE")[0].partition("(")[0])
    }
    assert asked <= allowed


def test_every_file_has_a_header() -> None:
    for file in shapes_files():
        graph = parse_user_data(file.name, file.read_bytes(), RdfFormat.TURTLE)
        (header,) = graph.subjects(RDF.type, OWL.Ontology)
        for term in (DCTERMS.title, DCTERMS.description, DCTERMS.license):
            assert graph.value(header, term), (file.name, term)


def test_every_term_of_ours_is_used_by_a_shape() -> None:
    text = "".join(file.read_text(encoding="utf-8") for file in shapes_files())
    terms = {term for term in ARI.__annotations__ if not term.startswith("_")}
    assert terms <= set(re.findall(r"\bari:(\w+)", text))


def test_no_rule_asks_for_a_question_mark() -> None:
    patterns = {str(pattern) for pattern in shapes().objects(None, SH.pattern)}
    queries = "".join(map(str, shapes().objects(None, SH.select)))
    assert not any("\\?" in pattern for pattern in patterns)
    assert '"?"' not in queries


def test_the_shapes_are_shapes_by_the_shapes_of_shacl() -> None:
    answer = pyshacl.validate(Graph(), shacl_graph=load_shapes(), meta_shacl=True)
    assert answer[0]


def test_the_real_data_has_no_finding(relation: Relation) -> None:
    data = functools.reduce(Graph.__add__, relation.graphs.values())
    findings = validate(data, shapes(), relation.origins)
    assert [finding.as_row() for finding in findings] == []


def results_of(report: Graph) -> list[Node]:
    return list(report.subjects(RDF.type, SH.ValidationResult))


@pytest.mark.parametrize(
    "rule", sorted(str(rule).removeprefix(SHAPES) for rule in shapes().subjects(SH.sparql))
)
def test_pyshacl_alone_finds_the_same_as_with_our_engine(rule: str) -> None:
    data = the_example(rule, "fail") + ontology()
    findings = validate(data, shapes(), {})
    answer = pyshacl.validate(
        data,
        shacl_graph=shapes(),
        use_shapes=[str(SHAPES[rule])],
        focus_nodes=sorted({finding.focus for finding in findings}),
    )
    found = sorted(str(answer[1].value(r, SH.value, default="")) for r in results_of(answer[1]))
    assert found == sorted(finding.value for finding in findings)


# Editions of any length -----------------------------------------------------------------------

POSITIONS = {
    "AreasOfResearchInterest-positionsUnique",
    "AreasOfResearchInterest-positionsWithoutGaps",
}


def an_edition(positions: Sequence[int]) -> Graph:
    """The edition of an example, with one question at each of the positions."""
    rule = "AreasOfResearchInterest-questions"
    text = resources.text("shapes", "examples", f"{rule}.pass.ttl")
    start, question = text.split("<question/")
    copies = [
        f"<question/{question}".replace("-1-1", f"-1-{n}")
        .replace("drivers", f"drivers {n}")
        .replace('"1"^^', f'"{position}"^^')
        for n, position in enumerate(positions, start=1)
    ]
    return parse_user_data("edition", (start + "".join(copies)).encode(), RdfFormat.TURTLE)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12).flatmap(lambda n: st.permutations(range(1, n + 1))))
def test_positions_may_be_given_in_any_order(positions: list[int]) -> None:
    assert broken_rules(an_edition(positions)) == set()


@settings(max_examples=40, deadline=None)
@example([2])
@example([1, 1])
@example([1, 2, 3, 5])
@given(st.lists(st.integers(1, 8), min_size=1, max_size=8))
def test_a_gap_or_a_double_is_found_whatever_the_positions(positions: list[int]) -> None:
    whole = sorted(positions) == list(range(1, len(positions) + 1))
    broken = broken_rules(an_edition(positions))
    assert broken <= POSITIONS
    assert bool(broken) is not whole


def test_an_edited_edition_is_held_to_more_than_another() -> None:
    edition = URIRef("https://w3id.org/ari/id/ari/example-2024")
    data = the_example("AreasOfResearchInterest-topics", "fail")
    assert broken_rules(data) == {"AreasOfResearchInterest-topics"}
    data.remove((edition, ARI.editedEdition, None))
    assert broken_rules(data) == set()
