"""Decisions: what a person says becomes a record, and two people at once lose nothing."""

import os
import pty
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest

from met_ari.build import tables
from met_ari.build.mapping_history import Pair
from met_ari.build.mapping_records import NOBODY, PROJECT_AGENT, Agent, MappingRecord
from met_ari.build.pipeline import BuildResult
from met_ari.commands.review_dialogue import QUESTION, Dialogue
from met_ari.commands.review_person import asked
from met_ari.crossref import agenda, decisions
from met_ari.crossref.decisions import Journal, State
from met_ari.crossref.judgement import Action, Judgement, records_of
from met_ari.crossref.reopening import reopen
from met_ari.crossref.reviewers import check_digit, reviewer, written
from met_ari.errors import (
    EnvironmentFault,
    InputError,
    ParameterError,
    PreconditionFailed,
    SourceError,
)
from tests.live import plain_environment
from tests.test_cli import ari

NAME = "met-2019--home-office-2019.sssom.tsv"
ADA = Agent("Ada", "person:ada")
DAY = "2026-12-01"


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "home")


@pytest.fixture(scope="module")
def state() -> State:
    """What the package says, without any decision of a person."""
    return Journal(Path("/nowhere")).state()


def newest(state: State) -> Iterator[MappingRecord]:
    return (pair.newest for pair in state.pairs.values())


@pytest.fixture(scope="module")
def one_of_several(state: State) -> str:
    """A pair whose question has other counterparts."""
    counts = Counter(record.subject for record in newest(state) if record.links)
    return next(r.pair for r in newest(state) if r.links and counts[r.subject] > 1)


@pytest.fixture(scope="module")
def only_one(state: State) -> str:
    """A pair whose question has no other counterpart."""
    counts = Counter(record.subject for record in newest(state) if record.links)
    return next(r.pair for r in newest(state) if r.links and counts[r.subject] == 1)


@pytest.fixture(scope="module")
def gap(state: State) -> str:
    return next(record.pair for record in newest(state) if record.lacks)


@pytest.fixture(scope="module")
def near_miss(state: State, gap: str) -> str:
    """A rejected pair of the question of the gap."""
    subject = state.pairs[gap].newest.subject
    return next(r.pair for r in newest(state) if r.negated and r.object and r.subject == subject)


@pytest.fixture(scope="module")
def untouched(state: State, gap: str) -> str:
    """A pair of the same question of which nothing was ever said."""
    subject = state.pairs[gap].newest.subject
    keys = (f"{subject}--home-office-2019-{n}" for n in range(1, 87))
    return next(key for key in keys if key not in state.pairs)


def decide(journal: Journal, pair: str, action: Action, **more: object) -> list[MappingRecord]:
    """Decide as Ada; the records that were added."""
    judged = replace(Judgement(pair, action, ADA, DAY), **more)  # type: ignore[arg-type]
    with journal.writing() as session:
        return list(session.add(records_of(judged, session.state)))


OURS = (PROJECT_AGENT, NOBODY, "UnspecifiedMatching")


def provenance(record: MappingRecord) -> tuple[Agent, Agent, str]:
    """Who says it, who has looked at it, and how it came about."""
    return record.author, record.reviewer, record.justification


# What a decision says


def test_accepting_keeps_the_relation_the_author_and_the_reason(
    journal: Journal, state: State, one_of_several: str
) -> None:
    before = state.pairs[one_of_several].newest
    (record,) = decide(journal, one_of_several, "accept")
    assert record == replace(
        before,
        number=2,
        status="accepted",
        reviewer=ADA,
        justification="ManualMappingCuration",
        date=DAY,
        origin=record.origin,
    )


def test_a_reason_of_ones_own_takes_the_place_of_the_former(
    journal: Journal, one_of_several: str
) -> None:
    (record,) = decide(journal, one_of_several, "accept", comment="I agree.", confidence=0.5)
    assert (record.comment, record.confidence) == ("I agree.", 0.5)


def test_rejecting_negates_the_relation_and_needs_a_tag_or_a_reason(
    journal: Journal, one_of_several: str
) -> None:
    with pytest.raises(InputError, match="A decision needs its reason"):
        decide(journal, one_of_several, "reject")
    (record,) = decide(journal, one_of_several, "reject", tag="shared-words")
    assert (record.status, record.negated, record.author) == ("rejected", True, ADA)
    assert record.comment == "They share words, not what is asked."


