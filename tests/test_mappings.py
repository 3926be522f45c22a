"""Mapping files: read strictly, written back byte for byte, and whole in the graph."""

import csv
import io
import re
import subprocess
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store
from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, OWL, PROV, RDF, RDFS, SKOS, XSD

from met_ari import resources
from met_ari.build import graphs, tables, terms
from met_ari.build.faults import Faults
from met_ari.build.mapping_format import COLUMNS, EXTENSIONS
from met_ari.build.mapping_history import histories
from met_ari.build.mapping_records import (
    CURATED,
    JUSTIFICATIONS,
    NOBODY,
    PREDICATES,
    PROJECT_AGENT,
    REJECTIONS,
    STATUSES,
    TAGS,
    Agent,
    MappingHeader,
    MappingRecord,
)
from met_ari.build.mapping_table import read_mapping_file
from met_ari.build.mapping_text import file_text, one_line, place, record_line
from met_ari.build.overlay import Overlay
from met_ari.build.pipeline import BuildResult, build
from met_ari.build.questions import questions
from met_ari.build.records import Origin, Records
from met_ari.build.relation import Relation
from met_ari.build.sources import Sources
from met_ari.crossref.decisions import Journal
from met_ari.crossref.judgement import Judgement, records_of
from met_ari.crossref.reopening import reopened
from met_ari.errors import SourceError
from met_ari.queryfile import load
from met_ari.vocab import ARI, PAV, SEMAPV, SSSOM, Names
from tests import needs
from tests.answers import ask, dataset

ID = Namespace("https://w3id.org/ari/id/")
NAME = "met-2019--home-office-2019.sssom.tsv"
FILE = f"mappings/{NAME}"
MATCHES = [SKOS[name] for name in (*PREDICATES, "mappingRelation")]
OFFICIAL = Path(__file__).parents[2] / "shared" / "sources" / "home-office-ari-2019.csv"
"""The Home Office's own words, which are not part of the project."""
Row = dict[str, str]


@pytest.fixture(scope="module")
def rows(sources: Sources) -> list[Row]:
    """The rows of the project's file, read by nothing of ours."""
    lines = sources.read(FILE).decode().splitlines()
    table = [line for line in lines if not line.startswith("#")]
    return list(csv.DictReader(table, delimiter="\t"))


def kind(row: Row) -> str:
    if row["object_id"] == "sssom:NoTermFound":
        return "gap"
    return "rejected" if row["predicate_modifier"] else "counterpart"


# The project's own file


def test_every_question_of_the_met_has_counterparts_or_one_gap_and_never_both(
    rows: list[Row], records: Records
) -> None:
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        kinds[row["subject_id"].removeprefix("question:")][kind(row)] += 1
    met = [key for key, question in questions(records).items() if question.edition == "met-2019"]
    assert len(met) == 53
    for key in met:
        found = kinds[key]
        assert (found["counterpart"] >= 1) != (found["gap"] == 1), key
        assert found["gap"] <= 1


def test_no_pair_stands_twice_and_each_first_record_is_unreviewed(rows: list[Row]) -> None:
    pairs = Counter((row["subject_id"], row["object_id"]) for row in rows)
    assert max(pairs.values()) == 1
    for row in rows:
        assert row["record_id"].endswith(".1")
        assert (row["author_label"], row["reviewer_label"]) == ("ARI Graph project", "")
        assert row["mapping_justification"] == "semapv:UnspecifiedMatching"
        assert row["ext_status"] == ("rejected" if kind(row) == "rejected" else "proposed")


def test_rows_carry_the_labels_and_digests_of_today(rows: list[Row], records: Records) -> None:
    known = questions(records)
    for row in rows:
        for side in ("subject", "object"):
            if row[f"{side}_id"] == "sssom:NoTermFound":
                continue
            question = known[row[f"{side}_id"].removeprefix("question:")]
            assert row[f"{side}_label"] == one_line(question.label)
            assert row[f"ext_{side}_sha256"] == question.sha256


def test_reasons_are_sentences_of_their_own(rows: list[Row]) -> None:
    reasons = Counter(row["comment"] for row in rows)
    assert max(reasons.values()) == 1
    assert all(reason.endswith(".") and len(reason.split()) >= 8 for reason in reasons)
    assert not [reason for reason in reasons if ". " in reason]


def test_a_reason_copies_no_five_words_in_a_row(rows: list[Row], records: Records) -> None:
    texts = [q.text for q in questions(records).values() if q.edition == "met-2019"]
    if OFFICIAL.is_file():
        with OFFICIAL.open(encoding="utf-8", newline="") as file:
            texts += [row["statement"] for row in csv.DictReader(file)]
    taken = set[tuple[str, ...]]().union(*map(five_words, texts))
    assert taken
    assert {row["record_id"] for row in rows if five_words(row["comment"]) & taken} == set()


