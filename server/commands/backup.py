"""`ari backup`."""

from pathlib import Path

import click

from ..keeping import backup as backups
from . import options


@click.command()
@click.argument("target", metavar="TO", type=click.Path(path_type=Path))
@options.with_settings("home")
@options.quiet
def backup(target: Path, quiet: bool, **given: str | None) -> None:
    """Write a backup of the home folder into the new file TO, and print its name.

    It holds what can't be made again: the live store with its writes, editions, decisions and
    releases. A service may go on meanwhile; every write that it has acknowledged by now is in it.
    """
    settings = options.settings(given)
    about = backups.back_up(settings.home, target)
    if not quiet:
        click.echo(_told(about), err=True)
    click.echo(str(target))


def _told(about: backups.About) -> str:
    if not about.revision:
        return "There is no live store in it."
    number = "1 write" if about.writes == 1 else f"{about.writes:,} writes"
    return f"The live store in it is at revision {about.revision[:12]} and holds {number}."
