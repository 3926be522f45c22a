"""What the graph holds, asked of the running service as a user would ask."""

import pytest
from SPARQLWrapper import JSON, SPARQLWrapper

from met_ari import resources

ID = "https://w3id.org/ari/id/"
PREFIXES = """
PREFIX ari: <https://w3id.org/ari/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX graph: <https://w3id.org/ari/id/graph/>
"""


def rows(service: str, query: str) -> list[tuple[str, ...]]:
    """The rows of a SELECT, each term by its value."""
    endpoint = SPARQLWrapper(f"{service}sparql")
    endpoint.setReturnFormat(JSON)
    endpoint.setQuery(PREFIXES + query)
    answer = endpoint.query().convert()
    names = answer["head"]["vars"]
    return [
        tuple(row[name]["value"] if name in row else "" for name in names)
        for row in answer["results"]["bindings"]
    ]


def number(service: str, pattern: str) -> int:
    """How many solutions a pattern has."""
    ((count,),) = rows(service, f"SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}")
    return int(count)


@pytest.mark.parametrize(
    ("kind", "count"),
    [
        ("Priority", 7),
        ("OperationalPriority", 3),
        ("EnablingPriority", 4),
        ("StrategicGoal", 7),
        ("Value", 4),
        ("Mission", 1),
        ("Vision", 1),
        ("Strategy", 1),
        ("AreasOfResearchInterest", 2),
        ("Theme", 23),
        ("ResearchQuestion", 139),
    ],
)
def test_there_are_as_many_of_each_class_as_the_documents_say(
    service: str, kind: str, count: int
) -> None:
    assert number(service, f"?thing a ari:{kind}") == count


def test_the_met_asks_8_8_7_8_7_7_8_questions(service: str) -> None:
    found = rows(
        service,
        f"""SELECT ?position (COUNT(?q) AS ?n) WHERE {{
              ?p skos:inScheme <{ID}ari/met-2019> ; a ari:Priority ; ari:position ?position .
              ?q ari:underPriority ?p
            }} GROUP BY ?position ORDER BY ?position""",
    )
    assert [int(count) for _, count in found] == [8, 8, 7, 8, 7, 7, 8]


def test_the_home_office_states_47_11_25_3_in_4_groups_of_19_themes(service: str) -> None:
    found = rows(
        service,
        """SELECT ?position (COUNT(DISTINCT ?theme) AS ?themes) (COUNT(?q) AS ?n) WHERE {
             ?group ari:position ?position . ?theme ari:underTheme ?group .
             ?q a ari:ResearchQuestion ; ari:underTheme ?theme
           } GROUP BY ?position ORDER BY ?position""",
    )
    assert [int(count) for _, _, count in found] == [47, 11, 25, 3]
    assert sum(int(themes) for _, themes, _ in found) == 19


def test_each_goal_is_supported_by_one_priority(service: str) -> None:
    assert number(service, "?p ari:supportsGoal ?g . ?g a ari:StrategicGoal") == 7
    assert number(service, "?g a ari:StrategicGoal MINUS { ?p ari:supportsGoal ?g }") == 0


def test_every_met_text_is_in_the_source_at_its_offsets(service: str) -> None:
    source = resources.folder("data").joinpath("source", "met-2019.txt").read_bytes().decode()
    found = rows(
        service,
        """SELECT ?text ?exact ?start ?end WHERE {
             ?thing prov:wasQuotedFrom ?quote . ?quote ari:quotedProperty ?property ;
               oa:hasSelector [ oa:exact ?exact ] , [ oa:start ?start ; oa:end ?end ] .
             ?thing ?property ?text }""",
    )
    assert len(found) == 53 * 2 + 7 + 7
    for text, exact, start, end in found:
        assert text == exact == source[int(start) : int(end)]


def test_every_met_text_has_a_quote(service: str) -> None:
    text = f"?thing skos:inScheme <{ID}ari/met-2019> ; skos:prefLabel|skos:definition ?text"
    quoted = "?thing prov:wasQuotedFrom/oa:hasSelector/oa:exact ?exact FILTER(?exact = STR(?text))"
    assert number(service, text) == 53 + 7 + 7
    assert number(service, f"{text} FILTER NOT EXISTS {{ {quoted} }}") == 0


def test_every_question_has_one_to_four_topics(service: str) -> None:
    counts = rows(
        service,
        """SELECT ?q (COUNT(?topic) AS ?n) WHERE {
             ?q a ari:ResearchQuestion OPTIONAL { ?q dcterms:subject ?topic } } GROUP BY ?q""",
    )
    assert len(counts) == 139
    assert {int(count) for _, count in counts} <= {1, 2, 3, 4}


@pytest.mark.parametrize("graph", ["met-2019", "home-office-2019", "topics"])
def test_count_is_the_same_over_the_union_and_over_one_graph(service: str, graph: str) -> None:
    pattern = {
        "met-2019": "?s ari:underPriority ?o",
        "home-office-2019": "?s ari:underTheme ?o",
        "topics": "?s dcterms:subject ?o",
    }[graph]
    assert number(service, pattern) == number(service, f"GRAPH graph:{graph} {{ {pattern} }}") > 0


def test_no_statement_stands_in_two_graphs(service: str) -> None:
    assert number(service, "?s ?p ?o") == number(service, "GRAPH ?g { ?s ?p ?o }")


def test_there_is_no_blank_node_outside_the_ontology(service: str) -> None:
    pattern = "GRAPH ?g { ?s ?p ?o } FILTER(?g != graph:ontology && (ISBLANK(?s) || ISBLANK(?o)))"
    assert number(service, pattern) == 0


def test_every_graph_carries_its_licence_and_provenance(service: str) -> None:
    found = rows(
        service,
        """SELECT ?g WHERE {
             GRAPH ?g { ?g dcterms:license ?licence ; prov:wasGeneratedBy ?activity ;
                           prov:wasAttributedTo ?agent } } ORDER BY ?g""",
    )
    names = [graph.removeprefix(f"{ID}graph/") for (graph,) in found]
    assert names == [
        "catalogue",
        "home-office-2019",
        "inferred",
        "mappings",
        "met-2019",
        "met-direction-2018",
        "ontology",
        "organisations",
        "topics",
    ]


def test_the_certainty_of_each_theme_is_data(service: str) -> None:
    found = rows(
        service,
        """PREFIX owl: <http://www.w3.org/2002/07/owl#>
           SELECT ?certainty (COUNT(*) AS ?n) WHERE {
             ?axiom a owl:Axiom ; owl:annotatedProperty ari:underTheme ; ari:certainty ?certainty
           } GROUP BY ?certainty ORDER BY ?certainty""",
    )
    assert dict(found).keys() == {"low", "medium"}
    assert sum(int(count) for _, count in found) == 86


def test_no_text_of_the_introduction_is_in_the_graph(service: str) -> None:
    pattern = '?s ?p ?o FILTER(CONTAINS(STR(?o), "underpin effective policing"))'
    assert number(service, pattern) == 0
