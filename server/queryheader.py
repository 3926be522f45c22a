"""Headers of stored queries: lines `#+ key: value`, and what they promise of the query below."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from . import queryparameter
from .errors import ParameterError, SourceError
from .queryparameter import TYPES, Parameter, Term

FOLDERS: dict[str, frozenset[str]] = {
    "library": frozenset({"summary", "question", "audience", "kind", "rows"}),
    "pages": frozenset({"summary"}),
    "checks": frozenset({"summary", "message", "level"}),
}
"""The folders of `queries/`, each with the keys that a header there must have."""

ALLOWED: dict[str, frozenset[str] | None] = {
    "summary": None,
    "question": None,
    "message": None,
    "audience": frozenset({"researcher", "cross-referencer", "publisher"}),
    "kind": frozenset(
        {"lookup", "join", "aggregate", "text", "path", "construct", "cross-reference"}
    ),
    "level": frozenset({"core", "edited"}),
    "rows": None,
    "parameter": None,
}
"""Every key of a header, with the values that it may have; None: any text."""

_KEY = re.compile(r"#\+ ([a-z]+): (\S.*)")
_PARAMETER = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*) (?P<type>[a-z]+)"
    r' (?P<default>"(?:[^"\\]|\\.)*"|<[^<>\s]*>|[^\s"<>]+) (?P<help>\S.*)'
)
VALUES = re.compile(r"(?P<before> *VALUES \?(?P<name>\w+) \{ )(?P<data>.*)(?P<after> \})")
"""A line of a query that binds a parameter."""


@dataclass(frozen=True)
class Header:
    """What a header says.

    Args:
        values: by key, but for the parameters.
    """

    values: Mapping[str, str]
    parameters: tuple[Parameter, ...]


class HeaderReader:
    """Reads one header; knows the file for its messages."""

    def __init__(self, text: str, name: str, folder: str) -> None:
        self._text = text
        self._name = name
        self._folder = folder
        self._lines = text.split("\n")

    def read(self) -> Header:
        """All of it.

        Raises:
            SourceError: a line that is no `#+ key: value`, an unknown, doubled or missing key, a
                value that the key can't have, or a parameter that the query does not bind.
        """
        values: dict[str, str] = {}
        parameters: list[Parameter] = []
        for number, key, value in self._entries():
            if key == "parameter":
                parameters.append(self._parameter(number, value, parameters))
            elif key in values:
                raise self._fault(number, f"`{key}` is there twice.")
            else:
                values[key] = value
        self._refuse_missing_keys(values)
        self._refuse_unbound(parameters)
        return Header(values, tuple(parameters))

    def _entries(self) -> list[tuple[int, str, str]]:
        """Line, key and value of each entry."""
        size = next((i for i, t in enumerate(self._lines) if not t.startswith("#+")), 0)
        for number, line in enumerate(self._lines[size:], start=size + 1):
            if line.startswith("#+"):
                raise self._fault(number, "a header line stands below the header.")
        return [self._entry(i, line) for i, line in enumerate(self._lines[:size], start=1)]

    def _entry(self, number: int, line: str) -> tuple[int, str, str]:
        match = _KEY.fullmatch(line)
        if not match:
            raise self._fault(number, "a header line reads `#+ key: value`.")
        key, value = match[1], match[2].rstrip()
        if key not in ALLOWED:
            raise self._fault(number, f"`{key}` is no key of a header.", _one_of(ALLOWED))
        allowed = ALLOWED[key]
        if allowed is not None and value not in allowed:
            raise self._fault(number, f"`{key}` can't be `{value}`.", _one_of(allowed))
        if key == "rows" and not re.fullmatch("[0-9]+", value):
            raise self._fault(number, "`rows` is a whole number.")
        return number, key, value

    def _parameter(self, number: int, value: str, before: list[Parameter]) -> Parameter:
        match = _PARAMETER.fullmatch(value)
        if not match:
            raise self._fault(
                number,
                "the parameter can't be read.",
                "It reads `#+ parameter: name type default help`; an IRI stands in <>, a string "
                "in double quotes, and UNDEF makes the parameter optional.",
            )
        if match["type"] not in TYPES:
            raise self._fault(number, f"`{match['type']}` is no type.", _one_of(TYPES))
        if match["name"] in {parameter.name for parameter in before}:
            raise self._fault(number, f"the parameter `{match['name']}` is there twice.")
        try:
            default = queryparameter.default(match["type"], match["default"])
            parameter = Parameter(match["name"], match["type"], default, match["help"])
            parameter.term(default or "")
        except (ParameterError, ValueError) as error:
            raise self._fault(number, f"the default is no {match['type']}: {error}") from error
        return parameter

    def _refuse_missing_keys(self, values: Mapping[str, str]) -> None:
        missing = sorted(FOLDERS[self._folder] - values.keys())
        if missing:
            raise self._fault(1, f"the header has no `#+ {missing[0]}: …`.")

    def _refuse_unbound(self, parameters: list[Parameter]) -> None:
        """The default in the header and every one in the query are the same term."""
        defaults = {
            parameter.name: parameter.term(parameter.default or "") for parameter in parameters
        }
        seen = set()
        for number, line in enumerate(self._lines, start=1):
            match = VALUES.fullmatch(line)
            if match and match["name"] in defaults:
                seen.add(match["name"])
                self._compare(number, match["data"], defaults[match["name"]])
        for name in sorted(defaults.keys() - seen):
            raise self._fault(1, f"the query has no line `  VALUES ?{name} {{ … }}`.")

    def _compare(self, number: int, data: str, default: Term | None) -> None:
        try:
            same = queryparameter.term_of(data) == default
        except ValueError as error:
            raise self._fault(number, f"{data} is no single term: {error}") from error
        if not same:
            own = queryparameter.serialised(default)
            raise self._fault(number, f"the header's default is {own}, not {data}.")

    def _fault(self, number: int, detail: str, remedy: str = "") -> SourceError:
        return SourceError(f"queries/{self._folder}/{self._name}.rq", number, detail, remedy=remedy)


def _one_of(names: "Mapping[str, object] | frozenset[str]") -> str:
    return f"It is one of: {', '.join(sorted(names))}."
