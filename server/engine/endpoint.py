"""A SPARQL 1.1 endpoint somewhere else, asked through SPARQLWrapper."""

import json
import time
from ast import literal_eval
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.error import HTTPError
from urllib.parse import urlsplit

from SPARQLWrapper import GET, POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from ..errors import AriError, EnvironmentFault, InputError, NotAcceptable
from ..formats import BY_NAME, Kind, carrying
from .interface import Question

LONGEST_GET = 2000
"""Longer queries, in characters, go by POST: some servers and proxies refuse longer addresses."""

KIND_OF_FORM: dict[str, Kind] = {
    "SELECT": "table",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}


@dataclass(frozen=True)
class Reply:
    """What an endpoint sent: the kind of answer, the name of its format, the body."""

    kind: Kind
    format: str
    body: bytes


def ask(endpoint: str, question: Question, seconds: float, release: str = "") -> Reply:
    """Put one question to an endpoint and wait at most `seconds` for the answer.

    Args:
        release: version that is asked, of a service such as ours; empty: what it holds now.

    Raises:
        InputError: the address is none, or the endpoint refuses the query; its words are told.
        EnvironmentFault: the endpoint can't be reached, fails, or answers something else.
    """
    if urlsplit(endpoint).scheme not in ("http", "https"):
        raise InputError(
            f"{endpoint} is no address of an endpoint.", remedy="Give one that begins with http."
        )
    wrapper = SPARQLWrapper(endpoint, agent="met-ari")
    wrapper.setQuery(question.text)
    if release:
        wrapper.addParameter("release", release)
    kind = KIND_OF_FORM[str(wrapper.queryType)]
    if kind not in question.formats:
        taken = ", ".join(question.formats.values())
        raise NotAcceptable(taken, [item.name for item in carrying(kind)])
    wanted = BY_NAME[question.formats[kind]]
    wrapper.setMethod(GET if len(question.text) <= LONGEST_GET else POST)
    wrapper.setOnlyConneg(True)
    wrapper.setTimeout(max(1, round(seconds)))
    wrapper.addCustomHttpHeader("Accept", wanted.media_type)
    until = time.monotonic() + seconds
    try:
        answer = wrapper.query()
        body = _whole(answer.response, until)
    except (SPARQLWrapperException, HTTPError) as error:
        raise _refusal(endpoint, error) from error
    except (OSError, HTTPException) as error:
        raise EnvironmentFault(
            f"{endpoint} does not answer: {error}.",
            remedy="Check the address, and that the service runs.",
        ) from error
    _require(endpoint, answer.info().get("content-type", ""), (wanted.media_type, *wanted.also))
    return Reply(kind, wanted.name, body)


def _whole(response: HTTPResponse, until: float) -> bytes:
    """All of a body: neither cut, nor later than promised, however slowly it trickles."""
    pieces = []
    while piece := response.read1(1 << 16):
        pieces.append(piece)
        if time.monotonic() > until:
            raise TimeoutError("the answer goes on and on")
    if response.length:
        raise ConnectionError("the answer breaks off")
    return b"".join(pieces)


def _require(endpoint: str, content_type: str, wanted: tuple[str, ...]) -> None:
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in wanted:
        raise EnvironmentFault(
            f"{endpoint} answers with {media_type or 'no media type'} where {wanted[0]} was asked.",
            remedy="Check that the address is that of a SPARQL endpoint, or take another --format.",
        )


def _refusal(endpoint: str, error: Exception) -> AriError:
    http = error if isinstance(error, HTTPError) else error.__context__
    status = http.code if isinstance(http, HTTPError) else 500
    words = _words(_body(error)) or str(error)
    fault = InputError if 400 <= status < 500 else EnvironmentFault
    return fault(f"{endpoint} answers {status}: {words}")


def _body(error: Exception) -> str:
    """The refused request's response body; SPARQLWrapper keeps it only as text of its message."""
    if isinstance(error, HTTPError):
        return error.read().decode("utf-8", "replace")
    _, _, literal = str(error).partition("Response:\n")
    body = literal_eval(literal) if literal else b""
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)


def _words(body: str) -> str:
    """The sentences of a problem object (RFC 9457), else the first lines of the body."""
    try:
        problem = json.loads(body)
    except ValueError:
        return "\n".join(body.strip().splitlines()[:8])
    if not isinstance(problem, dict):
        return body
    parts = (problem.get(name) for name in ("detail", "snippet", "remedy"))
    return "\n".join(str(part) for part in parts if part)
