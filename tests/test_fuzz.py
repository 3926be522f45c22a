"""Nothing that a client sends makes the service fail: described requests, and random bytes.

Both runs are the same every time: no seed, no database of earlier failures.
"""

import io
import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
import schemathesis
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from werkzeug.test import EnvironBuilder

from met_ari.app import create_app
from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.errors import ParameterError
from met_ari.protocol import parameters, validate
from tests.engine_double import EngineDouble
from tests.live import running

SAME_EVERY_TIME = {"derandomize": True, "database": None, "deadline": None}
UNAVAILABLE = 503
TOKEN = "a-token-for-this-test"  # noqa: S105 - of a service that ends with the test
DOCUMENT = json.loads(
    create_app(Settings(), EngineDouble("")).test_client().get("/openapi.json").data
)
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "414", "415", "429", "503"]
"""Statuses for what breaks the schema; a text that is too long is 413, in an address 414."""
described = schemathesis.openapi.from_dict(
    DOCUMENT,
    config=SchemathesisConfig.from_dict(
        {"seed": 1, "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
    ),
)


def _as_sent(_: object, value: object) -> bytes:
    return value.encode() if isinstance(value, str) else json.dumps(value).encode()


DOCUMENTS = tuple(item.media_type for item in validate.READ)
for media_type in ("application/sparql-query", "application/sparql-update", *DOCUMENTS):
    schemathesis.serializer(media_type)(_as_sent)


def unjudged(case: schemathesis.Case) -> list[object]:
    """Checks of whether a request is rightly taken or refused that can't be made of a case.

    What a graph is called, and what an RDF document, a query or an update says, no schema tells;
    and one value in a form is as good as a list of one. For a form without any field the generator
    sends one of its own, against the schema, and still expects it to be taken. Clients of the
    reconciliation API send parameters that no specification names, and must be answered.
    """
    item = DOCUMENT["paths"][case.path].get(case.method.lower(), {})
    form = item.get("requestBody", {}).get("content", {}).get(parameters.FORM, {}).get("schema", {})
    ours = case.path.startswith("/queries/") and form.get("properties") != {}
    judged = {"positive_data_acceptance": ours, "negative_data_rejection": ours or not form}
    if case.path.startswith(("/graphs", "/reconcile", "/validate")):
        judged["negative_data_rejection"] = False
    return CHECKS.get_by_names([name for name, can_be in judged.items() if not can_be])


def judge(case: schemathesis.Case, address: str, **headers: str) -> None:
    """Send it, and fail where the answer is not as described, or a failure of the service."""
    response = case.call(base_url=address.rstrip("/"), timeout=30, headers=headers)
    excluded = unjudged(case)
    if response.status_code == UNAVAILABLE:
        assert "limit" in response.json(), response.text
        excluded = [*excluded, *CHECKS.get_by_names(["not_a_server_error"])]
    case.validate_response(response, excluded_checks=excluded, headers=headers)


@described.exclude(tag="Writing").parametrize()
@settings(max_examples=7, suppress_health_check=list(HealthCheck), **SAME_EVERY_TIME)
def test_described_requests_get_described_answers_and_no_failure(
    case: schemathesis.Case, service: str
) -> None:
    judge(case, service)


@pytest.fixture(scope="module")
def writable(built: BuildResult, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A service of its own that takes writes."""
    home = tmp_path_factory.mktemp("writable") / "home"
    shutil.copytree(built.folder.parents[1], home, ignore=shutil.ignore_patterns("live"))
    with running("--home", str(home), ARI_TOKEN=TOKEN) as address:
        yield address


@described.include(tag="Writing").parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck), **SAME_EVERY_TIME)
def test_described_writes_get_described_answers_and_no_failure(
    case: schemathesis.Case, writable: str
) -> None:
    judge(case, writable, Authorization=f"Bearer {TOKEN}")


# The parameter reader

PARTS = st.sampled_from(
    [
        *(b"query=", b"format=", b"priority=", b"default-graph-uri=", b"release=", b"update="),
        *(b"&", b"=", b";", b"+", b"%", b"%%", b"%2", b"%zz", b"%00", b"%ff", b"%ed%a0%80", b"%26"),
        *(b"json", b"html", b"rq", b"priority/met-2019-4", b"ASK{}", b"\x00", b"\xff", b"\xc3\xa9"),
    ]
)
RAW = st.one_of(st.binary(max_size=200), st.lists(PARTS, max_size=30).map(b"".join))
# What stands here more often is drawn more often: it reads more.
PATHS = st.sampled_from(
    [
        *(["/sparql", "/update", "/validate", "/queries/questions-by-priority"] * 3),
        *("/graphs", "/graphs/x", "/", "/queries", "/def", "/doc/a/b", "/id/a/b", "/openapi.json"),
    ]
)
METHODS = st.sampled_from([*(["POST"] * 4), "GET", "GET", "HEAD", "PUT", "PATCH", "OPTIONS"])
TYPES = st.sampled_from(
    [
        *([parameters.FORM, "application/sparql-query", "application/sparql-update"] * 2),
        *("application/x-www-form-urlencoded; charset=utf-16", "text/turtle", "nonsense", ""),
        *("multipart/form-data; boundary=x", "multipart/form-data"),
    ]
)
HEADERS = st.text(st.characters(max_codepoint=255, blacklist_characters="\r\n"), max_size=40)


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings(token=TOKEN), EngineDouble("")).test_client()


@given(raw=RAW)
@settings(max_examples=500, **SAME_EVERY_TIME)
@example(raw=b"%")
@example(raw=b"&" * 300)
def test_any_bytes_are_parameters_or_an_error_of_ours(raw: bytes) -> None:
    environ = EnvironBuilder(query_string=raw.decode("latin-1")).get_environ()
    environ["QUERY_STRING"] = raw.decode("latin-1")
    with suppress(ParameterError):
        for name, value in parameters.of_url(EnvironBuilder.request_class(environ)).pairs:
            assert (name + value).encode().decode() == name + value


@given(
    path=PATHS,
    method=METHODS,
    raw=RAW,
    body=RAW,
    content_type=TYPES,
    accept=HEADERS,
    tag=HEADERS,
)
@settings(
    max_examples=600,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    **SAME_EVERY_TIME,
)
def test_no_bytes_in_address_body_or_headers_make_the_service_fail(
    client: FlaskClient,
    path: str,
    method: str,
    raw: bytes,
    body: bytes,
    content_type: str,
    accept: str,
    tag: str,
) -> None:
    sent = {
        "QUERY_STRING": raw.decode("latin-1"),
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_ACCEPT": accept,
        "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
        "HTTP_IF_NONE_MATCH": tag,
        "wsgi.input": io.BytesIO(body),
    }
    response = client.open(path, method=method, environ_overrides=sent)
    assert response.status_code < 500, response.text
    if response.status_code >= 400 and method != "HEAD":
        assert response.mimetype in ("application/problem+json", "text/html")


@given(raw=RAW, body=RAW)
@settings(
    max_examples=100,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    **SAME_EVERY_TIME,
)
def test_no_bytes_on_the_wire_make_the_service_fail(service: str, raw: bytes, body: bytes) -> None:
    where = urlsplit(service)
    head = f"POST /queries/questions-by-priority?%s HTTP/1.1\r\nHost: {where.netloc}\r\n"
    head += f"Content-Type: {parameters.FORM}\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as wire:
        wire.sendall(head.encode().replace(b"%s", raw) + b"Connection: close\r\n\r\n" + body)
        first = wire.makefile("rb").readline()
    assert first.startswith(b"HTTP/1.1 "), first
    assert first.split()[1] < b"500", first
