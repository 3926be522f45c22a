"""What the pages of the graph store show."""

from dataclasses import dataclass
from typing import Any

from ..engine.interface import Answer
from ..formats import carrying
from ..protocol.graphs import Target
from ..protocol.service import Service
from .cells import Cell
from .results import Download, Shown, beginning, cell_of_graph


@dataclass(frozen=True)
class Entry:
    """A named graph in the list."""

    iri: str
    cell: Cell
    href: str
    triples: int


def entries(service: Service) -> list[Entry]:
    """The named graphs, by IRI."""
    return [
        Entry(
            iri,
            cell_of_graph(service, iri),
            Target(iri, iri, service.release).address(),
            triples,
        )
        for iri, triples in sorted(service.engine.graphs.items())
    ]


def page(service: Service, target: Target, answer: Answer) -> dict[str, Any]:
    """One graph that came as Turtle."""
    cell = cell_of_graph(service, target.graph) if target.graph else None
    turtle, cut = beginning(answer.content)
    downloads = [
        Download(item.name, item.media_type, target.address(item.name))
        for item in carrying("graph")
    ]
    shown = Shown("graph", answer.rows, downloads, turtle=turtle, cut=cut)
    return {"title": cell.text if cell else "The unnamed graph", "cell": cell, "shown": shown}
