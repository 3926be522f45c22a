"""The parts of a release, in the order of writing: a later one may look at the files before it."""

from collections.abc import Iterator

from . import layout
from .answers import answers
from .datasette import metadata
from .draft import Draft, File, Part
from .dumps import dumps
from .manifest import manifest
from .mappings import mappings
from .notes import notes
from .reports import reports
from .schema import schema
from .sqlite import database
from .tables import tables


def _database(draft: Draft) -> Iterator[File]:
    yield from database(draft)
    yield layout.DATASETTE, metadata(draft.facts)


def _texts(draft: Draft) -> Iterator[File]:
    yield layout.LICENCE, draft.sources.read(layout.LICENCE)
    yield layout.NOTES, notes(draft)
    yield layout.MANIFEST, manifest(draft.facts)


PARTS: tuple[tuple[str, Part], ...] = (
    ("dumps", dumps),
    ("tables", tables),
    ("database", _database),
    ("mappings", mappings),
    ("schema", schema),
    ("answers", answers),
    ("report", reports),
    ("texts", _texts),
)
"""Each with the word by which its progress is told; the sums follow the last.

What tells sizes and checksums of files belongs at the end: it sees only those before it.
"""
