"""What a page says about one thing, gathered by the queries of `queries/pages/`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..protocol.resources import Document
from ..protocol.service import Row, Service, text
from ..vocab import ARI, PREFIXES
from . import words
from .cells import Cell, cell, iri_cell, short

MOST = 1000
"""Links of one kind that a page shows; `queries/pages/` asks for one more, to tell if it is all."""

DEEPEST = 8
"""Levels that a page indents."""

SKOS, DCTERMS = PREFIXES["skos"], PREFIXES["dcterms"]
TYPE = PREFIXES["rdf"] + "type"
LABELLING = (SKOS + "prefLabel", PREFIXES["rdfs"] + "label", DCTERMS + "title")
LEADS = (SKOS + "definition", DCTERMS + "description", SKOS + "scopeNote", DCTERMS + "abstract")
SHOWN_AS_CONTENTS = frozenset(str(term) for term in (ARI.underPriority, ARI.underTheme)) | {
    SKOS + name for name in ("inScheme", "topConceptOf", "hasTopConcept", "broader", "narrower")
}


@dataclass(frozen=True)
class Statement:
    """A value of a property, where it stands, and how we know.

    Args:
        reason: of an inferred one.
        certainty: empty where it is certain.
    """

    value: Cell
    graph: Cell
    inferred: bool
    reason: str
    certainty: str


@dataclass(frozen=True)
class Fact:
    """A property with its values."""

    name: Cell
    statements: list[Statement]


@dataclass(frozen=True)
class Quote:
    """A passage of a source: code points from `start`, up to and without `end`."""

    words: str
    start: str
    end: str
    source: Cell
    sha256: str
    of: list[str]


@dataclass(frozen=True)
class Node:
    """A part of a scheme or heading, with what stands under it."""

    name: Cell
    kind: str
    position: str
    children: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Arrivals:
    """Things that point to this one by one property."""

    heading: str
    inferred: bool
    things: list[Cell]


@dataclass(frozen=True)
class Page:
    """All that the template needs.

    Args:
        summary: the title is our own label, and the official wording is not here.
        cut: more points here than the page shows.
    """

    path: str
    thing: str
    title: str
    kind: str
    summary: bool
    lead: str
    crumbs: list[Cell]
    contents: dict[str, list[Node]]
    facts: list[Fact]
    quotes: list[Quote]
    main_arrivals: list[Arrivals]
    arrivals: list[Arrivals]
    cut: bool
    licences: list[Cell]


def page(service: Service, document: Document) -> Page:
    """The page about a thing."""
    return _Reader(service, document).page()


def best_labels(rows: Iterable[Row]) -> dict[str, str]:
    """One label for each node: a preferred one before others, English before others."""
    ranked: dict[str, tuple[tuple[bool, int, str], str]] = {}
    for row in rows:
        by, label = text(row, "by"), text(row, "label")
        language = getattr(row["label"], "language", "") or ""
        rank = LABELLING.index(by) if by in LABELLING else len(LABELLING)
        offer = ((not language.startswith("en"), rank, label), label)
        ranked[text(row, "node")] = min(ranked.get(text(row, "node"), offer), offer)
    return {node: label for node, (_, label) in ranked.items()}


class _Reader:
    """Asks the queries about one thing and arranges what they find."""

    def __init__(self, service: Service, document: Document) -> None:
        self.service = service
        self.document = document
        self.base = service.settings.base_iri
        self.statements = sorted(document.statements, key=self.is_inferred)
        found = best_labels(self.rows("labels"))
        self.labels = found | words.BORROWED
        self.title = found.get(document.thing) or short(document.thing, self.base)

    def page(self) -> Page:
        contents = self.rows("contents")
        arriving = self.rows("incoming")
        groups = self.arrivals(arriving[:MOST], bool(contents))
        return Page(
            self.document.path,
            self.document.thing,
            self.title,
            self.kind(),
            self.is_summary(),
            self.lead(),
            self.crumbs(),
            by_kind(tree(contents[:MOST], self.base)),
            self.facts(),
            self.quotes(),
            [group for prop, group in groups if prop in words.MAIN],
            [group for prop, group in groups if prop not in words.MAIN],
            len(contents) > MOST or len(arriving) > MOST,
            [self.cell(row["licence"]) for row in self.rows("licences")],
        )

    def rows(self, name: str) -> list[Row]:
        return self.service.rows(name, thing=self.document.thing)

    def cell(self, term: object) -> Cell:
        return cell(term, self.base, self.labels)  # type: ignore[arg-type]

    def said(self, prop: str) -> list[str]:
        return [text(row, "value") for row in self.statements if text(row, "property") == prop]

    def kind(self) -> str:
        types = self.said(TYPE)
        best = next((kind for kind in words.KINDS if kind in types), "")
        if not best and types:
            best = next((kind for kind in types if kind in self.labels), types[0])
        return self.labels.get(best) or short(best, self.base)

    def is_summary(self) -> bool:
        """Whether the label is ours and the official wording is not here to be read instead."""
        return "true" in self.said(str(ARI.labelIsSummary)) and not self.said(
            str(ARI.statementText)
        )

    def lead(self) -> str:
        return next((value for prop in LEADS for value in self.said(prop)), "")

    def crumbs(self) -> list[Cell]:
        """The way from the scheme down to this thing, without the thing."""
        parents: dict[str, str] = {}
        names: dict[str, str] = {}
        scheme = ""
        for row in self.rows("above"):
            node, parent = text(row, "node"), text(row, "parent")
            names.setdefault(parent, text(row, "label"))
            if text(row, "step") == "scheme":
                scheme = scheme or parent
            else:
                parents.setdefault(node, parent)
        way: list[str] = []
        node = self.document.thing
        while (node := parents.get(node, "")) and node not in way:
            way.insert(0, node)
        return [
            iri_cell(iri, self.base, self.labels.get(iri) or names[iri])
            for iri in ([scheme] if scheme else []) + way
        ]

    def facts(self) -> list[Fact]:
        reasons = self.reasons()
        certainty = {
            (text(row, "property"), text(row, "value")): text(row, "certainty")
            for row in self.rows("certainty")
        }
        facts: dict[str, Fact] = {}
        for row in self.statements:
            prop = text(row, "property")
            key = prop, str(row["value"])
            inferred = self.is_inferred(row)
            statement = Statement(
                self.cell(row["value"]),
                self.graph(text(row, "graph")),
                inferred,
                reasons.get(key, "") if inferred else "",
                certainty.get((prop, text(row, "value")), ""),
            )
            fact = facts.setdefault(prop, Fact(self.property(prop), []))
            fact.statements.append(statement)
        return [facts[prop] for prop in sorted(facts, key=self.rank)]

    def is_inferred(self, row: Row) -> bool:
        return text(row, "graph") == str(self.service.names.graph("inferred"))

    def rank(self, prop: str) -> tuple[int, str]:
        place = words.FIRST.index(prop) if prop in words.FIRST else len(words.FIRST)
        return place, self.property(prop).text

    def property(self, prop: str) -> Cell:
        return iri_cell(prop, self.base, self.labels.get(prop, ""))

    def graph(self, iri: str) -> Cell:
        name = iri.removeprefix(self.service.names.graph(""))
        return iri_cell(iri, self.base, name)

    def reasons(self) -> dict[tuple[str, str], str]:
        """The nearest reason for each statement: several rules often lead to the same."""
        rules = list(words.REASONS)
        found: dict[tuple[str, str], str] = {}
        for row in sorted(self.rows("why"), key=lambda row: rules.index(text(row, "rule"))):
            reason = words.REASONS[text(row, "rule")].format(
                via=self.name(row, "via"),
                then=self.name(row, "then"),
                middle=self.name(row, "middle"),
            )
            found.setdefault((text(row, "property"), str(row["value"])), reason)
        return found

    def name(self, row: Row, variable: str) -> str:
        iri = text(row, variable)
        return self.labels.get(iri) or short(iri, self.base)

    def quotes(self) -> list[Quote]:
        found: dict[str, Quote] = {}
        for row in self.rows("quotes"):
            quote = found.setdefault(
                text(row, "quote"),
                Quote(
                    text(row, "exact"),
                    text(row, "start"),
                    text(row, "end"),
                    self.cell(row["source"]),
                    text(row, "sha256"),
                    [],
                ),
            )
            if "property" in row:
                quote.of.append(self.name(row, "property"))
        return list(found.values())

    def arrivals(self, rows: list[Row], has_contents: bool) -> list[tuple[str, Arrivals]]:
        groups: dict[str, Arrivals] = {}
        seen: set[tuple[str, str]] = set()
        for row in rows:
            prop, subject = text(row, "property"), text(row, "subject")
            if (has_contents and prop in SHOWN_AS_CONTENTS) or (prop, subject) in seen:
                continue
            seen.add((prop, subject))
            heading = (
                words.ARRIVING.get(prop) or f"Things whose “{self.property(prop).text}” is this"
            )
            group = groups.setdefault(prop, Arrivals(heading, self.is_inferred(row), []))
            group.things.append(self.cell(row["subject"]))
        order = list(words.ARRIVING)
        return [
            (prop, groups[prop])
            for prop in sorted(
                groups, key=lambda p: (order.index(p) if p in order else len(order), p)
            )
        ]


def by_kind(nodes: list[Node]) -> dict[str, list[Node]]:
    """Headings for the parts of a scheme; a strategy has several kinds of them."""
    groups: dict[str, list[Node]] = {}
    for node in nodes:
        groups.setdefault(words.PARTS.get(node.kind, "Topics"), []).append(node)
    return groups


def tree(rows: list[Row], base: str) -> list[Node]:
    """Each node once, below the first of its parents that is there, in order of position.

    Nodes that stand below each other in a circle, or too deep to show, come last at the top, so
    that none is lost.
    """
    kinds = _kinds(rows)
    nodes: dict[str, Node] = {}
    parent: dict[str, str] = {}
    for row in rows:
        iri = text(row, "node")
        name = iri_cell(iri, base, text(row, "label"))
        nodes.setdefault(iri, Node(name, kinds[iri], text(row, "position")))
    for row in rows:
        if (above := text(row, "parent")) in nodes and above != text(row, "node"):
            parent.setdefault(text(row, "node"), above)
    tops = []
    for iri, node in nodes.items():
        if 0 < _depth(iri, parent) <= DEEPEST:
            nodes[parent[iri]].children.append(node)
        else:
            tops.append((iri in parent, node))
    return [node for _, node in sorted(tops, key=lambda top: top[0])]


def _depth(iri: str, parent: Mapping[str, str]) -> int:
    """Steps up to a node without a parent, or one more than `DEEPEST`."""
    depth = 0
    while iri in parent and depth <= DEEPEST:
        iri = parent[iri]
        depth += 1
    return depth


def _kinds(rows: Iterable[Row]) -> Mapping[str, str]:
    """The most specific of our classes of each node."""
    best: dict[str, int] = {}
    for row in rows:
        kind = text(row, "type")
        rank = words.KINDS.index(kind) if kind in words.KINDS else len(words.KINDS)
        best[text(row, "node")] = min(rank, best.get(text(row, "node"), rank))
    return {iri: words.KINDS[rank] if rank < len(words.KINDS) else "" for iri, rank in best.items()}
