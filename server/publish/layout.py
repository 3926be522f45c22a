"""Where things stand in a release folder, `{home}/releases/{version}/`."""

import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import InputError, UnknownName

NAME = "ari-graph"

TRIPLES = {"nt": f"{NAME}.nt", "ttl": f"{NAME}.ttl", "rdf": f"{NAME}.rdf"}
"""The merge of all graphs, a set, by name of the format."""
QUADS = {"nq": f"{NAME}.nq", "trig": f"{NAME}.trig", "jsonld": f"{NAME}.jsonld"}
"""The dataset with its named graphs, by name of the format."""
DATASET = QUADS["nq"]
"""Canonical N-Quads: its SHA-256 is the hash of the dataset."""
SQLITE = f"{NAME}.sqlite"
DATASETTE = f"{NAME}.metadata.json"

TABLES = "tables"
SPREADSHEET = "tables/spreadsheet"
CSVW = "tables/csvw-metadata.json"
MAPPINGS = "mappings"
QUERIES = "queries"
ANSWERS = "answers"

ONTOLOGY = "ontology.ttl"
SHAPES = "shapes.ttl"
CONTEXT = "context.jsonld"
REPORT_TTL = "report.ttl"
REPORT_JSON = "report.json"
VOID = "void.ttl"
DCAT = "dcat.ttl"
ROCRATE = "ro-crate-metadata.json"
LICENCE = "LICENCE.md"
CITATION = "CITATION.cff"
NOTES = "RELEASE-NOTES.md"
PATCH = "patch.rdfp"
DIFF = "diff.json"
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"

MEDIA_TYPES = {
    "nt": "application/n-triples",
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
    "nq": "application/n-quads",
    "trig": "application/trig",
    "jsonld": "application/ld+json",
    "json": "application/json",
    "srj": "application/sparql-results+json",
    "rq": "application/sparql-query",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "sqlite": "application/vnd.sqlite3",
    "md": "text/markdown",
    "cff": "application/yaml",
    "rdfp": "application/rdf-patch",
    "": "text/plain",
}
"""By the end of a file's name; a compressed file has the type of what is in it."""

UNKNOWN_TYPE = "application/octet-stream"
"""Of a file that is none of ours."""

MOST_OF_A_VERSION = 64
"""Characters."""
_NUMBER = r"(?:0|[1-9][0-9]*)"
_IDENTIFIER = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(rf"{_NUMBER}(?:\.{_NUMBER}){{2}}(?:-{_IDENTIFIER}(?:\.{_IDENTIFIER})*)?")
"""Semantic Versioning 2.0.0, without build metadata: it would name one version in two ways."""


def releases_folder(home: Path) -> Path:
    """Where releases stand, one folder each, named by the version."""
    return home / "releases"


def release_folder(home: Path, version: str) -> Path:
    """The folder of one version, there or not.

    Raises:
        InputError: the name is no version, such as one that leads out of the folder.
    """
    return releases_folder(home) / checked(version)


def existing(home: Path, version: str) -> Path:
    """The folder of a version that is published.

    Raises:
        UnknownName: there is none; names those that there are.
    """
    if version in versions(home):
        return release_folder(home, version)
    known = versions(home)
    remedy = f"There are: {', '.join(known)}." if known else "There is none yet."
    raise UnknownName(
        f"There is no release {version[:40]!r}.", remedy=remedy, extra={"releases": known}
    )


def is_version(name: str) -> bool:
    """Whether a name can be that of a release."""
    return len(name) <= MOST_OF_A_VERSION and _VERSION.fullmatch(name) is not None


def checked(version: str) -> str:
    """The version, if its name can be one.

    Raises:
        InputError: it can't.
    """
    if not is_version(version):
        raise InputError(
            f"{version[:40]!r} can't name a release.",
            remedy="Three numbers are wanted, and a suffix if need be: 1.2.0 or 2.0.0-rc.1 "
            "(Semantic Versioning 2.0.0, without build metadata).",
        )
    return version


def versions(home: Path) -> list[str]:
    """The versions that are published, the oldest first (Semantic Versioning 2.0.0, 11)."""
    try:
        found = [path for path in releases_folder(home).iterdir() if (path / SUMS).is_file()]
    except OSError:
        return []
    return sorted((p.name for p in found if is_version(p.name)), key=precedence)


def current(found: Iterable[str]) -> str:
    """The version that is meant where none is named; empty: there is none.

    It is the newest; one with a suffix, a draft, only where every one is.
    """
    return max(found, key=lambda version: ("-" not in version, precedence(version)), default="")


def precedence(version: str) -> tuple[tuple[int, ...], bool, tuple[tuple[bool, int, str], ...]]:
    """A key by which versions sort: a suffix comes before the version that it leads to."""
    core, _, suffix = version.partition("-")
    parts = (p for p in suffix.split(".") if suffix)
    ranks = tuple((not p.isdigit(), int(p) if p.isdigit() else 0, p) for p in parts)
    return tuple(map(int, core.split("."))), not suffix, ranks


def media_type(path: str) -> tuple[str, str]:
    """The media type of a file, and the type of its compression or an empty text."""
    packed = path.endswith(".gz")
    name = path.removesuffix(".gz").rpartition("/")[2]
    suffix = name.rpartition(".")[2] if "." in name else ""
    if path.startswith(f"{ANSWERS}/") and suffix == "json":
        suffix = "srj"
    return MEDIA_TYPES.get(suffix, UNKNOWN_TYPE), "application/gzip" if packed else ""
