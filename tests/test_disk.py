"""Large data: a live store that is served from disk says and takes what one in memory does."""

import contextlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from met_ari.build.pipeline import BuildResult
from met_ari.engine import disk, live
from met_ari.engine.embedded import EmbeddedEngine
from met_ari.engine.interface import Question
from met_ari.engine.keeper import Nursery
from met_ari.errors import AriError, LimitReached, NotOffered, ViolationsFound
from met_ari.queryfile import library, load
from tests import stores
from tests.stores import BASE, opened, rows, update

SETTINGS = replace(stores.SETTINGS, memory_statements=1)
"""Whatever has two statements is served from disk."""
QUADS = "".join(f'<{BASE}s{i}> <{BASE}p> "{i}" <{BASE}g{i % 3}> .\n' for i in range(30))
SHARED = f'{QUADS}<{BASE}s0> <{BASE}p> "0" <{BASE}g1> .\n<{BASE}s0> <{BASE}p> "0" .\n'
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
FORMATS = {"table": "json", "boolean": "json", "graph": "nt"}
DOUBLING = " ".join(f"BIND(CONCAT(?v{i}, ?v{i}) AS ?v{i + 1})" for i in range(40))


def count(engine: EmbeddedEngine, text: str = COUNT) -> int:
    return int(rows(engine, text)[0]["n"])


def folders(home: Path) -> list[Path]:
    return sorted((home / "live" / disk.FOLDER).iterdir())


