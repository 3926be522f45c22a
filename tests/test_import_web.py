"""How importers fetch: politely, again where that helps, on from where it broke, within limits."""

import email.utils
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from met_ari.crossref.imports import paging
from met_ari.crossref.imports.ari_database import REMEDY, Wanted
from met_ari.crossref.imports.gathering import Sought, gather
from met_ari.crossref.imports.govuk import Reading
from met_ari.crossref.imports.source import Document
from met_ari.crossref.imports.web import LONGEST_WAIT, TRIES, Limits, Web
from met_ari.errors import AriError, EnvironmentFault, InputError, SourceError
from tests.import_sources import (
    PUBLICATION,
    SLUG,
    TEXTS,
    attachment,
    encoded,
    page,
    publication,
    record,
    records,
)
from tests.scripted_api import Api, Reply, serving

FAST = Limits(seconds=5, most=1_000_000, rate=10_000)
GOOD = Reply(b'{"ok": true}')


@pytest.fixture
def api() -> Iterator[Api]:
    with serving() as found:
        yield found


class Pauses(list[float]):
    """Waits for nothing, and keeps how long it should have."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
def web(pauses: Pauses) -> Web:
    return Web(FAST, lambda words: None, pauses)


def long_pauses(pauses: Pauses) -> list[float]:
    """Without those that only keep the rate."""
    return [seconds for seconds in pauses if seconds >= 0.5]


# One document


def test_a_document_comes_with_its_address_and_type(api: Api, web: Web) -> None:
    address = api.on("/a", GOOD)
    assert web.get(address) == Document(address, b'{"ok": true}', "application/json")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_what_may_pass_is_asked_for_again_after_longer_and_longer_pauses(
    api: Api, web: Web, pauses: Pauses, status: int
) -> None:
    address = api.on("/a", Reply(status=status), Reply(status=status), GOOD)
    assert web.get(address).body == GOOD.body
    assert long_pauses(pauses) == [1.0, 2.0]


def test_a_server_is_given_up_after_so_many_tries(api: Api, web: Web) -> None:
    with pytest.raises(EnvironmentFault, match="answers 500, 5 times") as caught:
        web.get(api.on("/a", Reply(status=500)))
    assert len(api.asked) == TRIES
    assert caught.value.exit_code == 3


def test_the_pause_that_a_server_asks_for_is_kept(api: Api, web: Web, pauses: Pauses) -> None:
    address = api.on("/a", Reply(status=429, headers=(("Retry-After", "7"),)), GOOD)
    web.get(address)
    assert long_pauses(pauses) == [7.0]


def test_a_pause_may_be_asked_for_as_a_date(api: Api, web: Web, pauses: Pauses) -> None:
    until = email.utils.formatdate(time.time() + 30, usegmt=True)
    web.get(api.on("/a", Reply(status=503, headers=(("Retry-After", until),)), GOOD))
    assert 25 < long_pauses(pauses)[0] <= 30


def test_a_pause_that_is_too_long_is_told_instead(api: Api, web: Web, pauses: Pauses) -> None:
    wait = str(int(LONGEST_WAIT) + 1)
    with pytest.raises(EnvironmentFault, match="asks for a pause of 301 s"):
        web.get(api.on("/a", Reply(status=429, headers=(("Retry-After", wait),))))
    assert not long_pauses(pauses)


@pytest.mark.parametrize(("status", "words"), [(404, "nothing"), (410, "gone"), (403, "403")])
def test_what_is_not_there_is_not_asked_for_again(
    api: Api, web: Web, status: int, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        web.get(api.on("/a", Reply(status=status)))
    assert len(api.asked) == 1


def test_a_body_that_breaks_off_is_asked_for_again(api: Api, web: Web) -> None:
    assert web.get(api.on("/a", Reply(b'{"ok', promised=50), GOOD)).body == GOOD.body


def test_a_server_that_never_answers_is_given_up(api: Api) -> None:
    web = Web(Limits(0.1, 1000, 1000), lambda words: None, Pauses())
    with pytest.raises(EnvironmentFault, match="can't be reached"):
        web.get(api.on("/a", Reply(b"x", pause=0.4)))


def test_a_server_that_drips_is_given_up(api: Api) -> None:
    web = Web(Limits(0.3, 1000, 1000), lambda words: None, Pauses())
    with pytest.raises(EnvironmentFault, match=r"sends for longer than 0\.3 s"):
        web.get(api.on("/a", Reply(b"x" * 20, pause=0.05, pieces=20)))


def test_a_server_that_is_not_there_is_told(web: Web) -> None:
    with pytest.raises(EnvironmentFault, match=r"127\.0\.0\.1:9 can't be reached"):
        web.get("http://127.0.0.1:9/")


def test_a_document_over_the_limit_is_refused_without_reading_on(api: Api) -> None:
    web = Web(Limits(5, 100_000, 1000), lambda words: None, Pauses())
    with pytest.raises(SourceError, match="larger than 100000 bytes"):
        web.get(api.on("/a", Reply(b"x" * 10_000_000)))
    assert len(api.asked) == 1


def test_redirects_are_followed_within_the_web(api: Api, web: Web) -> None:
    api.on("/new", GOOD)
    old = api.on("/old", Reply(status=303, headers=(("Location", "/new"),)))
    assert web.get(old).address == f"{api.url}/new"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "data:,x"])
def test_redirects_to_anything_else_are_refused(api: Api, web: Web, target: str) -> None:
    with pytest.raises(InputError, match=r"no http address|not allowed"):
        web.get(api.on("/old", Reply(status=302, headers=(("Location", target),))))


def test_redirects_in_a_circle_end(api: Api, web: Web) -> None:
    with pytest.raises(InputError, match="302"):
        web.get(api.on("/old", Reply(status=302, headers=(("Location", "/old"),))))
    assert len(api.asked) < 20


def test_no_more_requests_are_made_than_the_rate_allows(api: Api) -> None:
    web = Web(Limits(5, 1000, 20), lambda words: None)
    for _ in range(5):
        web.get(api.on("/a", GOOD))
    assert api.times[-1] - api.times[0] >= 4 / 20 - 0.01


# Pages


def pages(api: Api) -> str:
    """The four records on two pages, the second one named by a relative address."""
    api.on("/q?page=2", Reply(encoded(page(records()[2:], 2, 2, 4))))
    return api.on("/q", Reply(encoded(page(records()[:2], 1, 2, 4, "/q?page=2"))))


def fetched(web: Web, address: str, folder: Path) -> list[Document]:
    return paging.fetch_all(web, address, folder / "fetching", REMEDY, lambda words: None)


def test_pages_are_fetched_to_the_last_one_and_stay_until_they_are_forgotten(
    api: Api, web: Web, tmp_path: Path
) -> None:
    address = pages(api)
    documents = fetched(web, address, tmp_path)
    found = [item["question"] for one in documents for item in json.loads(one.body)["data"]]
    assert found == list(TEXTS)
    assert fetched(web, address, tmp_path) == documents
    assert api.asked == ["/q", "/q?page=2"]
    paging.forget(tmp_path / "fetching", address)
    assert list(tmp_path.iterdir()) == []


def test_a_fetch_that_broke_off_goes_on_where_it_stopped(
    api: Api, web: Web, tmp_path: Path
) -> None:
    address = pages(api)
    second = api.replies["/q?page=2"]
    api.on("/q?page=2", Reply(status=500))
    with pytest.raises(EnvironmentFault, match="what was fetched of several pages is kept"):
        fetched(web, address, tmp_path)
    api.asked.clear()
    api.replies["/q?page=2"] = second
    assert len(fetched(web, address, tmp_path)) == 2
    assert api.asked == ["/q?page=2"]


def broken_off(api: Api, web: Web, folder: Path) -> tuple[str, Path]:
    """The address of a fetch that stopped after one page, and the folder that is left."""
    address = pages(api)
    second = api.replies["/q?page=2"]
    api.on("/q?page=2", Reply(status=500))
    with pytest.raises(EnvironmentFault):
        fetched(web, address, folder)
    api.replies["/q?page=2"] = second
    api.asked.clear()
    return address, next((folder / "fetching").iterdir())


@pytest.mark.parametrize("damage", ["state", "page", "lost"])
def test_what_is_left_of_a_fetch_and_damaged_is_fetched_anew(
    api: Api, web: Web, tmp_path: Path, damage: str
) -> None:
    address, left = broken_off(api, web, tmp_path)
    if damage == "lost":
        (left / "0.json").unlink()
    else:
        name = "state.json" if damage == "state" else "0.json"
        (left / name).write_text("{", encoding="utf-8")
    assert len(fetched(web, address, tmp_path)) == 2
    assert api.asked == ["/q", "/q?page=2"]


def test_what_is_left_of_an_old_fetch_is_not_used(
    api: Api, web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = broken_off(api, web, tmp_path)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + paging.FRESH + 1)
    fetched(web, address, tmp_path)
    assert api.asked == ["/q", "/q?page=2"]


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (encoded(page(records()[:2], 1, 2, 4, "/q?page=2")), "is page 1 again"),
        (b"<html><title>Maintenance</title>", "HTML page (“Maintenance”)"),
        (encoded({"data": []}), "the structure has changed"),
        (encoded({"items": [], "meta": {"pagination": {}}}), "the structure has changed"),
        (encoded(page([], 2, 1, 4)), "It speaks of 1 pages, and page 2 came."),
        (b'{"data": [{"questionId": 1', "can't be read"),
    ],
    ids=["circle", "html", "no pagination", "no data", "too many", "cut"],
)
def test_a_page_that_is_not_as_it_should_be_is_refused_with_its_address(
    api: Api, web: Web, tmp_path: Path, second: bytes, words: str
) -> None:
    address = pages(api)
    api.on("/q?page=2", Reply(second))
    with pytest.raises(SourceError) as caught:
        fetched(web, address, tmp_path)
    assert words in caught.value.detail
    assert f"{api.url}/q?page=2" in caught.value.detail


@pytest.mark.parametrize("target", ["http://localhost/q", "file:///q", "https://example.org/"])
def test_a_next_page_on_another_server_is_refused(
    api: Api, web: Web, tmp_path: Path, target: str
) -> None:
    address = api.on("/q", Reply(encoded(page(records(), 1, 2, 8, target))))
    with pytest.raises(SourceError, match="another server"):
        fetched(web, address, tmp_path)


def test_two_pages_that_lead_to_each_other_end(api: Api, web: Web, tmp_path: Path) -> None:
    api.on("/q?page=2", Reply(encoded(page(records()[2:], 2, 2, 4, "/q"))))
    address = api.on("/q", Reply(encoded(page(records()[:2], 1, 2, 4, "/q?page=2"))))
    with pytest.raises(SourceError, match="Page 3 is page 1 again"):
        fetched(web, address, tmp_path)


# Whole sources


def test_the_database_is_read_over_the_web(api: Api, tmp_path: Path) -> None:
    told: list[str] = []
    sought = Sought("ari-database", pages(api))
    harvest = gather(sought, 5, 1_000_000, tmp_path, told.append)
    assert [item.text for item in harvest.editions[0].questions] == list(TEXTS)
    assert told == ["page 1 of 2: 2 records", "page 2 of 2: 2 records"]


def test_a_database_that_changes_while_it_is_read_is_read_again(api: Api, tmp_path: Path) -> None:
    """A record that moves to the page before is on none of those that come."""
    api.on("/q?page=2", Reply(encoded(page([record(502, TEXTS[1])], 2, 2, 4))))
    address = api.on("/q", Reply(encoded(page(records()[:2], 1, 2, 4, "/q?page=2"))))
    with pytest.raises(EnvironmentFault, match="changed while it was read"):
        gather(Sought("ari-database", address), 5, 1_000_000, tmp_path, lambda words: None)


def test_a_publication_is_read_over_the_content_api(api: Api, tmp_path: Path) -> None:
    api.on(f"/api/content{PUBLICATION}", Reply(encoded(publication())))
    api.on(f"/api/content{PUBLICATION}/{SLUG}", Reply(encoded(attachment())))
    sought = Sought("govuk", f"{api.url}{PUBLICATION}", reading=Reading(skipped=("Contact",)))
    harvest = gather(sought, 5, 1_000_000, tmp_path, lambda words: None)
    assert [item.text for item in harvest.editions[0].questions] == list(TEXTS)
    assert harvest.address == f"{api.url}/api/content{PUBLICATION}"


def test_an_attachment_is_never_fetched_from_another_server(api: Api, tmp_path: Path) -> None:
    elsewhere = {"attachment_type": "html", "url": f"http://example.org{PUBLICATION}/{SLUG}"}
    api.on(f"/api/content{PUBLICATION}", Reply(encoded(publication(elsewhere))))
    api.on(f"/api/content{PUBLICATION}/{SLUG}", Reply(encoded(attachment())))
    sought = Sought("govuk", f"{api.url}{PUBLICATION}")
    assert gather(sought, 5, 1_000_000, tmp_path, lambda words: None).editions


def test_a_publication_in_a_file_has_its_attachment_beside_it(tmp_path: Path) -> None:
    (tmp_path / "publication.json").write_bytes(encoded(publication()))
    (tmp_path / f"{SLUG}.json").write_bytes(encoded(attachment()))
    sought = Sought("govuk", str(tmp_path / "publication.json"))
    harvest = gather(sought, 5, 1_000_000, tmp_path, lambda words: None)
    assert harvest.address == "publication.json"


@pytest.mark.parametrize(
    ("source", "words"),
    [("nowhere.json", "There is no file"), ("ftp://x/y", "can't be imported"), (".", "no file")],
)
def test_a_source_that_is_not_there_is_told(tmp_path: Path, source: str, words: str) -> None:
    with pytest.raises(AriError, match=words) as caught:
        gather(Sought("csv", source), 5, 1000, tmp_path, lambda text: None)
    assert caught.value.exit_code == 2


def test_a_file_over_the_limit_is_refused(tmp_path: Path) -> None:
    (tmp_path / "big.csv").write_bytes(b"x" * 1001)
    with pytest.raises(SourceError, match="larger than 1000 bytes"):
        gather(Sought("csv", str(tmp_path / "big.csv")), 5, 1000, tmp_path, lambda text: None)


def test_a_record_that_two_pages_hold_is_one(api: Api, tmp_path: Path) -> None:
    api.on("/q?page=2", Reply(encoded(page([*records()[1:]], 2, 2, 4))))
    address = api.on("/q", Reply(encoded(page(records()[:2], 1, 2, 4, "/q?page=2"))))
    found = gather(Sought("ari-database", address, Wanted()), 5, 10**6, tmp_path, lambda text: None)
    assert len(found.editions[0].questions) == 5
    assert found.whole