def test_rejecting_the_last_counterpart_proposes_a_gap(journal: Journal, only_one: str) -> None:
    rejected, opened = decide(journal, only_one, "reject", tag="other-purpose")
    assert (opened.gap, opened.status, opened.negated) == (True, "proposed", False)
    assert (opened.subject, opened.number) == (rejected.subject, 1)
    assert rejected.object in opened.comment
    assert provenance(opened) == OURS


def test_accepting_a_counterpart_closes_the_gap(
    journal: Journal, gap: str, near_miss: str, untouched: str
) -> None:
    accepted, closed = decide(journal, near_miss, "accept", comment="It does answer.")
    assert (accepted.status, accepted.negated) == ("accepted", False)
    assert (closed.pair, closed.number, closed.status) == (gap, 2, "rejected")
    assert closed.tag == "counterpart-found"
    assert provenance(closed) == (PROJECT_AGENT, ADA, "ManualMappingCuration")
    (other,) = decide(journal, untouched, "accept", relation="broadMatch", comment="It too.")
    assert other.number == 1


def test_undoing_that_opens_the_gap_again_for_the_reason_it_had(
    journal: Journal, state: State, gap: str, near_miss: str
) -> None:
    decide(journal, near_miss, "accept", comment="It does answer.")
    undone, opened = decide(journal, near_miss, "undo")
    before = state.pairs[near_miss].newest
    assert (undone.number, undone.status, undone.negated) == (3, "rejected", True)
    assert undone.comment.startswith(f"Taken back by Ada: {near_miss}.2 (accepted). ")
    assert undone.comment.endswith(before.comment)
    assert provenance(undone) == provenance(opened) == OURS
    assert near_miss in [pair.key for pair in agenda.agenda(journal.state(), ["rejected"], None)]
    assert (opened.pair, opened.number, opened.status) == (gap, 3, "proposed")
    assert opened.comment.endswith(state.pairs[gap].newest.comment)


def test_undoing_the_first_decision_on_a_pair_leaves_no_link(
    journal: Journal, untouched: str
) -> None:
    decide(journal, untouched, "accept", relation="closeMatch", comment="A slip of the finger.")
    record, _ = decide(journal, untouched, "undo")
    assert (record.status, record.negated, record.tag) == ("proposed", True, "undone")
    assert provenance(record) == OURS


def test_undoing_gives_back_who_had_decided_before(
    journal: Journal, one_of_several: str, only_one: str
) -> None:
    bob = Agent("Bob", "person:bob")
    decide(journal, one_of_several, "accept", reviewer=bob)
    decide(journal, one_of_several, "reject", tag="other")
    (record,) = decide(journal, one_of_several, "undo", comment="Too fast.")
    assert (record.number, record.status, record.reviewer) == (4, "accepted", bob)
    assert "Taken back by Ada" in record.comment
    assert "Too fast." in record.comment
    decide(journal, only_one, "reject", tag="other")
    restored, closed = decide(journal, only_one, "undo")
    assert restored.links
    assert provenance(restored) == provenance(closed) == OURS


def test_only_what_a_person_decided_is_undone(
    journal: Journal, one_of_several: str, untouched: str
) -> None:
    with pytest.raises(InputError, match="Only what a person decided"):
        decide(journal, one_of_several, "undo")
    with pytest.raises(InputError, match="nothing to undo"):
        decide(journal, untouched, "undo")


def test_another_relation_is_a_decision_of_the_person_who_changes_it(
    journal: Journal, state: State, one_of_several: str
) -> None:
    other = "narrowMatch"
    assert state.pairs[one_of_several].newest.predicate != other
    with pytest.raises(InputError, match="A decision needs its reason"):
        decide(journal, one_of_several, "relation", relation=other)
    (record,) = decide(journal, one_of_several, "relation", relation=other, comment="A part.")
    assert (record.predicate, record.status, record.author) == (other, "accepted", ADA)
    assert record.confidence == 0.9