def five_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W_]+", text.casefold())
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


def test_each_rejection_denies_even_the_weakest_relation_and_says_why_by_a_tag(
    rows: list[Row],
) -> None:
    for row in rows:
        rejected = kind(row) == "rejected"
        assert (row["ext_reason_tag"] in REJECTIONS) == rejected, row["record_id"]
        assert not rejected or row["predicate_id"] == "skos:relatedMatch", row["record_id"]
    assert len({row["ext_reason_tag"] for row in rows} - {""}) >= 4


def test_a_gap_rests_on_rejections_and_is_no_surer_than_the_least_sure(rows: list[Row]) -> None:
    gaps = {row["subject_id"]: row for row in rows if kind(row) == "gap"}
    assert gaps
    for subject, gap in gaps.items():
        looked_at = [row for row in rows if row["subject_id"] == subject and row is not gap]
        least = min(float(row["confidence"]) for row in looked_at)
        assert float(gap["confidence"]) <= least, gap["record_id"]


def test_what_is_called_a_counterpart_is_more_likely_than_not(rows: list[Row]) -> None:
    sure = [float(row["confidence"]) for row in rows if kind(row) == "counterpart"]
    assert min(sure) >= 0.6


def test_the_file_is_in_order_and_as_we_would_write_it(sources: Sources, records: Records) -> None:
    (file,) = records.mappings
    assert list(file.records) == sorted(file.records, key=place)
    assert file_text(file.header, file.records).encode() == sources.read(FILE)


def valid_by_sssom_py(file: Path) -> None:
    """Have the reference implementation validate a file."""
    program = needs.tool("sssom", "sssom")
    done = subprocess.run([program, "validate", file], capture_output=True, text=True, check=False)
    assert (done.returncode, "rror" in done.stderr + done.stdout) == (0, False), done.stderr


def test_sssom_py_finds_nothing_wrong() -> None:
    valid_by_sssom_py(Path(str(resources.folder("data").joinpath("mappings", NAME))))


def test_sssom_py_finds_nothing_wrong_in_the_decisions_of_people(tmp_path: Path) -> None:
    """Every kind of record that a decision or an import can add."""
    journal = Journal(tmp_path)
    person = Agent("Josiah Carberry", "orcid:0000-0002-1825-0097")
    newest = [pair.newest for pair in journal.state().pairs.values()]
    links = [record.pair for record in newest if record.links]
    gap = next(record for record in newest if record.lacks)
    miss = next(r.pair for r in newest if r.subject == gap.subject and r.object)
    decisions = [
        Judgement(links[0], "accept", person, "2026-12-01"),
        Judgement(links[1], "reject", person, "2026-12-01", tag="shared-words"),
        Judgement(links[2], "unsure", person, "2026-12-01"),
        Judgement(miss, "accept", person, "2026-12-01", relation="broadMatch", comment="It does."),
        Judgement(links[1], "undo", person, "2026-12-01"),
    ]
    with journal.writing() as session:
        for judged in decisions:
            session.add(records_of(judged, session.state))
        question = session.state.questions[session.state.pairs[links[0]].newest.object]
        changed = {**session.state.questions, question.key: replace(question, sha256="0" * 64)}
        session.add(list(reopened(replace(session.state, questions=changed), "2026-12-02")))
    tags = {record.tag for pair in journal.state().pairs.values() for record in pair.records}
    assert {"text-changed", "counterpart-found", "unsure", "undone"} <= tags
    valid_by_sssom_py(journal.folder / NAME)


# Reading back what was written

QUESTIONS = st.builds("met-2019-{}-{}".format, st.integers(1, 7), st.integers(1, 8))
OBJECTS = st.builds("home-office-2019-{}".format, st.integers(1, 86))
TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufeff"), min_size=1
).map(one_line)
TEXTS = TEXTS.filter(bool)
NAMES = TEXTS.map(lambda text: one_line(text.replace("|", "/"))).filter(bool)
AGENTS = st.builds(Agent, NAMES, st.sampled_from(["", "orcid:0000-0002-1825-0097", "person:ada-2"]))
DIGESTS = st.sampled_from(["", "0" * 64, "a1" * 32])


