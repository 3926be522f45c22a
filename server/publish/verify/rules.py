"""What a release says about itself once more: its shapes, and what its queries answer."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import pyoxigraph as ox

from ...build import recheck
from ...build.findings import Finding
from ...engine import gate, lexer
from ...errors import AriError, InputError
from ...vocab import PREFIXES
from .. import layout
from ..answers import recorded
from .flaws import Flaw, shown
from .opened import Broken, Opened

_QUERIES = {f"{PREFIXES['sh']}{name}" for name in ("select", "ask", "construct", "update")}


def shapes(opened: Opened) -> Iterator[Flaw]:
    """The release's shapes find in its data what its report says, and no violation."""
    # What checks found that are no shapes has no component.
    reported = [finding for finding in opened.findings if finding.component]
    data = opened.read(layout.DATASET)
    _refuse_calls(opened)
    try:
        found = recheck.of_dataset(data, opened.base, opened.shapes)
    except AriError as error:
        raise Broken(layout.SHAPES, f"can't be applied: {shown(str(error))}") from error
    for finding in found:
        if finding.severity == "violation":
            yield Flaw("shapes", layout.DATASET, f"{shown(finding.culprit)}: {finding.message}")
    if _told(found) != _told(reported):
        yield Flaw("shapes", layout.REPORT_JSON, "says other findings than the shapes make")


def _refuse_calls(opened: Opened) -> None:
    """Refuse shapes whose queries would call another service from this machine."""
    try:
        quads = list(ox.parse(opened.read(layout.SHAPES), format=ox.RdfFormat.TURTLE))
        texts = [getattr(q.object, "value", "") for q in quads if q.predicate.value in _QUERIES]
        calls = any("SERVICE" in lexer.decode(text).upper() for text in texts)
    except (SyntaxError, InputError) as error:
        raise Broken(layout.SHAPES, f"can't be read: {shown(str(error))}") from error
    if calls:
        raise Broken(layout.SHAPES, "holds a query that may call another service")


def _told(findings: Iterable[Finding]) -> set[tuple[str, ...]]:
    """What makes a finding, but for the place in the sources, which are not at hand."""
    return {(f.rule, f.focus, f.value, f.message, f.severity, f.component) for f in findings}


def answers(opened: Opened) -> Iterator[Flaw]:
    """Each stored query has one recorded answer, and gives it."""
    queries = _named(opened, layout.QUERIES)
    kept = _named(opened, layout.ANSWERS)
    for name in sorted(queries.keys() | kept.keys()):
        if name not in queries or len(kept.get(name, ())) != 1:
            where = f"{layout.QUERIES}/{name}.rq"
            yield Flaw("answers", where, "a query and one answer belong together")
        else:
            yield from _answer(opened, queries[name][0], kept[name][0])


def _named(opened: Opened, folder: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path in sorted(opened.files):
        if path.startswith(f"{folder}/"):
            found.setdefault(PurePosixPath(path).stem, []).append(path)
    return found


def _answer(opened: Opened, query: str, kept: str) -> Iterator[Flaw]:
    text = opened.read(query).decode("utf-8", "replace")
    try:
        # A query of others must not call a service from this machine.
        gate.admit(text, opened.base)
        suffix, answer = recorded(opened.asked, text)
    except (AriError, SyntaxError, OSError) as error:
        yield Flaw("answers", query, f"can't be answered: {shown(str(error))}")
        return
    if not kept.endswith(f".{suffix}") or opened.read(kept) != answer:
        yield Flaw("answers", kept, f"is not what {query} answers")
