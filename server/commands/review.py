"""`ari review`."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import click

from .. import terminal
from ..build.mapping_records import PREDICATES, REJECTIONS
from ..config import Settings
from ..crossref import agenda, judgement
from ..crossref.decisions import Journal
from ..crossref.judgement import Action, Judgement
from ..errors import InputError, UnknownName
from . import options
from .review_dialogue import Dialogue
from .review_person import asked, who
from .review_rows import COLUMNS, row
from .review_views import Views, views


@click.command()
@click.argument("a", metavar="[A", required=False)
@click.argument("b", metavar="B]", required=False)
@click.option("--list", "list_them", is_flag=True, help="List what is to be decided.")
@click.option("--history", metavar="PAIR", help="All that was ever decided on a pair.")
@click.option("--pair", metavar="PAIR", help="Decide on this pair, such as met-2019-1-1--…-70.")
@click.option(
    "--record", metavar="RECORD", help="The same, if this record (PAIR.N) is still the newest."
)
@click.option("--decision", type=click.Choice(judgement.ACTIONS))
@click.option("--relation", type=click.Choice(PREDICATES), help="Of SKOS.")
@click.option("--tag", type=click.Choice(list(REJECTIONS)), help="Why it is rejected.")
@click.option("--comment", default="", help="The reason, in a sentence.")
@click.option("--confidence", type=click.FloatRange(0, 1), help="That the decision is right.")
@click.option("--reviewer", metavar="[ID|]NAME", help="Who decides; ID is an ORCID or your own.")
@click.option(
    "--which",
    type=click.Choice(list(agenda.KINDS)),
    multiple=True,
    default=agenda.USUAL,
    show_default=True,
    help="What is asked about; may be given again.",
)
@options.data
@options.with_settings("home", "base_iri", "query_seconds", "query_memory_mb")
@options.quiet
def review(
    a: str | None,
    b: str | None,
    list_them: bool,
    history: str | None,
    pair: str | None,
    record: str | None,
    decision: str | None,
    relation: str | None,
    tag: str | None,
    comment: str,
    confidence: float | None,
    reviewer: str | None,
    which: tuple[str, ...],
    data: Path | None,
    quiet: bool,
    **given: str | None,
) -> None:
    """Decide which questions answer each other.

    On a terminal, pair by pair, between the editions A and B or all that there are; elsewhere, one
    pair at a time by --pair or --record with --decision. A decision adds a record to a file in
    the home folder, or in DIR with --data; nothing that was said before is changed.
    """
    settings = options.settings(given)
    journal = Journal(settings.home, data)
    editions = (a, b) if a and b else None
    if a and not b:
        raise click.UsageError("Name two editions, or none.")
    if history:
        _tell(_history(journal, history))
    elif list_them:
        _tell(_agenda(journal, which, editions))
    elif decision:
        judged = Judgement(
            pair=_pair(pair, record),
            seen=record,
            action=cast(Action, decision),
            reviewer=who(settings.home, reviewer),
            date=today(),
            relation=relation or "",
            tag=tag or "",
            comment=comment,
            confidence=confidence,
        )
        _decide(journal, judged, quiet)
    elif pair or record:
        raise click.UsageError("Say what you decide: --decision.")
    elif not (sys.stdin.isatty() and terminal.interactive()):
        raise InputError(
            "There is no terminal to ask you on.",
            remedy="Use --list and --history to look, --pair with --decision to decide.",
        )
    else:
        _dialogue(journal, settings, reviewer, which, editions, quiet)


def today() -> str:
    """The day in Greenwich."""
    return datetime.now(UTC).date().isoformat()


def _pair(pair: str | None, record: str | None) -> str:
    if bool(pair) == bool(record):
        raise click.UsageError("Name the pair by --pair, or its newest record by --record.")
    return pair or cast(str, record).rpartition(".")[0]


def _decide(journal: Journal, judged: Judgement, quiet: bool) -> None:
    with journal.writing() as session:
        added = session.add(judgement.records_of(judged, session.state))
    for record in added:
        click.echo(record.key)
        if not quiet:
            click.echo(judgement.describe(record), err=True)


def _dialogue(
    journal: Journal,
    settings: Settings,
    reviewer: str | None,
    which: Sequence[str],
    editions: tuple[str, str] | None,
    quiet: bool,
) -> None:
    person = asked(settings.home, reviewer)
    seen = views(journal, settings, quiet)
    dialogue = Dialogue(journal, person, seen.of, today)
    dialogue.go(_keys(journal, seen, which, editions))
    if not quiet:
        click.echo(f"Pairs decided: {len(dialogue.decided)}; see {journal.folder}.", err=True)


def _keys(
    journal: Journal, seen: Views, which: Sequence[str], editions: tuple[str, str] | None
) -> Iterator[str]:
    """What is written down and open, then candidates of which nothing was ever said."""
    state = journal.state()
    # What is decided on the way, by this person or another, is not asked about again.
    for pair in agenda.agenda(state, which, editions):
        if journal.state().newest(pair.key) == pair.newest:
            yield pair.key
    for subject, target in [editions] if editions else agenda.sets(state):
        for key in seen.candidates(subject, target):
            if key not in journal.state().pairs:
                yield key


def _history(journal: Journal, key: str) -> list[tuple[str, ...]]:
    pair = journal.state().pairs.get(key)
    if pair is None:
        raise UnknownName(
            f"Nothing was ever decided on '{key}'.", remedy="ari review --list names pairs."
        )
    return [row(record, pair) for record in pair.records]


def _agenda(
    journal: Journal, which: tuple[str, ...], editions: tuple[str, str] | None
) -> list[tuple[str, ...]]:
    found = agenda.agenda(journal.state(), which, editions)
    return [row(pair.newest, pair) for pair in found]


def _tell(rows: list[tuple[str, ...]]) -> None:
    if terminal.interactive():
        click.echo(terminal.table(COLUMNS, rows))
        return
    for cells in (COLUMNS, *rows):
        click.echo("\t".join(cells))
