"""Replies that no application made: refusals of the front, health, numbers."""

import json
from collections.abc import Mapping
from typing import Any

from .cache import Reply
from .headers import OF_ALL, OF_READS, encoded
from .problems import Problem
from .responses import NO_STORE
from .writing import GRAPHS, READING, UPDATE


def of_problem(problem: Problem, method: str, path: str, revision: str) -> Reply:
    """A problem object, with the headers that the application would give it."""
    more = dict(problem.headers)
    if not _writes(method, path):
        more |= OF_READS
    if revision:
        more["ARI-Revision"] = revision
    return of_json(problem.members, problem.status, "application/problem+json", more)


def of_json(
    members: Mapping[str, Any],
    status: int = 200,
    content_type: str = "application/json",
    more: Mapping[str, str] | None = None,
) -> Reply:
    """A JSON object that is never kept."""
    body = json.dumps(members, ensure_ascii=False, indent=2) + "\n"
    return of_text(body, status, content_type, more)


def of_text(
    body: str, status: int, content_type: str, more: Mapping[str, str] | None = None
) -> Reply:
    """A text that is never kept."""
    data = body.encode()
    headers = {
        "Content-Type": content_type,
        "Content-Length": str(len(data)),
        "Cache-Control": NO_STORE,
    }
    return Reply(status, encoded(headers | OF_ALL | dict(more or {})), data)


def _writes(method: str, path: str) -> bool:
    of_graphs = path == GRAPHS or path.startswith(f"{GRAPHS}/")
    return path.rstrip("/") == UPDATE or (of_graphs and method not in READING)
