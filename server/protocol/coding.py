"""Content coding: gzip for larger texts, for clients that take it (RFC 9110, 12.5.3)."""

import zlib
from dataclasses import replace
from functools import lru_cache

from werkzeug.http import parse_accept_header

from ..engine.spool import Content, Gathering, pieces_of
from .cache import Header, Reply
from .responses import in_gzip

LEAST_BYTES = 1024
"""Below this, gzip saves less than a packet."""
MOST_BYTES = 32 * 1024 * 1024
"""Above this, compressing takes longer than most lines need for what it saves."""
LEVEL = 6
_GZIP_WINDOW = 31
TEXTS = ("application/", "text/", "image/svg+xml")
"""Every type that is served here is text under these, but for what is packed already."""
PACKED = "application/gzip"


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: bytes | None) -> bool:
    """Whether gzip is acceptable and not liked less than no coding."""
    if not accept_encoding or (b"gzip" not in accept_encoding and b"*" not in accept_encoding):
        return False
    accepted = parse_accept_header(accept_encoding.decode("latin-1"))
    plain = accepted["identity"] if "identity" in accepted.values() else 0
    return bool(accepted["gzip"] > 0 and accepted["gzip"] >= plain)


def compressed(reply: Reply) -> Reply:
    """The reply in gzip, with a strong tag of its own (RFC 9110, 8.8.3.3); or as it is.

    The bytes depend on nothing but the body: no name, no time.
    """
    if not worth_packing(reply):
        return reply
    body = _packed(reply.body)
    headers = [_of_gzip(header, len(body)) for header in reply.headers]
    headers.append((b"content-encoding", b"gzip"))
    return replace(reply, headers=tuple(headers), body=body)


def _packed(body: Content) -> Content:
    packer, packed = zlib.compressobj(LEVEL, wbits=_GZIP_WINDOW), Gathering()
    for piece in pieces_of(body):
        packed.append(packer.compress(piece))
    packed.append(packer.flush())
    return packed.whole()


def worth_packing(reply: Reply) -> bool:
    """Whether it is smaller in gzip, and by more than packing it costs."""
    return (
        reply.lasting
        and LEAST_BYTES <= len(reply.body) <= MOST_BYTES
        and not reply.header(b"content-encoding")
        and reply.header(b"content-type") != PACKED
        and reply.header(b"content-type").startswith(TEXTS)
    )


def _of_gzip(header: Header, size: int) -> Header:
    name, value = header
    if name == b"content-length":
        return name, str(size).encode("ascii")
    if name == b"etag":
        return name, b'"%s"' % in_gzip(value.decode("ascii").strip('"')).encode("ascii")
    return header
