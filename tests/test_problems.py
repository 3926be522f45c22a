"""Every refusal: RFC 9457 for programs, the same words on a page for people."""

import json
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from met_ari import errors
from met_ari.app import create_app
from met_ari.config import Settings
from met_ari.protocol import problems
from tests.engine_double import EngineDouble

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
DATA = "GRAPH <https://w3id.org/ari/id/graph/a> { <http://example.org/s> a <http://example.org/C> }"


@pytest.fixture
def client() -> FlaskClient:
    return create_app(Settings(max_request_bytes=1000), EngineDouble(DATA)).test_client()


def examples() -> Iterator[errors.AriError]:
    """One error of each class of the tree."""
    yield errors.InputError("Wrong.", remedy="Mend it.")
    yield errors.SourceError("data/x.csv", 3, "Wrong.", remedy="Mend it.")
    yield errors.SyntaxProblem("Wrong.", line=2, column=3, snippet="ab\n  ^", remedy="Mend it.")
    yield errors.FederationRefused("Wrong.", remedy="Mend it.")
    yield errors.UnknownGraph("http://example.org/x", ["http://example.org/a"])
    yield errors.ParameterError("Wrong.", remedy="Mend it.", extra={"parameter": "format"})
    yield errors.UnknownName("Wrong.", remedy="Mend it.")
    yield errors.MethodNotAllowed("PUT", ["GET", "HEAD"])
    yield errors.NotAcceptable("image/png", ["text/csv"])
    yield errors.TooLarge("ARI_MAX_REQUEST_BYTES", 5)
    yield errors.UnsupportedType("text/plain", ["application/sparql-query"])
    yield errors.ViolationsFound("Wrong.", remedy="Mend it.")
    yield errors.LimitReached("ARI_QUERY_SECONDS", 10, "seconds", "Wrong.", "Mend it.")
    yield errors.TooBusy(2)
    yield errors.EnvironmentFault("Wrong.", remedy="Mend it.")


def raised(error: Exception) -> FlaskClient:
    app = create_app(Settings(), EngineDouble(DATA))

    def fail() -> str:
        raise error

    app.add_url_rule("/fail", view_func=fail)
    return app.test_client()


@pytest.mark.parametrize("error", list(examples()), ids=lambda error: type(error).__name__)
def test_an_error_of_the_tree_becomes_a_problem_object(error: errors.AriError) -> None:
    response = raised(error).get("/fail")
    assert response.status_code == error.status
    assert response.content_type == "application/problem+json"
    members = json.loads(response.data)
    assert list(members)[:4] == ["type", "title", "status", "detail"]
    assert members["type"] == f"https://w3id.org/ari/problem/{error.slug}"
    assert members["title"] == error.title
    assert members["status"] == error.status
    assert members["detail"] == error.detail
    assert members.get("remedy", "") == error.remedy
    assert {name: members[name] for name in error.extra} == error.extra
    for name, value in error.headers.items():
        assert response.headers[name] == value


@pytest.mark.parametrize("error", list(examples()), ids=lambda error: type(error).__name__)
def test_a_browser_reads_the_same_words_on_a_page(error: errors.AriError) -> None:
    response = raised(error).get("/fail", headers=BROWSER)
    assert response.status_code == error.status
    assert response.mimetype == "text/html"
    page = response.text.replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'")
    assert f'<h1 id="problem-title">{error.title}</h1>' in page
    assert error.detail in page
    assert error.remedy in page
    assert str(error.extra.get("snippet", "")) in page
    for name, value in error.headers.items():
        assert response.headers[name] == value


def test_members_of_an_error_can_not_take_the_place_of_the_standard_ones() -> None:
    error = errors.InputError("Wrong.", extra={"status": 200, "type": "x", "more": 1})
    members = problems.of_ours(error).members
    assert members["status"] == 400
    assert str(members["type"]).endswith("/bad-input")
    assert members["more"] == 1


def test_an_empty_remedy_is_left_out() -> None:
    assert "remedy" not in problems.of_ours(errors.InputError("Wrong.")).members


