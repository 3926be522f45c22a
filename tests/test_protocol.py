"""SPARQL 1.1 Protocol, query operation, and what every answer of `/sparql` carries."""

import http.client
import io
import json
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from SPARQLWrapper import SPARQLWrapper
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from met_ari.app import create_app
from met_ari.config import Settings
from met_ari.engine.embedded import open_engine
from met_ari.engine.interface import Engine
from tests.engine_double import EngineDouble

DATA = """
PREFIX ex: <http://example.org/>
GRAPH <https://w3id.org/ari/id/graph/a> {
  ex:s ex:p "100% of 1+1=2 & more"@en , "naïve"@fr ; ex:in ex:a .
}
GRAPH <https://w3id.org/ari/id/graph/b> { ex:s ex:in ex:b . ex:t ex:in ex:b }
"""
GRAPH_A = "https://w3id.org/ari/id/graph/a"
GRAPH_B = "https://w3id.org/ari/id/graph/b"
SELECT = "SELECT ?o WHERE { <http://example.org/s> <http://example.org/in> ?o } ORDER BY ?o"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
SETTINGS = Settings(public_url="https://data.example/ari/", max_request_bytes=10_000, workers=2)
DIRECT = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def engine() -> EngineDouble:
    return EngineDouble(DATA)


@pytest.fixture(scope="module")
def real_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    dataset = tmp_path_factory.mktemp("dataset") / "dataset.nq"
    quads = list(ox.parse(DATA, format=ox.RdfFormat.TRIG))
    dataset.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    with open_engine(dataset, "r1", SETTINGS) as engine:
        yield engine


@pytest.fixture
def client(engine: EngineDouble) -> FlaskClient:
    return create_app(SETTINGS, engine).test_client()


@pytest.fixture
def real(real_engine: Engine) -> FlaskClient:
    return create_app(SETTINGS, real_engine).test_client()


@pytest.fixture(params=["double", "real"])
def either(request: pytest.FixtureRequest) -> FlaskClient:
    """The same front on the double and on the embedded engine."""
    client: FlaskClient = request.getfixturevalue(
        {"double": "client", "real": "real"}[request.param]
    )
    return client


def get(client: FlaskClient, query: str = SELECT, **more: object) -> TestResponse:
    headers = more.pop("headers", None)
    return client.get("/sparql", query_string={"query": query, **more}, headers=headers)


def values(response: TestResponse, name: str = "o") -> list[str]:
    assert response.status_code == 200, response.text
    rows = json.loads(response.data)["results"]["bindings"]
    return [row[name]["value"] for row in rows]


def problem(response: TestResponse, status: int, slug: str) -> dict[str, object]:
    assert response.status_code == status, response.text
    assert response.content_type == "application/problem+json"
    members: dict[str, object] = json.loads(response.data)
    assert members["type"] == f"https://w3id.org/ari/problem/{slug}"
    assert members["status"] == status
    return members


# 2.1 Query operation: three ways in


def test_a_query_by_get_is_answered(either: FlaskClient) -> None:
    assert values(get(either)) == ["http://example.org/a", "http://example.org/b"]


def test_a_query_by_post_form_is_answered(either: FlaskClient) -> None:
    response = either.post("/sparql", data={"query": SELECT})
    assert values(response) == ["http://example.org/a", "http://example.org/b"]


def test_a_query_by_direct_post_is_answered(either: FlaskClient) -> None:
    response = either.post("/sparql", data=SELECT, content_type=DIRECT)
    assert values(response) == ["http://example.org/a", "http://example.org/b"]


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
@pytest.mark.parametrize("body_type", [DIRECT, FORM])
def test_a_post_may_say_that_it_is_utf_8(client: FlaskClient, body_type: str, charset: str) -> None:
    body = SELECT if body_type == DIRECT else urlencode({"query": SELECT})
    content_type = f"{body_type}; charset={charset}"
    assert values(client.post("/sparql", data=body, content_type=content_type))


def test_parameters_of_a_direct_post_stand_in_the_url(client: FlaskClient) -> None:
    address = "/sparql?" + urlencode({"default-graph-uri": GRAPH_A, "format": "csv"})
    response = client.post(address, data=SELECT, content_type=DIRECT)
    assert response.data == b"o\r\nhttp://example.org/a\r\n"


# 2.1.1 to 2.1.3: what is sent arrives as sent