@st.composite
def a_record(draw: st.DrawFn) -> MappingRecord:
    gap, verdict = draw(st.booleans()), draw(st.sampled_from(STATUSES))
    justification = CURATED if verdict == "accepted" else draw(st.sampled_from(JUSTIFICATIONS))
    return MappingRecord(
        number=draw(st.integers(1, 999_999)),
        subject=draw(QUESTIONS),
        subject_label=draw(TEXTS),
        predicate="mappingRelation" if gap else draw(st.sampled_from(PREDICATES)),
        negated=verdict == "rejected" or (verdict != "accepted" and draw(st.booleans())),
        object="" if gap else draw(OBJECTS),
        object_label="" if gap else draw(TEXTS),
        edition="home-office-2019",
        justification=justification,
        author=draw(AGENTS),
        reviewer=draw(AGENTS if justification == CURATED else st.one_of(AGENTS, st.just(NOBODY))),
        date=draw(st.dates()).isoformat(),
        confidence=draw(st.integers(0, 1000)) / 1000,
        comment=draw(TEXTS),
        status=verdict,
        tag=draw(st.sampled_from(["", *TAGS])),
        subject_sha256=draw(DIGESTS),
        object_sha256="" if gap else draw(DIGESTS),
        origin=Origin("", 0),
    )


HEADERS = st.builds(
    MappingHeader,
    subject=st.just("met-2019"),
    object=st.just("home-office-2019"),
    title=TEXTS,
    description=TEXTS,
    licence=st.just("https://creativecommons.org/licenses/by/4.0/"),
    creators=st.lists(TEXTS, min_size=1, max_size=3).map(tuple),
    version=st.one_of(st.just(""), TEXTS),
)


@settings(max_examples=300, deadline=None)
@given(HEADERS, st.lists(a_record(), max_size=5))
def test_what_is_written_is_read_back(header: MappingHeader, made: list[MappingRecord]) -> None:
    faults = Faults()
    text = file_text(header, made)
    file = read_mapping_file(text.encode(), NAME, faults)
    assert faults == []
    assert file
    assert file.header == header
    assert [replace(record, origin=Origin("", 0)) for record in file.records] == made
    assert file_text(file.header, file.records) == text


@pytest.mark.parametrize(
    "text", ["no", "null", "1.0", "2026-11-23", "- a", "a: b", "a #b", "'", "é"]
)
def test_a_title_that_yaml_might_take_for_something_else_stays_a_text(text: str) -> None:
    header = replace(HEADER, title=text)
    file = read_mapping_file(file_text(header, []).encode(), NAME, Faults())
    assert file
    assert file.header.title == text


# What is refused, and where

HEADER = MappingHeader(
    "met-2019",
    "home-office-2019",
    "Counterparts",
    "For a test.",
    "https://creativecommons.org/licenses/by/4.0/",
    ("A tester",),
)
RECORD = MappingRecord(
    number=1,
    subject="met-2019-1-2",
    subject_label="A question",
    predicate="relatedMatch",
    negated=False,
    object="home-office-2019-3",
    object_label="Another",
    edition="home-office-2019",
    justification="UnspecifiedMatching",
    author=PROJECT_AGENT,
    reviewer=NOBODY,
    date="2026-11-23",
    confidence=0.7,
    comment="Because.",
    status="proposed",
    tag="",
    subject_sha256="",
    object_sha256="",
    origin=Origin("", 0),
)
GAP = replace(
    RECORD, predicate="mappingRelation", object="", object_label="", comment="Nothing fits."
)
GOOD = file_text(HEADER, [RECORD])
LINE = GOOD.count("\n")


def told(text: str | bytes) -> list[str]:
    """`line: detail` of each fault of one file."""
    faults = Faults()
    read_mapping_file(text if isinstance(text, bytes) else text.encode(), NAME, faults)
    return [f"{fault.line}: {fault.detail}" for fault in faults]


