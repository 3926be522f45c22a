"""What the page of `/sparql` shows: the form, the answer, or what is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from flask import g

from .. import queryfile
from ..engine.interface import Answer
from ..engine.spool import Content, Spool
from ..formats import carrying
from ..protocol.parameters import MOST_OF_URL, Parameters
from ..protocol.queries import text_of, without_header
from ..protocol.service import Service, table, truth
from ..protocol.sparql import Asked, permalink_of
from ..vocab import PREFIXES
from .cells import Cell, cell, iri_cell

MOST = 1000
"""Rows of a table that a page shows; the downloads hold all."""

MOST_CHARACTERS = 200_000
"""Of a graph's Turtle that a page shows; the downloads hold all."""

AUDIENCES = {
    "researcher": "For researchers",
    "cross-referencer": "For those who compare organisations",
    "publisher": "For publishers and data people",
}


@dataclass(frozen=True)
class Example:
    """A stored query as a link."""

    question: str
    href: str


@dataclass(frozen=True)
class Download:
    """The same answer in another format."""

    name: str
    media_type: str
    href: str


@dataclass(frozen=True)
class Shown:
    """An answer on a page.

    Args:
        kind: `table`, `boolean` or `graph`.
        rows: of the whole answer; `table` holds the first of them.
        permalink: of an answer that can be cited.
    """

    kind: str
    rows: int
    downloads: list[Download]
    variables: tuple[str, ...] = ()
    table: tuple[tuple[Cell | None, ...], ...] = ()
    truth: bool = False
    turtle: str = ""
    cut: bool = False
    permalink: str = ""


def shown(service: Service, asked: Asked, answer: Answer) -> Shown:
    """An answer that came in the formats of `negotiation.ON_A_PAGE`."""
    downloads = [
        Download(item.name, item.media_type, asked.address(item.name))
        for item in carrying(answer.kind)
    ]
    cite_as = permalink_of(service, asked, answer, MOST_OF_URL)
    if answer.kind == "boolean":
        found = truth(answer.body)
        return Shown("boolean", answer.rows, downloads, truth=found, permalink=cite_as)
    if answer.kind == "graph":
        turtle, cut = beginning(answer.content)
        return Shown("graph", answer.rows, downloads, turtle=turtle, cut=cut, permalink=cite_as)
    base = service.settings.base_iri
    names, rows = table(answer.content, MOST)
    cells = tuple(
        tuple(cell(row[name], base) if name in row else None for name in names) for row in rows
    )
    cut = answer.rows > len(cells)
    return Shown("table", answer.rows, downloads, tuple(names), cells, cut=cut, permalink=cite_as)


def beginning(turtle: Content) -> tuple[str, bool]:
    """As much of a graph as a page shows, and whether that is a part only."""
    start = turtle.read(0, MOST_CHARACTERS) if isinstance(turtle, Spool) else turtle
    shown = start[:MOST_CHARACTERS].decode("utf-8", errors="ignore")
    return shown, len(turtle) > MOST_CHARACTERS


def cell_of_graph(service: Service, iri: str) -> Cell:
    """A named graph under its short name."""
    name = iri.removeprefix(service.names.graph(""))
    return iri_cell(iri, service.settings.base_iri, name)


def form(service: Service) -> Mapping[str, Any]:
    """What the form needs, with whatever was sent kept in its fields."""
    sent: Parameters = g.get("sent", Parameters())
    starter = without_header(service.page_query("starter"))
    query = next(iter(sent.all("query")), starter)
    return {
        "query": query,
        "rows": min(max(query.count("\n") + 2, 8), 24),
        "clauses": [
            (name, value)
            for name in ("default-graph-uri", "named-graph-uri")
            for value in sent.all(name)
        ],
        "chosen": service.chosen,
        "live": "/sparql?" + urlencode(pairs_of_query(sent)),
        "examples": examples(service),
        "prefixes": PREFIXES,
    }


def pairs_of_query(sent: Parameters) -> list[tuple[str, str]]:
    """The query that was sent and its dataset, to be put to other data."""
    names = ("query", "default-graph-uri", "named-graph-uri")
    return [(name, value) for name, value in sent.pairs if name in names]


def examples(service: Service) -> dict[str, list[Example]]:
    """The library as links into the form, by reader."""
    files = sorted(
        queryfile.library().values(), key=lambda file: list(AUDIENCES).index(file.audience)
    )
    return {
        AUDIENCES[audience]: [example(service, file) for file in group]
        for audience, group in groupby(files, key=lambda file: file.audience)
    }


def example(service: Service, file: queryfile.QueryFile) -> Example:
    """One stored query with its default values."""
    text = text_of(file, {}, service.settings.base_iri)
    return Example(file.question, "/sparql?" + urlencode([("query", text), *service.chosen]))
