"""Just enough of SPARQL's terminals to tell strings, IRIs and comments from the rest."""

import re
from collections.abc import Iterator

from ..errors import SyntaxProblem

_TERMINAL = re.compile(
    r"""
      (?P<comment>\#[^\r\n]*)
    | (?P<iri><(?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<string>\"\"\"(?:\"{0,2}(?:[^"\\]|\\.))*\"\"\" | '''(?:'{0,2}(?:[^'\\]|\\.))*'''
               | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<escape>\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})
    | (?P<open>[({\[])
    | (?P<close>[)}\]])
    | (?P<name>[?$]\w+|[\w.-]*:(?:[\w:%.-]|\\[^uU\s])*)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<number>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<space>\s+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
Token = tuple[str, str, int]
"""Kind, text and offset of a terminal."""


def tokens(text: str) -> Iterator[Token]:
    """The terminals of a text, all of it, white space and comments included."""
    for match in _TERMINAL.finditer(text):
        yield match.lastgroup or "other", match.group(), match.start()


def encodable(text: str) -> str:
    """The text itself, if UTF-8 can carry it.

    Raises:
        SyntaxProblem: it holds half of a surrogate pair.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        shown = text.encode(errors="replace").decode()
        detail = "Half of a surrogate pair is no character."
        raise problem_at(shown, error.start, detail) from None
    return text


def decode(text: str) -> str:
    r"""The text with its codepoint escapes (`\u0053`) decoded outside strings and IRIs.

    They come before the grammar (SPARQL 1.1 Query, 19.2). In strings and IRIs the engine decodes
    them itself, so that `"\u0022"` stays one string. An escape for white space or a control is
    refused: it would split a name in two, which the standard forbids.

    Raises:
        SyntaxProblem: an escape stands for white space, a control, or no character.
    """
    if "\\u" not in text and "\\U" not in text:
        return text
    return "".join(
        _character(text, token, place) if kind == "escape" else token
        for kind, token, place in tokens(text)
    )


def _character(text: str, escape: str, place: int) -> str:
    code = int(escape[2:], 16)
    if code <= 0x20 or 0x7F <= code <= 0xA0 or 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
        raise problem_at(text, place, f"The escape {escape} can't stand outside a string or IRI.")
    return chr(code)


def variables(text: str) -> list[str]:
    """The names of the variables, in order of appearance."""
    found = (token[1:] for kind, token, _ in tokens(text) if kind == "name" and token[0] in "?$")
    return list(dict.fromkeys(found))


def depth(text: str) -> int:
    """The most brackets that are open at once."""
    deepest = now = 0
    for kind, _, _ in tokens(text):
        now += (kind == "open") - (kind == "close")
        deepest = max(deepest, now)
    return deepest


def problem_at(text: str, offset: int, detail: str, remedy: str = "") -> SyntaxProblem:
    """A syntax problem at an offset: with line, column and the line under which a caret stands."""
    line = text.count("\n", 0, offset) + 1
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", start)
    shown = text[start : len(text) if end < 0 else end].rstrip("\r")
    return SyntaxProblem(
        f"{detail} (line {line}, column {offset - start + 1})",
        line=line,
        column=offset - start + 1,
        snippet=_snippet(shown, offset - start),
        remedy=remedy,
    )


def showing(text: str, problem: SyntaxProblem) -> SyntaxProblem:
    """A problem of a text in which something was blanked out, with the line as it was sent."""
    start = sum(len(line) for line in text.split("\n")[: problem.extra["line"] - 1])
    offset = start + problem.extra["line"] - 1 + problem.extra["column"] - 1
    problem.extra["snippet"] = problem_at(text, offset, "").extra["snippet"]
    return problem


_SHOWN = 120


def _snippet(line: str, column: int) -> str:
    """The line, or a window of a long one, and below it a caret; tabs keep the caret in place."""
    start = max(0, column - _SHOWN // 2) if len(line) > _SHOWN else 0
    window = line[start : start + _SHOWN]
    before = "".join(c if c == "\t" else " " for c in window[: column - start])
    return f"{window}\n{before}^"
