"""The stored queries as a data API and as pages: `/queries` and `/queries/{name}`."""

import csv
import http.client
import json
import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from met_ari import queryfile
from met_ari.app import create_app
from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.protocol import queries
from met_ari.queryheader import ALLOWED
from tests.engine_double import EngineDouble
from tests.test_pages import Page, page_of

BASE = "https://w3id.org/ari/"
SETTINGS = Settings(public_url="https://data.example/", max_request_bytes=10_000)
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
FORM = "application/x-www-form-urlencoded"
TEXT = "application/sparql-query"
LIBRARY = queryfile.library()
ONE = "/queries/questions-by-priority"
TRUTH = "/queries/every-priority-supports-a-goal"
GRAPH = "/queries/question-with-everything"
OPTIONAL = "/queries/priorities-and-goals"


@pytest.fixture(scope="module")
def trig(built: BuildResult) -> str:
    quads = ox.parse((built.folder / "dataset.nq").read_bytes(), format=ox.RdfFormat.N_QUADS)
    return (ox.serialize(list(quads), format=ox.RdfFormat.TRIG) or b"").decode()


@pytest.fixture(scope="module")
def engine(trig: str) -> EngineDouble:
    return EngineDouble(trig)


@pytest.fixture
def client(engine: EngineDouble) -> FlaskClient:
    engine.asked.clear()
    return create_app(SETTINGS, engine).test_client()


def problem(response: TestResponse, status: int, slug: str) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    members: dict[str, object] = json.loads(response.data)
    assert members["type"] == f"https://w3id.org/ari/problem/{slug}"
    return members


def labels(response: TestResponse) -> list[str]:
    assert response.status_code == 200, response.text
    return [row["label"]["value"] for row in json.loads(response.data)["results"]["bindings"]]


def read(client: FlaskClient, path: str, status: int = 200) -> Page:
    return page_of(client.get(path, headers=BROWSER), status)


# The list


def test_the_list_names_every_query_with_its_typed_parameters(client: FlaskClient) -> None:
    response = client.get("/queries")
    assert response.content_type == "application/json"
    assert response.headers["ARI-Rows"] == str(len(LIBRARY))
    found = {entry["name"]: entry for entry in json.loads(response.data)["queries"]}
    assert list(found) == list(LIBRARY)
    for name, file in LIBRARY.items():
        entry = found[name]
        assert entry["question"] == file.question
        assert entry["address"] == f"https://data.example/queries/{name}"
        assert [(item["name"], item["type"]) for item in entry["parameters"]] == [
            (parameter.name, parameter.type) for parameter in file.parameters
        ]


def test_a_default_is_told_as_users_give_it(client: FlaskClient) -> None:
    entries = json.loads(client.get("/queries").data)["queries"]
    defaults = {
        (entry["name"], item["name"]): item["default"]
        for entry in entries
        for item in entry["parameters"]
    }
    assert defaults["questions-by-priority", "priority"] == "priority/met-2019-4"
    assert defaults["priorities-and-goals", "priority"] is None


def test_the_list_comes_as_csv_and_as_tsv(client: FlaskClient) -> None:
    response = client.get("/queries", headers={"Accept": "text/csv"})
    assert response.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(response.text.splitlines()))
    assert rows[0] == list(queries.COLUMNS)
    assert [row[0] for row in rows[1:]] == list(LIBRARY)
    lines = client.get("/queries?format=tsv").text.splitlines()
    assert [line.split("\t") for line in lines] == rows


def test_the_list_names_the_description_of_the_api(client: FlaskClient) -> None:
    links = client.get("/queries").headers["Link"]
    assert links == '</openapi.json>; rel="service-desc"; type="application/json"'
    assert client.get("/openapi.json").status_code == 200


@pytest.mark.parametrize("sent", ["?format=ttl", "?format=xml", "?format=rq"])
def test_the_list_has_no_other_format(client: FlaskClient, sent: str) -> None:
    assert problem(client.get(f"/queries{sent}"), 406, "not-acceptable")["available"]


