"""What the record of every edition says at its top, whatever the edition is made of."""

from .patterns import EDITION, YEAR
from .records import EditionRecord, SourceRecord
from .sections import Section


def edition(top: Section, sources: tuple[SourceRecord, ...]) -> EditionRecord:
    """The edition that a file describes; the first source is the one it was read from."""
    return EditionRecord(
        key=top.matching("key", EDITION, "a key such as 'met-2019'"),
        title=top.text("title"),
        label=top.text("label"),
        publisher=top.text("publisher"),
        issued=top.matching("issued", YEAR, "a year"),
        strategy=top.text("strategy", ""),
        edited=top.flag("edited"),
        sources=sources,
        origin=top.origin,
    )
