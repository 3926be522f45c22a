"""The parameters of a request, percent-decoded once, from the URL and from a form body."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from ..errors import ParameterError, TooLarge, UnsupportedType, UriTooLong

FORM = "application/x-www-form-urlencoded"
MOST_PARAMETERS = 256
"""More than any honest request has; each costs time to decode."""

MOST_OF_URL = 32 * 1024
"""Bytes after the `?`: less than the HTTP server takes, so that the refusal can have words."""

MOST_MEMBERS = 64
"""Of one gzip body: each costs a copy of what follows."""


@dataclass(frozen=True)
class Parameters:
    """Names and values in the order sent, doubles kept."""

    pairs: tuple[tuple[str, str], ...] = ()

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for name, value in self.pairs:
            found[name] = (*found.get(name, ()), value)
        return found

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a parameter that may be repeated."""
        return self._by_name.get(name, ())

    def one(self, name: str) -> str | None:
        """The value of a parameter that may stand once, or None.

        Raises:
            ParameterError: it stands twice; taking either would be a guess.
        """
        values = self.all(name)
        if len(values) > 1:
            raise ParameterError(
                f"The parameter {name} is given {len(values)} times.",
                remedy="Give it once.",
                extra={"parameter": name},
            )
        return values[0] if values else None

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def __add__(self, other: "Parameters") -> "Parameters":
        return Parameters(self.pairs + other.pairs)


def of_url(request: Request) -> Parameters:
    """The parameters after the `?`.

    Raises:
        UriTooLong: they are more than `MOST_OF_URL` bytes.
    """
    return of_query_string(request.query_string)


def of_query_string(raw: bytes) -> Parameters:
    """The parameters in what stands after the `?`.

    Raises:
        UriTooLong: as `of_url`.
    """
    if len(raw) > MOST_OF_URL:
        raise UriTooLong(MOST_OF_URL)
    return _decoded(raw, "The query string")


def of_form(request: Request, limit: int) -> Parameters:
    """The parameters of a form body."""
    return form(body(request, limit))


def form(raw: bytes) -> Parameters:
    """The parameters in the bytes of a form."""
    return _decoded(raw, "The form")


def must_be_utf_8(request: Request, accepted: str) -> None:
    """Refuse a body that says it is in another charset.

    Args:
        accepted: the media type to send instead, in UTF-8.

    Raises:
        UnsupportedType: it is not UTF-8.
    """
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise UnsupportedType(f"{request.mimetype} in {charset}", [f"{accepted} in UTF-8"])


def body(request: Request, limit: int) -> bytes:
    """The body as sent.

    Raises:
        TooLarge: over the limit in bytes, whether announced or found while reading.
        UnsupportedType: a compressed body.
    """
    if (coding := _coding(request)) != "identity":
        raise UnsupportedType(f"{request.mimetype} in {coding}", ["an uncompressed body"])
    return _received(request, limit)


def unpacked(request: Request, limit: int) -> bytes:
    """The body, decompressed if it is sent as gzip.

    Raises:
        TooLarge: over the limit in bytes, before or after; no more than the limit is decompressed.
        UnsupportedType: in another content coding.
        ParameterError: it says that it is gzip and is not.
    """
    coding = _coding(request)
    if coding in ("gzip", "x-gzip"):
        return _gunzip(_received(request, limit), limit)
    if coding != "identity":
        raise UnsupportedType(
            f"{request.mimetype} in {coding}", ["an uncompressed body", "a body in gzip"]
        )
    return _received(request, limit)


def _coding(request: Request) -> str:
    return request.headers.get("Content-Encoding", "").strip().lower() or "identity"


def _received(request: Request, limit: int) -> bytes:
    # werkzeug cuts a body of unannounced length at its limit without a word: one byte more tells.
    request.max_content_length = limit + 1
    try:
        found = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise TooLarge("ARI_MAX_REQUEST_BYTES", limit) from error
    if len(found) > limit:
        raise TooLarge("ARI_MAX_REQUEST_BYTES", limit)
    return found


def _gunzip(packed: bytes, limit: int) -> bytes:
    """All members of a gzip body (RFC 1952, 2.2), each whole."""
    found = b""
    for _ in range(MOST_MEMBERS):
        member = zlib.decompressobj(wbits=31)
        try:
            found += member.decompress(packed, limit + 1 - len(found))
        except zlib.error as error:
            raise _not_gzip("is not") from error
        if len(found) > limit:
            raise TooLarge("ARI_MAX_REQUEST_BYTES", limit)
        if not member.eof:
            raise _not_gzip("ends too early for")
        packed = member.unused_data
        if not packed:
            return found
    raise _not_gzip("has too many members for")


def _not_gzip(fault: str) -> ParameterError:
    return ParameterError(
        f"The body {fault} gzip.", remedy="Send it whole, or without Content-Encoding."
    )


def text(raw: bytes, what: str) -> str:
    """UTF-8, the only encoding of SPARQL texts (SPARQL 1.1 Protocol, 2.1.3)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ParameterError(
            f"{what} is not valid UTF-8 at byte {error.start}.", remedy="Send it in UTF-8."
        ) from error


def dataset_pairs(
    query: str, default_graphs: Iterable[str], named_graphs: Iterable[str]
) -> tuple[tuple[str, str], ...]:
    """A query and its dataset as parameters of the protocol (SPARQL 1.1 Protocol, 2.1)."""
    default = [("default-graph-uri", iri) for iri in default_graphs]
    named = [("named-graph-uri", iri) for iri in named_graphs]
    return (("query", query), *default, *named)


def _decoded(raw: bytes, what: str) -> Parameters:
    try:
        pairs = parse_qsl(
            text(raw, what),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise ParameterError(
            f"{what} has percent-encoded bytes that are not UTF-8.", remedy="Send it in UTF-8."
        ) from error
    except ValueError as error:
        raise ParameterError(f"{what} has more than {MOST_PARAMETERS} parameters.") from error
    return Parameters(tuple(pairs))
