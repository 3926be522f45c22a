"""The tables and edition records: from CSV and TOML to records, each with its line."""

from . import document_table, organisation_table, statement_tables, strategy_table, topic_tables
from .faults import Faults, refuse
from .records import Records
from .references import resolve
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
        statements=statement_tables.read(sources, faults),
        topics=topic_tables.topics(sources, faults),
        assignments=topic_tables.assignments(sources, faults),
    )
    resolve(records, faults)
    refuse(faults)
    return records
