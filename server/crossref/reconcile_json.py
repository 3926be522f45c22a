"""JSON from a parameter: read strictly, refused with the place."""

import json
from typing import Any, NoReturn

from ..errors import InputError, SyntaxProblem

SHOWN = 60
"""Characters of a line that a refusal shows."""


def read(text: str, parameter: str) -> Any:
    """What a parameter says in JSON (RFC 8259).

    Raises:
        SyntaxProblem: it is no JSON; tells line and column.
        InputError: it is too deep; or a name stands twice in an object, a number is too long, or
            a text is not Unicode, so that readers would differ about what it says.
    """
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        raise _syntax(text, parameter, error.msg, error.pos) from error
    except RecursionError as error:
        raise InputError(f"The JSON of {parameter} has too many levels of brackets.") from error
    except UnicodeEncodeError as error:
        raise InputError(
            f"The JSON of {parameter} has half of a surrogate pair in a text, which is not Unicode."
        ) from error
    except ValueError as error:
        raise InputError(f"The JSON of {parameter} can't be used: {error}.") from error
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"{twice[:SHOWN]!r} stands twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def _syntax(text: str, parameter: str, fault: str, place: int) -> SyntaxProblem:
    line = text.count("\n", 0, place) + 1
    begin = text.rfind("\n", 0, place) + 1
    column = place - begin + 1
    left = max(begin, place - SHOWN // 2)
    end = text.find("\n", place)
    right = min(left + SHOWN, len(text) if end < 0 else end)
    shown = text[left:right].replace("\t", " ")
    return SyntaxProblem(
        f"The JSON of {parameter} does not parse at line {line}, column {column}: "
        f"{fault[:1].lower()}{fault[1:]}.",
        line=line,
        column=column,
        snippet=f"{shown}\n{' ' * (place - left)}^",
        remedy="Send one JSON object, percent-encoded as UTF-8.",
    )
