"""A source as bytes: a file, or an address of the web."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ...errors import EnvironmentFault, InputError, SourceError


@dataclass(frozen=True)
class Document:
    """What was read.

    Args:
        address: web address, or name of the file.
        media_type: in lower case without parameters; empty for a file.
    """

    address: str
    body: bytes
    media_type: str = ""


def is_address(source: str) -> bool:
    """Whether a source is an address of the web; anything else is a file."""
    return urlsplit(source).scheme in ("http", "https")


def read_file(source: str, most: int) -> Document:
    """A file, named by its last part only: where it stands is nobody's business.

    Args:
        most: bytes.

    Raises:
        InputError: it is not there, or too large.
        EnvironmentFault: it can't be read.
    """
    path = Path(source)
    if "://" in source:
        raise InputError(
            f"{source} can't be imported.", remedy="Name a file, or an http or https address."
        )
    if not path.is_file():
        raise InputError(f"There is no file {source}.")
    try:
        if path.stat().st_size > most:
            raise too_large(path.name, most)
        return Document(path.name, path.read_bytes())
    except OSError as error:
        raise EnvironmentFault(f"{source} can't be read: {error.strerror}.") from error


def too_large(name: str, most: int) -> SourceError:
    """A source over the limit."""
    remedy = "Raise ARI_IMPORT_MAX_BYTES if it is right."
    return SourceError(name, None, f"It is larger than {most} bytes.", remedy=remedy)


def digest_of(documents: Iterable[Document]) -> str:
    """SHA-256 over the bytes of documents, one after the other."""
    total = hashlib.sha256()
    for document in documents:
        total.update(document.body)
    return total.hexdigest()
