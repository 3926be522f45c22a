"""`RELEASE-NOTES.md`: what a release holds, for people."""

from collections.abc import Iterable, Iterator, Sequence

from ..diff.as_markdown import as_markdown
from ..draft import Draft
from ..facts import Release

COUNTED = {
    "ari:AreasOfResearchInterest": "editions",
    "ari:ResearchQuestion": "research questions",
    "ari:Priority": "priorities",
    "ari:StrategicGoal": "strategic goals",
    "ari:Theme": "themes and groups",
    "ari:QuestionPair": "pairs of questions that were compared",
}
"""Types of things that a reader looks for, with their names in the plural."""


def notes(draft: Draft) -> bytes:
    """What the release is and holds, how to check it, and what changed, in Markdown."""
    changed = f"\n{as_markdown(draft.changes, level=2)}" if draft.changes else ""
    return ("\n".join(_lines(draft.facts)) + f"\n{changed}").encode()


def _lines(facts: Release) -> Iterator[str]:
    yield f"# {facts.title} {facts.version}"
    yield ""
    follows = f" Follows {facts.previous}." if facts.previous else " The first release."
    yield f"Published {facts.date.isoformat()}.{follows} Cite it as <{facts.iri}>."
    yield ""
    yield from _contents(facts)
    yield from _graphs(facts)
    yield from _proof(facts)


def _contents(facts: Release) -> Iterator[str]:
    yield "## What it holds"
    yield ""
    counts = [
        (facts.classes[kind], name) for kind, name in COUNTED.items() if kind in facts.classes
    ]
    yield from (f"- {count:,} {name}" for count, name in counts)
    yield f"- {facts.quads:,} statements in {len(facts.graphs)} named graphs"
    yield ""


def _graphs(facts: Release) -> Iterator[str]:
    yield from _table(
        ("graph", "what", "statements", "licence"),
        ((f"`{g.name}`", g.title, f"{g.triples:,}", f"<{g.licence}>") for g in facts.graphs),
    )
    yield ""
    yield "`LICENCE.md` says in words who owns what, and what you may do with it."
    yield ""


def _proof(facts: Release) -> Iterator[str]:
    yield "## How to check it"
    yield ""
    yield "`sha256sum --check --strict SHA256SUMS` finds a damaged file. `ari verify` also proves"
    yield "hashes, counts, shapes and recorded answers, without a server."
    yield ""
    yield f"The dataset's RDFC-1.0 SHA-256 is `{facts.hash}`."


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
