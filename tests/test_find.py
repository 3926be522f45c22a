"""`/find`: the questions that a pasted text may answer, and an honest word where there are none."""

import csv
import io
import json
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from met_ari.app import create_app
from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.crossref import corpus, finding
from met_ari.crossref.finding import Finder
from met_ari.engine.embedded import open_engine
from met_ari.protocol.openapi_find import MOST_CHARACTERS, MOST_FINDS, USUAL_FINDS
from met_ari.protocol.service import Service
from tests import needs
from tests.exchange import Site
from tests.live import start
from tests.test_recipes import blocks, run

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
PLAIN = "text/plain; charset=utf-8"
ONLINE = "Interventions against online radicalisation of young people"
ABSTRACT = (
    "Burnout after traumatic incidents: a qualitative study. We interviewed forty police officers "
    "in three forces about sickness absence and wellbeing. Thematic analysis was used. Recruits "
    "leave early where supervisors do not support them."
)
PRIVATE = "Zanzibarian"


@pytest.fixture(scope="module")
def engine(built: BuildResult) -> Iterator[object]:
    dataset = built.folder / "dataset.nq"
    with open_engine(dataset, built.folder.name, Settings(), workers=2) as engine:
        yield engine


@pytest.fixture(scope="module")
def finder(engine: object) -> Finder:
    return Finder(corpus.read(Service(Settings(), engine)))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def client(engine: object) -> FlaskClient:
    return create_app(Settings(), engine).test_client()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def site(service: str) -> Site:
    return Site(service)


def keys(finder: Finder, text: str, limit: int = USUAL_FINDS) -> list[str]:
    return [found.item.key for found in finder.find(text, limit).finds]


# What is found


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (ONLINE, "home-office-2019-70"),
        (ONLINE, "met-2019-1-1"),
        (ABSTRACT, "met-2019-5-3"),
        (ABSTRACT, "home-office-2019-27"),
        ("Citizens who give their time to the police: motives of volunteers", "met-2019-2-7"),
        ("Counter-UAV measures near airports", "home-office-2019-21"),
        ("Mental ill health and multi-agency triage", "met-2019-2-8"),
        ("Burnout after traumatic incidents among police officers", "home-office-2019-27"),
        ("How county lines gangs exploit children", "home-office-2019-81"),
        ("Facial recognition and public trust", "met-2019-4-6"),
        ("Hot spot policing and knife crime: a randomised trial", "met-2019-1-5"),
    ],
)
def test_a_text_finds_what_it_may_answer(finder: Finder, text: str, wanted: str) -> None:
    assert wanted in keys(finder, text, 5)


def test_the_nearest_question_is_told_as_strong(finder: Finder) -> None:
    for text, wanted in (
        ("Recruiting black and minority ethnic officers", "met-2019-5-2"),
        ("How county lines gangs exploit children", "met-2019-1-4"),
    ):
        best = max(finder.find(text, 5).finds, key=lambda find: find.score)
        assert (best.item.key, best.strength) == (wanted, "strong")


def test_every_question_finds_itself_first(finder: Finder) -> None:
    lost = [
        item.key for item in finder.corpus.questions if item.key not in keys(finder, item.text, 1)
    ]
    assert lost == []


def test_a_sentence_among_many_others_is_found_and_named(finder: Finder) -> None:
    filler = "The weather on these islands was pleasant throughout the summer. " * 20
    found = finder.find(f"{filler}{ONLINE}. {filler}", 3)
    (wanted,) = (find for find in found.finds if find.item.key == "home-office-2019-70")
    assert "".join(piece.text for piece in wanted.passage).startswith(ONLINE)


def test_words_that_match_are_marked_in_both_texts(finder: Finder) -> None:
    found = finder.find("Young people radicalised on the internet", 3).finds[0]
    assert {piece.text for piece in found.said if piece.marked} >= {"Internet", "radicalisation"}
    assert {piece.text for piece in found.passage if piece.marked} >= {"radicalised", "internet"}
    assert "".join(piece.text for piece in found.said) == found.item.text


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("asdf qwer zxcv", "unknown-words"),
        ("Der Einfluss der Sonne auf das Wachstum von Algen im Meer", "unknown-words"),
        ("photosynthesis in marine algae under elevated carbon dioxide", "unknown-words"),
        ("Baking bread: recipes and techniques for sourdough", "unknown-words"),
        ("42 ... ???", "no-words"),
        ("the and of", "no-words"),
        ("\u0000\u202e\U0001f600", "no-words"),
    ],
)
def test_nothing_close_is_said_so(finder: Finder, text: str, note: str) -> None:
    found = finder.find(text, 10)
    assert (found.finds, found.note) == ((), note)
    assert finding.NOTES[found.note]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=300), st.integers(1, 5))
