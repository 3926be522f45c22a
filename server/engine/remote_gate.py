"""A query or an update as an engine of another make may be given it.

Our parser decides what a text may do, and the other engine reads it with a parser of its own. So
nothing is passed on that the two could read differently, and nothing that SPARQL 1.1 leaves to the
engine and that runs code there: some reach the network that way.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Store

from ..errors import InputError, TooComplex
from . import explain, gate, lexer, operations, parser

CODE = ("bif:", "java:", "sql:")
"""Schemes of IRIs that name code: Virtuoso's SQL functions, Jena's Java classes."""
CASTS = "http://www.w3.org/2001/XMLSchema#"
"""The functions of SPARQL 1.1 that have IRIs (17.5)."""
LONGEST_CHAIN = 500
"""Most operators in one text: engines that others have made read a long chain of them into a deep
tree, and some die of it (Oxigraph's server of 1,000 OPTIONALs)."""
_CHAINING = frozenset("!&*+-/^|") | {
    "as",
    "bind",
    "exists",
    "filter",
    "minus",
    "optional",
    "union",
}
_IN_STRINGS = {
    "\\": "\\\\",
    '"': '\\"',
    "'": "\\'",
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    "\b": "\\b",
    "\f": "\\f",
}
_NOT_IN_IRIS = frozenset('<>"{}|^`\\')
_WILD = re.compile(r"[#()&*+,;!='/?]")
_NOTHING = Store()


@dataclass(frozen=True)
class Portable:
    """A query that may be sent.

    Args:
        plan: what the gate says of it.
        text: with its base, without comments and without codepoint escapes.
    """

    plan: gate.Plan
    text: str


def admit(text: str, base_iri: str) -> Portable:
    """The query, whole and harmless.

    Raises:
        SyntaxProblem, FederationRefused, TooComplex: as `gate.admit`.
        TooComplex: it has too many operators.
        InputError: it calls a function that SPARQL 1.1 does not know, or names code.
    """
    plan = gate.admit(text, base_iri)
    try:
        _parse(plan.text, base_iri)
    except SyntaxError as error:
        raise explain.problem(plan.text, base_iri, error) from None
    return Portable(plan, _Text(plan.text, base_iri, _is_query).written())


def admit_update(
    text: str, base_iri: str, default: Sequence[str] = (), named: Sequence[str] = ()
) -> tuple[str, set[str]]:
    """The update, whole and harmless, and the graphs of its USING clauses.

    Args:
        default, named: the dataset of the protocol, which is written into the text.

    Raises:
        SyntaxProblem, FederationRefused, TooComplex: as `gate.admit_operations`.
        InputError: as `admit`; or the text has a dataset and the protocol, too.
    """
    found = gate.admit_operations(text, base_iri)
    if default or named:
        found = [item.with_using(default, named) for item in found]
    if not found:
        raise InputError("The update is empty.")
    using = {name for item in found for name in item.using(base_iri)}
    if _agree(found[0].declared, found[-1].declared):
        # Oxigraph, for one, reads no prologue after the first operation.
        whole = found[-1].prologue + " ;\n".join(item.text for item in found)
    else:
        whole = " ;\n".join(item.whole for item in found)
    return _Text(whole, base_iri, _is_update).written(), using


def _agree(first: Sequence[lexer.Token], last: Sequence[lexer.Token]) -> bool:
    """Whether what the last prologue adds to the first could as well stand before all.

    A later BASE could not: it would change the IRIs of the operations before it.
    """
    later = last[len(first) :]
    names = [token for kind, token, _ in (*first, *later) if kind == "name"]
    return len(names) == len(set(names)) and all(token.lower() != "base" for _, token, _ in later)


def _parse(text: str, base_iri: str) -> None:
    try:
        # Two default graphs at once: pyoxigraph parses first, and then refuses that.
        _NOTHING.query(
            text,
            base_iri=base_iri,
            use_default_graph_as_union=True,
            default_graph=DefaultGraph(),
        )
    except ValueError as error:
        if "use_default_graph_as_union" not in str(error):
            raise InputError(f"The query can't be read: {error}.") from None


def _is_query(text: str, base_iri: str) -> bool:
    try:
        _parse(text, base_iri)
    except SyntaxError:
        return False
    return True


def _is_update(text: str, base_iri: str) -> bool:
    found = operations.split(text)
    return all(parser.refusal(item.text, base_iri, item.prologue) is None for item in found)


class _Text:
    """A text that parses, with its terminals.

    Args:
        parses: whether another text does, under a base IRI.
    """

    def __init__(self, text: str, base_iri: str, parses: Callable[[str, str], bool]) -> None:
        self.base = base_iri
        self.parses = parses
        self.tokens = list(_plain(text))

    def written(self) -> str:
        """As it is sent.

        Raises: as `refuse`.
        """
        self.refuse()
        return f"BASE <{self.base}>\n{_join(self.tokens)}"

    def refuse(self) -> None:
        """Refuse what is not harmless.

        Raises:
            InputError, TooComplex: it is not.
        """
        self.refuse_chains()
        self.refuse_code()
        self.refuse_two_readings()
        self.refuse_functions()

    def refuse_chains(self) -> None:
        """Refuse a text with very many operators."""
        number = sum(token.lower() in _CHAINING for _, token, _ in self.tokens)
        if number > LONGEST_CHAIN:
            raise TooComplex(
                f"The query has {number} operators.",
                remedy=f"Use at most {LONGEST_CHAIN}: write long lists as VALUES or IN, or ask in "
                "parts.",
            )

    def refuse_code(self) -> None:
        """Refuse IRIs that name code; a prefix or a base that begins such IRIs is one, too."""
        for kind, token, _ in self.tokens:
            if kind == "iri" and token[1:].lower().startswith(CODE):
                raise InputError(
                    f"{token} names code, and this service runs none.",
                    remedy="Use the functions of SPARQL 1.1.",
                )

    def refuse_two_readings(self) -> None:
        """Refuse `?a<b#c>?d`: an IRI for most parsers, for ours a comparison and a comment."""
        tame = [(k, _WILD.sub("_", t) if k == "iri" else t, p) for k, t, p in self.tokens]
        if tame != self.tokens and not self.parses(_join(tame), self.base):
            raise InputError(
                "A part of this query can be read as a comparison and as an IRI.",
                remedy="Put a space after each < that compares.",
            )

    def refuse_functions(self) -> None:
        """Refuse calls of functions by IRI, except casts: what they do is the engine's secret."""
        brackets = [at for at, terminal in enumerate(self.tokens) if terminal[1] == "("]
        for at in brackets:
            start = self.name_before(at)
            if start is not None and self.is_call(start, at):
                iri = self.resolve(start, at)
                if not iri.startswith(CASTS):
                    raise InputError(
                        f"The function <{iri}> is none of SPARQL 1.1's.",
                        remedy="Use the functions of SPARQL 1.1 (section 17.4) and the casts of "
                        "XML Schema.",
                    )

    def name_before(self, end: int) -> int | None:
        """Where the IRI or prefixed name begins that stands before a token, if one does."""
        at = end - 1
        while at >= 0 and self.tokens[at][0] == "space":
            at -= 1
        if at >= 0 and self.tokens[at][0] == "iri":
            return at
        last = at
        while at >= 0 and _part_of_name(self.tokens[at]):
            at -= 1
        name = _join(self.tokens[at + 1 : last + 1])
        return at + 1 if ":" in name and name[0] not in "?$" else None

    def is_call(self, start: int, end: int) -> bool:
        """Whether a name before a bracket is a function, and not a predicate before a list.

        Where a predicate stands, the text still parses with a path there, or with a statement more.
        """
        before, after = _join(self.tokens[:start]), _join(self.tokens[end:])
        return not any(
            self.parses(f"{before} {other} {after}", self.base)
            for other in ("<a:a>|<a:a>", "<a:a> <a:a> ; <a:a>")
        )

    def resolve(self, start: int, end: int) -> str:
        declared = _join(_declarations(self.tokens[:start]))
        return parser.resolve(declared, _join(self.tokens[start:end]), self.base)


def _part_of_name(token: lexer.Token) -> bool:
    return token[0] in ("name", "number", "word") or token[1] > "\x7f"


def _declarations(tokens: list[lexer.Token]) -> Iterator[lexer.Token]:
    """BASE and PREFIX, with all that follows each up to its IRI."""
    inside = False
    for token in tokens:
        inside = inside or (token[0] == "word" and token[1].lower() in ("base", "prefix"))
        if inside:
            yield token
        inside = inside and token[0] != "iri"


def _join(tokens: list[lexer.Token] | Iterator[lexer.Token]) -> str:
    return "".join(token for _, token, _ in tokens)


def _plain(text: str) -> Iterator[lexer.Token]:
    r"""The terminals without comments and without `\u` escapes.

    An engine that decodes escapes before it reads, as SPARQL 1.1 (19.2) has it, would end a string
    or a comment where our parser does not.
    """
    for kind, token, place in lexer.tokens(text):
        if kind == "comment":
            yield "space", " ", place
        elif kind in ("iri", "string") and "\\" in token:
            yield kind, _decoded(text, kind, token, place), place
        else:
            yield kind, token, place


def _decoded(text: str, kind: str, token: str, place: int) -> str:
    pieces = []
    at = 0
    while at < len(token):
        size = {"u": 6, "U": 10}.get(token[at + 1 : at + 2], 2) if token[at] == "\\" else 1
        piece = token[at : at + size]
        pieces.append(_character(text, kind, piece, place + at) if size > 2 else piece)
        at += size
    return "".join(pieces)


def _character(text: str, kind: str, escape: str, place: int) -> str:
    code = int(escape[2:], 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        raise lexer.problem_at(text, place, f"The escape {escape} stands for no character.")
    character = chr(code)
    if kind == "string":
        return _IN_STRINGS.get(character, character)
    if code <= 0x20 or character in _NOT_IN_IRIS:
        raise lexer.problem_at(text, place, f"The escape {escape} can't stand in an IRI.")
    return character