def test_the_file_that_the_others_differ_from_has_no_fault() -> None:
    assert told(GOOD) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("skos:relatedMatch", "skos:sameMatch", "predicate_id holds 'skos:sameMatch'; expected: "),
        ("skos:relatedMatch", "owl:sameAs", "predicate_id holds 'owl:sameAs'"),
        ("\t0.7\t", "\t1.7\t", "confidence holds '1.7'; expected: a number from 0 to 1"),
        ("\t0.7\t", "\tnan\t", "confidence holds 'nan'"),
        ("\t0.7\t", "\t0,7\t", "confidence holds '0,7'"),
        ("\t0.7\t", "\t\t", "confidence holds ''"),
        ("question:met-2019-1-2", "", "subject_id holds ''; expected: such as 'question:"),
        ("question:home-office-2019-3", "", "object_id holds ''"),
        ("question:home-office-2019-3", "theme:home-office-2019-1", "object_id holds 'theme:"),
        ("Because.", "Be\tcause.", "21 cells; expected: 20. A tab in a text"),
        ("Because.", '"Be\tcause."', "A text holds a tab"),
        ("Because.", "Be\x1bcause.", "another control character"),
        ("Because.", '"Because.', "quotation marks"),
        ("Because.", "", "comment is empty"),
        ("2026-11-23", "23 November", "mapping_date holds '23 November'"),
        ("2026-11-23", "2026-02-30", "no day of the calendar"),
        ("\tproposed\t", "\tfinal\t", "ext_status holds 'final'; expected: proposed, accepted, "),
        ("\tproposed\t", "\taccepted\t", "Only a person accepts"),
        (
            "semapv:UnspecifiedMatching",
            "semapv:ManualMappingCuration",
            "where none did, it is semapv:UnspecifiedMatching",
        ),
        ("\tproposed\t", "\trejected\t", "What is rejected is negated"),
        (
            "semapv:UnspecifiedMatching",
            "semapv:Guess",
            "mapping_justification holds 'semapv:Guess'",
        ),
        ("ARI Graph project\t", "\t", "author_label is empty"),
        ("ARI Graph project\t", "A|B\t", "one name, without '|'"),
        ("edition:home-office-2019\t2026", "edition:met-2019\t2026", "the file is about 'home-"),
        (
            "home-office-2019-3.1",
            "home-office-2019-4.1",
            "by subject and object it is 'mapping:met",
        ),
        ("home-office-2019-3.1", "home-office-2019-3", "record_id holds"),
        ("home-office-2019-3.1", "home-office-2019-3.0", "record_id holds"),
        ("skos:relatedMatch\t", "skos:relatedMatch\tnot", "predicate_modifier holds 'not'"),
        ("question:home-office-2019-3\tAnother", "sssom:NoTermFound\t", "record_id holds"),
        ("skos:relatedMatch", "skos:mappingRelation", "goes with sssom:NoTermFound"),
    ],
)
def test_a_wrong_cell_is_refused_at_its_line(before: str, after: str, words: str) -> None:
    head, row = GOOD.rsplit("\n", 2)[0], GOOD.splitlines()[-1]
    assert before in row
    found = told(f"{head}\n{row.replace(before, after, 1)}\n")
    assert found
    assert all(fault.startswith(f"{LINE}: ") for fault in found)
    assert words in found[0]


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("#sssom_version:", "#sssom_version", 9, "could not find expected ':'"),
        ("#license: https", "#license: [https", 15, "Column"),
        ("#license:", "#licence:", 14, "There is no key 'licence'. Is it 'license'?"),
        ("#license:", "#mapping_set_id: a\n#license:", 14, "'mapping_set_id' stands twice"),
        ('#sssom_version: "1.1"\n', "", 1, "lacks sssom_version"),
        ('"1.1"', '"1.0"', 8, 'sssom_version is "1.0"; expected: "1.1"'),
        ("https://w3id.org/ari/id/question/", "https://example.org/", 1, "curie_map is"),
        ("set_id: https://w3id.org", "set_id: http://w3id.org", 9, "mapping_set_id is"),
        ("edition:met-2019", "edition:met-2018", 15, "is named met-2018--home-office-2019"),
        ("edition:met-2019", "met-2019", 15, "expected: such as 'edition:met-2019'"),
        ("#creator_label:\n#  - A tester\n", "#creator_label: []\n", 12, "a list of texts"),
        ("property: ari:reasonTag", "property: ari:reason", 17, "extension_definitions is"),
        ("#curie_map:", "#curie_map: &a", 1, "No tags, anchors or aliases"),
        ("#license:", "# license:", 14, "no YAML"),
        ("record_id\tsubject_id", "subject_id\trecord_id", 30, "another order"),
        ("\tcomment\t", "\treason\t", 30, "unknown: 'reason'; missing: comment"),
        ("\tcomment\t", "\t", 30, "missing: comment"),
    ],
)
def test_a_wrong_head_is_refused_at_its_line(
    before: str, after: str, line: int, words: str
) -> None:
    head = GOOD.rsplit("\n", 2)[0]
    assert before in head
    found = told(GOOD.replace(before, after, 1))
    assert any(fault.startswith(f"{line}: ") and words in fault for fault in found), found


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "1: The file starts with lines of metadata"),
        (b"record_id\n", "1: The file starts with lines of metadata"),
        (b"#" + b"[" * 5000, "1: "),
        (b"\xef\xbb\xbf" + GOOD.encode(), "1: A byte order mark"),
        (GOOD.replace("\n", "\r\n").encode(), "1: A line ends with CR"),
        (GOOD.rstrip("\n").encode(), f"{LINE}: The last line does not end"),
        (GOOD.encode() + b"\n", f"{LINE + 1}: 0 cells; expected: 20"),
        (GOOD.encode() + b"#a comment\n", f"{LINE + 1}: 1 cells; expected: 20"),
    ],
)
def test_a_file_of_another_form_is_refused(data: bytes, words: str) -> None:
    found = told(data)
    assert any(fault.startswith(words) for fault in found), found


