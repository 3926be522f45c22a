"""What of a thing may change, and how it is said: the properties that readers know."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rdflib.namespace import DCTERMS, PROV, RDF, SKOS

from ...vocab import ARI
from .changes import Change, Kind, What
from .things import PARENTS, Things, key_of

_DIVIDER = " | "


@dataclass(frozen=True)
class Aspect:
    """Some properties that are compared as one.

    Args:
        word: what they are to a reader; empty if the kind of change says it.
        links: the values are things, told by their names.
    """

    what: What
    word: str
    properties: tuple[str, ...]
    links: bool = False

    def shown(self, things: Things, iris: Sequence[str]) -> str:
        """The values that things have, in words."""
        values = [value for iri in iris for value in things.all(iri, *self.properties)]
        told = sorted(map(things.label, values)) if self.links else values
        return _DIVIDER.join(dict.fromkeys(told))


NAME = Aspect("relabelled", "", (str(SKOS.prefLabel), str(DCTERMS.title)))
WORDS = Aspect("reworded", "", (str(ARI.statementText),))
DIGEST = Aspect("reworded", "", (str(ARI.statementSha256),))
PLACE = Aspect("moved", "", PARENTS, links=True)
ORDER = Aspect("reordered", "", (str(ARI.position),))
STATUS = Aspect("asked again", "", (str(ARI.questionStatus),))

PLAIN = (
    Aspect("reworded", "description", (str(SKOS.definition),)),
    Aspect("reworded", "scope", (str(SKOS.scopeNote),)),
    Aspect("relabelled", "other names", (str(SKOS.altLabel),)),
    Aspect("re-linked", "goal", (str(ARI.supportsGoal),), links=True),
    Aspect("re-linked", "topics", (str(DCTERMS.subject),), links=True),
    Aspect("re-linked", "related topics", (str(SKOS.related),), links=True),
    Aspect("re-linked", "what it continues", (str(PROV.wasRevisionOf),), links=True),
    Aspect("re-linked", "edition that it replaces", (str(DCTERMS.replaces),), links=True),
    Aspect("re-linked", "strategy", (str(ARI.followsStrategy),), links=True),
    Aspect("reclassified", "", (str(RDF.type),), links=True),
)
"""Those that need no more than a look at both values."""

DIGESTS = (str(ARI.statementSha256), str(ARI.formerStatementSha256))
"""Properties that follow the words."""
STATUSES: Mapping[str, What] = {
    "archived": "archived",
    "withdrawn": "withdrawn",
    "vanished": "vanished",
}
"""What a publisher did with a question, by `ari:questionStatus`; one that is asked has none."""
WITHHELD = "Its official words may not be given; their digest is another one."


def changed(
    old: Things, before: Sequence[str], new: Things, after: str, kind: Kind
) -> Iterator[tuple[Change, tuple[str, ...]]]:
    """What is different between a thing and what it was, with the properties that say so.

    Args:
        before: the thing itself, or those of an earlier edition that it continues.
    """
    bare = named(new, after, kind, "kept")
    for aspect in _compared(old, before, new, after):
        then, now = aspect.shown(old, before), aspect.shown(new, [after])
        if then != now:
            told = replace(bare, what=aspect.what, aspect=aspect.word, before=then, after=now)
            yield _specified(told, aspect), _explained(aspect)


def named(things: Things, iri: str, kind: Kind, what: What) -> Change:
    """That something happened to a thing, which is called as in one of the datasets."""
    return Change(kind, what, key_of(iri), iri, things.label(iri), things.group(iri))


def _compared(old: Things, before: Sequence[str], new: Things, after: str) -> Iterator[Aspect]:
    """The aspects to look at; a name that is but the words is not told twice."""
    yield WORDS if WORDS.shown(old, before) or WORDS.shown(new, [after]) else DIGEST
    if not (_is_its_words(old, before) and _is_its_words(new, [after])):
        yield NAME
    moved = PLACE.shown(old, before) != PLACE.shown(new, [after])
    yield from (PLACE if moved else ORDER, STATUS, *PLAIN)


def _is_its_words(things: Things, iris: Sequence[str]) -> bool:
    return WORDS.shown(things, iris) == NAME.shown(things, iris)


def _specified(change: Change, aspect: Aspect) -> Change:
    """The change, where the values decide what it is called."""
    if aspect is STATUS:
        return replace(change, what=STATUSES.get(change.after, "asked again"), before="", after="")
    if aspect is WORDS and not (change.before and change.after):
        return replace(change, what="quoted")
    if aspect is DIGEST:
        return replace(change, before="", after="", reason=WITHHELD)
    return change


def _explained(aspect: Aspect) -> tuple[str, ...]:
    """The properties that change together."""
    if aspect is WORDS:
        return (*aspect.properties, *DIGESTS, *NAME.properties)
    if aspect is DIGEST:
        return DIGESTS
    return (*aspect.properties, *ORDER.properties) if aspect is PLACE else aspect.properties
