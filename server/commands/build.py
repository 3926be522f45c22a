"""`ari build`."""

from pathlib import Path

import click

from .. import terminal
from ..build.pipeline import STAGES
from ..build.pipeline import build as run_build
from . import findings, options


@click.command()
@options.data
@click.option(
    "--reasoner",
    type=click.Choice(["owlrl", "reasonable"]),
    default="owlrl",
    show_default=True,
    help="`reasonable` is for large data; install the extra met-ari[large].",
)
@options.with_settings("home", "base_iri")
@options.quiet
def build(data: Path | None, reasoner: str, quiet: bool, **given: str | None) -> None:
    """Make the dataset from the sources, and print its folder.

    Reads, relates, infers, validates and writes. Every finding is told with its source line; one
    violation, and no folder is left.
    """
    settings = options.settings(given)
    with terminal.progress(quiet, STAGES) as report:
        result = run_build(
            options.sources(data, settings.home),
            settings.home,
            settings.base_iri,
            reasoner,  # type: ignore[arg-type]  # click lets nothing else through
            report,
        )
    if result.findings and not quiet:
        click.echo(findings.table(result.findings), err=True)
    if not quiet:
        state = "made" if result.created else "already there"
        click.echo(f"{result.manifest['dataset']['quads']:,} statements, {state}.", err=True)
    click.echo(str(result.folder))
