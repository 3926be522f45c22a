"""The way from the sources to a build folder, stage by stage."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from rdflib import Graph, URIRef
from rdflib.namespace import RDF

from ..errors import ViolationsFound
from ..vocab import DEFAULT_BASE, Names
from . import canonical, consistency, folder, graphs, provenance, tables, terms
from .findings import Finding, violates
from .inference import Reasoner, infer
from .nodes import curie
from .records import Records
from .relation import Relation
from .shapes import load_shapes
from .sources import Sources, inputs_digest, versions
from .validation import validate

Report = Callable[[str, float], None]
"""Called at the end of each stage with its name and the seconds it took."""

STAGES = ("read", "relate", "infer", "check", "validate", "compare", "canonicalise", "write")


@dataclass(frozen=True)
class BuildResult:
    """A build.

    Args:
        folder: `{home}/build/{hash}`.
        hash: RDFC-1.0 SHA-256 of the dataset.
        findings: warnings and notes; a violation leaves no build.
        created: whether the folder is new.
    """

    folder: Path
    hash: str
    findings: tuple[Finding, ...]
    manifest: dict[str, Any]
    created: bool


def build(
    sources: Sources,
    home: Path,
    base_iri: str = DEFAULT_BASE,
    reasoner: Reasoner = "owlrl",
    report: Report = lambda stage, seconds: None,
) -> BuildResult:
    """Make the build of these sources.

    Raises:
        SourceError: a source can't be read; lists every fault with file and line.
        ViolationsFound: the data breaks a rule; `extra["findings"]` holds every finding.
        EnvironmentFault: the folder can't be written.
    """
    timed = _stopwatch(report)
    hashes = sources.hashes()
    with timed("read"):
        ontology, shapes = terms.load(sources.turtle("ontology")), load_shapes(sources.shape_files)
        records = tables.read(sources)
    with timed("relate"):
        relation = graphs.relate(records, ontology, Names(base_iri))
    with timed("infer"):
        messages = add_inferred(relation, reasoner)
        graphs.catalogue(relation)
        data = _without_inferred(relation)
    with timed("check"):
        findings = consistency.contradictions(messages, data, relation.origins)
        merged = relation.graphs.values()
        findings += consistency.checked(merged, data, relation.origins, relation.names, reasoner)
    with timed("validate"):
        findings += validate(data, shapes, relation.origins)
    with timed("compare"):
        findings += _misquoted(relation, records, data)
    _stop_at_violations(findings)
    with timed("canonicalise"):
        files = _files(relation, findings, hashes, reasoner)
    with timed("write"):
        manifest = json.loads(files[folder.MANIFEST])
        path, created = folder.write(home, manifest["dataset"]["hash"], files)
    return BuildResult(path, manifest["dataset"]["hash"], tuple(findings), manifest, created)


def _stopwatch(report: Report) -> Callable[[str], Any]:
    @contextmanager
    def timed(stage: str) -> Iterator[None]:
        begin = perf_counter()
        yield
        report(stage, perf_counter() - begin)

    return timed


def add_inferred(relation: Relation, reasoner: Reasoner) -> list[str]:
    """Add the inferred graph; the messages say what is inconsistent."""
    names = relation.names
    given = [relation.graphs[name] for name in relation.graphs]
    account = provenance.of_inference([names.graph(name) for name in relation.graphs])
    base = f"{names.base}id/"
    new, messages = infer(relation.graphs["ontology"], given, base, reasoner)
    graph = relation.open(account)
    for triple in new:
        graph.add(triple)
    return messages


def _without_inferred(relation: Relation) -> Graph:
    """What shapes look at: with inferred types, a range would give everything the right class."""
    data = Graph()
    for name, graph in relation.graphs.items():
        if name != "inferred":
            data += graph
    provenance.state(relation.accounts["inferred"], data, relation.names)
    return data


def _named(relation: Relation) -> dict[URIRef, Graph]:
    return {relation.names.graph(name): graph for name, graph in relation.graphs.items()}


def _misquoted(relation: Relation, records: Records, data: Graph) -> Iterator[Finding]:
    for document in records.documents:
        graph = relation.graphs[document.record.edition.key]
        yield from consistency.misquoted(graph, document, data, relation.origins)


def _stop_at_violations(findings: list[Finding]) -> None:
    if not violates(findings):
        return
    lines = [f"{f.severity}: {f.place}: {f.label or f.focus}: {f.message}" for f in findings]
    count = sum(finding.severity == "violation" for finding in findings)
    raise ViolationsFound(
        "\n".join(
            [f"The build stops: {count} of {len(findings)} findings are violations.", *lines]
        ),
        remedy="Mend the sources at the places named, and build again.",
        extra={"findings": [finding.as_dict() for finding in findings]},
    )


# What the folder holds


def _files(
    relation: Relation, findings: list[Finding], hashes: dict[str, str], reasoner: Reasoner
) -> dict[str, bytes]:
    dataset = canonical.dataset_lines(_named(relation))
    found = folder.json_bytes([finding.as_dict() for finding in findings])
    manifest = {
        "base": relation.names.base,
        "classes": _classes(relation),
        "dataset": {"hash": canonical.sha256(dataset), "quads": dataset.count(b"\n")},
        "findings": canonical.sha256(found),
        "graphs": {name: _facts(graph) for name, graph in relation.graphs.items()},
        "inputs": inputs_digest(hashes, relation.names.base),
        "reasoner": reasoner,
        "sources": hashes,
        "versions": versions() | {"ontology": terms.version(relation.graphs["ontology"])},
    }
    manifest_file = folder.json_bytes(manifest)
    return {folder.DATASET: dataset, folder.FINDINGS: found, folder.MANIFEST: manifest_file}


def _facts(graph: Graph) -> dict[str, Any]:
    return {"hash": canonical.sha256(canonical.graph_lines(graph)), "triples": len(graph)}


def _classes(relation: Relation) -> dict[str, int]:
    """How many things of the dataset have each type, inferred ones counted."""
    types = {
        (subject, kind)
        for name, graph in relation.graphs.items()
        if name != "ontology"
        for subject, kind in graph.subject_objects(RDF.type)
    }
    return dict(Counter(curie(str(kind)) for _, kind in types))
