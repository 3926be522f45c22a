"""The canonical form of a dataset (W3C RDF Dataset Canonicalization, RDFC-1.0) and its hash."""

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox


def lines(statements: Iterable[ox.Quad]) -> bytes:
    """The canonical form (RDFC-1.0, 5): N-Quads in code point order, blank nodes `c14n0`, ….

    SHA-256 over these bytes is the hash of the dataset.
    """
    dataset = ox.Dataset(statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS)
    assert text is not None  # noqa: S101 - with no output given, the text is returned
    return b"".join(sorted(text.splitlines(keepends=True)))


def sha256(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
