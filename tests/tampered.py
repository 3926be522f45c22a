"""Releases changed by one who writes checksums anew, as tests of `ari verify` need them."""

import hashlib
from pathlib import Path

from met_ari.publish import layout
from met_ari.publish.facts import FileFacts
from met_ari.publish.sums import sums


def resummed(folder: Path) -> None:
    """Write `SHA256SUMS` anew, as one who tampers does."""
    files = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != layout.SUMS:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            files[name] = FileFacts(path.stat().st_size, digest, "")
    (folder / layout.SUMS).write_bytes(sums(files))


def reissued(folder: Path, name: str, before: str, after: str) -> None:
    """Change a text of a file to one as long, and what `dcat.ttl` and `SHA256SUMS` say of it."""
    data = (folder / name).read_bytes()
    old, new = before.encode(), after.encode()
    assert old in data, f"{name} does not hold {before!r}"
    assert len(old) == len(new)
    changed = data.replace(old, new, 1)
    (folder / name).write_bytes(changed)
    if name != layout.DCAT:
        catalogue = (folder / layout.DCAT).read_bytes()
        digests = [hashlib.sha256(each).hexdigest().encode() for each in (data, changed)]
        assert catalogue.count(digests[0]) == 1
        (folder / layout.DCAT).write_bytes(catalogue.replace(*digests))
    resummed(folder)
