"""Whether a release is what it says: the bytes first, then what is in them.

The deeper checks read files that are as they were published; of others they would only say again
that a byte differs. Nothing in a release is trusted: it may come from anyone.
"""

from collections.abc import Callable, Iterator
from dataclasses import astuple
from pathlib import Path
from time import perf_counter

from ...errors import InputError
from .. import layout
from . import claims, content, derived, rules, sources, sums, tables
from .course import Course, Report, Tell
from .flaws import Flaw, Verdict
from .opened import Broken, Opened

Check = Callable[[Opened], Iterator[Flaw]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("complete", content.complete),
    ("dumps", content.dumps),
    ("packed", content.packed),
    ("graphs", content.graphs),
    ("classes", content.classes),
    ("tables", tables.tables),
    ("ontology", sources.ontology),
    ("mappings", sources.mappings),
    ("dcat", claims.dcat),
    ("void", claims.void),
    ("answers", rules.answers),
    ("shapes", rules.shapes),
    ("derived", derived.derived),
)
"""Those that are made when the bytes are right."""

STAGES = (sums.CHECK, *(name for name, _ in CHECKS))


def verify(folder: Path, place: str, report: Report = lambda check, seconds: None) -> Verdict:
    """Everything that is wrong with a release, found in this process.

    A release of strangers can make a check endless: `verify_apart` ends it.

    Args:
        folder: where its files are.
        place: as the user named it.

    Raises:
        InputError: the folder is no release at all.
        EnvironmentFault: it can't be read.
    """
    course = Course(place, STAGES, report)
    follow(folder, place, course.tell)
    return course.verdict()


def follow(folder: Path, place: str, tell: Tell) -> None:
    """Check a release and tell each step.

    Raises:
        InputError, EnvironmentFault: as `verify`.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {place}.", remedy="Name the folder of a release.")
    if not any((folder / name).exists() for name in (layout.SUMS, layout.MANIFEST)):
        raise InputError(
            f"{place} is no release: it has neither {layout.SUMS} nor {layout.MANIFEST}.",
            remedy="Name the folder that holds them.",
        )
    files, _ = sums.contents(folder)
    opened = Opened(folder, frozenset(files), lambda path: tell({"file": path}))
    tell({"opened": (_version(opened), len(files))})
    if _made(sums.CHECK, _bytes, opened, tell):
        for name, check in CHECKS:
            _made(name, check, opened, tell)


def _bytes(opened: Opened) -> Iterator[Flaw]:
    known = layout.DCAT in opened.files
    told = claims.checksums(opened.read(layout.DCAT)) if known else {}
    return sums.compare(opened.folder, told)


def _made(name: str, check: Check, opened: Opened, tell: Tell) -> bool:
    """Whether a check finds nothing wrong."""
    begin, good = perf_counter(), True
    tell({"begun": name})
    try:
        for flaw in check(opened):
            good = False
            tell({"flaw": astuple(flaw)})
        if name == "derived":
            for words in derived.left_out(opened):
                tell({"unproved": words})
    except Broken as broken:
        good = False
        tell({"flaw": (name, broken.file, broken.words)})
    tell({"done": (name, perf_counter() - begin)})
    return good


def _version(opened: Opened) -> str:
    try:
        return str(opened.manifest["version"])
    except Broken:
        return ""
