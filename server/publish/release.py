"""A release: a build, with a version and a date, as files that never change.

The files are written part by part into a folder out of sight. It gets the release's name when all
of them are there and durable; until then there is no release.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from time import perf_counter

from ..build import folder
from ..build.sources import Sources, inputs_digest
from ..errors import InputError
from . import described, layout, states
from .dataset import Dataset
from .draft import Draft
from .facts import Release
from .parts import PARTS
from .publication import Publication, published
from .sums import sums

Report = Callable[[str, float], None]
"""Called at the end of each part with its name and the seconds it took."""

STAGES = tuple(name for name, _ in PARTS)


def release(
    build: Path,
    sources: Sources,
    home: Path,
    version: str,
    *,
    day: date | None = None,
    previous: str = "",
    report: Report = lambda part, seconds: None,
) -> Path:
    """Publish a build, and give the folder of the release.

    Args:
        build: folder of a build of these sources.
        version: such as `1.2.0`; there is no release of that name.
        day: of the release; None: the newest in the sources.
        previous: version of the release that this one follows; empty: it is the first.

    Raises:
        InputError: the version is taken or none, there is no such previous release, it does not
            come before this one, has another base IRI or a later date, or the sources have changed
            since the build.
        EnvironmentFault: the folder can't be written; nothing is left of it then.
    """
    before = states.of_folder(_previous(home, version, previous), previous) if previous else None
    draft = drafted(
        build,
        sources,
        version,
        day=day,
        previous=previous,
        before=before.dataset if before else None,
    )
    if before:
        _refuse_unlike(draft.facts, before)
    with published(home, version) as publication:
        _fill(publication, draft, report)
        _refuse_changed(build, sources, draft.facts.base)
    return layout.release_folder(home, version)


def drafted(
    build: Path,
    sources: Sources,
    version: str,
    *,
    day: date | None = None,
    previous: str = "",
    before: Dataset | None = None,
) -> Draft:
    """What the parts of a release are written from.

    Args:
        before: the dataset of the previous release.

    Raises:
        InputError: no day is given, and the sources have none.
    """
    dataset = described.dataset_of(build)
    facts = described.facts(build, dataset, version, day, previous)
    return Draft(facts, dataset, sources, described.findings_of(build), before)


def _previous(home: Path, version: str, previous: str) -> Path:
    """The folder of the release before."""
    place = layout.existing(home, previous)
    if layout.precedence(previous) >= layout.precedence(version):
        raise InputError(
            f"{version} can't follow {previous}, which is not before it.",
            remedy="Versions go up (Semantic Versioning 2.0.0, 11).",
        )
    return place


def _refuse_unlike(facts: Release, before: states.State) -> None:
    """Refuse to follow a release that names things otherwise, or that is younger."""
    states.refuse_other_base((before.name, before.base), (facts.version, facts.base))
    if before.date and facts.date.isoformat() < before.date:
        raise InputError(
            f"{facts.version} of {facts.date} can't follow {before.name} of {before.date}.",
            remedy=f"Give a day with --date that is not before {before.date}.",
        )


def _fill(publication: Publication, draft: Draft, report: Report) -> None:
    # The parts see the files before them.
    draft = draft.with_files(publication.files)
    for name, part in PARTS:
        begin = perf_counter()
        for path, data in part(draft):
            publication.add(path, data)
        report(name, perf_counter() - begin)
    publication.add(layout.SUMS, sums(publication.files))


def _refuse_changed(build: Path, sources: Sources, base: str) -> None:
    manifest = folder.read_manifest(build) or {}
    if manifest.get("inputs") != inputs_digest(sources.hashes(), base):
        raise InputError(
            "The sources changed while the release was written; nothing was published.",
            remedy="Run the command again: it builds first.",
        )
