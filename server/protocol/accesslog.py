"""The access log: one JSON object a line on standard error, without bodies and query texts."""

import json
import os
import threading
from collections import deque
from datetime import UTC, datetime
from time import monotonic, sleep

LONGEST_PATH = 200
MOST_HELD = 10_000
"""Lines that wait for a slow reader; more are dropped, as requests must not wait for a log."""
LAST_SECONDS = 2.0
"""How long the end of the process waits for the last lines."""
AT_ONCE = 4096
"""Bytes that a pipe takes whole, so that lines of several processes do not mix (POSIX, write)."""


def shown(path: str) -> str:
    """A path as lines show it."""
    return json.dumps(path[:LONGEST_PATH])


class AccessLog:
    """Writes lines from a thread of its own.

    Args:
        descriptor: where they go.
    """

    def __init__(self, descriptor: int = 2) -> None:
        self._descriptor = descriptor
        self._held: deque[str] = deque()
        self._some = threading.Event()
        threading.Thread(target=self._write, name="access log", daemon=True).start()

    def line(
        self,
        method: str,
        path: str,
        status: int,
        size: int,
        seconds: float,
        rows: str,
        query: str,
        outcome: str,
        cache: str,
    ) -> bool:
        """Add a line; whether there was room.

        Args:
            path: from `shown`.
            rows, query: empty where there are none.
            outcome: `ok`, the name of a problem, or `client-gone`.
            cache: `hit`, `miss` or `none`.
        """
        if len(self._held) >= MOST_HELD:
            return False
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._held.append(
            f'{{"time":"{now}","method":"{method}","path":{path},"status":{status},"bytes":{size},'
            f'"seconds":{seconds:.6f},"rows":{rows or "null"},"query":{_quoted(query)},'
            f'"outcome":"{outcome}","cache":"{cache}"}}\n'
        )
        self._some.set()
        return True

    def flush(self) -> None:
        """Wait for what was added to be written, but not for a reader who does not read."""
        until = monotonic() + LAST_SECONDS
        while self._held and monotonic() < until:
            sleep(0.01)

    def _write(self) -> None:
        while self._some.wait():
            self._some.clear()
            while self._held:
                piece, lines = self._held[0].encode(), 1
                while lines < len(self._held) and len(piece) + 1024 < AT_ONCE:
                    piece += self._held[lines].encode()
                    lines += 1
                if not _written(self._descriptor, piece):
                    return
                for _ in range(lines):
                    self._held.popleft()


def _quoted(text: str) -> str:
    return f'"{text}"' if text else "null"


def _written(descriptor: int, piece: bytes) -> bool:
    try:
        while piece:
            piece = piece[os.write(descriptor, piece) :]
    except OSError:
        # Nobody reads any more: that is no reason to stop serving.
        return False
    return True
