"""`SHA256SUMS` read strictly, and every byte of every file held against it.

Where a file and its line differ, one of the two has changed. SHA-256 tells which: of two different
files the digests agree in about one digit of sixteen. A digest that is nearly the one of the file
is therefore a line that was changed. What `dcat.ttl` says of the file is a second witness.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import EnvironmentFault
from .. import layout
from .flaws import Flaw, listed, shown

CHECK = "bytes"
MOST_FILES = 10_000
MOST_BYTES = 1 << 22
"""Of `SHA256SUMS`."""
_STEP = rb"[A-Za-z0-9_][A-Za-z0-9_.+-]*"
LINE = re.compile(rb"([0-9a-f]{64})  (" + _STEP + rb"(?:/" + _STEP + rb"){0,7})")
_NEARLY = 48
"""Digits of 64 that two digests of different files never share in the same places."""
_PIECE = 1 << 20


@dataclass(frozen=True)
class Sums:
    """What `SHA256SUMS` says.

    Args:
        digests: by path.
        flaws: lines that are not as they must be; what they mean can't be told.
    """

    digests: Mapping[str, str] = field(default_factory=dict)
    flaws: tuple[Flaw, ...] = ()


def read(data: bytes) -> Sums:
    """`SHA256SUMS`: lines `<64 hex>  <path>` in the order of the bytes of the path, each once."""
    if not data.endswith(b"\n"):
        return Sums(flaws=(_flaw("it does not end with its last line"),))
    digests: dict[str, str] = {}
    flaws: list[Flaw] = []
    last = ""
    for number, line in enumerate(data[:-1].split(b"\n"), start=1):
        match = LINE.fullmatch(line)
        path = match[2].decode() if match else ""
        words = _wrong(path, last, digests)
        if match and not words:
            digests[path] = match[1].decode()
            last = path
        else:
            flaws.append(_flaw(f"line {number} {words}"))
    return Sums(digests, tuple(flaws))


def _wrong(path: str, last: str, before: Mapping[str, str]) -> str:
    """What is wrong with a line; nothing if it is right."""
    if not path:
        return "is not 64 hexadecimal digits, two spaces and the path of a file"
    if path == layout.SUMS:
        return "names the file itself"
    if path in before:
        return f"names {path} again"
    return f"names {path}, which belongs before {last}" if path < last else ""


def compare(folder: Path, claims: Mapping[str, str]) -> Iterator[Flaw]:
    """Every difference between a folder and its `SHA256SUMS`.

    Args:
        claims: digests by path as `dcat.ttl` tells them.

    Raises:
        EnvironmentFault: a file can't be read.
    """
    there, odd = contents(folder)
    yield from odd
    if layout.SUMS not in there:
        yield Flaw(CHECK, layout.SUMS, "is missing")
        return
    said = read(_start(folder / layout.SUMS))
    yield from said.flaws
    found = {path: digest(folder / path) for path in sorted(there - {layout.SUMS})}
    for path in said.digests.keys() & found.keys():
        if said.digests[path] != found[path]:
            yield _changed(path, said.digests, found, claims.get(path, ""))
    # A line that can't be read may be that of any file.
    if not said.flaws:
        yield from _names(said.digests, found, claims)


def contents(folder: Path) -> tuple[set[str], list[Flaw]]:
    """The plain files of a folder by path, and what no release holds.

    Raises:
        EnvironmentFault: a folder can't be read, or there are too many files.
    """
    files: set[str] = set()
    odd: list[Flaw] = []
    waiting = [""]
    while waiting:
        base = waiting.pop()
        entries = _entries(folder / base)
        if not entries:
            odd.append(Flaw(CHECK, shown(base), "is an empty folder, which no release holds"))
        for entry in entries:
            path = f"{base}{entry.name}"
            if entry.is_symlink() or not (entry.is_file() or entry.is_dir()):
                odd.append(Flaw(CHECK, shown(path), "is a link or no plain file"))
            elif entry.is_dir():
                waiting.append(f"{path}/")
            else:
                files.add(path)
        if len(files) > MOST_FILES:
            odd.append(Flaw(CHECK, shown(base), f"the folder holds more than {MOST_FILES:,} files"))
            return set(), odd
    return files, odd


def _entries(folder: Path) -> list["os.DirEntry[str]"]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise _unreadable(folder, error) from error


def digest(path: Path) -> str:
    """SHA-256 of a file, 64 lower-case hexadecimal digits.

    Raises:
        EnvironmentFault: it can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        f"{path} can't be read: {error.strerror}.", remedy="Check its permissions."
    )


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _changed(path: str, said: Mapping[str, str], found: Mapping[str, str], claimed: str) -> Flaw:
    """Which of the two has changed: the file, or the line about it."""
    actual = found[path]
    if claimed == actual or near(said[path], actual):
        return _flaw(f"the line of {path} was changed: the file is as it was")
    others = [other for other, wanted in said.items() if wanted == actual]
    told = f"; it has the bytes of {listed(others)}" if others else ""
    return Flaw(CHECK, path, f"is not as it was published{told}")


def near(one: str, other: str) -> bool:
    """Whether two digests agree in more places than those of different files ever do."""
    return sum(a == b for a, b in zip(one, other, strict=True)) >= _NEARLY


def _names(
    said: Mapping[str, str], found: Mapping[str, str], claims: Mapping[str, str]
) -> Iterator[Flaw]:
    """Files that are missing, that are too many, or that have another name than their line."""
    extra = {path: found[path] for path in found.keys() - said.keys()}
    for path in sorted(said.keys() - found.keys()):
        twin = next((other for other in sorted(extra) if extra[other] == said[path]), "")
        if not twin:
            yield Flaw(CHECK, path, "is missing")
            continue
        del extra[twin]
        if path in claims and twin not in claims:
            yield Flaw(CHECK, shown(twin), f"was named {path}")
        else:
            yield _flaw(f"names {path}, which is not there, with the digest of {shown(twin)}")
    for path in sorted(extra):
        yield Flaw(CHECK, shown(path), f"is not in {layout.SUMS}: it is no file of the release")


def _flaw(words: str) -> Flaw:
    return Flaw(CHECK, layout.SUMS, words)
