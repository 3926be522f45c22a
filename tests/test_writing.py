"""The right to write, its refusals and headers: what needs no live store to be seen."""

import json

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from met_ari.app import create_app
from met_ari.config import Settings
from met_ari.errors import InputError
from tests.engine_double import EngineDouble

TOKEN = "abc.DEF-123~+/=="  # noqa: S105 - of tests
RIGHT = {"Authorization": f"Bearer {TOKEN}"}
SETTINGS = Settings(public_url="https://data.example/ari/", token=TOKEN)
UPDATE = "INSERT DATA { <urn:a> <urn:b> <urn:c> }"
WRITES = [
    ("POST", "/update"),
    ("POST", "/update/"),
    ("POST", "/graphs/"),
    ("PUT", "/graphs?default"),
    ("POST", "/graphs"),
    ("DELETE", "/graphs/a"),
    ("PATCH", "/graphs/a"),
]


@pytest.fixture
def engine() -> EngineDouble:
    return EngineDouble("GRAPH <https://w3id.org/ari/id/graph/a> { <urn:a> <urn:b> 1 }")


@pytest.fixture
def client(engine: EngineDouble) -> FlaskClient:
    return create_app(SETTINGS, engine).test_client()


@pytest.fixture
def closed(engine: EngineDouble) -> FlaskClient:
    """A service without a token."""
    return create_app(Settings(), engine).test_client()


def slug(response: TestResponse) -> str:
    assert response.content_type == "application/problem+json"
    return str(json.loads(response.data)["type"]).rpartition("/")[2]


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize("headers", [{}, RIGHT, {"Authorization": "Bearer "}])
def test_a_service_without_a_token_is_read_only(
    closed: FlaskClient, engine: EngineDouble, method: str, path: str, headers: dict[str, str]
) -> None:
    response = closed.open(path, method=method, data="x", headers=headers)
    assert (response.status_code, slug(response)) == (403, "read-only")
    assert "ARI_TOKEN" in json.loads(response.data)["remedy"]
    assert not engine.changes


@pytest.mark.parametrize(("method", "path"), WRITES)
@pytest.mark.parametrize(
    "sent",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer {TOKEN[:-1]}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN.lower()}",
        f"Bearer {TOKEN}, Bearer {TOKEN}",
        "Bearer é",
        "Bearer \udcff",
    ],
)
def test_another_credential_does_not_open(
    client: FlaskClient, engine: EngineDouble, method: str, path: str, sent: str | None
) -> None:
    environ = {} if sent is None else {"HTTP_AUTHORIZATION": sent}
    response = client.open(path, method=method, data="x", environ_overrides=environ)
    assert (response.status_code, slug(response)) == (401, "unauthorised")
    challenge = response.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="ARI graph"')
    attempted = (sent or "").lower().startswith("bearer")
    assert ('error="invalid_token"' in challenge) == attempted
    assert TOKEN not in response.text + challenge
    assert not engine.changes


@pytest.mark.parametrize("sent", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"BEARER  {TOKEN} "])
def test_the_token_opens_whatever_the_case_of_its_scheme(client: FlaskClient, sent: str) -> None:
    response = client.post("/update", data={"update": UPDATE}, headers={"Authorization": sent})
    assert response.status_code == 200


def test_a_token_in_a_parameter_or_a_cookie_does_not_open(client: FlaskClient) -> None:
    client.set_cookie("token", TOKEN)
    form = {"update": UPDATE, "access_token": TOKEN}
    response = client.post(f"/update?access_token={TOKEN}", data=form)
    assert response.status_code == 401


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(one: bytes, two: bytes) -> bool:
        compared.append((one, two))
        return one == two

    monkeypatch.setattr("hmac.compare_digest", compare)
    client = create_app(SETTINGS, EngineDouble("")).test_client()
    client.post("/update", headers={"Authorization": "Bearer wrong"})
    assert compared == [(b"wrong", TOKEN.encode())]


def test_the_token_is_in_no_representation_of_the_settings() -> None:
    assert TOKEN not in repr(SETTINGS)
    with pytest.raises(InputError) as refused:
        Settings.read({"ARI_TOKEN": "two words"})
    assert "two words" not in str(refused.value)
    assert "ARI_TOKEN" in str(refused.value)


