"""The pages of an API, one after the other; a fetch that broke off goes on where it stopped."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from ...errors import EnvironmentFault, SourceError
from . import jsondoc
from .source import Document
from .web import Web

FRESH = 24 * 3600.0
"""Seconds; of a fetch that broke off earlier nothing is used, as the data will have changed."""

_STATE = "state.json"


@dataclass
class Pages:
    """What was fetched so far.

    Args:
        next: address of the next page; empty at the end.
    """

    documents: list[Document]
    next: str


def fetch_all(
    web: Web, address: str, folder: Path, remedy: str, tell: Callable[[str], None]
) -> list[Document]:
    """Every page, from the first address on, by `meta.pagination.links.next`.

    The pages are kept for a day, or until `forget`: what refuses them asks nobody for them again.

    Args:
        folder: where pages are kept; a folder of its own for each address.
        tell: takes words about progress.

    Raises:
        SourceError: a page is no JSON, has no pagination, or leads in a circle or elsewhere.
        EnvironmentFault: the server fails, or the disk does.
    """
    place = _place(folder, address)
    try:
        pages = _resumed(place, address)
        if pages.documents and not pages.next:
            tell(f"All pages of the last fetch are there and used; remove {place} to fetch anew.")
        elif pages.documents:
            tell(f"Going on after page {len(pages.documents)}, where the last fetch broke off.")
        while pages.next:
            _fetch_next(web, pages, remedy, tell)
            _keep(place, address, pages)
    except OSError as error:
        detail = f"{place} can't be used: {error.strerror}."
        raise EnvironmentFault(detail, remedy="Make it writable, or set ARI_HOME.") from error
    return pages.documents


def forget(folder: Path, address: str) -> None:
    """Remove what was kept of the pages of an address."""
    shutil.rmtree(_place(folder, address), ignore_errors=True)
    with suppress(OSError):
        # Another fetch may have its pages there.
        folder.rmdir()


def _place(folder: Path, address: str) -> Path:
    return folder / hashlib.sha256(address.encode()).hexdigest()[:16]


def _fetch_next(web: Web, pages: Pages, remedy: str, tell: Callable[[str], None]) -> None:
    document = web.get(pages.next)
    payload = jsondoc.parse(document, remedy)
    pagination = _pagination(document, payload, remedy)
    _refuse_circle(document, pages)
    pages.documents.append(document)
    number, total = len(pages.documents), pagination.get("total_pages")
    tell(f"page {number} of {total}: {len(payload['data'])} records")
    if isinstance(total, int) and number > total:
        detail = f"It speaks of {total} pages, and page {number} came."
        raise SourceError(document.address, None, detail, remedy="Try again later.")
    pages.next = _next(document, pagination, pages)


def _pagination(document: Document, payload: Any, remedy: str) -> dict[str, Any]:
    value = payload
    for name in ("meta", "pagination"):
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, dict) and isinstance(payload.get("data"), list):
        return value
    detail = (
        "The fields 'data' and 'meta.pagination' are not as they were: the structure has changed."
    )
    raise SourceError(document.address, None, detail, remedy=remedy)


def _refuse_circle(document: Document, pages: Pages) -> None:
    for number, earlier in enumerate(pages.documents, start=1):
        if document.body == earlier.body or document.address == earlier.address:
            detail = (
                f"Page {len(pages.documents) + 1} is page {number} again: its pages go in a circle."
            )
            raise SourceError(document.address, None, detail, remedy="Try again later.")


def _next(document: Document, pagination: dict[str, Any], pages: Pages) -> str:
    links = pagination.get("links")
    link = links.get("next") if isinstance(links, dict) else None
    if not link:
        return ""
    address = urljoin(document.address, str(link))
    here, there = urlsplit(document.address), urlsplit(address)
    if there.scheme not in ("http", "https") or there.hostname != here.hostname:
        detail = f"Its next page is said to be {address}, which is another server."
        raise SourceError(document.address, None, detail, remedy="Try again later.")
    return address


def _resumed(place: Path, address: str) -> Pages:
    try:
        state = json.loads((place / _STATE).read_bytes())
        fresh = time.time() - (place / _STATE).stat().st_mtime < FRESH
        if fresh and state["address"] == address:
            documents = [_read(place, n, page) for n, page in enumerate(state["pages"])]
            return Pages(documents, state["next"])
    except (OSError, ValueError, KeyError, TypeError):
        # What can't be read is fetched anew.
        pass
    shutil.rmtree(place, ignore_errors=True)
    return Pages([], address)


def _read(place: Path, number: int, page: dict[str, str]) -> Document:
    body = (place / f"{number}.json").read_bytes()
    if hashlib.sha256(body).hexdigest() != page["sha256"]:
        raise ValueError("another page")
    return Document(page["address"], body, "application/json")


def _keep(place: Path, address: str, pages: Pages) -> None:
    """Write the newest page, then the state that names it."""
    place.mkdir(parents=True, exist_ok=True)
    newest = len(pages.documents) - 1
    (place / f"{newest}.json").write_bytes(pages.documents[newest].body)
    listed = [
        {"address": one.address, "sha256": hashlib.sha256(one.body).hexdigest()}
        for one in pages.documents
    ]
    state = {"address": address, "next": pages.next, "pages": listed}
    new = place / f"{_STATE}.new"
    new.write_text(json.dumps(state), encoding="utf-8")
    new.replace(place / _STATE)
