"""A release that is served: its `SHA256SUMS`, and the files it names, fetched within bounds."""

import time
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.parse import urlsplit

from ... import __version__
from ...errors import EnvironmentFault, InputError
from .. import layout
from . import sums
from .archive import MOST_ALL, MOST_FILE

SECONDS = 30.0
"""For the server to say anything more."""
SECONDS_FILE = 600.0
_PIECE = 1 << 16
_AGENT = f"met-ari/{__version__} (ari verify)"


class _NoWayAround(urllib.request.HTTPRedirectHandler):
    """A release stands where it is named: a redirect could lead into a network behind."""

    def redirect_request(self, *_: object) -> None:
        """Part of HTTPRedirectHandler."""


def is_address(place: str) -> bool:
    """Whether a place is an http address."""
    return urlsplit(place).scheme in ("http", "https")


def fetch(address: str, into: Path, tell: Callable[[str], None]) -> None:
    """Fetch a release into an empty folder.

    A file that is not served is left out, so that the check of the bytes says that it is missing.

    Args:
        address: of the folder, as `https://host/releases/1.0.0/`.

    Raises:
        InputError: there is no release at the address, or it is too large.
        EnvironmentFault: the server can't be reached, fails, or is too slow.
    """
    base = address.partition("?")[0].partition("#")[0].rstrip("/") + "/"
    listing = into / layout.SUMS
    left = MOST_ALL
    if not _get(f"{base}{layout.SUMS}", listing, sums.MOST_BYTES):
        raise InputError(
            f"{base} serves no {layout.SUMS}.", remedy="Name the folder of a release, /releases/V/."
        )
    said = sums.read(listing.read_bytes())
    if len(said.digests) > sums.MOST_FILES:
        raise InputError(f"{base} names more than {sums.MOST_FILES:,} files.")
    tell(f"Fetching {len(said.digests)} files from {base}")
    for path in said.digests:
        target = into / path
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{path} can't stand below a file.") from error
        if _get(f"{base}{path}", target, min(MOST_FILE, left)):
            left -= target.stat().st_size


def _get(address: str, target: Path, most: int) -> bool:
    """Write what stands at an address to a file; False if there is nothing."""
    request = urllib.request.Request(  # noqa: S310 - `is_address` lets http and https through
        address, headers={"User-Agent": _AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
    )
    opener = urllib.request.build_opener(_NoWayAround())
    try:
        with opener.open(request, timeout=SECONDS) as response, target.open("xb") as file:
            _copy(response, file, most, address)
            if response.length:
                raise EnvironmentFault(f"{address} broke off.", remedy="Try again.")
    except HTTPError as error:
        with error:
            if error.code in (404, 410):
                return False
            raise EnvironmentFault(f"{address} answers {error.code} {error.reason}.") from error
    except (OSError, HTTPException) as error:
        raise EnvironmentFault(f"{address} can't be fetched: {error}.") from error
    return True


def _copy(source: IO[bytes], file: IO[bytes], most: int, address: str) -> None:
    until = time.monotonic() + SECONDS_FILE
    while piece := source.read(_PIECE):
        most -= len(piece)
        if most < 0:
            raise InputError(f"{address} is larger than a file of a release may be.")
        if time.monotonic() > until:
            raise EnvironmentFault(f"{address} takes longer than {SECONDS_FILE:g} s.")
        file.write(piece)
