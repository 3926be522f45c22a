"""Options that several commands share, and the settings and sources that they give."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from .. import config
from ..build.overlay import Overlay
from ..build.sources import Sources
from ..config import Settings
from ..keeping import restore

Command = TypeVar("Command", bound=Callable[..., Any])

quiet = click.option("--quiet", is_flag=True, help="No progress, no messages; errors are told.")
data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Read the sources from this folder instead of those that come with the package.",
)


def with_settings(*names: str) -> Callable[[Command], Command]:
    """Options for some of the settings; the environment stands behind each.

    The command takes them as `**given` and reads them by `settings(given)`.
    """

    def decorate(command: Command) -> Command:
        for item in reversed([item for item in config.options() if item.name in names]):
            help_text = f"{item.help}  [{item.variable}, default: {item.default or 'empty'}]"
            command = click.option(item.flag, metavar="VALUE", help=help_text)(command)
        return command

    return decorate


def settings(given: dict[str, str | None]) -> Settings:
    """The settings of the options and the environment; a misspelt variable is told.

    A restore of the home folder that was cut off is finished first.
    """
    found = limits(given)
    restore.finish(found.home)
    return found


def limits(given: dict[str, str | None]) -> Settings:
    """The same settings, for a command that has no use for a home folder."""
    for name in config.unknown(os.environ):
        click.echo(f"ari: there is no setting {name}; it is ignored.", err=True)
    return Settings.read(os.environ, given)


def sources(folder: Path | None, home: Path) -> Sources:
    """What `--data` names, else what the package ships, under what the home folder adds."""
    found = Sources.at(folder) if folder else Sources.of_package()
    return found.under(Overlay.of(home))
