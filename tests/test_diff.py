"""`ari diff`: the patch is proved, the words are true, and nothing is silently lost."""

import html.parser
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from met_ari.build import folder
from met_ari.engine.live import STATE, Log, opened
from met_ari.engine.live import read_state as live_state
from met_ari.engine.patch import Transaction
from met_ari.errors import InputError, Unfaithful
from met_ari.publish import layout, states
from met_ari.publish.changes import KINDS, WHATS, Change, Changes
from met_ari.publish.dataset import Dataset
from met_ari.publish.diff import compare
from met_ari.publish.diffjson import as_json, from_json
from met_ari.publish.diffpage import as_page
from met_ari.publish.markdown import as_markdown
from met_ari.publish.patch import applied, between, patch, prove
from met_ari.publish.sentences import NOUNS, VERBS, plain
from met_ari.publish.wording import marked
from tests.dataset_pairs import BLANKS, Quads, pairs, quads, relabelled

PAIRS = int(os.environ.get("PAIRS", "150"))
"""How many pairs are made up; 1,000 with PAIRS=1000."""
MANY = settings(
    max_examples=PAIRS, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)

PREFIXES = """
PREFIX : <https://w3id.org/ari/id/>
PREFIX ari: <https://w3id.org/ari/def#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX sssom: <https://w3id.org/sssom/>
"""
WORLD = """
<https://w3id.org/ari/id/ari/x-2019> a ari:AreasOfResearchInterest ; skos:prefLabel "X 2019"@en .
<https://w3id.org/ari/id/priority/x-2019-1> a ari:OperationalPriority ;
  skos:prefLabel "Roads"@en ; skos:inScheme <https://w3id.org/ari/id/ari/x-2019> .
<https://w3id.org/ari/id/priority/x-2019-2> a ari:EnablingPriority ;
  skos:prefLabel "Rivers"@en ; skos:inScheme <https://w3id.org/ari/id/ari/x-2019> .
"""


def dataset(turtle: str, graph: str = "x-2019") -> Dataset:
    """Statements in one named graph, with the prefixes and a few things around them."""
    body = f"{PREFIXES} GRAPH <https://w3id.org/ari/id/graph/{graph}> {{ {WORLD} {turtle} }}"
    return Dataset.parse(body.encode(), ox.RdfFormat.TRIG)


def changes_of(before: str, after: str) -> tuple[Change, ...]:
    return compare(dataset(before), dataset(after)).changes


def one_change(before: str, after: str) -> Change:
    found = changes_of(before, after)
    assert len(found) == 1, found
    return found[0]


# The patch


@MANY
@given(pairs())
@example(([], []))
def test_old_and_patch_make_new(pair: tuple[Quads, Quads]) -> None:
    old, new = map(Dataset.of, pair)
    prove(old, patch(old, new), new)
    prove(new, patch(new, old), old)


@MANY
@given(pairs(), st.permutations(BLANKS), st.randoms())
def test_a_patch_depends_on_what_is_said_not_on_order_or_labels(pair, labels, random) -> None:
    old, new = pair
    shuffled = relabelled(new, labels)
    random.shuffle(shuffled)
    expected = patch(Dataset.of(old), Dataset.of(new))
    assert patch(Dataset.of(old), Dataset.of(shuffled)) == expected


@settings(max_examples=50, deadline=None, database=None)
@given(quads, st.permutations(BLANKS))
def test_other_names_of_blank_nodes_change_nothing(found: Quads, labels) -> None:
    transaction = between(Dataset.of(found), Dataset.of(relabelled(found, labels)))
    assert transaction.changes_nothing


def test_a_statement_beside_blank_nodes_does_not_rename_them():
    shapes = "[ :p [ :q 1 ] ] :r ( :a :b [ :q 2 ] ) ."
    transaction = between(dataset(shapes), dataset(f"{shapes} [ :p 0 ] :q :z ."))
    assert (len(transaction.removed), len(transaction.added)) == (0, 2)


def test_a_change_at_a_blank_node_leaves_its_neighbours_alone():
    before = ":s :list ( :a :b :c :d :e :f ) ."
    transaction = between(dataset(before), dataset(before.replace(":f )", ":g )")))
    assert len(transaction.removed) <= 3


