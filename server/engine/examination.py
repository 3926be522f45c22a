"""What the shapes say about documents of strangers: the work of one process, used for one request.

The documents are taken together with our ontology, and with nothing else, as `ari check FILE` takes
a user's files. Shapes that they bring are data.
"""

import json
import signal
import socket
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any, cast

from pyoxigraph import RdfFormat, Triple, parse
from rdflib import Graph
from rdflib.namespace import RDF

from .. import resources
from ..build import recheck, terms
from ..build.canonical import quads
from ..build.findings import Finding
from ..build.places import Lines
from ..build.report import report_graph
from ..build.shapes import load_shapes
from ..build.userfiles import Document, gather, placed_in_json
from . import bodies, serialise, wire, worker
from .outcome import OverLimit
from .worker import Duty
from .writer import REQUEST_SECONDS

FORMATS = bodies.FORMATS | {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG}
"""By name in `formats.FORMATS`, the formats of documents."""


class Rulebook:
    """The shapes and the ontology of the package, loaded once."""

    def __init__(self) -> None:
        self.shapes = load_shapes()
        files = resources.listing("ontology", suffix=".ttl")
        self.ontology = terms.load({file.name: file.read_bytes() for file in files})
        # The validator imports some of its parts when it is first used.
        recheck.of_documents([], self.ontology, self.shapes)


def run(connection: socket.socket, duty: Duty, rules: Rulebook) -> None:
    """Examine the documents of one request and answer; call it in a fresh process."""
    worker.begin(connection, duty)
    signal.setitimer(signal.ITIMER_REAL, REQUEST_SECONDS)
    reader = wire.Reader(connection)
    try:
        request = reader.record()
        documents = [reader.document() for _ in request["documents"]]
    except (EOFError, OSError):
        return

    def act() -> dict[str, Any]:
        found = findings(request, documents, rules)
        severities = Counter(item.severity for item in found)
        connection.sendall(wire.frame(wire.CHUNK, _written(found, severities, request, rules)))
        return {"severities": severities}

    outcome = worker.contained(request["seconds"], act)
    connection.sendall(wire.record(outcome | {"fit": False}))


def findings(request: dict[str, Any], bodies_: list[bytes], rules: Rulebook) -> list[Finding]:
    """What the shapes say.

    Args:
        request: as `examiner` sends it.
        bodies_: of its documents.

    Raises:
        SyntaxProblem, InputError: a document can't be read; says where.
    """
    named = zip(request["documents"], bodies_, strict=True)
    documents = [read(name, body, form, request["base"]) for (name, form), body in named]
    return recheck.of_documents(documents, rules.ontology, rules.shapes)


def read(name: str, body: bytes, format_name: str, base_iri: str) -> Document:
    """The statements of a graph or a dataset, its named graphs merged.

    Args:
        name: of the document, in findings.

    Raises:
        SyntaxProblem: it does not parse, with the place.
        InputError: it names a remote context, declares a document type, or puts statements inside
            statements.
    """
    readable = bodies.prepared(body, format_name)
    lines = Lines(readable)
    with bodies.told(readable):
        quads_ = parse(cast(IO[bytes], lines), format=FORMATS[format_name], base_iri=base_iri)
        found = gather(name, quads_, lines)
    return placed_in_json(found, name, body) if format_name == "jsonld" else found


def _written(
    found: list[Finding], severities: Mapping[str, int], request: dict[str, Any], rules: Rulebook
) -> bytes:
    """The report as it is asked for: records in JSON, or a graph."""
    if request["format"] == "json":
        records = [item.as_dict() for item in found[: request["most"]]]
        report = {"conforms": not found, "severities": severities, "findings": records}
        text = json.dumps(report, ensure_ascii=False, indent=2) + "\n"
        written = text.encode("utf-8", "replace")
    else:
        written = _graph(report_graph(found, rules.shapes), request["format"], request["rows"])
    if len(written) > request["bytes"]:
        raise OverLimit("bytes")
    return written


def _graph(report: Graph, format_name: str, most: int) -> bytes:
    pieces: list[bytes] = []

    def count(rows: int) -> None:
        if rows > most:
            raise OverLimit("rows")

    triples = sorted((quad.triple for quad in quads(report)), key=_place)
    serialise.graph(triples, format_name, pieces.append, count)
    return b"".join(pieces)


def _place(triple: Triple) -> tuple[int, str, bool, str, int, str]:
    """The report comes first, then its results as they are numbered."""
    subject, about, value = map(str, triple)
    return len(subject), subject, about != f"<{RDF.type}>", about, len(value), value