@pytest.mark.parametrize("headers", [{}, BROWSER])
def test_an_unexpected_error_is_500_without_internals_and_is_logged(
    headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    response = raised(KeyError("an inner secret")).get("/fail", headers=headers)
    assert response.status_code == 500
    assert "secret" not in response.text
    assert "an inner secret" in caplog.text
    instance = caplog.records[0].getMessage().split()[-1]
    assert instance in response.text


@pytest.mark.parametrize("path", ["/none", "/id", "/id/", "/doc", "/doc/", "/static/../app.py"])
def test_a_path_that_leads_nowhere_is_a_problem(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert json.loads(response.data)["type"] == "https://w3id.org/ari/problem/not-found"


@pytest.mark.parametrize("path", ["/", "/doc/a/b", "/id/a/b", "/def", "/shapes", "/static/ari.css"])
def test_a_wrong_verb_is_a_problem_with_the_right_ones(client: FlaskClient, path: str) -> None:
    response = client.delete(path)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert json.loads(response.data)["allowed"] == ["GET", "HEAD", "OPTIONS"]


@pytest.mark.parametrize(
    "path",
    [
        "/%00",
        "/doc/%00/%00",
        "/doc/a/%FF",
        "/doc/a/%3Cscript%3E",
        "/doc/a/b%20c",
        "/doc/" + "a/" * 500,
        "/doc/question/met%0D%0ASet-Cookie:x",
        "/id/a/%0D%0ASet-Cookie:%20x",
        "/id//evil.test/x",
        "//evil.test/doc/x",
        "/static/%2e%2e%2fapp.py",
        "/static/..%2f..%2fapp.py",
        "/sparql?query=%00",
        "/sparql?query=ASK{}&format=%00",
        "/sparql?%FF=%FF",
        "/sparql?query",
        "/?format=%FF",
        "/def?format=x&format=y",
        "/doc/a/b?format=csv",
    ],
)
@pytest.mark.parametrize("headers", [{}, BROWSER])
def test_no_address_makes_the_service_fail_or_lead_astray(
    client: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    response = client.get(path, headers=headers | {"Host": "evil.test"})
    assert response.status_code < 500
    assert "Set-Cookie" not in response.headers
    location = response.headers.get("Location", "/doc/")
    assert location.startswith("/doc/")
    assert "\n" not in location


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "a/b/c;;;q=,"),
        ("Accept", "/"),
        ("Accept", "*/html, text"),
        ("Accept", "text/html;q=9999999999"),
        ("Accept", ",".join(["text/x"] * 500)),
        ("If-None-Match", '"'),
        ("If-None-Match", 'W/"'),
        ("If-None-Match", "x" * 5000),
        ("Content-Length", "abc"),
        ("Content-Type", "\u00e9;=;charset"),
        ("Host", "a b"),
        ("Host", "[::"),
        ("Range", "bytes=0-"),
        ("Cookie", "=;=;"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/sparql?query=ASK{}", "/sparql", "/doc/a/b"])
def test_no_header_makes_the_service_fail(
    client: FlaskClient, path: str, name: str, value: str
) -> None:
    assert client.get(path, headers={name: value}).status_code < 500
    assert client.post(path, headers={name: value}, data=b"x").status_code < 500


def test_the_error_stands_under_the_query_which_is_kept(client: FlaskClient) -> None:
    query = "SELECT ?x\nWHERE { ?x <a> '<b>' "
    response = client.get("/sparql", query_string={"query": query}, headers=BROWSER)
    assert response.status_code == 400
    page = response.text
    kept = query.replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;")
    assert f">\n{kept}</textarea>" in page
    assert page.index("</textarea>") < page.index('id="problem"')
    assert 'aria-invalid="true" aria-describedby="problem"' in page
    assert "line 2\n  ^" in page
    assert "Line 2, column 3" in page
    assert "Mend it." in page


def test_a_page_with_an_error_asks_the_engine_nothing_more() -> None:
    engine = EngineDouble(DATA)
    client = create_app(Settings(), engine).test_client()
    response = client.get("/sparql", query_string={"query": "# TOO-BUSY"}, headers=BROWSER)
    assert response.status_code == 429
    assert len(engine.asked) == 1


def test_a_refused_download_is_told_to_the_program_that_asked(client: FlaskClient) -> None:
    sent = {"query": "ASK {}", "format": "csv"}
    response = client.get("/sparql", query_string=sent, headers=BROWSER)
    assert response.content_type == "application/problem+json"


def test_a_body_over_the_limit_is_a_problem_before_it_is_read(client: FlaskClient) -> None:
    body = b"query=" + b"x" * 2000
    response = client.post("/sparql", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413
    assert json.loads(response.data)["limit"] == "ARI_MAX_REQUEST_BYTES"