def test_bytes_that_are_no_utf_8_are_refused_with_their_line() -> None:
    with pytest.raises(SourceError, match=rf"{NAME}:{LINE}: Byte \d+"):
        told(GOOD.encode().replace(b"Because", b"Becau\xff"))


def test_all_faults_of_a_file_are_told_in_one_go() -> None:
    wrong = GOOD.replace("\t0.7\t", "\t1.7\t").replace("skos:related", "skos:strange")
    found = told(wrong + record_line(replace(RECORD, number=2, date="soon")))
    assert [fault.partition(":")[0] for fault in found] == [str(LINE), str(LINE), str(LINE + 1)]


# What must fit together: questions, numbers, gaps

Write = Callable[..., Sources]


@pytest.fixture
def written(sources: Sources) -> Write:
    """Sources with the project's file replaced, and perhaps a file of decisions."""

    def _written(project: list[MappingRecord], decided: list[MappingRecord] = []) -> Sources:  # noqa: B006 - read only
        files = {FILE: file_text(HEADER, project).encode()}
        if decided:
            files[f"decisions/{NAME}"] = file_text(HEADER, decided).encode()
        return sources.under(Overlay(files))

    return _written


def refused(sources: Sources) -> list[str]:
    with pytest.raises(SourceError) as caught:
        tables.read(sources)
    faults = caught.value.extra["faults"]
    return [f"{fault['file']}:{fault['line']}: {fault['detail']}" for fault in faults]


SECOND = replace(RECORD, number=2)
OTHER = replace(RECORD, object="home-office-2019-4")


@pytest.mark.parametrize(
    ("project", "decided", "place_of_fault", "words"),
    [
        (
            [replace(RECORD, subject="met-2019-1-9")],
            [],
            FILE,
            "no question of met-2019 'met-2019-1-9'",
        ),
        ([replace(RECORD, object="home-office-2019-87")], [], FILE, "'home-office-2019-87'"),
        ([replace(RECORD, subject="home-office-2019-5")], [], FILE, "no question of met-2019"),
        ([RECORD, RECORD], [], FILE, "stands twice"),
        ([RECORD], [RECORD], f"decisions/{NAME}", "stands twice (first: mappings/"),
        ([SECOND, RECORD], [], FILE, "follows 0 records of its pair; expected: the number 1"),
        ([RECORD, replace(RECORD, number=3)], [], FILE, "expected: the number 2"),
        ([RECORD], [replace(RECORD, number=3)], f"decisions/{NAME}", "expected: the number 2"),
        ([replace(RECORD, status="superseded")], [], FILE, "is superseded, and no later record"),
        ([GAP, RECORD], [], FILE, "has the counterpart 'home-office-2019-3'"),
        ([GAP], [RECORD], FILE, "is no gap"),
    ],
)
def test_records_that_do_not_fit_are_refused(
    written: Write,
    project: list[MappingRecord],
    decided: list[MappingRecord],
    place_of_fault: str,
    words: str,
) -> None:
    found = refused(written(project, decided))
    assert any(fault.startswith(place_of_fault) and words in fault for fault in found), found


def test_a_gap_may_stand_beside_what_was_rejected(written: Write) -> None:
    no = replace(RECORD, negated=True, status="rejected")
    tables.read(written([GAP, no, replace(OTHER, number=1, negated=True, status="rejected")]))


def test_a_mapping_of_unknown_editions_is_refused(sources: Sources) -> None:
    header = replace(HEADER, object="fire-service-2019")
    name = "decisions/met-2019--fire-service-2019.sssom.tsv"
    overlay = Overlay({name: file_text(header, []).encode()})
    (fault,) = refused(sources.under(overlay))
    assert "There is no edition with questions 'fire-service-2019'" in fault


# The graph


@pytest.fixture(scope="module")
def mapped(relation: Relation) -> Graph:
    return relation.graphs["mappings"]


