"""The command `ari`: a thin skin over the parts."""

import json
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TextIO, TypeVar

import click

from . import __version__, asking, config, queryfile, terminal
from .bench import bench as benchmark
from .bench.corpus import SIZES
from .bench.trial import Plan
from .build import folder, recheck
from .build.findings import Finding, violates
from .build.pipeline import STAGES
from .build.pipeline import build as run_build
from .build.report import report_ttl
from .build.shapes import load_shapes
from .build.sources import Sources, inputs_digest
from .config import Settings
from .engine import endpoint as endpoints
from .engine import live, remote_load
from .engine.embedded import open_engine
from .engine.interface import Answer
from .errors import AriError
from .serving import serve as run_service
from .serving import serve_remote as run_in_front
from .serving import usable_port
from .vocab import DEFAULT_BASE

Command = TypeVar("Command", bound=Callable[..., Any])

EXAMPLES = """
\b
Examples:
  ari serve
  ari query questions-by-priority -p priority=priority/met-2019-4
  ari query my.rq --endpoint http://127.0.0.1:8000/sparql --format json
"""


def main() -> None:
    """Run the command; errors are told in words, and their class decides the exit code."""
    try:
        ari.main(prog_name="ari", standalone_mode=False)
    except AriError as error:
        click.echo(f"ari: {error.detail}", err=True)
        for more in (error.extra.get("snippet"), error.remedy):
            if more:
                click.echo(more, err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)


def _with_settings(*names: str) -> Callable[[Command], Command]:
    """Options for some of the settings; the environment stands behind each."""

    def decorate(command: Command) -> Command:
        for item in reversed([item for item in config.options() if item.name in names]):
            help_text = f"{item.help}  [{item.variable}, default: {item.default or 'empty'}]"
            command = click.option(item.flag, metavar="VALUE", help=help_text)(command)
        return command

    return decorate


def _settings(given: dict[str, str | None]) -> Settings:
    for name in config.unknown(os.environ):
        click.echo(f"ari: there is no setting {name}; it is ignored.", err=True)
    return Settings.read(os.environ, given)


_quiet = click.option("--quiet", is_flag=True, help="No progress, no messages; errors are told.")
_data = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="Read the sources from this folder instead of those that come with the package.",
)


def _sources(data: Path | None) -> Sources:
    return Sources.at(data) if data else Sources.of_package()


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLES)
@click.version_option(__version__, prog_name="ari")
def ari() -> None:
    """The open knowledge graph of Areas of Research Interest.

    Exit codes: 0 yes, 1 no (violations), 2 wrong input or use, 3 the environment (port, disk,
    network).
    """


@ari.command()
@_data
@click.option(
    "--reasoner",
    type=click.Choice(["owlrl", "reasonable"]),
    default="owlrl",
    show_default=True,
    help="`reasonable` is for large data; install the extra met-ari[large].",
)
@_with_settings("home", "base_iri")
@_quiet
def build(data: Path | None, reasoner: str, quiet: bool, **given: str | None) -> None:
    """Make the dataset from the sources, and print its folder.

    Reads, relates, infers, validates and writes. Every finding is told with its source line; one
    violation, and no folder is left.
    """
    settings = _settings(given)
    with terminal.progress(quiet, STAGES) as report:
        result = run_build(
            _sources(data),
            settings.home,
            settings.base_iri,
            reasoner,  # type: ignore[arg-type]  # click lets nothing else through
            report,
        )
    if result.findings and not quiet:
        click.echo(_findings_table(list(result.findings)), err=True)
    if not quiet:
        state = "made" if result.created else "already there"
        click.echo(f"{result.manifest['dataset']['quads']:,} statements, {state}.", err=True)
    click.echo(str(result.folder))


@ari.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@_data
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["table", "json", "ttl"]),
    default="table",
    show_default=True,
    help="ttl is a SHACL validation report.",
)
@_with_settings("home", "base_iri")
@_quiet
def check(
    files: tuple[Path, ...], data: Path | None, format_name: str, quiet: bool, **given: str | None
) -> None:
    """Validate the build, or FILES of your own, against the shapes.

    FILES are Turtle, N-Triples, N-Quads, TriG, JSON-LD or RDF/XML, taken together.
    """
    settings, sources = _settings(given), _sources(data)
    if files:
        findings = recheck.of_files(files, sources)
    else:
        findings = recheck.of_build(_current_build(settings, sources, quiet), sources)
    click.echo(_report(findings, format_name, sources))
    if violates(findings):
        sys.exit(1)


