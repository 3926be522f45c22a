"""The nursery's account of a live store: the present state, and the log on disk, in step."""

import io
import math
import sys
from pathlib import Path

from ..errors import EnvironmentFault
from . import disk, live, patch, snapshot
from .disk import OnDisk
from .live import Log, State
from .snapshot import Snapshot

SMALLEST_COMPACTION = 1 << 20
"""Bytes of log that are kept in any case; beyond, it may grow as large as the base."""


class Ledger:
    """The state of a live store and the only way to change it.

    Args:
        folder: of the store, whose lock is held.
        union: as for `snapshot.load`.
        most: statements that are kept in memory; with more, the data stays on disk.

    Raises:
        EnvironmentFault, OSError, SyntaxError: it can't be read.
    """

    def __init__(self, folder: Path, *, union: bool, most: float = math.inf) -> None:
        state = live.read_state(folder)
        if state is None:
            raise EnvironmentFault(f"There is no live store in {folder}.")
        self._folder, self._state, self._union = folder, state, union
        self._agrees = True
        self.revision, self.writes = state.revision, state.writes
        self._log = Log(folder, state)
        self.data: Snapshot | OnDisk
        if self._statements() > most:
            self._open_on_disk()
        else:
            self.data = self._load(live.read_base(folder, state), state.empty)
            self._replay()
        self.tidy()

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
        if isinstance(self.data, OnDisk):
            self._advance_on_disk(self.data, found[0][0])
        else:
            self.data = self._advanced(self.data, found[0][0], len(text))
            self._save_compacted(self.data)

    @property
    def folder(self) -> Path:
        """Of the store."""
        return self._folder

    def let_go(self) -> None:
        """Close the log, and leave the account: a process that has a copy of it goes on."""
        self._log.close()

    def tidy(self) -> None:
        """Remove what writers that have ended, and readers of older states, have left on disk."""
        disk.clear(self._folder)

    def _statements(self) -> int:
        changes = sum(len(write.added) - len(write.removed) for write in self._log.held)
        return live.count_base(self._folder, self._state) + changes

    # On disk

    def _open_on_disk(self) -> None:
        """The log is never compacted here: that takes the whole data in memory."""
        state, log = self._state, self._log.held
        base, empty = self._folder / state.base, state.empty
        self.data = disk.load(
            self._folder, base, state.revision, log, union=self._union, empty=empty
        )
        self.revision = log[-1].revision if log else state.revision
        self.writes += len(log)
        log.clear()

    def _advance_on_disk(self, data: OnDisk, transaction: patch.Transaction) -> None:
        try:
            self.data = data.apply(transaction)
        except OSError as error:
            # It stands in the log, so it is done: a successor has to try again.
            sys.exit(f"the state after a write can't be made: {error}")
        self.revision = transaction.revision
        self.writes += 1

    # In memory

    def _replay(self) -> None:
        assert isinstance(self.data, Snapshot)  # noqa: S101 - just loaded
        for transaction in self._log.held:
            self.data = self._advanced(self.data, transaction, len(transaction.text()))
        self._log.held.clear()
        self._save_compacted(self.data)

    def _advanced(self, data: Snapshot, transaction: patch.Transaction, size: int) -> Snapshot:
        data = data.apply(transaction)
        self.revision = transaction.revision
        self.writes += 1
        self._logged += size
        if self._logged > max(self._base_bytes, SMALLEST_COMPACTION):
            return self._compacted(data)
        return data

    def _compacted(self, data: Snapshot) -> Snapshot:
        """Load the data afresh, in the order of a new base.

        The order of the data in memory decides the order of rows where a query leaves it open. So
        this happens at points that follow from the history alone, on disk or not.
        """
        return self._load(data.lines(), data.empty)

    def _load(self, base: bytes, empty: tuple[str, ...]) -> Snapshot:
        self._base_bytes, self._logged = len(base), 0
        return snapshot.load(io.BytesIO(base), union=self._union, empty=empty)

    def _save_compacted(self, data: Snapshot) -> None:
        """Write the new base, if the state is just compacted. If that fails, the log goes on."""
        if self._logged or self._state.revision == self.revision:
            return
        base = data.lines()
        try:
            self._switch(
                live.compact(
                    self._folder, self._state, self.revision, self.writes, base, data.empty
                )
            )
        except OSError as error:
            print(f"the log of {self._folder} can't be compacted: {error}", file=sys.stderr)
            # It may have failed after the switch: then the old log is no longer the log.
            self._agrees = live.read_state(self._folder) == self._state

    def _switch(self, state: State) -> None:
        log = Log(self._folder, state)
        self._log.close()
        self._log, self._state = log, state