@pytest.mark.parametrize("text", ["100% of 1+1=2 & more", "a;b", "%2B", "%", "+", "é€𝄞", "\\u002B"])
def test_percent_and_plus_and_any_letter_survive_get_form_and_direct_post(
    client: FlaskClient, engine: EngineDouble, text: str
) -> None:
    query = f'ASK {{ ?s ?p "{text}" }}'.replace("\\", "\\\\")
    client.get("/sparql?query=" + quote(query, safe=""))
    client.post("/sparql", data=urlencode({"query": query}), content_type=FORM)
    client.post("/sparql", data=query.encode(), content_type=DIRECT)
    assert [question.text for question in engine.asked] == [query] * 3


def test_a_percent_sign_in_an_iri_survives_a_form_post(
    client: FlaskClient, engine: EngineDouble
) -> None:
    query = "ASK { <http://example.org/a%20b%2Fc> ?p ?o }"
    client.post("/sparql", data={"query": query})
    assert engine.asked[0].text == query


def test_percent_is_decoded_once(client: FlaskClient, engine: EngineDouble) -> None:
    client.get("/sparql?query=ASK+%7B+%3Chttp%3A%2F%2Fe%2F%252B%3E+%3Fp+%3Fo+%7D")
    assert engine.asked[0].text == "ASK { <http://e/%2B> ?p ?o }"


def test_letters_that_are_not_percent_encoded_are_read_as_utf_8(real_engine: Engine) -> None:
    environ = {"QUERY_STRING": 'query=ASK{?s+?p+"na\u00c3\u00afve"@fr}'}
    response = (
        create_app(SETTINGS, real_engine).test_client().get("/sparql", environ_overrides=environ)
    )
    assert json.loads(response.data)["boolean"] is True


def test_relative_iris_start_from_the_public_address_of_the_endpoint(real: FlaskClient) -> None:
    response = get(
        real, "SELECT (<#x> AS ?o) (IRI('y') AS ?i) WHERE {}", headers={"Host": "evil.test"}
    )
    assert values(response) == ["https://data.example/ari/sparql#x"]
    assert values(response, "i") == ["https://data.example/ari/y"]


# 2.1.4 Specifying an RDF dataset


def test_without_a_dataset_the_union_of_all_graphs_is_asked(either: FlaskClient) -> None:
    count = "SELECT (COUNT(*) AS ?o) WHERE { ?s ?p ?o }"
    assert values(get(either, count)) == ["5"]


def test_default_graph_uri_chooses_the_default_graph(either: FlaskClient) -> None:
    response = get(either, **{"default-graph-uri": GRAPH_A})
    assert values(response) == ["http://example.org/a"]


def test_default_graph_uri_may_be_repeated_and_gives_a_merge(either: FlaskClient) -> None:
    response = get(either, **{"default-graph-uri": [GRAPH_A, GRAPH_B]})
    assert values(response) == ["http://example.org/a", "http://example.org/b"]


def test_named_graph_uri_chooses_the_named_graphs(either: FlaskClient) -> None:
    query = "SELECT DISTINCT ?o WHERE { GRAPH ?o { ?s ?p ?v } }"
    assert values(get(either, query, **{"named-graph-uri": GRAPH_B})) == [GRAPH_B]


def test_both_may_be_posted_in_a_form(either: FlaskClient) -> None:
    form = {"query": SELECT, "default-graph-uri": GRAPH_B, "named-graph-uri": [GRAPH_A, GRAPH_B]}
    assert values(either.post("/sparql", data=form)) == ["http://example.org/b"]


def test_the_dataset_of_the_protocol_wins_over_from(real: FlaskClient) -> None:
    query = SELECT.replace("WHERE", f"FROM <{GRAPH_A}> WHERE")
    response = get(real, query, **{"default-graph-uri": GRAPH_B})
    assert values(response) == ["http://example.org/b"]


