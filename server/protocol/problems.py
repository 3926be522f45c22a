"""Errors as problem details (RFC 9457) or as a page: the one place where both are made."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from flask import Flask, Request, Response, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed as WrongVerb

from .. import calls
from ..errors import AriError, MethodNotAllowed, TooLarge, UnknownName
from . import links, negotiation, parameters
from .bridge import REFUSAL
from .responses import HTML_UTF8, NO_STORE

TYPES = "https://w3id.org/ari/problem/"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """A problem object (RFC 9457, section 3) with the headers that its status asks for.

    Args:
        remedy: what to do so that the request passes; our extension member.
        extra: further extension members.
        related: relation and target of links that go with it (RFC 8288).
    """

    slug: str
    title: str
    status: int
    detail: str
    remedy: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    related: Sequence[tuple[str, str]] = ()

    @property
    def members(self) -> dict[str, Any]:
        """The JSON object."""
        own = {
            "type": TYPES + self.slug,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "remedy": self.remedy,
        }
        told = {name: value for name, value in own.items() if value}
        return told | {name: value for name, value in self.extra.items() if name not in own}


def of_ours(error: AriError) -> Problem:
    """The problem that an error of our tree describes."""
    return Problem(
        error.slug,
        error.title,
        error.status,
        error.detail,
        error.remedy,
        error.extra,
        error.headers,
        error.links,
    )


def of_http(error: HTTPException, limit: int) -> Problem:
    """The problem that a refusal by Flask or werkzeug describes."""
    if isinstance(error, WrongVerb):
        return of_ours(MethodNotAllowed(request.method, sorted(error.valid_methods or ())))
    if error.code == 404:
        return of_ours(
            UnknownName(
                f"There is nothing at {request.path}.",
                remedy="The start page, /, leads to everything that is here.",
            )
        )
    if error.code == 413:
        return of_ours(TooLarge("ARI_MAX_REQUEST_BYTES", limit))
    return Problem(
        error.name.lower().replace(" ", "-"),
        error.name,
        error.code or 500,
        str(error.description or error.name),
    )


def of_accident(error: Exception) -> Problem:
    """A fault of ours: the log has the whole, the client a number to quote."""
    instance = f"urn:uuid:{uuid4()}"
    log.error("unexpected error, %s", instance, exc_info=error)
    return Problem(
        "fault",
        "Something went wrong",
        500,
        "The service met an error of its own; your request may be right.",
        "Tell the operator the instance number.",
        {"instance": instance},
    )


def respond(problem: Problem, page: Callable[[Problem], str]) -> Response:
    """The response: a page for a client that puts HTML first, else `application/problem+json`."""
    _note(problem)
    links.forget()
    links.tell(*(links.Link(target, rel) for rel, target in problem.related))
    if _wants_page(request):
        response = Response(page(problem), content_type=HTML_UTF8)
    else:
        body = json.dumps(problem.members, ensure_ascii=False, indent=2) + "\n"
        response = Response(body, content_type="application/problem+json")
    response.status_code = problem.status
    response.headers.update(dict(problem.headers))
    response.headers["Cache-Control"] = NO_STORE
    return response


def register(app: Flask, limit: int, page: Callable[[Problem], str]) -> None:
    """Install the handlers.

    Args:
        limit: the largest request body, in bytes, for the words of a 413.
        page: renders a problem for people.
    """

    def ours(error: AriError) -> Response:
        return respond(of_ours(error), page)

    def http(error: HTTPException) -> Response:
        return respond(of_http(error, limit), page)

    def accident(error: Exception) -> Response:
        return respond(of_accident(error), page)

    def told_before() -> None:
        if (error := request.environ.get(REFUSAL)) is not None:
            raise error

    app.before_request(told_before)
    app.register_error_handler(AriError, ours)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(Exception, accident)


def _note(problem: Problem) -> None:
    call = calls.current()
    if call is not None:
        call.refusal = problem.slug
        call.limit = str(problem.extra.get("limit", ""))


def _wants_page(asked: Request) -> bool:
    try:
        sent: parameters.Parameters = g.get("sent") or parameters.of_url(asked)
        takes = negotiation.wanted(asked.accept_mimetypes, sent.all("format"))
    except AriError:
        takes = negotiation.wanted(asked.accept_mimetypes)
    return negotiation.prefers_page(takes)
