"""What a source has in another edition than before, and editions that it has nothing of any more.

The ARI Database tells the year of a question by its date of publication: another date, another
edition. There a question is the same wherever it stands, as its identifier is.
"""

from collections.abc import Iterator, Mapping

from ...build.imported_records import ImportKind
from ...build.records import EditionRecord, Records
from ...build.sources import Sources
from .found import FoundEdition, Harvest
from .matching import Known
from .publishers import publisher_of
from .state import state_of

KIND: ImportKind = "ari-database"


class Places:
    """Where a source has each of its questions, by its identifier."""

    def __init__(
        self, found: Mapping[str, FoundEdition], kind: str, records: Records, sources: Sources
    ) -> None:
        self._keys: dict[str, dict[str, str]] = {}
        published = {item.record.edition.key for item in records.documents}
        # Of a document that we publish, an import makes no questions.
        for key, edition in found.items() if kind == KIND else ():
            if key in published:
                continue
            known = state_of(key, records, sources).known
            ids = {source: item.id for item in known for source in item.sources}
            for item in edition.questions:
                source = f"{kind}:{item.own_id}"
                place = f"{key}-{ids.get(source, item.own_id)}"
                self._keys.setdefault(source, {})[key] = place

    def moved(self, known: Known, edition: str) -> str:
        """The key of a question of this edition in another one; empty if it is in none."""
        for source in sorted(known.sources):
            for key, place in self._keys.get(source, {}).items():
                if key != edition:
                    return place
        return ""


def absent(
    harvest: Harvest,
    found: Mapping[str, FoundEdition],
    places: Places,
    records: Records,
    sources: Sources,
) -> Iterator[tuple[str, FoundEdition]]:
    """Editions from the same database of which the source has nothing, as empty ones.

    Only those of whose publisher it has other questions: else it may be a selection of others. And
    those whose questions it has elsewhere.
    """
    publishers = {publisher_of(name, records.organisations).key for name in harvest.publishers}
    for edition in _imported(records):
        if edition.key in found:
            continue
        known = state_of(edition.key, records, sources).known
        if edition.publisher in publishers or any(places.moved(k, edition.key) for k in known):
            yield edition.key, FoundEdition(edition.publisher, edition.issued, edition.title, ())


def _imported(records: Records) -> Iterator[EditionRecord]:
    """The editions whose texts came from the database."""
    yield from (item.edition for item in records.imported if item.imported.kind == KIND)
    described = {item.edition.key: item.edition for item in records.statements}
    yield from (described[item.edition] for item in records.texts if item.imported.kind == KIND)