@pytest.mark.parametrize("name", ["http://example.org/none", "", "a b", '"><x>', "none", "\x00"])
@pytest.mark.parametrize("parameter", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_that_does_not_exist_is_refused_with_those_that_do(
    either: FlaskClient, parameter: str, name: str
) -> None:
    response = get(either, **{parameter: name})
    assert GRAPH_A in problem(response, 400, "unknown-graph")["graphs"]


# 2.1.5 and 2.1.6: formats and statuses


@pytest.mark.parametrize(
    ("query", "name", "content_type"),
    [
        (SELECT, "json", "application/sparql-results+json"),
        (SELECT, "xml", "application/sparql-results+xml"),
        (SELECT, "csv", "text/csv; charset=utf-8"),
        (SELECT, "tsv", "text/tab-separated-values; charset=utf-8"),
        ("ASK {}", "json", "application/sparql-results+json"),
        ("ASK {}", "xml", "application/sparql-results+xml"),
        (CONSTRUCT, "ttl", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "nt", "application/n-triples"),
        (CONSTRUCT, "jsonld", "application/ld+json"),
        (CONSTRUCT, "rdf", "application/rdf+xml"),
        (CONSTRUCT, "xml", "application/rdf+xml"),
        (CONSTRUCT, "json", "application/ld+json"),
        (SELECT, "html", "text/html; charset=utf-8"),
    ],
)
def test_every_format_is_served_by_name(
    either: FlaskClient, query: str, name: str, content_type: str
) -> None:
    response = get(either, query, format=name)
    assert response.status_code == 200
    assert response.content_type == content_type


@pytest.mark.parametrize(
    ("query", "name"), [("ASK {}", "csv"), (CONSTRUCT, "tsv"), (SELECT, "ttl"), ("ASK {}", "nt")]
)
def test_a_format_that_can_not_carry_the_answer_is_not_acceptable(
    either: FlaskClient, query: str, name: str
) -> None:
    assert problem(get(either, query, format=name), 406, "not-acceptable")["available"]


def test_an_accept_header_that_nothing_fits_is_not_acceptable_and_costs_no_query(
    client: FlaskClient, engine: EngineDouble
) -> None:
    problem(get(client, headers={"Accept": "image/png"}), 406, "not-acceptable")
    assert not engine.asked


def test_format_wins_over_accept(client: FlaskClient) -> None:
    response = get(client, format="csv", headers=BROWSER)
    assert response.content_type == "text/csv; charset=utf-8"


def test_two_formats_are_one_too_many(client: FlaskClient) -> None:
    problem(get(client, format=["csv", "json"]), 400, "bad-parameter")


# Refusals (2.1.6, and RFC 9110 for the statuses)


def test_a_get_without_a_query_that_takes_only_results_lacks_the_query(client: FlaskClient) -> None:
    response = client.get("/sparql", headers={"Accept": "application/sparql-results+json"})
    assert problem(response, 400, "bad-parameter")["parameter"] == "query"


@pytest.mark.parametrize(
    "sent",
    [
        {"method": "GET", "query_string": {"default-graph-uri": GRAPH_A}},
        {"method": "GET", "query_string": {"query": ""}},
        {"method": "GET", "query_string": {"query": " \n"}},
        {"method": "POST", "data": {"format": "csv"}},
        {"method": "POST", "data": "", "content_type": FORM},
        {"method": "POST", "data": "", "content_type": DIRECT},
    ],
    ids=["dataset only", "empty", "blank", "form without", "empty form", "empty body"],
)
def test_a_missing_query_is_refused(client: FlaskClient, sent: dict[str, object]) -> None:
    assert problem(client.open("/sparql", **sent), 400, "bad-parameter")["remedy"]


@pytest.mark.parametrize(
    "sent",
    [
        {"method": "GET", "query_string": {"query": [SELECT, SELECT]}},
        {"method": "POST", "data": {"query": [SELECT, SELECT]}},
        {"method": "POST", "query_string": {"query": SELECT}, "data": {"query": SELECT}},
        {
            "method": "POST",
            "query_string": {"query": SELECT},
            "data": SELECT,
            "content_type": DIRECT,
        },
    ],
    ids=["get", "form", "address and form", "address and body"],
)
def test_two_queries_are_one_too_many(client: FlaskClient, sent: dict[str, object]) -> None:
    response = client.open("/sparql", **sent)
    assert problem(response, 400, "bad-parameter")["parameter"] == "query"


@pytest.mark.parametrize("name", ["update", "using-graph-uri", "using-named-graph-uri"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_parameter_of_updates_is_refused_and_the_remedy_names_their_path(
    client: FlaskClient, engine: EngineDouble, method: str, name: str
) -> None:
    sent = {name: "CLEAR ALL", "query": SELECT}
    where = {"query_string": sent} if method == "GET" else {"data": sent}
    members = problem(client.open("/sparql", method=method, **where), 400, "bad-parameter")
    assert "/update" in str(members["remedy"])
    assert not engine.asked


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/sparql-update",
        "application/json",
        "multipart/form-data; boundary=x",
        "application/sparql-query; charset=utf-16",
        "application/sparql-query; charset=iso-8859-1",
        "application/x-www-form-urlencoded; charset=latin1",
        "nonsense",
    ],
)
def test_a_body_of_another_type_or_charset_is_unsupported(
    client: FlaskClient, content_type: str | None
) -> None:
    response = client.post("/sparql", data=SELECT.encode(), content_type=content_type)
    assert problem(response, 415, "unsupported-type")["accepted"]


def test_a_compressed_body_is_unsupported(client: FlaskClient) -> None:
    headers = {"Content-Encoding": "gzip"}
    response = client.post("/sparql", data=b"x", content_type=DIRECT, headers=headers)
    problem(response, 415, "unsupported-type")


@pytest.mark.parametrize(
    "sent",
    [
        {"method": "GET", "query_string": "query=ASK+%7B%FF%7D"},
        {"method": "POST", "data": b"query=ASK+%7B%FF%7D", "content_type": FORM},
        {"method": "POST", "data": b"query=\xff", "content_type": FORM},
        {"method": "POST", "data": b"ASK {\xff}", "content_type": DIRECT},
        {"method": "POST", "data": "ASK {}".encode("utf-16"), "content_type": DIRECT},
    ],
)
def test_bytes_that_are_not_utf_8_are_refused(client: FlaskClient, sent: dict[str, object]) -> None:
    assert "UTF-8" in str(problem(client.open("/sparql", **sent), 400, "bad-parameter")["detail"])


@pytest.mark.parametrize("content_type", [FORM, DIRECT])
def test_a_body_over_the_limit_is_too_large_and_the_limit_is_named(
    client: FlaskClient, content_type: str
) -> None:
    response = client.post("/sparql", data=b"x" * 10_001, content_type=content_type)
    members = problem(response, 413, "request-too-large")
    assert (members["limit"], members["value"]) == ("ARI_MAX_REQUEST_BYTES", 10_000)


@pytest.mark.parametrize("size", [10_001, 10_002, 50_000])
@pytest.mark.parametrize("content_type", [FORM, DIRECT])
def test_a_body_of_unannounced_length_is_never_cut(
    client: FlaskClient, engine: EngineDouble, content_type: str, size: int
) -> None:
    body = ("query=" if content_type == FORM else "") + SELECT
    chunked = {
        "wsgi.input": io.BytesIO(body.ljust(size).encode()),
        "wsgi.input_terminated": True,
        "CONTENT_TYPE": content_type,
    }
    response = client.post("/sparql", environ_overrides=chunked)
    problem(response, 413, "request-too-large")
    assert not engine.asked


def test_a_body_of_unannounced_length_within_the_limit_is_read_whole(client: FlaskClient) -> None:
    chunked = {
        "wsgi.input": io.BytesIO(SELECT.ljust(10_000).encode()),
        "wsgi.input_terminated": True,
        "CONTENT_TYPE": DIRECT,
    }
    assert values(client.post("/sparql", environ_overrides=chunked))


def test_a_body_at_the_limit_passes(client: FlaskClient) -> None:
    query = SELECT + " " * (10_000 - len(SELECT))
    assert values(client.post("/sparql", data=query, content_type=DIRECT))


def test_hundreds_of_parameters_are_refused(client: FlaskClient) -> None:
    address = "/sparql?" + "&".join(["x=1"] * 257)
    problem(client.get(address), 400, "bad-parameter")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_wrong_verb_is_told_the_right_ones(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method)
    members = problem(response, 405, "method-not-allowed")
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert members["allowed"] == ["GET", "HEAD", "OPTIONS", "POST"]


def test_a_syntax_error_is_told_with_line_column_and_snippet(either: FlaskClient) -> None:
    members = problem(get(either, "SELECT ?x\nWHERE { ?x ?y }"), 400, "syntax")
    assert members["line"] == 2
    assert isinstance(members["column"], int)
    assert "^" in str(members["snippet"])


@pytest.mark.parametrize("keyword", ["SERVICE", "\\u0053ERVICE", "service SILENT"])
def test_federation_is_refused(real: FlaskClient, keyword: str) -> None:
    response = get(real, f"ASK {{ {keyword} <http://127.0.0.1:1/> {{ ?s ?p ?o }} }}")
    problem(response, 400, "federation-refused")


def test_a_release_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    problem(get(client, release="2.0.0"), 404, "not-found")


def test_parameters_that_no_standard_names_are_ignored(client: FlaskClient) -> None:
    assert values(get(client, timeout="5", output="json"))


def test_an_answer_over_a_limit_is_unavailable_without_retry_after(client: FlaskClient) -> None:
    response = get(client, "# OVER-THE-LIMIT")
    members = problem(response, 503, "limit-reached")
    assert (members["limit"], members["value"]) == ("ARI_QUERY_SECONDS", 10)
    assert "Retry-After" not in response.headers


def test_a_busy_service_says_when_to_come_back(client: FlaskClient) -> None:
    response = get(client, "# TOO-BUSY")
    problem(response, 429, "too-busy")
    assert response.headers["Retry-After"] == "3"


def test_an_accident_tells_no_internals(client: FlaskClient) -> None:
    response = get(client, "# ACCIDENT")
    assert str(problem(response, 500, "fault")["instance"]).startswith("urn:uuid:")
    assert "secret" not in response.text
    assert "Traceback" not in response.text


# What every 2xx carries


@pytest.mark.parametrize("query", [SELECT, "ASK {}", CONSTRUCT, None])
@pytest.mark.parametrize("name", [None, "html"])
def test_every_answer_carries_its_length_revision_rows_and_tag(
    either: FlaskClient, query: str | None, name: str | None
) -> None:
    sent = {key: value for key, value in (("query", query), ("format", name)) if value}
    response = either.get("/sparql", query_string=sent)
    assert response.status_code == 200
    assert response.headers["Content-Length"] == str(len(response.data))
    assert response.headers["ARI-Revision"] == "r1"
    assert int(response.headers["ARI-Rows"]) >= 0
    assert {"Accept", "Accept-Encoding"} <= set(response.vary)
    tag, weak = response.get_etag()
    assert tag
    assert not weak


def test_rows_are_solutions_triples_or_one_truth(either: FlaskClient) -> None:
    rows = [get(either, query).headers["ARI-Rows"] for query in (SELECT, CONSTRUCT, "ASK {}")]
    assert rows == ["2", "5", "1"]


def test_head_is_get_without_the_body(either: FlaskClient) -> None:
    whole = get(either)
    head = either.head("/sparql", query_string={"query": SELECT})
    assert head.status_code == 200
    assert head.data == b""
    assert dict(head.headers) == dict(whole.headers)


def test_head_of_a_broken_query_has_the_status_of_get(client: FlaskClient) -> None:
    assert client.head("/sparql", query_string={"query": "SELEC"}).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/sparql", "/sparql?query=ASK{}", "/sparql?query=SELEC", "/none", "/id/a/b", "/doc/a/b"],
)
def test_every_read_may_be_made_from_any_origin(client: FlaskClient, path: str) -> None:
    headers = client.get(path, headers={"Origin": "https://app.example"}).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    exposed = {name.strip() for name in headers["Access-Control-Expose-Headers"].split(",")}
    assert {"ETag", "ARI-Revision", "ARI-Rows"} <= exposed


