"""What is known of a release while it is written, and of each of its files."""

from dataclasses import dataclass
from datetime import date

from ..vocab import Names


@dataclass(frozen=True)
class FileFacts:
    """A file of a release.

    Args:
        size: in bytes.
        sha256: 64 lower-case hexadecimal digits.
        media_type: of what is in it.
        compress_type: media type of its compression; empty: none.
    """

    size: int
    sha256: str
    media_type: str
    compress_type: str = ""


@dataclass(frozen=True)
class GraphFacts:
    """A named graph of a release.

    Args:
        name: its key, such as `met-2019`.
        iri: `{base}id/graph/{name}`.
        title: in English.
        licence: IRI.
        hash: RDFC-1.0 SHA-256 of the graph taken as a dataset of its own.
    """

    name: str
    iri: str
    title: str
    licence: str
    hash: str
    triples: int


@dataclass(frozen=True)
class Release:
    """A release: what names it and what it holds.

    Args:
        version: such as `1.2.0`.
        date: of its publication, as told or the newest in the sources; no clock is read.
        previous: version that it follows; empty: it is the first.
        base: base IRI of things, ends in a slash.
        build: hash of the build that it was made of, which is the hash of the dataset.
        hash: RDFC-1.0 SHA-256 of the dataset.
        quads: statements of the dataset.
        merge_hash, triples: the same of the merge of all graphs, a set.
        title, description, licence, rights: of the dataset, as its catalogue says them.
        graphs: by name.
        classes: things of each type, by prefixed name.
        sources: SHA-256 of each file that the build read, by name.
        versions: of the libraries and the ontology that made it.
    """

    version: str
    date: date
    previous: str
    base: str
    build: str
    hash: str
    quads: int
    merge_hash: str
    triples: int
    title: str
    description: str
    licence: str
    rights: str
    graphs: tuple[GraphFacts, ...]
    classes: dict[str, int]
    sources: dict[str, str]
    versions: dict[str, str]

    @property
    def names(self) -> Names:
        """The IRIs of things under the release's base."""
        return Names(self.base)

    @property
    def iri(self) -> str:
        """The release, a `dcat:Dataset`."""
        return str(self.names.thing("release", self.version))

    @property
    def series(self) -> str:
        """The dataset of which this is a version, a `dcat:DatasetSeries`."""
        return str(self.names.dataset)

    @property
    def licences(self) -> tuple[str, ...]:
        """IRIs of the licences of its parts: the project's own first."""
        others = {graph.licence for graph in self.graphs if graph.licence} - {self.licence}
        return self.licence, *sorted(others)

    @property
    def endpoint(self) -> str:
        """The SPARQL endpoint that files name."""
        return f"{self.base}sparql"

    def address(self, path: str) -> str:
        """Where a file of the release is served (`dcat:downloadURL`)."""
        return f"{self.base}releases/{self.version}/{path}"

    def distribution(self, path: str) -> str:
        """The IRI of a file as a distribution of the release."""
        return f"{self.iri}#{path}"
