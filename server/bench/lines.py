"""Statements as lines of N-Quads, written as text: a million of them in seconds."""

from collections.abc import Iterator, Mapping
from functools import cache

from ..vocab import DEFAULT_BASE, PREFIXES

Value = str | list[str]


@cache
def term(name: str) -> str:
    """A term of a vocabulary by its prefixed name: `skos:prefLabel`."""
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{local}>"


def thing(kind: str, key: str) -> str:
    """A thing under the default base, which the stored queries name too."""
    return f"<{DEFAULT_BASE}id/{kind}/{key}>"


def graph(name: str) -> str:
    """A named graph of the dataset."""
    return thing("graph", name)


def english(text: str) -> str:
    """A text in English; without quotes, backslashes or line breaks, so nothing is escaped."""
    return f'"{text}"@en'


def plain(text: str) -> str:
    """A text without a language; what `english` says of characters holds here too."""
    return f'"{text}"'


def typed(value: object, datatype: str) -> str:
    """A value of an XML Schema datatype."""
    return f'"{value}"^^{term(f"xsd:{datatype}")}'


def facts(place: str, subject: str, said: Mapping[str, Value]) -> Iterator[str]:
    """One line for each value; several values of a property stand in a list.

    Args:
        place: the named graph.
        said: values, as N-Quads has them, by the prefixed name of the property; `a` is the class.
    """
    for name, values in said.items():
        property_ = term("rdf:type" if name == "a" else name)
        for value in [values] if isinstance(values, str) else values:
            yield f"{subject} {property_} {value} {place} .\n"
