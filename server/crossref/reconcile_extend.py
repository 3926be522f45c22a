"""Data extension: values of properties for entities (Reconciliation API 0.2, 7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import BatchTooLarge, InputError, ParameterError
from . import reconcile_json
from .reconcile_entities import BY_TYPE, Entities, Value
from .reconcile_properties import PROPERTIES, Property, find

MOST_IDS = 1000
"""Entities in one request."""
MOST_PROPERTIES = len(PROPERTIES)
SETTINGS = ("limit",)

Json = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A property that is asked for.

    Args:
        most: values told for one entity; 0: all.
    """

    property: Property
    most: int = 0


@dataclass(frozen=True)
class Extension:
    """A data extension query."""

    ids: tuple[str, ...]
    columns: tuple[Column, ...]


def read(text: str) -> Extension:
    """The query in a parameter `extend`.

    Raises:
        SyntaxProblem, InputError: it can't be used.
        BatchTooLarge: it names more than `MOST_IDS` entities.
    """
    given = reconcile_json.read(text, "extend")
    if not isinstance(given, dict):
        raise InputError(
            "The parameter extend holds no object.",
            remedy='Send {"ids": ["question/met-2019-4-2"], "properties": [{"id": "priority"}]}.',
            extra={"parameter": "extend"},
        )
    ids = _list(given, "ids")
    if len(ids) > MOST_IDS:
        raise BatchTooLarge(len(ids), MOST_IDS)
    for place, one in enumerate(ids):
        if not isinstance(one, str):
            raise _bad(f"extend.ids[{place}]", "is not a text")
    columns = _list(given, "properties")
    if len(columns) > MOST_PROPERTIES:
        raise _bad("extend.properties", f"has more than {MOST_PROPERTIES} entries")
    named = (_column(one, f"extend.properties[{place}]") for place, one in enumerate(columns))
    return Extension(tuple(dict.fromkeys(ids)), tuple(named))


def answer(known: Entities, asked: Extension) -> Json:
    """The metadata of the columns, and a row for each identifier as it was sent.

    An identifier that stands for nothing has a row without values.
    """
    return {
        "meta": [_described(column.property) for column in asked.columns],
        "rows": {name: _row(known, name, asked.columns) for name in asked.ids},
    }


def _row(known: Entities, name: str, columns: tuple[Column, ...]) -> Json:
    entity = known.find(name)
    own: Mapping[str, tuple[Value, ...]] = entity.values if entity else {}
    return {
        column.property.id: [
            _value(each) for each in own.get(column.property.id, ())[: column.most or None]
        ]
        for column in columns
    }


def _value(value: Value) -> Json:
    if value.entity:
        return {"id": value.entity, "name": value.text}
    return {"str": value.text} if value.number is None else {"int": value.number}


def _described(each: Property) -> Json:
    told: Json = {"id": each.id, "name": each.name}
    return told | {"type": {"id": each.of, "name": BY_TYPE[each.of].name}} if each.of else told


def _list(given: Mapping[str, Any], name: str) -> list[Any]:
    found = given.get(name)
    if not isinstance(found, list):
        raise _bad(f"extend.{name}", "is not a list")
    return found


def _column(given: Any, place: str) -> Column:
    if not isinstance(given, dict) or not isinstance(given.get("id"), str):
        raise _bad(place, 'is not an object with an "id", a text')
    settings = given.get("settings") or {}
    if not isinstance(settings, dict):
        raise _bad(f"{place}.settings", "is not an object")
    for name in settings:
        if name not in SETTINGS:
            raise _bad(f"{place}.settings", f"has no setting {name[:60]!r}; it has limit")
    return Column(find(given["id"], f"{place}.id"), _most(settings.get("limit"), place))


def _most(given: Any, place: str) -> int:
    """The limit; a form sends it as a text, and an empty one is none."""
    told = "0" if given is None or given == "" else str(given).removesuffix(".0")
    if not told.isascii() or not told.isdigit() or len(told) > 9:
        raise _bad(f"{place}.settings.limit", "is not a whole number from 0")
    return int(told)


def _bad(place: str, fault: str) -> ParameterError:
    return ParameterError(f"{place} {fault}.", extra={"parameter": place})
