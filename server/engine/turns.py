"""Turns: so many at once, first come, first served."""

import threading
from collections import deque


class Turns:
    """So many turns at once, in the order in which they were asked for.

    A semaphore would not do: under load, a thread that gives a turn back takes it again before one
    that waits.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[threading.Lock] = deque()
        self._lock = threading.Lock()

    def take(self, seconds: float) -> bool:
        """Wait at most so long for a turn; whether there was one."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append(turn)
        if turn.acquire(timeout=seconds):
            return True
        with self._lock:
            came_late = turn not in self._waiting
            if not came_late:
                self._waiting.remove(turn)
        return came_late

    def take_free(self) -> bool:
        """Take a turn if one is free."""
        with self._lock:
            if not self._free:
                return False
            self._free -= 1
            return True

    def give_back(self) -> None:
        """Let the next have it."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
