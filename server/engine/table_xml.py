"""SPARQL Query Results XML Format (second edition, 2013), with triple terms and directions of its
1.2 draft."""

import re
from collections.abc import Iterable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ..errors import NotAcceptable
from ..formats import carrying
from .table import XSD, Table, Term, direction_of

START = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
_SPECIAL = re.compile("[&<>\"'\t\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|^ | $")
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ESCAPES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&apos;",
    "\t": "&#9;",
    "\n": "&#10;",
    "\r": "&#13;",
    " ": "&#32;",
}


def boolean(word: str) -> str:
    """The answer of an ASK.

    Args:
        word: `true` or `false`.
    """
    return f"{START}<head></head><boolean>{word}</boolean></sparql>"


class Xml(Table):
    """Rows as elements."""

    foot = "</results></sparql>"

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self._starts = [f'<binding name="{name}">' for name in names]

    def head(self) -> str:
        variables = "".join(f'<variable name="{name}"/>' for name in self.names)
        return f"{START}<head>{variables}</head><results>"

    def row(self, solution: Iterable[Term | None], *, first: bool) -> str:
        term = self.term
        cells = [
            f"{start}{term(value)}</binding>"
            for start, value in zip(self._starts, solution, strict=True)
            if value is not None
        ]
        return f"<result>{''.join(cells)}</result>"

    def write_term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return f"<uri>{_xml(term.value)}</uri>"
        if isinstance(term, BlankNode):
            return f"<bnode>{self.label(term)}</bnode>"
        if isinstance(term, Triple):
            s, p, o = (self.term(part) for part in term)
            return (
                f"<triple><subject>{s}</subject><predicate>{p}</predicate>"
                f"<object>{o}</object></triple>"
            )
        return f"<literal{_xml_tags(term)}>{_xml(term.value)}</literal>"


def _xml(text: str) -> str:
    """Character data. White space that a reader might trim or change stands as references."""
    return _SPECIAL.sub(_xml_escape, text)


def _xml_escape(match: re.Match[str]) -> str:
    character = match.group()
    if character not in _ESCAPES:
        raise NotAcceptable(
            f"XML: a value holds U+{ord(character):04X}, which XML 1.0 (2.2) can't express",
            [item.name for item in carrying("table") if item.name != "xml"],
        )
    return _ESCAPES[character]


def _xml_tags(literal: Literal) -> str:
    if literal.language:
        its = ""
        if literal.direction:
            its = (
                f' its:dir="{direction_of(literal)}" xmlns:its="http://www.w3.org/2005/11/its"'
                ' its:version="2.0"'
            )
        return f' xml:lang="{literal.language}"{its}'
    datatype = literal.datatype.value
    return "" if datatype == XSD + "string" else f' datatype="{_xml(datatype)}"'
