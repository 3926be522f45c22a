"""`/def/{version}`: the ontology in one version, the current one or an earlier one."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox
from flask import Blueprint, Response, request

from ..errors import UnknownName
from ..formats import BY_NAME
from ..protocol import description, links, ontology, resources
from ..protocol.links import Link
from ..protocol.negotiation import DATA, HTML
from ..protocol.openapi_linked import ONTOLOGY_VERSION
from ..protocol.openapi_releases import LIST
from ..protocol.resources import chosen
from ..protocol.responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service, text
from ..publish import layout, shelf
from ..publish.describe.statements import VOCABULARIES
from ..publish.shelf import Shelved
from ..vocab import CC_BY, ONTOLOGY, PREFIXES
from .pages import Site

VERSION_IRI = f"{PREFIXES['owl']}versionIRI"


def blueprint(service: Service, site: Site) -> Blueprint:
    """Where the version IRIs of the ontology lead."""
    routes = Blueprint("ontology_versions", __name__)

    @routes.get(ONTOLOGY_VERSION)
    def ontology_version(version: str) -> Response:
        if f"{ONTOLOGY}/{version}" in live(service):
            return resources.the_ontology(service, site, f"{ONTOLOGY}/{version}")
        return earlier(service, site, found(service, version))

    return routes


@dataclass(frozen=True)
class Earlier:
    """A version that the live data no longer has.

    Args:
        digest: names its statements.
        release: that has it; empty: it is kept beside the present one.
    """

    version: str
    digest: str
    triples: Sequence[ox.Triple]
    release: str = ""


def live(service: Service) -> list[str]:
    """The version IRI of the ontology in the live data."""
    said = service.rows("statements", thing=str(ONTOLOGY))
    return [text(row, "value") for row in said if text(row, "property") == VERSION_IRI]


def found(service: Service, version: str) -> Earlier:
    """An earlier version: kept beside the present one, else from the newest release that has it.

    Raises:
        UnknownName: there is none; names those that there are.
    """
    if version in ontology.versions():
        return Earlier(version, version, ontology.triples(version))
    oldest_first = reversed(shelf.newest_first(service.settings.home))
    known = {name: found for found in oldest_first for name in _versions(found)}
    if version not in known:
        now = (iri.rpartition("/")[2] for iri in live(service))
        raise _unknown(version, {*ontology.versions(), *known, *now})
    data, digest = known[version].read(layout.ONTOLOGY)
    return Earlier(version, digest, _triples(data), known[version].version)


def earlier(service: Service, site: Site, found: Earlier) -> Response:
    """An earlier version in the form that the client takes.

    Raises:
        NotAcceptable: the client takes no form of it.
    """
    name = chosen()
    tag = entity_tag(found.digest, service.face, "def", found.version, name, found.release)
    links.negotiated(service, f"/def/{found.version}", name, DATA)
    links.tell(
        Link(f"{ONTOLOGY}/{found.version}", "cite-as"),
        Link(str(ONTOLOGY), "latest-version"),
        links.author(service),
        *links.licences([str(CC_BY)]),
    )
    if found.release:
        links.tell(Link(f"{LIST}{found.release}/", "collection"))
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if name == HTML:
        return whole(site.page("ontology-version.html", found=found), HTML_UTF8, tag, None)
    body = description.serialise(found.triples, name, VOCABULARIES)
    return whole(body, BY_NAME[name].content_type, tag, None)


def _unknown(version: str, known: set[str]) -> UnknownName:
    there = f"There are: {', '.join(sorted(known))}." if known else "The ontology has no versions."
    return UnknownName(
        f"There is no version {version[:40]} of the ontology.",
        remedy=f"{there} The current one is at /def.",
        extra={"name": version},
    )


def _versions(found: Shelved) -> tuple[str, ...]:
    has = layout.ONTOLOGY in found.sums
    return _named(found.read(layout.ONTOLOGY)[0]) if has else ()


@lru_cache(maxsize=64)
def _named(data: bytes) -> tuple[str, ...]:
    """Versions that a document says to be of: of files that are equal, one is parsed."""
    said = (triple.object for triple in _triples(data) if triple.predicate.value == VERSION_IRI)
    iris = [value.value for value in said if isinstance(value, ox.NamedNode)]
    return tuple(iri.removeprefix(f"{ONTOLOGY}/") for iri in iris)


def _triples(data: bytes) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.TURTLE)]
