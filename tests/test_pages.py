"""The pages and documents: what they show, what they link, and what hostile data can't do."""

import hashlib
import json
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from met_ari import queryfile, resources
from met_ari.app import create_app
from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.engine.embedded import open_engine
from met_ari.engine.interface import Engine
from met_ari.web import cells, documents, home
from tests.engine_double import EngineDouble
from tests.html_page import Page, assert_well_formed

BASE = "https://w3id.org/ari/"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SETTINGS = Settings(public_url="https://data.example", workers=2)

BAD = "<script>alert(1)</script>"
HOSTILE = """
PREFIX ari: <https://w3id.org/ari/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX id: <https://w3id.org/ari/id/>

GRAPH <https://w3id.org/ari/id/graph/bad> {
  <https://w3id.org/ari/id/graph/bad> dcterms:license <javascript:alert(7)> , "<b>" ;
    dcterms:title "<script>alert(1)</script>" .
  <https://w3id.org/ari/id/ari/bad> a ari:AreasOfResearchInterest ;
    skos:prefLabel "<script>alert(1)</script>"@en ; dcterms:issued "<i>" ;
    dcterms:publisher <javascript:alert(8)> .
  <javascript:alert(8)> skos:prefLabel "'\\"><img src=x onerror=alert(2)>" .
  <https://w3id.org/ari/id/priority/bad> skos:topConceptOf <https://w3id.org/ari/id/ari/bad> ;
    skos:inScheme <https://w3id.org/ari/id/ari/bad> ; skos:prefLabel "<script>alert(1)</script>" ;
    skos:broader <https://w3id.org/ari/id/priority/worse> .
  <https://w3id.org/ari/id/priority/worse> skos:broader <https://w3id.org/ari/id/priority/bad> ;
    skos:inScheme <https://w3id.org/ari/id/ari/bad> ; skos:prefLabel "round and round" .
  <https://w3id.org/ari/id/topic/bad> skos:prefLabel "<script>alert(1)</script>" ;
    skos:topConceptOf <https://w3id.org/ari/id/scheme/topics> .
  <https://w3id.org/ari/id/question/bad> a ari:ResearchQuestion , <javascript:alert(3)> ;
    skos:prefLabel "<script>alert(1)</script>"@en ;
    skos:definition "'\\" onmouseover=alert(4) x='<img src=x onerror=alert(5)>" ;
    skos:notation "&lt;script&gt;" ;
    ari:position "<b>"^^<http://www.w3.org/2001/XMLSchema#integer> ;
    <javascript:alert(6)> <data:text/html,x> , <JAVASCRIPT:x> , <vbscript:x> , <https:alert> ,
      <https://example.org/?a=b&c='d'> , <file:///etc/passwd> ,
      <https://w3id.org/ari/id/question/a%22%3E?x=1#y> , "x"^^<javascript:alert(9)> , _:blank ;
    skos:inScheme <https://w3id.org/ari/id/ari/bad> ;
    ari:underPriority <https://w3id.org/ari/id/priority/bad> ;
    prov:wasQuotedFrom <https://w3id.org/ari/id/quote/bad> .
  <https://w3id.org/ari/id/quote/bad> oa:hasSource <javascript:alert(10)> ;
    oa:hasSelector <https://w3id.org/ari/id/selector/bad> ; ari:quotedProperty <javascript:q> .
  <https://w3id.org/ari/id/selector/bad> oa:exact "<script>alert(1)</script>" ;
    oa:start "<u>" ; oa:end "<u>" .
  <javascript:alert(10)> ari:sha256 "<script>alert(1)</script>" .
  <https://w3id.org/ari/id/statement/bad> owl:annotatedSource id:question\\/bad ;
    owl:annotatedProperty skos:notation ; owl:annotatedTarget "&lt;script&gt;" ;
    ari:certainty "<script>alert(1)</script>" .
}
GRAPH <https://w3id.org/ari/id/graph/ontology> {
  ari:position <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> <https://w3id.org/ari/def> ;
    a owl:DatatypeProperty ; skos:definition "<script>alert(1)</script>" ;
    <http://www.w3.org/2000/01/rdf-schema#domain> <javascript:alert(11)> .
}
"""
THING = f"{BASE}id/question/bad"


