"""`/doc/mapping/…`: the record of a pair or of a decision on one, or that none is kept."""

import json
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, request

from ..crossref import pairs, unlisted
from ..crossref.comparing import MEASURE, Compared, Comparer
from ..crossref.corpus import Edition, Item
from ..crossref.latest import Latest
from ..crossref.pairs import Decision, Pair
from ..crossref.unlisted import Unlisted
from ..errors import AriError, UnknownName
from ..protocol import links, negotiation, parameters, resources
from ..protocol.links import Link
from ..protocol.openapi_coverage import ON_PAIRS, PAIR
from ..protocol.openapi_find import FORMATS
from ..protocol.resources import Document
from ..protocol.responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service
from . import documents
from .cells import iri_cell
from .pages import Site

Json = dict[str, Any]

JSON = FORMATS[0]
UNLISTED = "No record of this pair is kept: that they answer each other is not said."
SAYS = {
    "exactMatch": "They ask the same.",
    "closeMatch": "They ask nearly the same.",
    "broadMatch": "The second question is the broader one: it includes the first.",
    "narrowMatch": "The second question is the narrower one: the first includes it.",
    "relatedMatch": "They are related: work on one bears on the other; neither holds the other.",
}
"""What a relation says of two questions."""


@dataclass(frozen=True)
class Pages:
    """Documents about pairs and decisions, for people."""

    service: Service
    site: Site
    known: Latest[Comparer]

    def document(self, document: Document) -> str:
        """The page about a pair or decision; the plain one where the dataset lacks its parts."""
        pair = pairs.read(self.service, self.known.get(), document.thing)
        if pair is None:
            return self.site.document(document)
        page = documents.page(self.service, document)
        heads = [each.key for each in (pair.subject, pair.other) if each]
        kind = "Pair of questions" if pair.other else "Question without counterpart"
        if pair.named:
            kind = f"Decision on a {kind.lower()}"
        title = " and ".join(heads) if pair.other else f"{heads[0]} in {pair.editions[1].key}"
        page = replace(page, kind=kind, title=title, summary=False, lead="")
        return self.site.page("pair.html", page=page, pair=pair, **self._view(pair))

    def unlisted(self, pair: Unlisted) -> str:
        """The page about a pair without a record."""
        return self.site.page(
            "unlisted.html", pair=pair, verdict=UNLISTED, **self._compared(pair, pair.compared)
        )

    def ontology(self) -> str:
        """The page with the terms of the ontology."""
        return self.site.ontology()

    def rules(self) -> str:
        """The page with the rules that the data keeps."""
        return self.site.rules()

    def absent(self, path: str) -> AriError:
        """The refusal where nothing is said of a pair or decision."""
        return self.site.absent(path)

    def _view(self, pair: Pair) -> dict[str, Any]:
        shown = pair.named or pair.newest
        told = {"decision": shown, "verdict": verdict(pair, shown)}
        return told | self._compared(pair, pair.compared)

    def _compared(self, pair: Pair | Unlisted, compared: Compared | None) -> dict[str, Any]:
        sides = [item for item in (pair.subject, pair.other) if item]
        pieces = (compared.subject, compared.object) if compared else ()
        return {
            "sides": [(item, pair.editions[n], self._above(item)) for n, item in enumerate(sides)],
            "pieces": pieces,
            "measure": MEASURE.name,
            "link": self._link,
        }

    def _above(self, item: Item) -> list[Any]:
        """The headings above a question, the topmost first."""
        known = self.known.get().corpus.by_iri
        return [self._link(iri, known[iri].label) for iri in reversed(item.above) if iri in known]

    def _link(self, iri: str, label: str = "") -> Any:
        return iri_cell(iri, self.service.settings.base_iri, label)


def blueprint(service: Service, site: Site, known: Latest[Comparer]) -> Blueprint:
    """The records, in every form."""
    routes = Blueprint("pairs", __name__)
    pages = Pages(service, site, known)

    @routes.get(PAIR)
    def record(key: str) -> Response:
        path = f"mapping/{key}"
        asked = parameters.of_url(request).all("format")
        takes = negotiation.wanted(request.accept_mimetypes, asked)
        form = negotiation.for_page(takes, ON_PAIRS)
        if form == JSON.name:
            return as_json(service, pages, path)
        try:
            return resources.document_about(service, pages, path, ON_PAIRS)
        except UnknownName as error:
            return _without_record(pages, key, form, error)

    return routes


