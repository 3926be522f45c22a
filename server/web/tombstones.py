"""What is told of a thing that nothing is said of: never heard of, or gone and where to read it."""

from typing import Any

from ..errors import AriError, Gone
from ..protocol import resources
from ..protocol.problems import Problem
from ..protocol.service import Service, text
from ..publish.traces import Trace, Traces
from .cells import iri_cell


def absent(service: Service, past: Traces, path: str) -> AriError:
    """`Gone` where a release has the thing or something replaced it; else `UnknownName`."""
    thing = f"{service.settings.base_iri}id/{path}"
    trace = past.of(thing) or Trace()
    rows = service.rows("successors", thing=thing)
    live = {text(row, "later"): text(row, "label") for row in rows}
    successors = live or {iri: _name(past, iri) for iri in sorted(trace.successors)}
    if not trace.releases and not successors:
        return resources.unknown(path)
    releases = trace.releases[::-1]
    return Gone(path, label=trace.name, releases=releases, successors=successors)


def view(problem: Problem, base: str) -> dict[str, Any]:
    """What the page of a thing that is gone shows."""
    later = problem.extra["replacedBy"]
    return {
        "label": problem.extra["label"],
        "thing": f"{base}id/{problem.extra['name']}",
        "releases": problem.extra["releases"],
        "successors": [iri_cell(each["iri"], base, each["label"]) for each in later],
    }


def _name(past: Traces, iri: str) -> str:
    trace = past.of(iri)
    return trace.name if trace else ""
