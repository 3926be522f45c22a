"""`ari restore`."""

from pathlib import Path

import click

from ..keeping import restore as restores
from . import options


@click.command()
@click.argument("archive", metavar="FROM", type=click.Path(path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Let the backup take the place of what the home folder holds, which is then lost.",
)
@options.with_settings("home")
@options.quiet
def restore(archive: Path, replace: bool, quiet: bool, **given: str | None) -> None:
    """Put back the home folder from the backup FROM, and print the folder.

    The backup is checked as a whole before anything changes; killed at any moment, the old state
    or the new one is there. No service may use the folder.
    """
    settings = options.settings(given)
    about = restores.restore(settings.home, archive, replace=replace)
    if not quiet and about.revision:
        click.echo(f"The live store is at revision {about.revision[:12]}.", err=True)
    click.echo(str(settings.home))
