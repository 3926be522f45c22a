"""The documentation of terms and rules: made from the files, and nothing left out."""

import re

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.namespace import OWL

from met_ari import resources
from met_ari.app import create_app
from met_ari.build.shapes import load_shapes
from met_ari.protocol import ontology, shapes
from met_ari.vocab import ARI, ONTOLOGY, SHAPES
from met_ari.web import rules, term_history
from tests.engine_double import EngineDouble
from tests.test_pages import BROWSER, SETTINGS, Page, client, engine, read

__all__ = ["client", "engine"]

ALL_RULES = [rule for group in rules.groups() for rule in group.rules]
SH = "http://www.w3.org/ns/shacl#"


def parts(page: Page) -> dict[str, str]:
    """The words about each term on the page of terms, by its local name."""
    _, *pieces = re.split(r" ari: (\w+) ", page.text)
    return dict(zip(pieces[::2], pieces[1::2], strict=True))


# Terms


def test_every_term_is_defined_and_says_where_the_data_uses_it(client: FlaskClient) -> None:
    page = read(client, "/def")
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert set(ARI.__annotations__) <= ids
    told = parts(page)
    assert "used 86 in home-office-2019 , 53 in met-2019" in told["ResearchQuestion"]
    assert "follows from ari:underPriority / ari:supportsGoal" in told["contributesToGoal"]
    assert "kinds ari:EnablingPriority , ari:OperationalPriority" in told["Priority"]
    assert "leads here ari:contributesToGoal , ari:supportsGoal" in told["StrategicGoal"]
    assert "example The fourth heading of the Met's edition" in told["Priority"]


def test_a_term_leads_to_the_rules_that_name_it(client: FlaskClient) -> None:
    hrefs = {a["href"] for a in read(client, "/def").all("a")}
    assert {"/shapes/ResearchQuestion-underPriority", "/shapes#ResearchQuestion"} <= hrefs
    named = {href.removeprefix("/shapes/") for href in hrefs if href.startswith("/shapes/")}
    assert named <= {rule.name for rule in ALL_RULES}


def test_the_page_tells_what_is_new_since_the_version_before(client: FlaskClient) -> None:
    page = read(client, "/def")
    assert "Version 1.1.0" in page.text
    assert "Changes since version 1.0.0" in page.text
    assert "New since version 1.0.0." in parts(page)["QuestionPair"]
    assert "since version" not in parts(page)["Priority"]


def test_added_dropped_and_changed_terms_are_told_apart() -> None:
    kept = [(t.subject, t.predicate, t.object) for t in ontology.triples("1.0.0")]
    definition = ox.NamedNode("http://www.w3.org/2004/02/skos/core#definition")
    goal, vision = (ox.NamedNode(ARI[name]) for name in ("Value", "Vision"))
    now = [s for s in kept if s[0] != vision and (s[0], s[1]) != (goal, definition)]
    now.append((goal, definition, ox.Literal("another", language="en")))
    now.append((ox.NamedNode(str(ARI._NS) + "brandNew"), definition, ox.Literal("new")))
    found = term_history.since(now, "1.1.0")
    assert found is not None
    assert found.before == "1.0.0"
    assert (found.added, found.dropped) == (("brandNew",), ("Vision",))
    assert found.changed == {"Value": ("definition",)}


def test_nothing_is_told_of_changes_where_no_other_version_is_kept() -> None:
    assert term_history.since([], "1.0.0") is None


def test_the_present_version_names_the_newest_kept_one_as_the_one_before() -> None:
    now = Graph().parse(data=resources.text("ontology", "ari.ttl"), format="turtle")
    version, prior = now.value(ONTOLOGY, OWL.versionInfo), now.value(ONTOLOGY, OWL.priorVersion)
    assert str(prior) == f"{ONTOLOGY}/{ontology.versions()[0]}"
    assert str(version) not in ontology.versions()


