"""The files of a release as distributions (DCAT 3): where, how large, of what type and licence."""

from collections.abc import Iterator

import pyoxigraph as ox

from ...vocab import LICENCES
from .. import layout
from ..facts import FileFacts, Release
from .about import EUROPEAN
from .statements import Statements, Value, day, english, typed
from .titles import quotes, title

IANA = "https://www.iana.org/assignments/media-types/"
UNREGISTERED = {layout.MEDIA_TYPES["rdfp"]: "https://afs.github.io/rdf-delta/rdf-patch.html"}
"""Media types that the register does not have, and where it is said what they are."""
SHA256 = "spdx:checksumAlgorithm_sha256"
ATTRIBUTION = "http://purl.org/adms/licencetype/Attribution"
"""What ADMS, whose list DCAT-AP recommends, calls licences such as each of `LICENCES`."""
FILE_TYPES = {
    "application/json": "JSON",
    "application/ld+json": "JSON_LD",
    "application/n-quads": "RDF_N_QUADS",
    "application/n-triples": "RDF_N_TRIPLES",
    "application/rdf+xml": "RDF_XML",
    "application/sparql-query": "SPARQLQ",
    "application/sparql-results+json": "SPARQLQRES",
    "application/trig": "RDF_TRIG",
    "text/csv": "CSV",
    "text/plain": "TXT",
    "text/tab-separated-values": "TSV",
    "text/turtle": "RDF_TURTLE",
}
"""What the file types of the European Union's vocabularies call a media type."""

Told = tuple[str, str | Value]


class Distributions(Statements):
    """The distributions of a release in the making."""

    def __init__(self, facts: Release) -> None:
        super().__init__()
        self.facts = facts
        self.rights = f"{facts.iri}#rights"

    @property
    def whole_licence(self) -> str:
        """The one licence of what holds everything (DCAT-AP 3.0.1 takes one).

        Where parts have licences of their own, it is the document that says which is for what.
        """
        several = len(self.facts.licences) > 1
        return self.facts.address(layout.LICENCE) if several else self.facts.licence

    def licences(self) -> None:
        """Say what the licences are, and which the one of the whole is made of."""
        facts, parts = self.facts, self.facts.licences
        for licence in parts:
            self.licence(licence)
        if self.whole_licence not in parts:
            title = f"Licences of the {facts.title} {facts.version}, and what each is for"
            self.say(
                self.whole_licence,
                ("rdf:type", "dcterms:LicenseDocument"),
                ("dcterms:title", english(title)),
                *(("dcterms:hasPart", licence) for licence in parts),
            )

    def file(self, path: str, file: FileFacts) -> None:
        """Describe a file that is downloaded."""
        name = self.facts.distribution(path)
        self.say(self.facts.iri, ("dcat:distribution", name))
        self.say(
            name,
            ("rdf:type", "dcat:Distribution"),
            ("dcterms:title", english(title(path))),
            ("dcterms:description", english(f"{path} of {self.facts.title} {self.facts.version}.")),
            ("dcat:accessURL", self.facts.address("")),
            ("dcat:downloadURL", self.facts.address(path)),
            ("dcat:byteSize", typed(file.size, "nonNegativeInteger")),
            ("spdx:checksum", self._checksum(file.sha256)),
            ("dcterms:issued", day(self.facts.date)),
            ("dcterms:license", self.whole_licence if quotes(path) else self.facts.licence),
            *self._format(file),
        )
        if quotes(path):
            self.say(name, ("dcterms:rights", self.rights))

    def asked(self) -> None:
        """The release as it is asked, not downloaded."""
        facts = self.facts
        name = facts.distribution("sparql")
        self.say(facts.iri, ("dcat:distribution", name))
        self.say(
            name,
            ("rdf:type", "dcat:Distribution"),
            ("dcterms:title", english(f"SPARQL queries of {facts.title} {facts.version}")),
            ("dcat:accessURL", f"{facts.endpoint}?release={facts.version}"),
            ("dcat:accessService", f"{facts.endpoint}#service"),
            ("dcterms:license", self.whole_licence),
            ("dcterms:rights", self.rights),
        )

    def _checksum(self, sha256: str) -> ox.BlankNode:
        self.say(SHA256, ("rdf:type", "spdx:ChecksumAlgorithm"))
        return self.part(
            ("rdf:type", "spdx:Checksum"),
            ("spdx:algorithm", SHA256),
            ("spdx:checksumValue", typed(sha256, "hexBinary")),
        )

    def _format(self, file: FileFacts) -> tuple[Told, ...]:
        told = [*self._type(file.media_type)]
        if file.compress_type:
            told.append(("dcat:compressFormat", self._media_type(file.compress_type)))
        return tuple(told)

    def _type(self, name: str) -> Iterator[Told]:
        if name in UNREGISTERED:
            yield "dcterms:conformsTo", self._unregistered(name)
            yield "dcterms:format", self._file_type("text/plain")
            return
        yield "dcat:mediaType", self._media_type(name)
        if name in FILE_TYPES:
            yield "dcterms:format", self._file_type(name)

    def _media_type(self, name: str) -> str:
        self.say(f"{IANA}{name}", ("rdf:type", "dcterms:MediaType"))
        return f"{IANA}{name}"

    def _file_type(self, name: str) -> str:
        kind = f"{EUROPEAN}file-type/{FILE_TYPES[name]}"
        self.say(kind, ("rdf:type", "dcterms:MediaTypeOrExtent"))
        return kind

    def _unregistered(self, name: str) -> str:
        """The standard of a media type that no register has, with its name as a label."""
        standard = UNREGISTERED[name]
        self.say(standard, ("rdf:type", "dcterms:Standard"), ("rdfs:label", ox.Literal(name)))
        return standard

    def licence(self, licence: str) -> None:
        """Say that an IRI is that of a licence, and its name and kind if it is known."""
        self.say(licence, ("rdf:type", "dcterms:LicenseDocument"))
        if licence in LICENCES:
            name = english(LICENCES[licence])
            self.say(licence, ("dcterms:title", name), ("dcterms:type", ATTRIBUTION))
            kind = ("skos:prefLabel", english("Attribution"))
            self.say(ATTRIBUTION, ("rdf:type", "skos:Concept"), kind)
