"""The catalogue of all releases: what `/catalogue` answers."""

import re
from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from .. import layout
from .about import AUTHOR_NAME
from .reading import Said
from .statements import Statements, english, iri

GATHERED = frozenset(
    iri(name) for name in ("rdf:type", "dcat:dataset", "dcat:hasVersion", "dcat:servesDataset")
)
"""Properties of what releases share that say another thing for each of them."""

_MAIL = re.compile(r"[^\s<>@:/]+@[^\s<>@:/]+")
_PAGE = re.compile(r"https?://[^\s<>\"{}|\\^`]+")


def catalogue(documents: Sequence[bytes], contact: str = "") -> Statements:
    """The catalogues of releases as one.

    Each says what it says of its own release. Of what they share (the series, the endpoint, the
    graphs, the licences) the newest is believed, so that a title that changed stands there once.

    Args:
        documents: `dcat.ttl` of each release, the newest first.
        contact: of who serves it: an electronic address, a page or a name; empty: not known.

    Raises:
        SyntaxError: a document does not parse.
        Unfaithful: one does not say which version it is of.
    """
    parsed = [Said.turtle(data, layout.DCAT) for data in documents]
    merged = Statements(_believed(parsed))
    if parsed:
        series, release = _current(parsed)
        merged.say(series, ("dcat:hasCurrentVersion", release))
    if contact:
        _add_contact(merged, contact)
    return merged


def _believed(parsed: Sequence[Said]) -> Iterator[ox.Triple]:
    told: set[tuple[object, object]] = set()
    for said in parsed:
        yield from (t for t in said.triples if t.predicate in GATHERED or _place(t) not in told)
        told.update(map(_place, said.triples))


def _place(triple: ox.Triple) -> tuple[object, object]:
    return triple.subject, triple.predicate


def _current(parsed: Sequence[Said]) -> tuple[str, str]:
    """The series, and the version that is the current one: no draft, if there is another."""
    found = {
        said.one(release, "dcat:version"): (said.one(release, "dcat:isVersionOf"), release.value)
        for said in parsed
        for release in said.subjects("dcat:version")
    }
    return found[layout.current(found)]


def _add_contact(merged: Statements, contact: str) -> None:
    point = merged.part(("rdf:type", "vcard:Kind"), ("vcard:fn", english(AUTHOR_NAME)))
    if _MAIL.fullmatch(contact):
        merged.say(point, ("vcard:hasEmail", f"mailto:{contact}"))
    elif _PAGE.fullmatch(contact):
        merged.say(point, ("vcard:hasURL", contact))
    else:
        merged.say(point, ("vcard:note", ox.Literal(contact)))
    kinds = {iri("dcat:Dataset"), iri("dcat:DataService")}
    for triple in list(merged):
        if triple.object in kinds and isinstance(triple.subject, ox.NamedNode):
            merged.say(triple.subject, ("dcat:contactPoint", point))
