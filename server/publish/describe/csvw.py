"""`csvw-metadata.json`: what the tables mean (Metadata Vocabulary for Tabular Data, W3C 2015)."""

from collections.abc import Iterable
from typing import Any

from ...build import folder
from ...vocab import Names
from ..facts import Release
from ..tables.columns import SEPARATOR, Column, Table
from .statements import iri

_SCHEME = {"edition": "skos:inScheme", "position": "ari:position"}
_NAMED = {"name": "skos:prefLabel", "other_names": "skos:altLabel"}
PROPERTIES: dict[str, dict[str, str]] = {
    "editions": {
        "title": "skos:prefLabel",
        "issued": "dcterms:issued",
        "strategy": "ari:followsStrategy",
        "licence": "dcterms:license",
        "page": "foaf:page",
    },
    "goals": {"strategy": "skos:inScheme", "position": "ari:position", **_NAMED},
    "priorities": {
        **_SCHEME,
        "name": "skos:prefLabel",
        "description": "skos:definition",
        "goals": "ari:supportsGoal",
    },
    "themes": {**_SCHEME, "parent": "ari:underTheme", "name": "skos:prefLabel"},
    "topics": {
        **_NAMED,
        "scope_note": "skos:scopeNote",
        "broader": "skos:broader",
        "related": "skos:related",
    },
    "questions": {
        **_SCHEME,
        "priority": "ari:underPriority",
        "theme": "ari:underTheme",
        "label": "skos:prefLabel",
        "label_is_summary": "ari:labelIsSummary",
        "text": "ari:statementText",
        "sha256": "ari:statementSha256",
        "status": "ari:questionStatus",
        "issued": "dcterms:issued",
        "page": "foaf:page",
        "topics": "dcterms:subject",
    },
    "mappings": {
        "subject": "owl:annotatedSource",
        "predicate": "owl:annotatedProperty",
        "object": "owl:annotatedTarget",
        "object_edition": "sssom:object_source",
        "status": "ari:decisionStatus",
        "confidence": "sssom:confidence",
        "justification": "sssom:mapping_justification",
        "author": "sssom:author_label",
        "reviewer": "sssom:reviewer_label",
        "date": "dcterms:created",
        "reason": "rdfs:comment",
        "reason_tag": "ari:reasonTag",
        "replaced_by": "dcterms:isReplacedBy",
    },
}
"""What a cell says of the thing that its row is about; columns without one only help to read."""

_DATATYPES: dict[str, Any] = {
    "key": "string",
    "iri": "anyURI",
    "text": "string",
    "integer": {"base": "integer", "minimum": 0},
    "number": "decimal",
    "boolean": {"base": "boolean", "format": "true|false"},
    "date": "date",
    "year": "gYear",
}
"""By the kind of a column."""
_ENGLISH = {"skos:altLabel", "skos:definition", "skos:prefLabel", "skos:scopeNote"}
_ENGLISH |= {"ari:statementText", "rdfs:comment"}


def csvw(tables: Iterable[Table], facts: Release) -> bytes:
    """Metadata of a group of tables, each a file beside this one.

    Its columns, keys and references can be checked by any program that knows the standard.
    """
    said = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@id": facts.address("tables/csvw-metadata.json"),
        "dc:title": f"Tables of {facts.title} {facts.version}",
        "dc:description": facts.description,
        "dc:license": {"@id": facts.licence},
        "dc:rights": facts.rights,
        "dc:issued": {"@value": facts.date.isoformat(), "@type": "xsd:date"},
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\r\n"]},
        "tables": [_table(table, facts.names) for table in tables],
    }
    return folder.json_bytes(said)


def _table(table: Table, names: Names) -> dict[str, Any]:
    return {
        "url": _url(table.name),
        "dc:title": table.title,
        "dc:description": table.description,
        "tableSchema": {
            "aboutUrl": "{+iri}",
            "primaryKey": "key",
            "columns": [_column(column, table.name, names) for column in table.all_columns],
            "foreignKeys": [_reference(column) for column in table.columns if _refers(column)],
        },
    }


def _url(name: str) -> str:
    return f"{name}.csv"


def _column(column: Column, table: str, names: Names) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": column.description,
        "datatype": _DATATYPES[column.kind],
    }
    if column.needed:
        said["required"] = True
    if column.several:
        said["separator"] = SEPARATOR
    return said | _meaning(column, table, names)


def _meaning(column: Column, table: str, names: Names) -> dict[str, Any]:
    """What the cells of a column are in RDF, if they are in it as they stand.

    A list of keys can't be told: its address would be made of the whole list (section 6.4.5).
    """
    term = PROPERTIES[table].get(column.name)
    if term is None or (column.several and column.kind == "key"):
        return {"suppressOutput": True}
    said: dict[str, Any] = {"propertyUrl": iri(term).value}
    if term in _ENGLISH:
        said["lang"] = "en"
    if column.kind == "key":
        said["valueUrl"] = f"{names.base}id/{column.thing}/{{+{column.name}}}"
    elif column.kind == "iri" and not column.several:
        said["valueUrl"] = f"{{+{column.name}}}"
    return said


def _refers(column: Column) -> bool:
    """Whether a column is a reference that can be checked.

    The standard has none for a list of keys, and a strict reader takes an empty cell for a key that
    is missing. The references of all columns are in the SQLite file.
    """
    return bool(column.refers) and column.needed and not column.several


def _reference(column: Column) -> dict[str, Any]:
    target = {"resource": _url(column.refers), "columnReference": "key"}
    return {"columnReference": column.name, "reference": target}
