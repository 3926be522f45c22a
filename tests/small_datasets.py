"""Small datasets for tests, written in Turtle."""

import pyoxigraph as ox

from met_ari.publish.dataset import Dataset

PREFIXES = """
PREFIX : <https://w3id.org/ari/id/>
PREFIX ari: <https://w3id.org/ari/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
"""
WORLD = """
<https://w3id.org/ari/id/ari/x-2019> a ari:AreasOfResearchInterest ; skos:prefLabel "X 2019"@en .
<https://w3id.org/ari/id/priority/x-2019-1> a ari:OperationalPriority ;
  skos:prefLabel "Roads"@en ; skos:inScheme <https://w3id.org/ari/id/ari/x-2019> .
<https://w3id.org/ari/id/priority/x-2019-2> a ari:EnablingPriority ;
  skos:prefLabel "Rivers"@en ; skos:inScheme <https://w3id.org/ari/id/ari/x-2019> .
"""


def dataset(turtle: str, graph: str = "x-2019") -> Dataset:
    """Statements in one named graph, with the prefixes and a few things around them."""
    body = f"{PREFIXES} GRAPH <https://w3id.org/ari/id/graph/{graph}> {{ {WORLD} {turtle} }}"
    return Dataset.parse(body.encode(), ox.RdfFormat.TRIG)


QUESTION = """:question\\/x a ari:ResearchQuestion ; skos:inScheme :ari\\/x-2019 ; """
WORDED = 'skos:prefLabel "{0}"@en ; ari:statementText "{0}"@en .'


def question(more: str) -> str:
    """A question that says this."""
    return QUESTION + more
