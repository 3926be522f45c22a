"""What changed between two datasets, in terms of the things that readers know."""

from collections.abc import Sequence
from dataclasses import replace

from ...crossref.corpus import natural
from ...vocab import ARI
from ..dataset import Dataset
from .aspects import changed, named
from .changes import KINDS, WHATS, Change, Changes, Kind, Side
from .continued import tell_added, tell_left_behind
from .decided import tell_pair
from .patch import between
from .telling import Telling
from .things import Things


def compare(old: Dataset, new: Dataset, names: Sequence[str] = ("", "")) -> Changes:
    """Every change, and how many statements changed beside them.

    Args:
        names: by which the reader knows the two.
    """
    transaction = between(old, new)
    telling = Telling(Things(old), Things(new), transaction)
    for iri, kind in _touched(telling).items():
        _tell(telling, iri, kind)
    return Changes(
        Side(names[0], old.hash, len(old.quads)),
        Side(names[1], new.hash, len(new.quads)),
        len(transaction.removed),
        len(transaction.added),
        tuple(sorted(telling.changes, key=_place)),
        telling.others(),
    )


def _touched(telling: Telling) -> dict[str, Kind]:
    """The things that the patch says something about; with a decision, the pair it is on."""
    found: dict[str, Kind] = {}
    for iri in telling.touched:
        for things in (telling.new, telling.old):
            for thing in (iri, *things.of(iri, ARI.hasDecision)):
                if kind := things.kind(thing):
                    found.setdefault(thing, kind)
    return found


def _tell(telling: Telling, iri: str, kind: Kind) -> None:
    if kind == "edition":
        tell_left_behind(telling, iri)
    if kind == "mapping":
        tell_pair(telling, iri)
    elif not telling.old.kind(iri):
        tell_added(telling, iri, kind)
        _explain(telling, iri)
    elif not telling.new.kind(iri):
        telling.tell(_dropped(telling.old, iri, kind))
        _explain(telling, iri)
    else:
        _tell_changed(telling, iri, kind)


def _dropped(old: Things, iri: str, kind: Kind) -> Change:
    return replace(named(old, iri, kind, "dropped"), before=old.text(iri))


def _explain(telling: Telling, iri: str) -> None:
    telling.explain(iri)
    telling.explain_belongings(iri)


def _tell_changed(telling: Telling, iri: str, kind: Kind) -> None:
    found = list(changed(telling.old, [iri], telling.new, iri, kind))
    for change, properties in found:
        telling.tell(change)
        telling.explain(iri, properties)
    if found:
        telling.explain_belongings(iri)


def _place(change: Change) -> tuple[object, ...]:
    """Changes are told by edition or scheme, kind, what happened, and key."""
    kind, what = KINDS.index(change.kind), WHATS.index(change.what)
    return change.kind == "mapping", change.group, kind, what, natural(change.key), change.aspect
