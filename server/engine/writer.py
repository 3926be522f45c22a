"""The worker that does one write: it prepares the transaction, and the nursery makes it so."""

import os
import signal
import socket
from typing import Any

from . import changes, wire, worker
from .changes import Effect, Place
from .outcome import OverLimit
from .snapshot import Snapshot
from .worker import Duty

REQUEST_SECONDS = 10.0
"""How long the client may take to send its request, from the moment that it is let in."""


def run(connection: socket.socket, duty: Duty, nursery: socket.socket) -> None:
    """Take one request from the client, do it, and answer; call it in a fresh process.

    Args:
        nursery: where the transaction is handed over.
    """
    snapshot = duty.data.own()
    worker.begin(connection, duty)
    # A client that never says what it wants must not keep the others waiting.
    signal.setitimer(signal.ITIMER_REAL, REQUEST_SECONDS)
    reader = wire.Reader(connection)
    try:
        request = reader.record()
        documents = [reader.document() for _ in request["formats"]]
    except (EOFError, OSError):
        return
    outcome = _Write(connection, duty, snapshot, nursery, request, documents).outcome()
    connection.sendall(wire.record(outcome | {"fit": False}))


class _Write:
    """One write, step by step."""

    def __init__(
        self,
        connection: socket.socket,
        duty: Duty,
        snapshot: Snapshot,
        nursery: socket.socket,
        request: dict[str, Any],
        documents: list[bytes],
    ) -> None:
        self._connection, self._duty, self._nursery = connection, duty, nursery
        self._snapshot = snapshot
        self._request, self._documents = request, documents
        self._effect: Effect | None = None

    def outcome(self) -> dict[str, Any]:
        """Each step has a deadline of its own; what is handed over can't be called back."""
        refused = worker.contained(self._request["seconds"], self._prepare)
        if refused or self._effect is None:
            return refused
        if not self._effect.transaction.changes_nothing:
            refused = self._check(self._effect) or self._hand_over(self._effect)
        return refused or self._done(self._effect)

    def _prepare(self) -> dict[str, Any]:
        place = Place(self._duty.revision, self._duty.writes)
        effect = changes.perform(self._request, self._documents, self._snapshot, place)
        transaction = effect.transaction
        if len(transaction.added) + len(transaction.removed) > self._request["rows"]:
            raise OverLimit("rows")
        if sum(map(len, transaction.added + transaction.removed)) > self._request["bytes"]:
            raise OverLimit("bytes")
        self._effect = effect
        return {}

    def _check(self, effect: Effect) -> dict[str, Any]:
        seconds = self._request["validate"]
        if not seconds:
            return {}
        self._connection.sendall(wire.record({"phase": "validate"}))
        # Where nothing is validated, the validator is not paid for.
        from .violations import Rules, refuse_new

        def check() -> dict[str, Any]:
            rules = self._duty.rules or Rules()
            refuse_new(effect.before, effect.transaction, rules, self._request["things"])
            return {}

        return worker.contained(seconds, check)

    def _hand_over(self, effect: Effect) -> dict[str, Any]:
        self._connection.sendall(wire.record({"phase": "commit"}))
        file = os.memfd_create("transaction")
        with open(file, "wb") as text:
            text.write(effect.transaction.text())
            text.flush()
            socket.send_fds(self._nursery, [b"!"], [file])
        return wire.Reader(self._nursery).record()

    def _done(self, effect: Effect) -> dict[str, Any]:
        transaction = effect.transaction
        changed = not transaction.changes_nothing
        return {
            "revision": transaction.revision if changed else self._duty.revision,
            "created": effect.created,
            "added": len(transaction.added),
            "removed": len(transaction.removed),
        }
