"""The limits of queries and writes, in words: what was reached, its value, what would pass."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .. import errors
from ..config import Settings, variable
from ..errors import AriError, LimitReached, TooComplex


@dataclass(frozen=True)
class Limits:
    """The limits of one kind of request.

    Args:
        what: is asked for: `query` or `write`.
        end: what a refusal adds.
        remedies: what would pass, by limit: `seconds`, `memory`, `rows`, `bytes`.
        clock: the setting that holds its time.
    """

    what: str
    result: str
    end: str
    remedies: Mapping[str, str]
    clock: str = "query_seconds"

    def seconds(self, settings: Settings) -> float:
        """How long it may take."""
        return float(getattr(settings, self.clock))

    def error(self, outcome: Mapping[str, Any], settings: Settings) -> AriError:
        """What a worker refused, as the error that it is."""
        if "error" in outcome:
            cls = getattr(errors, outcome["error"])
            return errors.rebuild(cls, outcome["detail"], outcome["remedy"], outcome["extra"])
        told: AriError = getattr(self, outcome["limit"])(settings)
        return told

    def time(self, settings: Settings) -> LimitReached:
        """It took too long."""
        seconds = self.seconds(settings)
        detail = f"The {self.what} was stopped after {seconds:g} s."
        return self._reached(variable(self.clock), seconds, "seconds", detail)

    def memory(self, settings: Settings) -> LimitReached:
        """It needs too much memory."""
        value = settings.query_memory_mb
        detail = f"The {self.what} needs more than {value} MiB of memory."
        return self._reached("ARI_QUERY_MEMORY_MB", value, "MiB", detail)

    def rows(self, settings: Settings) -> LimitReached:
        """There is too much of it."""
        value = settings.max_rows
        detail = f"The {self.result} has more than {value} rows."
        return self._reached("ARI_MAX_ROWS", value, "rows", detail)

    def bytes(self, settings: Settings) -> LimitReached:
        """It is too long."""
        value = settings.max_bytes
        detail = f"The {self.result} is larger than {value} bytes."
        return self._reached("ARI_MAX_BYTES", value, "bytes", detail)

    def depth(self, _: Settings) -> TooComplex:
        """The engine's stack does not suffice."""
        return TooComplex(
            f"The {self.what} is nested too deeply, or chains too many operators.",
            remedy="Write long lists as VALUES or IN, and nest less.",
        )

    def _reached(self, setting: str, value: float, unit: str, detail: str) -> LimitReached:
        remedy = f"{self.remedies[unit]}; on your own server, raise {setting}."
        return LimitReached(setting, value, unit, detail + self.end, remedy)


OF_QUERIES = Limits(
    "query",
    "answer",
    "",
    {
        "seconds": "Make it smaller: name a subject, a graph or a type, join patterns by shared "
        "variables, or take a LIMIT in a sub-select",
        "MiB": "Sort, group, join or concatenate fewer rows",
        "rows": "Ask for a part with LIMIT and OFFSET (and ORDER BY), or aggregate",
        "bytes": "Select fewer columns or rows, or take CSV or TSV",
    },
)
OF_WRITES = Limits(
    "write",
    "change",
    " Nothing is stored.",
    {
        "seconds": "Write in parts, and name a subject, a graph or a type in WHERE",
        "MiB": "Write in parts",
        "rows": "Write in parts",
        "bytes": "Write in parts",
    },
)


class _OfDocuments(Limits):
    def depth(self, _: Settings) -> TooComplex:
        return TooComplex("The document is nested too deeply.", remedy="Nest less.")


OF_EXAMINATIONS = _OfDocuments(
    "validation",
    "report",
    "",
    dict.fromkeys(("seconds", "MiB", "rows", "bytes"), "Send the graph in parts that stand alone"),
    "validate_seconds",
)


def validation_time(settings: Settings) -> LimitReached:
    """The shapes could not be checked in time."""
    seconds = settings.validate_seconds
    return LimitReached(
        "ARI_VALIDATE_SECONDS",
        seconds,
        "seconds",
        f"The shapes could not be checked within {seconds:g} s. Nothing is stored.",
        "Write in parts; on your own server, raise ARI_VALIDATE_SECONDS.",
    )
