"""Answers in the formats of the W3C, blank nodes named b0, b1… in order of appearance.

Tables: SPARQL 1.1 Query Results JSON, CSV and TSV (2013) and XML (second edition, 2013), with the
triple terms and base directions of their 1.2 drafts. Everything is written as it is found, so that
an answer over a limit stops there.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from json import dumps
from json.encoder import encode_basestring as _quote
from typing import IO, Protocol, cast

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, Variable, serialize

from ..errors import NotAcceptable
from ..formats import carrying
from ..spreadsheet import neutral
from ..vocab import PREFIXES

Term = NamedNode | BlankNode | Literal | Triple
Write = Callable[[bytes], object]

_XSD = "http://www.w3.org/2001/XMLSchema#"
_BATCH = 512


class Solutions(Protocol):
    """The rows of a SELECT, as pyoxigraph gives them."""

    @property
    def variables(self) -> Sequence[Variable]: ...

    def __iter__(self) -> Iterator[Iterable[Term | None]]: ...


class InOrder:
    """The rows of a `SELECT *` with their columns in the order in which the query names them.

    Args:
        solutions: the rows.
        names: of variables, at least those of the rows.
    """

    def __init__(self, solutions: Solutions, names: Sequence[str]) -> None:
        found = [variable.value for variable in solutions.variables]
        self._solutions = solutions
        self._columns = [found.index(name) for name in names if name in found]
        self.variables = [solutions.variables[column] for column in self._columns]

    def __iter__(self) -> Iterator[Iterable[Term | None]]:
        for solution in self._solutions:
            values = tuple(solution)
            yield [values[column] for column in self._columns]


def table(
    solutions: Solutions, format_name: str, write: Write, count: Callable[[int], None]
) -> int:
    """Write the answer of a SELECT.

    Args:
        solutions: its rows.
        format_name: `json`, `xml`, `csv`, `spreadsheet` or `tsv`.
        write: takes the bytes, in order.
        count: is told the number of rows so far, at least once for each few hundred.

    Returns:
        The number of rows.

    Raises:
        NotAcceptable: the format can't express a value.
    """
    names = [variable.value for variable in solutions.variables]
    form = _TABLES[format_name](names)
    write(form.head().encode())
    rows = 0
    batch: list[str] = []
    for solution in solutions:
        batch.append(form.row(solution, first=rows == 0))
        rows += 1
        if len(batch) >= _BATCH:
            count(rows)
            write("".join(batch).encode())
            batch.clear()
    count(rows)
    batch.append(form.foot)
    write("".join(batch).encode())
    return rows


def boolean(value: bool, format_name: str) -> bytes:
    """The answer of an ASK as `json` or `xml`."""
    word = "true" if value else "false"
    if format_name == "json":
        return f'{{"head":{{}},"boolean":{word}}}'.encode()
    return f"{_XML_START}<head></head><boolean>{word}</boolean></sparql>".encode()


class _Labels:
    """New names for blank nodes, in order of appearance."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def __call__(self, node: BlankNode) -> str:
        return self._names.setdefault(node.value, f"b{len(self._names)}")


class _Table:
    """A format for tables. A term is written once and kept: columns repeat themselves."""

    foot = ""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.label = _Labels()
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
            if len(self._written) >= _KEPT_TERMS:
                self._written.clear()
            text = self._written[term] = self.write_term(term)
        return text


_KEPT_TERMS = 50_000


class _Json(_Table):
    foot = "]}}"

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self._keys = [_quote(name) + ":" for name in names]

    def head(self) -> str:
        names = dumps(self.names, ensure_ascii=False, separators=(",", ":"))
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
        direction = f',"its:dir":{_quote(_direction(literal))}' if literal.direction else ""
        return f',"xml:lang":{_quote(literal.language)}{direction}'
    datatype = literal.datatype.value
    return "" if datatype == _XSD + "string" else f',"datatype":{_quote(datatype)}'


def _direction(literal: Literal) -> str:
    return str(literal).rpartition("--")[2]


