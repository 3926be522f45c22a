"""The web application: where settings, engine, protocol and pages meet."""

from functools import partial

from flask import Flask

from .config import Settings
from .crossref import comparing
from .crossref.latest import Latest
from .engine.examiner import Examiner
from .engine.interface import Engine
from .protocol import (
    graphs,
    headers,
    openapi,
    problems,
    queries,
    resources,
    sparql,
    update,
    validate,
)
from .protocol.past import Past
from .protocol.service import Service
from .publish import shelf
from .publish.traces import Traces
from .web import (
    catalogue,
    cite,
    coverage,
    find,
    ontology_versions,
    pages,
    pairs,
    problem_types,
    reconcile,
    releases,
    rule_pages,
    sitemap,
)


def create_app(settings: Settings, engine: Engine, past: Past | None = None) -> Flask:
    """The WSGI application over one engine.

    Args:
        settings: `public_url` should be filled in with the address served; left empty, the
            endpoint is `{base_iri}sparql`.
        past: the releases that can be asked; None: those of the home, as `past_of` makes them.
    """
    service = Service(settings, engine, past or past_of(settings, settings.workers))
    app = Flask(__package__, static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_request_bytes
    # A redirect by the router would be made from the Host header.
    app.url_map.merge_slashes = False
    app.url_map.strict_slashes = False
    headers.register(app, service)
    site = pages.Site(service, Traces(settings.home, settings.base_iri))
    app.register_blueprint(sparql.blueprint(service, site))
    app.register_blueprint(update.blueprint(service))
    app.register_blueprint(graphs.blueprint(service, site))
    app.register_blueprint(queries.blueprint(service, site))
    app.register_blueprint(validate.blueprint(service, Examiner(settings), site))
    app.register_blueprint(find.blueprint(service, site))
    known = Latest(service, comparing.read)
    app.register_blueprint(coverage.blueprint(service, site, known))
    app.register_blueprint(pairs.blueprint(service, site, known))
    app.register_blueprint(reconcile.blueprint(service, site))
    app.register_blueprint(openapi.blueprint(service))
    app.register_blueprint(releases.blueprint(service, site))
    app.register_blueprint(rule_pages.blueprint(service, site))
    app.register_blueprint(catalogue.blueprint(service))
    app.register_blueprint(ontology_versions.blueprint(service, site))
    app.register_blueprint(cite.blueprint(service, site))
    app.register_blueprint(resources.blueprint(service, site))
    app.register_blueprint(problem_types.blueprint(service, site))
    app.register_blueprint(sitemap.blueprint(service))
    app.register_blueprint(pages.blueprint(service, site))
    problems.register(app, settings.max_request_bytes, site.problem)
    return app


def past_of(settings: Settings, workers: int) -> Past:
    """The releases of the home that queries can be put to; to be closed at the end.

    Args:
        workers: questions to one release at the same time.
    """
    return Past(settings, partial(shelf.asked, settings.home), workers)