def test_a_preflight_is_answered(client: FlaskClient) -> None:
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    response = client.options("/sparql", headers=headers)
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


@pytest.mark.parametrize(
    "path", ["/", "/sparql", "/sparql?query=ASK{}", "/none", "/static/ari.css"]
)
def test_every_response_forbids_guessing_framing_and_scripts(
    client: FlaskClient, path: str
) -> None:
    headers = client.get(path, headers=BROWSER).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy


# Validators and conditions (RFC 9110, 8.8.3 and 13.1.2)


def tag_of(response: TestResponse) -> str:
    return response.headers["ETag"]


def test_a_known_tag_gets_304_without_asking_the_engine(
    client: FlaskClient, engine: EngineDouble
) -> None:
    first = get(client)
    again = get(client, headers={"If-None-Match": tag_of(first)})
    assert again.status_code == 304
    assert again.data == b""
    assert len(engine.asked) == 1
    for name in ("ETag", "Cache-Control", "Vary", "ARI-Revision"):
        assert again.headers[name] == first.headers[name]


@pytest.mark.parametrize("form", ["W/{}", '"other", {}', '"a",W/"b" , {}'])
def test_weak_tags_and_lists_are_compared(client: FlaskClient, form: str) -> None:
    tag = tag_of(get(client))
    assert get(client, headers={"If-None-Match": form.format(tag)}).status_code == 304


