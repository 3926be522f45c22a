"""What changed on the pairs of questions: what was decided on each, and why."""

from dataclasses import replace

from rdflib.namespace import OWL, RDFS, SKOS

from ...build.mapping_records import REOPENED, TAGS, UNDONE
from ...vocab import ARI, SSSOM
from .aspects import named
from .changes import What
from .telling import Telling
from .things import Things, key_of

_WHATS: dict[str, What] = {
    "proposed": "proposed",
    "accepted": "accepted",
    "rejected": "rejected",
}
_RELATIONS = {
    "exactMatch": "the same",
    "closeMatch": "nearly the same",
    "broadMatch": "broader",
    "narrowMatch": "narrower",
    "relatedMatch": "related",
    "mappingRelation": "no counterpart",
}
"""What the second question is to the first."""


def tell_pair(telling: Telling, iri: str) -> None:
    """Tell what is new on a pair of questions that the patch touches."""
    old, new = telling.old, telling.new
    before, after = _newest(old, iri), _newest(new, iri)
    told = (_said(old, before), _said(new, after))
    if before == after and told[0] == told[1]:
        return
    change = named(new if after else old, iri, "mapping", _what(telling, before, after))
    reason = _reason(new, after)
    telling.tell(replace(change, before=told[0], after=told[1], reason=reason, group=""))
    _explain(telling, iri)


def _newest(things: Things, pair: str) -> str:
    return things.one(pair, ARI.latestDecision)


def _said(things: Things, record: str) -> str:
    """What a decision says: `accepted: broader`, `rejected: nearly the same`."""
    status = things.one(record, ARI.decisionStatus)
    relation = key_of(things.one(record, OWL.annotatedProperty))
    return f"{status}: {_RELATIONS.get(relation, relation)}" if status else ""


def _what(telling: Telling, before: str, after: str) -> What:
    if not after:
        return "dropped"
    if before == after:
        return "corrected"
    if telling.new.one(after, ARI.reasonTag) == REOPENED:
        return "re-opened"
    held = telling.old.one(before, ARI.decisionStatus) == "accepted"
    status = telling.new.one(after, ARI.decisionStatus)
    if telling.new.one(after, ARI.reasonTag) == UNDONE or (held and status != "accepted"):
        return "withdrawn"
    return _WHATS.get(status, "proposed")


def _reason(things: Things, record: str) -> str:
    """The comment of a decision, after what its tag means."""
    tag = things.one(record, ARI.reasonTag)
    told = (TAGS.get(tag, ""), things.one(record, RDFS.comment))
    return " ".join(part for part in told if part)


def _explain(telling: Telling, pair: str) -> None:
    """Count as told of: the pair, its decisions, their places in a set, and the link itself."""
    telling.explain(pair)
    for things in (telling.old, telling.new):
        for record in things.all(pair, ARI.hasDecision):
            telling.explain(record)
            for mapping_set in things.of(record, SSSOM.mappings):
                telling.explain_link(mapping_set, record, {str(SSSOM.mappings)})
        for subject in things.all(pair, ARI.subjectQuestion):
            for value in things.all(pair, ARI.objectQuestion):
                telling.explain_link(subject, value, _LINKS)


_LINKS = {str(SKOS[name]) for name in _RELATIONS}
