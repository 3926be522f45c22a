"""The organisations, from `organisations.toml`."""

from .faults import Faults
from .patterns import SLUG
from .records import OrganisationRecord
from .references import no_doubles
from .sections import Section, read_toml
from .sources import Sources

FILE = "organisations.toml"


def read(sources: Sources, faults: Faults) -> tuple[OrganisationRecord, ...]:
    """Every organisation, in the order of the file."""
    top = read_toml(sources.read(FILE), FILE, faults)
    found = tuple(_organisation(item) for item in top.sections("organisations"))
    top.done()
    no_doubles(((item.key, item.origin) for item in found), "organisation", faults)
    return found


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