def test_every_row_is_an_axiom_that_says_the_same(mapped: Graph, rows: list[Row]) -> None:
    assert len(list(mapped.subjects(RDF.type, OWL.Axiom))) == len(rows)
    for row in rows:
        record = ID[row["record_id"].replace(":", "/")]
        gap = kind(row) == "gap"
        target = SSSOM.NoTermFound if gap else ID[row["object_id"].replace(":", "/")]
        wanted = {
            (RDF.type, OWL.Axiom),
            (OWL.annotatedSource, ID[row["subject_id"].replace(":", "/")]),
            (OWL.annotatedProperty, SKOS[row["predicate_id"].partition(":")[2]]),
            (OWL.annotatedTarget, target),
            (SSSOM.object_source, ID["ari/home-office-2019"]),
            (SSSOM.mapping_justification, SEMAPV.UnspecifiedMatching),
            (SSSOM.confidence, Literal(row["confidence"], datatype=XSD.double)),
            (SSSOM.author_label, Literal("ARI Graph project")),
            (DCTERMS.created, Literal("2026-11-23", datatype=XSD.date)),
            (RDFS.comment, Literal(row["comment"], lang="en")),
            (ARI.decisionStatus, Literal(row["ext_status"])),
            (ARI.subjectSha256, Literal(row["ext_subject_sha256"])),
        }
        if not gap:
            wanted.add((ARI.objectSha256, Literal(row["ext_object_sha256"])))
        if kind(row) == "rejected":
            wanted.add((SSSOM.predicate_modifier, SSSOM.NegatedPredicate))
            wanted.add((ARI.reasonTag, Literal(row["ext_reason_tag"])))
        assert set(mapped.predicate_objects(record)) == wanted


def test_links_are_asserted_for_counterparts_and_for_nothing_else(
    relation: Relation, rows: list[Row]
) -> None:
    wanted = {
        (
            ID[row["subject_id"].replace(":", "/")],
            SKOS[row["predicate_id"].partition(":")[2]],
            ID[row["object_id"].replace(":", "/")],
        )
        for row in rows
        if kind(row) == "counterpart"
    }
    found = {
        triple
        for name, graph in relation.graphs.items()
        if name != "ontology"
        for match in MATCHES
        for triple in graph.triples((None, match, None))
    }
    assert found == wanted
    assert len(wanted) >= 50


def test_every_pair_names_its_sides_and_its_decision(mapped: Graph, rows: list[Row]) -> None:
    for row in rows:
        record = ID[row["record_id"].replace(":", "/")]
        pair = URIRef(record.rpartition(".")[0])
        assert (pair, RDF.type, ARI.QuestionPair) in mapped
        assert list(mapped.objects(pair, ARI.hasDecision)) == [record]
        assert list(mapped.objects(pair, ARI.latestDecision)) == [record]
        assert mapped.value(pair, ARI.subjectQuestion) == ID[row["subject_id"].replace(":", "/")]
        side = ARI.objectEdition if kind(row) == "gap" else ARI.objectQuestion
        assert len(list(mapped.objects(pair, side))) == 1
        assert mapped.value(pair, RDFS.label)


def test_the_set_holds_every_record_under_its_licence(mapped: Graph, rows: list[Row]) -> None:
    (the_set,) = mapped.subjects(RDF.type, SSSOM.MappingSet)
    assert the_set == ID["mapping-set/met-2019--home-office-2019"]
    assert len(list(mapped.objects(the_set, SSSOM.mappings))) == len(rows)
    assert str(mapped.value(the_set, DCTERMS.license)).endswith("/licenses/by/4.0/")
    assert mapped.value(the_set, SSSOM.subject_source) == ID["ari/met-2019"]


def test_the_graph_says_that_no_person_has_read_it_yet(mapped: Graph) -> None:
    graph = ID["graph/mappings"]
    assert (graph, ARI.reviewedByPerson, Literal(False)) in mapped
    assert mapped.value(graph, PROV.wasGeneratedBy) == ID["activity/map-questions"]
    assert set(mapped.objects(graph, PROV.wasDerivedFrom)) == {
        ID["graph/met-2019"],
        ID["graph/home-office-2019"],
    }


def related(sources: Sources) -> Graph:
    """The graph of the mappings of these sources."""
    ontology = terms.load(sources.turtle("ontology"))
    return graphs.relate(tables.read(sources), ontology, Names()).graphs["mappings"]


ADA = Agent("Ada", "person:ada")
ACCEPTED = replace(
    SECOND, status="accepted", reviewer=ADA, justification=CURATED, date="2026-11-24"
)


