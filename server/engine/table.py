"""What the formats for tables have in common."""

from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from .labels import Labels

Term = NamedNode | BlankNode | Literal | Triple
XSD = "http://www.w3.org/2001/XMLSchema#"
_KEPT = 50_000
"""Terms that are kept as they were written."""


class Table:
    """A format for tables. A term is written once and kept: columns repeat themselves."""

    foot = ""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.label = Labels()
        self._written: dict[Term, str] = {}

    def head(self) -> str:
        raise NotImplementedError

    def row(self, solution: Iterable[Term | None], *, first: bool) -> str:
        raise NotImplementedError

    def write_term(self, term: Term) -> str:
        raise NotImplementedError

    def term(self, term: Term) -> str:
        """The term in this format."""
        text = self._written.get(term)
        if text is None:
            if len(self._written) >= _KEPT:
                self._written.clear()
            text = self._written[term] = self.write_term(term)
        return text


def direction_of(literal: Literal) -> str:
    """Its base direction: `ltr` or `rtl`."""
    return str(literal).rpartition("--")[2]
