"""`/openapi.json`: valid, whole, and no more than what is on."""

import json
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.routing import MapAdapter

from met_ari import queryfile
from met_ari.app import create_app
from met_ari.config import Settings
from met_ari.engine.lexer import tokens
from met_ari.formats import FORMATS
from met_ari.protocol import health, openapi, openapi_parts, queries
from met_ari.queryparameter import TYPES
from tests.engine_double import EngineDouble
from tests.test_docs import error_classes

BASE = "https://w3id.org/ari/"
SETTINGS = Settings(public_url="https://data.example/ari/", query_seconds=7, max_rows=1234)
AUTOMATIC = {"HEAD", "OPTIONS"}


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app(SETTINGS, EngineDouble(""))


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def document(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.content_type == "application/json"
    found: dict[str, Any] = json.loads(response.data)
    return found


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    return [operation for item in document["paths"].values() for operation in item.values()]


def test_the_description_is_valid_openapi_with_defaults_of_their_types(
    document: dict[str, Any],
) -> None:
    assert document["openapi"].startswith("3.1.")
    assert [str(error) for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_and_verb_is_described_and_nothing_else(
    app: Flask, document: dict[str, Any]
) -> None:
    adapter: MapAdapter = app.url_map.bind("data.example")
    described: dict[str, set[str]] = {}
    for path, item in document["paths"].items():
        if path in health.PATHS:
            assert set(item) == {"get"}
            continue
        filled = path.replace("{", "").replace("}", "")
        for verb in item:
            rule, _ = adapter.match(filled, method=verb.upper(), return_rule=True)
            described.setdefault(str(rule), set()).add(verb.upper())
    served: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        served.setdefault(str(rule), set()).update((rule.methods or set()) - AUTOMATIC)
    assert described == served
    assert set(health.PATHS) <= set(document["paths"])


def test_a_route_that_is_not_on_is_not_described() -> None:
    service = queries.Service(SETTINGS, EngineDouble(""))
    assert set(openapi.document(service, ["/def", "/none"])["paths"]) == {"/def"}


def test_every_stored_query_is_an_operation_with_its_typed_parameters(
    document: dict[str, Any],
) -> None:
    stored = {path for path in document["paths"] if path.startswith("/queries/")}
    assert stored == {f"/queries/{name}" for name in queryfile.library()}
    for name, file in queryfile.library().items():
        item = document["paths"][f"/queries/{name}"]
        assert item["get"]["description"] == file.question
        told = {part["name"]: part for part in item["get"]["parameters"] if "name" in part}
        assert list(told) == [parameter.name for parameter in file.parameters]
        form = item["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
        assert list(form["schema"]["properties"]) == list(told)
        for parameter in file.parameters:
            assert told[parameter.name]["description"] == parameter.help
            assert not told[parameter.name].get("required")


@pytest.mark.parametrize(
    ("name", "parameter", "schema"),
    [
        (
            "questions-by-priority",
            "priority",
            {
                "type": "string",
                "format": "iri-reference",
                "minLength": 1,
                "default": "priority/met-2019-4",
            },
        ),
        (
            "editions-issued-since",
            "year",
            {"type": "integer", "minimum": 1 - 10**18, "maximum": 10**18 - 1, "default": 2019},
        ),
        ("search-questions", "first", {"type": "string", "default": "trust"}),
        (
            "concept-by-name",
            "language",
            {
                "type": "string",
                "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$",
                "default": "en",
            },
        ),
    ],
)
def test_a_parameter_has_the_schema_of_its_type(
    document: dict[str, Any], name: str, parameter: str, schema: dict[str, object]
) -> None:
    sent = document["paths"][f"/queries/{name}"]["get"]["parameters"]
    assert [part["schema"] for part in sent if part.get("name") == parameter] == [schema]


def test_a_parameter_that_may_be_left_empty_has_no_default(document: dict[str, Any]) -> None:
    (optional,) = (
        part
        for part in document["paths"]["/queries/priorities-and-goals"]["get"]["parameters"]
        if part.get("name") == "priority"
    )
    assert optional["allowEmptyValue"]
    assert "default" not in json.dumps(optional)


def test_every_type_of_parameter_has_a_schema() -> None:
    assert list(openapi_parts.VALUES) == list(TYPES)


def test_each_query_offers_the_formats_of_its_kind_of_answer(document: dict[str, Any]) -> None:
    for name, file in queryfile.library().items():
        words = {text.upper() for kind, text, _ in tokens(file.text) if kind == "word"}
        shape = {"ASK": "Boolean", "CONSTRUCT": "Graph", "DESCRIBE": "Graph", "SELECT": "Table"}
        (expected,) = {shape[word] for word in words & set(shape)} - (
            {"Table"} if words & {"ASK", "CONSTRUCT"} else set()
        )
        ok = document["paths"][f"/queries/{name}"]["get"]["responses"]["200"]
        assert ok == {"$ref": f"#/components/responses/{expected}"}


def test_the_endpoint_offers_every_format(document: dict[str, Any]) -> None:
    content = document["paths"]["/sparql"]["get"]["responses"]["200"]["content"]
    assert set(content) == {item.media_type for item in FORMATS} | {"text/html"}


def test_the_limits_are_those_of_this_server(document: dict[str, Any]) -> None:
    limits = document["x-ari-limits"]
    assert limits["ARI_QUERY_SECONDS"]["value"] == 7
    assert limits["ARI_MAX_ROWS"]["value"] == 1234
    refused = document["components"]["responses"]
    assert "ARI_QUERY_SECONDS is 7" in refused["Problem503"]["description"]
    assert "ARI_MAX_ROWS is 1,234" in refused["Problem503"]["description"]
    assert "ARI_MAX_REQUEST_BYTES is 1,048,576" in refused["Problem413"]["description"]


def test_the_problem_schema_names_every_type_of_problem(document: dict[str, Any]) -> None:
    types = document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"]
    assert types == [f"https://w3id.org/ari/problem/{cls.slug}" for cls in error_classes()]


def test_every_refusal_is_a_problem_that_says_which(document: dict[str, Any]) -> None:
    responses = document["components"]["responses"]
    refusals = {
        int(name.removeprefix("Problem")): response
        for name, response in responses.items()
        if name.startswith("Problem")
    }
    assert {400, 404, 406, 413, 415, 429, 500, 503} <= set(refusals)
    for status, response in refusals.items():
        slugs = [cls.slug for cls in error_classes() if cls.status == status]
        assert slugs
        assert all(f"`{slug}`" in response["description"] for slug in slugs)
        assert "application/problem+json" in response["content"]


def test_no_part_is_there_that_nothing_refers_to(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    for kind, parts in document["components"].items():
        if kind == "securitySchemes":
            continue
        assert [name for name in parts if f'"#/components/{kind}/{name}"' not in text] == []


def test_only_writes_need_the_token(document: dict[str, Any]) -> None:
    writes = [item for item in operations(document) if "security" in item]
    assert len(writes) == 9
    for operation in operations(document):
        assert ("Writing" in operation["tags"]) == (operation in writes)
    for operation in writes:
        assert operation["security"] == [{name: []} for name in openapi_parts.SECURITY]
        assert {"401", "403"} <= set(operation["responses"])


def test_every_operation_has_a_tag_that_is_explained(document: dict[str, Any]) -> None:
    explained = {tag["name"] for tag in document["tags"]}
    assert {tag for operation in operations(document) for tag in operation["tags"]} <= explained


def test_the_server_is_named_by_its_public_address(client: FlaskClient) -> None:
    response = client.get("/openapi.json", headers={"Host": "evil.test"})
    assert json.loads(response.data)["servers"] == [{"url": "https://data.example/ari"}]
    assert "evil.test" not in response.text


def test_a_contact_is_named_if_there_is_one(document: dict[str, Any]) -> None:
    assert "contact" not in document["info"]
    app = create_app(Settings(contact="desk@data.example"), EngineDouble(""))
    info = json.loads(app.test_client().get("/openapi.json").data)["info"]
    assert info["contact"] == {"name": "desk@data.example"}


def test_the_description_is_revalidated_by_tag(client: FlaskClient) -> None:
    tag = client.get("/openapi.json").headers["ETag"]
    assert client.get("/openapi.json", headers={"If-None-Match": tag}).status_code == 304
    other = create_app(Settings(max_rows=5), EngineDouble("")).test_client()
    assert other.get("/openapi.json").headers["ETag"] != tag


@pytest.mark.parametrize("media_type", openapi_parts.MEDIA_TYPES)
def test_the_description_comes_under_its_own_media_types(
    client: FlaskClient, media_type: str
) -> None:
    response = client.get("/openapi.json", headers={"Accept": media_type})
    assert response.content_type == media_type


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
def test_the_description_is_for_programs_only(client: FlaskClient, accept: str) -> None:
    response = client.get("/openapi.json", headers={"Accept": accept})
    assert response.status_code == 406
