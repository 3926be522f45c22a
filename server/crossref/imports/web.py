"""Documents of the web: fetched politely, again if that may help, and never more than is wanted."""

import email.utils
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from ... import __version__
from ...errors import EnvironmentFault, InputError
from .source import Document, is_address, too_large

TRIES = 5
"""How often a document is asked for before it is given up."""

LONGEST_WAIT = 300.0
"""Seconds; a server that asks for a longer pause is not waited for."""

_AGAIN = (408, 425, 429, 500, 502, 503, 504)
_PIECE = 1 << 16
_AGENT = f"met-ari/{__version__} (ari import)"


@dataclass(frozen=True)
class Limits:
    """What a fetch may take.

    Args:
        seconds: for one document, from the request to its last byte.
        most: bytes of one document.
        rate: requests in a second.
    """

    seconds: float
    most: int
    rate: float


class Web:
    """Fetches documents one after the other.

    Args:
        tell: takes words about pauses.
        pause: waits so many seconds.
    """

    def __init__(
        self,
        limits: Limits,
        tell: Callable[[str], None],
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._limits = limits
        self._tell = tell
        self._pause = pause
        self._next = 0.0
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirects(),
        ):
            self._opener.add_handler(handler)

    def get(self, address: str) -> Document:
        """The document at an address.

        Raises:
            InputError: it is not there, or may not be had.
            SourceError: it is larger than the limit.
            EnvironmentFault: the server can't be reached, or fails, again and again.
        """
        for attempt in range(1, TRIES + 1):
            self._keep_rate()
            try:
                return self._once(address)
            except _Failed as failed:
                if attempt == TRIES:
                    raise failed.given_up(address) from None
                self._wait(failed, attempt)
        raise AssertionError("the last attempt returns or raises")

    def _keep_rate(self) -> None:
        now = time.monotonic()
        if now < self._next:
            self._pause(self._next - now)
        self._next = max(now, self._next) + 1 / self._limits.rate

    def _wait(self, failed: "_Failed", attempt: int) -> None:
        seconds = failed.wait if failed.wait is not None else 2.0 ** (attempt - 1)
        if seconds > LONGEST_WAIT:
            raise EnvironmentFault(
                f"The server asks for a pause of {seconds:.0f} s ({failed}).",
                remedy="Run the command again after that.",
            ) from None
        self._tell(f"{failed}; trying again in {seconds:.0f} s.")
        self._pause(seconds)

    def _once(self, address: str) -> Document:
        request = urllib.request.Request(  # noqa: S310 - `is_address` lets http and https through
            address, headers={"User-Agent": _AGENT, "Accept": "application/json, */*;q=0.1"}
        )
        until = time.monotonic() + self._limits.seconds
        try:
            with self._opener.open(request, timeout=self._limits.seconds) as response:
                return self._read(response, until)
        except HTTPError as error:
            with error:
                raise _refusal(address, error) from None
        except (HTTPException, OSError) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise _Failed(f"{_host(address)} can't be reached: {reason or type(reason)}") from None

    def _read(self, response: HTTPResponse, until: float) -> Document:
        parts, size = [], 0
        while piece := response.read1(_PIECE):
            parts.append(piece)
            size += len(piece)
            if size > self._limits.most:
                raise too_large(response.url, self._limits.most)
            if time.monotonic() > until:
                raise _Failed(
                    f"{_host(response.url)} sends for longer than {self._limits.seconds:g} s"
                )
        # A body that ends too early raises for chunks only.
        if response.length:
            raise _Failed(f"{_host(response.url)} sent {size} bytes and broke off")
        media_type = response.headers.get_content_type().lower()
        return Document(response.url, b"".join(parts), media_type)


class _Failed(Exception):
    """It may go better another time.

    Args:
        wait: seconds that the server asks for; None if it does not.
    """

    def __init__(self, words: str, wait: float | None = None) -> None:
        super().__init__(words)
        self.wait = wait

    def given_up(self, address: str) -> EnvironmentFault:
        """The error after the last try."""
        remedy = "Run the command again later; what was fetched of several pages is kept."
        return EnvironmentFault(f"{address}: {self}, {TRIES} times.", remedy=remedy)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows to http and https only; urllib would follow to ftp."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Part of HTTPRedirectHandler."""
        if not is_address(newurl):
            raise InputError(f"{req.full_url} leads to {newurl}, which is no http address.")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _refusal(address: str, error: HTTPError) -> InputError | _Failed:
    if error.code in _AGAIN:
        return _Failed(f"{_host(address)} answers {error.code}", _asked_pause(error.headers))
    meaning = {404: "there is nothing", 410: "what was there is gone", 401: "it may not be had"}
    words = meaning.get(error.code, f"the server answers {error.code} {error.reason}")
    return InputError(f"{address}: {words} ({error.code}).", remedy="Check the address.")


def _asked_pause(headers: Message) -> float | None:
    """Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        until = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, until.timestamp() - time.time())


def _host(address: str) -> str:
    return urlsplit(address).netloc
