"""A text, cut around the words by which it matched another."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from .lexicon import Lexicon
from .terms import Term, terms


@dataclass(frozen=True)
class Piece:
    """A stretch of a text; marked where it is one of the words that matched."""

    text: str
    marked: bool


def pieces(
    lexicon: Lexicon, text: str, stems: Collection[str], concepts: Collection[str]
) -> Iterator[Piece]:
    """A text, cut around the words that have one of these stems, or name one of these concepts.

    The pieces together are the text; none is empty.
    """
    at = 0
    for term in _shared(lexicon, terms(text), stems, concepts):
        if term.start > at:
            yield Piece(text[at : term.start], False)
        yield Piece(text[term.start : term.end], True)
        at = term.end
    if at < len(text):
        yield Piece(text[at:], False)


def marked(found: Sequence[Piece]) -> tuple[str, ...]:
    """The words that matched, in lower case, each once."""
    return tuple(dict.fromkeys(piece.text.lower() for piece in found if piece.marked))


def _shared(
    lexicon: Lexicon, found: Sequence[Term], stems: Collection[str], concepts: Collection[str]
) -> list[Term]:
    words = [term.stem for term in found]
    named = {
        place
        for concept in lexicon.find(words)
        if concept.concept in concepts
        for place in range(concept.start, concept.end)
    }
    return [term for i, term in enumerate(found) if term.stem in stems or i in named]
