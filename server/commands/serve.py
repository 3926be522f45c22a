"""`ari serve`."""

from functools import partial
from pathlib import Path

import click

from ..engine import live, memory
from ..serving import serve as run_service
from ..serving import serve_remote as run_in_front
from ..serving import usable_port
from . import options
from .current import current_build


@click.command()
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
@options.data
@options.with_settings(
    "home",
    "base_iri",
    "public_url",
    "contact",
    "default_graph",
    "validate_writes",
    "validate_seconds",
    "query_seconds",
    "query_memory_mb",
    "memory_statements",
    "max_rows",
    "max_bytes",
    "max_request_bytes",
    "workers",
    "processes",
    "request_seconds",
    "cache_mb",
    "proxies",
    "releases_loaded",
    "access_log",
    "engine",
    "engine_update",
    "engine_store",
    "engine_user",
    "engine_revision",
)
@options.quiet
def serve(
    host: str, port: int, reset: bool, data: Path | None, quiet: bool, **given: str | None
) -> None:
    """Build what is missing, serve it, and print the address.

    What is served is the live store: the newest build, until something is written to it. With
    --engine it is that engine's data, which `ari load` puts there.

    Ends at Ctrl-C or TERM, after the requests in hand.
    """
    settings = options.settings(given)
    port = usable_port(host, port)
    if settings.engine:
        run_in_front(settings, host, port, partial(_serving_engine, quiet, settings.engine))
        return
    if not quiet and (told := memory.warning(settings)):
        click.echo(told, err=True)
    place = current_build(settings, options.sources(data, settings.home), quiet)
    with live.opened(settings.home, place, reset=reset, shared=not settings.token) as store:
        if store.build != place.name and not quiet:
            click.echo(_kept(store, place), err=True)
        run_service(store, settings, host, port, partial(_serving_build, quiet, place))


def _serving_build(quiet: bool, place: Path, address: str, protection: str) -> None:
    _tell(quiet, f"{place} (workers without a network by: {protection})", address)


def _serving_engine(quiet: bool, engine: str, address: str, _: str) -> None:
    _tell(quiet, f"what {engine} answers", address)


def _tell(quiet: bool, what: str, address: str) -> None:
    click.echo(address)
    if not quiet:
        click.echo(f"Serving {what}. Ctrl-C ends it.", err=True)


def _kept(store: live.Opened, newest: Path) -> str:
    return (
        f"The live store began as the build {store.build[:12]} and holds {store.writes} writes, so "
        f"it is kept. To serve {newest.name[:12]} and lose them: ari serve --reset."
    )
