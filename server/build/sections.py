"""Sections of TOML files: values by key, each with its line, and with what is wrong in them."""

import re
import tomllib
from typing import Any, NoReturn, TypeVar

from .faults import Fault, Faults, refuse, suggestion
from .records import Origin
from .sources import decode

T = TypeVar("T")

_HEADER = re.compile(r"^\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([\w-]+)\s*=")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


class Section:
    """A table of a TOML file; every key must be asked for, or it is reported as unknown."""

    def __init__(
        self, values: dict[str, Any], origin: Origin, lines: "_Lines", path: str, faults: Faults
    ) -> None:
        self.values = values
        self.origin = origin
        self.faults = faults
        self._lines = lines
        self._path = path
        self._asked: set[str] = set()

    def text(self, key: str, default: str | None = None) -> str:
        """A text on one line; required and not empty unless there is a default."""
        value: str = self._get(key, str, default)
        if default is None and self._is(key, str) and not value.strip():
            self.report(key, f"'{key}' is empty.")
        return " ".join(value.split())

    def matching(self, key: str, pattern: re.Pattern[str], expected: str) -> str:
        """A text that a pattern matches as a whole; `expected` says so in words."""
        value = self.text(key)
        if value and not pattern.fullmatch(value):
            self.report(key, f"'{key}' is '{value}'; expected: {expected}.")
        return value

    def address(self, key: str, default: str | None = None) -> str:
        """A web address; required unless there is a default."""
        value = self.text(key, default)
        if value and not _ADDRESS.fullmatch(value):
            self.report(key, f"'{key}' is '{value}'; expected: a web address.")
        return value

    def number(self, key: str) -> int:
        """A whole number from 1."""
        value: int = self._get(key, int)
        if self._is(key, int) and value < 1:
            self.report(key, f"'{key}' is {value}; expected: a whole number from 1.")
        return value

    def flag(self, key: str) -> bool:
        """A boolean."""
        return bool(self._get(key, bool))

    def texts(self, key: str, default: list[str] | None = None) -> tuple[str, ...]:
        """A list of texts."""
        return self._list(key, str, default)

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers."""
        return self._list(key, int, None)

    def _list(self, key: str, kind: type[T], default: list[T] | None) -> tuple[T, ...]:
        values: list[T] = self._get(key, list, default)
        if any(type(value) is not kind for value in values):
            self.report(key, f"'{key}' must be a list; each entry {_KIND_NAMES[kind]}.")
            return ()
        return tuple(values)

    def section(self, key: str) -> "Section":
        """A table `[key]`; empty if it is missing, which is reported."""
        return self._below(key, self._get(key, dict), 0)

    def sections(self, key: str) -> "list[Section]":
        """The tables `[[key]]`, required."""
        values = self._list(key, dict, None)
        return [self._below(key, value, n) for n, value in enumerate(values)]

    def done(self) -> None:
        """Report the keys that nobody asked for."""
        for key in sorted(set(self.values) - self._asked):
            self.report(key, f"Unknown key '{key}'.{suggestion(key, self._asked)}")

    def report(self, key: str, detail: str) -> None:
        """Report a fault at the line of a key."""
        line = self._lines.of_key(self._path, key, self.origin.line)
        self.faults.report(Origin(self.origin.file, line), detail)

    def line_of(self, key: str) -> Origin:
        """Where a key stands."""
        return Origin(self.origin.file, self._lines.of_key(self._path, key, self.origin.line))

    def _is(self, key: str, kind: type) -> bool:
        return type(self.values.get(key)) is kind

    def _get(self, key: str, kind: type, default: Any = None) -> Any:
        self._asked.add(key)
        if self._is(key, kind):
            return self.values[key]
        if key in self.values:
            self.report(key, f"'{key}' must be {_KIND_NAMES[kind]}.")
        elif default is None:
            self.faults.report(self.origin, f"'{key}' is missing.")
        return kind() if default is None else default

    def _below(self, key: str, values: dict[str, Any], index: int) -> "Section":
        path = f"{self._path}.{key}".lstrip(".")
        line = self._lines.of_header(path, index, self.origin.line)
        return Section(
            values, Origin(self.origin.file, line), self._lines, f"{path}#{index}", self.faults
        )


_KIND_NAMES: dict[type, str] = {
    str: "a text",
    int: "a number",
    bool: "true or false",
    list: "a list",
    dict: "a table",
}


class _Lines:
    """Lines of headers and keys: tomllib keeps none."""

    def __init__(self, text: str) -> None:
        self.headers: dict[tuple[str, int], int] = {}
        self.keys: dict[tuple[str, str], int] = {}
        path, counts = "", dict[str, int]()
        for number, line in enumerate(text.splitlines(), 1):
            if header := _HEADER.match(line):
                name = header[1]
                index = counts[name] = counts.get(name, -1) + 1
                self.headers[name, index] = number
                path = f"{name}#{index}"
            elif key := _KEY.match(line):
                self.keys.setdefault((path, key[1]), number)

    def of_header(self, path: str, index: int, otherwise: int) -> int:
        return self.headers.get((re.sub(r"#\d+", "", path), index), otherwise)

    def of_key(self, path: str, key: str, otherwise: int) -> int:
        return self.keys.get((path, key), otherwise)


def read_toml(data: bytes, file: str, faults: Faults) -> Section:
    """The top table of a TOML 1.0 file.

    Raises:
        SourceError: not UTF-8, or not TOML.
    """
    text = decode(data, file).removeprefix("\ufeff")
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        _broken_toml(file, error)
    return Section(values, Origin(file, 1), _Lines(text), "", faults)


def _broken_toml(file: str, error: tomllib.TOMLDecodeError) -> NoReturn:
    place = re.search(r"at line (\d+)", str(error))
    refuse([Fault(file, int(place[1]) if place else 1, f"The TOML can't be read: {error}.")])
    raise error
