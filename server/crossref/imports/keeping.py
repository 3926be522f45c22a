"""An import as a whole: read, plan, check by a build, and only then keep."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from ...build import tables
from ...build.overlay import Overlay
from ...build.sources import Sources
from ...errors import SourceError
from ..decisions import Journal, State
from ..reopening import reopen, reopened
from . import switch
from .found import Harvest
from .planning import Terms, plan
from .report import Report
from .trial import staged, tried


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
        InputError: of no edition it can be told which it is, or the source is another document
            than before. Where that is so of one among several, it is refused and the others kept.
        ViolationsFound: what would come of it breaks a rule; nothing is kept. Where only some of
            several editions do, they are refused and the others kept.
        EnvironmentFault: it can't be written; nothing has changed.
    """
    if not harvest.editions:
        raise _empty(harvest)
    # A folder that is not there is refused, not made.
    place.sources()
    with nullcontext() if dry_run else switch.alone(place.root):
        sources = place.sources()
        planned = plan(harvest, tables.read(sources), sources, terms)
        outcomes, refused = tried(sources, *planned, place.base_iri, tell)
        after = staged(sources, outcomes)
        links = tuple(reopened(State.of(tables.read(after)), terms.retrieved))
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
        written=after.overlay != sources.overlay and not dry_run,
        editions=tuple(outcomes),
        unplaced=harvest.unplaced,
        notices=(*_expired(harvest, terms), *harvest.notices),
        reopened=links,
        refused=tuple(refused),
    )


def _expired(harvest: Harvest, terms: Terms) -> Iterator[str]:
    """What the publisher let expire and did not archive."""
    found = [
        item.own_id
        for edition in harvest.editions
        for item in edition.questions
        if item.expires and item.expires < terms.retrieved and item.status == "current"
    ]
    if found:
        told = ", ".join(found[:10]) + (", …" if len(found) > 10 else "")
        what = f"expired before {terms.retrieved} and are not archived"
        yield f"{len(found):,} questions {what}: {told}."


def _empty(harvest: Harvest) -> SourceError:
    reasons = "; ".join(f"{item.place}: {item.reason}" for item in harvest.unplaced[:5])
    why = f" Of {len(harvest.unplaced)}: {reasons}" if harvest.unplaced else ""
    remedy = "Check the source and the filters; an empty edition is not kept."
    detail = f"No question could be taken from it.{why}"
    return SourceError(harvest.address, None, detail, remedy=remedy)
