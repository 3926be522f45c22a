"""`ari check`."""

import sys
from pathlib import Path

import click

from ..build import recheck
from ..build.findings import violates
from . import findings, options
from .current import current_build


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@options.data
@click.option(
    "--format",
    "format_name",
    type=click.Choice(findings.FORMATS),
    default="table",
    show_default=True,
    help="ttl is a SHACL validation report.",
)
@options.with_settings("home", "base_iri")
@options.quiet
def check(
    files: tuple[Path, ...], data: Path | None, format_name: str, quiet: bool, **given: str | None
) -> None:
    """Validate the build, or FILES of your own, against the shapes.

    FILES are Turtle, N-Triples, N-Quads, TriG, JSON-LD or RDF/XML, taken together.
    """
    settings = options.settings(given)
    sources = options.sources(data, settings.home)
    if files:
        found = recheck.of_files(files, sources)
    else:
        found = recheck.of_build(current_build(settings, sources, quiet), sources)
    click.echo(findings.report(found, format_name, sources))
    if violates(found):
        sys.exit(1)
