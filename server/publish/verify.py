"""Whether a release is what it says: the bytes first, then what is in them.

The deeper checks read files that are as they were published; of others they would only say again
that a byte differs. Nothing in a release is trusted: it may come from anyone.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from ..errors import InputError
from . import layout, verify_claims, verify_content, verify_rules, verify_sums
from .verify_flaws import Flaw, Verdict
from .verify_opened import Broken, Opened

Report = Callable[[str, float], None]
"""Called at the end of each check with its name and the seconds it took."""
Check = Callable[[Opened], Iterator[Flaw]]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("complete", verify_content.complete),
    ("dumps", verify_content.dumps),
    ("packed", verify_content.packed),
    ("graphs", verify_content.graphs),
    ("classes", verify_content.classes),
    ("tables", verify_content.tables),
    ("dcat", verify_claims.dcat),
    ("void", verify_claims.void),
    ("answers", verify_rules.answers),
    ("shapes", verify_rules.shapes),
)
"""Those that are made when the bytes are right."""

STAGES = (verify_sums.CHECK, *(name for name, _ in CHECKS))


def verify(folder: Path, place: str, report: Report = lambda check, seconds: None) -> Verdict:
    """Everything that is wrong with a release.

    Args:
        folder: where its files are.
        place: as the user named it.

    Raises:
        InputError: the folder is no release at all.
        EnvironmentFault: it can't be read.
    """
    if not folder.is_dir():
        raise InputError(f"There is no folder {place}.", remedy="Name the folder of a release.")
    if not any((folder / name).exists() for name in (layout.SUMS, layout.MANIFEST)):
        raise InputError(
            f"{place} is no release: it has neither {layout.SUMS} nor {layout.MANIFEST}.",
            remedy="Name the folder that holds them.",
        )
    files, _ = verify_sums.contents(folder)
    opened = Opened(folder, frozenset(files))
    flaws = _timed(verify_sums.CHECK, lambda _: _bytes(opened), opened, report)
    done = [verify_sums.CHECK]
    if not flaws:
        for name, check in CHECKS:
            flaws += _timed(name, check, opened, report)
            done.append(name)
    left = STAGES[len(done) :]
    return Verdict(place, _version(opened), len(files), tuple(done), left, tuple(flaws))


def _bytes(opened: Opened) -> Iterator[Flaw]:
    known = layout.DCAT in opened.files
    claims = verify_claims.checksums(opened.read(layout.DCAT)) if known else {}
    return verify_sums.compare(opened.folder, claims)


def _timed(name: str, check: Check, opened: Opened, report: Report) -> list[Flaw]:
    begin = perf_counter()
    found: list[Flaw] = []
    try:
        found.extend(check(opened))
    except Broken as broken:
        found.append(Flaw(name, broken.file, broken.words))
    report(name, perf_counter() - begin)
    return found


def _version(opened: Opened) -> str:
    try:
        return str(opened.manifest["version"])
    except Broken:
        return ""
