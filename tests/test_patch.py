"""The patch between two datasets: proved, short, and refused where it does not fit."""

import os
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from met_ari.build import folder
from met_ari.engine.patch import Transaction
from met_ari.errors import InputError, Unfaithful
from met_ari.publish.dataset import Dataset
from met_ari.publish.diff.patch import applied, between, patch, prove
from tests.dataset_pairs import BLANKS, Quads, pairs, quads, relabelled
from tests.small_datasets import dataset

PAIRS = int(os.environ.get("PAIRS", "150"))
"""How many pairs are made up; 1,000 with PAIRS=1000."""
MANY = settings(
    max_examples=PAIRS, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


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