def page_of(response: TestResponse, status: int = 200) -> Page:
    assert response.status_code == status, response.text
    assert response.content_type == "text/html; charset=utf-8"
    return Page(response.text)


@pytest.fixture
def hostile() -> FlaskClient:
    return create_app(SETTINGS, EngineDouble(HOSTILE)).test_client()


@pytest.fixture(scope="module")
def engine(built: BuildResult) -> Iterator[Engine]:
    dataset = built.folder / "dataset.nq"
    with open_engine(dataset, built.hash, SETTINGS) as engine:
        yield engine


@pytest.fixture(scope="module")
def client(engine: Engine) -> FlaskClient:
    return create_app(SETTINGS, engine).test_client()


def read(client: FlaskClient, path: str) -> Page:
    return page_of(client.get(path, headers=BROWSER))


PAGES = [
    "/",
    "/sparql",
    "/sparql?query=ASK{}",
    "/sparql?query=SELECT * {?s ?p ?o} LIMIT 5",
    "/sparql?query=SELECT * {?s ?p ?o} LIMIT 0",
    "/sparql?query=CONSTRUCT {?s ?p ?o} {?s ?p ?o} LIMIT 5",
    "/def",
    "/shapes",
    "/validate",
    "/find",
    "/reconcile",
    "/coverage",
    "/coverage?rows=goal&columns=theme",
    "/coverage?subject=home-office-2019",
    "/coverage/gaps",
    "/releases/",
    "/problem/gone",
    "/doc/mapping/met-2019-1-1--home-office-2019-70",
    "/doc/mapping/met-2019-1-1--home-office-2019-70.1",
    "/doc/mapping/met-2019-2-2--home-office-2019",
    "/doc/mapping-set/met-2019--home-office-2019",
    "/doc/question/met-2019-1-1",
    "/doc/question/met-2019-2-2",
    "/doc/ari/met-2019",
    "/doc/ari/home-office-2019",
    "/doc/priority/met-2019-4",
    "/doc/question/met-2019-4-2",
    "/doc/question/home-office-2019-27",
    "/doc/theme/home-office-2019-1",
    "/doc/strategy/met-direction-2018",
    "/doc/goal/met-direction-2018-4",
    "/doc/scheme/topics",
    "/doc/organisation/home-office",
    "/doc/organisation/ari-graph",
    "/doc/graph/met-2019",
    "/doc/dataset/ari-graph",
    "/doc/source/met-2019",
    "/doc/quote/met-2019-4-2",
]


# Every page, for everybody (WCAG 2.2)


@pytest.mark.parametrize("path", [*PAGES, "/none", "/sparql?query=SELEC"])
def test_every_page_is_well_formed_and_has_what_assistive_technology_needs(
    client: FlaskClient, path: str
) -> None:
    assert_well_formed(Page(client.get(path, headers=BROWSER).text))


@pytest.mark.parametrize("path", [*PAGES, "/none", "/sparql?query=SELEC"])
def test_no_page_has_scripts_or_styles_of_its_own(client: FlaskClient, path: str) -> None:
    page = Page(client.get(path, headers=BROWSER).text)
    assert all(script == {"type": "application/ld+json"} for script in page.all("script"))
    assert not page.all("style")
    for _, attributes in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]


SERVED = (
    *("/doc/", "/def", "/shapes", "/static/", "/queries", "/coverage", "/reconcile"),
    *("/releases/", "/graphs", "/problem/"),
)
FOR_PROGRAMS = ("/catalogue", "/.well-known/void", "/openapi.json")