def test_a_star_matches_any_answer_but_not_an_error(client: FlaskClient) -> None:
    star = {"If-None-Match": "*"}
    assert get(client, headers=star).status_code == 304
    assert get(client, "SELEC", headers=star).status_code == 400


def test_another_revision_is_another_answer(client: FlaskClient, engine: EngineDouble) -> None:
    tag = tag_of(get(client))
    engine.revision = "r2"
    again = get(client, headers={"If-None-Match": tag})
    assert again.status_code == 200
    assert tag_of(again) != tag


def test_query_dataset_and_format_are_part_of_the_tag(client: FlaskClient) -> None:
    tags = [
        tag_of(get(client)),
        tag_of(get(client, SELECT + " ")),
        tag_of(get(client, format="xml")),
        tag_of(get(client, format="html")),
        tag_of(get(client, **{"default-graph-uri": GRAPH_A})),
        tag_of(get(client, **{"named-graph-uri": GRAPH_A})),
    ]
    assert len(set(tags)) == len(tags)


def test_two_servers_with_the_same_data_give_the_same_bytes_and_tags(
    client: FlaskClient, real: FlaskClient
) -> None:
    other = create_app(SETTINGS, EngineDouble(DATA)).test_client()
    for sent in ({"query": SELECT}, {"query": SELECT, "format": "html"}, {}, {"format": "html"}):
        one, two = (c.get("/sparql", query_string=sent) for c in (client, other))
        assert one.data == two.data
        assert tag_of(one) == tag_of(two)
    assert tag_of(get(client)) == tag_of(get(real))


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "STRUUID()"])
@pytest.mark.parametrize("name", ["json", "html"])
def test_a_volatile_answer_is_not_stored_and_has_no_tag(
    either: FlaskClient, call: str, name: str
) -> None:
    star = {"If-None-Match": "*"}
    response = get(either, f"SELECT ({call} AS ?o) WHERE {{}}", format=name, headers=star)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_a_stored_answer_is_asked_for_again_each_time(client: FlaskClient) -> None:
    assert get(client).headers["Cache-Control"] == "public, no-cache"


