"""What a build says of itself, as the facts of a release."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib.namespace import DCTERMS

from ..build import folder
from ..build.findings import Finding
from ..errors import InputError
from ..vocab import PREFIXES, Names
from .dataset import Dataset
from .facts import GraphFacts, Release

_XSD = PREFIXES["xsd"]
_DAYS = {f"{_XSD}date", f"{_XSD}dateTime"}
_DATED = {
    *(f"{DCTERMS}{name}" for name in ("created", "date", "issued", "modified")),
    *(f"{PREFIXES['prov']}{name}" for name in ("endedAtTime", "generatedAtTime")),
    f"{PREFIXES['sssom']}mapping_date",
}
"""Properties that say when something in the sources was made, changed or issued."""


def dataset_of(build: Path) -> Dataset:
    """The dataset of a build."""
    return Dataset((build / folder.DATASET).read_bytes())


def findings_of(build: Path) -> tuple[Finding, ...]:
    """What the shapes and checks said about a build: no violations, or there would be none."""
    found = json.loads((build / folder.FINDINGS).read_bytes())
    return tuple(Finding(**finding) for finding in found)


def facts(build: Path, dataset: Dataset, version: str, day: date | None, previous: str) -> Release:
    """The facts of a release of a build.

    Args:
        day: None: the newest in the sources.
        previous: version that it follows; empty: none.

    Raises:
        InputError: no day is given, and the sources have none.
    """
    manifest = folder.read_manifest(build)
    if manifest is None:
        raise InputError(f"{build} is no build.", remedy="Make one with: ari build.")
    said = dict(manifest, build=build.name, inputs=manifest["sources"])
    return of_manifest(said, dataset, version, day or newest_date(dataset), previous)


def of_manifest(
    said: Mapping[str, Any], dataset: Dataset, version: str, day: date, previous: str
) -> Release:
    """The facts of a release, of which the dataset does not say everything itself.

    Args:
        said: `base`, `build`, `classes`, `graphs`, `inputs` and `versions`, as in `manifest.json`.
        previous: version that it follows; empty: none.
    """
    names = Names(said["base"])
    says = _Sayings(dataset, str(names.graph("catalogue")))
    return Release(
        version=version,
        date=day,
        previous=previous,
        base=names.base,
        build=said["build"],
        hash=dataset.hash,
        quads=len(dataset.quads),
        merge_hash=dataset.merge.hash,
        triples=len(dataset.merge.quads),
        title=says.one(str(names.dataset), DCTERMS.title),
        description=says.one(str(names.dataset), DCTERMS.description),
        licence=says.one(str(names.dataset), DCTERMS.license),
        rights=says.one(str(names.dataset), DCTERMS.rights),
        graphs=tuple(_graph(name, said, dataset, says) for name in sorted(said["graphs"])),
        classes=said["classes"],
        sources=said["inputs"],
        versions=said["versions"],
    )


def newest_date(dataset: Dataset) -> date:
    """The last day on which something in the sources was made, changed or issued.

    Raises:
        InputError: they have no day.
    """
    values = (quad.object for quad in dataset.quads if quad.predicate.value in _DATED)
    days = [
        date.fromisoformat(value.value[:10])
        for value in values
        if isinstance(value, ox.Literal) and value.datatype.value in _DAYS
    ]
    if not days:
        raise InputError("The sources have no date.", remedy="Give one with --date.")
    return max(days)


class _Sayings:
    """What the catalogue says of the dataset and of its graphs."""

    def __init__(self, dataset: Dataset, catalogue: str) -> None:
        self.dataset = dataset
        self.catalogue = dataset.graphs.get(catalogue, ())

    def one(self, subject: str, predicate: str, graph: Iterable[ox.Triple] = ()) -> str:
        """The text or IRI that a property has; empty if it has none."""
        found = (
            getattr(triple.object, "value", "")
            for triple in (*self.catalogue, *graph)
            if getattr(triple.subject, "value", "") == subject
            and triple.predicate.value == str(predicate)
        )
        return next(found, "")


def _graph(name: str, said: Mapping[str, Any], dataset: Dataset, says: _Sayings) -> GraphFacts:
    iri = str(Names(said["base"]).graph(name))
    return GraphFacts(
        name=name,
        iri=iri,
        title=says.one(iri, DCTERMS.title),
        licence=says.one(iri, DCTERMS.license, dataset.graphs[iri]),
        hash=said["graphs"][name]["hash"],
        triples=said["graphs"][name]["triples"],
    )
