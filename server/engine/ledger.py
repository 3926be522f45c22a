"""The nursery's account of a live store: the snapshot in memory and the log on disk, in step."""

import io
import sys
from pathlib import Path

from ..errors import EnvironmentFault
from . import live, patch, snapshot
from .live import Log, State
from .snapshot import Snapshot

SMALLEST_COMPACTION = 1 << 20
"""Bytes of log that are kept in any case; beyond, it may grow as large as the base."""


class Ledger:
    """The state of a live store and the only way to change it.

    Args:
        folder: of the store, whose lock is held.
        union: as for `snapshot.load`.

    Raises:
        EnvironmentFault, OSError, SyntaxError: it can't be read.
    """

    def __init__(self, folder: Path, *, union: bool) -> None:
        state = live.read_state(folder)
        if state is None:
            raise EnvironmentFault(f"There is no live store in {folder}.")
        self._folder, self._state, self._union = folder, state, union
        self._agrees = True
        base = live.read_base(folder, state)
        self.revision, self.writes = state.revision, state.writes
        self.snapshot = self._load(base, state.empty)
        self._log = Log(folder, state)
        self._replay()

    @property
    def is_sound(self) -> bool:
        """Whether memory and disk are known to agree."""
        return self._agrees and self._log.is_sound

    def commit(self, text: bytes) -> None:
        """Make a write durable, then apply it.

        Args:
            text: one transaction that begins at the present revision.

        Raises:
            ValueError, SyntaxError: it is not that.
            OSError: it can't be written; nothing has changed.
        """
        found = list(patch.read(text, self.revision))
        if len(found) != 1 or found[0][1] != len(text):
            raise ValueError("that is no transaction on the present state")
        # What can't be read back must not get into the log.
        snapshot.check(found[0][0])
        self._log.append(text)
        self._advance(found[0][0], len(text))
        self._save_compacted()

    @property
    def folder(self) -> Path:
        """Of the store."""
        return self._folder

    def let_go(self) -> None:
        """Close the log, and leave the account: a process that has a copy of it goes on."""
        self._log.close()

    def _replay(self) -> None:
        for transaction in self._log.held:
            self._advance(transaction, len(transaction.text()))
        self._log.held.clear()
        self._save_compacted()

    def _advance(self, transaction: patch.Transaction, size: int) -> None:
        self.snapshot = self.snapshot.apply(transaction)
        self.revision = transaction.revision
        self.writes += 1
        self._logged += size
        if self._logged > max(self._base_bytes, SMALLEST_COMPACTION):
            self._compact()

    def _compact(self) -> None:
        """Load the data afresh, in the order of a new base.

        The order of the data in memory decides the order of rows where a query leaves it open. So
        this happens at points that follow from the history alone, on disk or not.
        """
        self.snapshot = self._load(self.snapshot.lines(), self._empty())

    def _empty(self) -> tuple[str, ...]:
        return tuple(name for name, size in self.snapshot.graphs.items() if size == 0)

    def _load(self, base: bytes, empty: tuple[str, ...]) -> Snapshot:
        self._base_bytes, self._logged = len(base), 0
        return snapshot.load(io.BytesIO(base), union=self._union, empty=empty)

    def _save_compacted(self) -> None:
        """Write the new base, if the state is just compacted. If that fails, the log goes on."""
        if self._logged or self._state.revision == self.revision:
            return
        base, empty = self.snapshot.lines(), self._empty()
        try:
            self._switch(
                live.compact(self._folder, self._state, self.revision, self.writes, base, empty)
            )
        except OSError as error:
            print(f"the log of {self._folder} can't be compacted: {error}", file=sys.stderr)
            # It may have failed after the switch: then the old log is no longer the log.
            self._agrees = live.read_state(self._folder) == self._state

    def _switch(self, state: State) -> None:
        log = Log(self._folder, state)
        self._log.close()
        self._log, self._state = log, state
