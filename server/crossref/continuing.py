"""What a later edition seems to continue of an earlier one, as a table for a person to correct."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..build.revision_records import MOVED, REPLACES, REWORDED, SAME
from ..build.revision_table import COLUMNS
from ..build.wording import digest
from ..errors import InputError
from .corpus import Corpus, Item, Kind, natural
from .matching import Candidate, rank

LIKENESS = 0.5
"""From here on one text is taken for another: cosine of their words, weighted by rarity."""
PARTS: tuple[Kind, ...] = ("priority", "theme", "question")
_NEAREST = 5


@dataclass(frozen=True)
class Revision:
    """One thing seems to continue another.

    Args:
        likeness: of the words, from 0 to 1.
    """

    later: Item
    earlier: Item
    likeness: float


def propose(corpus: Corpus, later: str, earlier: str) -> list[Revision]:
    """For each part of an edition, what it seems to continue: the likest, if any is like it.

    Args:
        later, earlier: keys of editions with questions.

    Raises:
        UnknownName: there is no such edition.
        InputError: they are one and the same.
    """
    if later == earlier:
        raise InputError(f"{later} can't replace itself.", remedy="Name two editions.")
    found: list[Revision] = []
    for key in (later, earlier):
        # Without questions it is none; the error says which there are.
        corpus.edition(key)
    for kind in PARTS:
        subjects, objects = (_parts(corpus, key, kind) for key in (later, earlier))
        best: dict[str, Revision] = {}
        for candidate in rank(corpus, subjects, objects, _NEAREST):
            _keep_likest(best, candidate)
        found += sorted(best.values(), key=lambda revision: natural(revision.later.key))
    return found


def _parts(corpus: Corpus, edition: str, kind: Kind) -> list[Item]:
    return [item for item in corpus.items if (item.edition, item.kind) == (edition, kind)]


def _keep_likest(best: dict[str, Revision], candidate: Candidate) -> None:
    subject, other = candidate.subject, candidate.object
    likeness = 1.0 if _words(subject) == _words(other) else candidate.features.words
    known = best.get(subject.iri)
    if likeness >= LIKENESS and (known is None or likeness > known.likeness):
        best[subject.iri] = Revision(subject, other, likeness)


def _words(item: Item) -> str:
    """Digest of what a part says: as the reader of the table takes it."""
    if item.kind == "priority":
        return digest(f"{item.label} {next(iter(item.context), '')}")
    return digest(item.text)


def table(later: str, earlier: str, found: Iterable[Revision]) -> str:
    """The proposals as `revisions.csv` (RFC 4180, but lines end with LF as in the other tables)."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerow((f"ari/{later}", f"ari/{earlier}", REPLACES))
    writer.writerows(_rows(list(found)))
    return text.getvalue()


def _rows(found: list[Revision]) -> Iterator[tuple[str, str, str]]:
    links = {(item.later.iri, item.earlier.iri) for item in found}
    for item in found:
        later, earlier = (f"{part.kind}/{part.key}" for part in (item.later, item.earlier))
        yield later, earlier, "|".join(_how(item, links))


def _how(item: Revision, links: set[tuple[str, str]]) -> list[str]:
    above = item.later.above[:1], item.earlier.above[:1]
    moved = any(above) and (*above[0], *above[1]) not in links
    reworded = _words(item.later) != _words(item.earlier)
    return [word for word, is_so in ((REWORDED, reworded), (MOVED, moved)) if is_so] or [SAME]