@ari.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--reset",
    is_flag=True,
    help="Begin again as the build; what was written to the live store is lost.",
)
@_data
@_with_settings(
    "home",
    "base_iri",
    "public_url",
    "contact",
    "default_graph",
    "validate_writes",
    "validate_seconds",
    "query_seconds",
    "query_memory_mb",
    "max_rows",
    "max_bytes",
    "max_request_bytes",
    "workers",
    "processes",
    "request_seconds",
    "cache_mb",
    "proxies",
    "access_log",
    "engine",
    "engine_update",
    "engine_store",
    "engine_user",
    "engine_revision",
)
@_quiet
def serve(
    host: str, port: int, reset: bool, data: Path | None, quiet: bool, **given: str | None
) -> None:
    """Build what is missing, serve it, and print the address.

    What is served is the live store: the newest build, until something is written to it. With
    --engine it is that engine's data, which `ari load` puts there.

    Ends at Ctrl-C or TERM, after the requests in hand.
    """
    settings = _settings(given)
    port = usable_port(host, port)
    if settings.engine:
        run_in_front(settings, host, port, partial(_now_serving, settings, quiet))
        return
    place = _current_build(settings, _sources(data), quiet)

    def ready(address: str, protection: str) -> None:
        click.echo(address)
        if not quiet:
            click.echo(
                f"Serving {place} (workers without a network by: {protection}). Ctrl-C ends it.",
                err=True,
            )

    with live.opened(settings.home, place, reset=reset, shared=not settings.token) as store:
        if store.build != place.name and not quiet:
            click.echo(_kept(store, place), err=True)
        run_service(store, settings, host, port, ready)


def _now_serving(settings: Settings, quiet: bool, address: str, _: str) -> None:
    click.echo(address)
    if not quiet:
        click.echo(f"Serving what {settings.engine} answers. Ctrl-C ends it.", err=True)


@ari.command()
@_data
@_with_settings("home", "base_iri", "engine", "engine_store", "engine_user")
@_quiet
def load(data: Path | None, quiet: bool, **given: str | None) -> None:
    """Put the build into another SPARQL engine, and print the build's name.

    Our graphs there are replaced, each as a whole; graphs of others stay. ARI_ENGINE_PASSWORD
    holds the password.
    """
    settings = _settings(given)
    place = _current_build(settings, _sources(data), quiet)
    number = remote_load.load(place / folder.DATASET, settings, terminal.messages(quiet))
    if not quiet:
        click.echo(
            f"{number:,} statements are there. If nobody else writes there, serve them with "
            "ARI_ENGINE_REVISION set to what follows.",
            err=True,
        )
    click.echo(place.name)


def _kept(store: live.Opened, newest: Path) -> str:
    return (
        f"The live store began as the build {store.build[:12]} and holds {store.writes} writes, so "
        f"it is kept. To serve {newest.name[:12]} and lose them: ari serve --reset."
    )


@ari.command()
@click.argument("name", metavar="NAME|FILE|-", required=False)
@click.option("-p", "--param", multiple=True, metavar="NAME=VALUE", help="A parameter's value.")
@click.option("--list", "list_them", is_flag=True, help="List the stored queries.")
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of the build.")
@click.option(
    "--format", "format_name", help="csv, tsv, json, xml, ttl, nt, jsonld, rdf, or a media type."
)
@_data
@_with_settings("home", "base_iri", "default_graph", "query_seconds", "query_memory_mb")
@_quiet
def query(
    name: str | None,
    param: tuple[str, ...],
    list_them: bool,
    endpoint: str | None,
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
    settings = _settings(given)
    drawn = format_name is None and terminal.interactive()
    question = asking.question(name, param, settings.base_iri, "json" if drawn else format_name)
    if endpoint:
        reply: endpoints.Reply | Answer = endpoints.ask(endpoint, question, settings.query_seconds)
    else:
        place = _current_build(settings, _sources(data), quiet)
        with open_engine(place / folder.DATASET, place.name, settings, workers=1) as engine:
            reply = engine.ask(question)
    if drawn and reply.kind != "graph":
        click.echo(terminal.answer(reply.body))
    else:
        sys.stdout.buffer.write(reply.body)


@ari.command()
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
@_with_settings("home")
@_quiet
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
    settings = _settings({**given, "base_iri": DEFAULT_BASE})
    real = _current_build(settings, Sources.of_package(), quiet) / folder.DATASET
    plan = Plan(seconds, only or benchmark.PARTS)
    report = benchmark.run(
        real, corpora, peers or settings.home / "peers", plan, terminal.messages(quiet)
    )
    output.write(report.json() if format_name == "json" else report.markdown())
    if not report.whole:
        sys.exit(130)


def _listing() -> str:
    files = queryfile.library().values()
    rows = [(f.name, f.summary, " ".join(p.name for p in f.parameters)) for f in files]
    if not terminal.interactive():
        return "\n".join("\t".join(row) for row in rows)
    return terminal.table(("name", "answers", "parameters"), rows)


def _report(findings: list[Finding], format_name: str, sources: Sources) -> str:
    if format_name == "json":
        return json.dumps([item.as_dict() for item in findings], ensure_ascii=False, indent=2)
    if format_name == "ttl":
        return report_ttl(findings, load_shapes(sources.shape_files)).rstrip()
    return _findings_table(findings)


def _findings_table(findings: list[Finding]) -> str:
    if not findings:
        return "No findings: the data keeps every rule."
    heads = ("severity", "place", "thing", "what is wrong", "rule")
    return terminal.table(heads, [item.as_row() for item in findings])


def _current_build(settings: Settings, sources: Sources, quiet: bool) -> Path:
    """The build of these sources, made now if there is none."""
    inputs = inputs_digest(sources.hashes(), settings.base_iri)
    found = folder.find(settings.home, inputs)
    if found:
        return found
    if not quiet:
        click.echo("Building the graph; this happens once.", err=True)
    with terminal.progress(quiet, STAGES) as report:
        return run_build(sources, settings.home, settings.base_iri, report=report).folder


if __name__ == "__main__":
    main()
