"""What is wrong in the sources: collected, then said in one go."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from ..errors import SourceError
from .records import Origin


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that a source file does not say as it should.

    Args:
        file: name relative to the folder of sources.
        line: from 1; 0 where a line can't be named.
        detail: what was found, and what was expected.
    """

    file: str
    line: int
    detail: str

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}" if self.line else self.file


class Faults(list[Fault]):
    """What is wrong so far; `report` adds to it."""

    def report(self, origin: Origin, detail: str) -> None:
        """Keep one fault, to be refused with all others."""
        self.append(Fault(origin.file, origin.line, detail))


def refuse(faults: Iterable[Fault], remedy: str = "") -> None:
    """Say all that is wrong, in the order found; return if nothing is.

    Raises:
        SourceError: placed at the first fault; `extra["faults"]` holds all of them.
    """
    found = list(dict.fromkeys(faults))
    if not found:
        return
    first, *others = found
    detail = "\n".join([first.detail, *(f"{fault.place}: {fault.detail}" for fault in others)])
    error = SourceError(first.file, first.line or None, detail, remedy=remedy)
    error.extra["faults"] = [vars(fault) for fault in found]
    raise error


def suggestion(wrong: str, right: Collection[str]) -> str:
    """What would be right: the nearest name, or the names if they are few."""
    close = get_close_matches(wrong, sorted(right), 1)
    if close:
        return f" Is it '{close[0]}'?"
    return f" It is one of: {', '.join(sorted(right))}." if 0 < len(right) <= 12 else ""
