"""The earlier versions of the ontology, which the package keeps as they were."""

from functools import cache

import pyoxigraph as ox

from .. import resources


@cache
def versions() -> tuple[str, ...]:
    """Their numbers, the newest first."""
    found = resources.folder("ontology").joinpath("versions").iterdir()
    names = [place.name for place in found if place.name[:1].isdigit()]
    return tuple(sorted(names, key=_numbers, reverse=True))


@cache
def triples(version: str) -> tuple[ox.Triple, ...]:
    """What one of them said, blank nodes named canonically (RDFC-1.0) and sorted."""
    files = resources.listing("ontology", "versions", version, suffix=".ttl")
    dataset = ox.Dataset(
        quad
        for file in files
        for quad in ox.parse(file.read_bytes(), format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return tuple(sorted((quad.triple for quad in dataset), key=str))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