def test_a_later_decision_takes_the_place_of_the_one_before(written: Write) -> None:
    graph = related(written([RECORD], [ACCEPTED]))
    first, second = (ID[f"mapping/{RECORD.pair}.{n}"] for n in (1, 2))
    assert graph.value(first, ARI.decisionStatus) == Literal("superseded")
    assert graph.value(first, ARI.statusWhenMade) == Literal("proposed")
    assert graph.value(first, DCTERMS.isReplacedBy) == second
    assert graph.value(second, ARI.decisionStatus) == Literal("accepted")
    assert graph.value(second, ARI.statusWhenMade) is None
    assert graph.value(ID[f"mapping/{RECORD.pair}"], ARI.latestDecision) == second
    assert graph.value(second, SSSOM.reviewer_id) == ID["person/ada"]
    assert graph.value(second, SSSOM.reviewer_label) == Literal("Ada")
    assert len(list(graph.triples((None, SKOS.relatedMatch, None)))) == 1


def test_a_graph_that_people_have_decided_on_all_through_is_not_marked(written: Write) -> None:
    graph = related(written([RECORD], [ACCEPTED]))
    assert graph.value(ID["graph/mappings"], ARI.reviewedByPerson) is None


def test_a_link_goes_when_the_newest_decision_denies_it(written: Write) -> None:
    no = replace(ACCEPTED, status="rejected", negated=True)
    graph = related(written([RECORD], [no]))
    assert not [triple for match in MATCHES for triple in graph.triples((None, match, None))]


def test_a_relation_that_changes_leaves_one_link(written: Write) -> None:
    graph = related(written([RECORD], [replace(ACCEPTED, predicate="broadMatch")]))
    links = [triple for match in MATCHES for triple in graph.triples((None, match, None))]
    assert [predicate for _, predicate, _ in links] == [SKOS.broadMatch]


def test_an_older_record_may_say_itself_that_it_was_superseded(written: Write) -> None:
    graph = related(written([replace(RECORD, status="superseded"), ACCEPTED], []))
    first, second = (ID[f"mapping/{RECORD.pair}.{n}"] for n in (1, 2))
    assert graph.value(first, ARI.decisionStatus) == Literal("superseded")
    assert graph.value(first, DCTERMS.isReplacedBy) == second
    assert graph.value(first, ARI.statusWhenMade) is None


def test_an_orcid_is_an_address_of_a_person(written: Write) -> None:
    person = Agent("Josiah Carberry", "orcid:0000-0002-1825-0097")
    graph = related(written([RECORD], [replace(ACCEPTED, reviewer=person, author=person)]))
    orcid = URIRef("https://orcid.org/0000-0002-1825-0097")
    record = ID[f"mapping/{RECORD.pair}.2"]
    assert graph.value(record, SSSOM.reviewer_id) == graph.value(record, PAV.authoredBy) == orcid
    assert set(graph.predicate_objects(orcid)) == {
        (RDF.type, FOAF.Person),
        (FOAF.name, Literal("Josiah Carberry")),
    }


def test_decisions_build_without_a_violation(
    records: Records, sources: Sources, tmp_path: Path
) -> None:
    """Accepted, rejected, re-opened, unsure, superseded: the shapes take every state there is."""
    (file,) = records.mappings
    links = [record for record in file.records if record.links][:5]
    person = {"reviewer": ADA, "justification": CURATED, "number": 2}
    decided = [
        replace(links[0], status="accepted", **person),
        replace(links[1], status="rejected", negated=True, tag="shared-words", **person),
        replace(links[2], number=2, tag="text-changed"),
        replace(links[3], tag="unsure", **person),
        replace(links[4], number=2, status="superseded"),
        replace(links[4], status="accepted", **{**person, "number": 3}),
    ]
    text = file_text(file.header, decided).encode()
    overlaid = sources.under(Overlay({f"decisions/{NAME}": text}))
    result = build(overlaid, tmp_path)
    assert [finding.message for finding in result.findings] == []
    assert f"decisions/{NAME}" in result.manifest["sources"]


# The answers of the library, worked out from the file


@pytest.fixture(scope="module")
def store(built: BuildResult) -> Store:
    return dataset(built.folder / "dataset.nq")


Ask = Callable[..., list[Row]]


@pytest.fixture(scope="module")
def answers(store: Store) -> Ask:
    def _answers(name: str, /, **values: str) -> list[Row]:
        text = ask(store, load(name).bind(values)).text.replace(str(ID), "")
        return list(csv.DictReader(io.StringIO(text.replace(str(SKOS), "skos:"))))

    return _answers


def key(curie: str) -> str:
    return curie.replace(":", "/")


def test_counterparts_of_a_question_are_those_of_the_file(answers: Ask, rows: list[Row]) -> None:
    for subject in {row["subject_id"] for row in rows}:
        wanted = {
            key(row["object_id"]): (row["predicate_id"], float(row["confidence"]), row["comment"])
            for row in rows
            if row["subject_id"] == subject and kind(row) == "counterpart"
        }
        found = answers("counterparts-of-question", question=key(subject))
        assert {
            row["counterpart"]: (row["relation"], float(row["confidence"]), row["reason"])
            for row in found
        } == wanted
        assert len(found) == len(wanted)


