"""The pages: each a template and the view of the data that fills it."""

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, g, render_template, request

from ..engine.examiner import Report
from ..engine.interface import Answer
from ..errors import AriError, Gone, UnknownName
from ..protocol import links
from ..protocol.description import default_triples
from ..protocol.graphs import Target
from ..protocol.links import Link
from ..protocol.negotiation import HTML, for_page, wanted
from ..protocol.parameters import Parameters, of_url
from ..protocol.problems import Problem
from ..protocol.queries import RESERVED
from ..protocol.resources import Document
from ..protocol.responses import (
    FOR_EVER,
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service
from ..protocol.sparql import Asked
from ..protocol.validate import Posted
from ..publish import layout
from ..publish.traces import Traces
from ..queryfile import QueryFile
from . import (
    counterparts,
    documents,
    graphs,
    home,
    markup,
    queries,
    results,
    rules,
    terms,
    tombstones,
    validation,
)

YEAR = FOR_EVER
STATIC = {"ari.css": "text/css; charset=utf-8", "ari.svg": "image/svg+xml"}
"""Every file that is served as it is, with its type."""


@dataclass(frozen=True)
class Site:
    """Renders every page of one service.

    Args:
        past: what its releases tell of things that are gone.
    """

    service: Service
    past: Traces

    def over(self, service: Service) -> "Site":
        """The same pages of other data: those of a release."""
        return replace(self, service=service)

    def home(self) -> str:
        """What this is, with the numbers of the data at this revision."""
        about = markup.of_dataset(self.service)
        return self._render("home.html", home=home.page(self.service), about=about)

    def form(self) -> str:
        """The page that asks for a query and describes the service."""
        service = self.service
        graphs = sorted(service.engine.graphs.items())
        return self._query_page(
            graphs=[(results.cell_of_graph(service, name), n) for name, n in graphs],
            default_triples=default_triples(service),
        )

    def answer(self, asked: Asked, answer: Answer) -> str:
        """The page that shows an answer."""
        return self._query_page(shown=results.shown(self.service, asked, answer))

    def problem(self, problem: Problem) -> str:
        """A refusal: under the query or the fields where there are some."""
        return self.over(g.get("over", self.service))._refusal(problem)

    def _refusal(self, problem: Problem) -> str:
        if "stored" in g:
            return self._stored_page(g.stored, dict(_sent_values()), problem=problem)
        if "posted" in g:
            return self._validation_page(g.posted, problem=problem)
        if "sought" in g:
            return self._render("find.html", **g.sought, problem=problem)
        if "sent" in g and request.path == "/sparql":
            return self._query_page(problem=problem)
        if problem.slug == Gone.slug:
            told = tombstones.view(problem, self.service.settings.base_iri)
            return self._render("gone.html", problem=problem, **told)
        return self._render("problem.html", problem=problem)

    def absent(self, path: str) -> AriError:
        """The refusal where nothing is said of the thing of a path."""
        return tombstones.absent(self.service, self.past, path)

    def queries(self) -> str:
        """The list of the stored queries."""
        groups = queries.groups(self.service)
        return self._render(
            "queries.html", groups=groups, total=sum(len(group) for group in groups.values())
        )

    def stored(self, file: QueryFile, asked: Asked, answer: Answer) -> str:
        """The page of one stored query, with its answer."""
        shown = results.shown(self.service, asked, answer)
        values = {name: value for name, value in asked.pairs if name not in RESERVED}
        return self._stored_page(file, values, shown=shown)

    def graphs(self) -> str:
        """The list of the named graphs."""
        return self._render("graphs.html", rows=graphs.entries(self.service))

    def graph(self, target: Target, answer: Answer) -> str:
        """One graph, from its Turtle."""
        return self._render("graph.html", **graphs.page(self.service, target, answer))

    def document(self, document: Document) -> str:
        """The page about a thing."""
        page = documents.page(self.service, document)
        found = counterparts.of(self.service, document)
        return self._render("document.html", page=page, counterparts=found)

    def ontology(self) -> str:
        """The terms of the ontology."""
        return self._render("terms.html", page=terms.page(self.service))

    def rules(self) -> str:
        """The rules that the data keeps."""
        found = rules.groups()
        total = sum(len(group.rules) for group in found)
        return self._render("shapes.html", groups=found, total=total)

    def validation(self, posted: Posted, report: Report | None = None) -> str:
        """The form for a graph, with the report on it if there is one."""
        if report is None:
            return self._validation_page(posted)
        shown = validation.shown(report, posted, self.service.settings.base_iri)
        return self._validation_page(posted, shown=shown)

    def _validation_page(self, posted: Posted, **more: Any) -> str:
        known = {"posted": posted, "formats": validation.SYNTAXES, "root": self.service.root}
        return self._render("validate.html", **known, **more)

    def _stored_page(self, file: QueryFile, values: dict[str, str], **more: Any) -> str:
        return self._render("query.html", form=queries.form(self.service, file, values), **more)

    def _query_page(self, **more: Any) -> str:
        # No question to the engine from here: it may be what failed.
        return self._render("sparql.html", **results.form(self.service), **more)

    def page(self, template: str, **values: Any) -> str:
        """A page whose own module knows what its template needs."""
        return self._render(template, **values)

    def _render(self, template: str, **values: Any) -> str:
        settings = self.service.settings
        return render_template(
            template,
            settings=settings,
            endpoint=self.service.endpoint,
            revision=self.service.engine.revision,
            release=self.service.release,
            style=f"/static/ari.css?v={style_version()}",
            here=request.path,
            links=links.told(),
            **values,
        )


def _sent_values() -> tuple[tuple[str, str], ...]:
    """The values of a stored query that was refused, as far as they were read."""
    sent: Parameters = g.get("sent", Parameters())
    return tuple(pair for pair in sent.pairs if pair[0] not in RESERVED)


def blueprint(service: Service, site: Site) -> Blueprint:
    """`/` and the static files, with the templates of all pages."""
    routes = Blueprint("web", __name__, template_folder="templates")

    @routes.get("/")
    def start() -> Response:
        # Nothing but a page is here: a client that takes no HTML learns so.
        for_page(wanted(request.accept_mimetypes, of_url(request).all("format")), offered=())
        current = layout.current(layout.versions(service.settings.home))
        tag = entity_tag(service.engine.revision, service.face, "home", HTML, current)
        links.tell(*_links_of_home(service))
        if client_has(request, tag) or client_has_any(request):
            return unchanged(tag)
        return whole(site.home(), HTML_UTF8, tag, None)

    @routes.get("/static/<name>")
    def static(name: str) -> Response:
        if name not in STATIC:
            raise UnknownName(f"There is no file {name} here.")
        response = Response(static_file(name), content_type=STATIC[name])
        response.headers["Cache-Control"] = YEAR
        return response

    return routes


def _links_of_home(service: Service) -> list[Link]:
    """What the start page is about, and what describes it for programs."""
    return [
        Link(f"{service.root}/", "canonical"),
        Link(str(service.names.dataset), "cite-as"),
        *(Link(path, "describedby", "text/turtle") for path in ("/catalogue", "/.well-known/void")),
        Link("/openapi.json", "service-desc", "application/json"),
        Link("/releases/", "item", "text/html"),
        links.author(service),
        *links.licences(),
        *links.kinds(links.ABOUT_PAGE, links.DATASET),
    ]


@cache
def static_file(name: str) -> bytes:
    """A file of the package that pages refer to, one of `STATIC`."""
    return files(__package__).joinpath("static", name).read_bytes()


@cache
def style_version() -> str:
    """Changes with the style sheet, so that a browser never mixes two."""
    return hashlib.sha256(static_file("ari.css")).hexdigest()[:12]
