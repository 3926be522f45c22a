"""`ari release`: the same folder everywhere, as a whole or not at all, and never changed."""

import errno
import hashlib
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest

from met_ari import queryfile
from met_ari.build.pipeline import build
from met_ari.build.sources import Sources
from met_ari.engine import modifiers
from met_ari.errors import EnvironmentFault, InputError, UnknownName
from met_ari.publish import answers, described, layout, publication
from met_ari.publish.asked import Asked
from met_ari.publish.dataset import Dataset
from met_ari.publish.release import release
from met_ari.publish.sums import sums
from tests import killed_release

COMMAND = [sys.executable, "-P", "-m", "met_ari.cli", "release"]
KILLS = 100
"""How many times a release kills itself at what it does to the disk."""
KILLS_BY_CLOCK = 4
"""How many times one is killed from outside, whatever it does; each takes as long as a release."""
LAST_STEPS = 12
"""What a release does to the disk from when its files are written until it is durable, and more."""


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def published(home: Path) -> dict[str, bytes]:
    """What stands under the names of releases: not the lock, not what is unfinished."""
    return {name: data for name, data in files_of(home / "releases").items() if name[0] != "."}


def ari_release(
    home: Path,
    *arguments: str,
    before: Sequence[str] = (),
    variables: Mapping[str, str] | None = None,
    **options: object,
) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ARI_")}
    return subprocess.run(
        [*before, *COMMAND, *arguments],
        env=clean | {"ARI_HOME": str(home)} | dict(variables or {}),
        capture_output=True,
        text=True,
        timeout=300,
        **options,  # type: ignore[call-overload]
    )


def is_whole(folder: Path) -> bool:
    """Whether the sums name every file, and each is what its sum says."""
    files = files_of(folder)
    lines = files.pop(layout.SUMS, b"").decode().splitlines()
    said = dict(reversed(line.split("  ", 1)) for line in lines)
    return said == {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}


@pytest.fixture
def home(built, tmp_path) -> Path:
    """A home with the build of the real data, and nothing else."""
    target = tmp_path / "home"
    shutil.copytree(built.folder, target / "build" / built.folder.name)
    return target


# What the folder holds


def test_the_folder_holds_what_the_layout_says(released):
    files = files_of(released)
    for path in (layout.TRIPLES | layout.QUADS).values():
        assert {path, f"{path}.gz"} <= files.keys()
    named = {
        *(layout.ONTOLOGY, layout.SHAPES, layout.CONTEXT, layout.REPORT_TTL, layout.REPORT_JSON),
        *(layout.LICENCE, layout.NOTES, layout.MANIFEST, layout.SQLITE, layout.SUMS),
    }
    assert named <= files.keys()
    assert all(files.values()), "a file is empty"


def test_every_file_has_a_media_type(released):
    for path in files_of(released):
        assert "/" in layout.media_type(path)[0]


def test_the_sums_are_those_that_sha256sum_checks(released):
    assert is_whole(released)
    lines = (released / layout.SUMS).read_bytes().splitlines(keepends=True)
    assert all(re.fullmatch(rb"[0-9a-f]{64}  \S+\n", line) for line in lines)
    paths = [line[66:] for line in lines]
    assert paths == sorted(paths)
    checked = ["sha256sum", "--check", "--strict", "--quiet", layout.SUMS]
    assert subprocess.run(checked, cwd=released, capture_output=True).returncode == 0


def test_the_manifest_tells_hashes_that_can_be_computed_again(released, built):
    manifest = json.loads((released / layout.MANIFEST).read_bytes())
    dataset = Dataset.parse((released / layout.DATASET).read_bytes())
    assert manifest["dataset"] == {"hash": dataset.hash, "quads": len(dataset.quads)}
    assert manifest["merge"]["hash"] == dataset.merge.hash
    assert manifest["build"] == built.hash
    for name, said in manifest["graphs"].items():
        graph = dataset.graph(f"{manifest['base']}id/graph/{name}")
        assert said == {"hash": graph.hash, "triples": len(graph.quads)}


def test_the_notes_count_what_is_there(released):
    notes = (released / layout.NOTES).read_text(encoding="utf-8")
    assert "- 139 research questions\n" in notes
    assert "The first release." in notes


def test_the_introduction_of_the_document_is_in_no_file_of_the_release(released, sources):
    document = sources.read("source/met-2019.txt").decode("utf-8-sig")
    introduction = document.strip().splitlines()[:30]
    longest = max(introduction, key=len)
    if longest.startswith("-"):
        pytest.fail("the longest line near the top is an interest")
    for path, data in files_of(released).items():
        assert longest[:60].encode() not in data, path


