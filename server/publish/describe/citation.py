"""`CITATION.cff`: how to cite a release (Citation File Format 1.2.0)."""

import yaml

from ..facts import Release
from .about import AUTHOR_NAME, KEYWORDS, SPDX


def citation(facts: Release) -> bytes:
    """The citation, in YAML."""
    said = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite the release that you used, as below.",
        "type": "dataset",
        "title": facts.title,
        "abstract": f"{facts.description} {facts.rights}",
        "authors": [{"name": AUTHOR_NAME}],
        "version": facts.version,
        "date-released": facts.date,
        "url": facts.iri,
        "identifiers": [
            {"type": "url", "value": facts.iri, "description": "The release."},
            {
                "type": "other",
                "value": f"sha256:{facts.hash}",
                "description": "RDFC-1.0 hash of the dataset: tells whether you have this release.",
            },
        ],
        "keywords": list(KEYWORDS),
    }
    if facts.licence in SPDX:
        said["license"] = SPDX[facts.licence]
    text: str = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
    return text.encode()
