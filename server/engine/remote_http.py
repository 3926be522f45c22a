"""One exchange with another engine, over HTTP, whole or with the reason why there is none.

Runs in a process of its own kind (`remote_worker`) that is ended at the deadline, so nothing here
needs a clock. The errors of this module are told to clients: they never name the engine's address.
"""

import re
import time
import urllib.request
from ast import literal_eval
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlencode

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from .. import __version__
from ..errors import AriError, EngineFault, InputError, LimitReached, NotOffered, TooBusy
from .remote_connection import Access
from .remote_dialects import LIMIT_WORDS, REFUSAL_WORDS

AGENT = f"met-ari/{__version__}"
_PIECE = 1 << 16
_TAIL = 400
_LONGEST_WORDS = 600


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
            raise self._failed(_cut()) from None
        self._count += len(piece)
        if self._count > self._most:
            raise self._failed(_too_large(self._most))
        # At an early end, http.client raises for chunks only.
        if not piece and self._response.length:
            raise self._failed(_cut())
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
    started = time.monotonic()
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310 - as above
            _drain(Body(response, _PIECE))
    except HTTPError as error:
        raise refusal(error, words(_text(error.read(_PIECE))), started) from None
    except UnicodeError:
        raise EngineFault(
            "The engine behind this service takes the password as Digest, so in ASCII only."
        ) from None
    except (OSError, HTTPException) as error:
        raise unreachable(error) from None


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
    try:
        response: HTTPResponse = wrapper.query().response
    except SPARQLWrapperException as error:
        http = error.__context__
        if not isinstance(http, HTTPError):
            raise EngineFault(f"The engine behind this service fails: {error}.") from None
        raise refusal(http, words(_sent_with(error)), started) from None
    except HTTPError as error:
        raise refusal(error, words(_text(error.read(_PIECE))), started) from None
    except UnicodeError:
        raise EngineFault(
            "The engine behind this service takes the password as Digest, so in ASCII only."
        ) from None
    except (OSError, HTTPException) as error:
        raise unreachable(error) from None
    headers = {name.lower(): value for name, value in response.getheaders()}
    refuse_silent_limits(response.status, headers, started)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    delimited = response.length is not None or response.chunked
    return Reply(headers, media_type, Body(response, most), delimited)


def _drain(body: Body) -> None:
    """Read what an engine says of a write; what it says is not needed, that it ends is."""
    try:
        body.drain()
    except OSError:
        raise body.fault or _cut() from None


def refuse_silent_limits(status: int, headers: Mapping[str, str], started: float) -> None:
    """Take an answer that is cut for what it is, though its status is of a success.

    Raises:
        LimitReached: Virtuoso's 206, `X-SPARQL-MaxRows` or `X-SQL-State`.
    """
    if "x-sparql-maxrows" in headers:
        raise rows_cut(headers["x-sparql-maxrows"])
    if status == 206 or "x-sql-state" in headers:
        raise stopped(headers.get("x-sql-message", "").partition("Activity")[0], started)


def rows_cut(most: str | int) -> LimitReached:
    """The engine has a limit of its own on rows or triples, and this answer reaches it."""
    number = int(re.sub(r"\D", "", str(most)) or 0)
    return LimitReached(
        "ResultSetMaxRows",
        number,
        "rows",
        f"The engine behind this service cuts answers at {number} rows, and this one reaches that.",
        "Ask for a part with LIMIT and OFFSET (and ORDER BY), or aggregate; on your own server, "
        "raise the engine's limit (Virtuoso: ResultSetMaxRows).",
    )


def stopped(said: str, started: float) -> LimitReached:
    """The engine has stopped the query by itself."""
    seconds = round(time.monotonic() - started, 1)
    more = f": {said.strip()[:200].rstrip('.')}" if said.strip() else ""
    return LimitReached(
        "the engine's own",
        seconds,
        "seconds",
        f"The engine behind this service stopped the query after {seconds:g} s{more}.",
        "Make it smaller: name a subject, a graph or a type, join patterns by shared variables, "
        "or take a LIMIT in a sub-select; on your own server, raise ARI_QUERY_SECONDS and the "
        "engine's own limits.",
    )


def refusal(error: HTTPError, said: str, started: float) -> AriError:
    """What a status other than a success means for the client."""
    status = error.code
    if status == 429:
        after = error.headers.get("Retry-After", "1")
        return TooBusy(int(after) if after.isdigit() and int(after) <= 3600 else 1)
    if LIMIT_WORDS.search(said):
        return stopped(said, started)
    if status in (401, 403):
        return EngineFault(
            f"The engine behind this service answers {status}: it wants other credentials.",
            remedy="The operator sets ARI_ENGINE_USER and ARI_ENGINE_PASSWORD.",
        )
    if 300 <= status < 400:
        return EngineFault(
            "The engine behind this service sends elsewhere, and redirects are not followed.",
            remedy="The operator sets ARI_ENGINE to the address where it leads.",
        )
    more = f": {said}" if said else "."
    if status == 400 or REFUSAL_WORDS.search(said):
        return InputError(f"The engine behind this service refuses the request{more}")
    return EngineFault(f"The engine behind this service answers {status}{more}")


def unreachable(error: Exception) -> EngineFault:
    """No answer at all."""
    reason = getattr(error, "reason", None) or error
    told = getattr(reason, "strerror", None) or type(reason).__name__
    return EngineFault(
        f"The engine behind this service does not answer: {told}.",
        remedy="Try again later; the operator checks ARI_ENGINE, and that the engine runs.",
    )


def no_answer(reply: Reply, wanted: str) -> EngineFault:
    """A success of another type than was asked for."""
    return EngineFault(
        f"The engine behind this service answers with {reply.media_type or 'no media type'} "
        f"where {wanted} was asked.",
        remedy="The operator checks that ARI_ENGINE is the address for queries.",
    )


def broken(tail: bytes, started: float) -> AriError:
    """A success whose body breaks off or can't be read; its last bytes may say why."""
    said = _text(tail[-_TAIL:])
    if LIMIT_WORDS.search(said):
        return stopped("", started)
    return _cut()


def words(body: str) -> str:
    """The first lines of what an engine says, without the query that some repeat."""
    if "<html" in body[:500].lower():
        body = re.sub(r"<[^>]*>", " ", body)
    lines = [" ".join(line.split()) for line in body.strip().splitlines() if line.strip()]
    kept = lines[: lines.index("SPARQL query:")] if "SPARQL query:" in lines else lines
    return " ".join(kept[:8])[:_LONGEST_WORDS]


def _sent_with(error: SPARQLWrapperException) -> str:
    """The refused request's response body; SPARQLWrapper gives it only inside its message."""
    _, _, literal = str(error).partition("Response:\n")
    body = literal_eval(literal) if literal else b""
    return _text(body)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _cut() -> EngineFault:
    return EngineFault(
        "The answer of the engine behind this service is broken, or breaks off.",
        remedy="Try again; if it stays so, the operator's log of that engine tells more.",
    )


def _too_large(most: int) -> LimitReached:
    return LimitReached(
        "ARI_MAX_BYTES",
        most,
        "bytes",
        f"The engine behind this service sends more than {most} bytes.",
        "Select fewer columns or rows; on your own server, raise ARI_MAX_BYTES.",
    )
