"""A release whose bytes are right, as the deeper checks read it."""

import json
from functools import cached_property
from pathlib import Path
from typing import Any

from ..errors import InputError
from . import layout
from .asked import Asked
from .dataset import Dataset


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
    """

    def __init__(self, folder: Path, files: frozenset[str]) -> None:
        self.folder, self.files = folder, files

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            Broken: it is not there.
        """
        if path not in self.files:
            raise Broken(path, "is missing")
        return (self.folder / path).read_bytes()

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
