"""The files that a build is made from, and the digest that tells whether they have changed."""

import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from .. import __version__, resources
from ..errors import EnvironmentFault, SourceError
from .faults import Fault, refuse
from .overlay import Overlay

LIBRARIES = ("owlrl", "pyoxigraph", "pyshacl", "rdflib")
_SUFFIXES = (".csv", ".toml", ".tsv", ".txt")


@dataclass(frozen=True)
class Sources:
    """Where the sources are; names of files are relative to one of the three folders.

    The names that begin with `editions/` or `decisions/` are those of the overlay.
    """

    data: Traversable
    ontology: Traversable
    shapes: Traversable
    overlay: Overlay = field(default_factory=Overlay)

    @classmethod
    def of_package(cls) -> "Sources":
        """The sources that the package ships."""
        data, ontology, shapes = map(resources.folder, ("data", "ontology", "shapes"))
        return cls(data, ontology, shapes)

    @classmethod
    def at(cls, folder: Path) -> "Sources":
        """The ontology and shapes of the package, with the data of another folder.

        Raises:
            SourceError: there is no such folder.
        """
        if not folder.is_dir():
            remedy = "Name a folder laid out as data/ of the project is."
            raise SourceError(str(folder), None, "There is no such folder.", remedy=remedy)
        return cls(folder, resources.folder("ontology"), resources.folder("shapes"))

    def under(self, overlay: Overlay) -> "Sources":
        """The same sources with another overlay."""
        return replace(self, overlay=overlay)

    def read(self, name: str) -> bytes:
        """The bytes of one data file, or of one of the overlay.

        Raises:
            SourceError: there is no such file.
            EnvironmentFault: it can't be read.
        """
        if name in self.overlay.files:
            return self.overlay.files[name]
        return _bytes(self.data.joinpath(*name.split("/")), name)

    def names(self, suffix: str, folder: str = "") -> list[str]:
        """The data files that end in a suffix, in one folder, by name."""
        place = self.data.joinpath(*folder.split("/")) if folder else self.data
        return [f"{folder}/{f.name}".lstrip("/") for f in _files(place) if f.name.endswith(suffix)]

    def folders(self) -> list[str]:
        """The folders of the data, by name."""
        return sorted(f.name for f in _entries(self.data) if f.is_dir())

    def editions(self) -> list[str]:
        """The keys of the editions that have a folder, in the data or in the overlay."""
        own = [f for f in self.folders() if f"{f}/edition.toml" in self.names(".toml", f)]
        return sorted({*own, *self.overlay.editions()})

    def of_edition(self, edition: str, file: str) -> str | None:
        """The name of a file of an edition, the overlay's before that of the data; None: none."""
        laid_over, own = f"editions/{edition}/{file}", f"{edition}/{file}"
        if laid_over in self.overlay.files:
            return laid_over
        return own if self.data.joinpath(edition, file).is_file() else None

    @property
    def shape_files(self) -> list[Traversable]:
        """The Turtle files of the shapes, by name."""
        return [f for f in _files(self.shapes) if f.name.endswith(".ttl")]

    def turtle(self, folder: str) -> dict[str, bytes]:
        """The Turtle files of `ontology` or `shapes` by name, with the folder before it."""
        found = [f for f in _files(getattr(self, folder)) if f.name.endswith(".ttl")]
        return {f"{folder}/{f.name}": _bytes(f, f"{folder}/{f.name}") for f in found}

    def hashes(self) -> dict[str, str]:
        """SHA-256 of every file that a build reads, by name."""
        found = dict(self._data_files())
        found |= self.turtle("ontology") | self.turtle("shapes") | dict(self.overlay.files)
        return {name: hashlib.sha256(found[name]).hexdigest() for name in sorted(found)}

    def _data_files(self) -> Iterator[tuple[str, bytes]]:
        for folder in ("", *self.folders()):
            for suffix in _SUFFIXES:
                for name in self.names(suffix, folder):
                    yield f"data/{name}", self.read(name)


def _files(folder: Traversable) -> list[Traversable]:
    return [entry for entry in _entries(folder) if entry.is_file()]


def _entries(folder: Traversable) -> list[Traversable]:
    """What stands in a folder, without hidden and private entries, by name."""
    try:
        entries = [entry for entry in folder.iterdir() if entry.name[0] not in "._"]
    except FileNotFoundError as error:
        raise SourceError(folder.name, None, "The folder is missing.") from error
    except OSError as error:
        raise _unreadable(folder.name, error) from error
    return sorted(entries, key=lambda entry: entry.name)


def _unreadable(name: str, error: OSError) -> EnvironmentFault:
    detail = f"{name} can't be read: {error.strerror}."
    return EnvironmentFault(detail, remedy="Check its permissions.")


def _bytes(file: Traversable, name: str) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        remedy = "Put it back, or build from a folder that has it."
        raise SourceError(name, None, "The file is missing.", remedy=remedy) from error
    except OSError as error:
        raise _unreadable(name, error) from error


def decode(data: bytes, file: str) -> str:
    """The text of a file as stored: line ends, byte order mark and all.

    Raises:
        SourceError: not UTF-8; names the byte (from 0) and the line.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", data[: error.start])) + 1
        detail = f"Byte {error.start} (0x{data[error.start]:02X}) is not UTF-8."
        refuse([Fault(file, line, detail)], "Save the file as UTF-8.")
        raise


def versions() -> dict[str, str]:
    """What, besides the sources, decides the bytes of a build."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    return {"met-ari": __version__, "python": python} | {n: version(n) for n in LIBRARIES}


def inputs_digest(hashes: dict[str, str], base_iri: str) -> str:
    """SHA-256 over all that decides the bytes of a build: sources, base IRI, versions, our code."""
    facts = [*hashes.items(), *versions().items(), ("base", base_iri), ("code", _code())]
    text = "".join(f"{name}\t{value}\n" for name, value in facts)
    return hashlib.sha256(text.encode()).hexdigest()


def _code() -> str:
    """Our modules and checks: a checkout changes without a new version."""
    read = [f for f in _files(files(__package__)) if f.name.endswith(".py")]
    read.append(files(__package__.rpartition(".")[0]).joinpath("vocab.py"))
    read += resources.listing("queries", "checks", suffix=".rq")
    parts = (f"{file.name}\n".encode() + _bytes(file, file.name) for file in read)
    return hashlib.sha256(b"".join(parts)).hexdigest()
