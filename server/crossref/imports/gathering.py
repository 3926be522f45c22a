"""The reading of a source, whatever its kind: from a file, or over the web."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from ...build.imported_records import ImportKind
from ...errors import EnvironmentFault
from . import ari_database, csv_table, govuk, paging
from .ari_database import Wanted
from .found import Harvest
from .source import Document, is_address, read_file
from .web import Limits, Web

RATES: Mapping[ImportKind, float] = {"ari-database": 2.0, "govuk": 10.0, "csv": 2.0}
"""Requests in a second. GOV.UK asks for at most 10; the others name no number."""


@dataclass(frozen=True)
class Sought:
    """A source, and how it is to be read.

    Args:
        source: a file, or an address of the web.
        wanted: which records of the ARI Database.
        reading: how a publication on GOV.UK is read.
        columns: of CSV, by field.
        publisher, year: of CSV.
    """

    kind: ImportKind
    source: str
    wanted: Wanted = field(default_factory=Wanted)
    reading: govuk.Reading = field(default_factory=govuk.Reading)
    columns: Mapping[str, str] = field(default_factory=dict)
    publisher: str = ""
    year: str = ""


def gather(
    sought: Sought, seconds: float, most: int, folder: Path, tell: Callable[[str], None]
) -> Harvest:
    """All that a source gives.

    Args:
        seconds: that one document may take.
        most: bytes that one document may have.
        folder: where pages are kept until `paging.forget`.
        tell: takes words about progress.

    Raises:
        InputError, SourceError: it is not what it should be; says what and where.
        EnvironmentFault: it can't be had.
    """
    web = Web(Limits(seconds, most, RATES[sought.kind]), tell)

    def get(address: str) -> Document:
        return web.get(address) if is_address(address) else read_file(address, most)

    if sought.kind == "ari-database":
        return _from_database(sought, web, get, folder, tell)
    if sought.kind == "csv":
        document = get(sought.source)
        return csv_table.harvest(document, sought.columns, sought.publisher, sought.year)
    return _from_govuk(sought, get)


def _from_database(
    sought: Sought,
    web: Web,
    get: Callable[[str], Document],
    folder: Path,
    tell: Callable[[str], None],
) -> Harvest:
    if not is_address(sought.source):
        return ari_database.harvest([get(sought.source)], sought.wanted)
    documents = paging.fetch_all(web, sought.source, folder, ari_database.REMEDY, tell)
    harvest = ari_database.harvest(documents, sought.wanted)
    if not harvest.whole:
        paging.forget(folder, sought.source)
        raise EnvironmentFault(
            f"The database changed while it was read. {harvest.notices[-1]}",
            remedy="Run the command again.",
        )
    return harvest


def _from_govuk(sought: Sought, get: Callable[[str], Document]) -> Harvest:
    if is_address(sought.source):
        document = get(govuk.api_address(sought.source))
        here = urlsplit(document.address)

        def attached(url: str) -> Document:
            return get(urlunsplit((here.scheme, here.netloc, api_path(url), "", "")))

        return govuk.harvest(document, attached, sought.reading)

    def beside(url: str) -> Document:
        return get(str(Path(sought.source).parent / f"{url.rstrip('/').rpartition('/')[2]}.json"))

    return govuk.harvest(get(sought.source), beside, sought.reading)


def api_path(url: str) -> str:
    """The path in the Content API of an address of GOV.UK."""
    return urlsplit(govuk.api_address(url)).path
