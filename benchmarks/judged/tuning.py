"""How the shares in `met_ari.crossref.matching` came about: `python -m benchmarks.judged.tuning`.

A logistic regression with a small ridge over all pairs of the tuning part, in four settings at
once: our labels or (with HOME, as for `benchmarks.judged`) the official texts too, topics assigned
or inferred. A pair that one reader alone proposed counts half. Prints a line for each matcher whose
extra is installed. For pasted texts, which have no topics, it is the tuning part of the titles and
the questions without topics. The held-out parts are not read.
"""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from met_ari.crossref import embedding
from met_ari.crossref.corpus import Corpus, Item
from met_ari.crossref.embedding import Model
from met_ari.crossref.space import Space, dot, texts_of
from met_ari.errors import EnvironmentFault

from . import OBJECTS, SUBJECTS, Judgement, read
from .texts import of_home, shipped, without_topics
from .titles import Title, titles

RIDGE = 0.1
STEPS = 40
HALF = 0.5
"""Weight of a pair on which the readers disagree."""


@dataclass(frozen=True)
class Example:
    """One pair in one setting.

    Args:
        features: 1 for the bias, then the cosines.
        weight: of the example in the sum.
        assigned: somebody has assigned topics to both.
    """

    features: tuple[float, ...]
    positive: bool
    weight: float
    assigned: bool = True


def pasted(
    judged: Sequence[Judgement], titles: Sequence[Title], corpora: Sequence[Corpus]
) -> list[Example]:
    """Every title and every question with every other question, as if pasted."""
    found = [one for one in examples(judged, corpora, None) if not one.assigned]
    asked = [title for title in titles if title.part == "tune"]
    texts = [Item(f"title:{n}", "", "question", t.text, t.text) for n, t in enumerate(asked)]
    wanted = {item.iri: title.wanted for item, title in zip(texts, asked, strict=True)}
    for corpus in corpora:
        for one, other, features in _features(Space(corpus), texts, corpus.questions, None):
            positive = other.key in wanted[one.iri]
            found.append(Example(features, positive, 1 / len(corpora), False))
    return found


def examples(
    judged: Sequence[Judgement], corpora: Sequence[Corpus], model: Model | None
) -> list[Example]:
    """Every pair of the tuning part in every setting."""
    parts = {one.subject: one.part for one in judged}
    relevance = {(one.subject, one.object): one.relevance for one in judged}
    found = []
    for corpus in corpora:
        for told in (corpus, without_topics(corpus, SUBJECTS)):
            subjects = [i for i in told.edition(SUBJECTS) if parts.get(i.key) == "tune"]
            pairs = _features(Space(told), subjects, told.edition(OBJECTS), model)
            for one, other, features in pairs:
                judgement = relevance.get((one.key, other.key), 0)
                weight = (HALF if judgement == 1 else 1.0) / (2 * len(corpora))
                found.append(Example(features, judgement > 0, weight, told is corpus))
    return found


def _features(
    space: Space, subjects: Sequence[Item], objects: Sequence[Item], model: Model | None
) -> list[tuple[Item, Item, tuple[float, ...]]]:
    near = _cosines(subjects, objects, model)
    profiles = [space.item(item) for item in objects]
    found = []
    for row, subject in enumerate(subjects):
        one = space.item(subject)
        for column, (item, other) in enumerate(zip(objects, profiles, strict=True)):
            cosines = (
                dot(one.words, other.words),
                dot(one.concepts, other.concepts),
                dot(one.topics, other.topics),
            )
            more = (near[row][column],) if near else ()
            found.append((subject, item, (1.0, *cosines, *more)))
    return found


def _cosines(
    subjects: Sequence[Item], objects: Sequence[Item], model: Model | None
) -> list[list[float]]:
    if model is None:
        return []
    said = list(map(texts_of, subjects)), list(map(texts_of, objects))
    found: list[list[float]] = embedding.cosines(embedding.load(model), *said).rows(0).tolist()
    return found


def fitted(data: Sequence[Example]) -> list[float]:
    """Bias and shares, by Newton's method."""
    size = len(data[0].features)
    shares = [0.0] * size
    for _ in range(STEPS):
        gradient = [RIDGE * share * (place > 0) for place, share in enumerate(shares)]
        curve = [[RIDGE * (i == j > 0) for j in range(size)] for i in range(size)]
        for one in data:
            total = sum(s * x for s, x in zip(shares, one.features, strict=True))
            chance = 1 / (1 + math.exp(-total))
            pull = one.weight * (chance - one.positive)
            bend = one.weight * chance * (1 - chance)
            for i, x in enumerate(one.features):
                gradient[i] += pull * x
                for j, y in enumerate(one.features):
                    curve[i][j] += bend * x * y
        step = solved(curve, gradient)
        shares = [share - by for share, by in zip(shares, step, strict=True)]
    return shares


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """The solution of a positive definite system, by elimination."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows[i + 1 :]:
            factor = row[i] / pivot[i]
            row[i:] = [x - factor * y for x, y in zip(row[i:], pivot[i:], strict=True)]
    found = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, len(rows)))
        found[i] = (rows[i][-1] - known) / rows[i][i]
    return found


def main() -> None:
    """Print bias and shares for each matcher, and for pasted texts."""
    corpora = [shipped(), *(of_home(Path(home)) for home in sys.argv[1:2])]
    models: tuple[Model | None, ...] = (None, "static", "semantic")
    for model in models:
        try:
            found = fitted(examples(read(), corpora, model))
        except EnvironmentFault as fault:
            print(f"{model}: {fault}", file=sys.stderr)
        else:
            print(model or "default", *(f"{share:.2f}" for share in found))
    found = fitted(pasted(read(), titles(), corpora))
    print("pasted", *(f"{share:.2f}" for share in found))


if __name__ == "__main__":
    main()
