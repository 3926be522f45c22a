"""How long the questions of a group take, one after another over one connection."""

from collections.abc import Iterator, Mapping, Sequence

from .client import Client
from .questions import Question
from .results import Group, timed
from .servers import Running

ROUNDS = 200
"""Most times that a question is asked."""


def time_group(
    server: Running,
    questions: Sequence[Question],
    seconds: float,
    numbers: Iterator[int],
    first: Mapping[str, float],
) -> tuple[Group | None, set[str]]:
    """Ask the questions in turn, each time in new words, until the time is over.

    Args:
        questions: of one group, at least one.
        first: seconds of the first answer by question; where they are more than the whole time,
            the question is not asked again.

    Returns:
        The figures, and the questions that were refused at least once, which are not in them.
    """
    taken = {q.name: [first[q.name]] for q in questions if first[q.name] > seconds}
    quick = [question for question in questions if question.name not in taken]
    taken |= {question.name: [] for question in quick}
    refused: set[str] = set()
    spent = 0.0
    with Client(server.url) as client:
        for _ in range(ROUNDS):
            for question in quick:
                reply = client.ask(question.distinct(next(numbers)), question.accept)
                taken[question.name].append(reply.seconds)
                spent += reply.seconds
                if reply.status != 200:
                    refused.add(question.name)
            if spent >= seconds:
                break
    kept = {name: values for name, values in taken.items() if name not in refused}
    return (timed(server.server.name, questions[0].group, kept) if kept else None), refused
