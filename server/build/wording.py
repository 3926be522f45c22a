"""The wording of a text, and the digest by which it is recognised."""

import hashlib
import unicodedata

from .passages import spaced


def worded(text: str) -> str:
    """A text as the digest sees it: normalisation form C, one space between words, none around."""
    return spaced(unicodedata.normalize("NFC", text))


def digest(text: str) -> str:
    """SHA-256 of a text as worded, in lower-case hexadecimal digits (`ari:statementSha256`)."""
    return hashlib.sha256(worded(text).encode()).hexdigest()
