"""The Reconciliation Service API 0.2 over HTTP, for OpenRefine and its kin.

Every answer is JSON whatever `Accept` says, as clients of this protocol send what their libraries
send; only a browser, which puts HTML first, gets a page. Previews are pages by nature.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request

from ..crossref import reconcile_extend, reconcile_queries, reconcile_reading, reconcile_suggest
from ..crossref.latest import Latest
from ..crossref.reconcile_batch import answer_batch, told
from ..crossref.reconcile_candidates import Reconciler
from ..crossref.reconcile_entities import BY_TYPE, Entities, Entity, Type
from ..crossref.reconcile_manifest import PATH, manifest, of_type
from ..crossref.reconcile_properties import BY_ID, Property
from ..crossref.reconcile_properties import of_type as properties_of
from ..errors import LimitReached, ParameterError, UnknownName
from ..protocol import negotiation, parameters
from ..protocol.parameters import FORM, Parameters
from ..protocol.responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service
from ..protocol.sparql import read_parameters
from . import reconcile_pages as pages
from .pages import Site
from .reconcile_parameters import JSON, count, needed, refuse_callback, wants_page

Json = dict[str, Any]


def blueprint(service: Service, site: Site) -> Blueprint:
    """`/reconcile` and all below it."""
    routes = Blueprint("reconcile", __name__)
    here = Reconciliation(service, site, Latest(service, reconcile_reading.read))

    @routes.route(PATH, methods=["GET", "POST"])
    def endpoint() -> Response:
        return here.endpoint(read_parameters(request, service.settings.max_request_bytes, (FORM,)))

    @routes.get(f"{PATH}/preview")
    def preview() -> Response:
        return here.preview(parameters.of_url(request))

    @routes.get(f"{PATH}/suggest/<what>")
    def suggest(what: str) -> Response:
        return here.suggest(what, parameters.of_url(request))

    @routes.get(f"{PATH}/flyout/<what>")
    def flyout(what: str) -> Response:
        return here.flyout(what, parameters.of_url(request))

    @routes.get(f"{PATH}/properties")
    def properties() -> Response:
        return here.properties(parameters.of_url(request))

    return routes


@dataclass(frozen=True)
class Reconciliation:
    """The answers of one service."""

    service: Service
    site: Site
    latest: Latest[Entities]

    def endpoint(self, sent: Parameters) -> Response:
        """The manifest, results for queries, or values (3.1, 4.3, 7.3)."""
        refuse_callback(sent)
        asked = [name for name in QUESTIONS if name in sent]
        if len(asked) > 1:
            raise ParameterError(
                f"The request has {' and '.join(asked)}.", remedy="Ask for one thing at a time."
            )
        page = wants_page(sent)
        if asked in ([], ["query"]) and page:
            return self._page(sent)
        if not asked and request.method == "POST":
            raise ParameterError(
                "The form has neither queries nor extend.",
                remedy="Send queries, or ask by GET for the manifest.",
            )
        return self._json(sent, QUESTIONS[asked[0]] if asked else Reconciliation._manifest)

    def _manifest(self, sent: Parameters) -> Json:
        return manifest(self.service)

    def _of_queries(self, sent: Parameters) -> Json:
        asked = reconcile_queries.batch(sent.one("queries") or "")
        return answer_batch(self.latest.get(), asked, self.service.settings.query_seconds)

    def _of_query(self, sent: Parameters) -> Json:
        asked = reconcile_queries.single(sent.one("query") or "")
        return {"result": told(Reconciler(self.latest.get()).candidates(asked))}

    def _of_extend(self, sent: Parameters) -> Json:
        asked = reconcile_extend.read(sent.one("extend") or "")
        return reconcile_extend.answer(self.latest.get(), asked)

    def suggest(self, what: str, sent: Parameters) -> Response:
        """Entities, types or properties that begin so (6.2)."""
        must_be_one_of(what)
        refuse_callback(sent)
        return self._json(sent, SUGGESTIONS[what])

    def _entities(self, sent: Parameters) -> Json:
        skip = count(sent, "cursor", 0, 0, 10**9)
        most = reconcile_suggest.MOST_SUGGESTIONS
        limit = count(sent, "limit", reconcile_suggest.SUGGESTIONS, 1, most)
        # Clients send types of other services too; these are no wish that can be met here.
        types = [name for given in sent.all("type") for name in given.split(",") if name in BY_TYPE]
        found = reconcile_suggest.entities(
            self.latest.get(), sent.one("prefix") or "", types, skip, limit
        )
        return {"result": [_suggested(each) for each in found]}

    def _types(self, sent: Parameters) -> Json:
        found = reconcile_suggest.of_types(sent.one("prefix") or "")
        return {"result": [_described(each) for each in _rest(found, sent)]}

    def _properties(self, sent: Parameters) -> Json:
        found = reconcile_suggest.of_properties(sent.one("prefix") or "")
        return {"result": [_described(each) for each in _rest(found, sent)]}

    def properties(self, sent: Parameters) -> Response:
        """The properties that entities of a type may have (7.2)."""
        refuse_callback(sent)
        return self._json(sent, lambda _, sent: _proposed(sent))

    def preview(self, sent: Parameters) -> Response:
        """A small page about an entity, to stand in another page (5.2)."""
        name = needed(sent, "id")
        entity = self.latest.get().find(name)
        if entity is None:
            return self._no_preview(name)
        shown = pages.shown(self.service, entity)
        return self._html(sent, lambda: self.site.page("reconcile-preview.html", shown=shown))

    def _no_preview(self, name: str) -> Response:
        if not negotiation.prefers_page(negotiation.wanted(request.accept_mimetypes)):
            raise _nothing("entity", name)
        # In a frame the usual page of a refusal would be hidden by its policy.
        response = whole(self.site.page("reconcile-preview.html", gone=name), HTML_UTF8, None, None)
        response.status_code = 404
        response.headers[pages.CSP] = pages.POLICY
        return response

    def flyout(self, what: str, sent: Parameters) -> Response:
        """A few words about an entity, a type or a property (6.5)."""
        must_be_one_of(what)
        refuse_callback(sent)
        name = needed(sent, "id")
        return self._json(sent, lambda self, _: {"id": name, "html": self._flyout(what, name)})

    def _flyout(self, what: str, name: str) -> str:
        found: Entity | Type | Property | None
        if what == "entity":
            found = self.latest.get().find(name)
        else:
            found = BY_TYPE.get(name) if what == "type" else BY_ID.get(name)
        if found is None:
            raise _nothing(what, name)
        return pages.flyout(found)

    def _page(self, sent: Parameters) -> Response:
        def made() -> str:
            text = sent.one("query") or ""
            shown = pages.answered(self.service, self.latest.get(), text) if text.strip() else None
            return self.site.page("reconcile.html", page=pages.page(self.service), shown=shown)

        return self._html(sent, made, policy="")

    def _json(self, sent: Parameters, made: "Made") -> Response:
        tag = self._tag(sent, "json")
        if tag and (client_has(request, tag) or client_has_any(request)):
            return unchanged(tag)
        body = json.dumps(made(self, sent), ensure_ascii=False).encode()
        _must_be_short(body, self.service.settings.max_bytes)
        return whole(body, JSON, tag, None)

    def _html(
        self, sent: Parameters, made: Callable[[], str], policy: str = pages.POLICY
    ) -> Response:
        tag = self._tag(sent, "html")
        has = tag and (client_has(request, tag) or client_has_any(request))
        response = unchanged(tag) if tag and has else whole(made(), HTML_UTF8, tag, None)
        if policy:
            response.headers[pages.CSP] = policy
        return response

    def _tag(self, sent: Parameters, form: str) -> str | None:
        if request.method == "POST":
            return None
        revision, face = self.service.engine.revision, self.service.face
        return entity_tag(revision, face, form, request.path, sent.pairs)


Made = Callable[[Reconciliation, Parameters], Json]
QUESTIONS: dict[str, Made] = {
    "queries": Reconciliation._of_queries,
    "extend": Reconciliation._of_extend,
    "query": Reconciliation._of_query,
}
"""Parameters that ask for something; without any, the answer is the manifest."""
SUGGESTIONS: dict[str, Made] = {
    "entity": Reconciliation._entities,
    "type": Reconciliation._types,
    "property": Reconciliation._properties,
}
"""What can be suggested."""


def must_be_one_of(what: str) -> None:
    """Refuse an address of which there is none.

    Raises:
        UnknownName: entities, types and properties only are suggested.
    """
    if what not in SUGGESTIONS:
        raise UnknownName(
            f"There is nothing at {request.path}.",
            remedy=f"There are {', '.join(SUGGESTIONS)}.",
            extra={"name": what},
        )


def _proposed(sent: Parameters) -> Json:
    kind = sent.one("type") or ""
    if kind and kind not in BY_TYPE:
        raise _nothing("type", kind)
    known = properties_of(kind)
    limit = count(sent, "limit", len(known), 1, 10**9)
    told = [{"id": each.id, "name": each.name} for each in known[:limit]]
    return {"type": kind, "properties": told} | ({"limit": limit} if "limit" in sent else {})


def _suggested(entity: Entity) -> Json:
    return {
        "id": entity.id,
        "name": entity.name,
        "description": entity.description,
        "notable": [of_type(BY_TYPE[entity.type])],
    }


def _described(each: Type | Property) -> Json:
    return {"id": each.id, "name": each.name, "description": each.description}


def _rest(found: list[Any], sent: Parameters) -> list[Any]:
    return found[count(sent, "cursor", 0, 0, 10**9) :]


def _nothing(what: str, name: str) -> UnknownName:
    lists = {"type": ", ".join(BY_TYPE), "property": ", ".join(BY_ID)}
    known = f"There are: {lists[what]}." if what in lists else f"{PATH}/suggest/entity finds some."
    return UnknownName(f"There is no {what} {name[:120]!r} here.", remedy=known)


def _must_be_short(body: bytes, most: int) -> None:
    if len(body) > most:
        raise LimitReached(
            "ARI_MAX_BYTES",
            most,
            "bytes",
            f"The answer is larger than {most} bytes.",
            "Send fewer queries at once, or a lower limit; on your own server, raise "
            "ARI_MAX_BYTES.",
        )
