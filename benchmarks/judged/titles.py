"""How well `/find` answers titles that nobody took from a question.

`python -m benchmarks.judged.titles [HOME]`, HOME as for `benchmarks.judged`: prints Markdown.

`titles.tsv` has a line for each title or sentence, made up as a researcher might write it: the
questions that it should find, and its part. A text finds a question that `/find` shows among the
first five of its edition. The list of a text names what it is about in the first place; more may be
right, so the share of finds that are wanted is a lower bound.
"""

import csv
import hashlib
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from met_ari.crossref.corpus import Corpus
from met_ari.crossref.finding import STRENGTHS, Find, Finder

from . import PARTS, Part
from .measures import Mean, mean
from .texts import of_home, shipped

FILE = Path(__file__).with_name("titles.tsv")
SEEN = 5
"""The first texts were seen to fail before the set was made; they are for tuning."""
FIRST = 5


@dataclass(frozen=True)
class Title:
    """A text, and the keys of the questions that it should find."""

    text: str
    wanted: frozenset[str]
    part: Part


def titles() -> list[Title]:
    """The texts in the order of the file."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [
        Title(
            row["text"],
            frozenset(row["wanted"].split("|")),
            next(part for part in PARTS if part == row["part"]),
        )
        for row in rows
    ]


def split(texts: Sequence[str]) -> dict[str, Part]:
    """The part of each text: in the order of their SHA-256 in turn, but for those seen before."""
    found: dict[str, Part] = dict.fromkeys(texts[:SEEN], PARTS[0])
    rest = sorted(texts[SEEN:], key=lambda text: hashlib.sha256(text.encode()).hexdigest())
    return found | {text: PARTS[place % 2] for place, text in enumerate(rest)}


def rows(read: Sequence[Title], corpora: dict[str, Corpus]) -> Iterator[str]:
    """The lines of the table."""
    for texts, corpus in corpora.items():
        finder = Finder(corpus)
        for part in PARTS:
            asked = [title for title in read if title.part == part]
            found = [finder.find(title.text, FIRST).finds for title in asked]
            told = [f"{recalled(asked, found)}", f"{first(asked, found):.2f}"]
            told += [right(asked, found, strength) for _, strength in STRENGTHS]
            yield f"| {texts} | {part} | {len(asked)} | {' | '.join(told)} |"


def recalled(asked: Sequence[Title], found: Sequence[Sequence[Find]]) -> Mean:
    """The mean share of what is wanted that is shown."""
    shares = [
        len(title.wanted & {find.item.key for find in finds}) / len(title.wanted)
        for title, finds in zip(asked, found, strict=True)
    ]
    return mean(shares)


def first(asked: Sequence[Title], found: Sequence[Sequence[Find]]) -> float:
    """The share of texts whose best find is wanted."""
    best = [max(finds, key=lambda find: find.score, default=None) for finds in found]
    return statistics.fmean(
        find is not None and find.item.key in title.wanted
        for title, find in zip(asked, best, strict=True)
    )


def right(asked: Iterable[Title], found: Iterable[Sequence[Find]], strength: str) -> str:
    """How many of the finds of one strength are wanted: `3 of 4`."""
    called = [
        find.item.key in title.wanted
        for title, finds in zip(asked, found, strict=True)
        for find in finds
        if find.strength == strength
    ]
    return f"{sum(called)} of {len(called)}"


def main() -> None:
    """Print the table."""
    corpora = {"as shipped": shipped()}
    if len(sys.argv) > 1:
        corpora["with official texts"] = of_home(Path(sys.argv[1]))
    strengths = " | ".join(f"{strength} right" for _, strength in STRENGTHS)
    print(f"| texts | part | titles | recall@5 | first right | {strengths} |")
    print(f"|{'---|' * (5 + len(STRENGTHS))}")
    for row in rows(titles(), corpora):
        print(row)


if __name__ == "__main__":
    main()
