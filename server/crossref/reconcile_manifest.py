"""The service manifest (Reconciliation API 0.2, 3.1): what the service can do, and where."""

from typing import Any

from .. import __version__
from ..protocol.service import Service
from ..vocab import ARI
from .reconcile_entities import TYPES, Type
from .reconcile_queries import MOST_QUERIES

PATH = "/reconcile"
VERSIONS = ["0.2"]
NAME = "ARI Graph: areas of research interest"
WIDTH, HEIGHT = 430, 210
"""Of a preview, in pixels of a style sheet."""

Json = dict[str, Any]


def manifest(service: Service) -> Json:
    """The manifest of this service, with absolute addresses."""
    root = service.root
    here = f"{root}{PATH}"
    return {
        "versions": VERSIONS,
        "name": NAME,
        "identifierSpace": f"{service.settings.base_iri}id/",
        "schemaSpace": str(ARI._NS),
        "documentation": f"{here}?format=html",
        "logo": f"{root}/static/ari.svg",
        "serviceVersion": __version__,
        "defaultTypes": [of_type(each) for each in TYPES],
        "view": {"url": f"{root}/id/{{{{id}}}}"},
        "feature_view": {"url": f"{here}?format=html#{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {what: _suggest(here, what) for what in ("entity", "type", "property")},
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Limit",
                    "type": "number",
                    "default": 0,
                    "help_text": "Most values for each entity; 0 for all of them.",
                }
            ],
        },
        "batchSize": MOST_QUERIES,
    }


def of_type(each: Type) -> Json:
    """A type as clients know it."""
    return {"id": each.id, "name": each.name}


def _suggest(here: str, what: str) -> Json:
    return {
        "service_url": here,
        "service_path": f"/suggest/{what}",
        "flyout_service_url": here,
        "flyout_service_path": f"/flyout/{what}?id=${{id}}",
    }
