"""`ari load`."""

from pathlib import Path

import click

from .. import terminal
from ..build import folder
from ..engine import remote_load
from . import options
from .current import current_build


@click.command()
@options.data
@options.with_settings("home", "base_iri", "engine", "engine_store", "engine_user")
@options.quiet
def load(data: Path | None, quiet: bool, **given: str | None) -> None:
    """Put the build into another SPARQL engine, and print the build's name.

    Our graphs there are replaced, each as a whole; graphs of others stay. ARI_ENGINE_PASSWORD
    holds the password.
    """
    settings = options.settings(given)
    place = current_build(settings, options.sources(data, settings.home), quiet)
    number = remote_load.load(place / folder.DATASET, settings, terminal.messages(quiet))
    if not quiet:
        click.echo(
            f"{number:,} statements are there. If nobody else writes there, serve them with "
            "ARI_ENGINE_REVISION set to what follows.",
            err=True,
        )
    click.echo(place.name)