def test_a_graph_that_is_gone_is_named():
    transaction = between(dataset(":a :p :b ."), Dataset.of([]))
    assert transaction.dropped == ("https://w3id.org/ari/id/graph/x-2019",)


def test_a_patch_of_another_dataset_is_refused():
    old, new, other = dataset(":a :p 1 ."), dataset(":a :p 2 ."), dataset(":a :p 3 .")
    with pytest.raises(InputError, match=f"no patch of the dataset {other.hash}"):
        applied(other, patch(old, new))


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[:-1],
        lambda text: text.replace(b"A ", b"D ", 1),
        lambda text: text.replace(b'"2"', b'"7"'),
        lambda text: text + text,
        lambda text: b"",
        lambda text: text.replace(b"\nD", b"\n\nD", 1),
    ],
    ids=["cut", "turned", "altered", "twice", "empty", "a blank line"],
)
def test_a_damaged_patch_is_refused(damage: Callable[[bytes], bytes]):
    old, new = dataset(":a :p 1 ."), dataset(":a :p 2 .")
    with pytest.raises(InputError):
        applied(old, damage(patch(old, new)))


def test_a_patch_that_takes_away_what_is_not_there_is_refused():
    old = dataset(":a :p 1 .")
    absent = b"<https://example.org/a> <https://example.org/b> <https://example.org/c> .\n"
    with pytest.raises(InputError, match="takes away what is not there"):
        applied(old, Transaction(old.hash, removed=(absent,)).text())
    with pytest.raises(InputError, match="adds what is"):
        applied(old, Transaction(old.hash, added=(old.lines.splitlines(True)[0],)).text())


def test_a_patch_that_leads_elsewhere_proves_nothing():
    old, new, other = dataset(":a :p 1 ."), dataset(":a :p 2 ."), dataset(":a :p 3 .")
    with pytest.raises(Unfaithful, match=f"not to {other.hash}"):
        prove(old, patch(old, new), other)


REAL_EDITS = {
    "a question is reworded": (b"Improving workforce wellbeing", b"Improving workforce health"),
    "a topic gets another IRI": (b"id/topic/radicalisation>", b"id/topic/radicalising>"),
    "a member of a list is another": (
        b"first> <https://w3id.org/ari/def#Vision>",
        b"first> <https://w3id.org/ari/def#Priority>",
    ),
    "a graph has another name": (b"id/graph/topics>", b"id/graph/subjects>"),
}


@pytest.mark.parametrize("edit", REAL_EDITS, ids=str)
def test_the_proof_holds_on_the_real_data(built, edit):
    data = (built.folder / folder.DATASET).read_bytes()
    before, after = REAL_EDITS[edit]
    assert before in data
    old, new = Dataset(data), Dataset.parse(data.replace(before, after))
    text = patch(old, new)
    prove(old, text, new)
    rows = [line for line in text.splitlines() if line[:2] in (b"A ", b"D ")]
    assert len(rows) <= 2 * data.count(before) + 4, "the patch is longer than the change"


def test_the_proof_holds_when_every_third_statement_is_gone(built):
    data = (built.folder / folder.DATASET).read_bytes()
    lines = data.splitlines(keepends=True)
    old, new = Dataset(data), Dataset.parse(b"".join(lines[::3] + lines[1::3]))
    prove(old, patch(old, new), new)


# What is told of things


QUESTION = """:question\\/x a ari:ResearchQuestion ; skos:inScheme :ari\\/x-2019 ; """
WORDED = 'skos:prefLabel "{0}"@en ; ari:statementText "{0}"@en .'


def question(more: str) -> str:
    return QUESTION + more


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


# The command

COMMAND = [sys.executable, "-P", "-m", "met_ari.cli", "diff"]


