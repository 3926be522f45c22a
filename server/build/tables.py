"""The tables and edition records: from CSV and TOML to records, each with its line."""

from . import (
    document_table,
    imported_table,
    imported_texts,
    mapping_table,
    organisation_table,
    revision_table,
    statement_tables,
    strategy_table,
    topic_tables,
)
from .faults import Faults, refuse
from .mapping_references import resolve_mappings
from .records import Records
from .references import resolve
from .revision_references import resolve_revisions
from .sources import Sources


def read(sources: Sources) -> Records:
    """Everything that the sources say.

    Raises:
        SourceError: lists every fault of the file or files that can't be used.
    """
    faults = Faults()
    records = Records(
        organisations=organisation_table.read(sources, faults),
        strategies=strategy_table.read(sources, faults),
        documents=document_table.read(sources, faults),
        statements=(described := statement_tables.read(sources, faults)),
        imported=imported_table.read(sources, faults),
        texts=imported_texts.read(sources, described, faults),
        topics=topic_tables.topics(sources, faults),
        assignments=topic_tables.assignments(sources, faults),
        mappings=mapping_table.load_mapping_files(sources, faults),
        revisions=revision_table.read(sources, faults),
    )
    resolve(records, faults)
    resolve_mappings(records, faults)
    resolve_revisions(records, faults)
    refuse(faults)
    return records
