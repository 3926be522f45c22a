"""`ari query`."""

import sys
from pathlib import Path

import click

from .. import asking, queryfile, terminal
from ..build import folder
from ..build.sources import Sources
from ..config import Settings
from ..engine import endpoint as endpoints
from ..engine.embedded import open_engine
from ..engine.interface import Answer
from ..publish import shelf
from . import options
from .current import current_build


@click.command()
@click.argument("name", metavar="NAME|FILE|-", required=False)
@click.option("-p", "--param", multiple=True, metavar="NAME=VALUE", help="A parameter's value.")
@click.option("--list", "list_them", is_flag=True, help="List the stored queries.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the build.")
@click.option("--release", metavar="VERSION", help="Ask this release, of the home or the endpoint.")
@click.option(
    "--format", "format_name", help="csv, tsv, json, xml, ttl, nt, jsonld, rdf, or a media type."
)
@options.data
@options.with_settings("home", "base_iri", "default_graph", "query_seconds", "query_memory_mb")
@options.quiet
def query(
    name: str | None,
    param: tuple[str, ...],
    list_them: bool,
    endpoint: str | None,
    release: str | None,
    format_name: str | None,
    data: Path | None,
    quiet: bool,
    **given: str | None,
) -> None:
    """Answer a stored query, a FILE, or standard input (-).

    A table on a terminal; elsewhere CSV, or Turtle for a graph.
    """
    if list_them:
        click.echo(_listing())
        return
    if not name:
        raise click.UsageError("Name a stored query (ari query --list), a file, or -.")
    settings = options.settings(given)
    drawn = format_name is None and terminal.interactive()
    question = asking.question(name, param, settings.base_iri, "json" if drawn else format_name)
    reply: endpoints.Reply | Answer
    if endpoint:
        seconds = settings.query_seconds
        reply = endpoints.ask(endpoint, question, seconds, release or "")
    else:
        dataset, revision = _asked(settings, options.sources(data, settings.home), release, quiet)
        digest = revision if release else ""
        with open_engine(dataset, revision, settings, workers=1, digest=digest) as engine:
            reply = engine.ask(question)
    if drawn and reply.kind != "graph":
        click.echo(terminal.answer(reply.body))
    else:
        sys.stdout.buffer.write(reply.body)


def _asked(
    settings: Settings, sources: Sources, release: str | None, quiet: bool
) -> tuple[Path, str]:
    """The dataset of a release, or of the build, and its revision."""
    if release is not None:
        found = shelf.asked(settings.home, release)
        return found.dataset, found.hash
    place = current_build(settings, sources, quiet)
    return place / folder.DATASET, place.name


def _listing() -> str:
    files = queryfile.library().values()
    rows = [(f.name, f.summary, " ".join(p.name for p in f.parameters)) for f in files]
    if not terminal.interactive():
        return "\n".join("\t".join(row) for row in rows)
    return terminal.table(("name", "answers", "parameters"), rows)
