"""`/shapes/{name}`: a page for each rule, and the rule as data."""

from flask import Blueprint, Response, request

from ..formats import BY_NAME
from ..protocol import description, negotiation, parameters, shapes
from ..protocol.negotiation import HTML
from ..protocol.openapi_shapes import RULE
from ..protocol.responses import HTML_UTF8, client_has, client_has_any, entity_tag, unchanged, whole
from ..protocol.service import Service
from ..vocab import SHAPES
from . import rules
from .pages import Site


def blueprint(service: Service, site: Site) -> Blueprint:
    """The rules, one by one."""
    routes = Blueprint("rules", __name__)

    @routes.get(RULE)
    def rule(name: str) -> Response:
        return one(service, site, name)

    return routes


def one(service: Service, site: Site, name: str) -> Response:
    """One rule in the form that the client takes.

    Raises:
        UnknownName: there is none of this name.
        NotAcceptable: nothing fits.
    """
    asked = parameters.of_url(request).all("format")
    form = negotiation.for_page(negotiation.wanted(request.accept_mimetypes, asked))
    said = shapes.about(name)
    tag = entity_tag(shapes.digest(), service.face, "rule", name, form)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if form == HTML:
        view = {"rule": rules.rule(name), "examples": rules.examples(name), "iri": SHAPES + name}
        return whole(site.page("rule.html", **view), HTML_UTF8, tag, None)
    return whole(description.serialise(said, form), BY_NAME[form].content_type, tag, len(said))
