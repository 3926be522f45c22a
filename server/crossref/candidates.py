"""Candidates as SSSOM/TSV, CSV and JSON."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .. import __version__
from ..vocab import PREFIXES
from .corpus import Corpus, Item
from .matching import Candidate, Measure
from .space import texts_of
from .terms import terms

COLUMNS = (
    *("subject_id", "subject_label", "predicate_id", "object_id", "object_label"),
    *("mapping_justification", "match_string", "similarity_score", "similarity_measure", "comment"),
)
"""Slots of SSSOM 1.0 (Mapping), in its order."""
SHORT = (
    *("subject", "subject_label", "object", "object_label", "score"),
    *("words", "concepts", "topics", "embedding", "shared_words", "shared_concepts"),
    "shared_topics",
)
"""Columns of the CSV, members of the JSON."""

PREDICATE = "skos:relatedMatch"
"""The weakest link: which relation it is, a reader decides."""
COMPOSITE = "semapv:CompositeMatching"
"""Words, concepts, topics and perhaps an embedding, each a matching of its own."""


@dataclass(frozen=True)
class Writer:
    """Writes the candidates between two editions.

    Args:
        subject, object: keys of the editions.
        base: base IRI of things.
    """

    corpus: Corpus
    measure: Measure
    subject: str
    object: str
    base: str

    def sssom(self, candidates: Iterable[Candidate]) -> str:
        """SSSOM/TSV with its metadata above as comments in YAML."""
        text = io.StringIO()
        text.writelines(f"{line}\n" for line in self._head())
        writer = csv.DictWriter(text, COLUMNS, delimiter="\t", lineterminator="\n")
        writer.writeheader()
        writer.writerows(map(self._row, candidates))
        return text.getvalue()

    def csv(self, candidates: Iterable[Candidate]) -> str:
        """A table (RFC 4180), a line for each candidate; lists are separated by `; `."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(SHORT)
        for candidate in candidates:
            told = self._told(candidate)
            writer.writerow(_cell(told[name]) for name in SHORT)
        return text.getvalue()

    def json(self, candidates: Iterable[Candidate]) -> str:
        """An object with the measure, and a list of candidates."""
        told = {
            "subject_source": self.subject,
            "object_source": self.object,
            "similarity_measure": self.measure.name,
            "candidates": [self._told(candidate) for candidate in candidates],
        }
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"

    def _head(self) -> list[str]:
        things = {"edition": f"{self.base}id/ari/", "question": f"{self.base}id/question/"}
        known = {name: PREFIXES[name] for name in ("semapv", "skos")}
        curies = [f"#  {name}: {iri}" for name, iri in sorted((things | known).items())]
        name = f"{self.subject}--{self.object}"
        return [
            "#curie_map:",
            *curies,
            f"#mapping_set_id: {self.base}id/candidates/{name}",
            f"#mapping_set_title: Candidates for counterparts of {self.subject} in {self.object}",
            '#mapping_set_description: "Ranked by a program, read by nobody: each line is a '
            "proposal to look at, not a finding. similarity_score is the share of pairs like this "
            'that two readers called counterparts in the tuning part of a judged set."',
            "#license: https://creativecommons.org/licenses/by/4.0/",
            f"#subject_source: edition:{self.subject}",
            f"#object_source: edition:{self.object}",
            "#mapping_tool: met-ari",
            f'#mapping_tool_version: "{__version__}"',
        ]

    def _row(self, candidate: Candidate) -> Mapping[str, str]:
        words = shared_words(candidate)
        return {
            "subject_id": f"question:{candidate.subject.key}",
            "subject_label": _line(candidate.subject.label),
            "predicate_id": PREDICATE,
            "object_id": f"question:{candidate.object.key}",
            "object_label": _line(candidate.object.label),
            "mapping_justification": COMPOSITE,
            "match_string": "|".join(words),
            "similarity_score": f"{candidate.score:.4f}",
            "similarity_measure": self.measure.name,
            "comment": self._comment(candidate),
        }

    def _comment(self, candidate: Candidate) -> str:
        made = candidate.features
        parts = [f"words {made.words:.4f}, concepts {made.concepts:.4f}, topics {made.topics:.4f}"]
        if made.embedding is not None:
            parts[0] += f", embedding {made.embedding:.4f}"
        named = {
            "Both speak of": self._names(made.shared_concepts),
            "Both are about": self._names(made.shared_topics),
        }
        parts += [f"{what} {', '.join(names)}" for what, names in named.items() if names]
        return _line(". ".join(parts) + ".")

    def _told(self, candidate: Candidate) -> dict[str, Any]:
        made = candidate.features
        return {
            "subject": candidate.subject.key,
            "subject_label": candidate.subject.label,
            "object": candidate.object.key,
            "object_label": candidate.object.label,
            "score": candidate.score,
            "words": made.words,
            "concepts": made.concepts,
            "topics": made.topics,
            "embedding": made.embedding,
            "shared_words": shared_words(candidate),
            "shared_concepts": self._names(made.shared_concepts),
            "shared_topics": self._names(made.shared_topics),
        }

    def _names(self, names: Iterable[str]) -> list[str]:
        return names_of(self.corpus, names)


def names_of(corpus: Corpus, names: Iterable[str]) -> list[str]:
    """Concepts of the glossary and topics, by what people call them, each once."""
    items = corpus.by_iri
    found = (items[name].label if name in items else name for name in names)
    return list({name.casefold(): name for name in found}.values())


def shared_words(candidate: Candidate) -> list[str]:
    """The words that both have, as the object has them, the weightiest first."""
    said = words_by_stem(candidate.object)
    return [said[stem] for stem in candidate.features.shared_words if stem in said]


def words_by_stem(item: Item) -> dict[str, str]:
    """The first word of a question that has a stem, in lower case."""
    found: dict[str, str] = {}
    for text in texts_of(item):
        for term in terms(text):
            found.setdefault(term.stem, text[term.start : term.end].lower())
    return found


def _line(text: str) -> str:
    """A cell of a TSV: white space of any kind is one space."""
    return " ".join(text.split())


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)
