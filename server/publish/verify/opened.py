"""A release whose bytes are right, as the deeper checks read it."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from rdflib import Graph

from ... import __version__
from ...build.findings import Finding
from ...build.nodes import curie
from ...build.shapes import load_shapes
from ...build.sources import Sources
from ...errors import AriError, InputError
from .. import described, layout
from ..asked import Asked
from ..dataset import Dataset
from ..diff.patch import undone
from ..draft import Draft

_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


class Broken(InputError):
    """A file that the other checks need says nothing that they could use.

    Args:
        file: its path inside the release.
    """

    def __init__(self, file: str, words: str) -> None:
        super().__init__(f"{file} {words}.")
        self.file, self.words = file, words


class Opened:
    """A release folder.

    Args:
        files: paths of its plain files.
        tell: called with the path of each file that is about to be read.
    """

    def __init__(
        self, folder: Path, files: frozenset[str], tell: Callable[[str], None] = lambda path: None
    ) -> None:
        self.folder, self.files = folder, files
        self._tell = tell

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            Broken: it is not there.
        """
        if path not in self.files:
            raise Broken(path, "is missing")
        self._tell(path)
        return (self.folder / path).read_bytes()

    # What the manifest says

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What `manifest.json` says.

        Raises:
            Broken: it is no object of JSON, or does not name a version and a base IRI.
        """
        try:
            said = json.loads(self.read(layout.MANIFEST))
        except (ValueError, RecursionError) as error:
            raise Broken(layout.MANIFEST, f"is no JSON: {error}") from error
        if not isinstance(said, dict):
            raise Broken(layout.MANIFEST, "is no object")
        for name in ("base", "version"):
            if not isinstance(said.get(name), str):
                raise Broken(layout.MANIFEST, f"names no {name}")
        try:
            layout.checked(said["version"])
        except InputError as error:
            raise Broken(layout.MANIFEST, f"names no version: {error.detail}") from error
        return said

    def said(self, name: str) -> dict[str, Any]:
        """An object of the manifest.

        Raises:
            Broken: there is none of that name.
        """
        found = self.manifest.get(name)
        if not isinstance(found, dict):
            raise Broken(layout.MANIFEST, f"says nothing of {name}")
        return found

    @property
    def base(self) -> str:
        """Base IRI of things, ends in a slash."""
        return str(self.manifest["base"])

    @property
    def previous(self) -> str:
        """The version that it follows; empty: it is the first."""
        return str(self.manifest.get("previous") or "")

    @property
    def day(self) -> date:
        """Of the release.

        Raises:
            Broken: there is none.
        """
        try:
            return date.fromisoformat(str(self.manifest.get("date")))
        except ValueError as error:
            raise Broken(layout.MANIFEST, f"names no date: {error}") from error

    @property
    def maker(self) -> str:
        """The version of this program that made it."""
        return str(self.said("versions").get("met-ari"))

    @property
    def ours(self) -> bool:
        """Whether this very version of the program made it, and so would write the same bytes."""
        return self.maker == __version__

    # What the dataset says

    @cached_property
    def dataset(self) -> Dataset:
        """The dataset, as `ari-graph.nq` says it.

        Raises:
            Broken: it does not parse.
        """
        try:
            return Dataset.parse(self.read(layout.DATASET))
        except (SyntaxError, ValueError) as error:
            raise Broken(layout.DATASET, f"can't be read: {error}") from error

    @cached_property
    def asked(self) -> Asked:
        """The dataset, loaded to be asked."""
        return Asked(self.dataset, self.base)

    @cached_property
    def graphs(self) -> dict[str, dict[str, Any]]:
        """Hash and number of triples of each graph, by its name."""
        found = {}
        for iri in self.dataset.graphs:
            graph = self.dataset.graph(iri)
            found[self._name(iri)] = {"hash": graph.hash, "triples": len(graph.quads)}
        return found

    @cached_property
    def classes(self) -> dict[str, int]:
        """How many things have each type, those of the ontology left out, as a build counts."""
        types = {
            (triple.subject, triple.object)
            for iri, triples in self.dataset.graphs.items()
            for triple in triples
            if triple.predicate == _TYPE and self._name(iri) != "ontology"
        }
        return dict(Counter(curie(getattr(kind, "value", "")) for _, kind in types))

    def _name(self, iri: str) -> str:
        prefix = f"{self.base}id/graph/"
        if not iri.startswith(prefix):
            raise Broken(layout.DATASET, f"holds a graph of another base IRI: {iri[:200]}")
        return iri.removeprefix(prefix)

    # What other files say

    @cached_property
    def before(self) -> Dataset | None:
        """The dataset of the previous release, as the patch tells it; None: that can't be told.

        Raises:
            Broken: the patch does not lead to this dataset.
        """
        if not self.previous:
            return None
        try:
            return undone(self.dataset, self.read(layout.PATCH))
        except InputError as error:
            raise Broken(layout.PATCH, f"can't be undone: {error.detail}") from error

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What `report.json` tells.

        Raises:
            Broken: it is no report.
        """
        try:
            said = json.loads(self.read(layout.REPORT_JSON))
            return tuple(Finding(**item) for item in said["findings"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Broken(layout.REPORT_JSON, f"is no report: {error}") from error

    @cached_property
    def shapes(self) -> Graph:
        """The shapes that it holds.

        Raises:
            Broken: they can't be read.
        """
        self.read(layout.SHAPES)
        try:
            return load_shapes([self.folder / layout.SHAPES])
        except AriError as error:
            raise Broken(layout.SHAPES, f"can't be read: {error.detail}") from error

    @cached_property
    def draft(self) -> Draft:
        """What its parts would be written from again; the package stands for the sources.

        Raises:
            Broken: the manifest does not say enough.
        """
        said = {
            "base": self.base,
            "build": self.dataset.hash,
            "classes": self.classes,
            "graphs": self.graphs,
            "inputs": self.said("inputs"),
            "versions": self.said("versions"),
        }
        version = self.manifest["version"]
        facts = described.of_manifest(said, self.dataset, version, self.day, self.previous)
        return Draft(facts, self.dataset, Sources.of_package())
