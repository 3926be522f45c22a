"""A release like a published one with other bytes in some of its files, and sums that fit them."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from met_ari.publish import layout


def altered(released: Path, target: Path, files: Mapping[str, bytes], **manifest: Any) -> Path:
    """Copy a release to `target` and write files into it; `manifest` changes what that says."""
    shutil.copytree(released, target)
    for path, data in files.items():
        (target / path).write_bytes(data)
    said = json.loads((target / layout.MANIFEST).read_bytes()) | manifest
    digest = hashlib.sha256((target / layout.DATASET).read_bytes()).hexdigest()
    said["dataset"] = {**said["dataset"], "hash": digest}
    (target / layout.MANIFEST).write_text(json.dumps(said), encoding="utf-8")
    paths = sorted(str(p.relative_to(target)) for p in target.rglob("*") if p.is_file())
    sums = {
        path: hashlib.sha256((target / path).read_bytes()).hexdigest()
        for path in paths
        if path != layout.SUMS
    }
    lines = (f"{digest}  {path}\n" for path, digest in sums.items())
    (target / layout.SUMS).write_text("".join(lines), encoding="utf-8")
    return target
