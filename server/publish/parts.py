"""The parts of a release, in the order of writing: a later one may look at the files before it."""

from collections.abc import Iterator

from . import layout
from .answers import answers
from .catalogue_rules import kept
from .citation import citation
from .columns import TABLES
from .csvw import csvw
from .datasette import metadata
from .dcat import dcat
from .draft import Draft, File, Part
from .dumps import dumps
from .manifest import manifest
from .mappings import mappings
from .notes import notes
from .reports import reports
from .rocrate import rocrate
from .schema import schema
from .since import since
from .sqlite import database
from .tables import tables
from .void import void


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