def test_an_error_is_not_stored(client: FlaskClient) -> None:
    response = get(client, "SELEC")
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


# SPARQL 1.1 Service Description


SD = "http://www.w3.org/ns/sparql-service-description#"


def described(client: FlaskClient, **sent: str) -> ox.Store:
    response = client.get("/sparql", query_string=sent)
    assert response.status_code == 200
    store = ox.Store()
    store.load(response.data, format=ox.RdfFormat.from_media_type(response.mimetype))
    assert int(response.headers["ARI-Rows"]) == len(store)
    return store


VOID = "http://rdfs.org/ns/void#"
TRIPLES = ox.NamedNode(VOID + "triples")
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def store_subjects(store: ox.Store, kind: str) -> list[Any]:
    quads = store.quads_for_pattern(None, TYPE, ox.NamedNode(kind))
    return [quad.subject for quad in quads]


def objects(store: ox.Store, name: str) -> set[str]:
    quads = store.quads_for_pattern(None, ox.NamedNode(name), None)
    return {str(quad.object.value) for quad in quads}


@pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf"])
def test_asked_with_no_query_the_service_describes_itself(either: FlaskClient, name: str) -> None:
    store = described(either, format=name)
    assert objects(store, SD + "endpoint") == {"https://data.example/ari/sparql"}
    assert objects(store, SD + "supportedLanguage") == {SD + "SPARQL11Query"}
    assert objects(store, SD + "feature") == {SD + "UnionDefaultGraph", SD + "EmptyGraphs"}
    assert objects(store, SD + "name") == {GRAPH_A, GRAPH_B}
    assert objects(store, VOID + "triples") == {"5", "3", "2"}
    counted = {quad.subject for quad in store.quads_for_pattern(None, TRIPLES, None)}
    assert counted == set(store_subjects(store, VOID + "Dataset"))
    assert len(objects(store, SD + "resultFormat")) == 10
    assert not any(isinstance(quad.subject, ox.BlankNode) for quad in store)


