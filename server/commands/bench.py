"""`ari bench`."""

import sys
from pathlib import Path
from typing import TextIO

import click

from .. import terminal
from ..bench import bench as benchmark
from ..bench.corpus import SIZES
from ..bench.trial import Plan
from ..build import folder
from ..build.sources import Sources
from ..vocab import DEFAULT_BASE
from . import options
from .current import current_build


@click.command()
@click.option(
    "--corpus",
    "corpora",
    type=click.Choice(list(SIZES)),
    multiple=True,
    default=["small"],
    show_default=True,
    help="About 5 thousand, 100 thousand or 1 million statements; may be given again.",
)
@click.option(
    "--peers",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the other servers.  [default: peers in the home folder]",
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=1,
    show_default=True,
    help="For each group of questions and each load, on each server.",
)
@click.option(
    "--only",
    type=click.Choice(benchmark.PARTS),
    multiple=True,
    help="This group of questions or load; may be given again.",
)
@click.option(
    "--format", "format_name", type=click.Choice(["md", "json"]), default="md", show_default=True
)
@click.option("--output", type=click.File("w", encoding="utf-8", lazy=True), default="-")
@options.with_settings("home")
@options.quiet
def bench(
    corpora: tuple[str, ...],
    peers: Path | None,
    seconds: float,
    only: tuple[str, ...],
    format_name: str,
    output: TextIO,
    quiet: bool,
    **given: str | None,
) -> None:
    """Measure how fast the service is, beside the other servers that are installed.

    Every server runs on this machine; how to get a missing one is told.
    """
    settings = options.settings({**given, "base_iri": DEFAULT_BASE})
    real = current_build(settings, Sources.of_package(), quiet) / folder.DATASET
    plan = Plan(seconds, only or benchmark.PARTS)
    report = benchmark.run(
        real, corpora, peers or settings.home / "peers", plan, terminal.messages(quiet)
    )
    output.write(report.json() if format_name == "json" else report.markdown())
    if not report.whole:
        sys.exit(130)