# Recorded answers


def test_each_query_of_the_library_has_its_recorded_answer(released):
    names = {path.stem for path in (released / layout.QUERIES).iterdir()}
    assert names == set(queryfile.library())
    assert {path.stem for path in (released / layout.ANSWERS).iterdir()} == names


def test_a_recorded_answer_is_what_the_query_file_finds_in_the_dump(released):
    asked = Asked(Dataset((released / layout.DATASET).read_bytes()), "https://w3id.org/ari/")
    for path in sorted((released / layout.QUERIES).iterdir()):
        suffix, answer = answers.recorded(asked, path.read_text(encoding="utf-8"))
        assert (released / layout.ANSWERS / f"{path.stem}.{suffix}").read_bytes() == answer


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("SELECT * { ?s ?p ?o } ORDER BY ?s", True),
        ("SELECT * { ?s ?p ?o } order by desc(?s) LIMIT 2", True),
        ("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 3 } }", False),
        ("SELECT * { ?s ?p 'ORDER BY ?s' } # ORDER BY ?s", False),
        ("PREFIX order: <urn:order:> SELECT * { ?s order:BY ?o }", False),
    ],
)
def test_a_query_orders_its_rows_only_outside_its_braces(text, orders):
    assert modifiers.orders(text) is orders


def test_rows_without_an_order_are_recorded_in_one_order():
    data = b'<urn:b> <urn:p> "2" .\n<urn:a> <urn:p> "1" .\n<urn:c> <urn:p> "3" .\n'
    given = [Dataset(data), Dataset(b"".join(sorted(data.splitlines(keepends=True))))]
    found = [
        answers.recorded(Asked(d, "https://example.org/"), "SELECT ?s { ?s ?p ?o }") for d in given
    ]
    assert found[0] == found[1]


# Dates and names


def test_the_date_is_the_newest_in_the_sources(released, built):
    days = re.findall(
        rb'"([0-9-]{10})"\^\^<http://www\.w3\.org/2001/XMLSchema#date>',
        (built.folder / "dataset.nq").read_bytes(),
    )
    manifest = json.loads((released / layout.MANIFEST).read_bytes())
    assert manifest["date"] == max(days).decode()


def test_the_newest_date_is_that_of_a_change_not_any_date():
    day = "http://www.w3.org/2001/XMLSchema#date"
    dataset = Dataset(
        f'<urn:a> <http://purl.org/dc/terms/modified> "2020-05-06"^^<{day}> .\n'
        f'<urn:a> <http://purl.org/dc/terms/valid> "2099-01-01"^^<{day}> .\n'.encode()
    )
    assert described.newest_date(dataset) == date(2020, 5, 6)
    with pytest.raises(InputError, match="no date"):
        described.newest_date(Dataset(b""))


@pytest.mark.parametrize(
    "version",
    [
        *("", "1", "1.0", "../1.0.0", "1.0.0/..", "v1.0.0", "1.0.0-", "1.0.0\n", "\u0661.0.0"),
        *(
            "01.0.0",
            "1.0.00",
            "1.0.0-.",
            "1.0.0-a..b",
            "1.0.0-a.",
            "1.0.0-01",
            "1.0.0+5",
            "1.0.0-ä",
        ),
        f"1.0.{'9' * 61}",
    ],
)
def test_a_name_that_is_no_version_is_refused(built, sources, tmp_path, version):
    with pytest.raises(InputError, match="can't name a release"):
        release(built.folder, sources, tmp_path, version)
    assert files_of(tmp_path).keys() <= {"releases/.lock"}


@pytest.mark.parametrize("version", ["0.0.0", "1.0.0-rc.1", "1.0.0-0a", "1.0.0-A-b.-", "1.0.0--1"])
def test_a_name_that_semantic_versioning_allows_is_a_version(version):
    assert layout.checked(version) == version


def test_versions_are_told_in_their_own_order(tmp_path):
    for version in ("10.0.0", "9.0.0", "1.0.0", "1.0.0-rc.10", "1.0.0-rc.9", "1.0.0-a", "other"):
        (tmp_path / "releases" / version).mkdir(parents=True)
        (tmp_path / "releases" / version / layout.SUMS).touch()
    found = layout.versions(tmp_path)
    assert found == ["1.0.0-a", "1.0.0-rc.9", "1.0.0-rc.10", "1.0.0", "9.0.0", "10.0.0"]


# Never changed, never without its previous


