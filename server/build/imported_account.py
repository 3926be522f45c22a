"""What a graph says of an import: from what, when, and under which licence."""

from dataclasses import replace

from rdflib import Literal, URIRef
from rdflib.namespace import DCTERMS, PROV, RDF, RDFS, XSD

from ..vocab import OGL
from .imported_records import FORMATS, ImportRecord
from .provenance import PROJECT, Account, of_statements
from .records import SourceRecord
from .writer import Writer, english

HOW = (
    "A program read what the publisher gives, gave each question its key, and compared it with "
    "what was there before."
)
OGL_SENTENCE = "Contains public sector information licensed under the Open Government Licence v3.0."
TEXTS_RIGHTS = (
    "Identifiers, places, certainty and short labels are the project's own, under CC BY 4.0; the "
    "names of groups and themes are the publisher's. The official text of the statements was "
    "imported; it is the publisher's, under the licence of the source it was read from."
)


def of_edition(imported: ImportRecord, key: str, label: str, source: URIRef) -> Account:
    """The graph of an edition that an import made."""
    return Account(
        name=key,
        title=label,
        activity=f"import-{key}",
        did=f"Import of {label}",
        how=HOW,
        used=(source,),
        licence=URIRef(imported.licence),
        rights=OGL_SENTENCE if imported.licence == str(OGL) else "",
    )


def of_texts(key: str, label: str, source: URIRef) -> Account:
    """The graph of statements that we describe, with texts that an import found."""
    return replace(of_statements(key, label, source), rights=TEXTS_RIGHTS)


def tell_source(writer: Writer, record: SourceRecord, imported: ImportRecord) -> URIRef:
    """Describe what an import read, and by which activity, on which day."""
    source = writer.source(record, imported.origin, imported.sha256, FORMATS[imported.kind])
    day = Literal(imported.retrieved, datatype=XSD.date)
    writer.say(activity_of(writer), (DCTERMS.date, day), (PROV.used, source))
    return source


def tell_texts(writer: Writer, label: str, source: URIRef) -> None:
    """Say that texts of another source came into a graph, and by which activity."""
    activity = activity_of(writer)
    writer.say(writer.names.graph(writer.account.name), (PROV.wasDerivedFrom, source))
    writer.say(writer.thing("activity", writer.account.activity), (PROV.wasInformedBy, activity))
    writer.say(
        activity,
        (RDF.type, PROV.Activity),
        (RDFS.label, english(f"Import of the texts of {label}")),
        (DCTERMS.description, english(HOW)),
        (PROV.wasAssociatedWith, writer.thing("organisation", PROJECT)),
    )


def activity_of(writer: Writer) -> URIRef:
    """The import behind the graph that is written."""
    return writer.thing("activity", f"import-{writer.account.name}")