def ari_diff(*arguments: object, home: object) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ARI_")}
    return subprocess.run(
        [*COMMAND, "--home", str(home), *map(str, arguments)],
        env=clean,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def home(built, tmp_path_factory):
    """A home with a build, and as release 1.0.0 the little of it that the command reads."""
    home = tmp_path_factory.mktemp("diff") / "home"
    shutil.copytree(built.folder, home / "build" / built.folder.name)
    place = layout.release_folder(home, "1.0.0")
    _keep(place, Dataset((built.folder / folder.DATASET).read_bytes()))
    return home


def _keep(place, dataset: Dataset, base: str = "https://w3id.org/ari/") -> None:
    place.mkdir(parents=True)
    (place / layout.DATASET).write_bytes(dataset.lines)
    (place / layout.SUMS).write_bytes(b"")
    said = {"base": base, "dataset": {"hash": dataset.hash}}
    (place / layout.MANIFEST).write_text(json.dumps(said))


@pytest.fixture(scope="module")
def reworded(home):
    """A release 1.1.0 in which one question is worded anew."""
    data = (layout.release_folder(home, "1.0.0") / layout.DATASET).read_bytes()
    new = Dataset.parse(
        data.replace(b"Improving workforce wellbeing", b"Improving workforce health")
    )
    _keep(layout.release_folder(home, "1.1.0"), new)
    return new


def test_the_same_dataset_exits_with_0(home, built):
    for name in (built.hash, built.hash[:8], built.folder, home / "releases" / "1.0.0", "build"):
        run = ari_diff("1.0.0", name, "--quiet", home=home)
        assert (run.returncode, run.stderr) == (0, "")
        assert "Nothing changed: both are the same dataset." in run.stdout


def test_changes_exit_with_1_and_are_told(home, reworded):
    run = ari_diff("1.0.0", "1.1.0", home=home)
    assert run.returncode == 1
    assert "1 question: reworded" in run.stdout
    assert "[-wellbeing-]" in run.stdout
    assert "{+health+}" in run.stdout


def test_the_patch_format_is_a_patch_that_proves(home, reworded):
    run = ari_diff("1.0.0", "1.1.0", "--format", "patch", home=home)
    assert run.returncode == 1
    prove(states.find("1.0.0", home).dataset, run.stdout.encode(), reworded)


@pytest.mark.parametrize("form", ["markdown", "json", "html"])
def test_every_format_tells_both_wordings(home, reworded, form):
    run = ari_diff("1.0.0", "1.1.0", "--format", form, home=home)
    assert run.returncode == 1
    assert "wellbeing" in run.stdout
    assert "health" in run.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("9.9.9", "There is no release '9.9.9'"),
        ("deadbeef", "no build whose hash begins with deadbeef"),
        ("nothing-there", "neither a release nor a build"),
        ("../../etc", "neither a release nor a build"),
        ("live", "There is no live store"),
    ],
)
def test_a_name_of_nothing_is_wrong_input(home, name, words):
    run = ari_diff("1.0.0", name, home=home)
    assert run.returncode == 2
    assert words in run.stderr
    assert run.stdout == ""


def test_a_damaged_release_is_wrong_input(home, tmp_path):
    place = tmp_path / "damaged"
    shutil.copytree(layout.release_folder(home, "1.0.0"), place)
    data = (place / layout.DATASET).read_bytes()
    (place / layout.DATASET).write_bytes(data.replace(b"wellbeing", b"wellBeing", 1))
    with pytest.raises(InputError, match="is damaged"):
        states.find(str(place), home)


def test_datasets_with_other_names_for_everything_are_not_compared(home, tmp_path):
    _keep(tmp_path / "other", dataset(":a :p 1 ."), base="https://example.org/")
    run = ari_diff("1.0.0", tmp_path / "other", home=home)
    assert run.returncode == 2
    assert "no name is the same" in run.stderr


def test_the_live_store_is_compared_with_its_writes(home, built, tmp_path):
    mine = tmp_path / "home"
    shutil.copytree(home / "build", mine / "build")
    with opened(mine, mine / "build" / built.folder.name):
        pass
    assert states.find("live", mine).dataset.hash == built.hash
    added = b'<https://example.org/a> <https://example.org/b> "c" <https://example.org/g> .\n'
    log = Log(mine / "live", live_state(mine / "live"))
    log.append(Transaction(built.hash, added=(added,)).text())
    log.close()
    found = states.find("live", mine).dataset
    assert compare(states.find(built.hash, mine).dataset, found).others[0].added == 1
    assert (mine / "live" / STATE).is_file()
