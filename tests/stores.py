"""Live stores for tests: a small build, and the engine's processes over it."""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from met_ari.config import Settings
from met_ari.engine import live
from met_ari.engine.embedded import EmbeddedEngine
from met_ari.engine.interface import Answer, Change, Changed, Question
from met_ari.engine.keeper import Nursery

BASE = "http://example.org/"
SETTINGS = Settings(validate_writes=0, query_seconds=20, query_memory_mb=256)


def build(home: Path, quads: str = "") -> Path:
    """A folder like a build of these N-Quads."""
    folder = home / "build" / hashlib.sha256(quads.encode()).hexdigest()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dataset.nq").write_text(quads, encoding="utf-8")
    return folder


@contextlib.contextmanager
def opened(
    home: Path, quads: str = "", settings: Settings = SETTINGS, *, reset: bool = False
) -> Iterator[EmbeddedEngine]:
    """An engine over the live store of a home that began, or begins, as these N-Quads."""
    place = build(home, quads)
    with (
        live.opened(home, place, reset=reset) as store,
        Nursery(place, "", settings, live=store) as nursery,
        contextlib.closing(EmbeddedEngine(nursery.address, settings)) as engine,
    ):
        yield engine


def update(engine: EmbeddedEngine, text: str, **more: Any) -> Changed:
    return engine.change(Change("update", BASE, text, **more))


def put(engine: EmbeddedEngine, graph: str | None, turtle: str, kind: str = "put") -> Changed:
    body = turtle.encode()
    return engine.change(Change(kind, BASE, graph=graph, body=body, format="ttl"))  # type: ignore[arg-type]


def ask(engine: EmbeddedEngine, text: str) -> Answer:
    return engine.ask(Question(text, BASE, {"table": "json", "boolean": "json", "graph": "nt"}))


def rows(engine: EmbeddedEngine, text: str) -> list[dict[str, str]]:
    found = json.loads(ask(engine, text).body)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def quads(engine: EmbeddedEngine) -> set[str]:
    """Everything in the store, as canonical N-Quads."""
    found: list[ox.Quad] = []
    for name in (None, *engine.graphs):
        # A format without graph names loses which nodes are the same: no test shares one.
        target = ox.NamedNode(name) if name is not None else ox.DefaultGraph()
        body = engine.graph(name, "nt").body
        for quad in ox.parse(body, format=ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True):
            found.append(ox.Quad(quad.subject, quad.predicate, quad.object, target))
    return canonical(found)


def canonical(found: Iterable[ox.Quad]) -> set[str]:
    dataset = ox.Dataset(found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


def parsed(text: str) -> list[ox.Quad]:
    """What a TriG document says; `:` stands for `BASE`."""
    source = f"PREFIX : <{BASE}> {text}"
    return list(ox.parse(source, format=ox.RdfFormat.TRIG, base_iri=BASE))


def trig(text: str) -> set[str]:
    """What a TriG document says, as `quads` gives it."""
    return canonical(parsed(text))
