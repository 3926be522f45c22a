"""The patch between two datasets, as text: what a release takes away from the one before and adds.

It is RDF Patch in the form of the live store's log. Its rows name blank nodes as the canonical form
of the older dataset does (RDFC-1.0), so that it can be applied to any copy of it.
"""

import re
from collections.abc import Iterable

import pyoxigraph as ox

from ...engine.patch import Transaction, read
from ...errors import InputError, Unfaithful
from ..dataset import Dataset
from .alignment import aligned

_HASH = rb"<urn:sha256:([0-9a-f]{64})> \.\n"
_HEAD = re.compile(rb"H id " + _HASH + rb"H prev " + _HASH)


def between(old: Dataset, new: Dataset) -> Transaction:
    """What leads from one dataset to another; the same for datasets of the same hash."""
    before, after = set(_lines(old.lines)), set(_aligned(old, new))
    return Transaction(
        old.hash,
        tuple(sorted(before - after)),
        tuple(sorted(after - before)),
        tuple(name for name in old.graphs if name not in new.graphs),
    )


def patch(old: Dataset, new: Dataset) -> bytes:
    """The same as text: `H prev` is the hash of the old dataset."""
    return between(old, new).text()


def applied(old: Dataset, text: bytes) -> Dataset:
    """The dataset that a patch leads to.

    Raises:
        InputError: it is no patch, not whole, or one of another dataset.
    """
    transaction = _read(text, old.hash)
    lines = set(_lines(old.lines))
    if not lines.issuperset(transaction.removed) or not lines.isdisjoint(transaction.added):
        raise InputError("The patch takes away what is not there, or adds what is.")
    return _dataset((lines - set(transaction.removed)) | set(transaction.added))


def undone(new: Dataset, text: bytes) -> Dataset | None:
    """The dataset that a patch led from; None if its rows name blank nodes.

    Those are named as in the older dataset, and the newer one alone does not tell which is which.

    Raises:
        InputError: it is no patch, or not one that leads to this dataset.
    """
    head = _HEAD.match(text)
    transaction = _read(text, head[2].decode() if head else "")
    rows = b"".join((*transaction.removed, *transaction.added))
    try:
        quads = list(ox.parse(rows, format=ox.RdfFormat.N_QUADS))
    except SyntaxError as error:
        raise InputError(f"The rows of the patch are no N-Quads: {error}.") from error
    if any(isinstance(term, ox.BlankNode) for quad in quads for term in quad):
        return None
    lines = set(_lines(new.lines))
    if not lines.issuperset(transaction.added) or not lines.isdisjoint(transaction.removed):
        raise InputError("The patch adds what is not there, or takes away what is.")
    found = _dataset((lines - set(transaction.added)) | set(transaction.removed))
    if found.hash != transaction.previous:
        raise InputError("The patch does not lead from the dataset that it names.")
    return found


def prove(old: Dataset, text: bytes, new: Dataset) -> None:
    """Prove that old + patch = new, by the RDFC-1.0 hash.

    Raises:
        InputError: it is no patch of the old dataset.
        Unfaithful: it leads elsewhere.
    """
    reached = applied(old, text)
    if reached.hash != new.hash:
        raise Unfaithful(
            f"The patch leads to {reached.hash}, not to {new.hash}.",
            remedy="Make it again from the two datasets.",
        )


def _read(text: bytes, revision: str) -> Transaction:
    found = list(read(text, revision))
    if len(found) != 1 or found[0][1] != len(text):
        raise InputError(
            f"That is no patch of the dataset {revision}.",
            remedy="Its second line names the dataset that it is for: H prev <urn:sha256:…>.",
        )
    return found[0][0]


def _aligned(old: Dataset, new: Dataset) -> list[bytes]:
    if old.hash == new.hash:
        return _lines(old.lines)
    text = ox.serialize(aligned(old, new), format=ox.RdfFormat.N_QUADS)
    assert text is not None  # noqa: S101 - with no output given, the text is returned
    return _lines(text)


def _dataset(lines: Iterable[bytes]) -> Dataset:
    return Dataset.parse(b"".join(lines))


def _lines(text: bytes) -> list[bytes]:
    return text.splitlines(keepends=True)
