"""An import as a whole: read, plan, check by a build, and only then keep."""

import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from ...build import tables
from ...build.overlay import Overlay
from ...build.pipeline import build
from ...build.sources import Sources
from ...errors import SourceError
from ..decisions import Journal, State
from ..reopening import reopen, reopened
from . import switch
from .found import Harvest
from .outcome import Outcome
from .planning import Terms, plan
from .report import Report


@dataclass(frozen=True)
class Place:
    """Where an import is kept.

    Args:
        data: a checkout of the data, which is written to; None: `{home}/editions`.
    """

    home: Path
    base_iri: str
    data: Path | None = None

    @property
    def root(self) -> Path:
        """The folder that holds a folder for each edition."""
        return self.data or self.home / "editions"

    def sources(self) -> Sources:
        """What is there now."""
        if self.data:
            return Sources.at(self.data)
        return Sources.of_package().under(Overlay.of(self.home))


def keep(
    harvest: Harvest,
    place: Place,
    terms: Terms,
    tell: Callable[[str], None],
    *,
    dry_run: bool = False,
) -> Report:
    """Compare a harvest with what is there, and keep it if what comes of it can be built.

    Raises:
        SourceError: it holds no question; the report of what could not be placed is in `extra`.
        InputError: an edition can't be told, or the source is another document than before.
        ViolationsFound: what would come of it breaks a rule; nothing is kept.
        EnvironmentFault: it can't be written; nothing has changed.
    """
    if not harvest.editions:
        raise _empty(harvest)
    # A folder that is not there is refused, not made.
    place.sources()
    with nullcontext() if dry_run else switch.alone(place.root):
        sources = place.sources()
        outcomes = plan(harvest, tables.read(sources), sources, terms)
        staged = _staged(sources, outcomes)
        changes = staged.overlay != sources.overlay
        if changes:
            tell("Checking what comes of it by a build.")
            _check(staged, place)
        links = tuple(reopened(State.of(tables.read(staged)), terms.retrieved))
        if not dry_run:
            for outcome in outcomes:
                if outcome.files:
                    switch.put(place.root / outcome.edition, outcome.files)
            if links:
                links = reopen(Journal(place.home, place.data), terms.retrieved)
    return Report(
        kind=harvest.kind,
        source=harvest.address,
        sha256=harvest.sha256,
        retrieved=terms.retrieved,
        written=changes and not dry_run,
        editions=tuple(outcomes),
        unplaced=harvest.unplaced,
        notices=harvest.notices,
        reopened=links,
    )


def _empty(harvest: Harvest) -> SourceError:
    reasons = "; ".join(f"{item.place}: {item.reason}" for item in harvest.unplaced[:5])
    why = f" Of {len(harvest.unplaced)}: {reasons}" if harvest.unplaced else ""
    remedy = "Check the source and the filters; an empty edition is not kept."
    detail = f"No question could be taken from it.{why}"
    return SourceError(harvest.address, None, detail, remedy=remedy)


def _staged(sources: Sources, outcomes: list[Outcome]) -> Sources:
    """The sources as they would be."""
    files = {
        f"editions/{outcome.edition}/{name}": data
        for outcome in outcomes
        for name, data in outcome.files.items()
    }
    return sources.under(sources.overlay.holding(files))


def _check(staged: Sources, place: Place) -> None:
    with tempfile.TemporaryDirectory(prefix="ari-import-") as scratch:
        build(staged, Path(scratch), place.base_iri)
