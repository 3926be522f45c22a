"""What changed between two datasets, in words: true, and nothing is silently lost."""

import html.parser
import json

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from met_ari.build import folder
from met_ari.publish.dataset import Dataset
from met_ari.publish.diff.as_json import as_json, from_json
from met_ari.publish.diff.as_markdown import as_markdown
from met_ari.publish.diff.as_page import as_page
from met_ari.publish.diff.changes import KINDS, WHATS, Change, Changes
from met_ari.publish.diff.comparison import compare
from met_ari.publish.diff.sentences import NOUNS, VERBS, plain
from met_ari.publish.diff.wording import marked
from tests.small_datasets import PREFIXES, WORDED, WORLD, dataset, question


def changes_of(before: str, after: str) -> tuple[Change, ...]:
    return compare(dataset(before), dataset(after)).changes


def one_change(before: str, after: str) -> Change:
    found = changes_of(before, after)
    assert len(found) == 1, found
    return found[0]


# What is told of things


def test_the_same_data_twice_has_no_changes():
    changes = compare(
        dataset(question('skos:prefLabel "A"@en .')), dataset(question('skos:prefLabel "A"@en .'))
    )
    assert changes.same
    assert not changes.changes
    assert not changes.others


CASES = {
    "a new question": ("", question(WORDED.format("Why?")), ("question", "added", "", "", "Why?")),
    "a question that is gone": (
        question(WORDED.format("Why?")),
        "",
        ("question", "dropped", "", "Why?", ""),
    ),
    "another wording": (
        question(WORDED.format("Why A?")),
        question(WORDED.format("Why B?")),
        ("question", "reworded", "", "Why A?", "Why B?"),
    ),
    "another label of ours": (
        question('skos:prefLabel "A"@en ; ari:statementText "Text"@en .'),
        question('skos:prefLabel "B"@en ; ari:statementText "Text"@en .'),
        ("question", "relabelled", "", "A", "B"),
    ),
    "words that are now given": (
        question('skos:prefLabel "A"@en ; ari:statementSha256 "1" .'),
        question('skos:prefLabel "A"@en ; ari:statementSha256 "1" ; ari:statementText "T"@en .'),
        ("question", "quoted", "", "", "T"),
    ),
    "words that may not be given": (
        question('skos:prefLabel "A"@en ; ari:statementSha256 "1" .'),
        question(
            'skos:prefLabel "A"@en ; ari:statementSha256 "2" ; ari:formerStatementSha256 "1" .'
        ),
        ("question", "reworded", "", "", ""),
    ),
    "another priority": (
        question("ari:underPriority :priority\\/x-2019-1 ; ari:position 1 ."),
        question("ari:underPriority :priority\\/x-2019-2 ; ari:position 4 ."),
        ("question", "moved", "", "Roads", "Rivers"),
    ),
    "another place under the same": (
        question("ari:underPriority :priority\\/x-2019-1 ; ari:position 1 ."),
        question("ari:underPriority :priority\\/x-2019-1 ; ari:position 4 ."),
        ("question", "reordered", "", "1", "4"),
    ),
    "a question that its publisher withdrew": (
        question(""" skos:prefLabel "A"@en ."""),
        question("""skos:prefLabel "A"@en ; ari:questionStatus "withdrawn" ."""),
        ("question", "withdrawn", "", "", ""),
    ),
    "a question that is asked again": (
        question("""skos:prefLabel "A"@en ; ari:questionStatus "vanished" ."""),
        question("""skos:prefLabel "A"@en ."""),
        ("question", "asked again", "", "", ""),
    ),
    "other topics": (
        question("dcterms:subject :topic\\/a, :topic\\/b ."),
        question("dcterms:subject :topic\\/b, :topic\\/c ."),
        ("question", "re-linked", "topics", "a | b", "b | c"),
    ),
    "a description": (
        ":priority\\/x-2019-1 skos:definition 'One'@en .",
        ":priority\\/x-2019-1 skos:definition 'Two'@en .",
        ("priority", "reworded", "description", "One", "Two"),
    ),
    "another goal": (
        ":priority\\/x-2019-1 ari:supportsGoal :goal\\/a .",
        ":priority\\/x-2019-1 ari:supportsGoal :goal\\/b .",
        ("priority", "re-linked", "goal", "a", "b"),
    ),
    "another name of a goal": (
        ":goal\\/a a ari:StrategicGoal ; skos:prefLabel 'One'@en .",
        ":goal\\/a a ari:StrategicGoal ; skos:prefLabel 'Two'@en .",
        ("goal", "relabelled", "", "One", "Two"),
    ),
    "a theme under another group": (
        ":theme\\/a a ari:Theme ; ari:underTheme :theme\\/b .",
        ":theme\\/a a ari:Theme ; ari:underTheme :theme\\/c .",
        ("theme", "moved", "", "b", "c"),
    ),
    "another name of a topic besides": (
        ":topic\\/a a skos:Concept ; skos:prefLabel 'A'@en .",
        ":topic\\/a a skos:Concept ; skos:prefLabel 'A'@en ; skos:altLabel 'B'@en .",
        ("topic", "relabelled", "other names", "", "B"),
    ),
}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_change_is_told(case):
    before, after, expected = CASES[case]
    change = one_change(before, after)
    assert (change.kind, change.what, change.aspect, change.before, change.after) == expected


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_told_leaves_no_other_statements(case):
    before, after, _ = CASES[case]
    assert not compare(dataset(before), dataset(after)).others


