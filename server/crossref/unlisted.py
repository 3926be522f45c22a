"""A pair of questions of which no record is kept, and the mapping set that could have had one."""

from dataclasses import dataclass

from ..protocol.service import Service
from .comparing import Compared, Comparer
from .comparisons import MappingSet, mapping_sets
from .corpus import Edition, Item


@dataclass(frozen=True)
class Unlisted:
    """Two questions whose editions were compared, without a record of this pair.

    Args:
        key: such as `met-2019-1-1--home-office-2019-84`.
        set: its description says what was done with pairs that it does not list.
    """

    iri: str
    key: str
    subject: Item
    other: Item
    editions: tuple[Edition, Edition]
    compared: Compared
    set: MappingSet
    revision: str


def read(service: Service, comparer: Comparer, key: str) -> Unlisted | None:
    """The pair with this key, whether or not it has records.

    None if it does not name two questions, the first from the subjects and the second from the
    objects of one mapping set.

    Raises: as any question to the engine.
    """
    corpus, names = comparer.corpus, service.names
    first, _, second = key.partition("--")
    subject = corpus.by_iri.get(str(names.thing("question", first)))
    other = corpus.by_iri.get(str(names.thing("question", second)))
    if subject is None or other is None:
        return None
    ends = subject.edition, other.edition
    found = next((s for s in mapping_sets(service) if (s.subject, s.object) == ends), None)
    if found is None:
        return None
    return Unlisted(
        str(names.thing("mapping", key)),
        key,
        subject,
        other,
        (corpus.editions[ends[0]], corpus.editions[ends[1]]),
        comparer.compare(subject, other),
        found,
        corpus.revision,
    )