def soon(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether something comes true in that time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


@pytest.fixture(scope="module")
def both(
    built: BuildResult, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[EmbeddedEngine, EmbeddedEngine]]:
    """The real graph, from memory and from disk."""
    quads = (built.folder / "dataset.nq").read_text(encoding="utf-8")
    homes = [tmp_path_factory.mktemp(name) for name in ("memory", "disk")]
    with (
        opened(homes[0], quads) as memory,
        opened(homes[1], quads, settings=SETTINGS) as from_disk,
    ):
        assert not (homes[0] / "live" / disk.FOLDER).exists()
        assert len(folders(homes[1])) == 1
        yield memory, from_disk


@pytest.mark.parametrize("name", sorted(library()))
def test_a_stored_query_has_the_same_bytes_from_disk(
    both: tuple[EmbeddedEngine, EmbeddedEngine], name: str
) -> None:
    memory, from_disk = (engine.ask(Question(load(name).text, BASE, FORMATS)) for engine in both)
    assert memory.body == from_disk.body
    assert memory.revision == from_disk.revision


def test_every_graph_has_the_same_statements_from_disk(
    both: tuple[EmbeddedEngine, EmbeddedEngine],
) -> None:
    memory, from_disk = both
    assert memory.graphs == from_disk.graphs
    for name in (None, *memory.graphs):
        found = [set(engine.graph(name, "nt").body.splitlines()) for engine in both]
        assert {len(lines) for lines in found} == {memory.graphs[name] if name else 0}


class TestMerge:
    """A statement that stands in several graphs counts once (SPARQL 1.1 Query, 13.2.1)."""

    def test_from_the_beginning(self, tmp_path: Path) -> None:
        with opened(tmp_path, SHARED, SETTINGS) as engine:
            assert count(engine) == 30
            assert count(engine, COUNT.replace("{", f"FROM <{BASE}g0> {{")) == 10

    def test_once_a_write_has_made_it_shared_and_after_another_took_it_away(
        self, tmp_path: Path
    ) -> None:
        with opened(tmp_path, QUADS, SETTINGS) as engine:
            update(engine, "INSERT { GRAPH <new> { ?s ?p ?o } } WHERE { GRAPH <g0> { ?s ?p ?o } }")
            assert (count(engine), engine.graphs[f"{BASE}new"]) == (30, 10)
            update(engine, "DROP GRAPH <g0>")
            assert count(engine) == 30
            update(engine, "DROP GRAPH <new>")
            assert count(engine) == 20

    def test_the_unnamed_graph_is_no_named_one(self, tmp_path: Path) -> None:
        with opened(tmp_path, SHARED, SETTINGS) as engine:
            found = rows(engine, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
            assert {row["g"] for row in found} == {f"{BASE}g{n}" for n in range(3)}
            assert len(engine.graph(None, "nt").body.splitlines()) == 1

    def test_of_some_graphs_that_share_statements_is_refused_with_a_way_out(
        self, tmp_path: Path
    ) -> None:
        text = COUNT.replace("{", f"FROM <{BASE}g0> FROM <{BASE}g1> {{")
        with opened(tmp_path, SHARED, SETTINGS) as engine:
            with pytest.raises(NotOffered, match="share statements") as refused:
                count(engine, text)
            assert "ARI_MEMORY_STATEMENTS" in refused.value.remedy
        with opened(tmp_path / "apart", QUADS, SETTINGS) as engine:
            assert count(engine, text) == 20

    def test_strict_sees_the_unnamed_graph_only(self, tmp_path: Path) -> None:
        with opened(tmp_path, SHARED, replace(SETTINGS, default_graph="strict")) as engine:
            assert count(engine) == 1


class TestWrites:
    def test_they_lead_to_the_state_that_memory_leads_to(self, tmp_path: Path) -> None:
        texts = (
            "INSERT DATA { <s> <p> 1, 2 . GRAPH <new> { <s> <p> [ <q> 3 ] } }",
            "DELETE { GRAPH ?g { ?s ?p ?o } } INSERT { GRAPH <h> { ?s ?p ?o } }"
            " WHERE { GRAPH ?g { ?s ?p ?o FILTER(?o != '7') } } ; DROP GRAPH <g1>",
            "WITH <h> DELETE { ?s <q> ?o } INSERT { ?s <r> ?o } WHERE { ?s <q> ?o }",
        )
        states = []
        for settings in (stores.SETTINGS, SETTINGS):
            with opened(tmp_path / str(settings.memory_statements), QUADS, settings) as engine:
                changed = [update(engine, text) for text in texts]
                states.append((changed, engine.graphs, stores.quads(engine)))
        assert states[0] == states[1]

    def test_the_setting_may_change_between_two_starts(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS, SETTINGS) as engine:
            update(engine, "INSERT DATA { <s> <p> 1 }")
            revision, graphs = engine.revision, engine.graphs
        for settings in (stores.SETTINGS, SETTINGS, replace(SETTINGS, default_graph="strict")):
            with opened(tmp_path, QUADS, settings) as engine:
                assert (engine.revision, engine.graphs) == (revision, graphs)
                assert count(engine) == (1 if settings.default_graph == "strict" else 31)
                update(engine, "DELETE DATA { <none> <p> 1 }")

    def test_rules_hold_there_too(self, built: BuildResult, tmp_path: Path) -> None:
        quads = (built.folder / "dataset.nq").read_text(encoding="utf-8")
        ruled = replace(SETTINGS, validate_writes=1, token="t")
        question = "<https://w3id.org/ari/id/question/met-2019-4-2>"
        label = f"{question} <http://www.w3.org/2004/02/skos/core#prefLabel> ?o"
        with opened(tmp_path, quads, ruled) as engine:
            before = engine.revision
            with pytest.raises(ViolationsFound):
                update(engine, f"DELETE WHERE {{ GRAPH ?g {{ {label} }} }}")
            assert engine.revision == before
            assert update(engine, f"INSERT DATA {{ {question} <p> 1 }}").added == 1

    def test_what_they_leave_behind_is_removed(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS, SETTINGS) as engine:
            for number in range(5):
                update(engine, f"INSERT DATA {{ <s> <p> {number} }}")
                count(engine)
            # The last reader of the state before may still be there, and the last writer's copy.
            assert len(folders(tmp_path)) <= 3
        with opened(tmp_path, QUADS, SETTINGS):
            assert len(folders(tmp_path)) == 1


class TestCrashes:
    def test_what_is_half_made_is_not_used_and_cleared(self, tmp_path: Path) -> None:
        with opened(tmp_path, QUADS, SETTINGS):
            (whole,) = folders(tmp_path)
        half = whole.parent / ".new-half"
        whole.rename(half)
        (half / "about.json").unlink()
        with opened(tmp_path, QUADS, SETTINGS) as engine:
            assert folders(tmp_path) == [whole]
            assert count(engine) == 30

    def test_a_state_that_was_not_made_before_the_crash_is_made_from_the_log(
        self, tmp_path: Path
    ) -> None:
        with opened(tmp_path, QUADS, SETTINGS):
            (base,) = folders(tmp_path)
        with opened(tmp_path, QUADS) as engine:
            for number in range(3):
                update(engine, f"INSERT DATA {{ <s> <p> {number} }}")
            revision = engine.revision
        assert not base.exists()
        with opened(tmp_path, QUADS, SETTINGS) as engine:
            assert (engine.revision, count(engine)) == (revision, 33)

    def test_every_acknowledged_write_survives_the_kill_of_the_nursery(
        self, tmp_path: Path
    ) -> None:
        place = stores.build(tmp_path, QUADS)
        acknowledged: list[int] = []
        with (
            live.opened(tmp_path, place) as store,
            Nursery(place, "", SETTINGS, live=store) as nursery,
            contextlib.closing(EmbeddedEngine(nursery.address, SETTINGS)) as engine,
            ThreadPoolExecutor(1) as pool,
        ):
            for turn in range(5):
                writing = pool.submit(
                    _write, engine, acknowledged, range(turn * 50, turn * 50 + 50)
                )
                assert soon(lambda: len(acknowledged) > turn + 1)  # noqa: B023 - asked at once
                _kill(nursery)
                assert soon(lambda: _answers(engine))
                _kill(nursery)
                writing.result()
                assert soon(lambda: _answers(engine))
            found = rows(engine, "SELECT ?o (COUNT(*) AS ?n) { ?s <part> ?o } GROUP BY ?o")
        counts = {int(row["o"]): row["n"] for row in found}
        assert set(counts.values()) == {"3"}
        assert set(acknowledged) <= counts.keys()


def _kill(nursery: Nursery) -> None:
    if nursery.pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(nursery.pid, signal.SIGKILL)


def _write(engine: EmbeddedEngine, acknowledged: list[int], numbers: range) -> None:
    """Three statements at once; what fails, as there is no nursery just now, is not tried again."""
    for number in numbers:
        statements = " ".join(f"<s{part}> <part> {number} ." for part in range(3))
        try:
            update(engine, f"INSERT DATA {{ GRAPH <w> {{ {statements} }} }}")
        except AriError:
            time.sleep(0.1)
        else:
            acknowledged.append(number)


def _answers(engine: EmbeddedEngine) -> bool:
    try:
        return count(engine) > 0
    except AriError:
        return False


def test_the_limit_on_memory_holds_and_the_next_worker_is_well(tmp_path: Path) -> None:
    with opened(tmp_path, QUADS, SETTINGS) as engine:
        with pytest.raises(LimitReached) as reached:
            count(engine, f"SELECT ?v40 {{ ?s ?p ?v {{}} BIND('aaaaaaaa' AS ?v0) {DOUBLING} }}")
        assert reached.value.extra["limit"] == "ARI_QUERY_MEMORY_MB"
        assert count(engine) == 30


def test_workers_have_no_network_there_either(tmp_path: Path) -> None:
    with opened(tmp_path, QUADS, SETTINGS) as engine:
        assert engine.protection in ("namespace", "seccomp")
        worker = engine._idle[0]
        own = os.readlink("/proc/self/ns/net")
        if engine.protection == "namespace":
            assert os.readlink(f"/proc/{worker.hello['pid']}/ns/net") != own


def test_a_folder_says_what_its_data_is(tmp_path: Path) -> None:
    with opened(tmp_path, SHARED, SETTINGS):
        (folder,) = folders(tmp_path)
        about = json.loads((folder / "about.json").read_bytes())
    assert about["disjoint"] is False
    assert about["graphs"] == {f"{BASE}g0": 10, f"{BASE}g1": 11, f"{BASE}g2": 10}
