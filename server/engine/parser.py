"""The engine's own parser, asked how far it can read a text, without evaluating anything."""

import re
from typing import cast

from pyoxigraph import NamedNode, QuerySolutions, Store

from ..errors import InputError

_MESSAGE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_PAD = 64
_TAIL = "\n" + " " * (_PAD - 1) + "\0" + " " * _PAD
"""Follows every text: it can never be read, so the text as a whole is never evaluated. The engine
reports the furthest place that it looked at, and a keyword that it tries counts there with its
whole length; the padding is longer than any keyword."""
_NOTHING = Store()
_FAILING = "DROP GRAPH <urn:x-ari:nowhere> ; "
"""Fails when it is evaluated, so that what follows is parsed and nothing of it done."""


def stop(text: str, base_iri: str, *, update: bool = False) -> SyntaxError | None:
    """Why the parser can't read to the end of the text; None if it can.

    A text that is read to its end may still be incomplete: `stop` asks whether it can begin a
    query, or an update.

    Raises:
        InputError: the base IRI is none.
    """
    try:
        (_NOTHING.update if update else _NOTHING.query)(text + _TAIL, base_iri=base_iri)
    except ValueError as error:
        raise InputError(f"The text can't be read: {error}.") from None
    except SyntaxError as error:
        reached = offset(text + _TAIL, error)
        return None if reached > len(text) + _PAD // 2 else error
    raise AssertionError("the tail was read")


def reads(text: str, base_iri: str, *, update: bool = False) -> bool:
    """Whether a query, or an update, can begin with this text."""
    return stop(text, base_iri, update=update) is None


def refusal(text: str, base_iri: str, prologue: str = "") -> SyntaxError | None:
    """Why a text is no update under a prologue; None if it is one. Nothing of it is done."""
    try:
        _NOTHING.update(f"{prologue}{_FAILING}{text}", base_iri=base_iri)
    except SyntaxError as error:
        return error
    except ValueError as error:
        raise InputError(f"The text can't be read: {error}.") from None
    except RuntimeError:
        return None
    raise AssertionError("an update that must fail did not")


def offset(text: str, error: SyntaxError) -> int:
    """The furthest place that the engine looked at, as an offset into the text."""
    match = _MESSAGE.match(str(error))
    if match is None:
        return 0
    start = 0
    for _ in range(int(match[1]) - 1):
        start = text.find("\n", start) + 1
    return min(start + int(match[2]) - 1, len(text))


def sentence(error: SyntaxError) -> str:
    """The engine's own words about a rule that was broken; empty if there are none.

    They stand in the list of what was expected, between characters and keywords.
    """
    match = _MESSAGE.match(str(error))
    wanted = _CHARACTERS.sub("", match[3] if match else str(error)).split(",")
    found = (item.strip() for item in wanted)
    return next((item for item in found if " " in item and item[0].isupper()), "")


_CHARACTERS = re.compile(r"\[[^\[\]]*\]|\"(?:[^\"\\]|\\.)*\"|'[^']*'")


def resolve(prologue: str, name: str, base_iri: str) -> str:
    """The IRI that an IRI reference or a prefixed name stands for under a prologue."""
    query = f"{prologue} SELECT ({name} AS ?iri) {{}}"
    solutions = cast(QuerySolutions, _NOTHING.query(query, base_iri=base_iri))
    iri = cast(NamedNode, next(solutions)[0])
    return iri.value
