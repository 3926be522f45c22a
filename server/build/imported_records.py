"""What an import left, as records: an edition of its own, or the texts of one that we describe."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from .records import EditionRecord, Origin, SourceRecord, ThemeRecord

ImportKind = Literal["ari-database", "govuk", "csv"]
KINDS: tuple[ImportKind, ...] = ("ari-database", "govuk", "csv")

Status = Literal["current", "archived", "withdrawn", "vanished"]
STATUSES: tuple[Status, ...] = ("current", "archived", "withdrawn", "vanished")


@dataclass(frozen=True)
class ImportRecord:
    """How something came in.

    Args:
        kind: one of `KINDS`.
        address: a web address, or the name of a file.
        sha256: of what was fetched; of several pages, of one after the other.
        retrieved: the day, `YYYY-MM-DD`.
        licence: IRI of the licence of the texts.
    """

    kind: str
    address: str
    sha256: str
    retrieved: str
    licence: str
    origin: Origin

    @property
    def page(self) -> str:
        """The address, if it is one of the web."""
        return self.address if self.address.startswith(("http://", "https://")) else ""


@dataclass(frozen=True)
class QuestionRecord:
    """One question as its publisher words it.

    Args:
        id: last part of its key.
        theme: key of its theme within the edition.
        position: within the theme, from 1.
        text: NFC, one space between words.
        sha256: of `text`.
        former: digests of the texts it had before, the first one first.
        status: one of `STATUSES`.
        replaced_by: key of the question that the source has in its place, with its edition; empty
            for none.
        issued: a day, a month or a year; empty if not known.
        page: web address; empty for none.
        note: of ours, on how it was read.
        background: what the publisher says to explain it; empty for nothing.
    """

    id: str
    theme: str
    position: int
    text: str
    sha256: str
    former: tuple[str, ...]
    status: str
    replaced_by: str
    issued: str
    page: str
    note: str
    background: str
    origin: Origin


@dataclass(frozen=True)
class ImportedEdition:
    """An edition that an import made.

    Args:
        changes: what its publisher says of its history: day and note.
    """

    edition: EditionRecord
    imported: ImportRecord
    changes: tuple[tuple[str, str], ...]
    themes: tuple[ThemeRecord, ...]
    questions: tuple[QuestionRecord, ...]


@dataclass(frozen=True)
class TextRecord:
    """The official text of a statement that we describe; empty while none was found.

    Args:
        number: of the statement.
        sha256: of `text`; empty with it.
        former: digests of the texts that an import found before.
        replaced_by, background: as those of a `QuestionRecord`.
    """

    number: int
    text: str
    sha256: str
    former: tuple[str, ...]
    status: str
    replaced_by: str
    page: str
    background: str
    origin: Origin


@dataclass(frozen=True)
class ImportedTexts:
    """What an import adds to an edition that we describe: texts, and what is new in it."""

    edition: str
    imported: ImportRecord
    texts: tuple[TextRecord, ...]
    themes: tuple[ThemeRecord, ...]
    questions: tuple[QuestionRecord, ...]

    @property
    def source(self) -> SourceRecord:
        """What the texts were read from."""
        return import_source(f"{self.edition}-import", self.imported)


SOURCE_TITLES = {
    "ari-database": "Records of the ARI Database",
    "govuk": "Publication on GOV.UK",
    "csv": "Table",
}
FORMATS = {"ari-database": "application/json", "govuk": "application/json", "csv": "text/csv"}
"""Media type of what an import reads, by its kind."""


def import_source(key: str, imported: ImportRecord) -> SourceRecord:
    """What an import read, as a source of the data."""
    # The reader reports an unknown kind, and reads on.
    what = SOURCE_TITLES.get(imported.kind, "")
    return SourceRecord(
        key=key,
        title=f"{what}, retrieved on {imported.retrieved}",
        description=f"Read from {imported.address} by ari import {imported.kind}.",
        licence=imported.licence,
        derived_from=("ari-database",) if imported.kind == "ari-database" else (),
        pages=(imported.page,) if imported.page else (),
    )


def former(digests: Iterable[str], now: str) -> tuple[str, ...]:
    """The digests that are not the present one, each once, in their order."""
    return tuple(dict.fromkeys(digest for digest in digests if digest and digest != now))
