"""What is noted of every request that is done: in the numbers, and in the log if there is one."""

from time import perf_counter
from typing import Any

from . import accesslog, metrics
from .accesslog import AccessLog
from .arriving import Request
from .cache import Entry
from .metrics import Metrics, route_of
from .problems import Problem


class Tally:
    """Counts and logs.

    Args:
        log: None writes none.
    """

    def __init__(self, counts: Metrics, log: AccessLog | None) -> None:
        self._counts = counts
        self._log = log

    def kept(self, entry: Entry, method: str, status: int, size: int, began: float) -> None:
        """A kept answer was sent.

        Args:
            size: of the body that was sent, in bytes.
            began: when the request was there, by `time.perf_counter`.
        """
        seconds = perf_counter() - began
        self._counts.hit(entry.route, status, seconds, size, entry.rows if status == 200 else 0)
        if self._log is not None:
            path, rows = accesslog.shown(entry.path), entry.reply.rows
            outcome = "client-gone" if status == metrics.GONE else "ok"
            self._write(method, path, status, size, seconds, rows, entry.query, outcome, "hit")

    def done(self, request: Request, status: int, size: int, rows: str, outcome: str) -> None:
        """A request was answered otherwise, or left."""
        seconds, counts = perf_counter() - request.began, self._counts
        counts.request(route_of(request.path), status, seconds, size, int(rows or 0))
        counts.refusal(request.call.refusal, request.call.limit)
        if request.cache == "miss":
            counts.add(metrics.MISSES)
        if self._log is not None:
            method, path = request.method, accesslog.shown(request.path)
            query, cache = request.call.query, request.cache
            self._write(method, path, status, size, seconds, rows, query, outcome, cache)

    def refused(self, method: str, path: str, problem: Problem, size: int, seconds: float) -> None:
        """Bytes were refused that are no request, or more than can be read.

        Args:
            method, path: as far as they had come.
            size: of the refusal's body.
        """
        self._counts.request(route_of(path), problem.status, seconds, size, 0)
        self._counts.refusal(problem.slug, str(problem.extra.get("limit", "")))
        if self._log is not None:
            shown = accesslog.shown(path)
            self._write(method, shown, problem.status, size, seconds, "", "", problem.slug, "none")

    def flush(self) -> None:
        """Wait for the log to be written."""
        if self._log is not None:
            self._log.flush()

    def _write(self, *parts: Any) -> None:
        if self._log is not None and not self._log.line(*parts):
            self._counts.add(metrics.DROPPED)
