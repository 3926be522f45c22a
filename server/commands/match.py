"""`ari match`."""

from pathlib import Path

import click

from ..build import folder
from ..crossref import candidates, corpus, matching
from ..crossref.embedding import Model
from ..engine.embedded import open_engine
from ..protocol.service import Service
from . import options
from .current import current_build

WRITERS = {
    "tsv": candidates.Writer.sssom,
    "csv": candidates.Writer.csv,
    "json": candidates.Writer.json,
}


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=10,
    show_default=True,
    help="Candidates for each question of A.",
)
@click.option(
    "--semantic",
    "model",
    flag_value="semantic",
    help="Compare by a sentence model too; install the extra met-ari[semantic].",
)
@click.option(
    "--static",
    "model",
    flag_value="static",
    help="Compare by word embeddings too; install the extra met-ari[static].",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(WRITERS)),
    default="tsv",
    show_default=True,
    help="tsv is SSSOM.",
)
@options.data
@options.with_settings("home", "base_iri", "query_seconds", "query_memory_mb")
@options.quiet
def match(
    a: str,
    b: str,
    limit: int,
    model: Model | None,
    format_name: str,
    data: Path | None,
    quiet: bool,
    **given: str | None,
) -> None:
    """Rank the questions of edition B for each question of edition A.

    A and B are keys such as met-2019 and home-office-2019. Each line is a proposal with a score
    from 0 to 1 and what made it: shared words, concepts and topics. Nothing is decided by it.
    """
    settings = options.settings(given)
    place = current_build(settings, options.sources(data, settings.home), quiet)
    with open_engine(place / folder.DATASET, place.name, settings, workers=1) as engine:
        found = corpus.read(Service(settings, engine))
    subjects, objects = found.edition(a), found.edition(b)
    ranked = matching.rank(found, subjects, objects, limit, model)
    writer = candidates.Writer(found, matching.MEASURES[model], a, b, settings.base_iri)
    click.echo(WRITERS[format_name](writer, ranked), nl=False)
    if not quiet:
        click.echo(f"{len(subjects):,} questions compared with {len(objects):,}.", err=True)
