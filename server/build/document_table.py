"""The editions that are read from a document: each `source/*.toml`, and the text it names."""

import hashlib
from collections.abc import Iterator

from ..vocab import OGL
from . import document
from .edition_table import edition
from .faults import Faults, refuse, suggestion
from .records import (
    KINDS,
    DocumentEdition,
    DocumentRecord,
    Kind,
    PriorityRecord,
    SourceRecord,
)
from .sections import Section, read_toml
from .sources import Sources, decode


def read(sources: Sources, faults: Faults) -> tuple[DocumentEdition, ...]:
    """Every such edition with its texts, by the name of its record.

    Raises:
        SourceError: a text is not what its record says, or the record can't be used; a faulty
            record would make every line of the text a fault.
    """
    names = sources.names(".toml", "source")
    return tuple(_document(sources, name, faults) for name in names)


def _document(sources: Sources, name: str, faults: Faults) -> DocumentEdition:
    before = len(faults)
    record = _record(read_toml(sources.read(name), name, faults))
    if len(faults) > before:
        refuse(faults)
    data = sources.read(record.edition.source.file)
    text = decode(data, record.edition.source.file)
    priorities = document.read(text, record)
    return DocumentEdition(record, text, hashlib.sha256(data).hexdigest(), priorities)


def _record(top: Section) -> DocumentRecord:
    head, layout = edition(top, _sources(top)), top.section("document")
    sections: dict[str, Kind] = {layout.text(kind): kind for kind in KINDS}
    record = DocumentRecord(
        edition=head,
        start=layout.text("start"),
        sections=sections,
        passed_over=layout.texts("passed_over", []),
        closing=layout.texts("closing", []),
        priorities=tuple(_priorities(top, head.key)),
    )
    layout.done()
    top.done()
    return record


def _sources(top: Section) -> tuple[SourceRecord, ...]:
    item, ground = top.section("source"), top.section("database")
    database = SourceRecord(
        key=ground.text("key"),
        title=ground.text("title"),
        rights=ground.text("rights"),
        pages=(ground.address("page"),),
    )
    folder = top.origin.file.rpartition("/")[0]
    read_from = SourceRecord(
        key=top.text("key"),
        title=item.text("title"),
        publisher=top.text("publisher"),
        file=f"{folder}/{item.text('file')}",
        licence=str(OGL),
        description=item.text("description"),
        derived_from=(database.key,),
    )
    item.done()
    ground.done()
    return read_from, database


def _priorities(top: Section, edition_key: str) -> Iterator[PriorityRecord]:
    for position, item in enumerate(top.sections("priorities"), 1):
        record, expected = _priority(item), f"{edition_key}-{position}"
        if record.key != expected:
            item.report("key", f"The key is '{record.key}'; expected: '{expected}'.")
        yield record


def _priority(item: Section) -> PriorityRecord:
    kind = item.text("kind")
    if kind not in KINDS:
        item.report("kind", f"'{kind}' is no kind of priority.{suggestion(kind, KINDS)}")
    record = PriorityRecord(
        key=item.text("key"),
        kind="enabling" if kind == "enabling" else "operational",
        name=item.text("name"),
        goal=item.text("goal", ""),
        interests=item.number("interests"),
        initials=item.texts("initials", []),
        description_initials=item.text("description_initials", ""),
        origin=item.origin,
    )
    if record.initials and len(record.initials) != record.interests:
        found = f"{len(record.initials)} initials for {record.interests} interests"
        item.report("initials", f"There are {found}; expected: one for each, or none.")
    item.done()
    return record