def test_leaving_a_pair_unsure_changes_no_link(
    journal: Journal, state: State, one_of_several: str, untouched: str
) -> None:
    before = state.pairs[one_of_several].newest
    (record,) = decide(journal, one_of_several, "unsure", comment="Ask an analyst.")
    assert (record.predicate, record.negated) == (before.predicate, before.negated)
    assert (record.status, record.tag, record.reviewer) == ("proposed", "unsure", ADA)
    (record,) = decide(journal, untouched, "unsure", comment="Ask an analyst.")
    assert record.negated


def test_a_gap_is_accepted_and_not_rejected(journal: Journal, gap: str, only_one: str) -> None:
    with pytest.raises(InputError, match="by naming what does"):
        decide(journal, gap, "reject", tag="other")
    with pytest.raises(InputError, match="has counterparts in home-office-2019: home-office"):
        decide(journal, f"{only_one.partition('--')[0]}--home-office-2019", "accept", comment="x")
    (record,) = decide(journal, gap, "accept")
    assert (record.status, record.gap, record.reviewer) == ("accepted", True, ADA)


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("met-2019-9-9--home-office-2019-1", "no question 'met-2019-9-9'"),
        ("met-2019-1-1--home-office-2019-99", "'home-office-2019-99'"),
        ("met-2019-1-1", "no question or edition ''"),
        ("met-2019-1-1--met-2019-1-2", "no cross-reference"),
    ],
)
def test_a_pair_that_there_is_not_is_refused(journal: Journal, pair: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        decide(journal, pair, "accept", relation="closeMatch", comment="x")


def test_a_relation_is_needed_where_none_was_said(journal: Journal, untouched: str) -> None:
    with pytest.raises(InputError, match="Nobody has said which relation"):
        decide(journal, untouched, "accept", comment="x")


# What was seen, and what has come since


def test_a_decision_on_a_superseded_record_is_refused_with_what_replaced_it(
    journal: Journal, one_of_several: str
) -> None:
    decide(journal, one_of_several, "reject", comment="Not so.", tag="other")
    with pytest.raises(PreconditionFailed) as caught:
        decide(journal, one_of_several, "accept", seen=f"{one_of_several}.1")
    assert caught.value.extra["replaced_by"] == f"{one_of_several}.2"
    assert "by Ada on 2026-12-01: Not so." in caught.value.detail
    assert len(journal.state().pairs[one_of_several].records) == 2
    decide(journal, one_of_several, "accept", seen=f"{one_of_several}.2", comment="After all.")


def test_a_pair_that_was_new_when_it_was_seen_may_be_so_no_more(
    journal: Journal, untouched: str
) -> None:
    decide(journal, untouched, "accept", relation="closeMatch", comment="x", seen="")
    with pytest.raises(PreconditionFailed, match=f"There is now {untouched}.1"):
        decide(journal, untouched, "reject", tag="other", seen="")


def test_a_record_that_never_was_is_refused(journal: Journal, one_of_several: str) -> None:
    with pytest.raises(InputError, match="There is no record"):
        decide(journal, one_of_several, "accept", seen=f"{one_of_several}.7")


# Where it is kept


def test_decisions_are_appended_and_nothing_before_them_changes(
    journal: Journal, one_of_several: str, only_one: str
) -> None:
    file = journal.folder / NAME
    decide(journal, only_one, "accept")
    before = file.read_bytes()
    decide(journal, one_of_several, "accept")
    assert file.read_bytes().startswith(before)
    assert file.read_bytes().count(b"\n") == before.count(b"\n") + 1
    assert sorted(path.name for path in journal.folder.iterdir()) == [".lock", NAME]


def test_in_a_checkout_a_decision_is_one_line_in_its_place(
    data_copy: Path, tmp_path: Path, one_of_several: str
) -> None:
    file = data_copy / "mappings" / NAME
    before = file.read_text(encoding="utf-8").split("\n")
    decide(Journal(tmp_path / "home", data_copy), one_of_several, "accept")
    after = file.read_text(encoding="utf-8").split("\n")
    (place,) = [n for n, line in enumerate(after) if line.startswith(f"mapping:{one_of_several}.2")]
    assert after[place - 1].startswith(f"mapping:{one_of_several}.1\t")
    assert after[:place] + after[place + 1 :] == before
    assert not (tmp_path / "home").exists()


def test_a_checkout_is_numbered_without_the_decisions_of_the_home(
    data_copy: Path, tmp_path: Path, one_of_several: str
) -> None:
    decide(Journal(tmp_path / "home"), one_of_several, "accept")
    (record,) = decide(Journal(tmp_path / "home", data_copy), one_of_several, "accept")
    assert record.number == 2


def test_two_editions_without_a_file_get_one(journal: Journal) -> None:
    pair = "home-office-2019-3--met-2019-1-2"
    decide(journal, pair, "accept", relation="relatedMatch", comment="Seen from the other side.")
    assert (journal.folder / "home-office-2019--met-2019.sssom.tsv").exists()
    assert journal.state().pairs[pair].newest.status == "accepted"


def test_what_the_reader_would_refuse_is_not_written(journal: Journal, one_of_several: str) -> None:
    with pytest.raises(SourceError, match="control character"):
        decide(journal, one_of_several, "accept", comment="\x1b[2J")
    assert not (journal.folder / NAME).exists()


def test_a_damaged_file_is_left_as_it_is(journal: Journal, one_of_several: str) -> None:
    decide(journal, one_of_several, "accept")
    file = journal.folder / NAME
    file.write_bytes(file.read_bytes()[:-9])
    damaged = file.read_bytes()
    with pytest.raises(SourceError, match="may be cut off"):
        decide(journal, one_of_several, "accept")
    assert file.read_bytes() == damaged


def test_a_decision_is_durable_before_it_is_acknowledged(
    journal: Journal, one_of_several: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda fd: (synced.append(_kind(fd)), real(fd)))
    decide(journal, one_of_several, "accept")
    assert synced == ["file", "folder"]


def _kind(descriptor: int) -> str:
    return "folder" if os.path.isdir(f"/proc/self/fd/{descriptor}") else "file"


def test_a_full_disk_leaves_the_file_as_it_was(
    journal: Journal, one_of_several: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    decide(journal, one_of_several, "accept")
    before = (journal.folder / NAME).read_bytes()

    def full(path: Path, data: bytes) -> None:
        path.write_bytes(data[:100])
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(decisions, "write_synced", full)
    with pytest.raises(EnvironmentFault, match="no space left"):
        decide(journal, one_of_several, "reject", tag="other")
    assert (journal.folder / NAME).read_bytes() == before
    assert [path.name for path in journal.folder.glob(".new-*")] == []


MANY = 12
DECIDING = """
import sys
from pathlib import Path
from met_ari.build.mapping_records import Agent
from met_ari.crossref.decisions import Journal
from met_ari.crossref.judgement import Judgement, records_of
home, number, *pairs = sys.argv[1:]
for pair in pairs:
    judged = Judgement(pair, "unsure", Agent(f"Person {number}"), "2026-12-01", comment="At once.")
    with Journal(Path(home)).writing() as session:
        session.add(records_of(judged, session.state))
"""


def test_many_people_at_once_lose_nothing(journal: Journal, one_of_several: str, gap: str) -> None:
    """Processes that all decide on the same pairs, as fast as they can."""
    pairs = [one_of_several, gap, one_of_several]
    words = [sys.executable, "-c", DECIDING, str(journal.home)]
    running = [subprocess.Popen([*words, str(n), *pairs]) for n in range(MANY)]
    assert [process.wait(timeout=120) for process in running] == [0] * MANY
    for pair, times in ((one_of_several, 2), (gap, 1)):
        records = journal.state().pairs[pair].records
        assert [record.number for record in records] == list(range(1, MANY * times + 2))
        people = Counter(record.reviewer.label for record in records[1:])
        assert people == {f"Person {n}": times for n in range(MANY)}


def test_a_killed_writer_leaves_the_file_whole(journal: Journal, one_of_several: str) -> None:
    words = [sys.executable, "-c", DECIDING, str(journal.home), "1", *[one_of_several] * 500]
    for _ in range(4):
        process = subprocess.Popen(words)
        time.sleep(0.7)
        process.kill()
        process.wait()
        numbers = [record.number for record in journal.state().pairs[one_of_several].records]
        assert numbers == list(range(1, len(numbers) + 1))
    decide(journal, one_of_several, "accept")
    assert len(numbers) > 1
    assert [path.name for path in journal.folder.glob(".new-*")] == []


# Texts that change


def changed_texts(data: Path, *keys: str) -> None:
    """Make records of these pairs be about other texts than there are."""
    file = data / "mappings" / NAME
    lines = file.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        if line.startswith(tuple(f"mapping:{key}." for key in keys)):
            head, _, digest = line.rpartition("\t")
            assert len(digest) == 64
            lines[number] = f"{head}\t{'0' * 64}"
    file.write_text("\n".join(lines), encoding="utf-8")


def test_only_what_is_about_a_changed_text_is_opened_again(
    data_copy: Path, tmp_path: Path, one_of_several: str, near_miss: str, gap: str
) -> None:
    journal = Journal(tmp_path / "home", data_copy)
    changed_texts(data_copy, one_of_several, near_miss, gap)
    before = journal.state().pairs
    added = reopen(journal, DAY)
    assert {record.pair for record in added} == {one_of_several, near_miss, gap}
    for record in added:
        former = before[record.pair].newest
        assert record == replace(
            former,
            number=2,
            status="proposed",
            tag="text-changed",
            date=DAY,
            comment=f"Re-opened: the text of {record.subject} changed on import. {former.comment}",
            subject_sha256=record.subject_sha256,
            origin=record.origin,
        )
    assert reopen(journal, DAY) == ()


def test_what_a_person_accepted_is_opened_again_and_names_nobody(
    data_copy: Path, tmp_path: Path, one_of_several: str
) -> None:
    journal = Journal(tmp_path / "home", data_copy)
    decide(journal, one_of_several, "accept")
    changed_texts(data_copy, one_of_several)
    (record,) = reopen(journal, DAY)
    assert (record.number, record.status) == (3, "proposed")
    assert provenance(record) == OURS
    assert agenda.agenda(journal.state(), ["reopened"], None)[0].key == one_of_several


# Who decides


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Ada", Agent("Ada")),
        ("ada|Ada  Byron ", Agent("Ada Byron", "person:ada")),
        ("person:ada-2|Ada", Agent("Ada", "person:ada-2")),
        ("orcid:0000-0002-1825-0097|J", Agent("J", "orcid:0000-0002-1825-0097")),
        ("https://orcid.org/0000-0002-9079-593x|K", Agent("K", "orcid:0000-0002-9079-593X")),
    ],
)
def test_a_person_is_a_name_with_or_without_an_identifier(text: str, person: Agent) -> None:
    assert reviewer(text) == person
    assert reviewer(written(person)) == person


