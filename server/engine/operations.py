"""The operations of an update, told apart and brought into the form in which they run.

Only the keywords outside all braces matter here: `WITH`, `USING`, `WHERE`, `COPY` … can't stand
inside, and nothing but keywords, IRIs and names stands outside.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..errors import InputError
from . import lexer, parser
from .lexer import Token

TRANSFERS = ("ADD", "COPY", "MOVE")
MANAGEMENT = (*TRANSFERS, "CLEAR", "CREATE", "DROP")
_NAMES = ("iri", "name")
_BLANKED = re.compile(r"[^\r\n]")
_WORDS_OF_PROLOGUES = {"PREFIX": 3, "BASE": 2, "VERSION": 2}


@dataclass(frozen=True)
class Operation:
    """One operation of an update (SPARQL 1.1 Update, 3).

    Args:
        declared: the terminals of its prologue, with their places in the update.
        prologue: the same as text.
        text: without its prologue.
        start: place of the text in the update.
        outside: its keywords (in upper case), IRIs and names outside all braces, with their
            places in the text.
    """

    declared: tuple[Token, ...]
    prologue: str
    text: str
    start: int
    outside: tuple[Token, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The keywords outside braces, in upper case."""
        return tuple(token for kind, token, _ in self.outside if kind == "word")

    @property
    def verb(self) -> str:
        """Its first keyword."""
        return self.words[0]

    @property
    def is_data(self) -> bool:
        """INSERT DATA or DELETE DATA, which look at no dataset."""
        return "DATA" in self.words

    def as_insertion(self) -> str:
        """INSERT DATA or DELETE DATA, as an insertion of the same data."""
        return f"{self.prologue}INSERT{self.text[len(self.verb) :]}"

    @property
    def whole(self) -> str:
        """The operation as an update of its own."""
        return f"{self.prologue}{self.text}"

    def in_place(self, update: str) -> str:
        """The update as far as this operation, blank but for it and its prologue."""
        end = self.start + len(self.text) if self.text else len(update)
        kept = [(place, place + len(token)) for _, token, place in self.declared]
        shown = list(_BLANKED.sub(" ", update[: self.start]))
        for begin, stop in kept:
            shown[begin:stop] = update[begin:stop]
        return "".join(shown) + update[self.start : end]

    def using(self, base_iri: str) -> list[str]:
        """The graphs of its USING and USING NAMED clauses (3.1.3)."""
        return self._after("USING", base_iri) + self.using_named(base_iri)

    def using_named(self, base_iri: str) -> list[str]:
        """The graphs of its USING NAMED clauses: those that GRAPH may name."""
        return self._after("NAMED", base_iri)

    def looks_at(self, base_iri: str) -> list[str]:
        """The graphs that are its default graph: of its USING clauses, else of WITH."""
        return self._after("USING", base_iri) or self._after("WITH", base_iri)

    def home(self, base_iri: str) -> str | None:
        """The graph of WITH, where it changes what stands in no GRAPH; None: the unnamed one."""
        return next(iter(self._after("WITH", base_iri)), None)

    def _after(self, word: str, base_iri: str) -> list[str]:
        pairs = zip(self.outside, self.outside[1:], strict=False)
        found = [after for before, after in pairs if before[:2] == ("word", word)]
        return [self._resolve(token, base_iri) for token in found if token[0] in _NAMES]

    def template(self, verb: str) -> str:
        """The braces that say what is deleted or inserted; of DELETE WHERE, its pattern."""
        if verb not in self.words:
            return "{}"
        at = next(place for kind, word, place in self.outside if (kind, word) == ("word", verb))
        depth, start = 0, -1
        for kind, _, place in lexer.tokens(self.text[at:]):
            if kind == "open":
                start = place if start < 0 else start
                depth += 1
            elif kind == "close":
                depth -= 1
                if depth == 0:
                    return self.text[at + start : at + place + 1]
        raise AssertionError("a template has an end")

    @property
    def pattern(self) -> str:
        """WHERE and what follows."""
        at = next(place for kind, word, place in self.outside if (kind, word) == ("word", "WHERE"))
        return self.text[at:]

    def source(self, base_iri: str) -> str | None:
        """The graph that ADD, COPY or MOVE takes from (3.2.3); None is the unnamed graph."""
        end = self.outside.index(next(t for t in self.outside if t[1] == "TO"))
        return self._first_name(self.outside[:end], base_iri)

    def target(self, base_iri: str) -> str | None:
        """The graph that ADD, COPY or MOVE brings to, or that CLEAR, CREATE or DROP names."""
        start = next((i for i, token in enumerate(self.outside) if token[1] == "TO"), 0)
        return self._first_name(self.outside[start:], base_iri)

    def _first_name(self, tokens: Sequence[Token], base_iri: str) -> str | None:
        named = [token for token in tokens if token[0] in _NAMES]
        return self._resolve(named[0], base_iri) if named else None

    def _resolve(self, token: Token, base_iri: str) -> str:
        return parser.resolve(self.prologue, token[1], base_iri)

    def with_using(self, default: Sequence[str], named: Sequence[str]) -> "Operation":
        """The same over the dataset of the protocol (SPARQL 1.1 Protocol, 2.2.3)."""
        if self.verb in MANAGEMENT or self.is_data:
            return self
        if {"WITH", "USING"} & set(self.words):
            raise InputError(
                "using-graph-uri and using-named-graph-uri can't be sent with an update that "
                "holds WITH or USING.",
                remedy="Say the dataset in one of the two places (SPARQL 1.1 Protocol, 2.2.3).",
            )
        clauses = [f"USING <{name}>" for name in default]
        clauses += [f"USING NAMED <{name}>" for name in named]
        where = next(place for kind, word, place in self.outside if word == "WHERE")
        head, tail = self.text[:where], self.text[where:]
        if self.words[:2] == ("DELETE", "WHERE"):
            # The short form takes no USING: it stands for the long one with the pattern twice.
            head += tail[len("WHERE") :]
        (operation,) = split(f"{self.prologue}{head} {' '.join(clauses)} {tail}")
        return replace(operation, declared=self.declared, start=self.start)


