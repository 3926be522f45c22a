"""What the pages of the stored queries show: the list, and one query with a field a parameter."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from ..errors import ParameterError
from ..formats import Kind
from ..protocol.parameters import dataset_pairs
from ..protocol.queries import PATH, default_of, form_of, library, text_of
from ..protocol.service import Service
from ..queryfile import QueryFile
from ..queryparameter import TYPES, Parameter
from .results import AUDIENCES


@dataclass(frozen=True)
class Field:
    """A field of the form.

    Args:
        label: the name in words.
        wanted: what a value looks like; empty where any text will do.
        value: as sent, else the default; empty for one that is left free.
        optional: an empty field leaves the variable free.
        attributes: of the `input` element, by type.
        choices: of a field that offers some instead.
    """

    name: str
    label: str
    help: str
    wanted: str
    value: str
    optional: bool
    attributes: Mapping[str, str]
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """One stored query as it was asked.

    Args:
        live: the address that asks the live data.
        text: with the values, as the editor gets it; with the defaults if a value can't be used.
        editor: the address that opens it in the editor.
        text_href: the address of the text alone.
        href, permalink: the address of the answer, relative and absolute, with the defaults
            written out: another version may have others.
        command: asks for the answer as data from a terminal.
    """

    file: QueryFile
    path: str
    fields: tuple[Field, ...]
    text: str
    editor: str
    text_href: str
    href: str
    permalink: str
    command: str
    live: str


@dataclass(frozen=True)
class Entry:
    """A stored query in the list."""

    file: QueryFile
    href: str


ATTRIBUTES: dict[str, dict[str, str]] = {
    "iri": {"type": "text", "inputmode": "url", "spellcheck": "false", "autocapitalize": "off"},
    "string": {"type": "text"},
    "language": {"type": "text", "spellcheck": "false", "autocapitalize": "off"},
    "integer": {"type": "text", "inputmode": "numeric", "pattern": "[+-]?[0-9]{1,18}"},
    "date": {"type": "date"},
    "boolean": {},
}
"""How a browser asks for a value of each type; the server judges it."""

PLAIN: dict[Kind, str] = {"table": "csv", "boolean": "json", "graph": "ttl"}
"""The format of each kind of answer that a terminal shows best."""


def groups(service: Service) -> dict[str, list[Entry]]:
    """The library by reader, for the list."""
    audiences = list(AUDIENCES)
    files = sorted(
        library(service.settings.base_iri).values(),
        key=lambda file: (audiences.index(file.audience), file.question),
    )
    return {
        AUDIENCES[audience]: [Entry(file, f"{PATH}/{file.name}") for file in group]
        for audience, group in groupby(files, key=lambda file: file.audience)
    }


def form(service: Service, file: QueryFile, values: Mapping[str, str]) -> Form:
    """The form of one query with the values that were sent."""
    path = f"{PATH}/{file.name}"
    base = service.settings.base_iri
    fields = tuple(_field(parameter, values, base) for parameter in file.parameters)
    text, usable = _text(file, values, base)
    graphs = service.graphs_of_pages()
    whole = _defaults(file, base) | usable
    chosen = dict(service.chosen)
    answer = _address(path, whole | chosen)
    data = _address(path, {**whole, **chosen, "format": PLAIN[form_of(file)]})
    return Form(
        file,
        path,
        fields,
        text,
        "/sparql?" + urlencode([*dataset_pairs(text, graphs, graphs), *service.chosen]),
        _address(path, {**whole, "format": "rq"}),
        answer,
        service.root + answer,
        f"curl {shlex.quote(service.root + data)}",
        _address(path, whole),
    )


def _text(file: QueryFile, values: Mapping[str, str], base: str) -> tuple[str, dict[str, str]]:
    """The query with these values, or with none of them if they can't be used."""
    try:
        return text_of(file, values, base), dict(values)
    except ParameterError:
        return text_of(file, {}, base), {}


def _defaults(file: QueryFile, base: str) -> dict[str, str]:
    defaults = {item.name: default_of(item, base) for item in file.parameters}
    return {name: default for name, default in defaults.items() if default is not None}


def _address(path: str, values: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(values)}" if values else path


def _field(parameter: Parameter, values: Mapping[str, str], base: str) -> Field:
    optional = parameter.default is None
    free = ("",) if optional else ()
    return Field(
        parameter.name,
        parameter.name.replace("_", " ").capitalize(),
        parameter.help,
        "" if parameter.type == "string" else TYPES[parameter.type].wanted,
        values.get(parameter.name, default_of(parameter, base) or ""),
        optional,
        ATTRIBUTES[parameter.type],
        (*free, "true", "false") if parameter.type == "boolean" else (),
    )
