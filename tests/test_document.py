"""The reader of the Met document: offsets, tolerance, and what it refuses."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from met_ari.build import document
from met_ari.build.comparison import initials as initials_of
from met_ari.build.records import (
    DocumentRecord,
    EditionRecord,
    Origin,
    PriorityRecord,
    PriorityText,
    Records,
    SourceRecord,
    Span,
)
from met_ari.build.sources import Sources, decode
from met_ari.errors import SourceError

FILE = "source/met-2019.txt"
START, LEAD, CLOSING = "Current priorities begin here", "We are interested in:", "write@example.org"
OPERATIONAL, ENABLING = "Operational priorities", "Enabling priorities"
BULLETS = ("- ", "* ", "• ", "•", "\u2013 ", "\u2014 ", "· ", "1. ", "12) ", "(a) ", "(iv) ", "b) ")
NEWLINES = ("\n", "\r\n", "\r")


@pytest.fixture(scope="module")
def met(sources: Sources, records: Records) -> tuple[str, DocumentRecord]:
    """The real text with its edition record."""
    text = decode(sources.read(FILE), FILE)
    return text, records.documents[0].record


def spans(priorities: tuple[PriorityText, ...]) -> list[Span]:
    """Every passage, in the order of the document."""
    return [s for p in priorities for s in (p.name, p.description, *p.interests)]


def faults(text: str, record: DocumentRecord) -> list[tuple[int, str]]:
    """Line and words of everything that the reader refuses."""
    with pytest.raises(SourceError) as caught:
        document.read(text, record)
    return [(fault["line"], fault["detail"]) for fault in caught.value.extra["faults"]]


# The real document


def test_the_met_document_has_seven_priorities_and_fifty_three_interests(met):
    priorities = document.read(*met)
    assert [len(p.interests) for p in priorities] == [8, 8, 7, 8, 7, 7, 8]
    assert [p.record.kind for p in priorities] == ["operational"] * 3 + ["enabling"] * 4


def test_every_passage_of_the_met_document_stands_at_its_offsets(met):
    text = met[0]
    found = spans(document.read(*met))
    assert len(found) == 7 + 7 + 53
    assert all(text[span.start : span.end] == span.text for span in found)
    assert all(text.split("\n")[span.line - 1].endswith(span.text) for span in found)


def test_a_prefix_is_what_stands_before_the_passage_on_its_own_line(met):
    priorities = document.read(*met)
    assert {span.prefix for p in priorities for span in p.interests} == {"- "}
    assert {p.name.prefix + p.description.prefix for p in priorities} == {""}


def test_a_long_prefix_is_cut_to_32_code_points(met):
    text, record = met
    wide = text.replace("- Reducing bureaucracy", f"{' ' * 50}- Reducing bureaucracy")
    (span,) = [s for s in spans(document.read(wide, record)) if s.text.startswith("Reducing bur")]
    assert span.prefix == " " * 30 + "- "


def test_the_edition_record_holds_no_text_of_a_question_or_description(met, sources):
    held = sources.read("source/met-2019.toml").decode()
    texts = [s for p in document.read(*met) for s in (p.description, *p.interests)]
    for span in texts:
        words = span.text.split()
        runs = (" ".join(words[i : i + 4]) for i in range(len(words) - 3))
        assert not [run for run in runs if run in held]


def test_a_corrected_word_in_a_question_passes(met):
    text, record = met
    corrected = text.replace("Making best use of big data", "Making the best use of large data")
    assert "Making the best use of large data" in {
        s.text[:33] for s in spans(document.read(corrected, record))
    }


def test_a_wholly_reworded_question_passes(met):
    text, record = met
    corrected = text.replace("Reducing policing's environmental impact", "A greener way to work")
    assert spans(document.read(corrected, record))[-1].text == "A greener way to work"


@pytest.mark.parametrize("newline", NEWLINES)
def test_line_ends_do_not_change_what_is_read(met, newline):
    text, record = met
    turned = text.replace("\n", newline)
    found, wanted = spans(document.read(turned, record)), spans(document.read(text, record))
    assert [(s.text, s.line) for s in found] == [(s.text, s.line) for s in wanted]
    assert all(turned[s.start : s.end] == s.text for s in found)


def test_a_byte_order_mark_counts_as_a_code_point(met):
    text, record = met
    marked = decode(b"\xef\xbb\xbf" + text.encode(), FILE)
    plain = spans(document.read(text, record))
    assert [s.start - 1 for s in spans(document.read(marked, record))] == [s.start for s in plain]


# What it refuses, by name and line


def without(text: str, line: int) -> str:
    lines = text.split("\n")
    return "\n".join(lines[: line - 1] + lines[line:])


def line_of(text: str, start: str) -> int:
    return next(n for n, line in enumerate(text.split("\n"), 1) if line.startswith(start))


def test_a_removed_bullet_is_named_by_priority_lines_count_and_number(met):
    text, record = met
    gone = line_of(text, "- Making best use of big data")
    ((line, detail),) = faults(without(text, gone), record)
    assert line == line_of(text, "Seize the opportunities")
    assert "Priority met-2019-4 'Seize the opportunities of data and digital tech'" in detail
    assert "has 7 interests: expected 8 (lines 101 to 107)" in detail
    assert "None of them reads like number 2" in detail


def test_a_doubled_bullet_is_named_with_both_lines(met):
    text, record = met
    twice = "- Reducing policing's environmental impact\n"
    at = line_of(text, twice.strip())
    found = dict(faults(text.replace(twice, twice * 2), record))
    assert f"stands twice (first: line {at})" in found[at + 1]
    assert "has 9 interests: expected 8" in found[line_of(text, "Be recognised")]


def test_two_reordered_priorities_are_named_with_what_is_expected(met):
    text, record = met
    lines = text.split("\n")
    names = [p.name for p in record.priorities]
    first, second, third = (lines.index(name) for name in names[:3])
    moved = [*lines[:first], *lines[second:third], *lines[first:second], *lines[third:]]
    found = faults("\n".join(moved), record)
    assert [line for line, _ in found] == [first + 1, first + 1 + third - second]
    assert found[0][1] == (
        f"Priority met-2019-2 '{names[1]}' stands where Priority met-2019-1 '{names[0]}' "
        "is expected."
    )


def test_a_question_that_moved_to_another_priority_is_told_from_a_reworded_one(met):
    text, record = met
    one, other = "Improving workforce wellbeing", "Increasing the use of analytics"
    swapped = re.sub(f"{one}|{other}", lambda m: other if m[0] == one else one, text)
    # Only the first words changed places: both are taken for reworded.
    assert document.read(swapped, record)
    lines = text.split("\n")
    i, j = (line_of(text, f"- {start}") - 1 for start in (one, other))
    lines[i], lines[j] = lines[j], lines[i]
    found = faults("\n".join(lines), record)
    assert [line for line, _ in found] == [i + 1, j + 1]
    assert "reads like interest 7 of Priority met-2019-6" in found[0][1]


def test_two_descriptions_that_change_places_are_named(met):
    text, record = met
    lines = text.split("\n")
    i, j = (line_of(text, start) - 1 for start in ("We know that", "We have a fundamental"))
    lines[i], lines[j] = lines[j], lines[i]
    found = faults("\n".join(lines), record)
    assert [line for line, _ in found] == [i + 1, j + 1]
    assert found[0][1] == (
        f"The description of Priority met-2019-2 '{record.priorities[1].name}' reads like that of "
        f"Priority met-2019-3 '{record.priorities[2].name}'."
    )


def test_a_missing_priority_is_named(met):
    text, record = met
    lines = text.split("\n")
    begin, end = (line_of(text, start) - 1 for start in ("Learn from", "Be recognised"))
    found = faults("\n".join(lines[:begin] + lines[end:]), record)
    assert found == [(0, f"Priority met-2019-6 '{record.priorities[5].name}' is missing.")]


def test_a_doubled_priority_is_named(met):
    text, record = met
    lines = text.split("\n")
    begin, end = (line_of(text, start) - 1 for start in ("Learn from", "Be recognised"))
    found = faults("\n".join(lines[:end] + lines[begin:]), record)
    assert f"stands twice (first: line {begin + 1})" in dict(found)[end + 1]


def test_a_misspelt_heading_is_named_with_the_right_one_and_nothing_else(met):
    text, record = met
    found = faults(text.replace("Mobilise partners and", "Mobilize partners and"), record)
    assert found == [
        (
            line_of(text, "Mobilise"),
            "Unknown heading 'Mobilize partners and the public'; "
            "expected: 'Mobilise partners and the public'.",
        )
    ]


def test_an_unknown_heading_is_named_with_what_is_expected_next(met):
    text, record = met
    new = "A wholly new heading\n\n- A new interest\n\nMobilise partners and the public"
    ((line, detail),) = faults(text.replace("Mobilise partners and the public", new, 1), record)
    assert line == line_of(text, "Mobilise")
    assert "Unknown heading or paragraph 'A wholly new heading'" in detail
    assert "Expected next: Priority met-2019-2" in detail


def test_a_bullet_before_a_heading_is_named(met):
    text, record = met
    early = "Operational priorities\n\n- An early interest\n"
    ((line, detail),) = faults(text.replace("Operational priorities\n", early, 1), record)
    assert line == line_of(text, "Operational priorities") + 2
    assert detail == "The interest 'An early interest' stands before any priority heading."


def test_a_priority_without_description_is_named(met):
    text, record = met
    ((line, detail),) = faults(without(text, line_of(text, "We know that safety")), record)
    assert (line, detail[:19]) == (line_of(text, "Mobilise"), "Priority met-2019-2")
    assert detail.endswith("has no description; one is expected.")


def test_two_descriptions_are_named_with_both_lines(met):
    text, record = met
    begin = "- Supporting partners and communities"
    doubled = text.replace(begin, f"Yet another paragraph, quite unlike any other.\n\n{begin}")
    ((line, detail),) = faults(doubled, record)
    assert line == line_of(text, begin)
    assert f"has two descriptions: lines {line - 2} and {line}. One is expected." in detail


def test_an_empty_priority_is_named(met):
    text, record = met
    lines = text.split("\n")
    begin, end = (line_of(text, s) - 1 for s in ("- Improving how we identify", "Be recognised"))
    ((line, detail),) = faults("\n".join(lines[:begin] + lines[end:]), record)
    assert line == line_of(text, "Learn from")
    assert detail.endswith("has no interests: expected 7.")


def test_a_priority_under_the_wrong_section_heading_is_named(met):
    text, record = met
    found = faults(without(text, line_of(text, "Enabling priorities")), record)
    assert "stands under 'operational'; expected: under 'enabling'" in found[2][1]
    assert (0, "The section heading 'Enabling priorities' is missing.") in found


def test_a_missing_start_is_named(met):
    text, record = met
    ((_, detail),) = faults(text.replace("Current research priorities", "Priorities"), record)
    assert "'Current research priorities for 2019/20' is not in the file" in detail


def test_what_follows_the_closing_line_is_refused(met):
    text, record = met
    ((line, detail),) = faults(f"{text}\nMore words.\n", record)
    assert line == len(text.split("\n")) + 1
    assert "'More words.' stands after the closing line 'research@met.police.uk'" in detail


def test_all_faults_are_said_in_one_go(met):
    text, record = met
    damaged = text.replace("Mobilise partners and", "Mobilize partners and")
    damaged = without(damaged, line_of(damaged, "- Reducing bureaucracy"))
    assert len(faults(damaged, record)) == 2
    with pytest.raises(SourceError) as caught:
        document.read(damaged, record)
    assert str(caught.value).count(f"{FILE}:") == 2
    assert "Compare source/met-2019.txt" in caught.value.remedy


def test_a_wrong_encoding_is_named_by_byte_and_line():
    with pytest.raises(SourceError, match=r"a.txt:3: Byte 7 \(0x92\) is not UTF-8. Save the file"):
        decode(b"a\r\nb\rc \x92", "a.txt")


def test_damaged_text_is_refused(met):
    text, record = met
    for damage in ("\x00", "\ufffd", "\x07"):
        found = faults(text.replace("environmental", f"environ{damage}mental"), record)
        assert f"U+{ord(damage):04X}" in found[0][1]


def test_a_bullet_without_text_is_refused(met):
    text, record = met
    found = faults(text.replace("- Reducing bureaucracy", "-\n- Reducing bureaucracy"), record)
    assert found == [(line_of(text, "- Reducing bureaucracy"), "A bullet without text.")]


# Any document of this kind


@dataclass(frozen=True)
class Generated:
    """A document: its lines, each with the text that is published from it or None."""

    record: DocumentRecord
    lines: tuple[tuple[str, str | None], ...]

    def text(self, newline: str = "\n") -> str:
        return newline.join(line for line, _ in self.lines) + newline

    @property
    def published(self) -> list[str]:
        return [text for _, text in self.lines if text is not None]

    def with_lines(self, lines: list[tuple[str, str | None]]) -> "Generated":
        return replace(self, lines=tuple(lines))


words = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Mn"]), min_size=3, max_size=7).filter(
    lambda word: word[0].isalpha() and word.isprintable()
)
sentences = st.lists(words, min_size=3, max_size=9).map(" ".join)
blanks = st.lists(st.sampled_from(["", "  ", "\t", "\u00a0"]), max_size=2)


@st.composite
def documents(draw: Callable) -> Generated:
    sizes = draw(st.lists(st.integers(1, 3), min_size=2, max_size=4))
    texts = draw(st.lists(sentences, min_size=sum(sizes) + 2 * len(sizes), unique=True))
    firsts = {initials_of(text) for text in texts}
    assume(len(firsts) == len(texts) and len({t.casefold() for t in texts}) == len(texts))
    bullet, left = draw(st.sampled_from(BULLETS)), iter(texts)
    split, number = draw(st.integers(1, len(sizes) - 1)), count(1)
    lines: list[tuple[str, str | None]] = [("An introduction", None), (START, None)]
    priorities = []
    for position, size in enumerate(sizes):
        if position in (0, split):
            lines += [(ENABLING if position else OPERATIONAL, None), (LEAD, None)]
        name, description, *interests = (next(left) for _ in range(size + 2))
        lines += [(name, name), (f"{description}  ", description)]
        lines += [(f"  {bullet}{text}\t", text) for text in interests]
        kind = "enabling" if position >= split else "operational"
        initials = tuple(map(initials_of, interests))
        key = f"x-2020-{next(number)}"
        about = initials_of(description)
        origin = Origin("x.toml", 1)
        priorities.append(PriorityRecord(key, kind, name, "", size, initials, about, origin))
    lines.append((CLOSING, None))
    return Generated(_record(tuple(priorities)), tuple(lines))


def _record(priorities: tuple[PriorityRecord, ...]) -> DocumentRecord:
    source = SourceRecord("x-2020", "X", file="x.txt")
    edition = EditionRecord(
        "x-2020", "X", "X", "x", "2020", "", True, (source,), Origin("x.toml", 1)
    )
    sections = {OPERATIONAL: "operational", ENABLING: "enabling"}
    return DocumentRecord(edition, START, sections, (LEAD,), (CLOSING,), priorities)


@settings(max_examples=60, deadline=None)
@given(documents(), st.sampled_from(NEWLINES), st.booleans(), st.data())
def test_every_passage_of_any_document_stands_at_its_offsets(made, newline, marked, data):
    spaced = [line for line in made.lines for line in ((line), *_blank(data))]
    text = ("\ufeff" if marked else "") + made.with_lines(spaced).text(newline)
    found = spans(document.read(text, made.record))
    assert [span.text for span in found] == made.published
    assert all(text[span.start : span.end] == span.text for span in found)
    assert all(text[: span.start].endswith(span.prefix) for span in found)
    numbered = re.split("\r\n|\r|\n", text)
    assert all(span.text in numbered[span.line - 1] for span in found)


def _blank(data: st.DataObject) -> list[tuple[str, None]]:
    return [(line, None) for line in data.draw(blanks)]


def _refused(made: Generated) -> None:
    with pytest.raises(SourceError) as caught:
        document.read(made.text(), made.record)
    assert caught.value.extra["faults"]


@settings(max_examples=60, deadline=None)
@given(documents(), st.data())
def test_a_dropped_line_is_always_refused(made, data):
    must = [i for i, (line, _) in enumerate(made.lines) if i and line not in (LEAD, CLOSING)]
    gone = data.draw(st.sampled_from(must))
    _refused(made.with_lines([line for i, line in enumerate(made.lines) if i != gone]))


@settings(max_examples=60, deadline=None)
@given(documents(), st.data())
def test_a_doubled_line_is_always_refused(made, data):
    twice = data.draw(st.integers(1, len(made.lines) - 1))
    place = data.draw(st.integers(2, len(made.lines)))
    lines = list(made.lines)
    lines.insert(place, made.lines[twice])
    _refused(made.with_lines(lines))


@settings(max_examples=60, deadline=None)
@given(documents(), st.data())
def test_two_lines_that_change_places_are_always_refused(made, data):
    places = st.integers(1, len(made.lines) - 1)
    i, j = data.draw(places), data.draw(places)
    lines = list(made.lines)
    assume(lines[i] != lines[j])
    lines[i], lines[j] = lines[j], lines[i]
    _refused(made.with_lines(lines))
