"""A release as its catalogue tells it, for those who have the folder and not the build."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ...errors import Unfaithful
from .. import layout
from ..facts import FileFacts
from .claims import dcat_claims
from .reading import Node, Said


@dataclass(frozen=True)
class Entry:
    """What `dcat.ttl` says of its release.

    Args:
        iri, series: of the release and of the dataset that it is a version of.
        previous: IRI of the release before; empty: it is the first.
        date: of its publication.
        licence: IRI, of the project's own part.
        licences: IRIs of the licences of all parts, that one first.
        rights: who owns what, in words.
        files: those that it lists, by path.
    """

    base: str
    iri: str
    series: str
    version: str
    previous: str
    date: date
    title: str
    description: str
    licence: str
    licences: tuple[str, ...]
    rights: str
    files: Mapping[str, FileFacts]

    @property
    def name(self) -> str:
        """Title and version."""
        return f"{self.title} {self.version}"

    def address(self, path: str) -> str:
        """Where a file of the release is served."""
        return f"{self.base}releases/{self.version}/{path}"


def entry(data: bytes) -> Entry:
    """Read the catalogue of one release.

    Args:
        data: `dcat.ttl`.

    Raises:
        SyntaxError: it does not parse.
        Unfaithful: it does not say what names a release.
    """
    said = Said.turtle(data, layout.DCAT)
    releases = said.subjects("dcat:version")
    if len(releases) != 1:
        raise Unfaithful(f"{layout.DCAT} is of {len(releases)} releases, not of one.")
    (release,) = releases
    series = said.one(release, "dcat:isVersionOf")
    version = said.one(release, "dcat:version")
    own = _own_licence(said)
    base = release.value.removesuffix(f"id/release/{version}")
    return Entry(
        base=base,
        iri=release.value,
        series=series,
        version=version,
        previous=next(iter(said.values(release, "dcat:previousVersion")), ""),
        date=date.fromisoformat(said.one(release, "dcterms:issued")),
        title=said.one(series, "dcterms:title"),
        description=said.one(release, "dcterms:description"),
        licence=own,
        licences=(own, *_others(said, release, own)),
        rights=said.one(said.one(release, "dcterms:rights"), "rdfs:label"),
        files=dcat_claims(data, f"{base}releases/{version}/"),
    )


def _own_licence(said: Said) -> str:
    catalogues = said.subjects("rdf:type", "dcat:Catalog")
    if len(catalogues) != 1:
        raise Unfaithful(f"{layout.DCAT} has {len(catalogues)} catalogues, not one.")
    (catalogue,) = catalogues
    return said.one(catalogue, "dcterms:license")


def _others(said: Said, release: Node, own: str) -> list[str]:
    whole = said.one(release, "dcterms:license")
    return [licence for licence in said.values(whole, "dcterms:hasPart") if licence != own]
