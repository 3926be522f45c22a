"""Reconciliation queries as they are sent (Reconciliation API 0.2, 4.1), read one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import AriError, BatchTooLarge, InputError, ParameterError
from . import reconcile_json
from .reconcile_entities import BY_TYPE, TYPE_OF_CLASS
from .reconcile_properties import Given, find

MOST_QUERIES = 1000
"""Queries in one batch; the manifest tells it."""
LIMIT = 10
"""Candidates for each query that names no limit."""
MOST_CANDIDATES = 64
"""Candidates for each query at most: as many as are looked at closely."""
MOST_PROPERTIES = 16
MOST_VALUES = 16

Strictness = Literal["any", "all", "should"]
STRICTNESS: tuple[Strictness, ...] = ("any", "all", "should")
MEMBERS = ("query", "type", "limit", "properties", "type_strict")


@dataclass(frozen=True)
class Wanted:
    """A property with the values that were sent for it."""

    property: str
    values: tuple[Given, ...]


@dataclass(frozen=True)
class Query:
    """One reconciliation query.

    Args:
        text: empty: only the properties tell what is sought.
        types: identifiers of types; empty: any.
        strict: what the types mean: `any` of them or `all` of them must fit; `should`: others may
            be found too, and count for less.
    """

    text: str
    types: tuple[str, ...] = ()
    strict: Strictness = "any"
    limit: int = LIMIT
    properties: tuple[Wanted, ...] = ()


def batch(text: str) -> dict[str, Query | AriError]:
    """The queries of a batch by their names; of one that can't be used, why.

    Raises:
        SyntaxProblem, InputError: the batch as a whole is not one.
        BatchTooLarge: it has more than `MOST_QUERIES`.
    """
    found = reconcile_json.read(text, "queries")
    if not isinstance(found, dict):
        raise InputError(
            f"The parameter queries holds {_kind(found)}, not an object.",
            remedy='Send an object of queries by name: {"q0": {"query": "knife crime"}}.',
            extra={"parameter": "queries"},
        )
    if len(found) > MOST_QUERIES:
        raise BatchTooLarge(len(found), MOST_QUERIES)
    return {name: _read_or_why_not(each, name) for name, each in found.items()}


def single(text: str) -> Query:
    """One query as early clients sent it, in a parameter `query`: a text, or an object of JSON.

    Raises:
        SyntaxProblem, InputError: it can't be used.
    """
    if text.lstrip().startswith("{"):
        return query(reconcile_json.read(text, "query"), "query")
    return query({"query": text}, "query")


def query(given: Any, place: str) -> Query:
    """One query.

    Args:
        place: where it stands, for the words of a refusal.

    Raises:
        ParameterError: it can't be used.
    """
    if not isinstance(given, dict):
        raise _bad(place, f"is {_kind(given)}, not an object")
    for name in given:
        if name not in MEMBERS:
            raise _bad(place, f"has a member {name[:60]!r}", f"Its members: {', '.join(MEMBERS)}.")
    told = {name: value for name, value in given.items() if value is not None}
    found = Query(
        _text(told, place),
        _types(told.get("type", []), place),
        _strictness(told.get("type_strict", "any"), place),
        _limit(told.get("limit", LIMIT), place),
        _properties(told.get("properties", []), place),
    )
    if not found.text and not found.properties:
        raise _bad(place, "asks for nothing", "Give it a query that is not empty, or properties.")
    return found


def _read_or_why_not(given: Any, name: str) -> Query | AriError:
    try:
        return query(given, name)
    except InputError as error:
        return error


def _text(told: Mapping[str, Any], place: str) -> str:
    text = told.get("query", "")
    if not isinstance(text, str):
        raise _bad(f"{place}.query", f"is {_kind(text)}, not a text")
    return text.strip()


def _types(given: Any, place: str) -> tuple[str, ...]:
    each = given if isinstance(given, list) else [given]
    return tuple(
        dict.fromkeys(_type(one, f"{place}.type[{at}]") for at, one in enumerate(each) if one != "")
    )


def _type(given: Any, place: str) -> str:
    named = given.get("id") if isinstance(given, dict) else given
    if isinstance(named, str):
        found = TYPE_OF_CLASS.get(named, named)
        if found in BY_TYPE:
            return found
    shown = repr(named[:60]) if isinstance(named, str) else _kind(given)
    raise _bad(place, f"is {shown}, which is no type here", f"The types: {', '.join(BY_TYPE)}.")


def _strictness(given: Any, place: str) -> Strictness:
    for strict in STRICTNESS:
        if given == strict:
            return strict
    raise _bad(f"{place}.type_strict", "is none of any, all and should")


def _limit(given: Any, place: str) -> int:
    whole = isinstance(given, int | float) and not isinstance(given, bool) and given == given // 1
    if not whole or not 1 <= given <= MOST_CANDIDATES:
        raise _bad(f"{place}.limit", f"is not a whole number from 1 to {MOST_CANDIDATES}")
    return int(given)


def _properties(given: Any, place: str) -> tuple[Wanted, ...]:
    where = f"{place}.properties"
    if not isinstance(given, list):
        raise _bad(where, f"is {_kind(given)}, not a list")
    if len(given) > MOST_PROPERTIES:
        raise _bad(where, f"has more than {MOST_PROPERTIES} entries")
    return tuple(_wanted(one, f"{where}[{at}]") for at, one in enumerate(given))


def _wanted(given: Any, place: str) -> Wanted:
    if not isinstance(given, dict) or not isinstance(given.get("pid"), str) or "v" not in given:
        raise _bad(place, 'is not an object with "pid", a text, and "v"')
    each = given["v"] if isinstance(given["v"], list) else [given["v"]]
    if len(each) > MOST_VALUES:
        raise _bad(f"{place}.v", f"has more than {MOST_VALUES} values")
    values = tuple(_value(one, f"{place}.v[{at}]") for at, one in enumerate(each))
    return Wanted(find(given["pid"], f"{place}.pid").id, values)


def _value(given: Any, place: str) -> Given:
    if isinstance(given, dict) and isinstance(given.get("id"), str):
        return str(given["id"])
    if isinstance(given, str | int | float):
        return given
    raise _bad(place, f"is {_kind(given)}, not a text, a number, a truth or an object with an id")


def _bad(place: str, fault: str, remedy: str = "") -> ParameterError:
    return ParameterError(
        f"{place[:120]} {fault}.", remedy=remedy, extra={"parameter": place[:120]}
    )


def _kind(given: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth", type(None): "null"}
    return names.get(type(given), "a number")
