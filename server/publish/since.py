"""`patch.rdfp` and `diff.json`: what changed since the previous release, proved."""

from collections.abc import Iterator

from . import layout
from .diff.as_json import as_json
from .diff.patch import patch, prove
from .draft import Draft, File


def since(draft: Draft) -> Iterator[File]:
    """The patch, and the changes as records; nothing for a first release.

    Raises:
        Unfaithful: the patch does not lead from the previous release to this one.
    """
    if draft.previous is None or draft.changes is None:
        return
    text = patch(draft.previous, draft.dataset)
    prove(draft.previous, text, draft.dataset)
    yield layout.PATCH, text
    yield layout.DIFF, as_json(draft.changes)
