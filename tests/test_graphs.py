"""The graphs: what the model promises, read back from them."""

from itertools import combinations

import pytest
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCTERMS, OWL, PROV, RDF, RDFS, SKOS, VOID, XSD

from met_ari.build import graphs, terms
from met_ari.build.records import Origin
from met_ari.build.sources import Sources
from met_ari.errors import SourceError
from met_ari.vocab import ARI, CC_BY, OA, OGL, Names

NAMES = Names()
GRAPHS = {
    "ontology",
    "met-2019",
    "met-direction-2018",
    "home-office-2019",
    "mappings",
    "topics",
    "organisations",
}


def literal(text: str) -> Literal:
    return Literal(text, lang="en")


@pytest.fixture(scope="module")
def met(relation):
    return relation.graphs["met-2019"]


def test_the_named_graphs_are_those_of_the_contract(relation):
    assert set(relation.graphs) == GRAPHS


def test_no_triple_stands_in_two_graphs(relation):
    for one, other in combinations(relation.graphs.values(), 2):
        assert not set(one) & set(other)


def test_only_the_ontology_has_blank_nodes(relation):
    for name in GRAPHS - {"ontology"}:
        assert not [t for t in relation.graphs[name] if any(isinstance(n, BNode) for n in t)]


@pytest.mark.parametrize("name", sorted(GRAPHS))
def test_each_graph_tells_its_licence_and_where_it_comes_from(relation, name):
    graph, iri = relation.graphs[name], NAMES.graph(name)
    assert graph.value(iri, DCTERMS.license) == (OGL if name == "met-2019" else CC_BY)
    assert graph.value(iri, PROV.wasDerivedFrom)
    assert graph.value(iri, PROV.wasAttributedTo) == NAMES.thing("organisation", "ari-graph")
    activity = graph.value(iri, PROV.wasGeneratedBy)
    assert (activity, RDF.type, PROV.Activity) in graph
    assert graph.value(activity, RDFS.label).language == "en"


def test_only_our_own_readings_say_that_nobody_reviewed_them(relation):
    unreviewed = {
        name
        for name in GRAPHS
        if (NAMES.graph(name), ARI.reviewedByPerson, Literal(False)) in relation.graphs[name]
    }
    assert unreviewed == {"topics", "home-office-2019", "mappings"}


def test_the_met_graph_gives_the_attribution_that_the_licence_asks_for(met):
    rights = str(met.value(NAMES.graph("met-2019"), DCTERMS.rights))
    assert (
        "Contains public sector information licensed under the Open Government Licence v3.0."
        in rights
    )
    assert "names no version" in rights


def test_a_question_of_the_met_says_all_that_the_model_asks(met):
    question = NAMES.thing("question", "met-2019-4-2")
    text = literal(
        "Making best use of big data to predict events and trends that impact on policing"
    )
    assert set(met.predicate_objects(question)) == {
        (RDF.type, ARI.ResearchQuestion),
        (SKOS.prefLabel, text),
        (ARI.statementText, text),
        (DCTERMS.identifier, Literal("met-2019-4-2")),
        (SKOS.inScheme, NAMES.thing("ari", "met-2019")),
        (ARI.underPriority, NAMES.thing("priority", "met-2019-4")),
        (ARI.position, Literal(2, datatype=XSD.positiveInteger)),
        (PROV.wasQuotedFrom, NAMES.thing("quote", "met-2019-4-2")),
    }


def test_a_priority_says_all_that_the_model_asks(met, records):
    priority = NAMES.thing("priority", "met-2019-4")
    read = records.documents[0].priorities[3]
    scheme = NAMES.thing("ari", "met-2019")
    assert set(met.predicate_objects(priority)) == {
        (RDF.type, ARI.EnablingPriority),
        (SKOS.prefLabel, literal("Seize the opportunities of data and digital tech")),
        (SKOS.definition, literal(read.description.text)),
        (DCTERMS.identifier, Literal("met-2019-4")),
        (SKOS.inScheme, scheme),
        (SKOS.topConceptOf, scheme),
        (ARI.position, Literal(4, datatype=XSD.positiveInteger)),
        (ARI.supportsGoal, NAMES.thing("goal", "met-direction-2018-4")),
        (PROV.wasQuotedFrom, NAMES.thing("quote", "met-2019-4")),
        (PROV.wasQuotedFrom, NAMES.thing("quote", "met-2019-4-definition")),
    }


def test_every_text_of_the_met_is_quoted_from_its_place(met, records):
    text = records.documents[0].text
    quotes = list(met.subjects(RDF.type, OA.SpecificResource))
    assert len(quotes) == 7 * 2 + 53
    for quote in quotes:
        thing = met.value(None, PROV.wasQuotedFrom, quote)
        selectors = list(met.objects(quote, OA.hasSelector))
        (exact,) = [v for s in selectors for v in met.objects(s, OA.exact)]
        (start,) = [int(v) for s in selectors for v in met.objects(s, OA.start)]
        (end,) = [int(v) for s in selectors for v in met.objects(s, OA.end)]
        assert text[start:end] == str(exact)
        for quoted in met.objects(quote, ARI.quotedProperty):
            assert str(met.value(thing, quoted)) == str(exact)


