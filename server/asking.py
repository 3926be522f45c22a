"""What `ari query` asks: a stored query, a file or standard input, and the formats wanted."""

import sys
from collections.abc import Iterable
from pathlib import Path

from . import queryfile
from .engine.interface import Question
from .errors import InputError, NotAcceptable, ParameterError
from .formats import BY_NAME, FORMATS, Kind, carrying

KINDS: tuple[Kind, ...] = ("table", "boolean", "graph")
PLAIN: dict[Kind, str] = {"table": "csv", "boolean": "json", "graph": "ttl"}
"""What goes into a pipe or a file when no format is named."""


def question(name: str, values: Iterable[str], base_iri: str, wanted: str | None) -> Question:
    """The question that a command line means.

    Args:
        name: of a stored query, of a file, or `-` for standard input.
        values: `name=value` for parameters of a stored query.
        wanted: short name or media type of a format; None: `PLAIN`.

    Raises:
        InputError: no such query or file, a parameter or a format that there is not.
    """
    given = dict(_pair(value) for value in values)
    return Question(_text(name, given, base_iri), f"{base_iri}sparql", _formats(wanted))


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ParameterError(f"{text} gives no value.", remedy="Write a parameter as NAME=VALUE.")
    return name, value


def _text(name: str, values: dict[str, str], base_iri: str) -> str:
    if name == "-":
        return _plain(sys.stdin.buffer.read(), "Standard input", values)
    path = Path(name)
    if path.suffix == ".rq" or path.is_file():
        return _plain(_read(path), name, values)
    return queryfile.load(name).bind(values, base_iri)


def _plain(data: bytes, name: str, values: dict[str, str]) -> str:
    if values:
        raise ParameterError(
            f"{name} is a query of your own, which has no parameters.",
            remedy="Write the values into it, or name a stored query (ari query --list).",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} is not UTF-8 at byte {error.start}.") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from error


def _formats(wanted: str | None) -> dict[Kind, str]:
    """The format for each kind of answer; a kind that `wanted` can't carry is left out."""
    if wanted is None:
        return PLAIN
    named = [BY_NAME[wanted]] if wanted in BY_NAME else list(FORMATS)
    found = {
        kind: item.name
        for kind in reversed(KINDS)
        for item in reversed(named)
        if kind in item.carries and wanted in (item.name, item.media_type, *item.also)
    }
    if not found:
        raise NotAcceptable(wanted, [item.name for kind in KINDS for item in carrying(kind)])
    return found
