"""Keys stay what they are, whatever a source does to the order, the texts and the headings."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from met_ari.build.imported_records import QuestionRecord
from met_ari.build.keys_table import Keys
from met_ari.build.records import EditionRecord, Origin
from met_ari.crossref.imports.comparison import compare
from met_ari.crossref.imports.found import FoundEdition, FoundQuestion
from met_ari.crossref.imports.matching import THRESHOLD, Known, alike, match
from met_ari.crossref.imports.outcome import Entry
from met_ari.crossref.imports.settlement import Settled
from met_ari.crossref.imports.state import EditionState

EDITION = EditionRecord("lamps-2024", "", "", "lamps", "2024", "", False, (), Origin("", 0))

WORDS = st.sampled_from(
    ("lamps", "boats", "ice", "divers", "dusk", "harbour", "light", "coat", "witness", "dim")
)
TEXTS = st.lists(WORDS, min_size=3, max_size=9).map(" ".join)
THEMES = st.sampled_from(["Harbour", "Lights", "Ice"])


def question(text: str, theme: str = "Harbour", own_id: str = "", place: str = "") -> FoundQuestion:
    return FoundQuestion(place or "line 2", text, (theme,), own_id)


def after(
    state: EditionState, questions: Sequence[FoundQuestion], kind: str = "csv"
) -> tuple[EditionState, Settled]:
    """The state that an import leaves, and what it said."""
    found = FoundEdition("Lamps", "2024", "", tuple(questions))
    settled = compare(state, found, kind, THRESHOLD, lambda known, issued: "", lambda known: "")
    left = EditionState(
        key=state.key,
        edition=EDITION,
        keys=settled.keys,
        themes=settled.themes,
        questions=tuple(_read(item, settled.keys) for item in settled.questions),
    )
    return left, settled


def _read(item: QuestionRecord, keys: Keys) -> QuestionRecord:
    former = tuple(d for d in keys.digests(item.id) if d != item.sha256)
    return QuestionRecord(**{**vars(item), "former": former})


START = EditionState("lamps-2024")


def ids(settled: Settled) -> dict[str, str]:
    """The key of each text that the source has."""
    return {item.text: item.id for item in settled.questions if item.status == "current"}


def said(settled: Settled, kind: str) -> list[Entry]:
    return [item for item in settled.entries if item.kind == kind]


unique_texts = st.lists(st.tuples(TEXTS, THEMES), min_size=1, max_size=12, unique_by=lambda x: x[0])


@given(unique_texts, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_same_texts_in_any_order_keep_their_keys(
    items: list[tuple[str, str]], random: object
) -> None:
    state, first = after(START, [question(*item) for item in items])
    random.shuffle(items)  # type: ignore[attr-defined]
    left, second = after(state, [question(*item) for item in items])
    assert ids(first) == ids(second)
    assert left.keys == state.keys
    assert {item.kind for item in second.entries} == {"unchanged"}


@given(unique_texts)
@settings(deadline=None)
def test_an_import_that_is_repeated_changes_nothing(items: list[tuple[str, str]]) -> None:
    questions = [question(*item) for item in items]
    state, first = after(START, questions)
    _, second = after(state, questions)
    assert (first.themes, first.questions, first.keys) == (
        second.themes,
        second.questions,
        second.keys,
    )


@given(st.lists(unique_texts, min_size=2, max_size=5))
@settings(deadline=None)
def test_no_key_is_lost_or_used_again_however_often_a_source_changes(
    imports: list[list[tuple[str, str]]],
) -> None:
    state, seen = START, set[str]()
    for items in imports:
        # One text that is there comes again, or it would be taken for another document.
        again = [(item.text, state.path(item.theme)[0]) for item in state.questions[:1]]
        taken = dict([*again, *(item for item in items if item[0] not in dict(again))])
        state, settled = after(state, [question(*item) for item in taken.items()])
        now = [item.id for item in settled.questions]
        assert len(now) == len(set(now))
        assert seen <= set(now)
        seen |= set(now)
        _positions_are_whole(settled)


def _positions_are_whole(settled: Settled) -> None:
    """Under each heading 1, 2, 3…, headings and questions together (shapes/hierarchy.ttl)."""
    places: dict[str, list[int]] = {}
    for theme in settled.themes:
        places.setdefault(theme.parent, []).append(theme.position)
    for item in settled.questions:
        places.setdefault(item.theme, []).append(item.position)
    for found in places.values():
        assert sorted(found) == list(range(1, len(found) + 1))


@given(unique_texts, st.data())
@settings(deadline=None)
def test_with_identifiers_any_text_may_change(
    items: list[tuple[str, str]], data: st.DataObject
) -> None:
    questions = [question(*item, own_id=str(n)) for n, item in enumerate(items, 900)]
    state, first = after(START, questions, "ari-database")
    assert [item.own_id for item in questions] == sorted(item.id for item in first.questions)
    anew = [question(data.draw(TEXTS), item.path[0], item.own_id) for item in questions]
    _, second = after(state, anew, "ari-database")
    assert {i.id: i.text for i in second.questions} == {i.own_id: i.text for i in anew}
    assert not said(second, "new")


@given(unique_texts, st.data())
@settings(deadline=None)
def test_no_question_is_found_twice(items: list[tuple[str, str]], data: st.DataObject) -> None:
    known = [
        Known(str(n), frozenset(), (question(text).digest,), (theme,), text)
        for n, (text, theme) in enumerate(items)
    ]
    found = [question(*item) for item in data.draw(unique_texts)]
    matches = match(known, found, "csv", 0.3)
    assert len({item.known for item in matches.values()}) == len(matches)
    for item in matches.values():
        if item.by == "similarity":
            assert item.similarity >= 0.3
            assert known[item.known].path == found[item.found].path


def test_a_question_put_in_between_moves_no_key() -> None:
    state, first = after(START, [question("one boat"), question("two lamps")])
    _, second = after(
        state, [question("one boat"), question("wholly other words"), question("two lamps")]
    )
    assert ids(first) == {"one boat": "1", "two lamps": "2"}
    assert ids(second) == {"one boat": "1", "wholly other words": "3", "two lamps": "2"}


LONG = "How often small boats are lost between dusk and dawn."
LONGER = "How often small boats are lost between midnight and dawn."


def test_a_near_text_under_the_same_theme_is_a_revision() -> None:
    state, _ = after(START, [question(LONG), question("two lamps")])
    left, second = after(state, [question(LONGER), question("two lamps")])
    (entry,) = said(second, "revised")
    assert (entry.key, entry.before, entry.found_by) == ("lamps-2024-1", LONG, "similarity")
    assert second.changed == {"lamps-2024-1"}
    assert left.questions[0].former == (question(LONG).digest,)


def test_the_same_near_text_under_another_theme_is_new() -> None:
    state, _ = after(START, [question(LONG), question("two lamps")])
    _, second = after(state, [question(LONGER, "Lights"), question("two lamps")])
    assert [entry.key for entry in said(second, "new")] == ["lamps-2024-3"]
    assert [entry.key for entry in said(second, "vanished")] == ["lamps-2024-1"]


def test_of_two_near_texts_the_nearest_is_the_revision() -> None:
    state, _ = after(START, [question(LONG), question("two lamps")])
    questions = [question(LONGER + " And how."), question(LONGER), question("two lamps")]
    _, second = after(state, questions)
    assert [entry.text for entry in said(second, "revised")] == [LONGER]


def test_the_same_text_under_another_heading_is_the_same_question_moved() -> None:
    state, _ = after(START, [question(LONG)])
    _, second = after(state, [question(LONG, "Lights")])
    (entry,) = said(second, "moved")
    assert (entry.key, entry.before) == ("lamps-2024-1", "Harbour")


def test_a_text_that_comes_back_as_it_was_finds_its_question() -> None:
    state, _ = after(START, [question(LONG), question("two lamps")])
    state, _ = after(state, [question(LONGER), question("two lamps")])
    _, third = after(state, [question(LONG, "Lights"), question("two lamps")])
    assert [(e.key, e.found_by) for e in said(third, "revised")] == [("lamps-2024-1", "hash")]


def test_a_vanished_question_is_kept_and_may_return() -> None:
    state, _ = after(START, [question(LONG), question("two lamps")])
    state, second = after(state, [question("two lamps")])
    assert [(e.key, e.text) for e in said(second, "vanished")] == [("lamps-2024-1", LONG)]
    again, third = after(state, [question("two lamps")])
    assert not said(third, "vanished")
    _, fourth = after(again, [question(LONG), question("two lamps")])
    assert [e.key for e in said(fourth, "returned")] == ["lamps-2024-1"]


def test_the_same_text_twice_under_a_heading_is_taken_once_and_told() -> None:
    _, settled = after(START, [question(LONG, place="line 2"), question(LONG, place="line 9")])
    (entry,) = said(settled, "duplicated")
    assert (entry.place, entry.detail) == ("line 9", "It stands at line 2 already.")
    assert len(settled.questions) == 1


def test_the_same_text_with_another_identifier_is_taken_and_told() -> None:
    questions = [question(LONG, own_id="7"), question(LONG, own_id="8")]
    _, settled = after(START, questions, "ari-database")
    assert [item.id for item in settled.questions] == ["7", "8"]
    assert len(said(settled, "duplicated")) == 1


def test_a_record_that_comes_twice_with_other_words_is_told_to_differ() -> None:
    questions = [question(LONG, own_id="7"), question(LONGER, own_id="7")]
    _, settled = after(START, questions, "ari-database")
    assert "The two differ" in said(settled, "duplicated")[0].detail


def test_an_identifier_of_one_kind_says_nothing_to_another() -> None:
    state, _ = after(START, [question("one boat", own_id="7"), question(LONG, own_id="8")], "csv")
    _, second = after(state, [question("wholly other", own_id="7"), question(LONG)], "ari-database")
    assert [entry.text for entry in said(second, "new")] == ["wholly other"]


def test_paths_of_fewer_levels_name_the_same_theme() -> None:
    assert alike(("Harbour",), ("harbour", "Boats"))
    assert not alike(("Harbour", "Ice"), ("Harbour", "Boats"))
    assert not alike((), ("Harbour",))


def test_of_two_questions_with_one_text_each_is_found_under_its_own_theme() -> None:
    state, first = after(START, [question(LONG, "Harbour"), question(LONG, "Lights")])
    _, second = after(state, [question(LONG, "Lights"), question(LONG, "Harbour")])
    assert len(first.questions) == 2
    assert {item.kind for item in second.entries} == {"unchanged", "duplicated"}
