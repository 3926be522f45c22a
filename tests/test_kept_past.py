"""Kept answers and the releases: what comes or goes is seen, what never changes stays."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlencode

import pytest

from met_ari.app import create_app, past_of
from met_ari.config import Settings
from met_ari.protocol.cache import AnswerCache, Entry, Reply
from met_ari.protocol.front import Front
from met_ari.protocol.glance import EVERY_SECONDS, Glance
from met_ari.protocol.health import Health
from met_ari.protocol.metrics import Metrics
from met_ari.protocol.watched import Watched
from tests.asgi_client import AsgiClient
from tests.engine_double import EngineDouble
from tests.shelved import put

DATA = "GRAPH <https://w3id.org/ari/id/graph/a> { <http://e/s> <http://e/p> %s }"
ONE = "SELECT ?o { ?s <http://e/p> ?o }"


@contextmanager
def front(home: Path, engine: EngineDouble) -> Iterator[AsgiClient]:
    settings = Settings(home=home, public_url="https://data.example/", processes=1)
    past = past_of(settings, 1)
    watched, numbers = Watched(engine, past), Metrics(home)
    health = Health(watched, "https://data.example/sparql", "namespace", numbers)
    app = create_app(settings, watched, past)
    client = AsgiClient(Front(app, watched, settings, 2, numbers, health, None))
    try:
        yield client
    finally:
        client.close()
        watched.close()


def hits(client: AsgiClient) -> int:
    lines = client.get("/metrics").body.decode().splitlines()
    return next(int(float(x.split()[-1])) for x in lines if x.startswith("ari_cache_hits_total"))


def of(**sent: str) -> str:
    return "/sparql?" + urlencode({"query": ONE, "format": "csv"} | sent)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at every request, as the tests change the folder faster than a command does."""
    monkeypatch.setattr("met_ari.protocol.glance.EVERY_SECONDS", 0.0)


def test_an_answer_of_a_release_is_kept_and_survives_a_write_to_the_live_data(
    tmp_path: Path,
) -> None:
    put(tmp_path, "1.0.0", DATA % "'old'")
    engine = EngineDouble(DATA % "'live'")
    with front(tmp_path, engine) as client:
        for _ in range(2):
            assert client.get(of(release="1.0.0")).body == b"o\r\nold\r\n"
            assert b"live" in client.get(of()).body
        assert hits(client) == 2
        engine.revision = "r2"
        assert client.get(of(release="1.0.0")).body == b"o\r\nold\r\n"
        assert hits(client) == 3
        client.get(of())
        assert hits(client) == 3


def test_a_release_that_is_replaced_is_asked_again(tmp_path: Path) -> None:
    place = put(tmp_path, "1.0.0", DATA % "'old'")
    with front(tmp_path, EngineDouble("")) as client:
        assert client.get(of(release="1.0.0")).body == b"o\r\nold\r\n"
        rmtree(place)
        assert client.get(of(release="1.0.0")).status == 404
        put(tmp_path, "1.0.0", DATA % "'other'")
        assert client.get(of(release="1.0.0")).body == b"o\r\nother\r\n"


def test_the_list_is_kept_until_a_release_comes(tmp_path: Path) -> None:
    with front(tmp_path, EngineDouble("")) as client:
        for _ in range(2):
            assert b"1.0.0" not in client.get("/releases/?format=json").body
        assert hits(client) == 1
        put(tmp_path, "1.0.0", DATA % "1")
        assert b"1.0.0" in client.get("/releases/?format=json").body


def test_a_glance_tells_what_came_what_went_and_what_was_renamed(tmp_path: Path) -> None:
    folder = tmp_path / "releases"
    states = [Glance(folder).state()]
    folder.mkdir()
    states.append(Glance(folder).state())
    (folder / "a").mkdir()
    states.append(Glance(folder).state())
    (folder / "b").mkdir()
    (folder / "a").rmdir()
    states.append(Glance(folder).state())
    assert len(set(states)) == 4
    assert Glance(folder).state() == states[-1]


def test_a_glance_is_short() -> None:
    assert EVERY_SECONDS <= 0.01


def entry(name: str, *, constant: bool) -> Entry:
    reply = Reply(200, ((b"etag", b'"x"'),), name.encode(), lasting=True, constant=constant)
    return Entry(reply, "other", "", name, 1)


def test_what_a_write_does_not_change_is_kept_as_long_as_the_same_releases_are_there() -> None:
    cache = AnswerCache(100_000)
    cache.keep("live", ("r1", 1), entry("live", constant=False))
    cache.keep("past", ("r1", 1), entry("past", constant=True))
    assert cache.find("past", ("r2", 1)) is not None
    assert cache.find("live", ("r2", 1)) is None
    assert len(cache) == 1
    assert cache.find("past", ("r2", 2)) is None
    assert (len(cache), cache.bytes) == (0, 0)