@pytest.mark.parametrize("path", ["/sparql", "/", "/graphs", "/update"])
def test_no_page_and_no_description_holds_the_token(client: FlaskClient, path: str) -> None:
    for accept in ("text/html", "text/turtle", "*/*"):
        response = client.get(path, headers={"Accept": accept} | RIGHT)
        assert TOKEN not in response.text
        assert TOKEN not in str(response.headers)


@pytest.mark.parametrize("service", ["client", "closed"])
@pytest.mark.parametrize(("method", "path"), [*WRITES, ("GET", "/update"), ("HEAD", "/update")])
def test_writes_carry_no_cors_headers_and_set_no_cookies(
    request: pytest.FixtureRequest, service: str, method: str, path: str
) -> None:
    client: FlaskClient = request.getfixturevalue(service)
    origin = {"Origin": "https://app.example"}
    preflight = origin | {"Access-Control-Request-Method": method}
    for response in (
        client.open(path, method=method, headers=origin),
        client.open(path, method=method, headers=origin | RIGHT),
        *([] if method in ("GET", "HEAD") else [client.options(path, headers=preflight)]),
    ):
        names = {name.lower() for name, _ in response.headers}
        assert not {name for name in names if name.startswith("access-control")}
        assert "set-cookie" not in names


@pytest.mark.parametrize("path", ["/graphs", "/graphs?default", "/graphs/none", "/sparql"])
def test_reads_keep_their_cors_headers(client: FlaskClient, path: str) -> None:
    headers = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    for response in (client.get(path), client.options(path, headers=headers)):
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_page_in_a_browser_is_told_on_a_page(client: FlaskClient) -> None:
    response = client.post("/update", headers={"Accept": "text/html"})
    assert (response.status_code, response.mimetype) == (401, "text/html")


def test_the_description_tells_of_updates_only_where_a_token_is_set(
    client: FlaskClient, closed: FlaskClient
) -> None:
    said = client.get("/sparql?format=nt").text
    assert "<https://data.example/ari/update#service>" in said
    assert "#SPARQL11Update>" in said
    assert "#SPARQL11Update>" not in closed.get("/sparql?format=nt").text


def test_the_description_with_updates_has_a_tag_of_its_own(engine: EngineDouble) -> None:
    closed = Settings(public_url=SETTINGS.public_url)
    tags = {
        create_app(settings, engine).test_client().get("/sparql").headers["ETag"]
        for settings in (SETTINGS, closed)
    }
    assert len(tags) == 2


@pytest.mark.parametrize("path", ["/sparql", "/graphs", "/doc/a/b", "/queries", "/update"])
def test_an_address_over_the_limit_is_too_long(client: FlaskClient, path: str) -> None:
    method = "POST" if path == "/update" else "GET"
    response = client.open(f"{path}?x={'a' * 32768}", method=method, headers=RIGHT)
    assert response.status_code == 414, response.text
    assert slug(response) == "uri-too-long"
    assert json.loads(response.data)["value"] == 32768


def test_an_update_over_a_limit_is_told_and_nothing_is_done(
    client: FlaskClient, engine: EngineDouble
) -> None:
    response = client.post("/update", data={"update": "# OVER-THE-LIMIT"}, headers=RIGHT)
    assert (response.status_code, slug(response)) == (503, "limit-reached")
    assert not engine.changes


def test_a_write_that_is_lost_to_another_is_told(
    client: FlaskClient, engine: EngineDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = client.get("/graphs?default").headers["ETag"]
    known = engine.revision
    do = engine.change

    def after_another(change: object) -> object:
        monkeypatch.setattr(engine, "revision", "another")
        return do(change)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "change", after_another)
    headers = RIGHT | {"If-Match": tag, "Content-Type": "text/turtle"}
    response = client.put("/graphs?default", data="<urn:a> <urn:b> 2 .", headers=headers)
    assert known != engine.revision
    assert (response.status_code, slug(response)) == (412, "precondition-failed")