def test_any_text_gets_an_answer_that_can_be_read(finder: Finder, text: str, limit: int) -> None:
    found = finder.find(text, limit)
    assert bool(found.finds) == (not found.note)
    assert all(finding.LEAST_SCORE <= find.score < 1 for find in found.finds)
    assert all("".join(piece.text for piece in find.said) == find.item.text for find in found.finds)


def test_each_edition_has_its_best_first_and_at_most_the_limit(finder: Finder) -> None:
    found = finder.find("Crime prevention and policing with data and technology", 4).finds
    editions: dict[str, list[float]] = {}
    for each in found:
        editions.setdefault(each.edition.key, []).append(each.score)
    assert set(editions) == {"met-2019", "home-office-2019"}
    assert all(scores == sorted(scores, reverse=True) for scores in editions.values())
    assert max(map(len, editions.values())) <= 4


def test_the_longest_text_takes_less_than_a_second(finder: Finder) -> None:
    text = (ABSTRACT + " ") * 1000
    begin = time.perf_counter()
    finder.find(text[:MOST_CHARACTERS], USUAL_FINDS)
    assert time.perf_counter() - begin < 1


# Over HTTP


def test_json_by_default_with_what_both_share(site: Site) -> None:
    reply = site.send("POST", "/find", ONLINE, Content_Type=PLAIN)
    assert (reply.status, reply.media_type) == (200, "application/json")
    first = reply.json["finds"][0]
    assert first["question"] == "home-office-2019-70"
    assert first["publisher"] == "Home Office"
    assert "radicalisation" in first["shared_words"]
    assert reply.headers["ARI-Rows"] == str(len(reply.json["finds"]))
    assert reply.json["revision"] == reply.headers["ARI-Revision"]


def test_get_a_form_and_a_plain_body_say_the_same(site: Site) -> None:
    plain = site.send("POST", "/find", ONLINE, Content_Type=PLAIN)
    assert site.form("/find", {"text": ONLINE}).body == plain.body
    assert site.get("/find?text=" + ONLINE.replace(" ", "+")).body == plain.body


def test_csv_has_a_line_for_each_find(site: Site) -> None:
    reply = site.form("/find?format=csv", {"text": ONLINE, "limit": "2"})
    assert reply.media_type == "text/csv"
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert 2 <= len(rows) <= 4
    assert rows[0]["iri"] == "https://w3id.org/ari/id/question/home-office-2019-70"


def test_nothing_of_the_text_may_be_kept(site: Site) -> None:
    for reply in (
        site.get(f"/find?text={PRIVATE}+policing"),
        site.form("/find", {"text": PRIVATE}),
        site.form("/find", {"text": PRIVATE}, Accept=BROWSER),
        site.form("/find", {"text": PRIVATE * MOST_CHARACTERS}),
    ):
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["ETag"] is None
        assert reply.headers["Referrer-Policy"] == "no-referrer"


def test_no_log_has_a_word_of_the_text(built: BuildResult) -> None:
    process = start("--home", str(built.folder.parents[1]), "--access-log", "1")
    assert process.stdout is not None
    try:
        site = Site(process.stdout.readline().strip())
        for accept in (BROWSER, "application/json", "image/png"):
            site.form("/find", {"text": f"{PRIVATE} policing"}, Accept=accept)
            site.get(f"/find?text={PRIVATE}+policing&limit=x", Accept=accept)
    finally:
        process.terminate()
    told = process.communicate(timeout=20)[1]
    assert '"path":"/find"' in told
    assert PRIVATE not in told


def test_a_text_over_the_limit_is_told_the_limit(site: Site) -> None:
    reply = site.send("POST", "/find", "a " * MOST_CHARACTERS, Content_Type=PLAIN)
    problem = reply.problem(413, "text-too-long")
    assert (problem["limit"], problem["value"]) == ("text", MOST_CHARACTERS)


def test_a_text_is_measured_as_it_was_sent(site: Site) -> None:
    padded = f"policing{' ' * MOST_CHARACTERS}"
    site.send("POST", "/find", padded, Content_Type=PLAIN).problem(413, "text-too-long")
    fitting = padded[:MOST_CHARACTERS]
    assert site.send("POST", "/find", fitting, Content_Type=PLAIN).status == 200