@pytest.mark.parametrize("version", ontology.versions())
def test_a_kept_version_says_its_own_number_and_every_term_of_it_is_still_there(
    version: str,
) -> None:
    said = ontology.triples(version)
    info = {t.object.value for t in said if t.predicate.value == str(OWL.versionInfo)}
    assert info == {version}
    own = {t.subject.value for t in said if str(t.subject).startswith(f"<{ARI._NS}")}
    assert {iri.removeprefix(str(ARI._NS)) for iri in own} <= set(ARI.__annotations__)


# Rules


def test_every_rule_of_the_shapes_has_its_row_those_in_sparql_too(client: FlaskClient) -> None:
    rated = load_shapes().subjects(URIRef(SH + "severity"))
    asked = {str(subject).removeprefix(SHAPES) for subject in rated}
    shown = {rule.name for rule in ALL_RULES}
    assert asked == shown
    page = read(client, "/shapes")
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert shown <= ids
    assert f"{len(shown)} rules in SHACL" in page.text
    assert "AreasOfResearchInterest-oneGoal" in shown


@pytest.mark.parametrize("rule", ALL_RULES, ids=[rule.name for rule in ALL_RULES])
def test_every_rule_says_what_it_is_about_what_it_asks_and_shows_both_examples(
    rule: rules.Rule,
) -> None:
    assert rule.message
    assert rule.about
    assert rule.asks or rule.query
    assert len(rules.examples(rule.name)) == 2


def test_the_page_of_a_rule_shows_its_query_and_its_examples(client: FlaskClient) -> None:
    page = read(client, "/shapes/AreasOfResearchInterest-oneGoal")
    assert "HAVING (COUNT(DISTINCT ?goal) != 1)" in page.text
    assert "every ari:AreasOfResearchInterest" in page.text
    assert "^skos:inScheme" in page.text
    assert "# Breaks arish:AreasOfResearchInterest-oneGoal" in page.text


def test_a_path_is_written_as_sparql_has_it() -> None:
    assert rules.rule("ResearchQuestion-oneParent").path == (
        "ari:underPriority | ari:underTheme | skos:broader"
    )


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf"])
def test_a_rule_comes_as_rdf(client: FlaskClient, name: str) -> None:
    response = client.get(f"/shapes/ResearchQuestion-oneParent?format={name}")
    assert response.status_code == 200
    store = ox.Store()
    store.load(response.data, format=ox.RdfFormat.from_media_type(response.mimetype))
    assert len(store) == len(shapes.about("ResearchQuestion-oneParent")) > 8
    again = client.get(
        f"/shapes/ResearchQuestion-oneParent?format={name}",
        headers={"If-None-Match": response.headers["ETag"]},
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    "name",
    ["None", "../statements", "examples/Value-position.pass.ttl", "a%20b", "%3E", "%7B%22", "%00"],
)
def test_an_unknown_rule_is_not_found(name: str) -> None:
    own = create_app(SETTINGS, EngineDouble("")).test_client()
    response = own.get(f"/shapes/{name}", headers=BROWSER)
    assert response.status_code == 404
    assert "Traceback" not in response.text


# Versions


def test_an_earlier_version_of_the_ontology_comes_as_it_was(client: FlaskClient) -> None:
    response = client.get("/def/1.0.0?format=nt")
    assert response.status_code == 200
    assert len(list(ox.parse(response.data, format=ox.RdfFormat.N_TRIPLES))) == 290
    assert b"QuestionPair" not in response.data
    assert "no longer the current one" in read(client, "/def/1.0.0").text


def test_the_version_iri_of_the_present_ontology_leads_to_it(client: FlaskClient) -> None:
    assert client.get("/def/1.1.0?format=nt").data == client.get("/def?format=nt").data


def test_an_unknown_version_is_refused_with_those_that_there_are(client: FlaskClient) -> None:
    response = client.get("/def/9.9.9", headers={"Accept": "text/turtle"})
    assert response.status_code == 404
    assert "1.0.0, 1.1.0" in response.json["remedy"]