def test_the_introduction_is_in_no_graph(relation, records):
    text = records.documents[0].text
    introduction = text[: text.index("Current research priorities")]
    sentences = [s for s in introduction.replace("\n", ". ").split(". ") if len(s) > 40]
    literals = [
        str(o) for g in relation.graphs.values() for o in g.objects() if isinstance(o, Literal)
    ]
    assert len(sentences) > 30
    assert not [s for s in sentences for held in literals if s in held]


def test_a_statement_of_the_home_office_is_described_and_not_quoted(relation):
    graph = relation.graphs["home-office-2019"]
    question = NAMES.thing("question", "home-office-2019-27")
    assert graph.value(question, ARI.labelIsSummary) == Literal(True)
    assert len(str(graph.value(question, ARI.statementSha256))) == 64
    assert graph.value(question, SKOS.notation) == Literal("27")
    assert not list(graph.objects(None, ARI.statementText))
    assert not list(graph.objects(None, PROV.wasQuotedFrom))


def test_a_theme_that_was_inferred_carries_its_certainty(relation):
    graph = relation.graphs["home-office-2019"]
    axiom = NAMES.thing("statement", "home-office-2019-27-theme")
    question = NAMES.thing("question", "home-office-2019-27")
    theme = graph.value(question, ARI.underTheme)
    assert set(graph.predicate_objects(axiom)) == {
        (RDF.type, OWL.Axiom),
        (OWL.annotatedSource, question),
        (OWL.annotatedProperty, ARI.underTheme),
        (OWL.annotatedTarget, theme),
        (ARI.certainty, graph.value(axiom, ARI.certainty)),
    }
    assert len(list(graph.subjects(RDF.type, OWL.Axiom))) == 86
    assert {str(c) for c in graph.objects(None, ARI.certainty)} <= {"medium", "low"}


def test_positions_count_from_one_within_each_theme(relation):
    graph = relation.graphs["home-office-2019"]
    places: dict[object, list[int]] = {}
    for thing, parent in graph.subject_objects(ARI.underTheme):
        places.setdefault(parent, []).append(int(graph.value(thing, ARI.position)))
    assert all(sorted(found) == list(range(1, len(found) + 1)) for found in places.values())
    assert len(places) == 4 + 19


def test_related_topics_are_said_one_way_from_the_smaller_slug(relation):
    pairs = set(relation.graphs["topics"].subject_objects(SKOS.related))
    assert pairs
    assert all(one < other for one, other in pairs)


def test_every_question_has_a_topic(relation):
    for name in ("met-2019", "home-office-2019"):
        questions = set(relation.graphs[name].subjects(RDF.type, ARI.ResearchQuestion))
        assert questions
        assert questions <= set(relation.graphs["topics"].subjects(DCTERMS.subject, None))


def test_a_thing_knows_the_line_it_was_read_from(relation, records):
    lines = records.documents[0].text.split("\n")
    origin = relation.origins[str(NAMES.thing("question", "met-2019-4-2"))]
    assert origin.file == "source/met-2019.txt"
    assert lines[origin.line - 1].startswith("- Making best use of big data")
    assert relation.origins[str(NAMES.thing("topic", "animal-experimentation"))] == Origin(
        "topics.csv", 2
    )


def test_things_stand_under_the_base_and_terms_do_not(records):
    names = Names("http://example.org/other/")
    made = graphs.relate(records, Graph(), names)
    graphs.catalogue(made)
    subjects = {s for g in made.graphs.values() for s in g.subjects()}
    pages = {s for s in subjects if not s.startswith("http://example.org/other/id/")}
    assert all(isinstance(p, URIRef) and "w3id.org/ari/id" not in p for p in pages)
    assert "https://w3id.org/ari/id/" not in "".join(
        str(o) for g in made.graphs.values() for o in g.objects()
    )
    types = {o for g in made.graphs.values() for o in g.objects(None, RDF.type)}
    assert ARI.ResearchQuestion in types


def test_the_catalogue_counts_every_graph_itself_included(built):
    import pyoxigraph as ox

    store = ox.Store()
    store.load(path=built.folder / "dataset.nq", format=ox.RdfFormat.N_QUADS)
    graph = ox.NamedNode(str(NAMES.graph("catalogue")))
    counts = list(store.quads_for_pattern(None, ox.NamedNode(str(VOID.triples)), None, graph))
    assert len(counts) == len(GRAPHS) + 2 + 1
    for quad in counts:
        whole = quad.subject.value == str(NAMES.dataset)
        held = store.quads_for_pattern(None, None, None, None if whole else quad.subject)
        assert int(quad.object.value) == len(list(held))


def test_a_misspelt_term_of_the_ontology_is_named_by_file_and_line(sources: Sources):
    files = dict(sources.turtle("ontology"))
    files["ontology/x.ttl"] = (
        b"@prefix ari: <https://w3id.org/ari/def#> .\n"
        b"@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        b"ari:Priority owl:disjointWith ari:StrategicGaol .\n"
    )
    with pytest.raises(SourceError, match=r"x\.ttl:3: .*ari:StrategicGaol.*'StrategicGoal'"):
        terms.load(files)


def test_an_ontology_that_does_not_parse_is_named_by_file_and_line():
    with pytest.raises(SourceError, match=r"ontology/ari\.ttl:2: "):
        terms.load({"ontology/ari.ttl": b"@prefix a: <x:> .\na:b a:c .\n"})
