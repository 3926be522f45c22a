"""Stored queries: files of SPARQL with a header that is a promise and parameters that are terms.

A file starts with lines `#+ key: value` and is, below them, a query that runs as it stands. Each
parameter has a line `VALUES ?name { default }` wherever the query needs it; binding puts another
RDF term, serialised by a library, in the place of the default. `queries/README.md` has the rules.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from pathlib import PurePath

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from . import resources
from .errors import ParameterError, SourceError, UnknownName
from .vocab import DEFAULT_BASE

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

XSD = "http://www.w3.org/2001/XMLSchema#"
UNDEF = "UNDEF"

_KEY = re.compile(r"#\+ ([a-z]+): (\S.*)")
_PARAMETER = re.compile(
    r"(?P<name>[a-z][a-z0-9_]*) (?P<type>[a-z]+)"
    r' (?P<default>"(?:[^"\\]|\\.)*"|<[^<>\s]*>|[^\s"<>]+) (?P<help>\S.*)'
)
_VALUES = re.compile(r"(?P<before> *VALUES \?(?P<name>\w+) \{ )(?P<data>.*)(?P<after> \})")
_THING = re.compile(re.escape(f"<{DEFAULT_BASE}id/") + r"([^<>\s]*)>")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_THING_KEY = re.compile(r"[a-z]+/[^\s/]+")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ESCAPE = re.compile(r"\\(?:\\(?P<letter>[uU])|u(?P<digits>[0-9A-F]{4})|.)")

Term = NamedNode | Literal


@dataclass(frozen=True)
class Parameter:
    """A value that the user of a stored query may choose.

    Args:
        type: one of `TYPES`.
        default: the value that the file has, as text; None leaves the variable free (UNDEF).
        help: what it means, for forms and documents.
    """

    name: str
    type: str
    default: str | None
    help: str

    def term(self, value: str, base: str = DEFAULT_BASE) -> Term | None:
        """A value as the RDF term that goes into the query; None leaves the variable free.

        An empty value leaves an optional parameter free, as an untouched field of a form does.

        Args:
            base: base IRI under which a key such as `priority/met-2019-4` is looked up.

        Raises:
            ParameterError: the value is not one of the type.
        """
        if not value and self.default is None:
            return None
        try:
            return TYPES[self.type].read(value, base)
        except ValueError as error:
            raise ParameterError(
                f"The parameter {self.name} can't be {_shown(value)}.",
                remedy=f"Give {TYPES[self.type].wanted}.",
                extra={"parameter": self.name, "type": self.type},
            ) from error


@dataclass(frozen=True)
class QueryFile:
    """A stored query.

    Args:
        name: of the file, without `.rq`.
        folder: one of `FOLDERS`.
        text: the whole file.
        question: what it answers, in a reader's words.
        rows: solutions or triples of the answer with the default values; None: not promised.
        message, level: of a check: what is wrong where it finds something, and for which editions.
    """

    name: str
    folder: str
    text: str
    summary: str
    question: str = ""
    audience: str = ""
    kind: str = ""
    parameters: tuple[Parameter, ...] = ()
    rows: int | None = None
    message: str = ""
    level: str = ""

    def bind(self, values: Mapping[str, str], base: str = DEFAULT_BASE) -> str:
        """The query with these values, and with the things of another deployment's base IRI.

        Args:
            values: by name of the parameter; one that is left out keeps its default.
            base: base IRI of the deployment, ends in a slash.

        Raises:
            ParameterError: no such parameter, or a value that is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise self._no_such_parameter(name)
        terms = {name: known[name].term(value, base) for name, value in values.items()}
        return "\n".join(_bound(line, terms) for line in _rebased(self.text, base).split("\n"))

    def under(self, base: str) -> "QueryFile":
        """The same query, header and all, over the things of another deployment."""
        return read(_rebased(self.text, base), self.name, self.folder)

    def _no_such_parameter(self, name: str) -> ParameterError:
        names = [parameter.name for parameter in self.parameters]
        offer = f"It takes: {', '.join(names)}." if names else "It takes none."
        return ParameterError(
            f"The query {self.name} has no parameter {_shown(name)}.",
            remedy=offer,
            extra={"parameter": name, "parameters": names},
        )


def library() -> dict[str, QueryFile]:
    """The queries that users may ask, by name."""
    return stored("library")


@cache
def _stored(folder: str) -> tuple[QueryFile, ...]:
    return tuple(
        read(file.read_text(encoding="utf-8"), PurePath(file.name).stem, folder)
        for file in resources.listing("queries", folder, suffix=".rq")
    )


