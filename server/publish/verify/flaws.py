"""What is wrong with a release, as plain records that the command and tests share."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong.

    Args:
        check: name of the check that found it.
        file: the file at fault, its path inside the release.
        words: what is wrong with it.
    """

    check: str
    file: str
    words: str


@dataclass(frozen=True)
class Verdict:
    """What the checks say of a release.

    Args:
        place: what was checked, as it was named.
        version: as the manifest says it; empty if that can't be told.
        files: how many there are, `SHA256SUMS` included.
        done: names of the checks that were made, in order.
        left: names of those that were not, as the bytes are wrong already or one was stopped.
        unproved: what a release of this kind leaves unproved, in words.
    """

    place: str
    version: str
    files: int
    done: tuple[str, ...]
    left: tuple[str, ...]
    flaws: tuple[Flaw, ...]
    unproved: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether every check was made and found nothing."""
        return not self.flaws and not self.left


def shown(text: str, most: int = 200) -> str:
    """A text of others, cut and without what would steer a terminal."""
    cut = text if len(text) <= most else f"{text[:most]}…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)


def listed(names: Iterable[str], most: int = 5) -> str:
    """Some names in a sentence."""
    found = [shown(name) for name in names]
    more = f" and {len(found) - most} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
