"""Answers of CONSTRUCT and DESCRIBE in the formats of the W3C."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import IO, cast

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from ..errors import NotAcceptable
from ..formats import carrying
from ..vocab import PREFIXES
from .labels import Labels
from .table import XSD
from .table_xml import FORBIDDEN
from .tables import Write

Subject = NamedNode | BlankNode | Triple

_GRAPHS = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "nq": RdfFormat.N_QUADS,
    "trig": RdfFormat.TRIG,
    "jsonld": RdfFormat.JSON_LD,
    "rdf": RdfFormat.RDF_XML,
}


def graph(
    triples: Iterable[Triple],
    format_name: str,
    write: Write,
    count: Callable[[int], None],
    known: Mapping[str, str] = PREFIXES,
) -> int:
    """Write the answer of a CONSTRUCT or DESCRIBE, each triple once: a graph is a set.

    The triples of one subject stand together, and all are in the order of their terms, so that it
    does not depend on where the data is kept. Only prefixes that are used are declared.

    Args, Returns, Raises: as `table`; `format_name` is one for graphs, `known` are the prefixes.
    """
    by_subject = _by_subject(map(restored, triples), count)
    found = _ordered(by_subject)
    if format_name == "rdf":
        refuse_what_xml_lacks(found)
    output = _Output(write)
    prefixes = used_prefixes(found, known)
    serialize(_renamed(found), cast(IO[bytes], output), _GRAPHS[format_name], prefixes=prefixes)
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
) -> dict[Subject, dict[Triple, None]]:
    """Each triple once, under its subject; both in order of appearance."""
    groups: dict[Subject, dict[Triple, None]] = {}
    total = 0
    for triple in triples:
        group = groups.setdefault(triple.subject, {})
        if triple not in group:
            group[triple] = None
            total += 1
            count(total)
    return groups


def _ordered(by_subject: dict[Subject, dict[Triple, None]]) -> list[Triple]:
    """Blank nodes, whose labels mean nothing, come first, and stay in order of appearance."""
    groups = sorted(by_subject.items(), key=lambda item: _place(item[0]))
    return [
        triple
        for _, group in groups
        for triple in sorted(group, key=lambda t: (t.predicate.value, _place(t.object)))
    ]


def _place(term: Subject | Literal) -> str:
    return "" if isinstance(term, BlankNode) else str(term)


def _renamed(triples: Iterable[Triple]) -> Iterator[Triple]:
    label = Labels()
    return (_rename(triple, label) for triple in triples)


def _rename(triple: Triple, label: Labels) -> Triple:
    s, p, o = triple
    if isinstance(s, NamedNode) and isinstance(o, NamedNode | Literal):
        return triple
    subject = BlankNode(label(s)) if isinstance(s, BlankNode) else s
    if isinstance(o, BlankNode):
        return Triple(subject, p, BlankNode(label(o)))
    return Triple(subject, p, _rename(o, label) if isinstance(o, Triple) else o)


_NAMESPACE = re.compile(r".*[#/]", re.DOTALL)
_INTEGER = NamedNode(f"{XSD}integer")
_POSITIVE, _FROM_ZERO = (
    NamedNode(f"{XSD}{name}") for name in ("positiveInteger", "nonNegativeInteger")
)
_INTEGERS = {
    f"{PREFIXES['ari']}position": _POSITIVE,
    f"{PREFIXES['oa']}start": _FROM_ZERO,
    f"{PREFIXES['oa']}end": _FROM_ZERO,
}
"""Properties of our model whose values are a narrower kind of integer."""


def used_prefixes(triples: Iterable[Triple], known: Mapping[str, str] = PREFIXES) -> dict[str, str]:
    """Those of the known prefixes that some IRI begins with."""
    iris: set[str] = set()
    for triple in triples:
        for term in triple:
            if isinstance(term, NamedNode):
                iris.add(term.value)
            elif isinstance(term, Literal):
                iris.add(term.datatype.value)
    spaces = {match.group() for iri in iris if (match := _NAMESPACE.match(iri))}
    return {prefix: space for prefix, space in known.items() if space in spaces}


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
        found = isinstance(value, Literal) and FORBIDDEN.search(value.value)
        if found:
            raise _not_in_xml(f"a value holds U+{ord(found.group()):04X}, which XML 1.0 lacks")
        if isinstance(value, Triple):
            refuse_what_xml_lacks([value])


def _not_in_xml(reason: str) -> NotAcceptable:
    others = [item.name for item in carrying("graph") if item.name != "rdf"]
    return NotAcceptable(f"RDF/XML: {reason}", others)
