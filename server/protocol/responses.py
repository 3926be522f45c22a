"""Responses that can be stored and revalidated: entity tags and conditional requests."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from flask import Request, Response, request

from .. import __version__
from ..engine.spool import Content, Spool

REVALIDATE = "public, no-cache"
"""Caches may keep it but ask each time: a write may change any answer (RFC 9111, 5.2.2.4)."""

FOR_EVER = "public, max-age=31536000, immutable"
"""Of what never changes at its address (RFC 8246)."""

NO_STORE = "no-store"
HTML_UTF8 = "text/html; charset=utf-8"
_TEXT = json.JSONEncoder(sort_keys=True)
GZIP = "-gzip"
"""What the tag of a body in gzip ends in."""


def entity_tag(revision: str, *request: Any) -> str:
    """A strong validator (RFC 9110, 8.8.3) of revision, request and format, without coding.

    The software's version is part of it, as another version may write other bytes.
    """
    parts = _TEXT.encode([__version__, revision, *request])
    return hashlib.sha256(parts.encode()).hexdigest()


def in_gzip(tag: str) -> str:
    """The tag of the same in gzip: other bytes, so another strong validator."""
    return tag + GZIP


def client_has(request: Request, tag: str) -> bool:
    """Whether `If-None-Match` names this tag, by weak comparison (RFC 9110, 13.1.2)."""
    known = request.if_none_match
    has = known.contains_weak(tag) or known.contains_weak(in_gzip(tag))
    return _may_be_unchanged(request) and not known.star_tag and has


def client_has_any(request: Request) -> bool:
    """Whether `If-None-Match: *` was sent: any current representation will do."""
    return _may_be_unchanged(request) and request.if_none_match.star_tag


def _may_be_unchanged(request: Request) -> bool:
    return request.method in ("GET", "HEAD")


def unchanged(tag: str) -> Response:
    """304 with the headers that a 200 would have carried (RFC 9110, 15.4.5)."""
    response = Response(status=304)
    response.headers["Cache-Control"] = REVALIDATE
    known = request.if_none_match
    in_gzip_only = known.contains_weak(in_gzip(tag)) and not known.contains_weak(tag)
    response.set_etag(in_gzip(tag) if in_gzip_only else tag)
    return response


def whole(body: Content | str, content_type: str, tag: str | None, rows: int | None) -> Response:
    """200 with a body that is complete; without a tag it must not be stored.

    Args:
        rows: for `ARI-Rows`; None leaves it out.
    """
    content = body.encode() if isinstance(body, str) else body
    return of_content(content, headers_of_whole(content_type, len(content), tag, rows))


def of_content(content: Content, headers: Mapping[str, str]) -> Response:
    """200 with these headers; what is in a file goes on as it is."""
    return Response(content, headers=headers, direct_passthrough=isinstance(content, Spool))


def headers_of_whole(
    content_type: str, size: int, tag: str | None, rows: int | None
) -> dict[str, str]:
    """The headers of a 200 with a body that is complete.

    Args:
        size: of the body, in bytes.
        tag, rows: as for `whole`.
    """
    headers = {
        "Content-Type": content_type,
        "Content-Length": str(size),
        "Cache-Control": REVALIDATE if tag else NO_STORE,
    }
    if tag:
        headers["ETag"] = f'"{tag}"'
    if rows is not None:
        headers["ARI-Rows"] = str(rows)
    return headers
