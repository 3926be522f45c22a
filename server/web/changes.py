"""What changed from one release to the next, as a page: read from the release's `diff.json`."""

from dataclasses import dataclass

from flask import Response, request

from ..errors import EnvironmentFault, UnknownName
from ..protocol import links
from ..protocol.links import Link
from ..protocol.negotiation import HTML
from ..protocol.openapi_releases import JSON, LIST
from ..protocol.resources import chosen
from ..protocol.responses import (
    HTML_UTF8,
    client_has,
    client_has_any,
    entity_tag,
    unchanged,
    whole,
)
from ..protocol.service import Service
from ..publish import layout
from ..publish.diff import sentences
from ..publish.diff.as_json import from_json
from ..publish.diff.things import key_of
from ..publish.shelf import Shelved
from .cells import Cell, iri_cell
from .pages import Site


@dataclass(frozen=True)
class Change:
    """One change with its link."""

    told: sentences.Entry
    thing: Cell


@dataclass(frozen=True)
class Rest:
    """How many statements of one graph changed besides."""

    graph: str
    removed: int
    added: int


def shown(service: Service, site: Site, found: Shelved) -> Response:
    """The changes since the release before, as a page or as `diff.json`.

    Raises:
        UnknownName: it is a first release.
        NotAcceptable: the client takes neither.
        EnvironmentFault: the file is not as it was published.
    """
    place = f"{LIST}{found.version}/"
    if layout.DIFF not in found.sums:
        raise UnknownName(
            f"The release {found.version} follows none, so nothing changed with it.",
            remedy=f"What it holds is at {place}.",
            extra={"name": "changes"},
        )
    name = chosen(JSON)
    tag = entity_tag(service.engine.revision, service.face, found.version, name, found.sums)
    links.negotiated(service, f"{place}changes", name, JSON)
    links.tell(
        Link(place, "collection"),
        Link(f"{LIST}{found.manifest['previous']}/", "predecessor-version"),
        links.author(service),
        *links.licences(),
    )
    if client_has(request, tag) or client_has_any(request):
        return unchanged(tag)
    data, _ = found.read(layout.DIFF)
    if name != HTML:
        return whole(data, JSON[0].content_type, tag, None)
    return whole(_page(service, site, found, data), HTML_UTF8, tag, None)


def _page(service: Service, site: Site, found: Shelved, data: bytes) -> str:
    try:
        account = sentences.told(from_json(data))
    except (ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault(
            f"{layout.DIFF} of the release {found.version} can't be read by this version.",
            remedy="Read the file itself.",
        ) from error
    base = service.settings.base_iri
    sections = [
        (group.title or "Others", [Change(e, iri_cell(e.iri, base, e.key)) for e in group.entries])
        for group in account.sections
    ]
    rest = [Rest(key_of(o.graph) or "(unnamed)", o.removed, o.added) for o in account.others]
    return site.page(
        "changes.html",
        version=found.version,
        previous=found.manifest["previous"],
        account=account,
        sections=sections,
        rest=rest,
        besides=sentences.OTHERS,
    )
