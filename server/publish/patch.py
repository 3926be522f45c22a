"""The patch between two datasets, as text: what a release takes away from the one before and adds.

It is RDF Patch in the form of the live store's log. Its rows name blank nodes as the canonical form
of the older dataset does (RDFC-1.0), so that it can be applied to any copy of it.
"""

from collections.abc import Iterable

import pyoxigraph as ox

from ..engine.patch import Transaction, read
from ..errors import InputError, Unfaithful
from .alignment import aligned
from .dataset import Dataset


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
