"""What two readers called counterparts, and how much of it the matcher finds.

`met-2019--home-office-2019.tsv` has a line for each pair that a reader of all 53 by 86 pairs
proposed or looked at and rejected: 2, both proposed it; 1, one of them; 0, none. `part` is `tune`
or `held-out`: weights are fitted on the one, and nothing is ever fitted on the other.
"""

import csv
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Part = Literal["tune", "held-out"]
PARTS: tuple[Part, ...] = ("tune", "held-out")
FILE = Path(__file__).with_name("met-2019--home-office-2019.tsv")
SUBJECTS, OBJECTS = "met-2019", "home-office-2019"


@dataclass(frozen=True)
class Judgement:
    """What the readers said of one pair.

    Args:
        relevance: 2, both call it a counterpart; 1, one does; 0, none.
    """

    subject: str
    object: str
    relevance: int
    part: Part


def read() -> list[Judgement]:
    """The judged set, in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Judgement(
            row["subject"],
            row["object"],
            int(row["relevance"]),
            next(part for part in PARTS if part == row["part"]),
        )
        for row in rows
    ]


def relevant(judged: Iterable[Judgement], part: Part, least: int) -> dict[str, set[str]]:
    """The counterparts of each question that has some, by key."""
    found: dict[str, set[str]] = {}
    for one in judged:
        if one.part == part and one.relevance >= least:
            found.setdefault(one.subject, set()).add(one.object)
    return found


def split(judged: Iterable[Judgement]) -> dict[str, Part]:
    """The part of each question, by a rule that knows no score.

    The questions with a counterpart, and then those without, are put in the order of the SHA-256
    of their keys and go to the two parts in turn.
    """
    judged = list(judged)
    named = {one.subject for one in judged}
    answered = {one.subject for one in judged if one.relevance}
    found: dict[str, Part] = {}
    for group in (answered, named - answered):
        for place, key in enumerate(sorted(group, key=_digest)):
            found[key] = PARTS[place % 2]
    return found


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
