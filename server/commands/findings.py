"""Findings as a command prints them."""

import json
from collections.abc import Sequence

from .. import terminal
from ..build.findings import Finding
from ..build.report import report_ttl
from ..build.shapes import load_shapes
from ..build.sources import Sources

FORMATS = ("table", "json", "ttl")


def report(findings: list[Finding], format_name: str, sources: Sources) -> str:
    """The findings in one of `FORMATS`; `ttl` is a SHACL validation report."""
    if format_name == "json":
        return json.dumps([item.as_dict() for item in findings], ensure_ascii=False, indent=2)
    if format_name == "ttl":
        return report_ttl(findings, load_shapes(sources.shape_files)).rstrip()
    return table(findings)


def table(findings: Sequence[Finding]) -> str:
    """The findings for people."""
    if not findings:
        return "No findings: the data keeps every rule."
    heads = ("severity", "place", "thing", "what is wrong", "rule")
    return terminal.table(heads, [item.as_row() for item in findings])
