"""`ro-crate-metadata.json`: the release as a research object (RO-Crate 1.1)."""

from collections.abc import Iterable
from typing import Any

from ...build import folder
from ...vocab import LICENCES
from .. import layout
from ..facts import Release
from .about import AUTHOR, AUTHOR_NAME, KEYWORDS
from .titles import title

_PROFILE = "https://w3id.org/ro/crate/1.1"
_LATER = (layout.DCAT, layout.SUMS)
"""Files that are written after this one, as they tell its checksum."""
Entity = dict[str, Any]


def rocrate(facts: Release, files: Iterable[str]) -> bytes:
    """The release, its licence, its publisher and its files, as JSON-LD.

    Args:
        files: paths of those that are there; the catalogue and the sums will be.
    """
    paths = sorted({*files, *_LATER})
    graph = [_descriptor(), _root(facts, paths), _author(facts), *_licences(facts)]
    graph += [_file(path) for path in paths]
    return folder.json_bytes({"@context": f"{_PROFILE}/context", "@graph": graph})


def _descriptor() -> Entity:
    return {
        "@id": layout.ROCRATE,
        "@type": "CreativeWork",
        "about": _named("./"),
        "conformsTo": _named(_PROFILE),
    }


def _root(facts: Release, paths: Iterable[str]) -> Entity:
    author = _named(str(facts.names.thing("organisation", AUTHOR)))
    return {
        "@id": "./",
        "@type": "Dataset",
        "author": author,
        "datePublished": facts.date.isoformat(),
        "description": facts.description,
        "hasPart": [_named(path) for path in paths],
        "identifier": facts.iri,
        "inLanguage": "en",
        "keywords": ", ".join(KEYWORDS),
        "license": _named(facts.licence),
        "name": f"{facts.title} {facts.version}",
        "publisher": author,
        "url": facts.address(""),
        "usageInfo": facts.rights,
        "version": facts.version,
    }


def _author(facts: Release) -> Entity:
    return {
        "@id": str(facts.names.thing("organisation", AUTHOR)),
        "@type": "Organization",
        "name": AUTHOR_NAME,
        "url": facts.base,
    }


def _licences(facts: Release) -> list[Entity]:
    used = sorted({facts.licence, *(graph.licence for graph in facts.graphs)} & LICENCES.keys())
    return [
        {"@id": iri, "@type": "CreativeWork", "name": LICENCES[iri], "url": iri} for iri in used
    ]


def _file(path: str) -> Entity:
    media_type, compress_type = layout.media_type(path)
    return {
        "@id": path,
        "@type": "File",
        "encodingFormat": compress_type or media_type,
        "name": title(path),
    }


def _named(iri: str) -> Entity:
    return {"@id": iri}
