"""What the shapes say of the data, kept with it."""

from collections.abc import Iterator

from ..build import folder
from ..build.findings import violates
from ..build.report import report_graph
from ..build.shapes import load_shapes
from . import layout
from .draft import Draft, File
from .schema import as_turtle


def reports(draft: Draft) -> Iterator[File]:
    """The findings of the build as a SHACL validation report (SHACL, 3.6), and as JSON.

    A build stops at a violation; what is left are warnings and notes. What the checks found, which
    are no shapes, stands in the JSON only.
    """
    found = [finding for finding in draft.findings if finding.component]
    shapes = load_shapes(draft.sources.shape_files)
    yield layout.REPORT_TTL, as_turtle(report_graph(found, shapes))
    said = {
        "conforms": not found,
        "findings": [finding.as_dict() for finding in draft.findings],
        "violations": violates(draft.findings),
    }
    yield layout.REPORT_JSON, folder.json_bytes(said)
