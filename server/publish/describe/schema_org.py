"""A release in the words of schema.org, for the search engines that look for datasets in pages."""

from collections.abc import Mapping
from typing import Any

from ..facts import FileFacts, Release
from .about import AUTHOR, AUTHOR_NAME, KEYWORDS
from .entry import Entry
from .titles import title


def schema_org(
    release: Release | Entry, files: Mapping[str, FileFacts], root: str = ""
) -> dict[str, Any]:
    """A `schema:Dataset` as JSON-LD.

    Args:
        release: one in the making, or one that is read back from its catalogue (`entry`).
        files: those that a page offers to download, by path.
        root: address that pages and files are served below, ends in a slash; empty: the base IRI.
    """
    root = root or release.base
    place = f"{root}releases/{release.version}/"
    author = _author(release, root)
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": release.iri,
        "name": f"{release.title} {release.version}",
        "description": release.description,
        "url": place,
        "identifier": release.iri,
        "sameAs": release.iri,
        "version": release.version,
        "datePublished": release.date.isoformat(),
        "dateModified": release.date.isoformat(),
        "inLanguage": "en",
        "isAccessibleForFree": True,
        "keywords": list(KEYWORDS),
        "license": list(release.licences),
        "usageInfo": release.rights,
        "creator": author,
        "publisher": author,
        "isPartOf": {"@type": "Dataset", "@id": release.series, "name": release.title},
        "includedInDataCatalog": {"@type": "DataCatalog", "url": f"{root}catalogue"},
        "distribution": [_download(place, path, file) for path, file in files.items()],
    }


def _author(release: Release | Entry, root: str) -> dict[str, str]:
    iri = f"{release.base}id/organisation/{AUTHOR}"
    return {"@type": "Organization", "@id": iri, "name": AUTHOR_NAME, "url": root}


def _download(place: str, path: str, file: FileFacts) -> dict[str, Any]:
    return {
        "@type": "DataDownload",
        "name": title(path),
        "contentUrl": f"{place}{path}",
        "contentSize": f"{file.size} B",
        "encodingFormat": file.compress_type or file.media_type,
        "sha256": file.sha256,
    }