def as_json(service: Service, pages: Pages, path: str) -> Response:
    """The whole record.

    Raises:
        UnknownName: there is no such pair or decision.
        Gone: there was.
    """
    tag = entity_tag(service.engine.revision, service.face, "pair", path)
    links.negotiated(service, resources.address_of(path), JSON.name, ON_PAIRS)
    if client_has(request, tag):
        return unchanged(tag)
    record = _recorded(pages, path)
    links.tell(Link(record["asked"], "cite-as"), Link(record["asked"], "describes"))
    links.tell(links.author(service))
    if client_has_any(request):
        return unchanged(tag)
    told = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    return whole(told, JSON.content_type, tag, None)


def _recorded(pages: Pages, path: str) -> Json:
    """The record of a pair, or the one that says that none is kept.

    Raises: as `as_json`.
    """
    service, comparer = pages.service, pages.known.get()
    try:
        pair = pairs.read(service, comparer, resources.find(service, pages, path).thing)
    except UnknownName:
        pair = None
    if pair:
        return record_of(pair)
    silent = unlisted.read(service, comparer, path.partition("/")[2])
    if silent is None:
        raise resources.unknown(path)
    return unlisted_record(silent)


def _without_record(pages: Pages, key: str, form: str, error: UnknownName) -> Response:
    """The page about a pair that no record is kept of.

    Raises:
        UnknownName: there is no such pair; or RDF is asked for, and no triple speaks of it.
    """
    service = pages.service
    tag = entity_tag(service.engine.revision, service.face, "unlisted", key)
    pair = unlisted.read(service, pages.known.get(), key)
    if pair is None:
        raise error
    if form != negotiation.HTML:
        raise UnknownName(
            f"{UNLISTED} So no triple speaks of it.",
            remedy=f"As a page and as JSON, what can be said of it is told: ?format={JSON.name}. "
            f"{pair.set.title}: {pair.set.description}",
            extra={"name": f"mapping/{key}"},
        )
    # What was told for a document does not hold: there is none, in any form of RDF.
    links.forget()
    links.negotiated(service, resources.address_of(f"mapping/{key}"), form, (JSON,))
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    return whole(pages.unlisted(pair), HTML_UTF8, tag, None)


def verdict(pair: Pair, decision: Decision) -> str:
    """What a decision says, in a sentence."""
    if pair.other is None:
        found = "a counterpart was found" if decision.negated else "no counterpart was found"
        return f"In this edition {found}."
    if decision.negated:
        return "They look alike, and are not counterparts."
    return SAYS.get(decision.relation, f"The relation between them is {decision.relation}.")


def record_of(pair: Pair) -> Json:
    """All that is known of a pair."""
    return {
        "iri": pair.iri,
        "key": pair.key,
        "kind": "pair" if pair.other else "gap",
        "asked": pair.named.iri if pair.named else pair.iri,
        "subject": _side(pair.subject, pair.editions[0]),
        "object": _side(pair.other, pair.editions[1]) if pair.other else None,
        "object_edition": _edition(pair.editions[1]),
        "decision": _decision(pair.newest),
        "history": [_decision(each) for each in pair.history],
        "features": _features(pair.compared) if pair.compared else None,
        "set": None,
        "revision": pair.revision,
    }


def unlisted_record(pair: Unlisted) -> Json:
    """All that is known of a pair without a record, in the form of `record_of`."""
    return {
        "iri": pair.iri,
        "key": pair.key,
        "kind": "unlisted",
        "asked": pair.iri,
        "subject": _side(pair.subject, pair.editions[0]),
        "object": _side(pair.other, pair.editions[1]),
        "object_edition": _edition(pair.editions[1]),
        "decision": None,
        "history": [],
        "features": _features(pair.compared),
        "set": {name: getattr(pair.set, name) for name in ("iri", "title", "description")},
        "revision": pair.revision,
    }


def _features(compared: Compared) -> Json:
    made = compared.features
    return {
        "measure": MEASURE.name,
        "score": compared.score,
        "words": made.words,
        "concepts": made.concepts,
        "topics": made.topics,
        "shared_words": compared.words,
        "shared_concepts": compared.concepts,
        "shared_topics": compared.topics,
    }


def _side(item: Item, edition: Edition) -> Json:
    return {
        "question": item.key,
        "iri": item.iri,
        "label": item.label,
        "text": item.text,
        "text_is_official": item.official,
        "status": item.status or None,
        "headings": list(item.above),
        "topics": list(item.topics),
        **_edition(edition),
    }


def _edition(edition: Edition) -> Json:
    return {"edition": edition.key, "edition_label": edition.label, "publisher": edition.publisher}


def _decision(decision: Decision) -> Json:
    return {name: None if value == "" else value for name, value in vars(decision).items()}
