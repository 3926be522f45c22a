"""What follows, what does not, and that both reasoners agree on it."""

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import OWL, PROV, RDF, RDFS, SKOS

from met_ari.build import terms
from met_ari.build.inference import infer
from met_ari.vocab import ARI, Names

NAMES = Names()
BASE = f"{NAMES.base}id/"
A, B, C, D = (NAMES.thing("topic", key) for key in "abcd")


@pytest.fixture(scope="module")
def ontology(sources) -> Graph:
    return terms.load(sources.turtle("ontology"))


@pytest.fixture(scope="module")
def inferred(relation, ontology) -> Graph:
    graph, messages = infer(ontology, relation.graphs.values(), BASE)
    assert not messages
    return graph


def graph(*triples) -> Graph:
    made = Graph()
    for triple in triples:
        made.add(triple)
    return made


def test_both_reasoners_infer_the_same_from_the_real_data(relation, ontology, inferred):
    pytest.importorskip("reasonable")
    other, messages = infer(ontology, relation.graphs.values(), BASE, "reasonable")
    assert (set(other), messages) == (set(inferred), [])


def test_both_reasoners_close_over_chains_of_chains(ontology):
    pytest.importorskip("reasonable")
    chained = graph(
        (A, SKOS.broader, B), (B, SKOS.broader, C), (C, SKOS.broader, D), (A, SKOS.related, D)
    )
    results = [set(infer(ontology, [chained], BASE, name)[0]) for name in ("owlrl", "reasonable")]
    assert results[0] == results[1]
    assert (D, SKOS.narrowerTransitive, A) in results[0]
    assert (D, SKOS.related, A) in results[0]


def test_a_question_contributes_to_the_goal_of_its_priority(inferred):
    pairs = list(inferred.subject_objects(ARI.contributesToGoal))
    assert len(pairs) == 53
    question, goal = (
        NAMES.thing("question", "met-2019-4-2"),
        NAMES.thing("goal", "met-direction-2018-4"),
    )
    assert (question, goal) in pairs


@pytest.mark.parametrize(
    ("kind", "key", "predicate", "value"),
    [
        ("question", "met-2019-4-2", RDF.type, SKOS.Concept),
        ("priority", "met-2019-4", RDF.type, ARI.Priority),
        ("question", "met-2019-4-2", SKOS.broader, NAMES.thing("priority", "met-2019-4")),
        ("priority", "met-2019-4", SKOS.narrower, NAMES.thing("question", "met-2019-4-2")),
        (
            "question",
            "home-office-2019-27",
            SKOS.broaderTransitive,
            NAMES.thing("theme", "home-office-2019-1"),
        ),
        ("ari", "met-2019", SKOS.hasTopConcept, NAMES.thing("priority", "met-2019-4")),
        ("organisation", "home-office", RDF.type, PROV.Agent),
    ],
)
def test_types_super_properties_inverses_and_transitive_links_are_kept(
    inferred, kind, key, predicate, value
):
    assert (NAMES.thing(kind, key), predicate, value) in inferred


def test_only_what_is_new_and_about_our_things_is_kept(relation, inferred):
    asserted = {triple for held in relation.graphs.values() for triple in held}
    assert not asserted & set(inferred)
    for subject, _, value in inferred:
        assert isinstance(subject, URIRef)
        assert subject.startswith(BASE)
        assert isinstance(value, URIRef)


def test_noise_is_dropped(inferred):
    assert not list(inferred.triples((None, OWL.sameAs, None)))
    classes = set(inferred.objects(None, RDF.type))
    assert not classes & {OWL.Thing, RDFS.Resource, OWL.NamedIndividual}
    assert not [node for triple in inferred for node in triple if isinstance(node, BNode | Literal)]


def test_quotes_stay_out_of_the_closure(inferred):
    kinds = ("/quote/", "/selector/", "/statement/")
    assert not [n for t in inferred for n in t if any(kind in n for kind in kinds)]


def test_a_mapping_makes_no_hierarchy(ontology):
    mapped, _ = infer(ontology, [graph((A, SKOS.broadMatch, B), (A, SKOS.relatedMatch, C))], BASE)
    assert not list(mapped.triples((None, SKOS.broader, None)))
    assert not list(mapped.triples((None, SKOS.related, None)))


def test_a_thing_in_two_disjoint_classes_is_a_contradiction(ontology):
    both = graph((A, RDF.type, ARI.Theme), (A, RDF.type, ARI.StrategicGoal))
    _, messages = infer(ontology, [both], BASE)
    assert len(messages) >= 1
    assert str(A) in messages[0]


def test_a_concept_that_is_a_scheme_is_a_contradiction(ontology):
    both = graph((A, RDF.type, SKOS.Concept), (B, SKOS.topConceptOf, A))
    assert infer(ontology, [both], BASE)[1]
