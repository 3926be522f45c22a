"""One exchange with another engine, over HTTP, whole or with the reason why there is none.

Runs in a process of its own kind (`remote_worker`) that is ended at the deadline, so nothing here
needs a clock.
"""

import time
import urllib.request
from ast import literal_eval
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlencode

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from .. import __version__
from ..errors import AriError, EngineFault, NotOffered
from . import remote_faults
from .remote_connection import Access

AGENT = f"met-ari/{__version__}"
_PIECE = 1 << 16
_TAIL = 400


class Body:
    """What an engine answers, as a file to read from: counted, and whole at its end.

    Args:
        most: bytes; an answer over it raises LimitReached.
    """

    def __init__(self, response: HTTPResponse, most: int) -> None:
        self._response = response
        self._most = most
        self._count = 0
        self.fault: AriError | None = None
        self.tail = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes; nothing at the end."""
        try:
            piece = self._response.read(_PIECE if size < 0 else min(size, _PIECE))
        except (OSError, HTTPException):
            raise self._failed(remote_faults.cut()) from None
        self._count += len(piece)
        if self._count > self._most:
            raise self._failed(remote_faults.too_large(self._most))
        # At an early end, http.client raises for chunks only.
        if not piece and self._response.length:
            raise self._failed(remote_faults.cut())
        self.tail = (self.tail + piece)[-_TAIL:]
        return piece

    def drain(self) -> bytes:
        """All that is left."""
        return b"".join(iter(self.read, b""))

    def _failed(self, fault: AriError) -> OSError:
        # Through a reader in native code, only some exceptions come back as they were.
        self.fault = fault
        return OSError(fault.detail)


@dataclass(frozen=True)
class Reply:
    """An answer that has begun.

    Args:
        headers: names in lower case.
        media_type: without parameters, in lower case.
        delimited: its end is told from a connection that breaks off.
    """

    headers: Mapping[str, str]
    media_type: str
    body: Body
    delimited: bool


def ask(
    access: Access, text: str, parameters: Iterable[tuple[str, str]], accept: str, most: int
) -> Reply:
    """Send a query (SPARQL 1.1 Protocol, 2.1.2) and wait until the answer begins.

    Args:
        text: a query that has passed `remote_gate`.
        parameters: further parameters: the dataset, a timeout.
        most: bytes of the answer.

    Raises:
        InputError: the engine refuses the query.
        LimitReached: the engine has stopped the query, or would cut its answer.
        TooBusy: the engine takes no more requests now.
        EngineFault: the engine can't be reached, fails, or answers otherwise than it should.
    """
    wrapper = _wrapper(access, text, "SELECT")
    for name, value in parameters:
        wrapper.addParameter(name, value)
    wrapper.addCustomHttpHeader("Accept", accept)
    return _reply(wrapper, most)


def update(access: Access, text: str, most: int) -> None:
    """Send an update (SPARQL 1.1 Protocol, 2.2.1) and wait until it is done.

    Args, Raises: as `ask`.
    """
    wrapper = _wrapper(access, text, "INSERT")
    wrapper.addCustomHttpHeader("Accept", "*/*")
    _drain(_reply(wrapper, most).body)


def store(
    access: Access,
    method: str,
    graph: str | None,
    document: bytes | IO[bytes] = b"",
    headers: Mapping[str, str] | None = None,
) -> None:
    """An operation of the Graph Store HTTP Protocol, by indirect identification (4.2).

    Args:
        graph: None is the unnamed one.
        document: N-Triples; a file must have its length in the headers.

    Raises: as `ask`; NotOffered if no address for it is known.
    """
    if not access.store:
        raise NotOffered(
            "The engine behind this service has no known address for its graph store.",
            remedy="The operator sets ARI_ENGINE_STORE.",
        )
    target = urlencode({"graph": graph}) if graph is not None else "default"
    joint = "&" if "?" in access.store else "?"
    request = urllib.request.Request(  # noqa: S310 - settings take http and https only
        f"{access.store}{joint}{target}", data=document or None, method=method
    )
    request.add_header("User-Agent", AGENT)
    if document:
        request.add_header("Content-Type", "application/n-triples")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    with (
        _told(time.monotonic()),
        urllib.request.urlopen(request) as response,  # noqa: S310 - as above
    ):
        _drain(Body(response, _PIECE))


def _wrapper(access: Access, text: str, query_type: str) -> SPARQLWrapper:
    wrapper = SPARQLWrapper(access.query, updateEndpoint=access.update, agent=AGENT)
    # setQuery would look for the type with expressions that take minutes on some texts.
    wrapper.queryString = text
    wrapper.queryType = query_type
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)
    return wrapper


def _reply(wrapper: SPARQLWrapper, most: int) -> Reply:
    started = time.monotonic()
    with _told(started):
        response: HTTPResponse = wrapper.query().response
    headers = {name.lower(): value for name, value in response.getheaders()}
    remote_faults.refuse_silent_limits(response.status, headers, started)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    delimited = response.length is not None or response.chunked
    return Reply(headers, media_type, Body(response, most), delimited)


@contextmanager
def _told(started: float) -> Iterator[None]:
    """What goes wrong with a request, as an error for the client."""
    try:
        yield
    except SPARQLWrapperException as error:
        http = error.__context__
        if not isinstance(http, HTTPError):
            raise EngineFault(f"The engine behind this service fails: {error}.") from None
        raise remote_faults.refusal(http, _sent_with(error), started) from None
    except HTTPError as error:
        raise remote_faults.refusal(error, error.read(_PIECE), started) from None
    except UnicodeError:
        raise EngineFault(
            "The engine behind this service takes the password as Digest, so in ASCII only."
        ) from None
    except (OSError, HTTPException) as error:
        raise remote_faults.unreachable(error) from None


def _drain(body: Body) -> None:
    """Read what an engine says of a write; what it says is not needed, that it ends is."""
    try:
        body.drain()
    except OSError:
        raise body.fault or remote_faults.cut() from None


def _sent_with(error: SPARQLWrapperException) -> bytes:
    """The refused request's response body; SPARQLWrapper gives it only inside its message."""
    _, _, literal = str(error).partition("Response:\n")
    body: bytes = literal_eval(literal) if literal else b""
    return body