def test_a_version_that_exists_is_refused_and_stays(released, built, sources):
    before = files_of(released)
    with pytest.raises(InputError, match="never changes"):
        release(built.folder, sources, released.parents[1], "1.0.0", day=date(2030, 1, 1))
    assert files_of(released) == before


def test_a_previous_release_must_exist(built, sources, tmp_path):
    with pytest.raises(UnknownName, match="There is none yet"):
        release(built.folder, sources, tmp_path, "1.0.0", previous="0.9.0")


def test_a_previous_release_must_come_before(released, built, sources):
    with pytest.raises(InputError, match=r"0\.9\.0 can't follow 1\.0\.0"):
        release(built.folder, sources, released.parents[1], "0.9.0", previous="1.0.0")


def test_a_release_is_not_older_than_the_one_it_follows(released, built, sources):
    home = released.parents[1]
    with pytest.raises(InputError, match=r"1\.1\.0 of 2001-01-01 can't follow 1\.0\.0 of 2026"):
        release(built.folder, sources, home, "1.1.0", previous="1.0.0", day=date(2001, 1, 1))
    assert layout.versions(home) == ["1.0.0"]


def test_a_release_under_another_base_iri_is_not_followed(released, sources, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(released, home / "releases" / "1.0.0")
    other = build(sources, home, "https://example.org/")
    with pytest.raises(InputError, match=r"under https://example\.org/: no name is the same"):
        release(other.folder, sources, home, "1.1.0", previous="1.0.0")
    assert layout.versions(home) == ["1.0.0"]


def test_a_previous_release_that_was_changed_is_refused(released, built, sources, tmp_path):
    shutil.copytree(released, tmp_path / "releases" / "1.0.0")
    dump = tmp_path / "releases" / "1.0.0" / layout.DATASET
    dump.write_bytes(dump.read_bytes().replace(b"knife", b"spoon", 1))
    with pytest.raises(InputError, match="is damaged"):
        release(built.folder, sources, tmp_path, "1.1.0", previous="1.0.0")


def test_nothing_depends_on_what_else_the_home_holds(released, built, sources, tmp_path):
    other = tmp_path / "releases" / "0.5.0"
    other.mkdir(parents=True)
    (other / layout.SUMS).touch()
    again = release(built.folder, sources, tmp_path, "1.0.0")
    assert files_of(again) == files_of(released)


# As a whole, or not at all


@pytest.mark.parametrize("files", [0, 1, 5, 40, 120])
def test_a_disk_that_fills_leaves_nothing(built, sources, tmp_path, monkeypatch, files):
    written = []

    def write(path: Path, data: bytes) -> None:
        if len(written) == files:
            path.write_bytes(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        written.append(path)
        path.write_bytes(data)

    monkeypatch.setattr(publication, "write_synced", write)
    with pytest.raises(EnvironmentFault, match="no space left"):
        release(built.folder, sources, tmp_path, "1.0.0")
    assert files_of(tmp_path).keys() == {"releases/.lock"}
    assert layout.versions(tmp_path) == []


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """The folder of the releases on a file system of 4 MiB."""
    place = home / "releases"
    place.mkdir()
    options = ["-t", "tmpfs", "-o", "size=4m", "tmpfs", str(place)]
    mounted = shutil.which("mount") and subprocess.run(["mount", *options], capture_output=True)
    if not mounted or mounted.returncode != 0:
        pytest.skip("a small disk can be mounted by a superuser only")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_real_disk_that_fills_ends_the_command_with_3_and_nothing_published(home, small_disk):
    said = ari_release(home, "1.0.0")
    assert (said.returncode, said.stdout) == (3, "")
    assert "no space left" in said.stderr
    assert [path.name for path in small_disk.iterdir()] == [".lock"]


def test_a_file_that_may_not_grow_ends_the_command_with_3_and_nothing_published(home):
    limit = 256 * 1024

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    said = ari_release(home, "1.0.0", preexec_fn=small_files)
    assert said.returncode == 3
    assert "File too large" in said.stderr
    assert said.stdout == ""
    assert [p.name for p in (home / "releases").iterdir()] == [".lock"]


def test_sources_that_change_while_it_is_written_publish_nothing(built, data_copy, tmp_path):
    sources = Sources.at(data_copy)
    place = build(sources, tmp_path / "home").folder
    with (data_copy / "topics.csv").open("a", encoding="utf-8") as file:
        file.write("another-topic,Another topic,,,,\n")
    with pytest.raises(InputError, match="sources changed"):
        release(place, sources, tmp_path / "home", "1.0.0")
    assert layout.versions(tmp_path / "home") == []


def test_two_at_once_give_one_release(home, released):
    running = [
        subprocess.Popen(
            [*COMMAND, "1.0.0", "--quiet"],
            env=os.environ | {"ARI_HOME": str(home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300) for process in running]
    assert sorted(process.returncode for process in running) == [0, 2], said
    assert any(b"never changes" in errors for _, errors in said)
    assert files_of(home / "releases" / "1.0.0") == files_of(released)


class Killable:
    """Makes releases that kill themselves; see `tests/killed_release.py`."""

    def __init__(self, home: Path, files: Path) -> None:
        command = [sys.executable, "-m", "tests.killed_release", str(home), str(files)]
        self._process = subprocess.Popen(
            command,
            cwd=Path(__file__).parent.parent,
            env=os.environ | {"ARI_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def release(self, version: str, moment: int) -> tuple[int, int]:
        """Its exit code, and the moments that went by unless it was killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{version} {moment}\n")
        self._process.stdin.flush()
        code, passed = map(int, self._process.stdout.readline().split())
        return code, passed

    def close(self) -> None:
        self._process.communicate(timeout=60)


@pytest.fixture
def killable(home: Path, released: Path) -> Iterator[Killable]:
    made = Killable(home, released)
    yield made
    made.close()


def test_a_release_killed_at_any_step_leaves_the_old_ones_whole(home, released, killable):
    shutil.copytree(released, home / "releases" / "1.0.0")
    before = published(home)
    code, steps = killable.release("1.9.0", killed_release.NEVER)
    assert code == 0
    assert steps > 600
    shutil.rmtree(home / "releases" / "1.9.0")
    outcomes = set()
    for number, moment in enumerate(_moments(steps)):
        version = f"2.{number}.0"
        assert killable.release(version, moment)[0] == -signal.SIGKILL, moment
        found = published(home)
        assert {n: d for n, d in found.items() if n.startswith("1.0.0/")} == before
        there = (home / "releases" / version).exists()
        assert found.keys() == before.keys() or (there and is_whole(home / "releases" / version))
        outcomes.add(there)
        shutil.rmtree(home / "releases" / version, ignore_errors=True)
    assert outcomes == {True, False}, "no kill fell behind the rename, or none before it"
    assert killable.release("3.0.0", killed_release.NEVER)[0] == 0
    assert {p.name for p in (home / "releases").iterdir()} == {".lock", "1.0.0", "3.0.0"}


def _moments(steps: int) -> list[int]:
    """The last steps, where the folder gets its name, and others at even distances."""
    last = range(steps - LAST_STEPS, steps)
    others = KILLS - LAST_STEPS
    return [*(n * (steps - LAST_STEPS) // others for n in range(others)), *last]


def test_a_release_killed_at_any_moment_leaves_the_old_ones_whole(home, released):
    shutil.copytree(released, home / "releases" / "1.0.0")
    before = published(home)
    begin, end = _span_of_writing(home)
    for kill in range(KILLS_BY_CLOCK):
        _killed(home, f"2.{kill}.0", begin + (end - begin) * (kill + 0.5) / KILLS_BY_CLOCK)
        found = published(home)
        assert {n: d for n, d in found.items() if n.startswith("1.0.0/")} == before
        for name in {name.partition("/")[0] for name in found}:
            assert is_whole(home / "releases" / name), name
        shutil.rmtree(home / "releases" / f"2.{kill}.0", ignore_errors=True)
    assert ari_release(home, "3.0.0").returncode == 0
    assert is_whole(home / "releases" / "3.0.0")
    assert {p.name for p in (home / "releases").iterdir()} == {".lock", "1.0.0", "3.0.0"}


def _span_of_writing(home: Path) -> tuple[float, float]:
    """When, in seconds from its start, a release begins to write and when it ends."""
    start = time.monotonic()
    process = _started(home, "1.9.0")
    while not list((home / "releases").glob(".*.part")):
        assert process.poll() is None
        time.sleep(0.005)
    begin = time.monotonic() - start
    assert process.wait(timeout=300) == 0
    shutil.rmtree(home / "releases" / "1.9.0")
    return begin, time.monotonic() - start


def _killed(home: Path, version: str, moment: float) -> None:
    process = _started(home, version)
    time.sleep(moment)
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)


def _started(home: Path, version: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*COMMAND, version, "--quiet"],
        env=os.environ | {"ARI_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )


# The same bytes everywhere


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    """A folder that everyone may write in, with a space and an umlaut in its name."""
    outer = Path(tempfile.mkdtemp(prefix="ä b-"))
    outer.chmod(0o777)
    yield outer
    shutil.rmtree(outer)


def test_path_user_time_zone_locale_and_hash_seed_don_t_change_a_byte(
    released, followed, changed_data, elsewhere
):
    become = _as_another_user()
    shutil.copytree(changed_data, elsewhere / "data")
    for version, wanted, arguments in (
        ("1.0.0", released, ()),
        ("1.1.0", followed, ("--previous", "1.0.0", "--data", "data")),
    ):
        said = ari_release(
            elsewhere / "var",
            *(version, *arguments),
            before=become,
            variables=ELSEWHERE | {"HOME": str(elsewhere)},
            cwd=elsewhere,
        )
        assert said.returncode == 0, said.stderr
        assert said.stdout == f"var/releases/{version}\n"
        made = elsewhere / "var" / "releases" / version
        found, right = files_of(made), files_of(wanted)
        assert found.keys() == right.keys()
        assert {layout.SQLITE, layout.SUMS} <= found.keys()
        assert [path for path in right if found[path] != right[path]] == []
    if not become:
        pytest.skip("all but the user was another: no command may become another user here")


ELSEWHERE = {
    "ARI_HOME": "var",
    "LC_ALL": "C",
    "LANGUAGE": "tr",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "4711",
    "PYTHONUTF8": "0",
    "TZ": "Pacific/Kiritimati",
}


def _as_another_user() -> list[str]:
    """What puts a command under another user's number; empty: nothing does here."""
    ours = [sys.executable, "-P", "-c", "import os, met_ari.cli; print(os.getuid())"]
    for become in (
        ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"],
        ["unshare", "--user", "--"],
    ):
        if shutil.which(become[0]):
            tried = subprocess.run([*become, *ours], capture_output=True, text=True, timeout=60)
            if tried.returncode == 0 and tried.stdout.strip() != str(os.getuid()):
                return become
    return []


def test_a_release_names_no_path_and_no_user(released, built):
    home = str(built.folder.parents[1]).encode()
    for path, data in files_of(released).items():
        assert home not in data, path
        assert str(Path.home()).encode() + b"/" not in data, path


# The command


def test_the_command_prints_the_folder_and_tells_its_progress(home):
    said = ari_release(home, "1.0.0", "--date", "2027-01-02")
    assert said.returncode == 0
    assert said.stdout == f"{home}/releases/1.0.0\n"
    assert "dumps" in said.stderr
    assert "Building" not in said.stderr
    manifest = json.loads((home / "releases" / "1.0.0" / layout.MANIFEST).read_bytes())
    assert manifest["date"] == "2027-01-02"
    again = ari_release(home, "1.0.0", "--quiet")
    assert again.returncode == 2
    assert "already" in again.stderr


def test_changed_sources_are_built_first(home, data_copy, change):
    change("topics.csv", "Artificial intelligence", "Thinking machines")
    said = ari_release(home, "1.0.0", "--data", str(data_copy))
    assert said.returncode == 0, said.stderr
    assert "Building" in said.stderr
    assert b"Thinking machines" in (home / "releases" / "1.0.0" / layout.DATASET).read_bytes()


def test_a_build_that_fails_publishes_nothing(home, data_copy):
    file = data_copy / "topic-assignments.csv"
    first, *rest = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text(first + "".join(rest[1:]), encoding="utf-8")
    said = ari_release(home, "1.0.0", "--data", str(data_copy))
    assert said.returncode == 1, said.stderr
    assert not (home / "releases").exists()


@pytest.mark.parametrize("missing", ["topics.csv", "LICENCE.md"])
def test_a_missing_source_is_named_and_publishes_nothing(home, data_copy, missing):
    (data_copy / missing).unlink()
    said = ari_release(home, "1.0.0", "--data", str(data_copy))
    assert said.returncode == 2
    assert missing in said.stderr
    assert layout.versions(home) == []


# Parts


def test_the_sums_sort_by_bytes():
    facts = publication.FileFacts(0, "0" * 64, "text/plain")
    lines = sums(dict.fromkeys(["b", "a/b", "a-b", "B"], facts)).split(b"\n")
    assert [line[66:] for line in lines[:-1]] == [b"B", b"a-b", b"a/b", b"b"]


def test_the_dataset_is_the_same_whatever_its_order_and_labels():
    one = [ox.Quad(ox.BlankNode(a), ox.NamedNode("urn:p"), ox.Literal("x")) for a in "ab"]
    assert Dataset.of(one) == Dataset.of(reversed(one))
