"""What a query may ask for, decided before any of it is evaluated.

Keywords are decided by the engine's own parser, so that no difference between two parsers can be
used: every occurrence of a word such as SERVICE is misspelt (`SERQICE`) throughout the text, and
the text is parsed again. It parses as before if the word stood in comments, strings, IRIs or names
only; if it was the keyword, the parser stops there. The great majority of queries holds no such
word and is not parsed twice.
"""

import re
from dataclasses import dataclass

from ..errors import FederationRefused, InputError, TooComplex
from ..formats import Kind
from . import explain, lexer, operations, parser
from .operations import Operation

DEEPEST = 200
"""Most brackets open at once in one query."""

_KINDS: dict[str, Kind] = {
    "select": "table",
    "ask": "boolean",
    "construct": "graph",
    "describe": "graph",
}
_VOLATILE = ("NOW", "RAND", "UUID")
"""STRUUID contains UUID."""
_DECISIVE = ("SERVICE", "FROM", *_VOLATILE)
"""Most queries hold none of these words in any case, and then nothing is decided by them."""

_SPACE = r"(?>[ \t\r\n]++|#[^\r\n]*+)*+"
"""White space and comments. Possessive: a line of many # must not be read in many ways."""
_IRIREF = r'<[^\x00-\x20<>"{}|^`]*>'
_BASE = rf"BASE{_SPACE}{_IRIREF}"
_PREFIX = rf"PREFIX{_SPACE}[^\s:<]*:{_SPACE}{_IRIREF}"
_VERSION = rf"VERSION{_SPACE}(?:\"[^\"]*\"|'[^']*')"
_PROLOGUE = re.compile(rf"(?:{_SPACE}(?:{_BASE}|{_PREFIX}|{_VERSION}))*{_SPACE}", re.IGNORECASE)
_NAME = r"[^\s<>(){}\"'#;,]*:[^\s<>(){}\"'#;,]*"
_FROM = re.compile(
    rf"FROM{_SPACE}(?P<named>NAMED)?{_SPACE}(?P<iri>{_IRIREF}|{_NAME}){_SPACE}", re.IGNORECASE
)
_FORM = re.compile(
    rf"(?P<form>SELECT|ASK|CONSTRUCT|DESCRIBE){_SPACE}(?:(?:DISTINCT|REDUCED){_SPACE})?(?P<star>\*)?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Plan:
    """A query that may be evaluated.

    Args:
        text: as the engine gets it, codepoint escapes decoded (SPARQL 1.1 Query, 19.2).
        kind: of its answer; None if the form can't be told, which then does not parse.
        volatile: it calls NOW, RAND, UUID or STRUUID.
        default_graphs: IRIs of its FROM clauses; None without any dataset clause.
        named_graphs: IRIs of its FROM NAMED clauses; None without any dataset clause.
        all_variables: it projects `*`.
    """

    text: str
    kind: Kind | None
    volatile: bool
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    all_variables: bool


def admit(text: str, base_iri: str) -> Plan:
    """Read a query as far as it must be known before it runs.

    Raises:
        SyntaxProblem: an escape that stands for no character, or a text that does not parse.
        FederationRefused: it calls another service.
        TooComplex: it is nested too deeply.
    """
    text = lexer.decode(lexer.encodable(text))
    refuse_depth(text)
    default, named, volatile = None, None, False
    capitals = text.upper()
    if any(word in capitals for word in _DECISIVE):
        query = Misspelling(text, base_iri)
        refuse_federation(query)
        volatile = any(query.uses(word) for word in _VOLATILE)
        default, named = _clauses(query) if query.uses("FROM") else (None, None)
    form = _FORM.match(text, _prologue_end(text))
    kind = _KINDS[form["form"].lower()] if form else None
    return Plan(text, kind, volatile, default, named, all_variables=bool(form and form["star"]))


def refuse_depth(text: str) -> None:
    """Refuse a text that would take the parser too deep.

    Raises:
        TooComplex: over `DEEPEST` brackets are open at once.
    """
    # No more can be open at once than there are.
    few = len(text) <= DEEPEST or sum(map(text.count, "({[")) <= DEEPEST
    depth = 0 if few else lexer.depth(text)
    if depth > DEEPEST:
        raise TooComplex(
            f"The query is too deeply nested: {depth} brackets are open at once.",
            remedy=f"Nest at most {DEEPEST}.",
        )


def admit_update(text: str, base_iri: str) -> str:
    """An update that may run, with its codepoint escapes decoded.

    Raises: as `admit_operations`.
    """
    admit_operations(text, base_iri)
    return lexer.decode(text)


def admit_operations(text: str, base_iri: str) -> list[Operation]:
    """The operations of an update that may run.

    Raises:
        SyntaxProblem: it does not parse.
        FederationRefused: it calls another service, or loads a document.
        TooComplex: it is nested too deeply.
    """
    text = lexer.decode(lexer.encodable(text))
    refuse_depth(text)
    found = operations.split(text)
    for operation in found:
        _must_be_update(text, operation, base_iri)
        update = Misspelling(operation.whole, base_iri, update=True)
        refuse_federation(update)
        refuse_loading(update)
    operations.refuse_shared_blank_nodes(text, found)
    return [operation for operation in found if operation.text]


def _must_be_update(text: str, operation: Operation, base_iri: str) -> None:
    error = parser.refusal(operation.text, base_iri, operation.prologue)
    if error is None:
        return
    # The engine reads no prologue after the first operation (SPARQL 1.1 Query, 19.8, rule 29), so
    # the others are blanked out, and every place stays what it was.
    problem = explain.problem(operation.in_place(text), base_iri, error, update=True)
    raise lexer.showing(text, problem)


def refuse_loading(update: "Misspelling") -> None:
    """Refuse LOAD (SPARQL 1.1 Update, 3.1.4), silent or not.

    Raises:
        FederationRefused: always, if the keyword occurs.
    """
    if update.uses("LOAD"):
        raise FederationRefused(
            "The update uses LOAD, and this service fetches nothing from elsewhere.",
            remedy="Fetch the document on your side, and send it: by PUT or POST to the graph "
            "store, or as INSERT DATA.",
        )


def refuse_federation(query: "Misspelling") -> None:
    """Refuse SERVICE in any spelling and place (SPARQL 1.1 Federated Query).

    Raises:
        FederationRefused: always, if the keyword occurs.
    """
    if query.uses("SERVICE"):
        raise FederationRefused(
            "The query uses SERVICE, and this service does not call other services.",
            remedy="Federate from your side: ask each service for its part and join the answers "
            "there (the binding of one as VALUES in the next query), or run the query in a client "
            "such as Comunica or Apache Jena's arq, with this service in a SERVICE clause of its "
            "own.",
        )


class Misspelling:
    """A text of which the engine's parser is asked whether it could do without a word.

    Args:
        update: it is an update, not a query.
    """

    def __init__(self, text: str, base_iri: str, *, update: bool = False) -> None:
        self.text = text
        self.base_iri = base_iri
        self._update = update
        self._parsed = False

    def uses(self, word: str) -> bool:
        """Whether the query uses a keyword or a function.

        Raises:
            SyntaxProblem: the text holds the word and does not parse.
        """
        if not self._holds(word):
            return False
        self._must_parse()
        return not self._reads(self._misspell(word))

    def is_keyword(self, word: str, place: int) -> bool:
        """Whether the word at this place of a text that parses is a keyword."""
        end = place + len(word)
        other = self._misspell(word)[place:end]
        return not self._reads(self.text[:place] + other + self.text[end:])

    def _reads(self, text: str) -> bool:
        return parser.reads(text, self.base_iri, update=self._update)

    def _must_parse(self) -> None:
        if not self._parsed:
            error = parser.stop(self.text, self.base_iri, update=self._update)
            if error is not None:
                raise explain.problem(self.text, self.base_iri, error, update=self._update)
            self._parsed = True

    def _holds(self, word: str) -> bool:
        return re.search(word, self.text, re.IGNORECASE | re.ASCII) is not None

    def _misspell(self, word: str) -> str:
        """The text with one letter of every occurrence changed, to a word that it does not hold.

        Case is kept, so that names which differ stay different.
        """
        at = len(word) // 2
        for letter in "qxzjkvwy":
            if not self._holds(word[:at] + letter + word[at + 1 :]):
                swap = _Swap(at, letter)
                return re.sub(word, swap, self.text, flags=re.IGNORECASE | re.ASCII)
        raise InputError(f"The query holds too many words like {word}.")


@dataclass(frozen=True)
class _Swap:
    at: int
    letter: str

    def __call__(self, match: re.Match[str]) -> str:
        word = match.group()
        letter = self.letter.upper() if word[self.at].isupper() else self.letter
        return word[: self.at] + letter + word[self.at + 1 :]


def _prologue_end(text: str) -> int:
    match = _PROLOGUE.match(text)
    return match.end() if match else 0


def _clauses(query: Misspelling) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The IRIs of FROM and of FROM NAMED.

    Raises:
        InputError: there is a dataset clause that can't be found again.
    """
    prologue = query.text[: _prologue_end(query.text)]
    default: list[str] = []
    named: list[str] = []
    match: re.Match[str] | None = _first_clause(query, len(prologue))
    while match is not None:
        target = named if match["named"] else default
        target.append(parser.resolve(prologue, match["iri"], query.base_iri))
        match = _FROM.match(query.text, match.end())
    return tuple(default), tuple(named)


def _first_clause(query: Misspelling, start: int) -> re.Match[str]:
    for match in _FROM.finditer(query.text, start):
        place = match.start()
        if query.text[place - 1 : place] not in ("?", "$") and query.is_keyword("FROM", place):
            return match
    raise InputError(
        "The dataset clause of this query can't be read.",
        remedy="Write it as FROM <iri> or FROM NAMED <iri> before WHERE.",
    )
