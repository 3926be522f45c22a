"""The key file of an edition: which identifiers and texts a question ever had; rows are added."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from .faults import Faults
from .patterns import SHA256, SLUG
from .rows import read_csv
from .sources import Sources

COLUMNS = ("id", "source_id", "sha256")


@dataclass(frozen=True)
class KeyRecord:
    """A question once had this identifier in its source, and this text.

    Args:
        id: last part of the question's key.
        source_id: `{kind}:{identifier}`; empty where the source has none.
    """

    id: str
    source_id: str
    sha256: str


@dataclass(frozen=True)
class Keys:
    """The rows of a key file, in the order in which they were added."""

    rows: tuple[KeyRecord, ...] = ()

    def digests(self, question: str) -> Iterator[str]:
        """Of the texts that a question ever had, the first one first."""
        return (row.sha256 for row in self._by_question[question])

    def sources(self, question: str) -> Iterator[str]:
        """The identifiers that a question ever had in its sources."""
        return (row.source_id for row in self._by_question[question] if row.source_id)

    @cached_property
    def _by_question(self) -> Mapping[str, list[KeyRecord]]:
        found: defaultdict[str, list[KeyRecord]] = defaultdict(list)
        for row in self.rows:
            found[row.id].append(row)
        return found

    def adding(self, rows: Iterable[KeyRecord]) -> "Keys":
        """The same with further rows, those that are there already left out."""
        return Keys(tuple(dict.fromkeys([*self.rows, *rows])))


def read_keys(sources: Sources, file: str, faults: Faults) -> Keys:
    """The rows of a key file."""
    rows = read_csv(sources.read(file), file, COLUMNS, faults)
    return Keys(
        tuple(
            KeyRecord(
                id=row.matching("id", SLUG, "an identifier such as '27'"),
                source_id=row["source_id"],
                sha256=row.matching("sha256", SHA256, "64 lower-case hexadecimal digits"),
            )
            for row in rows
        )
    )
