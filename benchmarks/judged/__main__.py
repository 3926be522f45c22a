"""How much of what two readers found the matcher finds: `python -m benchmarks.judged [HOME]`.

HOME is a home folder into which the Home Office's official texts were imported
(`ari import csv FILE --home HOME …`); without it, our labels alone are compared. Embeddings are
used where their extras are installed. Prints a Markdown table.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from met_ari.crossref import matching
from met_ari.crossref.corpus import Corpus
from met_ari.crossref.embedding import Model
from met_ari.errors import EnvironmentFault

from . import OBJECTS, PARTS, SUBJECTS, Judgement, read, relevant
from .measures import means
from .texts import of_home, shipped, without_topics

MODELS: dict[Model | None, str] = {
    None: "default",
    "static": "`--static`",
    "semantic": "`--semantic`",
}
HEAD = (
    "| texts | matcher | part | counterpart if | questions | recall@5 | recall@10 | MAP |\n"
    "|---|---|---|---|---|---|---|---|"
)


def rows(judged: Sequence[Judgement], corpora: dict[str, Corpus]) -> Iterator[str]:
    """The lines of the table."""
    for texts, corpus in corpora.items():
        for model, name in MODELS.items():
            yield from measured(judged, corpus, model, f"{texts} | {name}")
        bare = without_topics(corpus, SUBJECTS)
        yield from measured(judged, bare, None, f"{texts} | default, topics inferred")


def measured(
    judged: Sequence[Judgement],
    corpus: Corpus,
    model: Model | None,
    label: str,
) -> Iterator[str]:
    """The lines of one matcher on one corpus; none where its extra is not installed."""
    ranked: dict[str, list[str]] = {}
    subjects, objects = corpus.edition(SUBJECTS), corpus.edition(OBJECTS)
    try:
        for found in matching.rank(corpus, subjects, objects, len(objects), model):
            ranked.setdefault(found.subject.key, []).append(found.object.key)
    except EnvironmentFault as fault:
        print(f"{label}: {fault}", file=sys.stderr)
        return
    for part in PARTS:
        for least, who in ((2, "both say so"), (1, "one says so")):
            wanted = relevant(judged, part, least)
            five, ten, precision = means(ranked, wanted)
            numbers = f"{len(wanted)} | {five} | {ten} | {precision}"
            yield f"| {label} | {part} | {who} | {numbers} |"


def main() -> None:
    """Print the table."""
    corpora = {"as shipped": shipped()}
    if len(sys.argv) > 1:
        corpora["with official texts"] = of_home(Path(sys.argv[1]))
    print(HEAD)
    for row in rows(read(), corpora):
        print(row)


if __name__ == "__main__":
    main()
