"""What releases tell of things that are gone: read once, cheaply, and from those that are whole."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from met_ari.app import create_app
from met_ari.config import Settings
from met_ari.publish import layout, shelf, traces
from met_ari.publish.traces import Traces
from met_ari.vocab import PREFIXES
from tests.altered_release import altered
from tests.engine_double import EngineDouble

BASE = "https://w3id.org/ari/"
SKOS, DCTERMS, PROV = (PREFIXES[name] for name in ("skos", "dcterms", "prov"))

Publish = Callable[..., Path]


def thing(key: str) -> str:
    return f"{BASE}id/question/{key}"


def line(subject: str, predicate: str, value: str) -> str:
    return f"<{thing(subject)}> <{predicate}> {value} <{BASE}id/graph/g> .\n"


def named(key: str, name: str) -> str:
    return line(key, f"{SKOS}prefLabel", f'"{name}"@en')


@pytest.fixture
def publish(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Publish:
    """Publishes a release of just these statements in the home `tmp_path`."""
    empty = tmp_path_factory.mktemp("empty")
    said = dict.fromkeys(shelf.TOLD, "") | {"dataset": {}, "graphs": {}}
    (empty / layout.MANIFEST).write_text(json.dumps(said), encoding="utf-8")

    def _publish(version: str, *lines: str) -> Path:
        place = layout.release_folder(tmp_path, version)
        return altered(empty, place, {layout.DATASET: "".join(lines).encode()})

    return _publish


@pytest.fixture
def known(tmp_path: Path) -> Traces:
    return Traces(tmp_path, BASE)


def test_a_thing_is_told_by_every_release_that_has_it_with_its_newest_name(
    publish: Publish, known: Traces
) -> None:
    publish("1.0.0", named("a", "Earlier"), named("b", "Only here"))
    publish("1.10.0", named("a", 'A \\"later\\" \\u00E9'))
    publish("1.9.0", named("a", "Between"))
    trace = known.of(thing("a"))
    assert trace is not None
    assert trace.releases == ["1.10.0", "1.9.0", "1.0.0"]
    assert trace.name == 'A "later" é'
    assert known.of(thing("none")) is None


@pytest.mark.parametrize(
    "said",
    [
        line("new", f"{DCTERMS}replaces", f"<{thing('old')}>"),
        line("new", f"{PROV}wasRevisionOf", f"<{thing('old')}>"),
        line("old", f"{DCTERMS}isReplacedBy", f"<{thing('new')}>"),
    ],
)
def test_what_replaced_a_thing_is_told_however_it_is_said(
    publish: Publish, known: Traces, said: str
) -> None:
    publish("1.0.0", said)
    trace = known.of(thing("old"))
    assert trace is not None
    assert trace.successors == {thing("new")}


def test_the_newest_release_is_believed_on_what_replaced_a_thing(
    publish: Publish, known: Traces
) -> None:
    publish("1.0.0", line("first", f"{DCTERMS}replaces", f"<{thing('old')}>"))
    publish("2.0.0", line("second", f"{DCTERMS}replaces", f"<{thing('old')}>"))
    trace = known.of(thing("old"))
    assert trace is not None
    assert trace.successors == {thing("second")}


def test_a_release_that_is_added_is_noticed(publish: Publish, known: Traces) -> None:
    assert known.of(thing("a")) is None
    publish("1.0.0", named("a", "A"))
    assert known.of(thing("a")) is not None


def test_a_release_that_is_damaged_hides_no_other(publish: Publish, known: Traces) -> None:
    publish("1.0.0", named("a", "A"))
    (publish("2.0.0", named("b", "B")) / layout.DATASET).write_bytes(b"other")
    assert known.of(thing("a")) is not None
    assert known.of(thing("b")) is None


def test_what_is_remembered_is_bounded(
    publish: Publish, known: Traces, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "MOST_THINGS", 1)
    publish("1.0.0", named("a", "A"))
    publish("2.0.0", named("b", "B"))
    assert known.of(thing("b")) is not None
    assert known.of(thing("a")) is None


def test_a_flood_of_unknown_names_reads_no_release_again(
    publish: Publish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("1.0.0", named("a", "A"))
    client = client_of(tmp_path, "")
    read: list[str] = []
    whole = shelf.Shelved.read
    monkeypatch.setattr(
        shelf.Shelved, "read", lambda self, path: (read.append(path), whole(self, path))[1]
    )
    for n in range(50):
        assert client.get(f"/doc/question/none-{n}").status_code == 404
        assert client.get("/doc/question/a").status_code == 410
    assert read == [layout.DATASET]


def test_what_was_replaced_in_the_live_data_is_gone_though_no_release_had_it(
    tmp_path: Path,
) -> None:
    said = f"""GRAPH <{BASE}id/graph/g> {{ <{thing("new")}> <{DCTERMS}replaces> <{thing("old")}> ;
      <{SKOS}prefLabel> "New" . }}"""
    reply = client_of(tmp_path, said).get("/doc/question/old")
    assert reply.status_code == 410
    assert reply.json["replacedBy"] == [{"iri": thing("new"), "label": "New"}]
    assert reply.json["releases"] == []


def test_what_the_data_says_can_end_no_data_block_of_a_page(tmp_path: Path) -> None:
    bad = "</script><!--<script>alert(1)"
    said = f"""GRAPH <{BASE}id/graph/catalogue> {{
      <{BASE}id/dataset/ari-graph> <{DCTERMS}title> "{bad}" ; <{DCTERMS}description> "{bad}" . }}"""
    page = client_of(tmp_path, said).get("/", headers={"Accept": "text/html"}).text
    assert page.count("<script") == page.count("</script>") == 1
    assert "<!--" not in page
    assert "\\u003c/script\\u003e" in page


def client_of(home: Path, said: str) -> FlaskClient:
    return create_app(Settings(home=home), EngineDouble(said)).test_client()
