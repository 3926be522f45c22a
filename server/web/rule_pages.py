"""`/shapes/{name}`: a page for each rule, and the rule as data."""

from flask import Blueprint, Response, request

from ..formats import BY_NAME
from ..protocol import description, links, shapes
from ..protocol.links import Link
from ..protocol.negotiation import DATA, HTML
from ..protocol.openapi_shapes import RULE
from ..protocol.resources import chosen
from ..protocol.responses import HTML_UTF8, client_has, client_has_any, entity_tag, unchanged, whole
from ..protocol.service import Service
from ..vocab import CC_BY, SHAPES
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
    form = chosen()
    said = shapes.about(name)
    links.negotiated(service, f"/shapes/{name}", form, DATA)
    links.tell(
        Link(SHAPES + name, "cite-as"),
        Link("/shapes", "collection"),
        links.author(service),
        *links.licences([str(CC_BY)]),
    )
    tag = entity_tag(shapes.digest(), service.face, "rule", name, form)
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    if form == HTML:
        view = {"rule": rules.rule(name), "examples": rules.examples(name), "iri": SHAPES + name}
        return whole(site.page("rule.html", **view), HTML_UTF8, tag, None)
    return whole(description.serialise(said, form), BY_NAME[form].content_type, tag, len(said))
