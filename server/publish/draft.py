"""A release in the making: what its parts are written from, and the files that are there."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from ..build.findings import Finding
from ..build.sources import Sources
from .asked import Asked
from .dataset import Dataset
from .diff.changes import Changes
from .diff.comparison import compare
from .facts import FileFacts, Release

File = tuple[str, bytes]
"""The path of a file inside the release, and its bytes."""


@dataclass(frozen=True)
class Draft:
    """What a part is written from.

    Args:
        facts: what names the release.
        dataset: what it publishes.
        sources: the files that the build was made of.
        findings: of the build; a violation would have left none.
        previous: the dataset of the previous release, if there is one.
        files: those that are written, by path; it grows part by part.
    """

    facts: Release
    dataset: Dataset
    sources: Sources
    findings: tuple[Finding, ...] = ()
    previous: Dataset | None = None
    files: Mapping[str, FileFacts] = field(default_factory=dict)

    @cached_property
    def asked(self) -> Asked:
        """The dataset, loaded once for every part that asks it."""
        return Asked(self.dataset, self.facts.base)

    @cached_property
    def changes(self) -> Changes | None:
        """What changed since the previous release; None if this is the first."""
        if self.previous is None:
            return None
        names = (self.facts.previous, self.facts.version)
        return compare(self.previous, self.dataset, names)

    def with_files(self, files: Mapping[str, FileFacts]) -> "Draft":
        """The same beside these files, as they come."""
        return replace(self, files=files)


Part = Callable[[Draft], Iterator[File]]
"""Writes some files of a release; one at a time is held in memory."""