_XML_START = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'
_XML_SPECIAL = re.compile("[&<>\"'\t\n\r\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|^ | $")
_XML_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_ESCAPES = {
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


class _Xml(_Table):
    foot = "</results></sparql>"

    def __init__(self, names: list[str]) -> None:
        super().__init__(names)
        self._starts = [f'<binding name="{name}">' for name in names]

    def head(self) -> str:
        variables = "".join(f'<variable name="{name}"/>' for name in self.names)
        return f"{_XML_START}<head>{variables}</head><results>"

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
    return _XML_SPECIAL.sub(_xml_escape, text)


def _xml_escape(match: re.Match[str]) -> str:
    character = match.group()
    if character not in _XML_ESCAPES:
        raise NotAcceptable(
            f"XML: a value holds U+{ord(character):04X}, which XML 1.0 (2.2) can't express",
            [item.name for item in carrying("table") if item.name != "xml"],
        )
    return _XML_ESCAPES[character]


def _xml_tags(literal: Literal) -> str:
    if literal.language:
        its = ""
        if literal.direction:
            its = (
                f' its:dir="{_direction(literal)}" xmlns:its="http://www.w3.org/2005/11/its"'
                ' its:version="2.0"'
            )
        return f' xml:lang="{literal.language}"{its}'
    datatype = literal.datatype.value
    return "" if datatype == _XSD + "string" else f' datatype="{_xml(datatype)}"'


class _Csv(_Table):
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


class _Spreadsheet(_Csv):
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
    _XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    _XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    _XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+"),
}
"""Lexical forms that Turtle reads as a number of that datatype (Turtle, 2.5.2)."""
_TSV_SPECIAL = re.compile('["\\\\\x00-\x1f\x7f]')
_TSV_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class _Tsv(_Table):
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
        direction = f"--{_direction(literal)}" if literal.direction else ""
        return f"{quoted}@{literal.language}{direction}"
    return quoted if datatype == _XSD + "string" else f"{quoted}^^<{datatype}>"


def _tsv_escape(match: re.Match[str]) -> str:
    character = match.group()
    return _TSV_ESCAPES.get(character) or f"\\u{ord(character):04X}"


_TABLES: dict[str, Callable[[list[str]], _Table]] = {
    "json": _Json,
    "xml": _Xml,
    "csv": _Csv,
    "spreadsheet": _Spreadsheet,
    "tsv": _Tsv,
}

_GRAPHS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}


def graph(
    triples: Iterable[Triple], format_name: str, write: Write, count: Callable[[int], None]
) -> int:
    """Write the answer of a CONSTRUCT or DESCRIBE, each triple once: a graph is a set.

    The triples of one subject stand together, and only prefixes that are used are declared.

    Args, Returns, Raises: as `table`; `format_name` is one for graphs.
    """
    by_subject = _by_subject(map(restored, triples), count)
    found = [triple for group in by_subject.values() for triple in group]
    if format_name == "rdf":
        refuse_what_xml_lacks(found)
    output = _Output(write)
    serialize(
        _renamed(found), cast(IO[bytes], output), _GRAPHS[format_name], prefixes=_prefixes(found)
    )
    output.flush()
    return len(found)


def restored(triple: Triple) -> Triple:
    """The triple as it was stated: the store keeps every kind of integer as `xsd:integer`."""
    kind = _INTEGERS.get(triple.predicate.value)
    value = triple.object
    if kind is None or not isinstance(value, Literal) or value.datatype != _INTEGER:
        return triple
    number = int(value.value)
    least = 1 if kind is _POSITIVE else 0
    if number < least:
        return triple
    return Triple(triple.subject, triple.predicate, Literal(value.value, datatype=kind))


def _by_subject(
    triples: Iterable[Triple], count: Callable[[int], None]
) -> dict[object, dict[Triple, None]]:
    """Each triple once, under its subject; both in order of appearance."""
    groups: dict[object, dict[Triple, None]] = {}
    total = 0
    for triple in triples:
        group = groups.setdefault(triple.subject, {})
        if triple not in group:
            group[triple] = None
            total += 1
            count(total)
    return groups


def _renamed(triples: Iterable[Triple]) -> Iterator[Triple]:
    label = _Labels()
    return (_rename(triple, label) for triple in triples)


