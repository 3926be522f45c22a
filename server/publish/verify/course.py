"""The course of a verification: what is told of it as it goes on, and the verdict at its end."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .flaws import Flaw, Verdict

Report = Callable[[str, float], None]
"""Called at the end of each check with its name and the seconds it took."""
Event = Mapping[str, Any]
"""One of: `opened` (version, number of files), `begun` (a check), `file` (that will be read),
`flaw`, `unproved`, `done` (a check, seconds). It can be written as JSON."""
Tell = Callable[[Event], None]


class Course:
    """What has been told so far.

    Args:
        place: what is checked, as the user named it.
        stages: names of the checks, in order.
    """

    def __init__(self, place: str, stages: Sequence[str], report: Report) -> None:
        self._place, self._stages, self._report = place, stages, report
        self._version, self._files = "", 0
        self._done: list[str] = []
        self._flaws: list[Flaw] = []
        self._unproved: list[str] = []
        self.check = self.file = ""

    def tell(self, event: Event) -> None:
        """Go on by one event."""
        for name, value in event.items():
            getattr(self, f"_{name}_told")(value)

    def flaw(self, words: str) -> None:
        """Say that the check that goes on found something in the file that it read last."""
        self._flaws.append(Flaw(self.check, self.file, words))

    def verdict(self) -> Verdict:
        """What all of it comes to."""
        left = tuple(name for name in self._stages if name not in self._done)
        told = tuple(self._done), left, tuple(self._flaws), tuple(self._unproved)
        return Verdict(self._place, self._version, self._files, *told)

    def _opened_told(self, value: Sequence[Any]) -> None:
        self._version, self._files = value

    def _begun_told(self, check: str) -> None:
        self.check, self.file = check, ""

    def _file_told(self, path: str) -> None:
        self.file = path

    def _flaw_told(self, value: Sequence[str]) -> None:
        self._flaws.append(Flaw(*value))

    def _unproved_told(self, words: str) -> None:
        self._unproved.append(words)

    def _done_told(self, value: tuple[str, float]) -> None:
        self._done.append(value[0])
        self._report(*value)
