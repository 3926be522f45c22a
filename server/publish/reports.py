"""What the shapes say of the data, kept with it."""

from collections.abc import Iterator, Sequence

from rdflib import Graph

from ..build import folder
from ..build.findings import Finding, violates
from ..build.report import report_graph
from ..build.shapes import load_shapes
from . import layout
from .draft import Draft, File
from .dumps.schema import as_turtle


def reports(draft: Draft) -> Iterator[File]:
    """What shapes and checks say of the build."""
    yield from written(draft.findings, load_shapes(draft.sources.shape_files))


def written(findings: Sequence[Finding], shapes: Graph) -> Iterator[File]:
    """Findings as a SHACL validation report (SHACL, 3.6), and as JSON.

    A build stops at a violation; what is left are warnings and notes. What the checks found, which
    are no shapes, stands in the JSON only.
    """
    found = [finding for finding in findings if finding.component]
    yield layout.REPORT_TTL, as_turtle(report_graph(found, shapes))
    said = {
        "conforms": not found,
        "findings": [finding.as_dict() for finding in findings],
        "violations": violates(findings),
    }
    yield layout.REPORT_JSON, folder.json_bytes(said)
