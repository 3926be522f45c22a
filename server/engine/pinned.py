"""The one form of an answer that a permalink pins: the same bytes wherever it is the same answer.

A table is a line of its variables (`?name`) and a line for each row, terms as canonical N-Triples
writes them, nothing for what is unbound; a tab between two, a line feed at the end of each line.
Rows are in code point order unless the query orders them. The answer of an ASK is `true` or `false`
and a line feed. A graph is its canonical N-Triples (RDFC-1.0). All is UTF-8.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from pyoxigraph import BlankNode, Quad, Triple, Variable

from ..build import rdfc
from ..errors import AriError, NotCitable
from . import modifiers, serialise
from .gate import Misspelling, Plan
from .table import Term
from .tables import Solutions

PINNED = "pinned"
"""The name under which a worker is asked for this form."""
MOST_ROWS = 100_000
"""Rows or triples of an answer that can be pinned."""
MOST_BYTES = 32 * 1024 * 1024
"""Of this form."""
MOST_BESIDE = 10_000
"""Rows or triples of an answer in another form whose digest is found on the way."""

T = TypeVar("T")


class Beside:
    """Finds the digest of an answer while it is written in another form.

    Args:
        ordered: the query orders its solutions.
    """

    def __init__(self, *, ordered: bool) -> None:
        self._ordered = ordered
        self._kept: list[Any] | None = []
        self._form: Callable[[list[Any]], bytes] = lambda kept: b""

    def boolean(self, value: bool) -> None:
        """Take note of the answer of an ASK."""
        self._form = lambda kept: boolean(value)

    def rows(self, solutions: Solutions) -> Solutions:
        """The same rows, to be written."""
        names = [variable.value for variable in solutions.variables]
        self._form = lambda kept: table(names, kept, ordered=self._ordered)[0]
        return _Rows(solutions.variables, self._passing(solutions))

    def triples(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """The same triples, to be written."""
        self._form = lambda kept: graph(kept)[0]
        return self._passing(triples)

    def digest(self) -> str:
        """SHA-256, once all is written; empty: it was too much, or can't be pinned."""
        if self._kept is None:
            return ""
        try:
            return rdfc.sha256(self._form(self._kept))
        except NotCitable:
            return ""

    def _passing(self, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            if self._kept is not None:
                self._kept.append(item)
                if len(self._kept) > MOST_BESIDE:
                    self._kept = None
            yield item


@dataclass(frozen=True)
class _Rows:
    variables: Sequence[Variable]
    rows: Iterable[Iterable[Term | None]]

    def __iter__(self) -> Iterator[Iterable[Term | None]]:
        return iter(self.rows)


def must_be_citable(plan: Plan, base_iri: str) -> None:
    """Refuse a query whose answer may be another one though the data is the same.

    Raises:
        NotCitable: says why.
    """
    if plan.volatile:
        raise NotCitable(
            "The query calls NOW, RAND, UUID or STRUUID, so it has another answer each time.",
            remedy="Write a value in the place of the call.",
        )
    if word := modifiers.slice_without_order(Misspelling(plan.text, base_iri)):
        raise NotCitable(
            f"{word} stands in a SELECT without ORDER BY, so it is left to the engine which rows "
            "come.",
            remedy="Add ORDER BY to the same SELECT, by enough variables to tell every row from "
            f"the others, or leave {word} out.",
        )


def is_citable(plan: Plan, base_iri: str) -> bool:
    """Whether `must_be_citable` lets it pass."""
    try:
        must_be_citable(plan, base_iri)
    except AriError:
        return False
    return True


def table(
    names: Sequence[str], rows: Iterable[Iterable[Term | None]], *, ordered: bool
) -> tuple[bytes, int]:
    """The form of a table, and the number of its rows.

    Args:
        ordered: the query orders its solutions.

    Raises:
        NotCitable: there are too many rows, or a blank node stands in one.
    """
    written: dict[Term, str] = {}
    lines: list[str] = []
    for row in rows:
        cells = ["" if term is None else _cell(term, written) for term in row]
        lines.append("\t".join(cells) + "\n")
        if len(lines) > MOST_ROWS:
            raise _too_long(f"{MOST_ROWS:,} rows")
    if not ordered:
        lines.sort()
    head = "\t".join(f"?{name}" for name in names) + "\n"
    return _short_enough("".join([head, *lines]).encode()), len(lines)


def boolean(value: bool) -> bytes:
    """The form of the answer of an ASK."""
    return b"true\n" if value else b"false\n"


def graph(triples: Iterable[Triple]) -> tuple[bytes, int]:
    """The form of a graph, and the number of its triples.

    Raises:
        NotCitable: there are too many.
    """
    found: dict[Triple, None] = {}
    for triple in triples:
        found[serialise.restored(triple)] = None
        if len(found) > MOST_ROWS:
            raise _too_long(f"{MOST_ROWS:,} triples")
    quads = (Quad(t.subject, t.predicate, t.object) for t in found)
    return _short_enough(rdfc.lines(quads)), len(found)


def _cell(term: Term, written: dict[Term, str]) -> str:
    text = written.get(term)
    if text is None:
        if _is_blank(term):
            raise NotCitable(
                "A blank node stands in the table, and its name means nothing outside this answer.",
                remedy="Ask for IRIs and literals only, or for a graph by CONSTRUCT.",
            )
        text = written[term] = str(term)
    return text


def _is_blank(term: Term) -> bool:
    if isinstance(term, Triple):
        return _is_blank(term.subject) or _is_blank(term.object)
    return isinstance(term, BlankNode)


def _short_enough(body: bytes) -> bytes:
    if len(body) > MOST_BYTES:
        raise _too_long(f"{MOST_BYTES // 2**20} MiB")
    return body


def _too_long(most: str) -> NotCitable:
    return NotCitable(
        f"The answer has more than {most}, and a longer one can't be pinned.",
        remedy="Cite the release, or a narrower question.",
    )
