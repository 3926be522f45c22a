"""What the pages of `/reconcile` show: the service, an entity in small, and a try."""

from dataclasses import dataclass

from flask import render_template

from ..crossref.reconcile_batch import described
from ..crossref.reconcile_candidates import FEATURES, Candidate, Feature, Reconciler
from ..crossref.reconcile_entities import BY_TYPE, TYPES, Entities, Entity, Type
from ..crossref.reconcile_manifest import PATH
from ..crossref.reconcile_properties import PROPERTIES, Property
from ..crossref.reconcile_queries import MOST_CANDIDATES, MOST_QUERIES, Query
from ..protocol.service import Service
from .cells import link

CSP = "Content-Security-Policy"
POLICY = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *"
)
"""Of a preview: it is made to stand in other people's pages."""
LONGEST_LEAD = 220
"""Characters of a definition, or of official words, in a preview."""
MOST_TOPICS = 5


@dataclass(frozen=True)
class Shown:
    """An entity in a preview.

    Args:
        href: address of its document, absolute: the preview stands elsewhere.
        lead: what it covers, or its official words; empty if neither is known.
    """

    name: str
    type: str
    href: str
    description: str
    lead: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    """What the page tells of the service."""

    address: str
    types: tuple[Type, ...]
    properties: tuple[Property, ...]
    features: tuple[Feature, ...]
    most_queries: int
    most_candidates: int


@dataclass(frozen=True)
class Found:
    """A candidate in the answer to a try."""

    name: str
    href: str
    description: str
    score: float
    match: bool


@dataclass(frozen=True)
class Answered:
    """A try with its candidates, the best first."""

    text: str
    found: tuple[Found, ...]


def shown(service: Service, entity: Entity) -> Shown:
    """What a preview shows."""
    words = entity.definition or next((v.text for v in entity.values.get("text", ())), "")
    topics = tuple(value.text for value in entity.values.get("topic", ())[:MOST_TOPICS])
    return Shown(
        entity.name,
        BY_TYPE[entity.type].name,
        service.root + link(entity.iri, service.settings.base_iri),
        entity.description,
        _cut(words),
        topics,
    )


def page(service: Service) -> Page:
    """What the page tells of the service."""
    address = f"{service.root}{PATH}"
    return Page(address, TYPES, PROPERTIES, FEATURES, MOST_QUERIES, MOST_CANDIDATES)


def answered(service: Service, known: Entities, text: str) -> Answered:
    """The candidates for a text."""
    base = service.settings.base_iri
    found = Reconciler(known).candidates(Query(text.strip()))
    return Answered(text, tuple(_found(one, base) for one in found))


def _found(one: Candidate, base: str) -> Found:
    href = link(one.entity.iri, base)
    return Found(one.entity.name, href, described(one), one.score, one.match)


def flyout(about: Entity | Type | Property) -> str:
    """A few words, as a fragment of HTML."""
    return render_template("reconcile-flyout.html", about=about).strip()


def _cut(text: str) -> str:
    if len(text) <= LONGEST_LEAD:
        return text
    return text[:LONGEST_LEAD].rpartition(" ")[0].rstrip(",;:") + "…"
