"""`manifest.json`: what a release is, in one file that a program reads first."""

from ...build import folder
from ..facts import Release


def manifest(facts: Release) -> bytes:
    """Version, date, base, hashes and counts, inputs and library versions."""
    return folder.json_bytes(
        {
            "base": facts.base,
            "build": facts.build,
            "classes": facts.classes,
            "dataset": {"hash": facts.hash, "quads": facts.quads},
            "date": facts.date.isoformat(),
            "graphs": {g.name: {"hash": g.hash, "triples": g.triples} for g in facts.graphs},
            "inputs": facts.sources,
            "iri": facts.iri,
            "merge": {"hash": facts.merge_hash, "triples": facts.triples},
            "previous": facts.previous or None,
            "version": facts.version,
            "versions": facts.versions,
        }
    )
