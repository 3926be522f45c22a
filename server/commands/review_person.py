"""Who decides: asked once in a home folder, and told at each begin."""

from pathlib import Path

import click

from ..build import folder
from ..build.mapping_records import Agent
from ..crossref.reviewers import FORMS, reviewer, written
from ..errors import InputError, ParameterError

FILE = "reviewer.txt"


def who(home: Path, given: str | None) -> Agent:
    """The person that an option names, else the one who decided here before.

    Raises:
        InputError: neither is there.
        ParameterError: it names nobody.
    """
    if given:
        return reviewer(given)
    known = _known(home)
    if known is None:
        raise InputError("A decision names who made it.", remedy=f"Add --reviewer. {FORMS}")
    return known


def asked(home: Path, given: str | None) -> Agent:
    """The same on a terminal: whoever decided here before is offered, else asked for and kept."""
    if given:
        return reviewer(given)
    known = _known(home)
    while True:
        text = click.prompt(
            "Who decides? [ID|]NAME, where ID is an ORCID or a word of your own",
            default=written(known) if known else None,
        )
        try:
            person = reviewer(text)
        except ParameterError as error:
            click.echo(str(error), err=True)
            continue
        if person != known:
            _keep(home, person)
        return person


def _known(home: Path) -> Agent | None:
    try:
        return reviewer((home / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None


def _keep(home: Path, person: Agent) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
        folder.write_synced(home / FILE, f"{written(person)}\n".encode())
    except OSError as error:
        raise folder.fault(error, home, "Your name") from error
