"""How fast counterparts are found among many questions: `python -m benchmarks.matching [N]`.

Makes two editions of N (10,000) questions from the glossary's words, as long as real ones and
without topics, so that topics are inferred for each. Prints a Markdown table.
"""

import random
import resource
import statistics
import sys
import time
from collections.abc import Iterator

from met_ari.crossref import lexicon, matching
from met_ari.crossref.corpus import Corpus, Item
from met_ari.crossref.finding import Finder
from met_ari.crossref.space import Space

from .judged.texts import shipped

WORDS_OF_A_QUESTION = (6, 16)
SINGLE = 200
"""Texts that are looked up one by one."""
ABSTRACT = 220
"""Words of an abstract."""
LIMIT = 10


def main() -> None:
    """Print the table."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print("| what | seconds |\n|---|---|")
    for what, seconds in measured(size):
        print(f"| {what} | {seconds} |")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nPython {sys.version.split()[0]}, one thread, {memory:,.0f} MiB at most.")


def measured(size: int) -> Iterator[tuple[str, str]]:
    """What was done and how long it took."""
    corpus = editions(size)
    subjects, objects = corpus.edition("a-2026"), corpus.edition("b-2026")
    begin = time.perf_counter()
    space = Space(corpus)
    matcher = matching.Matcher(space, objects)
    yield f"index of {size:,} questions", f"{time.perf_counter() - begin:.1f}"
    times = []
    for item in subjects[:SINGLE]:
        begin = time.perf_counter()
        matcher.best(matcher.sums(space.text([item.text])), LIMIT)
        times.append(time.perf_counter() - begin)
    yield f"one text against {size:,}, median", f"{statistics.median(times):.4f}"
    yield f"one text against {size:,}, slowest of {SINGLE}", f"{max(times):.4f}"
    finder = Finder(corpus)
    draw = random.Random(3)  # noqa: S311 - no secret
    abstract = " ".join(_question(draw, _vocabulary()) + "." for _ in range(ABSTRACT // 11))
    begin = time.perf_counter()
    finder.find(abstract, LIMIT)
    both = f"an abstract of {ABSTRACT} words against {2 * size:,} (`/find`)"
    yield both, f"{time.perf_counter() - begin:.3f}"
    begin = time.perf_counter()
    found = sum(1 for _ in matching.rank(corpus, subjects, objects, LIMIT))
    whole = f"{size:,} by {size:,} questions, {LIMIT} candidates each ({found:,})"
    yield whole, f"{time.perf_counter() - begin:.1f}"


def editions(size: int) -> Corpus:
    """Two editions of so many made-up questions, with the real topics."""
    draw, words, real = random.Random(1), _vocabulary(), shipped()  # noqa: S311 - no secret
    made = [
        _item(edition, number, _question(draw, words))
        for edition in ("a-2026", "b-2026")
        for number in range(1, size + 1)
    ]
    topics = [item for item in real.items if item.kind == "topic"]
    return Corpus("made up", (*made, *topics), {})


def _item(edition: str, number: int, text: str) -> Item:
    key = f"{edition}-{number}"
    return Item(
        f"https://w3id.org/ari/id/question/{key}", key, "question", text, text, edition=edition
    )


def _question(draw: random.Random, words: list[str]) -> str:
    """Frequent words first, by Zipf's law, as in real texts."""
    weights = [1 / (place + 2) for place in range(len(words))]
    return " ".join(draw.choices(words, weights, k=draw.randint(*WORDS_OF_A_QUESTION)))


def _vocabulary() -> list[str]:
    """The glossary's words, and four times as many rarer ones that it does not have."""
    words = sorted({word for _, names in lexicon.glossary() for word in names.split()})
    random.Random(2).shuffle(words)  # noqa: S311 - no secret
    return [*words, *(word + end for end in ("ora", "ix", "um", "eth") for word in words)]


if __name__ == "__main__":
    main()
