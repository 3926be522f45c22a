"""What changed from one edition to the next: what the later one continues, and what it drops."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rdflib.namespace import DCTERMS, PROV, SKOS

from .aspects import changed, named
from .changes import Change, Kind, What
from .telling import Telling
from .things import Things, key_of

CARRIED: tuple[What, ...] = ("reworded", "quoted", "relabelled", "moved", "reclassified")
"""What is told of a thing and of what it continues; order and topics are those of the edition."""
_PARTS: tuple[Kind, ...] = ("priority", "theme", "question")


def tell_added(telling: Telling, iri: str, kind: Kind) -> None:
    """Tell of a thing that is new, and of what it makes of an earlier one."""
    new = telling.new
    earlier = new.all(iri, PROV.wasRevisionOf, DCTERMS.replaces)
    for change in _continued(telling, earlier, iri, kind) if earlier else _new(new, iri, kind):
        telling.tell(replace(change, earlier=tuple(map(key_of, earlier))))


def _new(new: Things, iri: str, kind: Kind) -> Iterator[Change]:
    text = new.text(iri) if kind == "question" else new.one(iri, SKOS.definition)
    yield replace(named(new, iri, kind, "added"), after=text)


def _continued(telling: Telling, earlier: Sequence[str], iri: str, kind: Kind) -> Iterator[Change]:
    new = telling.new
    if kind == "edition":
        yield from _new(new, iri, kind)
        return
    # Both editions may be new to the reader.
    old = telling.old if all(thing in telling.old for thing in earlier) else new
    told = [c for c, _ in changed(old, earlier, new, iri, kind) if c.what in CARRIED]
    found = [c for c in told if c.what != "moved" or _has_moved(old, earlier, new, iri)]
    yield from found or [named(new, iri, kind, "kept")]


def _has_moved(old: Things, earlier: Sequence[str], new: Things, iri: str) -> bool:
    """Whether it stands under something that continues nothing it stood under before."""
    above = {old.parent(thing) for thing in earlier}
    return above.isdisjoint(new.all(new.parent(iri), PROV.wasRevisionOf))


def tell_left_behind(telling: Telling, edition: str) -> None:
    """Tell what a later edition does not continue of those that it replaces, if that is new."""
    new = telling.new
    before = telling.old.all(edition, DCTERMS.replaces)
    for earlier in new.all(edition, DCTERMS.replaces):
        if earlier not in before:
            continued = _continued_by(new, edition)
            for iri, kind in _parts(new, earlier):
                if iri not in continued:
                    telling.tell(_left_behind(new, iri, kind, edition))


def _continued_by(things: Things, edition: str) -> set[str]:
    """All that something in an edition continues."""
    parts = things.of(edition, SKOS.inScheme)
    return {earlier for part in parts for earlier in things.all(part, PROV.wasRevisionOf)}


def _parts(things: Things, edition: str) -> Iterator[tuple[str, Kind]]:
    for iri in things.of(edition, SKOS.inScheme):
        kind = things.kind(iri)
        if kind in _PARTS:
            yield iri, kind


def _left_behind(things: Things, iri: str, kind: Kind, edition: str) -> Change:
    return replace(
        named(things, iri, kind, "dropped"),
        group=things.label(edition),
        before=things.text(iri),
        reason=f"Nothing in {key_of(edition)} continues it.",
    )