@pytest.mark.parametrize(
    "text",
    [
        "",
        "|",
        "|Ada",
        "ada|",
        "Ada L|Ada",
        "a|b|c",
        "orcid:0000-0002-1825-0098|J",
        "0000-0002-1825-0079|J",
        "orcid:0000-0002-1825|J",
    ],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        reviewer(text)


def test_every_other_check_digit_of_an_orcid_is_refused() -> None:
    """ISO 7064, MOD 11-2, by its definition: the weighted sum is 1 modulo 11."""
    digits = "0000-0002-1694-233"
    plain = digits.replace("-", "")
    for last in "0123456789X":
        values = [*map(int, plain), 10 if last == "X" else int(last)]
        total = sum(value * 2 ** (15 - place) for place, value in enumerate(values))
        assert (check_digit(digits) == last) == (total % 11 == 1)


def test_who_decides_is_asked_once_until_it_can_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["orcid:0000-0002-1825-0098|Ada", "ada|Ada"])
    offered: list[object] = []

    def prompt(text: str, default: str | None) -> str:
        offered.append(default)
        return default or next(answers)

    monkeypatch.setattr(click, "prompt", prompt)
    assert asked(tmp_path, None) == asked(tmp_path, None) == ADA
    assert offered == [None, None, "person:ada|Ada"]


