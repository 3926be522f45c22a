"""SPARQL 1.1 Query Results JSON Format, and what its 1.2 draft adds: triple terms, directions."""

from collections.abc import Iterable
from json import JSONEncoder
from json.encoder import encode_basestring as _quote

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from .table import XSD, Table, Term, direction_of

_NAMES = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def boolean(word: str) -> str:
    """The answer of an ASK.

    Args:
        word: `true` or `false`.
    """
    return f'{{"head":{{}},"boolean":{word}}}'


class Json(Table):
    """Rows as objects, without white space."""

    foot = "]}}"

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self._keys = [_quote(name) + ":" for name in names]

    def head(self) -> str:
        names = _NAMES.encode(self.names)
        return f'{{"head":{{"vars":{names}}},"results":{{"bindings":['

    def row(self, solution: Iterable[Term | None], *, first: bool) -> str:
        term = self.term
        cells = [
            key + term(value)
            for key, value in zip(self._keys, solution, strict=True)
            if value is not None
        ]
        return ("{" if first else ",{") + ",".join(cells) + "}"

    def write_term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return f'{{"type":"uri","value":{_quote(term.value)}}}'
        if isinstance(term, BlankNode):
            return f'{{"type":"bnode","value":"{self.label(term)}"}}'
        if isinstance(term, Triple):
            s, p, o = (self.term(part) for part in term)
            return f'{{"type":"triple","value":{{"subject":{s},"predicate":{p},"object":{o}}}}}'
        return f'{{"type":"literal","value":{_quote(term.value)}{_json_tags(term)}}}'


def _json_tags(literal: Literal) -> str:
    if literal.language:
        direction = f',"its:dir":{_quote(direction_of(literal))}' if literal.direction else ""
        return f',"xml:lang":{_quote(literal.language)}{direction}'
    datatype = literal.datatype.value
    return "" if datatype == XSD + "string" else f',"datatype":{_quote(datatype)}'
