"""Parameters of stored queries: text becomes an RDF term, and a term becomes SPARQL."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from .errors import ParameterError
from .vocab import DEFAULT_BASE

XSD = "http://www.w3.org/2001/XMLSchema#"
UNDEF = "UNDEF"

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_THING_KEY = re.compile(r"[a-z]+(?:-[a-z]+)*/[^\s/]+")
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
                f"The parameter {self.name} can't be {shown(value)}.",
                remedy=f"Give {TYPES[self.type].wanted}.",
                extra={"parameter": self.name, "type": self.type},
            ) from error


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


def serialised(term: Term | None) -> str:
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


def default(kind: str, text: str) -> str | None:
    """The value of a default in a header; None for UNDEF.

    Raises:
        ValueError: it is not written as one of the type, an IRI in <> and a string in quotes.
    """
    if text == UNDEF:
        return None
    wanted = {"iri": "<", "string": '"'}.get(kind, "")
    if (text[0] if text[0] in '<"' else "") != wanted:
        raise ValueError(f"the type {kind} is written otherwise than {text}")
    term = term_of(text) if wanted else None
    return term.value if term else text


def term_of(text: str) -> Term | None:
    """The one term of a VALUES line, which Turtle writes as SPARQL does; None for UNDEF.

    Raises:
        ValueError: it is none, or more than one.
    """
    if text == UNDEF:
        return None
    try:
        objects = [quad.object for quad in parse(f"<x:> <x:> {text} .", RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise ValueError(str(error)) from error
    if len(objects) != 1 or not isinstance(objects[0], NamedNode | Literal):
        raise ValueError("one IRI or literal is needed")
    return objects[0]


def shown(value: str, size: int = 60) -> str:
    """What somebody gave, short enough for a message."""
    return repr(value if len(value) <= size else value[: size - 1] + "…")
