"""SPARQL 1.1 Query Results CSV and TSV Formats, and what their 1.2 drafts add."""

import re
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ..spreadsheet import neutral
from .table import XSD, Table, Term, direction_of


class Csv(Table):
    """Values without their types (section 3)."""

    def head(self) -> str:
        return ",".join(map(_csv, self.names)) + "\r\n"

    def row(self, solution: Iterable[Term | None], *, first: bool) -> str:
        return ",".join(["" if v is None else self.term(v) for v in solution]) + "\r\n"

    def write_term(self, term: Term) -> str:
        return _csv(self._plain(term))

    def _plain(self, term: Term) -> str:
        if isinstance(term, BlankNode):
            return f"_:{self.label(term)}"
        if isinstance(term, Triple):
            return " ".join(self._plain(part) for part in term)
        return term.value


class Spreadsheet(Csv):
    """CSV to be opened in a spreadsheet: no cell is a formula, and the encoding is told."""

    def head(self) -> str:
        return f"\ufeff{super().head()}"

    def write_term(self, term: Term) -> str:
        return _csv(neutral(self._plain(term)))


def _csv(text: str) -> str:
    """A field (RFC 4180, section 2)."""
    special = '"' in text or "," in text or "\n" in text or "\r" in text
    return '"' + text.replace('"', '""') + '"' if special else text


_NUMBERS = {
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+"),
}
"""Lexical forms that Turtle reads as a number of that datatype (Turtle, 2.5.2)."""
_TSV_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f]')
_TSV_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Tsv(Table):
    """Terms as Turtle writes them (section 4)."""

    def head(self) -> str:
        return "\t".join("?" + name for name in self.names) + "\n"

    def row(self, solution: Iterable[Term | None], *, first: bool) -> str:
        return "\t".join(["" if v is None else self.term(v) for v in solution]) + "\n"

    def write_term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return f"<{term.value}>"
        if isinstance(term, BlankNode):
            return f"_:{self.label(term)}"
        if isinstance(term, Triple):
            return f"<<( {' '.join(self.term(part) for part in term)} )>>"
        return _tsv_literal(term)


def _tsv_literal(literal: Literal) -> str:
    datatype = literal.datatype.value
    number = _NUMBERS.get(datatype)
    if number and number.fullmatch(literal.value):
        return literal.value
    quoted = f'"{_TSV_SPECIAL.sub(_tsv_escape, literal.value)}"'
    if literal.language:
        direction = f"--{direction_of(literal)}" if literal.direction else ""
        return f"{quoted}@{literal.language}{direction}"
    return quoted if datatype == XSD + "string" else f"{quoted}^^<{datatype}>"


def _tsv_escape(match: re.Match[str]) -> str:
    character = match.group()
    return _TSV_ESCAPES.get(character) or f"\\u{ord(character):04X}"