def test_the_list_is_revalidated_by_tag(client: FlaskClient) -> None:
    tag = client.get("/queries").headers["ETag"]
    assert client.get("/queries", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/queries?format=csv").headers["ETag"] != tag


def test_the_list_costs_no_query(client: FlaskClient, engine: EngineDouble) -> None:
    read(client, "/queries")
    client.get("/queries")
    assert not engine.asked


def test_the_page_of_the_list_leads_to_every_query_by_its_question(client: FlaskClient) -> None:
    page = read(client, "/queries")
    links = {a["href"] for a in page.all("a")}
    assert {f"/queries/{name}" for name in LIBRARY} <= links
    for file in LIBRARY.values():
        assert file.question in page.text
        assert file.summary in page.text
    assert [words for words in ALLOWED["kind"] or () if words not in page.text] == []


@pytest.mark.parametrize("path", ["/", "/sparql", "/def"])
def test_every_page_leads_to_the_list(client: FlaskClient, path: str) -> None:
    assert "/queries" in {a["href"] for a in read(client, path).all("a")}


# An answer


@pytest.mark.parametrize("name", LIBRARY)
def test_every_query_answers_with_the_rows_that_it_promises(client: FlaskClient, name: str) -> None:
    response = client.get(f"/queries/{name}")
    assert response.status_code == 200
    assert response.headers["ARI-Rows"] == str(LIBRARY[name].rows)


@pytest.mark.parametrize("name", LIBRARY)
def test_every_query_has_a_page(client: FlaskClient, name: str) -> None:
    page = read(client, f"/queries/{name}")
    assert LIBRARY[name].question in page.text


def test_a_key_and_a_whole_iri_are_the_same_value(client: FlaskClient) -> None:
    key = client.get(f"{ONE}?priority=priority/met-2019-3")
    iri = client.get(ONE, query_string={"priority": f"{BASE}id/priority/met-2019-3"})
    assert labels(key) == labels(iri)
    assert len(labels(key)) == 7
    assert labels(key) != labels(client.get(ONE))


def test_a_value_that_is_left_out_is_the_default(client: FlaskClient) -> None:
    assert client.get(ONE).data == client.get(f"{ONE}?priority=priority/met-2019-4").data


def test_a_form_may_be_posted(client: FlaskClient) -> None:
    got = client.get(f"{ONE}?priority=priority/met-2019-3&format=csv")
    posted = client.post(ONE, data={"priority": "priority/met-2019-3", "format": "csv"})
    split = client.post(f"{ONE}?format=csv", data={"priority": "priority/met-2019-3"})
    assert got.data == posted.data == split.data


def test_an_optional_parameter_that_is_empty_leaves_all(client: FlaskClient) -> None:
    everything = client.get(OPTIONAL)
    assert client.get(f"{OPTIONAL}?priority=").data == everything.data
    one = client.get(f"{OPTIONAL}?priority=priority/met-2019-4")
    assert int(one.headers["ARI-Rows"]) < int(everything.headers["ARI-Rows"])


@pytest.mark.parametrize(
    ("path", "name", "content_type"),
    [
        (ONE, "json", "application/sparql-results+json"),
        (ONE, "xml", "application/sparql-results+xml"),
        (ONE, "csv", "text/csv; charset=utf-8"),
        (ONE, "tsv", "text/tab-separated-values; charset=utf-8"),
        (ONE, "html", "text/html; charset=utf-8"),
        (TRUTH, "json", "application/sparql-results+json"),
        (TRUTH, "xml", "application/sparql-results+xml"),
        (GRAPH, "ttl", "text/turtle; charset=utf-8"),
        (GRAPH, "nt", "application/n-triples"),
        (GRAPH, "jsonld", "application/ld+json"),
        (GRAPH, "rdf", "application/rdf+xml"),
        (GRAPH, "json", "application/ld+json"),
    ],
)
def test_every_result_format_is_served_by_name_and_by_accept(
    client: FlaskClient, path: str, name: str, content_type: str
) -> None:
    named = client.get(path, query_string={"format": name})
    assert (named.status_code, named.content_type) == (200, content_type)
    accepted = client.get(path, headers={"Accept": content_type})
    assert (accepted.data, accepted.content_type) == (named.data, content_type)


@pytest.mark.parametrize(("path", "name"), [(ONE, "ttl"), (TRUTH, "csv"), (GRAPH, "tsv")])
def test_a_format_that_can_not_carry_the_answer_is_not_acceptable(
    client: FlaskClient, path: str, name: str
) -> None:
    problem(client.get(path, query_string={"format": name}), 406, "not-acceptable")


def test_a_refused_type_is_told_that_the_text_is_on_offer_too(client: FlaskClient) -> None:
    members = problem(client.get(ONE, headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert TEXT in str(members["available"])


def test_an_answer_carries_what_an_answer_of_the_endpoint_carries(client: FlaskClient) -> None:
    text = client.get(f"{ONE}?format=rq").text.strip()
    endpoint = client.get("/sparql", query_string={"query": text, "format": "csv"})
    stored = client.get(f"{ONE}?format=csv")
    assert stored.data == endpoint.data
    differing = {"ETag", "Date"}
    for name in {*endpoint.headers.keys()} - differing:
        assert stored.headers[name] == endpoint.headers[name]


# Conditions


def test_a_known_tag_gets_304_without_asking_the_engine(
    client: FlaskClient, engine: EngineDouble
) -> None:
    tag = client.get(ONE).headers["ETag"]
    engine.asked.clear()
    again = client.get(ONE, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, engine.asked) == (304, b"", [])


def test_query_values_and_format_are_part_of_the_tag(client: FlaskClient) -> None:
    sent = [ONE, f"{ONE}?priority=priority/met-2019-3", f"{ONE}?format=csv", f"{ONE}?format=rq"]
    pages = [f"{ONE}?format=html", f"{ONE}?format=html&priority=priority/met-2019-4"]
    tags = {client.get(path).headers["ETag"] for path in [*sent, *pages, TRUTH]}
    assert len(tags) == len(sent) + len(pages) + 1


def test_another_revision_is_another_answer(trig: str) -> None:
    engine = EngineDouble(trig)
    client = create_app(SETTINGS, engine).test_client()
    tag = client.get(ONE).headers["ETag"]
    engine.revision = "r2"
    assert client.get(ONE, headers={"If-None-Match": tag}).status_code == 200


# Refusals


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"{ONE}?priorty=priority/met-2019-4", "priorty"),
        (f"{ONE}?query=ASK{{}}", "query"),
        (f"{ONE}?default-graph-uri=x", "default-graph-uri"),
        (f"{ONE}?priority=a+b", "priority"),
        (f"{ONE}?priority=", "priority"),
        (f"{ONE}?priority=priority/met-2019-4&priority=priority/met-2019-4", "priority"),
        ("/queries/editions-issued-since?year=soon", "year"),
        ("/queries/editions-issued-since?year=20.19", "year"),
        ("/queries/concept-by-name?language=not+a+language", "language"),
    ],
)
def test_a_parameter_that_can_not_be_used_is_named(
    client: FlaskClient, engine: EngineDouble, path: str, name: str
) -> None:
    members = problem(client.get(path), 400, "bad-parameter")
    assert members["parameter"] == name
    assert members["remedy"]
    assert not engine.asked


