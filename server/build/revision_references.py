"""What the table of revisions says of editions and their parts, compared with what they are."""

from collections.abc import Collection, Iterable, Mapping

from .faults import Faults, suggestion
from .records import Records
from .revision_parts import Part, Place, parts
from .revision_records import MOVED, REWORDED, SAME, RevisionRecord


def resolve_revisions(records: Records, faults: Faults) -> None:
    """Report things that there are not, and rows that say what the texts don't."""
    found = parts(records) if records.revisions else {}
    sound = [item for item in records.revisions if _is_known(item, found, faults)]
    editions = {(item.later, item.earlier) for item in sound if item.is_of_editions}
    links = {((i.kind, i.later), (i.kind, i.earlier)) for i in sound}
    for item in sound:
        if item.is_of_editions:
            _not_itself(item, faults)
        else:
            _replaced(item, found, editions, faults)
            _as_said(item, found, links, faults)


def _is_known(item: RevisionRecord, found: Mapping[Place, Part], faults: Faults) -> bool:
    missing = [key for key in (item.later, item.earlier) if (item.kind, key) not in found]
    for key in missing:
        near = suggestion(key, _keys(item.kind, found))
        what = "edition with questions" if item.is_of_editions else item.kind
        faults.report(item.origin, f"There is no {what} '{key}'.{near}")
    return not missing


def _keys(kind: str, found: Iterable[Place]) -> list[str]:
    return [key for other, key in found if other == kind]


def _not_itself(item: RevisionRecord, faults: Faults) -> None:
    if item.later == item.earlier:
        faults.report(item.origin, f"'{item.later}' can't replace itself.")


def _replaced(
    item: RevisionRecord,
    found: Mapping[Place, Part],
    editions: Collection[tuple[str, str]],
    faults: Faults,
) -> None:
    """A thing continues one of an edition that its own edition replaces."""
    both = (found[item.kind, item.later].edition, found[item.kind, item.earlier].edition)
    if both not in editions:
        row = f"ari/{both[0]},ari/{both[1]},replaces"
        detail = f"Nothing says that '{both[0]}' replaces '{both[1]}'; expected a row: {row}."
        faults.report(item.origin, detail)


def _as_said(
    item: RevisionRecord,
    found: Mapping[Place, Part],
    links: Collection[tuple[Place, Place]],
    faults: Faults,
) -> None:
    """What the row says happened is what the words and headings show."""
    later, earlier = found[item.kind, item.later], found[item.kind, item.earlier]
    seen = [REWORDED] if later.words != earlier.words else []
    seen += [MOVED] if _has_moved(later, earlier, links) else []
    if list(item.how) != (seen or [SAME]):
        said, shown = "|".join(item.how), "|".join(seen or [SAME])
        detail = f"Column how holds '{said}', but words and headings show '{shown}'"
        faults.report(item.origin, f"{detail} ('{item.later}', '{item.earlier}').")


def _has_moved(later: Part, earlier: Part, links: Collection[tuple[Place, Place]]) -> bool:
    """Whether its heading does not continue the one that it stood under."""
    if later.parent is None or earlier.parent is None:
        return later.parent is not earlier.parent
    return (later.parent, earlier.parent) not in links
