"""`ari verify`."""

import json
import sys
from dataclasses import asdict

import click

from .. import terminal
from ..publish.verify.apart import verify_apart
from ..publish.verify.checks import STAGES
from ..publish.verify.flaws import Verdict
from ..publish.verify.place import at_hand
from . import options


@click.command()
@click.argument("place", metavar="DIR|URL|ARCHIVE")
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Of the report.",
)
@options.with_settings("query_seconds", "query_memory_mb", "validate_seconds")
@options.quiet
def verify(place: str, format_name: str, quiet: bool, **given: str | None) -> None:
    """Check that a release is whole and says what it should; no server is needed.

    DIR is its folder, URL where it is served (https://host/releases/1.0.0/), ARCHIVE a .tar,
    .tar.gz or .zip of it. Every byte is checked first; what is in the files only if all are right.
    A file that takes longer to check, or more memory, than the settings allow is at fault.
    """
    settings = options.limits(given)
    with (
        at_hand(place, terminal.messages(quiet)) as folder,
        terminal.progress(quiet, STAGES, "Checking") as report,
    ):
        verdict = verify_apart(folder, place, settings, report)
    click.echo(_json(verdict) if format_name == "json" else _text(verdict))
    if not verdict.good:
        sys.exit(1)


def _json(verdict: Verdict) -> str:
    said = {"good": verdict.good} | asdict(verdict)
    return json.dumps(said, ensure_ascii=False, indent=2)


def _text(verdict: Verdict) -> str:
    lines = [f"{flaw.file}: {flaw.words}. [{flaw.check}]" for flaw in verdict.flaws]
    if verdict.good:
        checks = ", ".join(verdict.done)
        lines.append(f"{verdict.version}: {verdict.files} files are as published ({checks}).")
    if verdict.left:
        lines.append(f"Not checked, because of that: {', '.join(verdict.left)}.")
    lines += [f"Not proved: {words}." for words in verdict.unproved]
    return "\n".join(lines)