def split(text: str) -> list[Operation]:
    """The operations of an update, in their order, each under the prologues before it.

    The last has no text if the update ends in a prologue or a semicolon.

    Raises:
        SyntaxProblem: a semicolon stands where there is nothing to end.
    """
    declared: list[Token] = []
    found = []
    for part in _parts(text):
        start = _prologue_length(part)
        declared += [token for token in part[:start] if token not in declared]
        found.append(_operation(text, tuple(declared), part[start:]))
    return found


def _parts(text: str) -> Iterator[list[Token]]:
    """The terminals between semicolons outside braces."""
    part: list[Token] = []
    depth = 0
    for token in lexer.tokens(text):
        if token[0] in ("space", "comment"):
            continue
        depth += (token[0] == "open") - (token[0] == "close")
        if token[1] == ";" and depth == 0:
            if _prologue_length(part) >= len(part):
                raise lexer.problem_at(text, token[2], "; can't stand here.")
            yield part
            part = []
        else:
            part.append(token)
    yield part


def _prologue_length(part: Sequence[Token]) -> int:
    at = 0
    while at < len(part) and part[at][1].upper() in _WORDS_OF_PROLOGUES:
        at += _WORDS_OF_PROLOGUES[part[at][1].upper()]
    return at


def _operation(text: str, declared: tuple[Token, ...], part: Sequence[Token]) -> Operation:
    prologue = "".join(f"{token} " for _, token, _ in declared)
    if not part:
        return Operation(declared, prologue, "", len(text), ())
    start, end = part[0][2], part[-1][2] + len(part[-1][1])
    outside = []
    depth = 0
    for kind, token, place in part:
        depth += (kind == "open") - (kind == "close")
        if depth == 0 and kind in ("word", *_NAMES):
            shown = token.upper() if kind == "word" else token
            outside.append((kind, shown, place - start))
    return Operation(declared, prologue, text[start:end], start, tuple(outside))


def refuse_shared_blank_nodes(text: str, found: Sequence[Operation]) -> None:
    """Refuse a label that two INSERT DATA share (SPARQL 1.1 Update, 4.1.1 and grammar note 10).

    Raises:
        SyntaxProblem: at the second.
    """
    seen: set[str] = set()
    for operation in found:
        if not operation.is_data:
            continue
        labels = {
            token: place
            for kind, token, place in lexer.tokens(operation.text)
            if kind == "name" and token.startswith("_:")
        }
        for label in sorted(seen & labels.keys()):
            place = operation.start + labels[label]
            detail = f"The blank node {label} stands in another operation too."
            raise lexer.problem_at(text, place, detail)
        seen |= labels.keys()
