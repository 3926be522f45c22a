"""What another engine means by what it sends instead of an answer, in words for clients.

They never name the engine's address.
"""

import re
import time
from collections.abc import Mapping
from urllib.error import HTTPError

from ..errors import AriError, EngineFault, InputError, LimitReached, TooBusy
from .remote_dialects import LIMIT_WORDS, REFUSAL_WORDS

_LONGEST_WORDS = 600


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


def refusal(error: HTTPError, body: bytes, started: float) -> AriError:
    """What a status other than a success means for the client."""
    status, said = error.code, _words(body.decode("utf-8", "replace"))
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


def no_answer(media_type: str, wanted: str) -> EngineFault:
    """A success of another type than was asked for."""
    return EngineFault(
        f"The engine behind this service answers with {media_type or 'no media type'} "
        f"where {wanted} was asked.",
        remedy="The operator checks that ARI_ENGINE is the address for queries.",
    )


def broken(tail: bytes, started: float) -> AriError:
    """A success whose body breaks off or can't be read; its last bytes may say why."""
    said = tail.decode("utf-8", "replace")
    if LIMIT_WORDS.search(said):
        return stopped("", started)
    return cut()


def _words(body: str) -> str:
    """The first lines of what an engine says, without the query that some repeat."""
    if "<html" in body[:500].lower():
        body = re.sub(r"<[^>]*>", " ", body)
    lines = [" ".join(line.split()) for line in body.strip().splitlines() if line.strip()]
    kept = lines[: lines.index("SPARQL query:")] if "SPARQL query:" in lines else lines
    return " ".join(kept[:8])[:_LONGEST_WORDS]


def cut() -> EngineFault:
    """An answer that breaks off, or is none."""
    return EngineFault(
        "The answer of the engine behind this service is broken, or breaks off.",
        remedy="Try again; if it stays so, the operator's log of that engine tells more.",
    )


def too_large(most: int) -> LimitReached:
    """An answer of more bytes than may be."""
    return LimitReached(
        "ARI_MAX_BYTES",
        most,
        "bytes",
        f"The engine behind this service sends more than {most} bytes.",
        "Select fewer columns or rows; on your own server, raise ARI_MAX_BYTES.",
    )
