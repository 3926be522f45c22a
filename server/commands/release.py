"""`ari release`."""

from datetime import datetime
from pathlib import Path

import click

from .. import terminal
from ..publish import layout
from ..publish.publication import refuse_existing
from ..publish.release import STAGES
from ..publish.release import release as publish
from . import options
from .current import current_build


@click.command()
@click.argument("version")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the release; default: the newest in the sources.",
)
@click.option(
    "--previous",
    metavar="VERSION",
    default="",
    help="The release that this one follows; the changes are told and proved.",
)
@options.data
@options.with_settings("home", "base_iri")
@options.quiet
def release(
    version: str,
    day: datetime | None,
    previous: str,
    data: Path | None,
    quiet: bool,
    **given: str | None,
) -> None:
    """Publish the build as VERSION, and print its folder.

    Builds first if the sources have changed. What is published never changes: a VERSION that
    exists is refused. Killed at any moment, the command leaves the releases as they were.
    """
    settings = options.settings(given)
    refuse_existing(settings.home, version)
    if previous:
        layout.existing(settings.home, previous)
    sources = options.sources(data, settings.home)
    place = current_build(settings, sources, quiet)
    with terminal.progress(quiet, STAGES, "Publishing") as report:
        folder = publish(
            place,
            sources,
            settings.home,
            version,
            day=day.date() if day else None,
            previous=previous,
            report=report,
        )
    click.echo(str(folder))