def stored(folder: str) -> dict[str, QueryFile]:
    """The queries of one of `FOLDERS`, by name.

    Raises:
        SourceError: a file whose header is not as it should be.
    """
    return {query.name: query for query in _stored(folder)}


def load(name: str, folder: str = "library") -> QueryFile:
    """One stored query.

    Raises:
        UnknownName: there is none of that name; offers the nearest ones.
    """
    queries = stored(folder)
    if name in queries:
        return queries[name]
    near = get_close_matches(name, queries, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise UnknownName(
        f"There is no stored query {_shown(name)}.",
        remedy=f"{hint}`ari query` without a name lists all {len(queries)}.",
        extra={"name": name, "near": near},
    )


def read(text: str, name: str, folder: str = "library") -> QueryFile:
    """The header of a query file.

    Raises:
        SourceError: a line that is no `#+ key: value`, an unknown, doubled or missing key, a
            value that the key can't have, or a parameter that the query does not bind.
    """
    return _Header(text, name, folder).query()


class _Header:
    """Reads one header; knows the file for its messages."""

    def __init__(self, text: str, name: str, folder: str) -> None:
        self.text = text
        self.name = name
        self.folder = folder
        self.lines = text.split("\n")

    def query(self) -> QueryFile:
        values: dict[str, str] = {}
        parameters: list[Parameter] = []
        for number, key, value in self.entries():
            if key == "parameter":
                parameters.append(self.parameter(number, value, parameters))
            elif key in values:
                raise self.fault(number, f"`{key}` is there twice.")
            else:
                values[key] = value
        self.refuse_missing_keys(values)
        self.refuse_unbound(parameters)
        return QueryFile(
            name=self.name,
            folder=self.folder,
            text=self.text,
            summary=values["summary"],
            question=values.get("question", ""),
            audience=values.get("audience", ""),
            kind=values.get("kind", ""),
            parameters=tuple(parameters),
            rows=int(values["rows"]) if "rows" in values else None,
            message=values.get("message", ""),
            level=values.get("level", ""),
        )

    def entries(self) -> list[tuple[int, str, str]]:
        """Line, key and value of each entry."""
        size = next((i for i, t in enumerate(self.lines) if not t.startswith("#+")), 0)
        for number, line in enumerate(self.lines[size:], start=size + 1):
            if line.startswith("#+"):
                raise self.fault(number, "a header line stands below the header.")
        return [self.entry(i, line) for i, line in enumerate(self.lines[:size], start=1)]

    def entry(self, number: int, line: str) -> tuple[int, str, str]:
        match = _KEY.fullmatch(line)
        if not match:
            raise self.fault(number, "a header line reads `#+ key: value`.")
        key, value = match[1], match[2].rstrip()
        if key not in ALLOWED:
            raise self.fault(number, f"`{key}` is no key of a header.", _one_of(ALLOWED))
        allowed = ALLOWED[key]
        if allowed is not None and value not in allowed:
            raise self.fault(number, f"`{key}` can't be `{value}`.", _one_of(allowed))
        if key == "rows" and not re.fullmatch("[0-9]+", value):
            raise self.fault(number, "`rows` is a whole number.")
        return number, key, value

    def parameter(self, number: int, value: str, before: list[Parameter]) -> Parameter:
        match = _PARAMETER.fullmatch(value)
        if not match:
            raise self.fault(
                number,
                "the parameter can't be read.",
                "It reads `#+ parameter: name type default help`; an IRI stands in <>, a string "
                "in double quotes, and UNDEF makes the parameter optional.",
            )
        if match["type"] not in TYPES:
            raise self.fault(number, f"`{match['type']}` is no type.", _one_of(TYPES))
        if match["name"] in {parameter.name for parameter in before}:
            raise self.fault(number, f"the parameter `{match['name']}` is there twice.")
        try:
            default = _default(match["type"], match["default"])
            parameter = Parameter(match["name"], match["type"], default, match["help"])
            parameter.term(default or "")
        except (ParameterError, ValueError) as error:
            raise self.fault(number, f"the default is no {match['type']}: {error}") from error
        return parameter

    def refuse_missing_keys(self, values: Mapping[str, str]) -> None:
        missing = sorted(FOLDERS[self.folder] - values.keys())
        if missing:
            raise self.fault(1, f"the header has no `#+ {missing[0]}: …`.")

    def refuse_unbound(self, parameters: list[Parameter]) -> None:
        """The default in the header and every one in the query are the same term."""
        defaults = {
            parameter.name: parameter.term(parameter.default or "") for parameter in parameters
        }
        seen = set()
        for number, line in enumerate(self.lines, start=1):
            match = _VALUES.fullmatch(line)
            if match and match["name"] in defaults:
                seen.add(match["name"])
                self.compare(number, match["data"], defaults[match["name"]])
        for name in sorted(defaults.keys() - seen):
            raise self.fault(1, f"the query has no line `  VALUES ?{name} {{ … }}`.")

    def compare(self, number: int, data: str, default: Term | None) -> None:
        try:
            same = _data(data) == default
        except ValueError as error:
            raise self.fault(number, f"{data} is no single term: {error}") from error
        if not same:
            raise self.fault(number, f"the header's default is {_serialised(default)}, not {data}.")

    def fault(self, number: int, detail: str, remedy: str = "") -> SourceError:
        return SourceError(f"queries/{self.folder}/{self.name}.rq", number, detail, remedy=remedy)


@dataclass(frozen=True)
class _Type:
    """A type of parameter: how its text becomes a term, and what to say when it can't."""

    read: Callable[[str, str], Term]
    wanted: str


def _iri(value: str, base: str) -> Term:
    if _ABSOLUTE.match(value):
        return NamedNode(value)
    if not _THING_KEY.fullmatch(value):
        raise ValueError(value)
    return NamedNode(f"{base}id/{value}")


def _string(value: str, base: str) -> Term:
    return Literal(value)


def _language(value: str, base: str) -> Term:
    return Literal(_matching(_LANGUAGE, value).lower())


def _integer(value: str, base: str) -> Term:
    return Literal(str(int(_matching(_INTEGER, value))), datatype=NamedNode(XSD + "integer"))


def _date(value: str, base: str) -> Term:
    day = date.fromisoformat(_matching(_DATE, value))
    return Literal(day.isoformat(), datatype=NamedNode(XSD + "date"))


def _boolean(value: str, base: str) -> Term:
    word = _matching(re.compile("true|false"), value)
    return Literal(word, datatype=NamedNode(XSD + "boolean"))


def _matching(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(value)
    return value


TYPES: dict[str, _Type] = {
    "iri": _Type(_iri, "a key such as priority/met-2019-4, or a whole IRI"),
    "string": _Type(_string, "a text of Unicode characters"),
    "language": _Type(_language, "a language tag such as en or cy"),
    "integer": _Type(_integer, "a whole number of at most 18 digits"),
    "date": _Type(_date, "a date such as 2019-06-30"),
    "boolean": _Type(_boolean, "true or false"),
}
"""The types of parameters."""


def _serialised(term: Term | None) -> str:
    r"""A term in SPARQL, the same to every engine.

    SPARQL replaces `\u…` before it reads strings (SPARQL 1.1 Query Language, 19.2). Some engines
    then don't see that the backslash before a `u` is itself escaped, or take eight digits where
    four are meant: so that `u` is escaped too, and every escape by number has eight digits.
    """
    return UNDEF if term is None else _ESCAPE.sub(_by_number, str(term))


def _by_number(match: re.Match[str]) -> str:
    if match["letter"]:
        return rf"\\\U{ord(match['letter']):08X}"
    return rf"\U{match['digits']:0>8}" if match["digits"] else match[0]


def _bound(line: str, terms: Mapping[str, Term | None]) -> str:
    match = _VALUES.fullmatch(line)
    if not match or match["name"] not in terms:
        return line
    return match["before"] + _serialised(terms[match["name"]]) + match["after"]


def _rebased(text: str, base: str) -> str:
    if base == DEFAULT_BASE:
        return text
    return _THING.sub(lambda match: f"<{base}id/{match[1]}>", text)


def _default(kind: str, text: str) -> str | None:
    """The value of a default in a header; None for UNDEF."""
    if text == UNDEF:
        return None
    wanted = {"iri": "<", "string": '"'}.get(kind, "")
    if (text[0] if text[0] in '<"' else "") != wanted:
        raise ValueError(f"the type {kind} is written otherwise than {text}")
    term = _data(text) if wanted else None
    return term.value if term else text


def _data(text: str) -> Term | None:
    """The one term of a VALUES line, which Turtle writes as SPARQL does; None for UNDEF."""
    if text == UNDEF:
        return None
    try:
        objects = [quad.object for quad in parse(f"<x:> <x:> {text} .", RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise ValueError(str(error)) from error
    if len(objects) != 1 or not isinstance(objects[0], NamedNode | Literal):
        raise ValueError("one IRI or literal is needed")
    return objects[0]


def _one_of(names: "Mapping[str, object] | frozenset[str]") -> str:
    return f"It is one of: {', '.join(sorted(names))}."


def _shown(value: str, size: int = 60) -> str:
    return repr(value if len(value) <= size else value[: size - 1] + "…")