@pytest.mark.parametrize("path", PAGES)
def test_every_link_within_the_site_leads_somewhere(client: FlaskClient, path: str) -> None:
    page = read(client, path)
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    links = {a["href"] for a in page.all("a") + page.all("link")}
    for link in sorted(links):
        target, _, fragment = link.partition("#")
        if not target:
            assert fragment in ids
        elif target.startswith(SERVED) or target in ("/", "/find", "/validate"):
            assert client.head(target, headers=BROWSER).status_code == 200, link
        elif target.startswith(FOR_PROGRAMS):
            assert client.head(target).status_code == 200, link
        else:
            assert target.startswith(("/sparql?", "/sparql", "?format=", "http://", "https://"))


def test_the_style_sheet_is_served_for_good_under_a_name_of_its_content(
    client: FlaskClient,
) -> None:
    (style,) = [a["href"] for a in read(client, "/").all("link") if a["rel"] == "stylesheet"]
    response = client.get(style)
    assert response.mimetype == "text/css"
    assert hashlib.sha256(response.data).hexdigest().startswith(style.partition("=")[2])
    assert "immutable" in response.headers["Cache-Control"]


COLOURS = re.compile(r"--(\w[\w-]*): (#[0-9a-f]{6});")
TEXT_ON_GROUND = [
    ("ink", "paper"),
    ("ink", "panel"),
    ("soft", "paper"),
    ("soft", "panel"),
    ("link", "paper"),
    ("link", "panel"),
    ("on-accent", "accent"),
    ("badge-ink", "badge"),
    ("bad", "bad-panel"),
    ("ink", "bad-panel"),
    ("ink", "gone"),
    ("ink", "come"),
    *(("ink", f"heat{shade}") for shade in range(1, 5)),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_stands_out_from_its_ground(scheme: int, text: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: a contrast of at least 4.5 to 1."""
    sheet = resources.files("met_ari.web").joinpath("static", "ari.css").read_text()
    blocks = [dict(COLOURS.findall(block)) for block in sheet.split(":root {")[1:]]
    found = blocks[scheme]
    lighter, darker = sorted((luminance(found[text]), luminance(found[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# The start page


def test_the_start_page_counts_what_is_in_the_data(client: FlaskClient) -> None:
    text = read(client, "/").text
    for words in ("7 priorities", "53 questions", "23 groups and themes", "86 questions"):
        assert words in text


def test_the_numbers_of_the_start_page_are_read_not_written() -> None:
    data = f"""GRAPH <{BASE}id/graph/x> {{
      <{BASE}id/ari/x> a <{BASE}def#AreasOfResearchInterest> ;
        <http://www.w3.org/2004/02/skos/core#prefLabel> "X" .
      <{BASE}id/question/x> <http://www.w3.org/2004/02/skos/core#inScheme> <{BASE}id/ari/x> ;
        a <{BASE}def#ResearchQuestion> . }}"""
    text = read(create_app(SETTINGS, EngineDouble(data)).test_client(), "/").text
    assert "1 question" in text
    assert "1 questions" not in text
    assert "priorities" not in text


def test_the_start_page_of_an_empty_service_is_a_page() -> None:
    assert (
        "0 statements in 0 named graphs"
        in read(create_app(SETTINGS, EngineDouble("")).test_client(), "/").text
    )


def test_the_start_page_says_who_owns_what_and_who_endorses_nothing(client: FlaskClient) -> None:
    text = read(client, "/").text
    assert "Open Government Licence v3.0" in text
    assert "CC BY 4.0" in text
    assert "Neither the Metropolitan Police Service nor the Home Office has endorsed it" in text
    assert "Contact" not in text


def test_a_contact_is_shown_if_there_is_one(engine: Engine) -> None:
    settings = Settings(contact=f"{BAD} desk@data.example")
    page = read(create_app(settings, engine).test_client(), "/")
    assert f"Contact: {BAD} desk@data.example" in page.text


def test_the_start_page_names_the_endpoint_by_its_public_address(client: FlaskClient) -> None:
    response = client.get("/", headers=BROWSER | {"Host": "evil.test"})
    assert "https://data.example/sparql" in response.text
    assert "evil.test" not in response.text


def test_the_examples_of_the_start_page_are_in_the_library(client: FlaskClient) -> None:
    for name in home.EXAMPLES:
        assert queryfile.load(name).question in read(client, "/").text


def test_the_start_page_is_only_a_page(client: FlaskClient) -> None:
    response = client.get("/", headers={"Accept": "text/turtle"})
    assert response.status_code == 406
    assert json.loads(response.data)["available"] == ["text/html"]


@pytest.mark.parametrize("path", ["/", "/def", "/shapes", "/doc/question/met-2019-4-2"])
def test_pages_are_revalidated_by_tag(client: FlaskClient, path: str) -> None:
    first = client.get(path, headers=BROWSER)
    tag = first.headers["ETag"]
    assert client.get(path, headers=BROWSER | {"If-None-Match": tag}).status_code == 304
    assert client.get(path, headers=BROWSER | {"If-None-Match": "*"}).status_code == 304
    assert client.get(path, headers=BROWSER | {"If-None-Match": '"x"'}).status_code == 200
    assert client.head(path, headers=BROWSER).headers["Content-Length"] == str(len(first.data))


# The query page


def table_of(client: FlaskClient, query: str) -> Page:
    return page_of(client.get("/sparql", query_string={"query": query}, headers=BROWSER))


def test_the_form_lists_every_query_of_the_library_as_a_link_that_runs(
    client: FlaskClient,
) -> None:
    links = {a["href"] for a in read(client, "/sparql").all("a") if "?query=" in a["href"]}
    assert len(links) == len(queryfile.library())
    for link in links:
        assert client.get(link, headers=BROWSER).status_code == 200, link


def test_the_form_starts_with_a_query_that_runs(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=BROWSER).text
    match = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert match
    query = match[1].replace("&lt;", "<").replace("&gt;", ">")
    answer = json.loads(client.get("/sparql", query_string={"query": query}).data)
    assert [row["questions"]["value"] for row in answer["results"]["bindings"]] == list("8878778")


def test_the_form_says_which_graphs_are_there_and_how_large(
    client: FlaskClient, engine: Engine
) -> None:
    text = read(client, "/sparql").text
    for name, triples in engine.graphs.items():
        assert f"<{name}> {triples:,}" in text


def test_a_table_links_things_to_their_pages_and_shows_the_query(client: FlaskClient) -> None:
    query = f"SELECT * WHERE {{ <{BASE}id/question/met-2019-4-2> ?p ?o }}"
    page = table_of(client, query)
    assert query in page.text
    hrefs = [a["href"] for a in page.all("a")]
    assert "/doc/priority/met-2019-4" in hrefs
    assert "/def#underPriority" in hrefs
    outside = [a for a in page.all("a") if a["href"].startswith("http://www.w3.org/")]
    assert outside
    assert all("noopener" in a["rel"] for a in outside)


def test_a_table_gives_the_language_and_the_datatype(client: FlaskClient) -> None:
    text = table_of(
        client, 'SELECT ("a"@cy AS ?a) ("2019"^^<http://www.w3.org/2001/XMLSchema#gYear> AS ?b) {}'
    ).text
    assert "a language cy" in text
    assert "2019 datatype xsd:gYear" in text


def test_an_unbound_cell_is_empty_and_a_blank_node_is_plain(client: FlaskClient) -> None:
    page = table_of(client, "SELECT ?x (BNODE() AS ?y) WHERE { OPTIONAL { ?x ?x ?x } }")
    assert "_:b0" in page.text
    assert len(page.all("td")) == 2


def test_a_long_answer_shows_its_first_rows_and_says_so(client: FlaskClient) -> None:
    page = table_of(client, "SELECT ?s WHERE { ?s ?p ?o } LIMIT 1234")
    assert len(page.all("td")) == 1000
    assert "1,234 rows" in page.text
    assert "the first 1,000 of 1,234 rows" in page.text
    (link,) = [a["href"] for a in page.all("a") if a["href"].endswith("format=csv")]
    assert len(client.get(link).data.splitlines()) == 1235


def test_a_long_graph_shows_its_beginning_and_says_so(client: FlaskClient) -> None:
    page = table_of(client, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert "the beginning of a long answer" in page.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("ASK {}", "Yes"),
        ("ASK { FILTER(false) }", "No"),
        ("SELECT * WHERE { ?s ?p ?o FILTER(false) }", "Nothing in the data fits the query."),
        ("SELECT (1 AS ?one) {}", "1 row"),
        ("CONSTRUCT { <a:b> <a:c> 1 } WHERE {}", "1 triple"),
    ],
)
def test_each_kind_of_answer_has_its_words(client: FlaskClient, query: str, words: str) -> None:
    assert words in table_of(client, query).text


def test_the_downloads_keep_the_dataset_of_the_request(client: FlaskClient) -> None:
    graph = f"{BASE}id/graph/topics"
    sent = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "default-graph-uri": graph}
    page = page_of(client.get("/sparql", query_string=sent, headers=BROWSER))
    (link,) = [a["href"] for a in page.all("a") if a["href"].endswith("format=tsv")]
    assert (
        client.get(link).data == client.get("/sparql", query_string=sent | {"format": "tsv"}).data
    )
    kept = [field for field in page.all("input") if field["type"] == "hidden"]
    assert kept == [{"type": "hidden", "name": "default-graph-uri", "value": graph}]


# Documents


@pytest.mark.parametrize("path", [path for path in PAGES if path.startswith("/doc/")])
@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf"])
def test_every_document_comes_as_rdf_that_parses_and_names_itself(
    client: FlaskClient, path: str, name: str
) -> None:
    response = client.get(path, query_string={"format": name})
    assert response.status_code == 200
    store = ox.Store()
    store.load(response.data, format=ox.RdfFormat.from_media_type(response.mimetype))
    document = ox.NamedNode(BASE + path[1:])
    thing = ox.NamedNode(BASE + path[1:].replace("doc/", "id/", 1))
    topic = ox.NamedNode("http://xmlns.com/foaf/0.1/primaryTopic")
    assert ox.Quad(document, topic, thing) in store
    assert list(store.quads_for_pattern(thing, None, None))
    licence = ox.NamedNode("http://purl.org/dc/terms/license")
    assert list(store.quads_for_pattern(document, licence, None))


def test_the_rdf_of_a_question_holds_its_quote_its_place_and_the_names_of_what_it_links_to(
    client: FlaskClient,
) -> None:
    response = client.get("/doc/question/met-2019-4-2", headers={"Accept": "application/n-triples"})
    text = response.text
    assert f"<{BASE}id/selector/met-2019-4-2-text> <http://www.w3.org/ns/oa#exact> " in text
    assert f"<{BASE}id/selector/met-2019-4-2-position> <http://www.w3.org/ns/oa#start> " in text
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    assert f"<{BASE}id/priority/met-2019-4> <{label}> " in text


def test_the_rdf_of_a_statement_that_is_less_than_certain_says_so(client: FlaskClient) -> None:
    response = client.get("/doc/question/home-office-2019-27?format=nt")
    assert "<https://w3id.org/ari/def#certainty>" in response.text
    assert "<http://www.w3.org/2002/07/owl#annotatedTarget>" in response.text


def test_a_document_names_its_other_forms_its_thing_and_its_licence(client: FlaskClient) -> None:
    response = client.get("/doc/question/met-2019-4-2", headers={"Accept": "text/turtle"})
    links = response.headers.getlist("Link")
    assert '</doc/question/met-2019-4-2?format=html>; rel="alternate"; type="text/html"' in links
    assert not any('type="text/turtle"' in link for link in links)
    assert f'<{BASE}id/question/met-2019-4-2>; rel="describes"' in links
    assert any("open-government-licence" in link and 'rel="license"' in link for link in links)
    assert response.headers["Content-Location"] == "/doc/question/met-2019-4-2?format=ttl"
    assert {"Accept", "Accept-Encoding"} <= set(response.vary)


@pytest.mark.parametrize("asked", ["", "?format=ttl", "?a=b%20c&d"])
def test_a_thing_leads_to_its_document_and_keeps_the_query_string(
    client: FlaskClient, asked: str
) -> None:
    response = client.get(f"/id/question/met-2019-4-2{asked}")
    assert response.status_code == 303
    assert response.headers["Location"] == f"/doc/question/met-2019-4-2{asked}"


@pytest.mark.parametrize("key", ["a%3Fb%23c", "a%2520b", "%C3%A9", "a%22%3Cb%3E"])
def test_a_redirect_keeps_the_key_as_it_was_encoded(client: FlaskClient, key: str) -> None:
    assert client.get(f"/id/topic/{key}").headers["Location"] == f"/doc/topic/{key}"


def test_an_unknown_thing_is_not_found_with_helpful_words(client: FlaskClient) -> None:
    page = page_of(client.get("/doc/question/met-2019-99-1", headers=BROWSER), 404)
    assert "question/met-2019-99-1" in page.text
    members = json.loads(client.get("/doc/question/met-2019-99-1").data)
    assert members["remedy"]


@pytest.mark.parametrize("key", ["a/%FF", "a/%EF%BF%BD", "a/%3Cb%3E", "a/b%20c", "a", "a/b/c"])
def test_a_name_that_no_thing_can_have_is_not_found_either(client: FlaskClient, key: str) -> None:
    assert client.get(f"/doc/{key}").status_code == 404


def test_an_edition_lists_its_priorities_and_questions_in_order(client: FlaskClient) -> None:
    hrefs = [a["href"] for a in read(client, "/doc/ari/met-2019").all("a")]
    wanted = []
    for priority, questions in enumerate((8, 8, 7, 8, 7, 7, 8), start=1):
        wanted.append(f"/doc/priority/met-2019-{priority}")
        wanted += [f"/doc/question/met-2019-{priority}-{n}" for n in range(1, questions + 1)]
    start = hrefs.index(wanted[0])
    assert hrefs[start : start + len(wanted)] == wanted


def test_a_group_lists_its_themes_with_their_questions(client: FlaskClient) -> None:
    hrefs = [a["href"] for a in read(client, "/doc/theme/home-office-2019-1").all("a")]
    assert hrefs.index("/doc/theme/home-office-2019-1.1") < hrefs.index(
        "/doc/question/home-office-2019-1"
    )


def test_a_question_shows_where_it_stands_and_where_each_statement_comes_from(
    client: FlaskClient,
) -> None:
    page = read(client, "/doc/question/met-2019-4-2")
    hrefs = [a["href"] for a in page.all("a")]
    crumbs = ["/doc/ari/met-2019", "/doc/priority/met-2019-4"]
    assert [href for href in hrefs if href in crumbs][:2] == crumbs
    assert "/doc/graph/met-2019" in hrefs
    assert "/doc/graph/topics" in hrefs


def test_an_inferred_statement_is_marked_and_says_why(client: FlaskClient) -> None:
    text = read(client, "/doc/question/met-2019-4-2").text
    assert "inferred follows from “under priority”, then “supports goal”, through Seize" in text
    assert "inferred every research question is one" in text


def test_a_quote_shows_its_words_offsets_and_the_digest_of_its_source(client: FlaskClient) -> None:
    text = read(client, "/doc/question/met-2019-4-2").text
    assert re.search(r"Characters \d+ to \d+ \(the last not included\) of ", text)
    assert re.search(r"SHA-256 [0-9a-f]{64}", text)


def test_certainty_is_shown_where_a_statement_is_less_than_certain(client: FlaskClient) -> None:
    assert "certainty: " in read(client, "/doc/question/home-office-2019-27").text


def test_a_label_of_our_own_is_not_passed_off_as_the_official_wording(client: FlaskClient) -> None:
    words = "A short label of our own. The official wording is the publisher's"
    assert words in read(client, "/doc/question/home-office-2019-27").text
    assert words not in read(client, "/doc/question/met-2019-4-2").text


def test_a_goal_shows_the_priority_and_the_questions_that_serve_it(client: FlaskClient) -> None:
    page = read(client, "/doc/goal/met-direction-2018-4")
    assert "Priorities that support this goal" in page.text
    assert "Questions that contribute to this goal inferred" in page.text
    hrefs = [a["href"] for a in page.all("a")]
    assert [f"/doc/question/met-2019-4-{n}" for n in range(1, 9)] == [
        href for href in hrefs if href.startswith("/doc/question/")
    ][:8]


def test_documents_stand_under_another_base_iri_too() -> None:
    base = "https://other.example/id/x/"
    data = f"""GRAPH <{base}id/graph/a> {{ <{base}id/topic/a> a <http://e/C> .
      <{base}id/graph/a> <http://purl.org/dc/terms/license> <http://licence.example/> }}"""
    client = create_app(Settings(base_iri=base), EngineDouble(data)).test_client()
    triples = client.get("/doc/topic/a?format=nt").text
    assert (
        f"<{base}doc/topic/a> <http://xmlns.com/foaf/0.1/primaryTopic> <{base}id/topic/a>"
        in triples
    )
    assert "<http://licence.example/>" in triples
    assert client.get("/doc/topic/a", headers=BROWSER).status_code == 200


def test_pages_see_all_graphs_under_a_strict_default_graph_too(built: BuildResult) -> None:
    settings = Settings(default_graph="strict", workers=2)
    with open_engine(built.folder / "dataset.nq", built.hash, settings) as engine:
        client = create_app(settings, engine).test_client()
        assert "7 priorities" in read(client, "/").text
        text = read(client, "/doc/question/met-2019-4-2").text
        assert "Making best use of big data" in text
        assert "inferred follows from" in text
        counted = client.get("/sparql?format=csv&query=SELECT(COUNT(*)AS ?n){?s ?p ?o}")
        assert counted.data == b"n\r\n0\r\n"


# Terms and rules


def test_every_term_has_its_place_on_the_page_of_terms(client: FlaskClient) -> None:
    page = read(client, "/def")
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    terms = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")} - {"main"}
    assert {"ResearchQuestion", "underPriority", "position", "certainty"} <= terms <= ids


@pytest.mark.parametrize("path", ["/def", "/shapes"])
@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf"])
def test_the_ontology_and_the_shapes_come_as_rdf(client: FlaskClient, path: str, name: str) -> None:
    response = client.get(path, query_string={"format": name})
    assert response.status_code == 200
    store = ox.Store()
    store.load(response.data, format=ox.RdfFormat.from_media_type(response.mimetype))
    assert len(store) > 100


def test_every_rule_has_its_place_on_the_page_of_rules(client: FlaskClient) -> None:
    page = read(client, "/shapes")
    rows = [tr["id"] for tr in page.all("tr") if "id" in tr]
    assert len(rows) == len(set(rows)) > 10


# Hostile data (THREATS.md is the service's, line 12)


HOSTILE_PAGES = [
    "/",
    "/sparql",
    "/def",
    "/doc/question/bad",
    "/doc/ari/bad",
    "/doc/priority/bad",
    "/doc/graph/bad",
    "/doc/topic/bad",
    "/doc/quote/bad",
    "/sparql?query=SELECT * {?s ?p ?o}",
    "/sparql?query=SELECT * {?s ?p ?o} # </textarea><script>alert(1)</script>",
    "/sparql?query=</textarea><script>alert(1)</script>",
    '/sparql?query=ASK{}&default-graph-uri="><script>alert(1)</script>',
    "/sparql?query=CONSTRUCT{?s ?p ?o}{?s ?p ?o}",
    "/<script>alert(1)</script>",
    "/doc/<script>alert(1)</script>",
]


@pytest.mark.parametrize("path", HOSTILE_PAGES)
def test_hostile_data_stays_text(hostile: FlaskClient, path: str) -> None:
    response = hostile.get(path, headers=BROWSER)
    assert response.status_code in (200, 400, 404)
    page = Page(response.text)
    assert all(script == {"type": "application/ld+json"} for script in page.all("script"))
    assert not page.all("b")
    assert [image["src"] for image in page.all("img")] == ["/static/ari.svg"]
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("href", "src", "action"):
            link = attributes.get(name, "/")
            assert link.startswith(("/", "#", "?", "http://", "https://")), link
            assert not link.startswith("//")


def test_hostile_words_are_shown_as_they_are(hostile: FlaskClient) -> None:
    text = read(hostile, "/doc/question/bad").text
    assert BAD in text
    assert "javascript:alert(6)" in text
    assert "&lt;script&gt;" in text
    assert f"certainty: {BAD}" in text


def test_things_that_stand_below_each_other_are_both_shown(hostile: FlaskClient) -> None:
    hrefs = [a["href"] for a in read(hostile, "/doc/ari/bad").all("a")]
    assert {"/doc/priority/bad", "/doc/priority/worse"} <= set(hrefs)


@pytest.mark.parametrize(
    ("iri", "href"),
    [
        (f"{BASE}id/question/met-2019-4-2", "/doc/question/met-2019-4-2"),
        (f"{BASE}id/question/a%20b", "/doc/question/a%2520b"),
        (f"{BASE}id/question/a?b#c", "/doc/question/a%3Fb%23c"),
        (f"{BASE}id/question/é", "/doc/question/%C3%A9"),
        (f"{BASE}id//evil.test/", "/doc//evil.test/"),
        (f"{BASE}doc/question/a", "/doc/question/a"),
        ("https://w3id.org/ari/def#Theme", "/def#Theme"),
        ("https://w3id.org/ari/shapes#A", "/shapes#A"),
        ("http://example.org/?a=b#c", "http://example.org/?a=b#c"),
        ("HTTPS://example.org/", "HTTPS://example.org/"),
        ("javascript:alert(1)", ""),
        ("JavaScript://example.org/%0Aalert(1)", ""),
        ("data:text/html,x", ""),
        ("vbscript:x", ""),
        ("file:///etc/passwd", ""),
        ("https:alert", ""),
        ("http://[bad", ""),
        ("urn:isbn:1", ""),
        ("mailto:a@b.example", ""),
    ],
)
def test_only_our_pages_and_the_web_are_linked(iri: str, href: str) -> None:
    assert cells.link(iri, BASE) == href


def test_a_link_to_a_thing_is_decoded_once_to_the_same_iri() -> None:
    thing = f"{BASE}id/topic/a%20b"
    data = f'GRAPH <{BASE}id/graph/a> {{ <{thing}> <http://purl.org/dc/terms/title> "found" }}'
    client = create_app(SETTINGS, EngineDouble(data)).test_client()
    assert "found" in read(client, cells.link(thing, BASE)).text


def test_the_best_label_is_preferred_english_and_stable() -> None:
    skos, rdfs = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/2000/01/rdf-schema#"
    node = ox.NamedNode("http://example.org/a")
    rows = [
        {"node": node, "by": ox.NamedNode(by), "label": ox.Literal(label, language=language)}
        for by, label, language in [
            (skos + "prefLabel", "Gorau", "cy"),
            (rdfs + "label", "Second", "en"),
            (skos + "prefLabel", "Best", "en-GB"),
            (skos + "prefLabel", "Better", "en"),
        ]
    ]
    assert (
        documents.best_labels(rows)
        == documents.best_labels(rows[::-1])
        == {"http://example.org/a": "Best"}
    )


def test_a_tree_deeper_than_a_page_can_indent_loses_nothing() -> None:
    rows = [
        {
            "node": ox.NamedNode(f"{BASE}id/topic/{n}"),
            "parent": ox.NamedNode(f"{BASE}id/topic/{n - 1}"),
            "label": ox.Literal(str(n)),
        }
        for n in range(1, 500)
    ]
    names = []
    waiting = documents.tree(rows, BASE)
    while waiting:
        node = waiting.pop()
        names.append(node.name.text)
        waiting += node.children
    assert sorted(names, key=int) == [str(n) for n in range(1, 500)]
