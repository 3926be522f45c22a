"""`diff.json`: changes as JSON, and back."""

import json
from dataclasses import asdict
from typing import Any

from ...build import folder
from .changes import Change, Changes, Others, Side


def as_json(changes: Changes) -> bytes:
    """What changed, as an object with sorted keys.

    `counts` has, by kind, how often what happened; `changes` each change; `others` the number of
    statements of each graph that changed beside them; `patch` the number of all.
    """
    counts: dict[str, dict[str, int]] = {}
    for (kind, what), count in changes.counts.items():
        counts.setdefault(kind, {})[what] = count
    return folder.json_bytes(
        {
            "changes": [asdict(change) for change in changes.changes],
            "counts": counts,
            "new": asdict(changes.new),
            "old": asdict(changes.old),
            "others": [asdict(others) for others in changes.others],
            "patch": {"added": changes.added, "removed": changes.removed},
            "same": changes.same,
        }
    )


def from_json(data: bytes) -> Changes:
    """The changes that `as_json` wrote.

    Raises:
        ValueError, KeyError, TypeError: it is something else.
    """
    found = json.loads(data)
    return Changes(
        Side(**found["old"]),
        Side(**found["new"]),
        found["patch"]["removed"],
        found["patch"]["added"],
        tuple(_change(item) for item in found["changes"]),
        tuple(Others(**item) for item in found["others"]),
    )


def _change(item: dict[str, Any]) -> Change:
    return Change(**{**item, "earlier": tuple(item["earlier"])})
