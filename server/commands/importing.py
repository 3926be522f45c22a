"""`ari import`."""

import datetime
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from .. import terminal
from ..crossref.imports import paging
from ..crossref.imports.ari_database import Wanted
from ..crossref.imports.gathering import Sought, gather
from ..crossref.imports.govuk import Reading
from ..crossref.imports.html_outline import ELEMENTS, LEVELS
from ..crossref.imports.keeping import Place, keep
from ..crossref.imports.matching import THRESHOLD
from ..crossref.imports.planning import Terms
from ..vocab import OGL
from . import options

Command = TypeVar("Command", bound=Callable[..., Any])

EXAMPLES = """
\b
Examples:
  ari import csv home-office.csv --publisher home-office --year 2019
  ari import ari-database 'https://ari.org.uk/api/questions?order_by=dateUpdated' \\
      --department 'Home Office' --dry-run
  ari import govuk https://www.gov.uk/government/publications/NAME --levels h2,h3,li
"""


@click.group("import", epilog=EXAMPLES)
def import_() -> None:
    """Take in a real edition of Areas of Research Interest.

    A question that is there already is found again, by its identifier, its text or the nearest
    text under the same theme, and keeps its key; one that the source no longer has is marked, never
    deleted. What would not build is not kept. The report goes to standard output.
    """


def _day(context: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        return datetime.date.fromisoformat(value).isoformat() if value else ""
    except ValueError:
        raise click.BadParameter("a day such as 2026-11-23 is needed.") from None


def _address(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not value.startswith(("http://", "https://")) or any(c in value for c in ' <>"{}|\\^`'):
        raise click.BadParameter("the web address of a licence is needed.")
    return value


def _levels(context: click.Context, parameter: click.Parameter, value: str) -> tuple[str, ...]:
    levels = tuple(level.strip() for level in value.split(","))
    if len(set(levels)) < len(levels) or not set(levels) <= set(ELEMENTS):
        raise click.BadParameter(f"each of them once, out of: {', '.join(ELEMENTS)}.")
    return levels


def _columns(
    context: click.Context, parameter: click.Parameter, value: tuple[str, ...]
) -> dict[str, str]:
    if not all("=" in item for item in value):
        raise click.BadParameter("FIELD=NAME is needed, such as text=Statement.")
    return {item.partition("=")[0].strip(): item.partition("=")[2].strip() for item in value}


_publisher = click.option("--publisher", default="", help="Its key or name.", metavar="NAME")
_shared = (
    click.argument("source"),
    click.option("--year", default="", metavar="YYYY", help="The year of the edition."),
    click.option(
        "--similarity",
        type=click.FloatRange(0, 1, min_open=True),
        default=THRESHOLD,
        show_default=True,
        help="From here on, the nearest text under the same theme is a revision (difflib's ratio).",
    ),
    click.option(
        "--licence",
        default=str(OGL),
        callback=_address,
        metavar="URL",
        help="Of the texts.  [default: the Open Government Licence v3.0]",
    ),
    click.option(
        "--date", default="", callback=_day, metavar="DAY", help="Of retrieval.  [default: today]"
    ),
    click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        help="Write into this folder, laid out as data/ of the project, not into the home folder.",
    ),
    click.option("--dry-run", is_flag=True, help="Do all but keep it."),
    click.option(
        "--format",
        "format_name",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="Of the report.",
    ),
    options.with_settings("home", "base_iri", "import_seconds", "import_max_bytes"),
    options.quiet,
)


def _with_shared(command: Command) -> Command:
    for option in reversed(_shared):
        command = option(command)
    return command


@import_.command("ari-database")
@click.option(
    "--department", "departments", multiple=True, metavar="NAME", help="Only this one; again: more."
)
@click.option("--from", "first", default="", callback=_day, metavar="DAY", help="Published since.")
@click.option("--to", "last", default="", callback=_day, metavar="DAY", help="Published until.")
@_with_shared
def ari_database(
    source: str, departments: tuple[str, ...], first: str, last: str, year: str, **given: Any
) -> None:
    """Import from the ARI Database: its API, or a file saved from it.

    Each department and year of publication is an edition. A fetch that breaks off goes on where
    it stopped when the command is given again.
    """
    wanted = Wanted(departments, year, first, last)
    _import(Sought("ari-database", source, wanted=wanted), given)


@import_.command()
@click.option(
    "--levels",
    default=",".join(LEVELS),
    show_default=True,
    callback=_levels,
    help="Elements of headings, the outermost first, and last that of a statement.",
)
@click.option("--attachment", default="", metavar="NAME", help="Which HTML attachment, of several.")
@click.option("--skip", multiple=True, metavar="HEADING", help="Take nothing under this heading.")
@_publisher
@_with_shared
def govuk(
    source: str,
    levels: tuple[str, ...],
    attachment: str,
    skip: tuple[str, ...],
    publisher: str,
    year: str,
    **given: Any,
) -> None:
    """Import a publication on GOV.UK: its address, or a file saved from the Content API.

    The questions stand in its HTML attachment; beside a file, that is NAME.json.
    """
    reading = Reading(levels, attachment, skip, publisher, year)
    _import(Sought("govuk", source, reading=reading), given)


@import_.command()
@click.option(
    "--column",
    "columns",
    multiple=True,
    callback=_columns,
    metavar="FIELD=NAME",
    help="Column of a field: text, group, theme, date, page, status, id. Others are guessed.",
)
@_publisher
@_with_shared
def csv(source: str, columns: dict[str, str], publisher: str, year: str, **given: Any) -> None:
    """Import a table with a line of column names.

    Without a publisher and a year, the edition is told by its texts, if they are known. A column
    of identifiers must be named: they decide first which question is which.
    """
    sought = Sought("csv", source, columns=columns, publisher=publisher, year=year)
    _import(sought, given)


def _import(sought: Sought, given: dict[str, Any]) -> None:
    names = ("similarity", "licence", "date", "data", "dry_run", "format_name", "quiet")
    asked = {name: given.pop(name) for name in names}
    settings = options.settings(given)
    tell = terminal.messages(asked["quiet"])
    fetching = settings.home / "fetching"
    limits = settings.import_seconds, settings.import_max_bytes
    harvest = gather(sought, *limits, fetching, tell)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    terms = Terms(
        retrieved=asked["date"] or today,
        licence=asked["licence"],
        threshold=asked["similarity"],
        first=sought.wanted.first,
        last=sought.wanted.last,
        year=sought.wanted.year,
        departments=sought.wanted.departments,
    )
    place = Place(settings.home, settings.base_iri, asked["data"])
    report = keep(harvest, place, terms, tell, dry_run=asked["dry_run"])
    if not (asked["dry_run"] or report.refused):
        paging.forget(fetching, sought.source)
    click.echo(report.json() if asked["format_name"] == "json" else report.text())
    if report.refused:
        sys.exit(1)
