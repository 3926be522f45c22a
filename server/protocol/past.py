"""The releases that queries can be put to, by `?release=`, beside the live data."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..config import Settings
from ..engine.interface import Answer, Change, Changed, Question
from ..engine.standing import Standing
from ..errors import ReadOnly
from .glance import Glance
from .watched import note_query


@dataclass(frozen=True)
class Release:
    """A release as far as queries need it.

    Args:
        hash: RDFC-1.0 SHA-256 of its data, which is the SHA-256 of the file too.
        base: base IRI of its things.
        dataset: its canonical N-Quads.
    """

    version: str
    hash: str
    base: str
    dataset: Path


Find = Callable[[str], Release]
"""The release of a version.

Raises:
    UnknownName: there is none; lists those that there are.
    EnvironmentFault: it can't be read.
"""


@dataclass(frozen=True)
class PastEngine:
    """See `engine.interface.Engine`: the data of a release, which nobody changes.

    What it answers is not noted among the revisions of the call: it is the same whatever becomes
    of the live data.
    """

    release: Release
    standing: Standing

    @property
    def revision(self) -> str:
        return self.release.hash

    @property
    def graphs(self) -> dict[str, int]:
        with self.standing.engine(self.release.dataset, self.revision) as engine:
            return engine.graphs

    def ask(self, question: Question) -> Answer:
        note_query(question.text)
        with self.standing.engine(self.release.dataset, self.revision) as engine:
            return engine.ask(question)

    def graph(self, name: str | None, format: str) -> Answer:
        with self.standing.engine(self.release.dataset, self.revision) as engine:
            return engine.graph(name, format)

    def change(self, change: Change) -> Changed:
        raise ReadOnly("A release never changes.")

    def close(self) -> None:
        """Nothing: others may be asking it."""


class Past:
    """The releases of a home, each behind an engine while it is asked.

    Args:
        workers: questions to one release at the same time.
    """

    def __init__(self, settings: Settings, find: Find, workers: int) -> None:
        self._find = find
        self._standing = Standing(settings, workers)
        self.state = Glance(settings.home / "releases").state
        """Changes whenever a release comes or goes."""

    def release(self, version: str) -> Release:
        """The release of a version.

        Raises: as `Find` says.
        """
        return self._find(version)

    def engine(self, release: Release) -> PastEngine:
        """The engine over it; nothing is started until it is asked."""
        return PastEngine(release, self._standing)

    def close(self) -> None:
        """End the engines."""
        self._standing.close()