def _rename(triple: Triple, label: _Labels) -> Triple:
    s, p, o = triple
    if isinstance(s, NamedNode) and isinstance(o, NamedNode | Literal):
        return triple
    subject = BlankNode(label(s)) if isinstance(s, BlankNode) else s
    if isinstance(o, BlankNode):
        return Triple(subject, p, BlankNode(label(o)))
    return Triple(subject, p, _rename(o, label) if isinstance(o, Triple) else o)


_NAMESPACE = re.compile(r".*[#/]", re.DOTALL)
_INTEGER = NamedNode(f"{_XSD}integer")
_POSITIVE, _FROM_ZERO = (
    NamedNode(f"{_XSD}{name}") for name in ("positiveInteger", "nonNegativeInteger")
)
_INTEGERS = {
    f"{PREFIXES['ari']}position": _POSITIVE,
    f"{PREFIXES['oa']}start": _FROM_ZERO,
    f"{PREFIXES['oa']}end": _FROM_ZERO,
}
"""Properties of our model whose values are a narrower kind of integer."""


def _prefixes(triples: Iterable[Triple]) -> dict[str, str]:
    """Those of our prefixes that some IRI begins with."""
    iris: set[str] = set()
    for triple in triples:
        for term in triple:
            if isinstance(term, NamedNode):
                iris.add(term.value)
            elif isinstance(term, Literal):
                iris.add(term.datatype.value)
    spaces = {match.group() for iri in iris if (match := _NAMESPACE.match(iri))}
    return {prefix: space for prefix, space in PREFIXES.items() if space in spaces}


class _Output:
    """What pyoxigraph writes to: larger pieces go on at once.

    It puts prefixes in order, which pyoxigraph writes in the order of a hash table, and keeps the
    carriage returns of RDF/XML, which a reader of XML would take for line feeds; the other formats
    write none.
    """

    def __init__(self, write: Write) -> None:
        self._write = write
        self._held = bytearray()
        self._begun = False

    def write(self, data: bytes) -> int:
        self._held += data.replace(b"\r", b"&#13;")
        if len(self._held) >= 1 << 16:
            self.flush()
        return len(data)

    def flush(self) -> None:
        data = bytes(self._held)
        if not self._begun:
            data = _PREFIX_LINES.sub(_sort_lines, _XML_NAMESPACES.sub(_sort_names, data, 1), 1)
            self._begun = True
        self._write(data)
        self._held.clear()


_PREFIX_LINES = re.compile(rb"\A(?:@prefix [^\n]*\n)+")
_XML_NAMESPACES = re.compile(rb"\A(<\?xml[^\n]*\n<rdf:RDF )([^>]*)>")


def _sort_lines(match: re.Match[bytes]) -> bytes:
    return b"".join(sorted(match.group().splitlines(keepends=True)))


def _sort_names(match: re.Match[bytes]) -> bytes:
    return match[1] + b" ".join(sorted(match[2].split())) + b">"


_NAME_START = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_XML_LOCAL_NAME = re.compile(
    f"[{_NAME_START}][-.0-9\u00b7\u0300-\u036f\u203f-\u2040{_NAME_START}]*$"
)


def refuse_what_xml_lacks(triples: Iterable[Triple]) -> None:
    """Refuse triples that RDF/XML can't say.

    Raises:
        NotAcceptable: a predicate does not end in an XML name (RDF/XML, 2.4), or a literal holds a
            character that XML 1.0 lacks.
    """
    for _, predicate, value in triples:
        if not _XML_LOCAL_NAME.search(predicate.value):
            raise _not_in_xml(f"the predicate <{predicate.value}> does not end in an XML name")
        found = isinstance(value, Literal) and _XML_FORBIDDEN.search(value.value)
        if found:
            raise _not_in_xml(f"a value holds U+{ord(found.group()):04X}, which XML 1.0 lacks")
        if isinstance(value, Triple):
            refuse_what_xml_lacks([value])


def _not_in_xml(reason: str) -> NotAcceptable:
    others = [item.name for item in carrying("graph") if item.name != "rdf"]
    return NotAcceptable(f"RDF/XML: {reason}", others)