def test_the_description_of_a_strict_service_claims_no_union(engine: EngineDouble) -> None:
    settings = Settings(default_graph="strict")
    store = described(create_app(settings, engine).test_client())
    assert objects(store, SD + "feature") == {SD + "EmptyGraphs"}
    assert objects(store, SD + "endpoint") == {"https://w3id.org/ari/sparql"}


REMOTE = {"engine": "http://127.0.0.1:9/query", "token": "t", "validate_writes": 0}


@pytest.mark.parametrize(
    ("settings", "described_too"),
    [
        ({}, False),
        ({"token": "t"}, True),
        (REMOTE, True),
        (REMOTE | {"validate_writes": 1}, False),
        (REMOTE | {"engine_revision": "r7"}, False),
        (REMOTE | {"token": ""}, False),
    ],
)
def test_updates_are_described_where_they_can_succeed(
    engine: EngineDouble, settings: dict[str, Any], described_too: bool
) -> None:
    store = described(create_app(Settings(**settings), engine).test_client())
    languages = objects(store, SD + "supportedLanguage")
    assert (SD + "SPARQL11Update" in languages) == described_too
    assert (SD + "EmptyGraphs" in objects(store, SD + "feature")) == ("engine" not in settings)


def test_the_tag_of_the_description_is_another_where_the_description_is(
    engine: EngineDouble,
) -> None:
    several = [Settings(**REMOTE), Settings(**REMOTE | {"validate_writes": 1}), Settings(token="t")]
    clients = [create_app(own, engine).test_client() for own in several]
    answers = [client.get("/sparql", headers={"Accept": "text/turtle"}) for client in clients]
    assert len({answer.headers["ETag"] for answer in answers}) == len(several)


def test_a_browser_without_a_query_gets_the_form(client: FlaskClient) -> None:
    response = client.get("/sparql", headers=BROWSER)
    assert response.mimetype == "text/html"
    assert "<textarea" in response.text


# Over a real connection


@pytest.fixture
def address(real_engine: Engine) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(SETTINGS, real_engine), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def exchange(
    address: str, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(address, timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, names)
    response = connection.getresponse()
    found = response.status, dict(response.getheaders()), response.read()
    connection.close()
    return found


def test_over_the_wire_get_post_and_head_agree(address: str) -> None:
    path = "/sparql?" + urlencode({"query": SELECT})
    status, headers, body = exchange(address, "GET", path)
    assert (status, headers["Content-Length"]) == (200, str(len(body)))
    posted = exchange(address, "POST", "/sparql", SELECT.encode(), Content_Type=DIRECT)
    assert (posted[0], posted[2]) == (200, body)
    head = exchange(address, "HEAD", path)
    assert (head[0], head[1]["Content-Length"], head[2]) == (200, str(len(body)), b"")
    again = exchange(address, "GET", path, If_None_Match=headers["ETag"])
    assert (again[0], again[2]) == (304, b"")


def test_over_the_wire_a_thing_leads_to_its_document_relatively(address: str) -> None:
    status, headers, _ = exchange(address, "GET", "/id/question/met-2019-4-2", Host="evil.test")
    location = headers["Location"]
    assert (status, location) == (303, "/doc/question/met-2019-4-2")
    assert not urlsplit(location).netloc


@pytest.mark.parametrize(
    ("query", "name", "mimetype"),
    [
        (SELECT, "json", "application/sparql-results+json"),
        (SELECT, "xml", "application/sparql-results+xml"),
        (SELECT, "csv", "text/csv"),
        (SELECT, "tsv", "text/tab-separated-values"),
        (CONSTRUCT, "xml", "application/rdf+xml"),
        (CONSTRUCT, "turtle", "text/turtle"),
        (CONSTRUCT, "json-ld", "application/ld+json"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_gets_each_format_that_it_asks_for_in_its_own_way(
    address: str, query: str, name: str, mimetype: str, method: str
) -> None:
    wrapper = SPARQLWrapper(f"http://{address}/sparql")
    wrapper.setMethod(method)
    wrapper.setReturnFormat(name)
    wrapper.setQuery(query)
    with wrapper.query().response as response:
        assert response.headers.get_content_type() == mimetype
