"""The threat model is kept: every promise names a test, and a hostile run over HTTP shows it.

The hostile run is bounded (under a minute) and its limits are generous; `benchmarks/hostile.py`
is the strict one.
"""

import ast
import configparser
import json
import re
import shutil
import socket
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from met_ari import cli
from met_ari.build.pipeline import BuildResult
from met_ari.build.userfiles import parse_user_file
from met_ari.errors import SourceError
from tests import hostile
from tests.hostile import Attack, Calm, Outcome, Service

ROOT = Path(__file__).parent.parent
MODEL = (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8")
THREATS = range(1, 22)
NOT_COVERED = "not covered"

# The document


def sections() -> dict[int, str]:
    """The text under each heading `### 7. JSON-LD contexts`, by number."""
    found = re.split(r"^### (\d+)\. ", MODEL.partition("\n## Threats\n")[2], flags=re.MULTILINE)
    ends = (text.partition("\n## ")[0] for text in found[2::2])
    return dict(zip(map(int, found[1::2]), ends, strict=True))


def named_tests(text: str) -> list[str]:
    """Every test that a text names."""
    return re.findall(r"`(tests/\w+\.py::[\w:]+)`", text)


@cache
def defined_in(path: str) -> frozenset[str]:
    """The names of the tests in a file, those of a class as `Class::test`."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    functions = [("", tree.body), *((f"{node.name}::", node.body) for node in classes)]
    return frozenset(
        prefix + node.name
        for prefix, body in functions
        for node in body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def test_every_threat_has_its_section() -> None:
    assert list(sections()) == list(THREATS)


@pytest.mark.parametrize("number", THREATS)
def test_every_threat_names_a_test_or_says_that_it_is_not_covered(number: int) -> None:
    text = sections()[number]
    assert named_tests(text) or NOT_COVERED in text.lower()
    parts = re.findall(r"^\*\*([^*]+)\.\*\*", text, re.MULTILINE)
    assert parts == ["What could happen", "What the service does", "Where", "What remains", "Tests"]


@pytest.mark.parametrize("name", sorted(set(named_tests(MODEL))))
def test_every_test_that_the_model_names_exists(name: str) -> None:
    path, _, test = name.partition("::")
    assert (ROOT / path).exists()
    assert test in defined_in(path)


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r"`((?:server|constraints|docs)/[\w/.-]+)`", MODEL)))
)
def test_every_file_that_the_model_names_exists(name: str) -> None:
    assert (ROOT / name).exists()


# The hostile run


SECONDS = 2
MEMORY_MB = 256
REQUEST_SECONDS = 4
WORKERS = 8
HOSTILE_AT_ONCE = 8
STALLED_OF_EACH = 40
"""More in all than the threads and workers of the service."""
UNREAD, UNREAD_ROWS = 6, 20_000
"""Answers of 9 MB each that nobody reads."""
LONGEST_RUN = 100.0
PAUSE = 0.05
SLOWEST = 2.0
"""Seconds within which 99 of 100 calm answers come, on a busy machine too."""
GROWTH_MB = 64
"""What a web process may grow by: kept answers, warm threads, and the allocator's slack."""
CACHE_MB = 16
FILES_OF_A_WORKER = 3
SPARE_FILES = 12
"""What warm threads and logs may open; far fewer than the hostile requests."""


@dataclass
class Siege:
    """What happened while the service was under attack."""

    outcomes: list[Outcome]
    calm: Calm
    visited: bool
    before: list[int]
    after: list[int]
    grown_mb: dict[int, float]
    more_files: dict[int, int]
    workers: int
    revisions: tuple[str, str]
    stalled: Counter[str] = field(default_factory=Counter)
    cut_short: list[bool] = field(default_factory=list)


@pytest.fixture(scope="module")
def under_siege(built: BuildResult, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with small limits, in a home of its own."""
    home = tmp_path_factory.mktemp("siege")
    shutil.copytree(built.folder.parent, home / "build")
    with hostile.serving(
        "--home",
        str(home),
        ARI_QUERY_SECONDS=str(SECONDS),
        ARI_QUERY_MEMORY_MB=str(MEMORY_MB),
        ARI_REQUEST_SECONDS=str(REQUEST_SECONDS),
        ARI_WORKERS=str(WORKERS),
        ARI_CACHE_MB=str(CACHE_MB),
        ARI_TOKEN=hostile.TOKEN,
    ) as service:
        yield service


@pytest.fixture(scope="module")
def siege(under_siege: Service) -> Siege:
    """One run of every attack, with a calm client beside."""
    service = under_siege
    warm = hostile.ask_calmly(service.address, 1, 0.005, lambda: False)
    assert warm.wrong == []
    before, memory, files = service.lasting, _memory(service), _files(service)
    revision = _revision(service)
    with hostile.trap() as (trap, visited):
        with (
            hostile.calm_client(service.address, LONGEST_RUN, PAUSE) as calm,
            hostile.unread(service.address, UNREAD, UNREAD_ROWS) as unread,
            hostile.stalled(service.address, STALLED_OF_EACH) as connections,
            ThreadPoolExecutor(HOSTILE_AT_ONCE) as pool,
        ):
            outcomes = list(pool.map(lambda attack: _strike(service, attack), _attacks(trap)))
            ends = _ends(connections)
            cut = [hostile.is_cut_short(connection) for connection in unread]
        hostile.eventually(lambda: len(service.workers) <= WORKERS)
        was_visited = visited()
    return Siege(
        outcomes,
        calm,
        was_visited,
        before,
        service.lasting,
        {pid: now - memory[pid] for pid, now in _memory(service).items() if pid in memory},
        {pid: now - files[pid] for pid, now in _files(service).items() if pid in files},
        len(service.workers),
        (revision, _revision(service)),
        ends,
        cut,
    )


def _strike(service: Service, attack: Attack) -> Outcome:
    return hostile.strike(attack, service.address)


def _attacks(trap: str) -> list[Attack]:
    """Each once, the cheap ones many times: a leak of theirs would add up."""
    every = hostile.attacks(trap)
    cheap = [attack for attack in every if attack.kind in hostile.CHEAP_KINDS]
    return [*every, *cheap, *cheap]


def _revision(service: Service) -> str:
    with urlopen(service.address + "readyz", timeout=hostile.WAIT_SECONDS) as response:
        return str(json.loads(response.read())["revision"])


def _memory(service: Service) -> dict[int, float]:
    return {pid: hostile.resident_mb(pid) for pid in service.lasting}


def _files(service: Service) -> dict[int, int]:
    return {pid: hostile.descriptors(pid) for pid in service.lasting}


def _ends(connections: list[socket.socket]) -> Counter[str]:
    """How the stalled connections ended, each within the time for a request and some more."""
    ends: Counter[str] = Counter()
    until = time.monotonic() + REQUEST_SECONDS + 10
    for number, connection in enumerate(connections):
        name = list(hostile.STALLED)[number % len(hostile.STALLED)]
        said = b""
        connection.settimeout(max(0.1, until - time.monotonic()))
        try:
            while piece := connection.recv(1 << 16):
                said += piece
        except TimeoutError:
            ends[f"{name}: open"] += 1
        except ConnectionResetError:
            ends[f"{name}: closed"] += 1
        else:
            ends[f"{name}: {said[9:12].decode() or 'closed'}"] += 1
    return ends


KINDS = list(dict.fromkeys(attack.kind for attack in hostile.attacks("http://127.0.0.1:9/")))


@pytest.mark.parametrize("kind", KINDS)
def test_every_hostile_request_meets_a_defence_in_a_whole_answer(siege: Siege, kind: str) -> None:
    outcomes = [outcome for outcome in siege.outcomes if outcome.attack.kind == kind]
    faults = [f"{o.attack.name}: {o.fault}" for o in outcomes if o.fault]
    assert outcomes
    assert faults == []


def test_a_query_over_its_time_is_told_so_within_a_second_of_its_limit(
    under_siege: Service, siege: Siege
) -> None:
    """After the siege, when no other query takes its turn."""
    for attack in hostile.attacks("http://127.0.0.1:9/"):
        if attack.kind == "endless":
            outcome = _strike(under_siege, attack)
            assert outcome.fault == ""
            assert outcome.seconds < SECONDS + 1 + SLOWEST


def test_no_hostile_request_makes_the_service_call_out(siege: Siege) -> None:
    assert not siege.visited


def test_a_calm_client_gets_only_right_answers_and_gets_them_in_time(siege: Siege) -> None:
    assert siege.calm.wrong == []
    assert len(siege.calm.seconds) > 100
    assert siege.calm.percentile(0.99) < SLOWEST


def test_no_process_of_the_service_dies(siege: Siege) -> None:
    assert len(siege.before) == 3
    assert siege.after == siege.before


def test_the_memory_of_the_service_stays_within_bounds(siege: Siege) -> None:
    assert len(siege.grown_mb) == len(siege.before)
    assert [mb for mb in siege.grown_mb.values() if mb > GROWTH_MB] == []


def test_no_process_and_no_descriptor_is_left_behind(siege: Siege) -> None:
    most = FILES_OF_A_WORKER * WORKERS + SPARE_FILES
    assert siege.workers <= WORKERS + len(siege.before)
    assert most < len(siege.outcomes)
    assert [more for more in siege.more_files.values() if more > most] == []


def test_clients_that_stall_are_sent_away_and_harm_nobody(siege: Siege) -> None:
    """That nobody is harmed, the calm client tells."""
    assert siege.stalled == {
        "nothing: closed": STALLED_OF_EACH,
        "half a header: closed": STALLED_OF_EACH,
        "half a body: 408": STALLED_OF_EACH,
        "kept alive: 200": STALLED_OF_EACH,
    }


def test_clients_that_do_not_read_a_large_answer_are_cut(siege: Siege) -> None:
    """That they take no memory and harm nobody, the bounds and the calm client tell."""
    assert siege.cut_short == [True] * UNREAD


def test_no_hostile_write_changes_the_data(siege: Siege) -> None:
    """Each was refused; the revision names every write that was done."""
    assert {"update", "writing", "document: XML"} <= {o.attack.kind for o in siege.outcomes}
    assert siege.revisions[0] == siege.revisions[1] != ""


def test_a_client_that_takes_every_turn_is_told_to_come_again_while_others_are_answered(
    under_siege: Service, siege: Siege
) -> None:
    endless = {
        f"/sparql?{urlencode({'query': hostile.ENDLESS['join'] + f'#{i}'})}" for i in range(40)
    }
    with ThreadPoolExecutor(len(endless)) as pool:
        asked = [pool.submit(_get, under_siege, hostile.HOSTILE_HOST, path) for path in endless]
        calm = hostile.ask_calmly(under_siege.address, SECONDS, PAUSE, lambda: False)
        alive = [_get(under_siege, hostile.CALM_HOST, path)[0] for path in ("/healthz", "/readyz")]
        answers = [answer.result() for answer in asked]
    assert calm.wrong == []
    assert alive == [200, 200]
    assert {status for status, _ in answers} == {429, 503}
    assert {wait for status, wait in answers if status == 429} == {"1"}
    assert {wait for status, wait in answers if status == 503} == {""}


def _get(service: Service, source: str, path: str) -> tuple[int, str]:
    """Status and Retry-After."""
    parts = urlsplit(service.address)
    where = (parts.hostname or "", parts.port, hostile.WAIT_SECONDS)
    connection = HTTPConnection(*where, source_address=(source, 0))
    with closing(connection):
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
    return response.status, response.headers.get("Retry-After", "")


# Documents that are more than data (line 8)


TYPE = '<!DOCTYPE r [<!ENTITY a "b">]>'
ROOT_ELEMENT = (
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>{}"
    "<rdf:Description rdf:about='urn:s'><p xmlns='http://example.org/'>&a;</p></rdf:Description></rdf:RDF>"
)
TYPED = {
    "as it is": TYPE + ROOT_ELEMENT.format(""),
    "lower case": TYPE.replace("DOCTYPE", "doctype") + ROOT_ELEMENT.format(""),
    "after a space": "&#32;" + TYPE + ROOT_ELEMENT.format(""),
    "after CDATA": "<![CDATA[ ]]>" + TYPE + ROOT_ELEMENT.format(""),
    "after a comment": "<!-- a -->" + TYPE + ROOT_ELEMENT.format(""),
    "inside": ROOT_ELEMENT.format(TYPE),
}


@pytest.mark.parametrize("name", TYPED)
def test_a_document_type_is_refused_wherever_it_stands_and_however_it_is_spelt(
    under_siege: Service, name: str
) -> None:
    of = hostile.ALLOWED | {"Content-Type": "application/rdf+xml"}
    sent = hostile.message("PUT", "/graphs?default", of, TYPED[name].encode())
    assert hostile.strike(Attack("document", name, sent, (400,)), under_siege.address).fault == ""


@pytest.mark.parametrize("name", TYPED)
def test_a_document_type_in_a_users_file_is_refused_too(tmp_path: Path, name: str) -> None:
    file = tmp_path / "typed.rdf"
    file.write_text(TYPED[name])
    with pytest.raises(SourceError):
        parse_user_file(file)


# Byte soup


FRAGMENTS = [
    b"SELECT", b" * ", b"ASK", b"CONSTRUCT", b"WHERE", b"{", b"}", b"?s", b" ?p ", b"<p>", b"'",
    b'"', b"FILTER(", b")", b".", b"#", b"\n", b"\\u0041", b"\\", b"1", b"@en", b"^^", b"%",
    b"\xc3", b"\xff", b"\0", b"\xe2\x80\xae", b"a:b", b"PREFIX a: <b>", b"SERVICE", b"FROM <x>",
    b"LIMIT 1", b"BIND(1 AS ?x)",
]  # fmt: skip
SOUP = st.one_of(
    st.binary(max_size=60), st.lists(st.sampled_from(FRAGMENTS), max_size=14).map(b"".join)
)


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(SOUP)
def test_any_bytes_as_a_query_are_answered_or_refused_in_words(service: str, soup: bytes) -> None:
    for way in (hostile.by_get, hostile.by_form, hostile.directly):
        attack = Attack("soup", way.__name__, way(soup), (200, 400))
        assert hostile.strike(attack, service).fault == ""


# Shapes of strangers (line 19)


FOREIGN_SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
<urn:ontology> a owl:Ontology ; owl:imports <TRAP> .
<urn:shape> a sh:NodeShape ; sh:targetNode <urn:ontology> ; sh:shapesGraph <TRAP> ;
    sh:property [ sh:path <urn:p> ; sh:minCount 1 ] ;
    sh:sparql [ sh:select "SELECT $this WHERE { SERVICE <TRAP> { $this ?p ?o } }" ] .
"""


def test_shapes_in_a_users_file_are_data_and_not_rules(tmp_path: Path) -> None:
    """Nothing that they name is visited, and what they forbid is no finding."""
    file = tmp_path / "shapes.ttl"
    with hostile.trap() as (address, visited):
        file.write_text(FOREIGN_SHAPES.replace("TRAP", address))
        outcome = CliRunner().invoke(cli.ari, ["check", "--format", "json", str(file)])
        assert outcome.exit_code == 0, outcome.output
        assert json.loads(outcome.stdout) == []
        assert not visited()


# What the service is made of (line 20)


def pinned(path: Path) -> dict[str, str]:
    """The text of each requirement of a file of constraints, by name."""
    text = path.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {re.split(r"[=<> ;]", line)[0].lower(): line for line in lines}


@pytest.mark.parametrize("name", ["run.txt", "test.txt"])
def test_every_dependency_is_pinned_to_a_version_and_its_hashes(name: str) -> None:
    found = pinned(ROOT / "constraints" / name)
    assert len(found) > 10
    for line in found.values():
        assert re.match(r"[\w.-]+==[\w.]+ ", line), line
        assert "--hash=sha256:" in line, line


def test_every_direct_dependency_is_among_the_pinned_ones() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = re.findall(r"^([\w-]+)", config["options"]["install_requires"], re.MULTILINE)
    assert {name.lower() for name in wanted} <= pinned(ROOT / "constraints" / "run.txt").keys()
