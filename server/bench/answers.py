"""Answers read so that two servers' can be compared, whatever way each writes them."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from pyoxigraph import BlankNode, Literal, RdfFormat, parse

from .client import GRAPH, Reply
from .questions import Question

XSD = "http://www.w3.org/2001/XMLSchema#"
STRING = f"{XSD}string"
NUMBERS = frozenset(
    XSD + name
    for name in (
        "integer",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "nonNegativeInteger",
        "positiveInteger",
    )
)
DIGITS = 12
"""Significant digits in which numbers must agree: engines divide with different precision."""

Term = tuple[str, ...]
Row = tuple[Term, ...]


class Verdict(Enum):
    """How an answer stands to ours."""

    SAME = "same"
    ORDER = "the same rows in another order"
    DIFFERENT = "other rows"
    FAILED = "no answer"
    SLOW = "no answer within the cap"


@dataclass(frozen=True)
class Answer:
    """What a question found: rows of a table or of triples, or one row for yes or no."""

    rows: tuple[Row, ...]


def read(reply: Reply, question: Question) -> Answer | None:
    """The answer; None if there is none, or none that is whole and parses."""
    if reply.status != 200:
        return None
    try:
        if question.accept == GRAPH:
            return Answer(_triples(reply.body))
        return Answer(_rows(json.loads(reply.body)))
    except (SyntaxError, ValueError, KeyError, TypeError, AttributeError):
        return None


def compare(ours: Answer | None, reply: Reply, question: Question) -> Verdict:
    """The verdict on a server's reply, as a sequence under ORDER BY, else as a set."""
    if reply.slow:
        return Verdict.SLOW
    theirs = read(reply, question)
    if theirs is None or ours is None:
        return Verdict.FAILED
    if question.accept == GRAPH:
        return Verdict.SAME if set(ours.rows) == set(theirs.rows) else Verdict.DIFFERENT
    if Counter(ours.rows) != Counter(theirs.rows):
        return Verdict.DIFFERENT
    if question.ordered and ours.rows != theirs.rows:
        return Verdict.ORDER
    return Verdict.SAME


def _rows(document: Mapping[str, Any]) -> tuple[Row, ...]:
    """SPARQL 1.1 Query Results JSON Format, 3.2 and 3.3."""
    if "boolean" in document:
        return ((("boolean", str(bool(document["boolean"]))),),)
    names = document["head"]["vars"]
    bindings = document["results"]["bindings"]
    return tuple(tuple(_bound(row.get(name)) for name in names) for row in bindings)


def _bound(term: Mapping[str, str] | None) -> Term:
    if term is None:
        return ("unbound",)
    if term["type"] == "bnode":
        return ("blank",)
    if term["type"] == "uri":
        return ("iri", term["value"])
    return _literal(term["value"], term.get("datatype", STRING), term.get("xml:lang", ""))


def _triples(body: bytes) -> tuple[Row, ...]:
    quads = parse(body, format=RdfFormat.N_TRIPLES)
    return tuple((_node(q.subject), _node(q.predicate), _node(q.object)) for q in quads)


def _node(node: Any) -> Term:
    if isinstance(node, BlankNode):
        return ("blank",)
    if isinstance(node, Literal):
        return _literal(node.value, node.datatype.value, node.language or "")
    return ("iri", node.value)


def _literal(value: str, datatype: str, language: str) -> Term:
    """A number by its value, whatever numeric type and spelling it has; language tags in any case.

    Types of numbers are not compared: an engine may sum as xsd:decimal what another sums as
    xsd:integer.
    """
    if language:
        return ("text", value, language.lower())
    if datatype in NUMBERS:
        return ("number", _number(value))
    if datatype == f"{XSD}boolean":
        return ("boolean", str(value in ("true", "1")))
    return ("literal", value, datatype)


def _number(value: str) -> str:
    try:
        return str(+Decimal(f"{Decimal(value):.{DIGITS}g}").normalize())
    except InvalidOperation:
        return value
