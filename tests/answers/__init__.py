"""The recorded answers of the stored queries, and how an answer becomes text."""

from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, Store

from met_ari.queryfile import QueryFile

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Answer:
    """An answer as it is recorded.

    Args:
        suffix: of the file: `csv` for a table, `txt` for a boolean, `nt` for a graph.
        text: the lines of a table in the query's order, those of a graph sorted.
        rows: solutions or different triples; 1 for a boolean.
    """

    suffix: str
    text: str
    rows: int


def dataset(file: Path) -> Store:
    """N-Quads or TriG with the merge of all graphs, a set, as the default graph."""
    store = Store()
    store.load(path=str(file), format=RdfFormat.from_extension(file.suffix.removeprefix(".")))
    store.extend([Quad(quad.subject, quad.predicate, quad.object) for quad in store])
    return store


def ask(store: Store, text: str) -> Answer:
    """The answer to a query."""
    found = store.query(text)
    if isinstance(found, QueryBoolean):
        return Answer("txt", f"{str(bool(found)).lower()}\n", 1)
    if isinstance(found, QuerySolutions):
        table = found.serialize(format=QueryResultsFormat.CSV).decode().replace("\r\n", "\n")
        return Answer("csv", table, len(list(store.query(text))))
    triples = sorted({f"{triple} .\n" for triple in found})
    return Answer("nt", "".join(triples), len(triples))


def recorded(query: QueryFile) -> list[Path]:
    """The files that hold the answer of a query: one, if all is well."""
    return sorted(FOLDER.glob(f"{query.name}.*"))
