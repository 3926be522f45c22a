"""A syntax error in words: what stands where, and what was probably meant.

The engine's parser tells how far it looked, not where it stopped. So the place is found by asking
it for ever longer beginnings of the text, and a guess is offered only if it reads further with it.
"""

import difflib
import itertools
import re
from bisect import bisect_left

from ..errors import SyntaxProblem
from ..vocab import PREFIXES
from . import lexer, parser

_WORDS = re.findall(
    r"\S+",
    "ABS ADJUST AS ASC ASK AVG BASE BIND BNODE BOUND BY CEIL COALESCE CONCAT CONSTRUCT "
    "CONTAINS COUNT DATATYPE DAY DESC DESCRIBE DISTINCT ENCODE_FOR_URI EXISTS FILTER FLOOR "
    "FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN IRI isBlank isIRI isLiteral isNumeric "
    "isURI LANG LANGMATCHES LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NOT NOW OFFSET "
    "OPTIONAL ORDER PREFIX RAND REDUCED REGEX REPLACE ROUND sameTerm SAMPLE SECONDS SELECT "
    "SEPARATOR SHA1 SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN "
    "STRSTARTS STRUUID SUBSTR SUM TIMEZONE TZ UCASE UNDEF UNION URI UUID VALUES WHERE YEAR "
    "true false ",
)
_UPDATE_WORDS = re.findall(
    r"\S+", "ADD ALL CLEAR COPY CREATE DATA DEFAULT DELETE DROP INSERT INTO LOAD MOVE TO USING WITH"
)
_LOWER = {word.lower(): word for word in _WORDS}
_LOWER_UPDATE = _LOWER | {word.lower(): word for word in _UPDATE_WORDS}
_UPDATES = ("add", "clear", "copy", "create", "delete", "drop", "insert", "load", "move", "with")
_QUERIES = ("select", "ask", "construct", "describe")
_QUOTES = ("'", '"')
_MISSING = (".", ")", "}", "{", "(", ";")
_LONGEST = 100_000
"""In longer texts the place is the engine's own, as finding it means to parse a few times."""


def problem(text: str, base_iri: str, error: SyntaxError, *, update: bool = False) -> SyntaxProblem:
    """A syntax error of the engine, with its place, in words.

    Args:
        text: what was parsed.
        base_iri: with which base.
        error: as pyoxigraph raised it.
        update: it was parsed as an update, not as a query.
    """
    if len(text) > _LONGEST:
        kind = "update" if update else "query"
        return lexer.problem_at(text, parser.offset(text, error), f"The {kind} can't be read here.")
    return _Case(text, base_iri, error, update=update).problem()


class _Case:
    """One text that does not parse."""

    def __init__(self, text: str, base_iri: str, error: SyntaxError, *, update: bool) -> None:
        self.text = text
        self.update = update
        self.words = _LOWER_UPDATE if update else _LOWER
        self.base = base_iri
        self.error = error
        solid = [t for t in lexer.tokens(text) if t[0] not in ("space", "comment")]
        self.tokens = solid
        # Beginnings are cut after a token; the first that can't be read ends in the culprit.
        self.at = bisect_left(solid, True, key=lambda t: not self.reads(t[2] + len(t[1])))

    def reads(self, end: int, more: str = "") -> bool:
        return self.begins(self.text[:end] + more)

    def begins(self, text: str) -> bool:
        return parser.reads(text, self.base, update=self.update)

    def problem(self) -> SyntaxProblem:
        if self.at == len(self.tokens):
            return self.at_the_end()
        kind, token, place = self.tokens[self.at]
        if kind == "name" and self.undeclared(token):
            return self.undeclared_prefix(token, place)
        if kind == "other" and token in _QUOTES:
            return self.here(place, "A string begins here and does not end.")
        if self.at == 0 and token.lower() in (_QUERIES if self.update else _UPDATES):
            return self.here(place, self.other_form())
        if kind == "word" and token.lower() not in self.words:
            return self.here(place, f"SPARQL has no word {token}.", self.meant(token, place))
        if kind == "close" and (bound := self.bound_twice()):
            return self.here(*bound)
        missing = "" if kind == "close" else self.missing(token, place)
        return self.here(place, f"{_shorten(token)} can't stand here.", missing)

    def other_form(self) -> str:
        if self.update:
            return "This is a query, where an update was expected."
        return "This is an update, where a query was expected."

    def here(self, place: int, detail: str, remedy: str = "") -> SyntaxProblem:
        return lexer.problem_at(self.text, place, detail, remedy)

    def at_the_end(self) -> SyntaxProblem:
        opened = []
        for kind, token, place in self.tokens:
            if kind == "open":
                opened.append((token, place))
            elif kind == "close" and opened:
                opened.pop()
        if opened:
            token, place = opened[-1]
            return self.here(place, f"This {token} is not closed.")
        early = f"The {'update' if self.update else 'query'} ends too early"
        broken = parser.sentence(self.error) or early
        return self.here(len(self.text.rstrip()), f"{broken}.")

    def undeclared(self, token: str) -> bool:
        prefix, colon, _ = token.partition(":")
        declared = f"PREFIX {prefix}: <http://example.org/> "
        return (
            colon == ":"
            and prefix != "_"
            and self.begins(declared + self.text[: self.tokens[self.at][2]] + token)
        )

    def undeclared_prefix(self, token: str, place: int) -> SyntaxProblem:
        prefix = token.partition(":")[0]
        words = [token for _, token, _ in self.tokens]
        declared = [
            name.rstrip(":") for word, name in itertools.pairwise(words) if word.upper() == "PREFIX"
        ]
        if prefix in PREFIXES:
            remedy = _line(prefix)
        elif likely := _likely(prefix, [*declared, *PREFIXES]):
            remedy = f"Did you mean {likely}:?"
            if likely not in declared:
                remedy += f" {_line(likely)}"
        else:
            remedy = f"Add at the top, with its IRI: PREFIX {prefix}: <…>"
        return self.here(place, f"The prefix {prefix}: is not declared.", remedy)

    def bound_twice(self) -> tuple[int, str] | None:
        """The variable of a BIND that had a value already: with another, the text reads further."""
        end = self.tokens[self.at][2] + 1
        for before, (kind, token, place) in itertools.pairwise(self.tokens[: self.at]):
            if before[1].upper() == "AS" and kind == "name":
                other = f"{self.text[:place]}{token}_{self.text[place + len(token) : end]}"
                if self.begins(other):
                    return place, f"BIND can't give {token} a value: it has one in this group."
        return None

    def meant(self, token: str, place: int) -> str:
        """A word of SPARQL much like this one with which the text reads further."""
        for close in difflib.get_close_matches(token.lower(), self.words, 5):
            if self.reads(place, self.words[close]):
                return f"Did you mean {self.words[close]}?"
        return ""

    def missing(self, token: str, place: int) -> str:
        """A sign with which the text reads further if it stands before the token."""
        for sign in _MISSING:
            if self.reads(place, f" {sign} {token}"):
                return f"Is a {sign} missing before it?"
        return ""


def _line(prefix: str) -> str:
    return f"Add at the top: PREFIX {prefix}: <{PREFIXES[prefix]}>"


def _likely(prefix: str, names: list[str]) -> str:
    """The name that was probably meant; of names that differ in case only, the first."""
    by_lower = {name.lower(): name for name in reversed(names)}
    close = difflib.get_close_matches(prefix.lower(), by_lower, 1)
    return by_lower[close[0]] if close else ""


def _shorten(token: str) -> str:
    return token if len(token) <= 40 else token[:39] + "…"
