"""What people see on a terminal: tables of answers and findings, progress of a build."""

import json
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click
from prettytable import PrettyTable, TableStyle

from .vocab import PREFIXES

NARROWEST = 12
"""Columns are not squeezed below so many characters, even on a narrow terminal."""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that fits the terminal; long cells are wrapped, never cut."""
    cells = [[_printable(cell) for cell in row] for row in rows]
    drawn = PrettyTable(list(heads), align="l")
    drawn.set_style(TableStyle.SINGLE_BORDER)
    drawn.add_rows(cells)
    drawn.max_width = dict(zip(heads, _widths([list(heads), *cells]), strict=True))
    return str(drawn.get_string())


def _widths(cells: Sequence[Sequence[str]]) -> list[int]:
    """A width for each column, in characters: the widest give way until all fit."""
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    room = shutil.get_terminal_size((120, 24)).columns - 3 * len(widths) - 1
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def answer(body: bytes) -> str:
    """An answer in SPARQL 1.1 Query Results JSON as a table with a count, or as yes or no."""
    document = json.loads(body)
    if "boolean" in document:
        return "yes" if document["boolean"] else "no"
    names = document["head"]["vars"]
    rows = [
        [_term(row[name]) if name in row else "" for name in names]
        for row in document["results"]["bindings"]
    ]
    count = "1 row" if len(rows) == 1 else f"{len(rows):,} rows"
    return f"{table(names, rows)}\n{count}"


def shortened(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """An IRI with a known prefix where one fits, else whole."""
    for prefix, namespace in prefixes.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return iri


@contextmanager
def progress(
    quiet: bool, stages: Sequence[str], label: str = "Building"
) -> Iterator[Callable[[str, float], None]]:
    """A listener that tells each stage of some work and its seconds on standard error.

    Where a person watches, a bar moves and the list follows it; elsewhere, a line a stage.
    """
    if quiet:
        yield lambda stage, seconds: None
    elif not sys.stderr.isatty():
        yield _tell_stage
    else:
        done: list[tuple[str, float]] = []
        with click.progressbar(length=len(stages), label=label, file=sys.stderr) as bar:

            def told(stage: str, seconds: float) -> None:
                done.append((stage, seconds))
                bar.update(1)

            yield told
        for each in done:
            _tell_stage(*each)


def _tell_stage(stage: str, seconds: float) -> None:
    click.echo(f"  {stage:<12} {seconds:6.2f} s", err=True)


def messages(quiet: bool) -> Callable[[str], None]:
    """A listener that tells each message in a line on standard error."""
    return (lambda text: None) if quiet else (lambda text: click.echo(text, err=True))


def _term(term: Mapping[str, Any]) -> str:
    if term["type"] == "uri":
        return shortened(term["value"])
    if term["type"] == "bnode":
        return f"_:{term['value']}"
    return term["value"] if isinstance(term["value"], str) else json.dumps(term["value"])


def _printable(text: str) -> str:
    """Control characters made visible: data must not steer the terminal."""
    return "".join(c if c in "\n\t" or c.isprintable() else repr(c)[1:-1] for c in text)


def interactive() -> bool:
    """Whether a person watches standard output."""
    return sys.stdout.isatty()
