"""The files that are part of the package: ontology, shapes, queries and source data."""

from importlib.resources import files
from importlib.resources.abc import Traversable

FOLDERS = ("ontology", "shapes", "queries", "data")


def folder(name: str) -> Traversable:
    """One of `FOLDERS`, in a checkout, an editable install or a wheel alike."""
    return files(f"{__package__}.{name}")


def text(name: str, *path: str) -> str:
    """The text (UTF-8) of one file below a folder."""
    return folder(name).joinpath(*path).read_text(encoding="utf-8")


def listing(name: str, *path: str, suffix: str) -> list[Traversable]:
    """The files of one folder whose names end in `suffix`, by name."""
    found = (f for f in folder(name).joinpath(*path).iterdir() if f.name.endswith(suffix))
    return sorted(found, key=lambda f: f.name)
