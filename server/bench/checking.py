"""Answers are compared before they are timed: a wrong answer is quick to give."""

from collections.abc import Callable, Iterator, Sequence

from .answers import Answer, Verdict, compare, read
from .client import Client, Reply
from .questions import Question
from .results import Difference
from .servers import Running

NOT_ASKED = Answer(())


class Checker:
    """Asks every server every question once and keeps what the first server, ours, answers.

    Args:
        numbers: fresh ones, so that no cache of answers knows the question.
        differs: told each question that a server does not answer as ours does.

    Attributes:
        seconds: how long the first answer took, by server and question.
    """

    def __init__(self, numbers: Iterator[int], differs: Callable[[Difference], None]) -> None:
        self.seconds: dict[tuple[str, str], float] = {}
        self._numbers = numbers
        self._differs = differs
        self._expected: dict[str, Answer | None] = {}

    def right(self, server: Running, questions: Sequence[Question]) -> set[str]:
        """The questions, by name, that a server answers as ours does."""
        found = set()
        for question in questions:
            if self._expected.get(question.name, NOT_ASKED) is None:
                # Without an answer of ours there is nothing to compare with, nor to be timed.
                continue
            reply = self._ask(server, question)
            ours = self._expected.setdefault(question.name, read(reply, question))
            verdict = compare(ours, reply, question)
            if verdict is Verdict.SAME:
                found.add(question.name)
            else:
                self._differs(_difference(server, question, verdict, reply))
        return found

    def _ask(self, server: Running, question: Question) -> Reply:
        with Client(server.url) as client:
            reply = client.ask(question.distinct(next(self._numbers)), question.accept)
        if reply.slow:
            # It may work on for nobody, at the cost of the next question.
            server.restart()
        self.seconds[server.server.name, question.name] = reply.seconds
        return reply


def _difference(server: Running, question: Question, verdict: Verdict, reply: Reply) -> Difference:
    more = f" (status {reply.status})" if verdict is Verdict.FAILED else ""
    return Difference(server.server.name, question.name, verdict.value + more)
