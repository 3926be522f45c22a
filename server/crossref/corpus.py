"""Everything that can be matched, found and reconciled, read from the dataset once a revision.

It is read by four stored queries through the engine's seam, so another engine gives the same. No
mapping and no decision is read: what is proposed never depends on what was decided.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from typing import Literal

from ..errors import UnknownName
from ..protocol.service import Row, Service, text

Kind = Literal["question", "priority", "theme", "goal", "topic"]
KINDS: tuple[Kind, ...] = ("question", "priority", "theme", "goal", "topic")
"""In the order in which a corpus lists its items."""

DEEPEST = 8
"""Headings above a question that are read; a cycle in someone's data ends there."""

_NUMBER = re.compile(r"([0-9]+)")


@dataclass(frozen=True)
class Item:
    """One thing that has a name and may be looked for.

    Args:
        key: what follows the kind in its IRI, such as `met-2019-4-2`; the IRI itself where it
            does not stand under the base.
        label: the name; of a Home Office question our short label.
        text: the official words where the dataset has them, else the label.
        alternatives: other names.
        context: names and definitions of the headings above, the nearest first; of anything but a
            question its own definition first.
        above: IRIs of these headings; of a topic, the broader topics.
        topics: IRIs of the topics of a question, which are items too.
        edition: key of the edition, strategy or scheme that it stands in.
        position: within its parent, from 1; 0 where it has none.
        status: what its publisher did with a question: `archived`, `withdrawn`, `vanished`; empty:
            nothing of these.
        official: the text is the publisher's; else it is a label, which may be ours.
    """

    iri: str
    key: str
    kind: Kind
    label: str
    text: str
    alternatives: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    edition: str = ""
    position: int = 0
    status: str = ""
    official: bool = False


@dataclass(frozen=True)
class Edition:
    """A list of questions or goals.

    Args:
        key: such as `met-2019`.
        publisher: name of the organisation; empty if none is known.
    """

    iri: str
    key: str
    label: str
    publisher: str = ""


@dataclass(frozen=True)
class Corpus:
    """The items of one revision, ordered by kind, edition and key.

    Args:
        revision: of the data.
        editions: by key.
    """

    revision: str
    items: tuple[Item, ...]
    editions: Mapping[str, Edition] = field(default_factory=dict)

    @cached_property
    def by_iri(self) -> dict[str, Item]:
        """Every item by its IRI."""
        return {item.iri: item for item in self.items}

    @property
    def questions(self) -> tuple[Item, ...]:
        """The questions of all editions."""
        return tuple(item for item in self.items if item.kind == "question")

    def edition(self, key: str) -> tuple[Item, ...]:
        """The questions of one edition, in the order of their keys.

        Raises:
            UnknownName: no edition with questions has that key; offers those that have.
        """
        found = tuple(item for item in self.questions if item.edition == key)
        if not found:
            raise self._no_such_edition(key)
        return found

    def _no_such_edition(self, key: str) -> UnknownName:
        known = sorted({item.edition for item in self.questions})
        near = get_close_matches(key, known, n=3, cutoff=0.4)
        hint = f"Did you mean {' or '.join(near)}? " if near else ""
        listed = ", ".join(known) or "none"
        return UnknownName(
            f"There is no edition {_shown(key)} with questions here.",
            remedy=f"{hint}The editions with questions: {listed}.",
            extra={"name": key, "near": near},
        )


def read(service: Service) -> Corpus:
    """The corpus at the engine's revision.

    Raises:
        LimitReached, TooBusy, EngineFault: as for any question to the engine.
    """
    revision = service.engine.revision
    names = _grouped(service.rows("corpus-names"), "item", "name")
    links = _grouped(service.rows("corpus-topics"), "item", "topic")
    known = editions(service)
    rows: dict[str, Row] = {}
    for row in service.rows("corpus-items"):
        rows.setdefault(text(row, "item"), row)
    reader = _Reader(service.settings.base_iri, rows, names, links)
    items = sorted((reader.item(iri) for iri in rows), key=_place)
    return Corpus(revision, tuple(items), known)


class _Reader:
    """Makes items from rows, the first row of each."""

    def __init__(
        self,
        base: str,
        rows: Mapping[str, Row],
        names: Mapping[str, tuple[str, ...]],
        links: Mapping[str, tuple[str, ...]],
    ) -> None:
        self.base = base
        self.rows = rows
        self.names = names
        self.links = links

    def item(self, iri: str) -> Item:
        row = self.rows[iri]
        kind = _kind(text(row, "kind"))
        label = text(row, "label")
        above = self._chain(iri)
        own = (text(row, "definition"),) if kind != "question" else ()
        return Item(
            iri,
            key_of(iri, self.base),
            kind,
            label,
            text(row, "text") or label,
            self.names.get(iri, ()),
            tuple(filter(None, (*own, *self._told(above)))),
            above,
            self.links.get(iri, ()) if kind == "question" else (),
            key_of(text(row, "scheme"), self.base),
            _number_of(text(row, "position")),
            text(row, "status"),
            bool(text(row, "text")),
        )

    def _chain(self, iri: str) -> tuple[str, ...]:
        """The headings above, the nearest first."""
        found: list[str] = []
        while len(found) < DEEPEST and (iri := self._parent(iri)) and iri not in found:
            found.append(iri)
        return tuple(found)

    def _parent(self, iri: str) -> str:
        row = self.rows.get(iri, {})
        if text(row, "kind") == "topic":
            return next(iter(self.links.get(iri, ())), "")
        return text(row, "parent")

    def _told(self, iris: Iterable[str]) -> list[str]:
        rows = [self.rows.get(iri, {}) for iri in iris]
        return [text(row, name) for row in rows for name in ("label", "definition")]


def key_of(iri: str, base: str) -> str:
    """What follows the kind in the IRI of a thing: `met-2019-4-2`; else the IRI as it is."""
    prefix = f"{base}id/"
    kind, slash, key = iri.removeprefix(prefix).partition("/")
    return key if iri.startswith(prefix) and slash and kind else iri


def natural(key: str) -> tuple[tuple[int, str], ...]:
    """Orders keys by their numbers: `…-9` stands before `…-10`."""
    parts = _NUMBER.split(key)
    return tuple((int(part), "") if i % 2 else (0, part) for i, part in enumerate(parts))


def _place(item: Item) -> tuple[int, str, tuple[tuple[int, str], ...]]:
    return KINDS.index(item.kind), item.edition, natural(item.key)


def editions(service: Service) -> dict[str, Edition]:
    """The editions and strategies, by key."""
    found: dict[str, Edition] = {}
    for row in service.rows("corpus-editions"):
        iri = text(row, "edition")
        key = key_of(iri, service.settings.base_iri)
        found.setdefault(key, Edition(iri, key, text(row, "label"), text(row, "publisherName")))
    return found


def _number_of(text: str) -> int:
    """A position; 0 for what a live store may hold in its place."""
    return int(text[:9]) if text.isascii() and text.isdecimal() else 0


def _kind(name: str) -> Kind:
    return next(kind for kind in KINDS if kind == name)


def _grouped(rows: Iterable[Row], by: str, name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(text(row, by), []).append(text(row, name))
    return {key: tuple(values) for key, values in found.items()}


def _shown(value: str, size: int = 60) -> str:
    return repr(value if len(value) <= size else value[: size - 1] + "…")
