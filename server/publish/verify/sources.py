"""What a release holds of its sources, read as a build reads them, against its dataset."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox
from rdflib import Graph

from ...build import canonical, mapping_graph, mapping_table, mapping_text, terms
from ...build.faults import Faults
from ...build.graphs import relate_ontology
from ...build.mapping_format import SUFFIX
from ...build.mapping_records import MappingFile
from ...build.relation import Relation
from ...errors import SourceError
from ...vocab import Names
from .. import layout
from .flaws import Flaw, shown
from .opened import Broken, Opened

_ONTOLOGY, _MAPPINGS = "ontology", "mappings"
"""Names of graphs."""


def ontology(opened: Opened) -> Iterator[Flaw]:
    """The ontology's file says what the ontology's graph does."""
    try:
        said = terms.load({layout.ONTOLOGY: opened.read(layout.ONTOLOGY)})
    except SourceError as error:
        raise Broken(layout.ONTOLOGY, f"can't be read: {shown(str(error))}") from error
    relation = Relation(Names(opened.base))
    relate_ontology(relation, said)
    yield from _unlike(opened, layout.ONTOLOGY, relation.graphs[_ONTOLOGY], _ONTOLOGY)


def mappings(opened: Opened) -> Iterator[Flaw]:
    """The SSSOM files, read together, say what the graph of the mappings does."""
    faults = Faults()
    files = list(_mapping_files(opened, faults))
    for fault in faults:
        words = f"line {fault.line}: {shown(fault.detail)}"
        yield Flaw("mappings", f"{layout.MAPPINGS}/{fault.file.rpartition('/')[2]}", words)
    if faults:
        return
    relation = Relation(Names(opened.base))
    mapping_graph.write_mappings(relation, files)
    where = f"{layout.MAPPINGS}/{files[0].header.key}{SUFFIX}" if files else layout.MAPPINGS
    yield from _unlike(opened, where, relation.graphs.get(_MAPPINGS, Graph()), _MAPPINGS)
    for file in files:
        text = mapping_text.file_text(file.header, sorted(file.records, key=mapping_text.place))
        if opened.ours and opened.read(file.name) != text.encode():
            yield Flaw("mappings", file.name, "has the right records, written otherwise")


def _mapping_files(opened: Opened, faults: Faults) -> Iterator[MappingFile]:
    for path in sorted(opened.files):
        if path.startswith(f"{layout.MAPPINGS}/"):
            try:
                file = mapping_table.read_mapping_file(opened.read(path), path, faults)
            except SourceError as error:
                raise Broken(path, f"can't be read: {shown(str(error))}") from error
            if file:
                yield file


def _unlike(opened: Opened, path: str, said: Graph, name: str) -> Iterator[Flaw]:
    """The first statement that only one of the two has: a file read as sources, and its graph.

    How the graph came about is told in the words of the program that made it, and left out.
    """
    theirs = opened.dataset.graph(f"{opened.base}id/graph/{name}").quads
    found, wanted = (set(_lines(quads, opened.base)) for quads in (canonical.quads(said), theirs))
    for line in sorted(found ^ wanted)[:1]:
        which = "says what the dataset does not" if line in found else "lacks what the dataset says"
        yield Flaw(name, path, f"{which}: {shown(line.decode('utf-8', 'replace').strip())}")


def _lines(quads: Iterable[ox.Quad], base: str) -> list[bytes]:
    own = (f"{base}id/graph/", f"{base}id/activity/")
    told = (q for q in quads if not str(getattr(q.subject, "value", "")).startswith(own))
    return canonical.lines(told).splitlines()