def test_a_priority_of_another_kind_is_reclassified():
    other = WORLD.replace("ari:EnablingPriority", "ari:OperationalPriority")
    new = Dataset.parse(
        f"{PREFIXES} GRAPH <https://w3id.org/ari/id/graph/x-2019> {{ {other} }}".encode(),
        ox.RdfFormat.TRIG,
    )
    change = compare(dataset(""), new).changes[0]
    told = (change.what, change.before, change.after)
    assert told == ("reclassified", "EnablingPriority", "OperationalPriority")


def test_a_change_names_its_thing_and_its_edition():
    change = one_change("", question(WORDED.format("Why?")))
    assert (change.key, change.label, change.group) == ("x", "Why?", "X 2019")
    assert change.iri == "https://w3id.org/ari/id/question/x"


def test_what_no_change_tells_of_is_counted():
    changes = compare(dataset(":organisation\\/a :p 1, 2 ."), dataset(":organisation\\/a :p 3 ."))
    assert not changes.changes
    assert [(o.graph[-6:], o.removed, o.added) for o in changes.others] == [("x-2019", 2, 1)]


def test_what_follows_from_other_statements_is_counted_only():
    question_ = question(WORDED.format("Why?"))
    changes = compare(dataset("", "inferred"), dataset(question_, "inferred"))
    assert not changes.changes
    assert sum(others.added for others in changes.others) == changes.added


@settings(max_examples=12, deadline=None, database=None)
@given(st.data())
def test_no_change_of_real_data_is_silently_lost(built, data) -> None:
    lines = (built.folder / folder.DATASET).read_bytes().splitlines(keepends=True)
    gone = data.draw(st.sets(st.integers(0, len(lines) - 1), min_size=1, max_size=5))
    old = Dataset(b"".join(lines))
    new = Dataset.parse(b"".join(line for n, line in enumerate(lines) if n not in gone))
    changes = compare(old, new)
    assert changes.changes or changes.others
    assert changes.removed >= len(gone)


# What is told of pairs of questions


def decided(number: int, status: str, more: str = "", relation: str = "closeMatch") -> str:
    """A pair with its decisions up to this one, the newest of which says so."""
    records = ", ".join(f":mapping\\/a--b.{n}" for n in range(1, number + 1))
    return f"""
    :mapping\\/a--b a ari:QuestionPair ; rdfs:label "A | B"@en ;
      ari:subjectQuestion :question\\/a ; ari:objectQuestion :question\\/b ;
      ari:hasDecision {records} ; ari:latestDecision :mapping\\/a--b.{number} .
    :mapping\\/a--b.{number} a owl:Axiom ; owl:annotatedProperty skos:{relation} ;
      ari:decisionStatus "{status}" ; rdfs:comment "Because so."@en {more} .
    :mapping-set\\/s sssom:mappings {records} .
    """


