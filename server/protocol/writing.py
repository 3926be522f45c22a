"""The right to write, and what a write that is done answers.

A browser never sends the token by itself, as it would a cookie, and is told by no header that it
may: a page elsewhere can't write in its reader's name.
"""

import hmac
import json

from flask import Request, Response

from ..config import Settings
from ..engine.interface import Changed
from ..errors import ParameterError, ReadOnly, Unauthorised
from .parameters import Parameters
from .responses import NO_STORE

UPDATE = "/update"
GRAPHS = "/graphs"
READING = ("GET", "HEAD")


def is_write(asked: Request) -> bool:
    """Whether this is a write, or a browser's question whether it may write (a preflight)."""
    if asked.path.rstrip("/") == UPDATE:
        return True
    if not of_graph_store(asked):
        return False
    method = asked.method
    if method == "OPTIONS":
        method = asked.headers.get("Access-Control-Request-Method", "GET").strip()
    return method not in READING


def of_graph_store(asked: Request) -> bool:
    """Whether the address is one of the graph store's."""
    return asked.path == GRAPHS or asked.path.startswith(f"{GRAPHS}/")


def must_have_right(asked: Request, settings: Settings) -> None:
    """Let a write pass only with the operator's token (RFC 6750, 2.1).

    Raises:
        ReadOnly: the service has no token, so nobody may write.
        Unauthorised: the request brings no token, or another one.
    """
    if not settings.token:
        raise ReadOnly(
            "This service is read-only: it has no token with which anybody could write.",
            remedy="Copy the data (GET /graphs?graph=…) and change the copy, or run your own "
            "service with ARI_TOKEN set.",
        )
    scheme, _, sent = asked.headers.get("Authorization", "").strip().partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthorised(wrong=False)
    if not _equal(sent.strip(), settings.token):
        raise Unauthorised(wrong=True)


def refuse_release(sent: Parameters) -> None:
    """A release never changes; ignoring the parameter would write to other data than is meant.

    Raises:
        ParameterError: the write names a release.
    """
    if "release" in sent:
        raise ParameterError(
            "A release never changes.",
            remedy="Leave the parameter release out to write to the live data.",
            extra={"parameter": "release"},
        )


def done(changed: Changed, status: int = 200, **more: str) -> Response:
    """The report on a write that is done and durable.

    Args:
        status: 204 leaves the body out.
        more: further members of the report.
    """
    report = {"revision": changed.revision, "added": changed.added, "removed": changed.removed}
    body = json.dumps(more | report, ensure_ascii=False, indent=2) + "\n"
    response = Response(status=status)
    if status != 204:
        response = Response(body, status=status, content_type="application/json")
    response.headers["Cache-Control"] = NO_STORE
    response.headers["ARI-Revision"] = changed.revision
    return response


def _equal(sent: str, token: str) -> bool:
    # A comparison that stops at the first difference would tell how much of a guess is right.
    return hmac.compare_digest(sent.encode("utf-8", "replace"), token.encode())
