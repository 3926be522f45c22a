"""Long batches in slices: one thread works at a time, and lets others in between slices."""

import threading
import time
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TypeVar

from .. import calls
from ..errors import LimitReached, WorkerLost

SLICE_SECONDS = 0.02
"""How long one batch works before another may."""

PAUSE_SECONDS = 0.001
"""A lock that is taken again at once is never another's."""

_turn = threading.Lock()
Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


def sliced(
    work: Callable[[Asked], Answered], asked: Iterable[Asked], seconds: float
) -> list[Answered]:
    """The answers in order.

    Batches of one process take turns, as two that compute at once would not be done sooner and
    would hold back whoever waits for the interpreter.

    Args:
        seconds: that all may take, waiting included.

    Raises:
        LimitReached: it took longer.
        WorkerLost: the client has gone.
    """
    end = time.monotonic() + seconds
    answers: list[Answered] = []
    waiting = iter(asked)
    for first in waiting:
        with _turn:
            pause = time.monotonic() + SLICE_SECONDS
            for one in chain([first], waiting):
                answers.append(work(one))
                if time.monotonic() >= pause:
                    break
        _must_go_on(end, seconds)
        time.sleep(PAUSE_SECONDS)
    return answers


def _must_go_on(end: float, seconds: float) -> None:
    call = calls.current()
    if call is not None and call.left:
        raise WorkerLost("The client has gone, so the work for it was ended.")
    if time.monotonic() > end:
        raise LimitReached(
            "ARI_QUERY_SECONDS",
            seconds,
            "seconds",
            f"The batch took longer than {seconds:g} s.",
            "Send fewer queries at once, or shorter ones.",
        )