def test_counterparts_are_found_from_the_other_side_with_the_relation_turned(
    answers: Ask, rows: list[Row]
) -> None:
    turned = {"skos:broadMatch": "skos:narrowMatch", "skos:narrowMatch": "skos:broadMatch"}
    for row in (row for row in rows if kind(row) == "counterpart"):
        found = answers("counterparts-of-question", question=key(row["object_id"]))
        relations = {item["counterpart"]: item["relation"] for item in found}
        said = row["predicate_id"]
        assert relations[key(row["subject_id"])] == turned.get(said, said)


def test_gaps_are_told_both_ways(answers: Ask, rows: list[Row], records: Records) -> None:
    linked = {row[f"{side}_id"] for row in rows if kind(row) == "counterpart" for side in SIDES}
    alone = {f"question/{name}" for name in questions(records)} - {key(name) for name in linked}
    found = answers("questions-without-counterpart")
    assert {row["question"] for row in found} == alone
    reasons = {key(row["subject_id"]): row["comment"] for row in rows if kind(row) == "gap"}
    assert {row["question"]: row["reason"] for row in found if row["reason"]} == reasons


SIDES = ("subject", "object")


def test_rejected_pairs_are_those_of_the_file(answers: Ask, rows: list[Row]) -> None:
    wanted = {
        (key(row["subject_id"]), key(row["object_id"]), row["comment"])
        for row in rows
        if kind(row) == "rejected"
    }
    found = answers("pairs-rejected")
    assert {(row["question"], row["counterpart"], row["reason"]) for row in found} == wanted


def test_coverage_adds_up_to_the_pairs_of_the_file(answers: Ask, rows: list[Row]) -> None:
    pairs = [row for row in rows if kind(row) == "counterpart"]
    for sides in (("met-2019", "home-office-2019"), ("home-office-2019", "met-2019")):
        edition, other = (f"ari/{side}" for side in sides)
        matrix = answers("coverage-matrix", edition=edition, other=other)
        assert len(matrix) == 7 * 4
        assert sum(int(row["pairs"]) for row in matrix) == len(pairs)
    best = max(float(row["confidence"]) for row in pairs)
    assert max(float(row["confidence"] or 0) for row in matrix) == best


def test_every_question_is_counted_with_its_counterparts(answers: Ask, rows: list[Row]) -> None:
    counts = Counter(key(row["object_id"]) for row in rows if kind(row) == "counterpart")
    found = answers("counterparts-in-edition", edition="ari/home-office-2019", other="ari/met-2019")
    assert len(found) == 86
    assert {
        row["question"]: int(row["counterparts"]) for row in found if row["confidence"]
    } == counts


def test_what_is_to_be_reviewed_is_all_that_is_proposed(answers: Ask, rows: list[Row]) -> None:
    proposed = {key(row["record_id"]) for row in rows if row["ext_status"] == "proposed"}
    assert {row["decision"] for row in answers("decisions-to-review")} == proposed


def test_a_mapping_set_as_sssom_holds_all_of_its_graph_that_sssom_has(
    store: Store, mapped: Graph, rows: list[Row]
) -> None:
    text = ask(store, load("mapping-set-as-sssom").text).text
    found = Graph().parse(data=text, format="nt")
    axioms = set(mapped.subjects(RDF.type, OWL.Axiom))
    wanted = [triple for triple in mapped if triple[0] in axioms]
    assert len(axioms) == len(rows)
    assert all(triple in found for triple in wanted)


# The parts that must agree


def test_shapes_and_code_have_the_same_tags() -> None:
    text = resources.text("shapes", "mappings.ttl")
    listed = text.partition("sh:path ari:reasonTag")[2].partition("sh:in (")[2].partition(")")[0]
    assert {word.strip('"') for word in listed.split()} == set(TAGS)


def test_extension_columns_are_in_the_order_of_their_terms() -> None:
    assert list(EXTENSIONS.values()) == sorted(EXTENSIONS.values())
    assert tuple(EXTENSIONS) == COLUMNS[-len(EXTENSIONS) :]
    assert all(hasattr(ARI, term) for term in EXTENSIONS.values())


def test_histories_keep_the_order_of_the_files() -> None:
    files = SimpleNamespace(records=(RECORD,)), SimpleNamespace(records=(OTHER, SECOND))
    pairs = histories(files)  # type: ignore[arg-type]  # what it looks at
    assert [record.number for record in pairs[RECORD.pair].records] == [1, 2]
    assert list(pairs) == [RECORD.pair, OTHER.pair]
