"""JSON documents of others: parsed, or refused with what is there instead."""

import json
import re
from typing import Any

from ...errors import SourceError
from .found import illegible, shown
from .source import Document

_TITLE = re.compile(rb"<title[^>]*>([^<]{0,200})", re.IGNORECASE)


def parse(document: Document, remedy: str) -> Any:
    """The value of a JSON document (RFC 8259).

    Args:
        remedy: what to do if it is a page for people.

    Raises:
        SourceError: it is HTML, empty, not UTF-8, or breaks off.
    """
    body = document.body.removeprefix(b"\xef\xbb\xbf")
    if not body.strip():
        raise SourceError(document.address, None, "It is empty; expected: JSON.", remedy=remedy)
    if document.media_type == "text/html" or body.lstrip()[:1] == b"<":
        raise SourceError(document.address, None, _html(body), remedy=remedy)
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        detail = f"Byte {error.start} is not UTF-8; expected: JSON."
        raise SourceError(document.address, None, detail, remedy=remedy) from error
    except json.JSONDecodeError as error:
        detail = f"The JSON can't be read: {error.msg} (column {error.colno})."
        raise SourceError(document.address, error.lineno, detail, remedy=remedy) from error
    except (RecursionError, ValueError) as error:
        detail = "The JSON can't be read: it is nested too deeply, or holds what is no number."
        raise SourceError(document.address, None, detail, remedy=remedy) from error


def _no_number(text: str) -> float:
    raise ValueError(text)


def _html(body: bytes) -> str:
    title = _TITLE.search(body)
    words = shown(" ".join(title[1].decode("utf-8", "replace").split())) if title else ""
    return f"It is an HTML page{f' (“{words}”)' if words else ''}; expected: JSON."


class Fields:
    """The members of a JSON object, each of the type that is expected.

    Args:
        faults: takes what is wrong: name of the member, and words.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.faults: list[tuple[str, str]] = []

    def text(self, name: str, *, needed: bool = False) -> str:
        """A text; null and a missing one are empty."""
        value = self.values.get(name)
        if isinstance(value, str) and (value.strip() or not needed):
            return value
        if value is None and not needed:
            return ""
        self.faults.append((name, f"{_shown(self.values, name)}; expected: a text"))
        return ""

    def legible(self, name: str, *, needed: bool = False) -> str:
        """A text that can be kept (`found.illegible`)."""
        text = self.text(name, needed=needed)
        if text.strip() and (why := illegible(text)):
            self.faults.append((name, f"the field '{name}' can't be kept: {why[:-1]}"))
            return ""
        return text

    def whole(self, name: str) -> str:
        """A whole number, as digits."""
        value = self.values.get(name)
        if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,14}", value):
            return value
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**15:
            return str(value)
        self.faults.append((name, f"{_shown(self.values, name)}; expected: a whole number from 1"))
        return ""

    def flag(self, name: str) -> bool:
        """True or false; null and a missing one are false."""
        value = self.values.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        self.faults.append((name, f"{_shown(self.values, name)}; expected: true or false"))
        return False


def _shown(values: dict[str, Any], name: str) -> str:
    if name not in values:
        return f"the field '{name}' is missing"
    text = json.dumps(values[name], ensure_ascii=True)
    return f"the field '{name}' is {text if len(text) <= 60 else text[:57] + '…'}"
