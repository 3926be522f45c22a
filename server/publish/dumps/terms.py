"""Terms of RDF in short forms, the same to every reader."""

import re
from collections.abc import Mapping

import pyoxigraph as ox

from ...vocab import PREFIXES

XSD = PREFIXES["xsd"]
RDF = PREFIXES["rdf"]

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_RELATIVE = re.compile(r"[a-z][a-z-]*(?:/[A-Za-z0-9_~-](?:[A-Za-z0-9._~-]*[A-Za-z0-9_~-])?)+")
_ESCAPE = re.compile(r"\\.")
_BARE = {
    f"{XSD}integer": re.compile("0|-?[1-9][0-9]*"),
    f"{XSD}boolean": re.compile("true|false"),
}
"""Forms that Turtle reads as a literal of that datatype without quotes (RDF 1.1 Turtle, 2.5).

Other forms of numbers, such as 01 and 1.0, are quoted: some readers keep the number only."""


class Shortener:
    """Shortens IRIs by prefixes and a base, and remembers what was used.

    Args:
        base: IRI that `<question/met-2019-4-2>` is relative to; empty: none.
    """

    def __init__(self, base: str = "", prefixes: Mapping[str, str] = PREFIXES) -> None:
        self.base = base
        self.prefixes = prefixes
        self.used: set[str] = set()
        self.based = False
        self._known: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        """An IRI as Turtle has it: prefixed, relative or whole."""
        found = self._known.get(iri)
        if found is None:
            found = self._known[iri] = self._prefixed(iri) or self._relative(iri)
        return found

    def term(self, term: ox.NamedNode | ox.BlankNode | ox.Literal) -> str:
        """A term as Turtle has it; literals are escaped as in N-Triples."""
        if isinstance(term, ox.NamedNode):
            return self.iri(term.value)
        return str(term) if isinstance(term, ox.BlankNode) else self._literal(term)

    def _literal(self, term: ox.Literal) -> str:
        text, kind = _quoted(term.value), term.datatype.value
        if term.language:
            return f"{text}@{term.language}"
        if kind in _BARE and _BARE[kind].fullmatch(term.value):
            return term.value
        return text if kind == f"{XSD}string" else f"{text}^^{self.iri(kind)}"

    def _prefixed(self, iri: str) -> str:
        for prefix, namespace in self.prefixes.items():
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(namespace) :]}"
        return ""

    def _relative(self, iri: str) -> str:
        rest = relative(iri, self.base)
        self.based |= rest != iri
        return f"<{rest}>"


def _quoted(text: str) -> str:
    """A string escaped as in N-Triples, but with its line breaks as they are."""
    escaped = str(ox.Literal(text))
    if "\n" not in text:
        return escaped
    return f'""{_ESCAPE.sub(_unbroken, escaped)}""'


def _unbroken(match: re.Match[str]) -> str:
    return "\n" if match[0] == r"\n" else match[0]


def relative(iri: str, base: str) -> str:
    """An IRI without the base where what is left can only be resolved in one way, else whole."""
    rest = iri[len(base) :]
    return rest if base and iri.startswith(base) and _RELATIVE.fullmatch(rest) else iri
