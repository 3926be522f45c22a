"""One record for each pair of questions: both texts, what they share, what was decided and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..protocol.service import Row, Service, number, text
from .comparing import Compared, Comparer
from .corpus import Corpus, Edition, Item, key_of, natural

HISTORY = "decisions-on-pair"


@dataclass(frozen=True)
class Decision:
    """A record of a mapping set.

    Args:
        key: such as `met-2019-1-1--home-office-2019-70.1`.
        status: as it is now; `superseded` of all but the newest.
        made_as: the status that it had when it was made.
        relation: local name, such as `relatedMatch`; `mappingRelation` for a gap.
        negated: it says that the relation does not hold.
        reviewer, tag: empty where there is none.
    """

    iri: str
    key: str
    date: str
    status: str
    made_as: str
    relation: str
    negated: bool
    confidence: float | None
    author: str
    reviewer: str
    tag: str
    reason: str


@dataclass(frozen=True)
class Pair:
    """Two questions, or a question and an edition in which nothing answers it.

    Args:
        other: None for a gap.
        edition: that of the other question, or in which nothing was found.
        history: every decision, the first one first.
        compared: None for a gap.
        named: the decision that was asked for; None: the pair itself was.
    """

    iri: str
    key: str
    subject: Item
    other: Item | None
    editions: tuple[Edition, Edition]
    history: tuple[Decision, ...]
    compared: Compared | None
    named: Decision | None
    revision: str

    @property
    def newest(self) -> Decision:
        """The decision that holds."""
        return self.history[-1]


def read(service: Service, comparer: Comparer, thing: str) -> Pair | None:
    """The pair that an IRI names, or that has the decision that it names.

    None if it names neither, or if the dataset does not describe the questions.

    Raises: as any question to the engine.
    """
    row = next(iter(service.rows("pair", thing=thing)), None)
    return _pair(service, comparer, thing, row) if row else None


def _pair(service: Service, comparer: Comparer, thing: str, row: Row) -> Pair | None:
    corpus, iri, base = comparer.corpus, text(row, "pair"), service.settings.base_iri
    subject = corpus.by_iri.get(text(row, "subject"))
    other = corpus.by_iri.get(text(row, "object"))
    history = _history(service, iri)
    if subject is None or not history or ("object" in row and other is None):
        return None
    far = other.edition if other else key_of(text(row, "edition"), base)
    return Pair(
        iri,
        key_of(iri, base),
        subject,
        other,
        (_edition(corpus, subject.edition), _edition(corpus, far)),
        history,
        comparer.compare(subject, other) if other else None,
        next((decision for decision in history if decision.iri == thing), None),
        corpus.revision,
    )


def _edition(corpus: Corpus, key: str) -> Edition:
    return corpus.editions.get(key, Edition("", key, key))


def _history(service: Service, pair: str) -> tuple[Decision, ...]:
    found: dict[str, Decision] = {}
    for row in service.library_rows(HISTORY, pair=pair):
        found.setdefault(text(row, "decision"), _decision(row, service.settings.base_iri))
    return tuple(sorted(found.values(), key=lambda decision: natural(decision.key)))


def _decision(row: Row, base: str) -> Decision:
    iri, status = text(row, "decision"), text(row, "status")
    return Decision(
        iri,
        key_of(iri, base),
        text(row, "date"),
        status,
        text(row, "statusWhenMade") or status,
        text(row, "relation").rpartition("#")[2],
        text(row, "negated") == "true",
        number(row, "confidence"),
        text(row, "author"),
        text(row, "reviewer"),
        text(row, "tag"),
        text(row, "reason"),
    )


RELATIONS: Mapping[str, str] = {
    "exactMatch": "the same",
    "closeMatch": "nearly the same",
    "broadMatch": "broader",
    "narrowMatch": "narrower",
    "relatedMatch": "related",
}
"""What the second question is to the first, in words."""
TURNED: Mapping[str, str] = {"broadMatch": "narrowMatch", "narrowMatch": "broadMatch"}
"""The relation read from the second question; every other one is the same both ways."""
