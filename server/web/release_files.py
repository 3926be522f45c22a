"""A file of a release over HTTP: it never changes, and parts of it can be had (RFC 9110, 14)."""

from flask import Response, request
from werkzeug.http import parse_range_header

from ..errors import RangeNotSatisfiable
from ..protocol.responses import client_has, client_has_any, unchanged
from ..publish import layout
from ..publish.shelf import Shelved
from .pages import YEAR


def sent(found: Shelved, path: str) -> Response:
    """The file, a range of it, or 304 to a client that has it.

    Raises:
        UnknownName: there is no such file.
        RangeNotSatisfiable: it has no such bytes.
        EnvironmentFault: its bytes are not those that were published.
    """
    data, tag = found.read(path)
    if client_has(request, tag) or client_has_any(request):
        response = unchanged(tag)
    else:
        response = _of_bytes(data, tag)
        response.headers["Content-Type"] = content_type(path)
        response.set_etag(tag)
    headers = response.headers
    headers["Cache-Control"] = YEAR
    headers["Accept-Ranges"] = "bytes"
    headers["ARI-Revision"] = found.hash
    return response


def content_type(path: str) -> str:
    """Of a file: of what is packed, it is the type of the packing, as that is what is sent."""
    media_type, compress_type = layout.media_type(path)
    text = media_type.startswith("text/") and not compress_type
    return f"{media_type}; charset=utf-8" if text else compress_type or media_type


def _of_bytes(data: bytes, tag: str) -> Response:
    """All bytes, or the range that is asked for (RFC 9110, 14.2)."""
    span = _span(len(data), tag)
    if span is None:
        return Response(data)
    start, stop = span
    response = Response(data[start:stop], status=206)
    response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(data)}"
    return response


def _span(size: int, tag: str) -> tuple[int, int] | None:
    """Begin and end of the range; None for the whole.

    A header that is no range of bytes is ignored, and so is one of several, which a server may do;
    a client whose part is of other bytes gets the whole (13.1.5, by strong comparison).

    Raises:
        RangeNotSatisfiable: the file ends before it.
    """
    asked = parse_range_header(request.headers.get("Range"))
    if asked is None or asked.units != "bytes" or len(asked.ranges) != 1:
        return None
    if request.headers.get("If-Range", f'"{tag}"') != f'"{tag}"':
        return None
    span = asked.range_for_length(size)
    if span is None:
        raise RangeNotSatisfiable(size)
    return span
