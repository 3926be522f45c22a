"""`ari diff`."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from .. import terminal
from ..publish import states
from ..publish.diff import as_text
from ..publish.diff.as_json import as_json
from ..publish.diff.as_markdown import as_markdown
from ..publish.diff.as_page import as_page
from ..publish.diff.changes import Changes
from ..publish.diff.comparison import compare
from ..publish.diff.patch import patch
from ..publish.states import State
from . import options
from .current import current_build

BUILD = "build"
"""Names the build of the sources as they are now."""
WRITERS: dict[str, Callable[[Changes], str]] = {
    "text": lambda changes: "\n".join(_text(changes)) + "\n",
    "markdown": as_markdown,
    "json": lambda changes: as_json(changes).decode(),
    "html": as_page,
}
PATCH = "patch"


@click.command()
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option(
    "--format",
    "format_name",
    type=click.Choice([*WRITERS, PATCH]),
    default="text",
    show_default=True,
    help="patch is RDF Patch: A and the patch make B.",
)
@options.data
@options.with_settings("home", "base_iri")
@options.quiet
def diff(
    a: str, b: str, format_name: str, data: Path | None, quiet: bool, **given: str | None
) -> None:
    """Tell what changed from A to B, in words.

    A and B are releases (1.2.0, or a folder), builds (a folder, or the first digits of the hash),
    `build` for what the sources say now, or `live` for what the service answers. Exit code 0: they
    are the same dataset; 1: they are not.
    """
    settings = options.settings(given)

    def state(name: str) -> State:
        if name != BUILD:
            return states.find(name, settings.home)
        place = current_build(settings, options.sources(data, settings.home), quiet)
        return states.of_folder(place, BUILD)

    old, new = state(a), state(b)
    states.refuse_other_base((old.name, old.base), (new.name, new.base))
    if format_name == PATCH:
        click.echo(patch(old.dataset, new.dataset), nl=False)
    else:
        changes = compare(old.dataset, new.dataset, (old.name, new.name))
        click.echo(WRITERS[format_name](changes), nl=False)
    sys.exit(int(old.dataset.hash != new.dataset.hash))


def _text(changes: Changes) -> Iterator[str]:
    yield from as_text.headline(changes)
    for title, rows in as_text.rows(changes):
        yield ""
        yield title
        yield terminal.table(("what", "of", "how"), rows)
    rest = list(as_text.remainder(changes))
    yield from ("", *rest) if rest else ()