# What is asked about


def test_the_agenda_is_kind_by_kind_and_takes_nothing_twice(
    journal: Journal, one_of_several: str, only_one: str
) -> None:
    decide(journal, one_of_several, "unsure", comment="x")
    decide(journal, only_one, "accept")
    state = journal.state()
    found = [pair.key for pair in agenda.agenda(state, agenda.USUAL, None)]
    assert found[-1] == one_of_several
    assert only_one not in found
    assert len(set(found)) == len(found)
    assert agenda.agenda(state, agenda.USUAL, ("met-2019", "home-office-2018")) == []
    assert agenda.sets(state) == [("met-2019", "home-office-2019")]


@pytest.fixture
def dialogue(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Dialogue]:
    """Have a dialogue about pairs, in which a person gives these answers."""

    def _dialogue(keys: list[str], *answers: str | float) -> Dialogue:
        given = iter(answers)
        monkeypatch.setattr(click, "prompt", lambda *_, **__: next(given))
        made = Dialogue(journal, ADA, lambda key, state: key, lambda: DAY)
        made.go(keys)
        assert next(given, None) is None
        return made

    return _dialogue


def statuses(pair: Pair) -> list[str]:
    return [record.status for record in pair.records]


def test_a_person_accepts_rejects_skips_and_leaves(
    journal: Journal,
    dialogue: Callable[..., Dialogue],
    one_of_several: str,
    gap: str,
    only_one: str,
) -> None:
    keys = [one_of_several, gap, only_one, gap]
    made = dialogue(keys, "a", "", 0.6, "s", "r", "shared-words", "Read twice.", 0.7, "q")
    pairs = journal.state().pairs
    assert statuses(pairs[one_of_several]) == ["proposed", "accepted"]
    assert statuses(pairs[gap]) == ["proposed"]
    assert pairs[one_of_several].newest.confidence == 0.6
    assert (pairs[only_one].newest.comment, pairs[only_one].newest.confidence) == (
        "Read twice.",
        0.7,
    )
    assert made.decided == [one_of_several, only_one]


