"""The organisations, from `organisations.toml` and from imported editions."""

from collections.abc import Iterator

from .faults import Faults
from .patterns import SLUG
from .records import OrganisationRecord
from .references import no_doubles
from .sections import Section, read_toml
from .sources import Sources

FILE = "organisations.toml"


def read(sources: Sources, faults: Faults) -> tuple[OrganisationRecord, ...]:
    """Every organisation, in the order of the file, then those that imports brought."""
    top = read_toml(sources.read(FILE), FILE, faults)
    found = [_organisation(item) for item in top.sections("organisations")]
    top.done()
    no_doubles(((item.key, item.origin) for item in found), "organisation", faults)
    known = {item.key for item in found}
    for item in _brought(sources, faults):
        # Each edition of a publisher brings it again.
        if item.key not in known:
            known.add(item.key)
            found.append(item)
    return tuple(found)


def _brought(sources: Sources, faults: Faults) -> Iterator[OrganisationRecord]:
    for edition in sources.editions():
        name = sources.of_edition(edition, "organisation.toml")
        if name is not None:
            yield _organisation(read_toml(sources.read(name), name, faults))


def _organisation(item: Section) -> OrganisationRecord:
    record = OrganisationRecord(
        key=item.matching("key", SLUG, "a slug such as 'home-office'"),
        name=item.text("name"),
        alternatives=item.texts("alternative_names", []),
        formal=item.flag("formal"),
        home_page=item.address("home_page", ""),
        ror=item.address("ror", ""),
        origin=item.origin,
    )
    item.done()
    return record