def test_a_body_over_the_limit_of_all_bodies_is_refused_too(site: Site) -> None:
    reply = site.send("POST", "/find", "a" * (2 * 1024 * 1024), Content_Type=PLAIN)
    assert reply.problem(413, "request-too-large")["limit"] == "ARI_MAX_REQUEST_BYTES"


@pytest.mark.parametrize("query", ["", "?text=", "?text=%20%0A"])
def test_no_text_is_a_fault_that_names_the_parameter(site: Site, query: str) -> None:
    assert site.get(f"/find{query}").problem(400, "bad-parameter")["parameter"] == "text"


@pytest.mark.parametrize("limit", ["0", "-1", "x", "51", "1e2", "\u0665", "9" * 5000])
def test_a_limit_is_a_whole_number_in_range(client: FlaskClient, limit: str) -> None:
    reply = client.post("/find", data={"text": ONLINE, "limit": limit})
    assert reply.status_code == 400
    assert str(MOST_FINDS) in json.loads(reply.data)["remedy"]


def test_two_texts_are_one_too_many(site: Site) -> None:
    assert site.get("/find?text=a&text=b").problem(400, "bad-parameter")["parameter"] == "text"


def test_another_type_of_body_is_told_what_is_read(site: Site) -> None:
    reply = site.send("POST", "/find", "{}", Content_Type="application/json")
    assert reply.problem(415, "unsupported-type")["accepted"] == [
        "application/x-www-form-urlencoded",
        "text/plain",
    ]


def test_a_body_that_is_not_utf_8_is_refused(site: Site) -> None:
    reply = site.send("POST", "/find", b"caf\xe9", Content_Type="text/plain")
    reply.problem(400, "bad-parameter")


def test_an_unknown_format_lists_those_on_offer(site: Site) -> None:
    reply = site.form("/find", {"text": ONLINE}, Accept="image/png")
    assert "text/csv" in reply.problem(406, "not-acceptable")["available"]


# The page


def test_a_browser_gets_a_form_that_posts(client: FlaskClient) -> None:
    page = client.get("/find", headers={"Accept": BROWSER}).text
    assert '<form class="query" action="/find" method="post">' in page
    assert '<label for="text">' in page
    assert "<script" not in page


def test_the_page_marks_the_words_and_keeps_the_text_in_its_field(client: FlaskClient) -> None:
    page = client.post("/find", data={"text": ONLINE}, headers={"Accept": BROWSER}).text
    assert "<mark>radicalisation</mark>" in page
    assert f">\n{ONLINE}</textarea>" in page
    assert "/doc/question/home-office-2019-70" in page or "/id/question/home-office-2019-70" in page


def test_markup_in_a_text_stays_text(client: FlaskClient) -> None:
    hostile = "</textarea><script>alert(1)</script> policing online <img src=x onerror=y>"
    page = client.post("/find", data={"text": hostile}, headers={"Accept": BROWSER}).text
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "&lt;/textarea&gt;" in page


def test_the_page_says_so_where_nothing_is_close(client: FlaskClient) -> None:
    page = client.post("/find", data={"text": "asdf qwer"}, headers={"Accept": BROWSER}).text
    assert "No question found" in page
    assert "Nothing close" in page


def test_a_refusal_stands_under_the_form(client: FlaskClient) -> None:
    reply = client.post("/find", data={"text": ""}, headers={"Accept": BROWSER})
    assert reply.status_code == 400
    assert 'aria-invalid="true"' in reply.text
    assert "There is no text" in reply.text


def test_the_start_page_leads_here(client: FlaskClient) -> None:
    assert client.get("/", headers={"Accept": BROWSER}).text.count('href="/find"') == 2


def test_an_accident_does_not_log_the_text(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("of no consequence")

    monkeypatch.setattr(Finder, "find", fail)
    with caplog.at_level(logging.DEBUG):
        reply = client.post("/find", data={"text": PRIVATE})
    assert reply.status_code == 500
    assert PRIVATE not in caplog.text + reply.text


def test_the_code_of_find_writes_nowhere() -> None:
    server = Path(finding.__file__).parent.parent
    for file in (server / "crossref" / "finding.py", server / "web" / "find.py"):
        text = file.read_text(encoding="utf-8")
        assert not [
            word for word in ("open(", "write_text", "getLogger", " print(") if word in text
        ]


def test_the_recipe_finds_what_it_says(service: str) -> None:
    needs.program("curl")
    rows = list(csv.DictReader(io.StringIO(run(["sh", "-c"], blocks("find", "sh")[0], service))))
    assert {"met-2019-5-3", "home-office-2019-27"} <= {row["question"] for row in rows}
    assert len(rows) == 4
