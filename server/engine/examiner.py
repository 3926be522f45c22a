"""Examinations: what our shapes say about a stranger's documents, found in a process apart."""

import os
import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .. import calls
from ..config import Settings
from ..errors import TooBusy
from . import limits
from .connection import connect
from .embedded import RESTART_SECONDS
from .keeper import Nursery
from .spool import Content, bytes_of
from .turns import Turns

AT_ONCE = 1
"""Examinations at a time in one web process: each may take a processor for a minute."""
PATIENCE_SECONDS = 2.0
"""How long one waits for those before it until it is TooBusy."""


@dataclass(frozen=True)
class Document:
    """One document of a request.

    Args:
        name: by which findings name it.
        format: a name in `examination.FORMATS`.
    """

    name: str
    body: bytes
    format: str


@dataclass(frozen=True)
class Report:
    """What was found.

    Args:
        content: in the format that was asked for; `json` has `conforms`, `severities`, `findings`.
        severities: findings by severity; empty if the graph conforms (SHACL, 3.6.1.1).
    """

    content: Content
    severities: Mapping[str, int]

    @property
    def body(self) -> bytes:
        """The content in memory."""
        return bytes_of(self.content)

    @property
    def conforms(self) -> bool:
        return not self.severities

    @property
    def findings(self) -> int:
        """Their number, of all severities."""
        return sum(self.severities.values())


class Examiner:
    """Examines documents; its parent process starts with the first of them.

    It needs no engine and no data: documents are held to the shapes together with the ontology.
    Its methods may be called from many threads.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turns = Turns(AT_ONCE)
        self._lock = threading.Lock()
        self._nursery: Nursery | None = None

    def examine(
        self,
        documents: Sequence[Document],
        base_iri: str,
        format_name: str,
        most: int | None = None,
    ) -> Report:
        """The report on documents taken together.

        Args:
            base_iri: of their relative IRIs.
            format_name: `json`, or one for graphs.
            most: findings in JSON; None: all.

        Raises:
            SyntaxProblem, InputError, SourceError, TooComplex: a document can't be read.
            LimitReached: over time, memory, rows or bytes.
            TooBusy: others are examined.
            WorkerLost, EnvironmentFault: there is no process for it.
        """
        request = {
            "documents": [(document.name, document.format) for document in documents],
            "base": base_iri,
            "format": format_name,
            "most": most,
            "seconds": self._settings.validate_seconds,
            "rows": self._settings.max_rows,
            "bytes": self._settings.max_bytes,
        }
        if not self._turns.take(PATIENCE_SECONDS):
            raise TooBusy
        try:
            return self._ask(request, [document.body for document in documents])
        finally:
            self._turns.give_back()

    def close(self) -> None:
        """End its processes. May be called twice."""
        if self._nursery is not None:
            self._end()

    def _ask(self, request: dict[str, Any], bodies: list[bytes]) -> Report:
        worker = connect(self._address(), RESTART_SECONDS)
        try:
            with calls.ends(worker.leave):
                kind = limits.OF_EXAMINATIONS
                outcome, content = worker.ask(request, self._settings, bodies, kind)
        finally:
            worker.close()
        if "severities" not in outcome:
            raise limits.OF_EXAMINATIONS.error(outcome, self._settings)
        return Report(content, outcome["severities"])

    def _address(self) -> str:
        with self._lock:
            if self._nursery is None:
                nursery = Nursery(Path(os.devnull), "", self._settings, examines=True)
                nursery.start()
                self._end = weakref.finalize(self, nursery.stop)
                self._nursery = nursery
            return self._nursery.address
