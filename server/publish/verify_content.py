"""What the files of a release say, held against its manifest."""

import csv
import io
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

import pyoxigraph as ox

from ..build.nodes import short
from . import layout, readers
from .columns import TABLES
from .verify_flaws import Flaw, shown
from .verify_opened import Opened

_REQUIRED = (
    *(layout.TRIPLES | layout.QUADS).values(),
    *(f"{path}.gz" for path in (layout.TRIPLES | layout.QUADS).values()),
    *(f"{layout.TABLES}/{table.name}.csv" for table in TABLES),
    layout.SQLITE,
    layout.ONTOLOGY,
    layout.SHAPES,
    layout.REPORT_TTL,
    layout.REPORT_JSON,
    layout.LICENCE,
    layout.NOTES,
)


def complete(opened: Opened) -> Iterator[Flaw]:
    """Whether every file is there that each release holds."""
    for path in _REQUIRED:
        if path not in opened.files:
            yield Flaw("complete", path, "is missing, and every release holds it")


def dumps(opened: Opened) -> Iterator[Flaw]:
    """Each dump says the dataset, or the merge of its graphs: RDFC-1.0 hash and count."""
    for form, path in (layout.TRIPLES | layout.QUADS).items():
        said = opened.said("merge" if form in layout.TRIPLES else "dataset")
        count = "triples" if form in layout.TRIPLES else "quads"
        try:
            found = readers.by_pyoxigraph(opened.read(path), form)
        except (SyntaxError, ValueError) as error:
            yield Flaw("dumps", path, f"can't be read: {shown(str(error))}")
            continue
        if found.hash != said.get("hash"):
            yield Flaw("dumps", path, f"says a dataset {found.hash}, and the manifest another")
        elif len(found.quads) != said.get(count):
            words = f"has {len(found.quads)} statements; {layout.MANIFEST} says {said.get(count)}"
            yield Flaw("dumps", path, words)


def packed(opened: Opened) -> Iterator[Flaw]:
    """Each compressed file holds the bytes of the file that it is named after."""
    for path in sorted(name for name in opened.files if name.endswith(".gz")):
        plain = opened.read(path.removesuffix(".gz"))
        if _unpacked(opened.read(path), len(plain)) != plain:
            yield Flaw("packed", path, f"does not hold what {path.removesuffix('.gz')} does")


def _unpacked(data: bytes, size: int) -> bytes | None:
    """The content of one gzip member; None if it is none, or of another size."""
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        # One byte more than is right is enough to know; a bomb is never unpacked.
        found = unpacker.decompress(data, size + 1)
    except zlib.error:
        return None
    return found if unpacker.eof and not unpacker.unused_data else None


def graphs(opened: Opened) -> Iterator[Flaw]:
    """Each graph has the hash and count of the manifest, and there is no other."""
    said = opened.said("graphs")
    found = {iri.rpartition("/id/graph/")[2]: iri for iri in opened.dataset.graphs}
    for name in sorted(said.keys() ^ found.keys()):
        where = "the manifest" if name in said else "the dataset"
        yield Flaw("graphs", layout.MANIFEST, f"the graph {shown(name)} stands only in {where}")
    for name in sorted(said.keys() & found.keys()):
        graph = opened.dataset.graph(found[name])
        actual = {"hash": graph.hash, "triples": len(graph.quads)}
        if said[name] != actual:
            yield Flaw(
                "graphs", layout.MANIFEST, f"is wrong about the graph {name}: it is {actual}"
            )


def classes(opened: Opened) -> Iterator[Flaw]:
    """There are as many things of each class as the manifest says."""
    found: Counter[str] = Counter()
    rdf_type = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    things = {(q.subject, q.object) for q in opened.dataset.quads if q.predicate == rdf_type}
    for _, kind in things:
        found[short(getattr(kind, "value", ""))] += 1
    for name, count in opened.said("classes").items():
        if found[name] < count if isinstance(count, int) else True:
            words = f"says {count} of {shown(name)}; there are {found[name]}"
            yield Flaw("classes", layout.MANIFEST, words)


def tables(opened: Opened) -> Iterator[Flaw]:
    """Each table has as many rows in CSV, in the spreadsheet and in SQLite, with the same keys."""
    try:
        # In memory: what a file of others asks of a disk is never done.
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.deserialize(opened.read(layout.SQLITE))
            yield from _tables(opened, connection)
    except sqlite3.Error as error:
        yield Flaw("tables", layout.SQLITE, f"can't be read: {shown(str(error))}")


def _tables(opened: Opened, connection: sqlite3.Connection) -> Iterator[Flaw]:
    for wrong in connection.execute("PRAGMA integrity_check").fetchall():
        if wrong != ("ok",):
            yield Flaw("tables", layout.SQLITE, shown(str(wrong[0])))
    for row in connection.execute("PRAGMA foreign_key_check").fetchall():
        yield Flaw("tables", layout.SQLITE, f"a row of {shown(str(row[0]))} leads nowhere")
    for table in TABLES:
        # Names of tables are ours.
        found = connection.execute(f"SELECT key FROM {table.name}").fetchall()  # noqa: S608
        keys = sorted(str(key) for (key,) in found)
        for folder in (layout.TABLES, layout.SPREADSHEET):
            path = f"{folder}/{table.name}.csv"
            if path in opened.files and _keys(opened.read(path)) != keys:
                yield Flaw(
                    "tables", path, f"has other rows than {layout.SQLITE}: {len(keys)} there"
                )
    about = dict(connection.execute("SELECT name, value FROM about").fetchall())
    if about.get("dataset_hash") != opened.said("dataset").get("hash"):
        yield Flaw("tables", layout.SQLITE, "names another dataset than the manifest")


def _keys(data: bytes) -> list[str]:
    rows = csv.reader(io.StringIO(data.decode("utf-8-sig", "replace"), newline=""))
    return sorted(row[0] for row in list(rows)[1:] if row)
