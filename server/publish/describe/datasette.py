"""What Datasette is told about the SQLite file: titles, licence, descriptions, labels, facets."""

from typing import Any

from ...build import folder
from .. import layout
from ..facts import Release
from ..tables.columns import TABLES, Table
from ..tables.sqlite import joined

_FACETS = {
    "mappings": ["status", "predicate", "latest"],
    "questions": ["edition", "priority", "theme"],
}


def metadata(facts: Release) -> bytes:
    """A metadata file: `datasette ari-graph.sqlite --metadata ari-graph.metadata.json`."""
    tables = {table.name: _table(table) for table in TABLES}
    said = {
        "title": f"{facts.title} {facts.version}",
        "description": facts.description,
        "license": "CC BY 4.0; each graph carries its own, see LICENCE.md",
        "license_url": facts.licence,
        "source": f"ARI Graph {facts.version}",
        "source_url": facts.iri,
        "databases": {layout.NAME: {"tables": tables}},
    }
    return folder.json_bytes(said)


def _table(table: Table) -> dict[str, Any]:
    columns = [column for column in table.all_columns if not joined(column)]
    names = {column.name for column in columns}
    label = next((name for name in ("name", "title", "label", "reason") if name in names), "key")
    said: dict[str, Any] = {
        "title": table.title,
        "description": table.description,
        "label_column": label,
        "columns": {column.name: column.description for column in columns},
    }
    return said | ({"facets": _FACETS[table.name]} if table.name in _FACETS else {})
