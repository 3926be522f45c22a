"""The parts of a release, in the order of writing: a later one may look at the files before it."""

from collections.abc import Iterator

from . import layout
from .answers import answers
from .describe.catalogue_rules import kept
from .describe.citation import citation
from .describe.csvw import csvw
from .describe.datasette import metadata
from .describe.dcat import dcat
from .describe.manifest import manifest
from .describe.notes import notes
from .describe.rocrate import rocrate
from .describe.void import void
from .draft import Draft, File, Part
from .dumps.schema import schema
from .dumps.writers import dumps
from .mappings import mappings
from .reports import reports
from .since import since
from .tables.columns import TABLES
from .tables.csv_files import tables
from .tables.sqlite import database


def _tables(draft: Draft) -> Iterator[File]:
    yield from tables(draft)
    yield layout.CSVW, csvw(TABLES, draft.facts)


def _database(draft: Draft) -> Iterator[File]:
    yield from database(draft)
    yield layout.DATASETTE, metadata(draft.facts)


def _texts(draft: Draft) -> Iterator[File]:
    yield layout.LICENCE, draft.sources.read(layout.LICENCE)
    yield layout.NOTES, notes(draft)
    yield layout.MANIFEST, manifest(draft.facts)


def _descriptions(draft: Draft) -> Iterator[File]:
    yield layout.CITATION, citation(draft.facts)
    yield layout.VOID, void(draft.facts, draft.dataset)
    yield layout.ROCRATE, rocrate(draft.facts, draft.files)
    yield layout.DCAT, kept(dcat(draft.facts, draft.files))


PARTS: tuple[tuple[str, Part], ...] = (
    ("dumps", dumps),
    ("tables", _tables),
    ("database", _database),
    ("mappings", mappings),
    ("schema", schema),
    ("answers", answers),
    ("report", reports),
    ("changes", since),
    ("texts", _texts),
    ("descriptions", _descriptions),
)
"""Each with the word by which its progress is told; the sums follow the last.

What tells sizes and checksums of files belongs at the end: it sees only those before it.
"""