def test_a_parameter_in_the_address_and_in_the_form_is_one_too_many(client: FlaskClient) -> None:
    response = client.post(f"{ONE}?priority=priority/met-2019-4", data={"priority": "priority/x"})
    assert problem(response, 400, "bad-parameter")["parameter"] == "priority"


@pytest.mark.parametrize("content_type", [None, "text/plain", TEXT, "application/json"])
def test_a_body_that_is_no_form_is_unsupported(
    client: FlaskClient, content_type: str | None
) -> None:
    response = client.post(ONE, data=b"x", content_type=content_type)
    assert problem(response, 415, "unsupported-type")["accepted"] == [FORM]


def test_a_form_over_the_limit_is_too_large(client: FlaskClient) -> None:
    response = client.post(ONE, data=b"priority=" + b"x" * 10_000, content_type=FORM)
    assert problem(response, 413, "request-too-large")["limit"] == "ARI_MAX_REQUEST_BYTES"


@pytest.mark.parametrize("path", ["/queries", ONE])
def test_a_wrong_verb_is_told_the_right_ones(client: FlaskClient, path: str) -> None:
    response = client.put(path)
    problem(response, 405, "method-not-allowed")
    assert "GET" in response.headers["Allow"]


def test_an_unknown_query_is_not_found_and_near_names_are_offered(client: FlaskClient) -> None:
    members = problem(client.get("/queries/question-by-priority"), 404, "not-found")
    assert "questions-by-priority" in str(members["near"])
    assert "/queries/questions-by-priority" in str(members["remedy"])
    assert "ari query" not in str(members["remedy"])