def test_a_person_takes_the_last_decision_back(
    journal: Journal, dialogue: Callable[..., Dialogue], one_of_several: str, gap: str
) -> None:
    dialogue([one_of_several, gap], "z", "a", "", 0.8, "h", "z", "z", "q")
    pair = journal.state().pairs[one_of_several]
    assert statuses(pair) == ["proposed", "accepted", "proposed"]


def test_the_confidence_that_is_offered_is_that_of_a_decision_without_one(
    journal: Journal,
    state: State,
    one_of_several: str,
    untouched: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = state.pairs[one_of_several].newest
    assert said.confidence != 0.9
    given: dict[str, list[str]] = {
        one_of_several: ["a", "", "u", "Unsure.", "r", "other", "No.", "u", "Still."],
        untouched: ["a", "closeMatch", "Yes."],
    }
    offered: list[float] = []
    answers = iter(answer for answers in given.values() for answer in answers)

    def prompt(text: str, default: float | None = None, **_: object) -> str | float:
        if not text.startswith("How sure"):
            return next(answers)
        assert default is not None
        offered.append(default)
        return default

    monkeypatch.setattr(click, "prompt", prompt)
    keys = [one_of_several] * 4 + [untouched]
    Dialogue(journal, ADA, lambda key, state: key, lambda: DAY).go(keys)
    assert offered == [said.confidence, said.confidence, 0.9, 0.9, 0.9]
    kept = journal.state().pairs
    records = (*kept[one_of_several].records[1:], *kept[untouched].records)
    assert [record.confidence for record in records] == offered


def test_a_refusal_is_told_and_the_pair_asked_about_again(
    journal: Journal,
    dialogue: Callable[..., Dialogue],
    gap: str,
    untouched: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    dialogue(
        [gap, untouched], "r", "other", "No.", 0.9, "s", "a", "broadMatch", "It is wider.", 0.9
    )
    assert "by naming what does" in capsys.readouterr().err
    assert journal.state().pairs[untouched].newest.predicate == "broadMatch"


def test_what_another_person_decided_meanwhile_is_shown_before_one_decides(
    journal: Journal,
    one_of_several: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answers = iter(["a", "", 0.9, "s"])

    def prompt(*_: object, **__: object) -> str | float:
        answer = next(answers)
        if answer == "":
            decide(journal, one_of_several, "unsure", comment="Meanwhile.")
        return answer

    monkeypatch.setattr(click, "prompt", prompt)
    Dialogue(journal, ADA, lambda key, state: key, lambda: DAY).go([one_of_several])
    assert "Meanwhile." in capsys.readouterr().err
    assert statuses(journal.state().pairs[one_of_several]) == ["proposed", "proposed"]


# The command


def test_without_a_terminal_it_says_what_can_be_done(tmp_path: Path) -> None:
    done = ari("review", home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "There is no terminal" in done.stderr
    assert "--decision" in done.stderr


def test_a_script_decides_and_reads_the_history(tmp_path: Path, one_of_several: str) -> None:
    words = ("--decision", "accept", "--reviewer", "orcid:0000-0002-1825-0097|J. Carberry")
    done = ari("review", "--pair", one_of_several, *words, home=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"{one_of_several}.2\n"), done.stderr
    again = ari("review", "--record", f"{one_of_several}.1", *words, home=tmp_path)
    assert again.returncode == 2
    assert f"was superseded by {one_of_several}.2" in again.stderr
    history = ari("review", "--history", one_of_several, home=tmp_path).stdout.splitlines()
    cells = [line.split("\t") for line in history[1:]]
    assert [row[:2] for row in cells] == [
        [f"{one_of_several}.1", "superseded (proposed)"],
        [f"{one_of_several}.2", "accepted"],
    ]
    assert cells[1][5] == "orcid:0000-0002-1825-0097|J. Carberry"
    listed = ari("review", "--list", home=tmp_path).stdout
    assert f"\n{one_of_several}." not in listed
    assert (
        listed.count("\n") == ari("review", "--list", home=tmp_path / "new").stdout.count("\n") - 1
    )


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--pair", "a--b"], "Say what you decide"),
        (["--decision", "accept", "--reviewer", "Ada"], "Name the pair"),
        (["--decision", "accept", "--pair", "a--b"], "A decision names who made it"),
        (["--decision", "accept", "--pair", "a--b", "--reviewer", "|"], "names nobody"),
        (["--decision", "accept", "--pair", "a--b", "--reviewer", "Ada"], "no question 'a'"),
        (["--decision", "agree"], "'agree' is not one of"),
        (["--history", "a--b"], "Nothing was ever decided on 'a--b'"),
        (["met-2019"], "Name two editions"),
        (["--list", "--data", "nowhere"], "There is no such folder"),
    ],
)
def test_a_wrong_call_says_what_would_be_right(tmp_path: Path, words: list[str], told: str) -> None:
    done = ari("review", *words, home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_on_a_terminal_a_person_sees_both_texts_and_what_they_share(built: BuildResult) -> None:
    home = built.folder.parents[1]
    seen, code = talk(home, {"Who decides": "ada|Ada", QUESTION: "q"})
    assert code == 0
    for words in ("met-2019-1-", "home-office-2019-", "Said so far: proposed", "Near met-2019-1-"):
        assert words in seen
    assert (home / "reviewer.txt").read_text(encoding="utf-8") == "person:ada|Ada\n"
    (home / "reviewer.txt").unlink()


def talk(home: Path, answers: dict[str, str]) -> tuple[str, int]:
    """`ari review` on a terminal of its own; each answer is given when its question is asked."""
    environment = plain_environment(ARI_HOME=str(home), COLUMNS="200", LINES="50")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "met_ari.cli", "review"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment,
    )
    os.close(theirs)
    seen, waiting, until = "", dict(answers), time.monotonic() + 60
    while time.monotonic() < until:
        if select.select([ours], [], [], 0.2)[0]:
            try:
                seen += os.read(ours, 65536).decode(errors="replace")
            except OSError:
                break
        for question in [question for question in waiting if question in seen]:
            os.write(ours, f"{waiting.pop(question)}\n".encode())
    os.close(ours)
    return seen, process.wait(timeout=10)


def test_the_project_reads_what_a_person_decided(journal: Journal, one_of_several: str) -> None:
    decide(journal, one_of_several, "accept")
    records = tables.read(journal.sources())
    assert [file.name for file in records.mappings] == [f"mappings/{NAME}", f"decisions/{NAME}"]