LINK = ":question\\/a skos:closeMatch :question\\/b ."
DECISIONS = {
    "proposed": ("", decided(1, "proposed"), "", "proposed: nearly the same"),
    "accepted": (
        decided(1, "proposed"),
        decided(2, "accepted", relation="broadMatch"),
        "proposed: nearly the same",
        "accepted: broader",
    ),
    "rejected": (
        decided(1, "proposed"),
        decided(2, "rejected"),
        "proposed: nearly the same",
        "rejected: nearly the same",
    ),
    "withdrawn": (
        decided(1, "accepted") + LINK,
        decided(2, "rejected"),
        "accepted: nearly the same",
        "rejected: nearly the same",
    ),
    "re-opened": (
        decided(1, "accepted"),
        decided(2, "proposed", '; ari:reasonTag "text-changed"'),
        "accepted: nearly the same",
        "proposed: nearly the same",
    ),
    "corrected": (
        decided(1, "proposed"),
        decided(1, "proposed", relation="relatedMatch"),
        "proposed: nearly the same",
        "proposed: related",
    ),
    "dropped": (decided(1, "proposed"), "", "proposed: nearly the same", ""),
}


@pytest.mark.parametrize("what", DECISIONS, ids=str)
def test_a_decision_is_told(what):
    before, after, then, now = DECISIONS[what]
    changes = compare(dataset(before), dataset(after))
    change = changes.changes[0]
    assert (change.kind, change.what, change.before, change.after) == ("mapping", what, then, now)
    assert (change.key, change.label) == ("a--b", "A | B")
    assert not changes.others


def test_a_decision_is_told_with_its_reason():
    change = one_change(decided(1, "accepted"), decided(2, "rejected"))
    assert change.reason == "Because so."
    undone = decided(2, "proposed", '; ari:reasonTag "undone"')
    change = one_change(decided(1, "accepted"), undone)
    assert change.what == "withdrawn"
    assert change.reason == "A person has taken the decision before it back. Because so."


# Words that differ


@settings(max_examples=100, deadline=None, database=None)
@given(st.text(max_size=40), st.text(max_size=40))
def test_marked_pieces_put_together_are_the_texts(before, after):
    then, now = marked(before, after)
    assert (plain(then), plain(now)) == (before, after)


def test_the_words_that_differ_are_marked():
    then, now = marked("Trust in using AI at work", "Trust in using robots at work")
    assert [piece.text for piece in then if piece.differs] == ["AI"]
    assert [piece.text for piece in now if piece.differs] == ["robots"]


def test_every_kind_and_every_change_has_its_words():
    assert set(NOUNS) == set(KINDS)
    assert set(VERBS) == set(WHATS)


# Forms


@pytest.fixture(scope="module")
def changes() -> Changes:
    """Several changes, some in words that formats escape."""
    before = question(WORDED.format("Why <b>A</b> * _x_ | ?"))
    after = question(WORDED.format("Why <i>B</i> * _x_ | ?")) + ":organisation\\/a :p 1 ."
    return compare(dataset(before), dataset(after + decided(1, "proposed")), ("1.0.0", "2.0.0"))


def test_json_says_all_and_is_read_back(changes):
    assert from_json(as_json(changes)) == changes
    found = json.loads(as_json(changes))
    assert found["counts"] == {"mapping": {"proposed": 1}, "question": {"reworded": 1}}
    assert found["old"]["name"] == "1.0.0"


def test_markdown_marks_the_words_and_escapes_the_rest(changes):
    text = as_markdown(changes)
    assert text.startswith("# What changed from 1.0.0 to 2.0.0\n\n- 1 question: reworded\n")
    assert r"  - before: Why \<~~b\>A\</b~~\> \* \_x\_ \| ?" in text
    assert "| x-2019 | 0 | 1 |" in text


def test_the_page_marks_the_words_and_lets_no_markup_in(changes):
    page = as_page(changes)
    assert "<b>A" not in page
    assert "<del>" in page
    assert "<ins>" in page
    open_tags: list[str] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag != "meta":
                open_tags.append(tag)

        def handle_endtag(self, tag):
            assert open_tags.pop() == tag

    Reader().feed(page)
    assert not open_tags
