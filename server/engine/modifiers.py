"""Solution modifiers (SPARQL 1.1 Query, 15): which SELECT has an ORDER BY, LIMIT or OFFSET."""

from collections.abc import Iterator

from . import lexer
from .gate import Misspelling

SLICES = ("LIMIT", "OFFSET")
_WORDS = ("ORDER", *SLICES)


def orders(text: str) -> bool:
    """Whether a query orders its solutions: an ORDER BY of its own, outside braces."""
    return "ORDER" in next(iter(_levels(text)))


def slice_without_order(query: Misspelling) -> str:
    """LIMIT or OFFSET, if one stands in a SELECT without ORDER BY, in a sub-select too; else empty.

    The engine's parser says whether the word is a keyword at all. One whose place can't be told
    counts as one without ORDER BY.

    Raises:
        SyntaxProblem: the text does not parse.
    """
    levels: list[set[str]] | None = None
    for word in SLICES:
        if query.uses(word):
            levels = levels or list(_levels(query.text))
            places = [found for found in levels if word in found]
            if not places or any("ORDER" not in found for found in places):
                return word
    return ""


def _levels(text: str) -> Iterator[set[str]]:
    """The words of modifiers outside brackets, then those of each pair of brackets.

    The modifiers of one SELECT stand between the same brackets, and no other SELECT does.
    """
    outside: set[str] = set()
    closed: list[set[str]] = []
    stack = [outside]
    for kind, token, _ in lexer.tokens(text):
        if kind == "open":
            stack.append(set())
        elif kind == "close" and len(stack) > 1:
            closed.append(stack.pop())
        elif kind == "word":
            # The parser needs no space after a keyword: LIMIT10.
            stack[-1].update(word for word in _WORDS if token.upper().startswith(word))
    yield outside
    yield from closed
    yield from stack[1:]
