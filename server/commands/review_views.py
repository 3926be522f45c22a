"""What a person sees of a pair before deciding: both texts, what they share, what else is near."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from .. import terminal
from ..build import folder
from ..build.questions import Question
from ..config import Settings
from ..crossref import corpus, matching
from ..crossref.candidates import names_of
from ..crossref.corpus import Corpus, Item
from ..crossref.decisions import Journal, State, pair_of
from ..crossref.judgement import describe
from ..crossref.matching import Candidate
from ..crossref.space import Space
from ..engine.embedded import open_engine
from ..protocol.service import Service
from ..vocab import Names
from .current import current_build

NEAR = 5
"""Candidates that are named beside a pair, and asked about for each question."""


@dataclass
class Views:
    """Texts, candidates and features from the build."""

    corpus: Corpus
    names: Names
    _ranked: dict[tuple[str, str], dict[str, list[Candidate]]] = field(default_factory=dict)

    def ranked(self, subject: str, target: str) -> dict[str, list[Candidate]]:
        """The candidates between two editions, by the key of the subject; made once."""
        if (subject, target) not in self._ranked:
            found: dict[str, list[Candidate]] = {}
            both = self.corpus.edition(subject), self.corpus.edition(target)
            for candidate in matching.rank(self.corpus, *both, NEAR):
                found.setdefault(candidate.subject.key, []).append(candidate)
            self._ranked[subject, target] = found
        return self._ranked[subject, target]

    def candidates(self, subject: str, target: str) -> Iterator[str]:
        """The keys of their pairs, subject by subject, the best first."""
        for found in self.ranked(subject, target).values():
            yield from (f"{item.subject.key}--{item.object.key}" for item in found)

    def of(self, key: str, state: State) -> str:
        """A pair as a person sees it, in several lines."""
        subject, other, edition = pair_of(state, key)
        parts = [self._texts(subject, other, edition)]
        newest = state.newest(key)
        said = f"{describe(newest)} ({newest.confidence:g})" if newest else "nothing yet"
        parts.append(f"Said so far: {said}")
        if other:
            parts.append(self._shared(subject, other))
        parts += self._near(subject, edition, state)
        return "\n".join(parts)

    def _item(self, question: Question) -> Item | None:
        return self.corpus.by_iri.get(str(self.names.thing("question", question.key)))

    def _texts(self, subject: Question, other: Question | None, edition: str) -> str:
        heads = (subject.key, other.key if other else f"nothing in {edition}")
        rows = [
            (one, two)
            for one, two in zip(self._told(subject), self._told(other), strict=True)
            if one or two
        ]
        return terminal.table(heads, rows)

    def _told(self, question: Question | None) -> tuple[str, str, str]:
        """Label, text if it says more, and the heading above."""
        if question is None:
            return "", "", ""
        item = self._item(question)
        above = f"under: {item.context[0]}" if item and item.context else ""
        text = question.text if question.text != question.label else ""
        return question.label, text, above

    def _shared(self, subject: Question, other: Question) -> str:
        one, two = self._item(subject), self._item(other)
        if one is None or two is None:
            return "The build does not hold both of them."
        space = Space(self.corpus)
        made = matching.features(space.item(one), space.item(two))
        numbers = f"words {made.words:g}, concepts {made.concepts:g}, topics {made.topics:g}"
        shared = {
            "words": made.shared_words,
            "concepts": names_of(self.corpus, made.shared_concepts),
            "topics": names_of(self.corpus, made.shared_topics),
        }
        told = [f"{what}: {', '.join(names)}" for what, names in shared.items() if names]
        return f"Both share ({numbers}) " + ("; ".join(told) or "nothing that a program sees")

    def _near(self, subject: Question, edition: str, state: State) -> Iterator[str]:
        yield f"Near {subject.key}:"
        for candidate in self.ranked(subject.edition, edition).get(subject.key, []):
            found = state.newest(f"{subject.key}--{candidate.object.key}")
            status = f" [{found.status}]" if found else ""
            label = candidate.object.label
            yield f"  {candidate.score:.4f} {candidate.object.key}{status} {label}"


def views(journal: Journal, settings: Settings, quiet: bool) -> Views:
    """The views of the build of the present sources, made now if there is none."""
    place = current_build(settings, journal.sources(), quiet)
    with open_engine(place / folder.DATASET, place.name, settings, workers=1) as engine:
        found = corpus.read(Service(settings, engine))
    return Views(found, Names(settings.base_iri))
