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
    known = ((each, _told(each)) for each in shelf.newest_first(service.settings.home))
    parts = [_part(service, each, told) for each, told in known if told is not None]
    return {**of_dataset(service), "url": f"{service.root}/releases/", "hasPart": parts}


def _part(service: Service, found: Shelved, told: Entry) -> Json:
    return {
        "@type": "Dataset",
        "@id": found.manifest["iri"],
        "url": f"{service.root}/releases/{found.version}/",
        "name": told.name,
        "description": told.description,
        "version": found.version,
        "license": list(LICENCES),
        "datePublished": found.manifest["date"],
    }


def of_dataset(service: Service) -> Json:
    """The dataset: what the current release says of it, or the live data where there is none."""
    known = {each.version: each for each in shelf.newest_first(service.settings.home)}
    found = known.get(layout.current(known))
    if found is not None and (told := _told(found)) is not None:
        return _of_series(service, found, told)
    said = {
        text(row, "property"): text(row, "value")
        for row in service.rows("statements", thing=str(service.names.dataset))
    }
    title, words = said.get(f"{DCTERMS}title", "ARI Graph"), said.get(f"{DCTERMS}description", "")
    return _dataset(service, title, words, said.get(f"{DCTERMS}rights", ""))


def _of_series(service: Service, found: Shelved, told: Entry) -> Json:
    release = of_release(service, found)
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


def _told(found: Shelved) -> Entry | None:
    """The same; None where it can't be read: pages stand, whatever is damaged elsewhere."""
    with suppress(AriError, SyntaxError):
        return _entry(found)
    return None


@lru_cache(maxsize=16)
def _remembered(data: bytes) -> Entry:
    """A catalogue is parsed once: it is large, and its release never changes."""
    return entry(data)
