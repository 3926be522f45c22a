"""The RDF documents in the body of a request, each with the name of its format."""

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from flask import Request
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from ..errors import ParameterError, UnsupportedType
from ..formats import Format
from . import parameters
from .negotiation import DATA

MULTIPART = "multipart/form-data"
MOST_FILES = 64

ACCEPTED = tuple(item.media_type for item in DATA)
UNTYPED = "rdf"
"""What a body without a type is read as (Graph Store HTTP Protocol, 5)."""

SAYS_NOTHING = ("", "application/octet-stream")
"""Types of files that a client does not know; their names may tell more."""

Document = tuple[bytes, str]


def read(asked: Request, limit: int, *, several: bool = False) -> tuple[Document, ...]:
    """The documents of a request, at least one.

    Args:
        limit: the largest body, in bytes, before and after decompression.
        several: take `multipart/form-data` too.

    Raises:
        UnsupportedType: a type, charset or content coding that is not read here.
        ParameterError: a form that can't be read, or that has no file in it.
        TooLarge: over the limit.
    """
    accepted = (*ACCEPTED, MULTIPART) if several else ACCEPTED
    media_type = asked.mimetype
    if several and media_type == MULTIPART:
        return tuple(_files(asked, parameters.unpacked(asked, limit)))
    if media_type and media_type not in readable():
        raise UnsupportedType(media_type, accepted)
    parameters.must_be_utf_8(asked, media_type)
    return ((parameters.unpacked(asked, limit), readable().get(media_type, UNTYPED)),)


def readable(formats: Sequence[Format] = DATA) -> dict[str, str]:
    """The media types of documents that are read, with our names of their formats."""
    return {name: item.name for item in formats for name in (item.media_type, *item.also)}


def _files(asked: Request, body: bytes) -> Iterator[Document]:
    number = 0
    for number, (headers, name, content) in enumerate(parts(asked, body), 1):
        yield content, format_of(headers, name, number)
    if not number:
        raise ParameterError("The form holds no file.", remedy="Send at least one RDF document.")


def format_of(headers: Headers, name: str, number: int, formats: Sequence[Format] = DATA) -> str:
    """The format of a part of a form, by its type, or where that says nothing by its file's name.

    Args:
        number: of the part, for the refusal.

    Raises:
        UnsupportedType: it is none of these, or not in UTF-8.
    """
    media_type, options = parse_options_header(headers.get("Content-Type", ""))
    found = readable(formats).get(media_type.lower())
    if media_type in SAYS_NOTHING:
        suffix = PurePosixPath(name).suffix.lower()
        found = {f".{item.suffix}": item.name for item in formats}.get(suffix)
    charset = options.get("charset", "utf-8").lower()
    if found is None or charset not in ("utf-8", "utf8"):
        given = f"{media_type or 'unknown'} (part {number} of the form)"
        raise UnsupportedType(given, [f"{item.media_type} in UTF-8" for item in formats])
    return found


def parts(asked: Request, body: bytes) -> Iterator[tuple[Headers, str, bytes]]:
    """Headers, file name and content of each part of a form (RFC 7578).

    Raises:
        ParameterError: it has no boundary, too many parts, or does not end.
    """
    boundary = asked.mimetype_params.get("boundary", "").encode()
    if not boundary:
        raise ParameterError("The form has no boundary.", remedy="Name it in Content-Type.")
    try:
        yield from _decoded(body, boundary)
    except RequestEntityTooLarge as error:
        raise ParameterError(f"The form has more than {MOST_FILES} parts.") from error
    except ValueError as error:
        raise ParameterError(f"The form can't be read: {error}.") from error


def _decoded(body: bytes, boundary: bytes) -> Iterator[tuple[Headers, str, bytes]]:
    decoder = MultipartDecoder(boundary, max_parts=MOST_FILES)
    decoder.receive_data(body)
    decoder.receive_data(None)
    headers, name, content = Headers(), "", b""
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, NeedData):
            raise ValueError("it does not end")
        if isinstance(event, Field | File):
            headers, content = event.headers, b""
            name = event.filename if isinstance(event, File) else ""
        elif isinstance(event, Data):
            content += event.data
            if not event.more_data:
                yield headers, name, content