@pytest.mark.parametrize("name", ["..%2Fpages%2Flabels", "%00", "a%2Fb", "é", "questions.rq", "%"])
def test_no_other_file_is_reached_by_name(client: FlaskClient, name: str) -> None:
    problem(client.get(f"/queries/{name}"), 404, "not-found")


# Terms are bound, never pasted (threat 11)

HOSTILE = [
    '" } SELECT * { ?s ?p ?o } #',
    "' } UNION { ?s ?p ?o } {",
    "\\",
    '\\" } #',
    "\\u0022 } #",
    '"""',
    "\n}\n#",
    "?label",
    "{}",
    "$1 \\1",
    "é 𝄞 \t",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_text_stays_one_literal(client: FlaskClient, engine: EngineDouble, value: str) -> None:
    sent = {"name": value, "language": "en"}
    response = client.get("/queries/concept-by-name", query_string=sent)
    assert response.status_code == 200
    assert response.headers["ARI-Rows"] == "0"
    (line,) = re.findall(r"VALUES \?name \{ (.*) \}", engine.asked[0].text)
    (quad,) = ox.parse(f"<x:> <x:> {line} .", format=ox.RdfFormat.TURTLE)
    assert quad.object == ox.Literal(value)


@pytest.mark.parametrize(
    "value",
    [
        "http://e/> } SELECT * { ?s ?p ?o } #",
        "http://e/{}",
        'http://e/"',
        "http://e/\\u003E",
        "a b",
    ],
)
def test_what_would_break_out_of_an_iri_is_refused(
    client: FlaskClient, engine: EngineDouble, value: str
) -> None:
    problem(client.get(ONE, query_string={"priority": value}), 400, "bad-parameter")
    assert not engine.asked


def test_no_stored_query_has_a_parameter_of_the_service() -> None:
    names = {parameter.name for file in LIBRARY.values() for parameter in file.parameters}
    assert not names & queries.RESERVED


# The text


@pytest.mark.parametrize(
    "sent",
    [
        {"query_string": {"format": "rq"}},
        {"query_string": {"format": TEXT}},
        {"headers": {"Accept": TEXT}},
        {"headers": {"Accept": f"{TEXT}, */*;q=0.1"}},
    ],
)
def test_the_text_of_a_query_is_given_without_asking_it(
    client: FlaskClient, engine: EngineDouble, sent: dict[str, dict[str, str]]
) -> None:
    response = client.get(ONE, **sent)
    assert response.content_type == f"{TEXT}; charset=utf-8"
    assert response.text.startswith(f"# {LIBRARY['questions-by-priority'].question}\n")
    assert "#+" not in response.text
    assert not engine.asked
    tag = response.headers["ETag"]
    asked_again = {**sent, "headers": {**sent.get("headers", {}), "If-None-Match": tag}}
    assert client.get(ONE, **asked_again).status_code == 304


@pytest.mark.parametrize("accept", ["*/*", f"text/csv, {TEXT};q=0.9", f"text/html, {TEXT};q=0.5"])
def test_a_client_that_prefers_an_answer_gets_it(client: FlaskClient, accept: str) -> None:
    assert client.get(ONE, headers={"Accept": accept}).mimetype != TEXT


def test_the_text_holds_the_values(client: FlaskClient) -> None:
    text = client.get(f"{ONE}?priority=priority/met-2019-3&format=rq").text
    assert f"VALUES ?priority {{ <{BASE}id/priority/met-2019-3> }}" in text


# The page


def fields(page: Page) -> dict[str, dict[str, str]]:
    return {field["name"]: field for field in page.all("input") + page.all("select")}


@pytest.mark.parametrize("name", [name for name, file in LIBRARY.items() if file.parameters])
def test_every_parameter_has_a_labelled_field_with_its_default_and_help(
    client: FlaskClient, name: str
) -> None:
    page = read(client, f"/queries/{name}")
    found = fields(page)
    file = LIBRARY[name]
    assert list(found) == [parameter.name for parameter in file.parameters]
    labelled = {label["for"] for label in page.all("label")}
    ids = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    for parameter in file.parameters:
        field = found[parameter.name]
        assert field["id"] in labelled
        assert field["aria-describedby"] in ids
        assert parameter.help in page.text
        assert field["value"] == (queries.default_of(parameter, BASE) or "")


def test_a_page_shows_the_question_the_answer_and_where_else_it_is(client: FlaskClient) -> None:
    path = f"{ONE}?priority=priority/met-2019-3"
    page = read(client, path)
    file = LIBRARY["questions-by-priority"]
    assert file.question in page.text
    assert fields(page)["priority"]["value"] == "priority/met-2019-3"
    assert "7 rows" in page.text
    hrefs = [a["href"] for a in page.all("a")]
    assert "/doc/question/met-2019-3-1" in hrefs
    permalink = f"{ONE}?priority=priority%2Fmet-2019-3"
    assert f"https://data.example{permalink}" in page.text
    for name in ("json", "xml", "csv", "tsv", "rq"):
        href = f"{permalink}&format={name}"
        assert href in hrefs
        assert client.get(href).status_code == 200


def test_a_page_leads_to_the_editor_with_the_same_query(client: FlaskClient) -> None:
    path = f"{ONE}?priority=priority/met-2019-3"
    (editor,) = [a["href"] for a in read(client, path).all("a") if a["href"].startswith("/sparql?")]
    query = dict(parse_qsl(urlsplit(editor).query))["query"]
    assert query == client.get(f"{path}&format=rq").text.strip()
    assert query in client.get(editor, headers=BROWSER).text.replace("&lt;", "<").replace(
        "&gt;", ">"
    )


def test_a_permalink_writes_the_defaults_out(client: FlaskClient) -> None:
    assert f"{ONE}?priority=priority%2Fmet-2019-4" in [
        a["href"] for a in read(client, ONE).all("a")
    ]


def test_a_refused_value_is_told_at_its_field_and_kept(client: FlaskClient) -> None:
    page = read(client, "/queries/editions-issued-since?year=soon", 400)
    field = fields(page)["year"]
    assert field["value"] == "soon"
    assert field["aria-invalid"] == "true"
    assert "problem" in field["aria-describedby"].split()
    assert "The parameter year can't be 'soon'." in page.text


def test_a_query_over_a_limit_is_told_under_its_fields() -> None:
    client = create_app(SETTINGS, EngineDouble("")).test_client()
    page = read(client, "/queries/concept-by-name?name=OVER-THE-LIMIT", 503)
    assert fields(page)["name"]["value"] == "OVER-THE-LIMIT"
    assert "It took too long." in page.text
    assert "With its default values" not in page.text


def test_an_unsupported_body_from_a_browser_is_told_on_a_page(client: FlaskClient) -> None:
    response = client.post(ONE, data=b"x", content_type="text/plain", headers=BROWSER)
    assert "Unsupported media type" in page_of(response, 415).text


HOSTILE_VALUES = ['"><script>alert(1)</script>', "' onmouseover=alert(1) x='", "</textarea><b>"]


@pytest.mark.parametrize("value", HOSTILE_VALUES)
@pytest.mark.parametrize(
    ("path", "name"), [("/queries/concept-by-name", "name"), (ONE, "priority"), (ONE, "<b>")]
)
def test_hostile_values_stay_text(client: FlaskClient, path: str, name: str, value: str) -> None:
    response = client.get(path, query_string={name: value}, headers=BROWSER)
    assert response.status_code in (200, 400)
    page = Page(response.text)
    assert not page.all("script")
    assert not page.all("b")
    for _, attributes in page.elements:
        assert not [attribute for attribute in attributes if attribute.startswith("on")]
        for link in (attributes.get(attribute, "/") for attribute in ("href", "action")):
            assert link.startswith(("/", "#", "?", "http://", "https://"))
            assert not link.startswith("//")


def test_the_command_for_a_terminal_is_one_quoted_word(client: FlaskClient) -> None:
    page = read(client, "/queries/concept-by-name?" + urlencode({"name": "'; rm -rf $HOME #"}))
    (command,) = re.findall(r"curl '[^']*'", page.text)
    assert quote("'; rm", safe="").replace("%20", "+") in command


@pytest.mark.parametrize("path", ["/queries", ONE, TRUTH, GRAPH, f"{ONE}?priority=a+b"])
def test_the_pages_are_well_formed_for_everybody(client: FlaskClient, path: str) -> None:
    page = Page(client.get(path, headers=BROWSER).text)
    assert len(page.all("main")) == len(page.all("h1")) == len(page.all("title")) == 1
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(nav.get("aria-label") for nav in page.all("nav"))
    assert not page.all("script")
    assert not page.all("style")
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        assert "style" not in attributes
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(attributes.get(name, ids[0]).split()) <= set(ids)


# Other deployments


def test_a_strict_default_graph_gives_the_same_answers_and_its_editor_too(trig: str) -> None:
    engine = EngineDouble(trig)
    strict = create_app(Settings(default_graph="strict"), engine).test_client()
    assert len(labels(strict.get(ONE))) == 8
    assert engine.asked[0].default_graphs == tuple(engine.graphs)
    (editor,) = [a["href"] for a in read(strict, ONE).all("a") if a["href"].startswith("/sparql?")]
    assert labels(strict.get(editor)) == labels(strict.get(ONE))


def test_another_base_iri_has_its_own_keys() -> None:
    base = "https://other.example/x/"
    skos = "http://www.w3.org/2004/02/skos/core#"
    data = f"""GRAPH <{base}id/graph/a> {{
      <{base}id/question/q> <{BASE}def#underPriority> <{base}id/priority/p> ;
        <{BASE}def#position> 1 ; <{skos}prefLabel> "found" }}"""
    client = create_app(Settings(base_iri=base), EngineDouble(data)).test_client()
    assert labels(client.get(f"{ONE}?priority=priority/p")) == ["found"]
    assert fields(read(client, ONE))["priority"]["value"] == "priority/met-2019-4"
    assert f"<{base}id/priority/met-2019-4>" in client.get(f"{ONE}?format=rq").text


# Over a real connection


def test_over_the_wire_get_post_and_head_agree(service: str) -> None:
    path = f"{ONE}?priority=priority/met-2019-3"
    connection = http.client.HTTPConnection(urlsplit(service).netloc, timeout=10)

    def exchange(
        method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, str | None, bytes]:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, names)
        response = connection.getresponse()
        return response.status, response.headers["ETag"], response.read()

    status, tag, body = exchange("GET", path)
    assert (status, len(json.loads(body)["results"]["bindings"])) == (200, 7)
    posted = exchange("POST", ONE, b"priority=priority/met-2019-3", Content_Type=FORM)
    assert (posted[0], posted[2]) == (200, body)
    assert exchange("HEAD", path) == (200, tag, b"")
    assert exchange("GET", path, If_None_Match=tag or "") == (304, tag, b"")
    connection.close()
