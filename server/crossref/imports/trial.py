"""A build of what an import would leave, and which editions it must leave out for it to pass."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from ...build.pipeline import build
from ...build.sources import Sources
from ...errors import ViolationsFound
from .outcome import Outcome, Refusal


def tried(
    sources: Sources,
    outcomes: Sequence[Outcome],
    refused: Sequence[Refusal],
    base_iri: str,
    tell: Callable[[str], None],
) -> tuple[list[Outcome], list[Refusal]]:
    """The outcomes that can be built together, and the refusals with those that can't.

    Raises:
        ViolationsFound: what breaks a rule is no edition, or every one that would change.
    """
    left, out = without_followers(outcomes, refused)
    while staged(sources, left).overlay != sources.overlay:
        tell("Checking what comes of it by a build.")
        try:
            _build(staged(sources, left), base_iri)
            break
        except ViolationsFound as error:
            faulty = _at_fault(error, left)
            if not faulty or len(faulty) == sum(bool(item.files) for item in left):
                raise
            left, out = without_followers(
                [item for item in left if item.edition not in faulty],
                [*out, *(Refusal(key, told, error.remedy) for key, told in faulty.items())],
            )
    return left, out


def staged(sources: Sources, outcomes: Sequence[Outcome]) -> Sources:
    """The sources as they would be."""
    files = {
        f"editions/{outcome.edition}/{name}": data
        for outcome in outcomes
        for name, data in outcome.files.items()
    }
    return sources.under(sources.overlay.holding(files))


def without_followers(
    outcomes: Sequence[Outcome], refused: Sequence[Refusal]
) -> tuple[list[Outcome], list[Refusal]]:
    """No question is marked as gone to an edition that is refused."""
    keys = {item.edition for item in refused}
    stays = [item for item in outcomes if not item.follows & keys]
    told = [
        Refusal(item.edition, "Questions of it are now in an edition that is refused.", "")
        for item in outcomes
        if item.follows & keys
    ]
    return stays, [*refused, *told]


def _build(sources: Sources, base_iri: str) -> None:
    with tempfile.TemporaryDirectory(prefix="ari-import-") as scratch:
        build(sources, Path(scratch), base_iri)


def _at_fault(error: ViolationsFound, outcomes: Sequence[Outcome]) -> dict[str, str]:
    """The editions whose files break a rule, with what is told of it."""
    found: dict[str, list[str]] = {}
    for finding in error.extra.get("findings", ()):
        for item in outcomes:
            file = str(finding["file"])
            if finding["severity"] == "violation" and f"editions/{item.edition}/" in file:
                found.setdefault(item.edition, []).append(f"{file}: {finding['message']}")
    return {key: " ".join(dict.fromkeys(told)) for key, told in found.items()}
