"""What each file of a release is, in words, and whose words are in it."""

from .. import layout
from ..tables.columns import TABLES

_FORMATS = {
    "nt": "N-Triples",
    "ttl": "Turtle",
    "rdf": "RDF/XML",
    "nq": "canonical N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
}
_FILES = {
    **{path: f"All graphs merged, in {_FORMATS[form]}" for form, path in layout.TRIPLES.items()},
    **{path: f"The named graphs, in {_FORMATS[form]}" for form, path in layout.QUADS.items()},
    layout.SQLITE: "The tables as a SQLite database",
    layout.DATASETTE: "What Datasette is told about the SQLite database",
    layout.CSVW: "What the tables mean: CSV on the Web metadata",
    layout.ONTOLOGY: "The ontology with its alignments",
    layout.SHAPES: "The SHACL shapes that the data keeps to",
    layout.CONTEXT: "The JSON-LD context",
    layout.REPORT_TTL: "SHACL validation report",
    layout.REPORT_JSON: "Findings of shapes and checks",
    layout.VOID: "What the dataset holds, counted: VoID",
    layout.DCAT: "The release and its files as a catalogue: DCAT",
    layout.ROCRATE: "The release as a research object: RO-Crate",
    layout.LICENCE: "Who owns the data, and what may be done with it",
    layout.CITATION: "How to cite the release",
    layout.NOTES: "Release notes",
    layout.PATCH: "What changed since the previous release, as RDF Patch",
    layout.DIFF: "What changed since the previous release, as JSON",
    layout.MANIFEST: "Version, date, hashes and counts, for programs",
    layout.SUMS: "SHA-256 of every other file",
}
_FOLDERS = {
    layout.MAPPINGS: "Decisions about pairs of questions, as SSSOM: ",
    layout.QUERIES: "Query of the library: ",
    layout.ANSWERS: "Recorded answer of the query ",
}
_TABLES = {table.name: f"Table: {table.title}" for table in TABLES}

_OWN = {
    *(layout.CONTEXT, layout.ONTOLOGY, layout.SHAPES, layout.CSVW, layout.DATASETTE),
    *(layout.REPORT_TTL, layout.VOID, layout.DCAT, layout.ROCRATE, layout.MANIFEST, layout.SUMS),
    *(layout.CITATION, layout.LICENCE, layout.NOTES),
}
"""Files in the project's own words alone."""


def title(path: str) -> str:
    """What a file of a release is, in English; its path, if nothing is known of it."""
    if path.endswith(".gz"):
        return f"{title(path.removesuffix('.gz'))}, compressed"
    folder, _, name = path.rpartition("/")
    if path in _FILES:
        return _FILES[path]
    if folder in _FOLDERS:
        return _FOLDERS[folder] + name.partition(".")[0]
    table = _TABLES.get(name.partition(".")[0], path)
    return f"{table}, safe to open in a spreadsheet" if folder == layout.SPREADSHEET else table


def quotes(path: str) -> bool:
    """Whether a file may hold texts that are not the project's own, so that rights go with it."""
    return path.removesuffix(".gz") not in _OWN and not path.startswith(f"{layout.QUERIES}/")
