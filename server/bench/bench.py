"""The whole benchmark: corpora, trials, report."""

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from . import corpus, machine, peers
from .load import LOADS
from .ours import Ours
from .questions import GROUPS
from .report import Report
from .trial import Plan, Tell, Trial

PARTS = (*GROUPS, *LOADS, "front")
"""What a run can be limited to."""


def run(
    real: Path,
    names: Sequence[str],
    folder: Path,
    plan: Plan,
    tell: Tell,
) -> Report:
    """Measure our service and the peers that are installed; ended early, tell what there is.

    Args:
        real: N-Quads of the build with the default base IRI.
        names: of `corpus.SIZES`.
        folder: of the peers.
        tell: told what goes on, a line each time.

    Raises:
        EnvironmentFault: our own service does not start, or a load can't be made.
    """
    there, absent = peers.find(folder)
    for missing in absent:
        tell(f"{missing.name} is not installed: {missing.how}")
    found = machine.described()
    trials: list[Trial] = []
    whole = True
    with _ended_by_term():
        try:
            for name in names:
                with TemporaryDirectory(prefix="ari-bench-") as place:
                    made = corpus.write(name, real, Path(place) / "dataset.nq")
                    trials.append(Trial(made, Path(place), plan, tell))
                    trials[-1].measure(Ours(), there, front=name == names[0])
        except KeyboardInterrupt:
            whole = False
    runs = [trial.run for trial in trials]
    return Report(_command(names, plan), plan.seconds, found, runs, absent, whole)


def _command(names: Sequence[str], plan: Plan) -> str:
    """What makes such a report again."""
    options = [f"--corpus {name}" for name in names]
    options += [f"--only {part}" for part in plan.parts if plan.parts != PARTS]
    return " ".join(["ari bench", *options, f"--seconds {plan.seconds:g}"])


@contextmanager
def _ended_by_term() -> Iterator[None]:
    """TERM as Ctrl-C: the servers have process groups of their own and must be ended by us."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
