"""Scores of names mean something: typos, case and order are forgiven, nonsense stays low."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.crossref import reconcile_reading
from met_ari.crossref.reconcile_candidates import LEAST, Candidate, Reconciler
from met_ari.crossref.reconcile_entities import Entities
from met_ari.crossref.reconcile_names import Names
from met_ari.crossref.reconcile_queries import Query
from met_ari.crossref.reconcile_spelling import Spelling, edits
from met_ari.crossref.reconcile_words import plain, words
from met_ari.engine.embedded import open_engine
from met_ari.protocol.service import Service

SETTINGS = Settings(public_url="https://data.example", workers=2)
LOW = 30.0
NONSENSE = """
asdf qwer zxcv
xyzzy
lorem ipsum dolor sit amet
chocolate cake recipe
the of and to in
how can we
of the
what is the best way to make pizza
cheap flights to Tenerife in August
!!!
12345
colourless green ideas sleep furiously
my cat likes tuna
quantum chromodynamics of gluons
0
football results on Saturday
How do I reset my password?
N/A
unknown
test
null
aaaaaaaaaaaaaaaaaaaaaaaa
Beethoven symphony number nine
brick wall paint colours
medieval French poetry
breeding habits of the emperor penguin
the best of the rest
jazz guitar chords for beginners
tomato soup
12 High Street
John Smith
ﬁ́∀§€
你好世界
DROP TABLE questions;
""".strip().split("\n")


@pytest.fixture(scope="module")
def entities(built: BuildResult) -> Iterator[Entities]:
    with open_engine(built.folder / "dataset.nq", built.hash, SETTINGS) as engine:
        yield reconcile_reading.read(Service(SETTINGS, engine))


def found(entities: Entities, text: str) -> list[Candidate]:
    return Reconciler(entities).candidates(Query(text, limit=64))


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_scores_low_or_finds_nothing(entities: Entities, text: str) -> None:
    scores = [one.score for one in found(entities, text)]
    assert all(LEAST <= score < LOW for score in scores), scores[:3]


@pytest.mark.parametrize(
    ("text", "expected", "least"),
    [
        ("predictive policing", "topic/prediction-and-forecasting", 99),
        ("  PREDICTIVE   policing!! ", "topic/prediction-and-forecasting", 99),
        ("policing, predictive", "topic/prediction-and-forecasting", 95),
        ("Predictve policing", "topic/prediction-and-forecasting", 90),
        ("machine-learning", "topic/artificial-intelligence", 99),
        ("machinelearning", "topic/artificial-intelligence", 99),
        ("machine lerning", "topic/artificial-intelligence", 90),
        ("Artificial Intelligence", "topic/artificial-intelligence", 100),
        ("artificial inteligence", "topic/artificial-intelligence", 90),
        ("ARTIFICIAL INTELLIGÉNCE", "topic/artificial-intelligence", 100),
        ("Technology & data", "topic/technology-and-data", 100),
        ("home office", "organisation/home-office", 100),
        ("the Met", "organisation/metropolitan-police-service", 99),
        ("victims & vulnerability", "topic/victims-and-vulnerability", 100),
        ("victim and vulnerabilities", "topic/victims-and-vulnerability", 95),
    ],
)
def test_the_right_thing_comes_first_with_a_score_that_says_how_sure(
    entities: Entities, text: str, expected: str, least: float
) -> None:
    best = found(entities, text)[0]
    assert (best.entity.id, best.score >= least) == (expected, True), best


def test_a_common_word_by_itself_says_little_and_leads_to_who_is_named_so(
    entities: Entities,
) -> None:
    best = found(entities, "police")
    assert best[0].entity.id == "organisation/metropolitan-police-service"
    assert best[0].score < 50


@pytest.mark.parametrize("text", ["banana police", "banana crime", "police banana smoothie"])
def test_a_known_word_beside_a_stranger_finds_nothing(entities: Entities, text: str) -> None:
    assert found(entities, text) == []


def test_a_phrase_within_a_question_finds_the_question(entities: Entities) -> None:
    asked = Query("Digital forensics", types=("question",), limit=5)
    best, *_ = Reconciler(entities).candidates(asked)
    assert 50 <= best.score < 70
    assert not best.match
    assert {"digital", "forensic"} <= set(words(plain(best.entity.name)))
    turned = Reconciler(entities).candidates(replace(asked, text="forensics digital"))
    assert all(one.score < best.score for one in turned)


def slip(text: str, chance: random.Random) -> str:
    """A letter dropped, doubled, changed or swapped with the next, not at the beginning."""
    place = chance.randrange(1, len(text) - 1)
    before, letter, after = text[:place], text[place], text[place + 1 :]
    ways = (after, letter + letter + after, "x" + after, after[:1] + letter + after[1:])
    return before + chance.choice(ways)


def shuffled(text: str, chance: random.Random) -> str:
    each = text.split()
    chance.shuffle(each)
    return " ".join(each)


def without_a_word(text: str, chance: random.Random) -> str:
    each = text.split()
    if len(each) > 2:
        del each[chance.randrange(len(each))]
    return " ".join(each)


Change = Callable[[str, random.Random], str]


@pytest.mark.parametrize(
    ("change", "first", "middle"),
    [
        (lambda text, _: f"“{text.upper()}”.", 1.0, 100),
        (shuffled, 0.99, 95),
        (slip, 0.97, 90),
        (lambda text, chance: slip(slip(text, chance), chance), 0.94, 70),
        (without_a_word, 0.94, 85),
    ],
    ids=["case and punctuation", "order", "a slip", "two slips", "a word is missing"],
)
def test_names_are_found_as_people_write_them(
    entities: Entities, change: Change, first: float, middle: float
) -> None:
    """`first`: share of names that are found first; `middle`: the score of two in three."""
    chance = random.Random(1)  # noqa: S311 - the same every time
    hits, scores = 0, []
    for entity in entities.all:
        answers = found(entities, change(entity.name, chance))
        own = [one.score for one in answers if one.entity.name == entity.name]
        hits += bool(own) and own[0] == answers[0].score
        scores.append(max(own, default=0.0))
    assert hits / len(entities.all) >= first
    assert sorted(scores)[len(scores) // 3] >= middle


def test_the_same_name_is_a_match_only_if_no_other_has_it(entities: Entities) -> None:
    names = [plain(entity.name) for entity in entities.all]
    for entity in entities.all:
        best = found(entities, entity.name)[0]
        assert best.match == (names.count(plain(entity.name)) == 1), entity.name


def test_a_name_wins_over_another_name_of_something_else() -> None:
    index = Names([("Crime", "Knife crime"), ("Knife crime",)])
    assert [(one.owner, one.score) for one in index.like("knife crime")] == [(0, 100), (1, 100)]


def test_rare_words_count_for_more_than_common_ones() -> None:
    names = [(f"crime in district {n}",) for n in range(50)] + [("knife crime",)]
    index = Names(names)
    (best, *_) = index.like("knife attacks")
    assert names[best.owner] == ("knife crime",)
    (common, *_) = index.like("crime attacks")
    assert common.score < best.score


def test_common_words_still_count_among_those_that_lead() -> None:
    names = [(f"report on crime {n}",) for n in range(2500)] + [("knife report on crime",)]
    names += [("knife",)]
    best, other, *_ = Names(names).like("report on knife crime")
    assert names[best.owner] == ("knife report on crime",)
    assert best.score > 95
    assert names[other.owner] == ("knife",)


def test_a_text_of_common_words_only_is_answered_too() -> None:
    names = [(f"report on crime {n}",) for n in range(2500)]
    assert Names(names).like("crime report")


def test_an_empty_index_and_an_empty_text_find_nothing() -> None:
    assert Names([]).like("anything") == []
    assert Names([("Crime",), ("",), ("?",)]).like("") == []
    assert Names([("?",)]).like("!") == []


@given(text=st.text(max_size=60))
@settings(max_examples=200, derandomize=True, database=None, deadline=None)
def test_a_score_is_between_0_and_100_and_a_name_is_like_itself(text: str) -> None:
    index = Names([(text,), ("another name",), ("names of another kind",)])
    scores = {one.owner: one.score for one in index.like(text)}
    assert all(0 <= score <= 100 for score in scores.values())
    assert not plain(text) or scores[0] == 100


# Words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Victims' needs & Café-crime", "victims needs and cafe crime"),
        ("stop_and_search", "stop and search"),
        ("don't / don\u2019t", "dont dont"),
        ("ﬁre ①", "fire 1"),
        ("\x00\x07 \ufffd", ""),
        ("  ", ""),
    ],
)
def test_plain_text_has_neither_case_nor_dress(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_words_are_compared_in_the_singular() -> None:
    assert words("crimes technologies process police bus as us") == (
        *("crime", "technology", "process", "police", "bus", "as", "us"),
    )


# Spelling


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("crime", "crime", 0),
        ("crime", "crme", 1),
        ("crime", "crimme", 1),
        ("crime", "crome", 1),
        ("crime", "cirme", 1),
        ("crime", "grim", 2),
        ("crime", "policing", 3),
        ("", "ab", 2),
    ],
)
def test_slips_are_counted(one: str, other: str, distance: int) -> None:
    assert edits(one, other, 2) == distance
    assert edits(other, one, 2) == distance


def test_a_misspelt_word_is_near_to_known_ones_and_a_known_one_to_itself() -> None:
    spelling = Spelling(["crime", "prime", "intelligence", "intelligent", "cat"])
    assert spelling.near("crime") == (("crime", 1.0),)
    assert spelling.near("crme") == (("crime", 0.8),)
    assert dict(spelling.near("inteligense")) == {"intelligence": pytest.approx(10 / 12)}
    assert spelling.near("caat") == (("cat", 0.75),)
    assert spelling.near("ca") == ()
    assert Spelling(["case"]).near("cake") == ()
    assert Spelling(["case"]).near("csae") == (("case", 0.75),)
    assert spelling.near("xrime") == ()


def test_what_is_remembered_of_misspelt_words_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("met_ari.crossref.reconcile_spelling.MOST_REMEMBERED", 10)
    spelling = Spelling(["crime"])
    for number in range(100):
        spelling.near(f"crime{number}")
    assert len(spelling._remembered) <= 10
    assert spelling.near("crimee")[0][0] == "crime"
