"""Small releases in a home folder: what queries, lists and permalinks need of one, and no more."""

import hashlib
import json
from pathlib import Path

import pyoxigraph as ox

from met_ari.publish import layout
from met_ari.publish.dataset import Dataset

BASE = "https://w3id.org/ari/"


def put(home: Path, version: str, trig: str, *, previous: str = "") -> Path:
    """A release of these statements, in its place by one rename as `ari release` does it."""
    dataset = Dataset.parse(trig.encode(), ox.RdfFormat.TRIG)
    shelf = layout.releases_folder(home)
    hidden = shelf / f".{version}.part"
    hidden.mkdir(parents=True)
    graphs = {
        name.removeprefix(f"{BASE}id/graph/"): {"hash": "", "triples": len(triples)}
        for name, triples in dataset.graphs.items()
    }
    manifest = {
        "base": BASE,
        "dataset": {"hash": dataset.hash, "quads": len(dataset.quads)},
        "date": "2027-01-31",
        "graphs": graphs,
        "iri": f"{BASE}id/release/{version}",
        "previous": previous or None,
        "version": version,
    }
    release, series = f"<{BASE}id/release/{version}>", f"<{BASE}id/release/series>"
    dcat = f'{release} a dcat:Dataset ; dcat:version "{version}" ; dcat:isVersionOf {series} .'
    files = {
        layout.DATASET: dataset.lines,
        layout.MANIFEST: json.dumps(manifest).encode(),
        layout.DCAT: f"PREFIX dcat: <http://www.w3.org/ns/dcat#> {dcat}".encode(),
        layout.VOID: f"{release} a <http://rdfs.org/ns/void#Dataset> .".encode(),
    }
    for name, data in files.items():
        (hidden / name).write_bytes(data)
    sums = (f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    (hidden / layout.SUMS).write_text("".join(sums), encoding="utf-8")
    return hidden.rename(shelf / version)
