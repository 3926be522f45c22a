"""The states of the data that can be compared, by the names that users give them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..build import folder
from ..engine import live, patch
from ..errors import EnvironmentFault, InputError, UnknownName
from . import layout
from .dataset import Dataset

LIVE = "live"
"""Names what the service answers, writes and all."""
_HASH = re.compile(r"[0-9a-f]{8,64}")
_TRIES = 20
_KINDS = "a version (1.2.0), a folder of a release or a build, the first digits of a build's hash"

Named = tuple[str, str]


@dataclass(frozen=True)
class State:
    """A dataset, where it came from.

    Args:
        name: by which the user knows it.
        base: base IRI of its things; empty: not known.
        date: of a release, `2026-11-23`; empty: it is none.
    """

    name: str
    base: str
    dataset: Dataset
    date: str = ""


def refuse_other_base(old: Named, new: Named) -> None:
    """Refuse two datasets whose things have other names throughout.

    Args:
        old, new: what the user calls each, and its base IRI; empty: not known.

    Raises:
        InputError: the base IRIs are known and differ.
    """
    (one, before), (other, now) = old, new
    if before and now and before != now:
        raise InputError(
            f"{one} names its things under {before}, {other} under {now}: no name is the same.",
            remedy="Take two that were made with the same ARI_BASE_IRI.",
        )


def find(name: str, home: Path) -> State:
    """The state that a user names.

    Args:
        name: a version, a folder, the first eight digits or more of a build's hash, or `live`.

    Raises:
        InputError: there is no such state, or its files are damaged.
        EnvironmentFault: they can't be read.
    """
    if name == LIVE:
        return _live(home)
    if layout.is_version(name):
        return of_folder(layout.existing(home, name), name)
    if _HASH.fullmatch(name):
        return of_folder(_build(home, name), name)
    return of_folder(Path(name), name)


def _build(home: Path, digits: str) -> Path:
    found = [path for path in folder.builds(home) if path.name.startswith(digits)]
    if len(found) == 1:
        return found[0]
    known = [path.name[:12] for path in folder.builds(home)]
    there = f"There are: {', '.join(known)}." if known else "There is none yet: ari build."
    what = "more than one build" if found else "no build"
    raise UnknownName(f"There is {what} whose hash begins with {digits[:64]}.", remedy=there)


def of_folder(place: Path, name: str) -> State:
    """The state in a folder of a release or of a build.

    Raises:
        InputError: it is neither, or damaged.
        EnvironmentFault: it can't be read.
    """
    manifest = folder.read_manifest(place)
    files = [file for file in (layout.DATASET, folder.DATASET) if (place / file).is_file()]
    if manifest is None or not files:
        raise InputError(
            f"{name[:200]!r} is neither a release nor a build.",
            remedy=f"Name {_KINDS}, or '{LIVE}'.",
        )
    dataset = Dataset(_bytes(place / files[0]))
    if _said(manifest) != dataset.hash:
        raise InputError(
            f"{place} is damaged: {files[0]} is not what its manifest says.",
            remedy=f"See what: ari verify {place}",
        )
    return State(name, str(manifest.get("base", "")), dataset, str(manifest.get("date", "")))


def _said(manifest: dict[str, Any]) -> object:
    dataset = manifest.get("dataset")
    return dataset.get("hash") if isinstance(dataset, dict) else None


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentFault(
            f"{path} can't be read: {error.strerror}.", remedy="Check its permissions."
        ) from error


# The live store


def _live(home: Path) -> State:
    """The live store at one moment, while a server may write to it."""
    place = home / "live"
    for _ in range(_TRIES):
        before = live.read_state(place)
        if before is None:
            raise InputError(f"There is no live store in {home}.", remedy="ari serve begins one.")
        try:
            lines = _lines(place, before)
        except FileNotFoundError:
            continue
        if live.read_state(place) == before:
            return State(LIVE, _base_of(home, before.build), Dataset.parse(lines))
    raise EnvironmentFault(f"{place} changes while it is read.", remedy="Try again.")


def _lines(place: Path, state: live.State) -> bytes:
    held = set(live.read_base(place, state).splitlines(keepends=True))
    log = (place / state.log).read_bytes()
    for transaction, _ in patch.read(log, state.revision):
        held = (held - set(transaction.removed)) | set(transaction.added)
    return b"".join(held)


def _base_of(home: Path, build: str) -> str:
    manifest = folder.read_manifest(folder.builds_folder(home) / build) or {}
    return str(manifest.get("base", ""))
