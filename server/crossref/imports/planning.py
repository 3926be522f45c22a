"""What an import makes of each edition of a harvest, given what is there."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ...build.imported_records import ImportRecord
from ...build.patterns import EDITION
from ...build.questions import Question, questions
from ...build.records import EditionRecord, OrganisationRecord, Origin, Records
from ...build.sources import Sources
from ...build.wording import digest
from ...errors import InputError
from . import files
from .comparison import compare
from .elsewhere import Places, absent
from .found import FoundEdition, Harvest
from .matching import Known
from .outcome import Entry, Outcome, Refusal
from .pairing import Gone
from .publishers import publisher_of
from .settlement import Settled
from .state import state_of

_NOWHERE = Origin("", 0)


@dataclass(frozen=True)
class Terms:
    """On what terms an import compares and keeps.

    Args:
        retrieved: the day, `YYYY-MM-DD`.
        licence: IRI of the licence of the texts.
        threshold: similarity from which on a text is a revision of another.
        first, last: days of publication that were asked for; empty: no limit.
        year: of the editions that were asked for; empty: every year.
        departments: names or keys of the publishers that were asked for; empty: all.
    """

    retrieved: str
    licence: str
    threshold: float
    first: str = ""
    last: str = ""
    year: str = ""
    departments: tuple[str, ...] = ()


def plan(
    harvest: Harvest, records: Records, sources: Sources, terms: Terms
) -> tuple[list[Outcome], list[Refusal]]:
    """What would become of each edition, and which ones can't be taken; nothing is written.

    Raises:
        InputError: no edition can be taken: it can't be told which it is, or the source is
            another document than before.
    """
    found, refused = _found(harvest, records, sources)
    given = _Given(harvest, records, sources, terms, Places(found, harvest.kind, records, sources))
    outcomes = []
    lacking = dict(absent(harvest, found, given.places, records, sources))
    for key, edition in (found | lacking).items():
        try:
            outcome = _plan(key, edition, given)
        except InputError as error:
            refused.append((key, error))
            continue
        if key in found or any(outcome.of("vanished")):
            outcomes.append(outcome)
    if refused and not outcomes:
        raise refused[0][1]
    return outcomes, [Refusal(name, error.detail, error.remedy) for name, error in refused]


Refused = list[tuple[str, InputError]]


@dataclass(frozen=True)
class _Given:
    """What an edition is planned from."""

    harvest: Harvest
    records: Records
    sources: Sources
    terms: Terms
    places: Places


def _found(
    harvest: Harvest, records: Records, sources: Sources
) -> tuple[dict[str, FoundEdition], Refused]:
    """The editions by their keys, and those that none can be made for."""
    found: dict[str, FoundEdition] = {}
    refused: Refused = []
    for edition in harvest.editions:
        try:
            key, known = _resolved(edition, records, sources)
        except InputError as error:
            refused.append((f"{edition.publisher} {edition.year}".strip(), error))
            continue
        before = found.get(key)
        # The same publisher may have two names in one source.
        together = (*before.questions, *edition.questions) if before else edition.questions
        found[key] = replace(known, questions=together)
    return found, refused


def _not_asked(known: Known, issued: str) -> str:
    return "Its edition was not asked for."


def _asked(edition: FoundEdition, given: _Given) -> bool:
    """Whether an edition that the source lacks is one of those that were asked for."""
    terms, known = given.terms, given.records.organisations
    wanted = {publisher_of(name, known).key for name in terms.departments}
    return terms.year in ("", edition.year) and (not wanted or edition.publisher in wanted)


# Which edition it is


def _resolved(found: FoundEdition, records: Records, sources: Sources) -> tuple[str, FoundEdition]:
    """The key of an edition; by publisher and year, or where these are not given by its texts."""
    if not (found.publisher and found.year):
        key = _recognised(found, records, sources)
        return key, found
    publisher = publisher_of(found.publisher, records.organisations)
    for edition in editions(records):
        if (edition.publisher, edition.issued) == (publisher.key, found.year):
            return edition.key, found
    key = f"{publisher.key}-{found.year}"
    if not EDITION.fullmatch(key):
        detail = f"'{found.publisher}' in '{found.year}' makes no key of an edition."
        raise InputError(detail, remedy="Name the publisher by --publisher, the year by --year.")
    return key, found


def editions(records: Records) -> list[EditionRecord]:
    """The editions that are there, whoever described them."""
    found = [item.record.edition for item in records.documents]
    found += [item.edition for item in records.statements]
    return found + [item.edition for item in records.imported]


def _recognised(found: FoundEdition, records: Records, sources: Sources) -> str:
    """The edition of which half of the texts are known, by their digests."""
    digests = {item.digest for item in found.questions}
    best, most = "", 0
    for edition in editions(records):
        known = {d for item in state_of(edition.key, records, sources).known for d in item.digests}
        if len(digests & known) > most:
            best, most = edition.key, len(digests & known)
    if 2 * most < len(digests):
        raise InputError(
            "Which edition this is can't be told from its texts.",
            remedy="Name its publisher by --publisher and its year by --year.",
        )
    return best


# What becomes of it


def _plan(key: str, found: FoundEdition, given: _Given) -> Outcome:
    harvest, records, sources, terms = given.harvest, given.records, given.sources, given.terms
    if any(item.record.edition.key == key for item in records.documents):
        return _published(key, found, records)
    state = state_of(key, records, sources)
    gone = _gone(harvest, terms) if found.questions or _asked(found, given) else _not_asked

    def moved(item: Known) -> str:
        return given.places.moved(item, key)

    settled = compare(state, found, harvest.kind, terms.threshold, gone, moved)
    imported = ImportRecord(
        harvest.kind, harvest.address, harvest.sha256, terms.retrieved, terms.licence, _NOWHERE
    )
    if state.imported and _same_source(state.imported, imported):
        imported = state.imported
    named = state.edition.publisher if state.edition else found.publisher
    publisher = publisher_of(named, records.organisations)
    record = state.edition or _record(key, found, publisher)
    if state.described:
        written = files.of_texts(imported, settled)
    else:
        brought = None if publisher.origin.file == "organisations.toml" else publisher
        written = files.of_edition(record, imported, found.changes, settled, brought)
    return Outcome(
        edition=key,
        label=record.label,
        state="described" if state.described else "known" if state.edition else "new",
        entries=settled.entries,
        files=written if _differ(key, written, sources) else {},
        changed=settled.changed,
        texts=_texts(settled),
        attached=_texts(settled) - sum(bool(item.text) for item in state.known),
        follows=frozenset(_editions_of(settled)),
    )


def _editions_of(settled: Settled) -> Iterator[str]:
    """The editions that questions moved to."""
    moved = [item.replaced_by for item in settled.questions]
    moved += [item.replaced_by for item in settled.texts]
    # The identifiers of the database have no hyphen.
    yield from (key.rpartition("-")[0] for key in moved if key)


def _same_source(one: ImportRecord, other: ImportRecord) -> bool:
    """The very same bytes again: the day of the first time stays."""
    return (one.kind, one.sha256, one.licence) == (other.kind, other.sha256, other.licence)


def _texts(settled: Settled) -> int:
    return sum(bool(item.text) for item in settled.texts) + len(settled.questions)


def _differ(key: str, written: dict[str, bytes], sources: Sources) -> bool:
    return any(_there(key, name, sources) != data for name, data in written.items())


def _there(key: str, name: str, sources: Sources) -> bytes | None:
    there = sources.of_edition(key, name)
    return sources.read(there) if there else None


def _record(key: str, found: FoundEdition, publisher: OrganisationRecord) -> EditionRecord:
    return EditionRecord(
        key=key,
        title=found.title,
        label=f"{publisher.name} Areas of Research Interest {found.year}",
        publisher=publisher.key,
        issued=found.year,
        strategy="",
        edited=False,
        sources=(),
        origin=_NOWHERE,
    )


def _published(key: str, found: FoundEdition, records: Records) -> Outcome:
    """An edition that we publish from the document itself: compared, and left as it is."""
    known = {q.sha256: q for q in questions(records).values() if q.edition == key}
    label = next(item.label for item in editions(records) if item.key == key)
    return Outcome(key, label, "published", tuple(_compared(found, known)), texts=len(known))


def _compared(found: FoundEdition, known: dict[str, Question]) -> Iterator[Entry]:
    for item in found.questions:
        same = known.get(item.digest)
        if same:
            yield Entry("unchanged", same.key, item.text, item.place, found_by="hash")
        else:
            detail = "The document that we publish has no such text, so it was left out."
            yield Entry("kept", "", item.text, item.place, detail=detail)


def _gone(harvest: Harvest, terms: Terms) -> Gone:
    """Why a question that the source lacks may still be there."""
    broken = {f"{harvest.kind}:{item.own_id}" for item in harvest.unplaced if item.own_id}
    digests = {digest(item.text) for item in harvest.unplaced if item.text}
    unknown = [item.place for item in harvest.unplaced if not (item.own_id or item.text)]

    def gone(known: Known, issued: str) -> str:
        if not harvest.whole:
            return "The source is only a part of what its publisher has."
        if broken & known.sources or digests.intersection(known.digests):
            return "Its record in the source can't be used."
        if unknown:
            return f"It may be the record that can't be read ({unknown[0]})."
        if (terms.first and issued < terms.first) or (terms.last and issued > terms.last):
            return "Its date is outside of what was asked for."
        return ""

    return gone
