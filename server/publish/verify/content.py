"""What the files of a release say, held against its manifest."""

import zlib
from collections.abc import Iterator

import pyoxigraph as ox

from ...vocab import PREFIXES
from .. import layout
from ..dumps import readers
from ..tables.columns import TABLES
from .flaws import Flaw, shown
from .opened import Opened

_REQUIRED = (
    *(layout.TRIPLES | layout.QUADS).values(),
    *(f"{path}.gz" for path in (layout.TRIPLES | layout.QUADS).values()),
    *(
        f"{folder}/{table.name}.csv"
        for folder in (layout.TABLES, layout.SPREADSHEET)
        for table in TABLES
    ),
    *(layout.CSVW, layout.SQLITE, layout.DATASETTE),
    *(layout.ONTOLOGY, layout.SHAPES, layout.CONTEXT),
    *(layout.REPORT_TTL, layout.REPORT_JSON),
    *(layout.LICENCE, layout.CITATION, layout.NOTES, layout.MANIFEST),
    *(layout.VOID, layout.DCAT, layout.ROCRATE),
)
_SINCE = (layout.PATCH, layout.DIFF)
"""What a release holds that follows another."""
_SET = ox.NamedNode(f"{PREFIXES['sssom']}MappingSet")


def complete(opened: Opened) -> Iterator[Flaw]:
    """Whether every file is there that each release holds."""
    for path in (*_REQUIRED, *(_SINCE if opened.previous else ())):
        if path not in opened.files:
            yield Flaw("complete", path, "is missing, and every release holds it")
    needed = [layout.QUERIES, layout.ANSWERS]
    if any(quad.object == _SET for quad in opened.dataset.quads):
        needed.append(layout.MAPPINGS)
    for folder in needed:
        if not any(path.startswith(f"{folder}/") for path in opened.files):
            yield Flaw("complete", folder, "holds no file, and does in every release")
    yield from _strangers(opened)


def _strangers(opened: Opened) -> Iterator[Flaw]:
    """Files that no release holds; one of another version of the program may hold others."""
    known = {*_REQUIRED, layout.SUMS, *(_SINCE if opened.previous else ())}
    folders = (layout.QUERIES, layout.ANSWERS, layout.MAPPINGS)
    for path in sorted(opened.files - known if opened.ours else ()):
        if path.rpartition("/")[0] not in folders:
            yield Flaw("complete", shown(path), "is no file that a release holds")


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
    said, found = opened.said("graphs"), opened.graphs
    for name in sorted(said.keys() ^ found.keys()):
        where = "the manifest" if name in said else "the dataset"
        yield Flaw("graphs", layout.MANIFEST, f"the graph {shown(name)} stands only in {where}")
    for name in sorted(said.keys() & found.keys()):
        if said[name] != found[name]:
            words = f"is wrong about the graph {shown(name)}: it is {found[name]}"
            yield Flaw("graphs", layout.MANIFEST, words)


def classes(opened: Opened) -> Iterator[Flaw]:
    """There are as many things of each class as the manifest says."""
    said, found = opened.said("classes"), opened.classes
    for name in sorted(said.keys() | found.keys()):
        if said.get(name, 0) != found.get(name, 0):
            words = f"says {shown(str(said.get(name, 0)))} of {shown(name)}"
            yield Flaw("classes", layout.MANIFEST, f"{words}; there are {found.get(name, 0)}")
