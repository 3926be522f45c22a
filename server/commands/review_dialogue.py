"""The dialogue of `ari review`: pair by pair, both texts side by side."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import click

from .. import terminal
from ..build.mapping_records import PREDICATES, REJECTIONS, Agent
from ..crossref.decisions import Journal, State
from ..crossref.judgement import Action, Judgement, describe, presumed, records_of
from ..errors import InputError
from .review_rows import COLUMNS, row

CHOICES = {
    "a": "accept",
    "r": "reject",
    "c": "change the relation",
    "u": "leave unsure",
    "s": "skip",
    "z": "undo the last",
    "h": "history",
    "q": "quit",
}
ACTIONS: dict[str, Action] = {"a": "accept", "r": "reject", "c": "relation", "u": "unsure"}
REASON = "The reason, in a sentence; empty keeps the one there is"
QUESTION = ", ".join(f"{key} {meaning}" for key, meaning in CHOICES.items())


@dataclass
class Dialogue:
    """A person and a journal.

    Args:
        view: a pair, by its key, as the person sees it.
        today: the day of a decision.
        decided: keys of the pairs that were decided on, the last one last.
    """

    journal: Journal
    person: Agent
    view: Callable[[str, State], str]
    today: Callable[[], str]
    decided: list[str] = field(default_factory=list)

    def go(self, keys: Iterable[str]) -> None:
        """Ask about each pair, until the person leaves or none is left."""
        for key in keys:
            if not self._pair(key):
                return
        click.echo("Nothing is left to decide.")

    def _pair(self, key: str) -> bool:
        """Ask about one pair until it is decided or passed over; whether to go on."""
        while True:
            state = self.journal.state()
            click.echo(f"\n{self.view(key, state)}")
            answer = click.prompt(QUESTION, type=click.Choice(list(CHOICES)), show_choices=False)
            if answer in "sq":
                return bool(answer == "s")
            if answer == "h":
                self._history(key, state)
            elif answer == "z":
                self._undo()
            elif self._decide(self._judgement(key, ACTIONS[answer], state)):
                return True

    def _judgement(self, key: str, action: Action, state: State) -> Judgement:
        newest = state.newest(key)
        relation = tag = ""
        if action == "relation" or (action == "accept" and not newest):
            default = newest.predicate if newest and newest.object else None
            kinds = click.Choice(PREDICATES)
            relation = click.prompt("Which relation", type=kinds, default=default)
        if action == "reject":
            for name, meaning in REJECTIONS.items():
                click.echo(f"  {name}: {meaning}")
            tag = click.prompt("Why", type=click.Choice(list(REJECTIONS)), show_choices=False)
        comment = click.prompt(REASON, default="", show_default=False)
        sure = click.FloatRange(0, 1)
        usual = presumed(action, relation, newest)
        confidence = click.prompt("How sure are you, from 0 to 1", type=sure, default=usual)
        seen = newest.key if newest else ""
        return Judgement(
            key, action, self.person, self.today(), seen, relation, tag, comment, confidence
        )

    def _decide(self, judged: Judgement) -> bool:
        """Write a decision down; a refusal is told, and the person asked again."""
        try:
            with self.journal.writing() as session:
                added = session.add(records_of(judged, session.state))
        except InputError as error:
            click.echo(f"{error.detail}\n{error.remedy}", err=True)
            return False
        for record in added:
            click.echo(f"{record.key}: {describe(record)}")
        self.decided.append(judged.pair)
        return True

    def _undo(self) -> None:
        if not self.decided:
            click.echo("Nothing has been decided yet.")
            return
        key = self.decided.pop()
        newest = self.journal.state().newest(key)
        seen = newest.key if newest else ""
        if self._decide(Judgement(key, "undo", self.person, self.today(), seen)):
            self.decided.pop()

    def _history(self, key: str, state: State) -> None:
        pair = state.pairs.get(key)
        rows = [row(record, pair) for record in pair.records] if pair else []
        click.echo(terminal.table(COLUMNS, rows) if rows else "Nothing was decided on it yet.")
