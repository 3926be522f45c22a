"""The build that a command works on."""

from pathlib import Path

import click

from .. import terminal
from ..build import folder
from ..build.sources import Sources, inputs_digest
from ..config import Settings


def current_build(settings: Settings, sources: Sources, quiet: bool) -> Path:
    """The build of these sources, made now if there is none."""
    inputs = inputs_digest(sources.hashes(), settings.base_iri)
    found = folder.find(settings.home, inputs)
    if found:
        return found
    # A service whose build is there need not wait for the reasoner and the validator to load.
    from ..build.pipeline import STAGES
    from ..build.pipeline import build as run_build

    if not quiet:
        click.echo("Building the graph; this happens once.", err=True)
    with terminal.progress(quiet, STAGES) as report:
        return run_build(sources, settings.home, settings.base_iri, report=report).folder
