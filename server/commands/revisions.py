"""`ari revisions`."""

from pathlib import Path

import click

from ..build import folder
from ..build.revision_table import FILE
from ..crossref import continuing, corpus
from ..engine.embedded import open_engine
from ..protocol.service import Service
from . import options
from .current import current_build


@click.command()
@click.argument("later", metavar="LATER")
@click.argument("earlier", metavar="EARLIER")
@options.data
@options.with_settings("home", "base_iri", "query_seconds", "query_memory_mb")
@options.quiet
def revisions(
    later: str, earlier: str, data: Path | None, quiet: bool, **given: str | None
) -> None:
    """Propose what edition LATER continues of edition EARLIER, as a table to be corrected.

    Each priority, theme and question of LATER is compared with those of EARLIER by its words.
    Nothing is decided by it: check each row, add what is missing, and keep the table as
    revisions.csv in the data.
    """
    settings = options.settings(given)
    place = current_build(settings, options.sources(data, settings.home), quiet)
    with open_engine(place / folder.DATASET, place.name, settings, workers=1) as engine:
        found = continuing.propose(corpus.read(Service(settings, engine)), later, earlier)
    click.echo(continuing.table(later, earlier, found), nl=False)
    if not quiet:
        told = f"{len(found):,} proposals. Check each; the table belongs into {FILE} of the data."
        click.echo(told, err=True)
