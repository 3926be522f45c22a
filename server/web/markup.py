"""What pages tell search engines that look for datasets: schema.org as JSON-LD."""

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any

from ..errors import AriError
from ..protocol.links import LICENCES
from ..protocol.service import Service, text
from ..publish import layout, shelf
from ..publish.describe.about import AUTHOR, AUTHOR_NAME, KEYWORDS
from ..publish.describe.entry import Entry, entry
from ..publish.describe.schema_org import schema_org
from ..publish.facts import FileFacts
from ..publish.shelf import Shelved
from ..vocab import PREFIXES

Json = dict[str, Any]

OFFERED = (*layout.TRIPLES.values(), *layout.QUADS.values(), layout.SQLITE)
"""Files that a dataset search offers, and each of the dumps compressed; the tables besides."""
DCTERMS = PREFIXES["dcterms"]


def of_release(service: Service, found: Shelved) -> Json:
    """A release as a `schema:Dataset`, under the public address of this service."""
    told = _entry(found)
    return schema_org(told, _offered(told.files), f"{service.root}/")


def of_releases(service: Service) -> Json:
    """The series of releases, with what each is called and where."""
    known = shelf.newest_first(service.settings.home)
    parts = [
        {
            "@type": "Dataset",
            "@id": each.manifest["iri"],
            "url": f"{service.root}/releases/{each.version}/",
            "name": _entry(each).name,
            "description": _entry(each).description,
            "version": each.version,
            "license": list(LICENCES),
            "datePublished": each.manifest["date"],
        }
        for each in known
    ]
    return {**of_dataset(service), "url": f"{service.root}/releases/", "hasPart": parts}


def of_dataset(service: Service) -> Json:
    """The dataset: what the current release says of it, or the live data where there is none."""
    version = layout.current(layout.versions(service.settings.home))
    # The start page stands, whatever is damaged elsewhere.
    with suppress(AriError):
        return _of_series(service, shelf.find(service.settings.home, version))
    said = {
        text(row, "property"): text(row, "value")
        for row in service.rows("statements", thing=str(service.names.dataset))
    }
    title, words = said.get(f"{DCTERMS}title", "ARI Graph"), said.get(f"{DCTERMS}description", "")
    return _dataset(service, title, words, said.get(f"{DCTERMS}rights", ""))


def _of_series(service: Service, found: Shelved) -> Json:
    release = of_release(service, found)
    told = _entry(found)
    dated = {name: release[name] for name in ("version", "datePublished", "distribution")}
    return _dataset(service, told.title, told.description, told.rights) | dated


def _dataset(service: Service, title: str, words: str, rights: str) -> Json:
    author = {
        "@type": "Organization",
        "@id": str(service.names.thing("organisation", AUTHOR)),
        "name": AUTHOR_NAME,
        "url": f"{service.root}/",
    }
    iri = str(service.names.dataset)
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": iri,
        "identifier": iri,
        "sameAs": iri,
        "name": title,
        "description": words,
        "url": f"{service.root}/",
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "license": list(LICENCES),
        **({"usageInfo": rights} if rights else {}),
        "creator": author,
        "publisher": author,
        "includedInDataCatalog": {"@type": "DataCatalog", "url": f"{service.root}/catalogue"},
    }


def _offered(files: Mapping[str, FileFacts]) -> dict[str, FileFacts]:
    packed = {f"{path}.gz" for path in OFFERED}
    folder = f"{layout.TABLES}/"
    return {
        path: file
        for path, file in files.items()
        if path in packed.union(OFFERED)
        or (path.startswith(folder) and path.count("/") == 1 and path.endswith(".csv"))
    }


def _entry(found: Shelved) -> Entry:
    return _remembered(found.read(layout.DCAT)[0])


@lru_cache(maxsize=16)
def _remembered(data: bytes) -> Entry:
    """A catalogue is parsed once: it is large, and its release never changes."""
    return entry(data)
