"""The graph of revisions: which edition replaces which, and what its parts continue."""

from rdflib.namespace import DCTERMS, PROV

from . import provenance
from .records import Records
from .relation import Relation
from .writer import Writer


def write_revisions(relation: Relation, records: Records) -> None:
    """Add the graph, if there are any revisions."""
    if not records.revisions:
        return
    editions = sorted(
        {
            key
            for item in records.revisions
            if item.is_of_editions
            for key in (item.later, item.earlier)
        }
    )
    graphs = [relation.names.graph(key) for key in editions]
    writer = Writer(relation, provenance.of_revisions(graphs))
    for item in records.revisions:
        link = DCTERMS.replaces if item.is_of_editions else PROV.wasRevisionOf
        writer.say(
            writer.thing(item.kind, item.later), (link, writer.thing(item.kind, item.earlier))
        )
