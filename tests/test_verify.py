"""`ari verify`: a good release passes, and whatever is changed in it is told by its file."""

import functools
import hashlib
import json
import random
import re
import shutil
import tarfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest

from met_ari.errors import EnvironmentFault, InputError
from met_ari.publish import layout
from met_ari.publish.verify import archive as archives
from met_ari.publish.verify import claims, sums
from met_ari.publish.verify.checks import CHECKS, verify
from met_ari.publish.verify.flaws import Verdict
from met_ari.publish.verify.place import at_hand
from tests.tampered import resummed
from tests.test_cli import ari

FLIPS = 200
"""Single bits to change anywhere; beside them, one in each file."""


def quiet(text: str) -> None:
    """Nobody listens."""


@pytest.fixture
def copy(released: Path, tmp_path: Path) -> Path:
    """A copy of the release, to be damaged."""
    return shutil.copytree(released, tmp_path / "1.0.0")


def checked(folder: Path) -> Verdict:
    return verify(folder, str(folder))


def files_at_fault(folder: Path) -> set[str]:
    return {flaw.file for flaw in checked(folder).flaws}


def told(folder: Path) -> str:
    return " ".join(f"{flaw.file} {flaw.words}" for flaw in checked(folder).flaws)


def flip(file: Path, bit: int) -> None:
    data = bytearray(file.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    file.write_bytes(data)


# The release as it is


def test_a_good_release_passes_every_check(released: Path) -> None:
    verdict = checked(released)
    assert verdict.flaws == ()
    assert verdict.good
    assert verdict.done == ("bytes", *(name for name, _ in CHECKS))


# Bits


def test_a_flipped_bit_anywhere_is_told_by_its_file(copy: Path) -> None:
    """By byte over the folder, so that large files are hit as often as they are large."""
    chance = random.Random(1)  # noqa: S311 - the same places in every run
    files = sorted(path for path in copy.rglob("*") if path.is_file())
    sizes = [path.stat().st_size for path in files]
    for file in chance.choices(files, weights=sizes, k=FLIPS):
        _flip_is_told(copy, file, chance)


def test_a_flipped_bit_in_each_file_is_told_by_it(copy: Path) -> None:
    chance = random.Random(2)  # noqa: S311 - the same places in every run
    for file in sorted(path for path in copy.rglob("*") if path.is_file()):
        _flip_is_told(copy, file, chance)


def _flip_is_told(folder: Path, file: Path, chance: random.Random) -> None:
    bit = chance.randrange(file.stat().st_size * 8)
    flip(file, bit)
    assert files_at_fault(folder) == {file.relative_to(folder).as_posix()}, f"bit {bit} of {file}"
    flip(file, bit)


def test_every_flipped_bit_of_a_line_of_the_sums_is_told_as_theirs(copy: Path) -> None:
    file = copy / layout.SUMS
    good = file.read_bytes()
    second = good.index(b"\n") + 1
    for bit in range(second * 8, (good.index(b"\n", second) + 1) * 8):
        flip(file, bit)
        assert files_at_fault(copy) == {layout.SUMS}, f"bit {bit}"
        file.write_bytes(good)


def test_a_digest_that_is_nearly_right_is_a_changed_line() -> None:
    one = hashlib.sha256(b"one").hexdigest()
    assert sums.near(one, one[:-8] + "00000000")
    assert not sums.near(one, hashlib.sha256(b"another").hexdigest())


def test_a_file_that_the_catalogue_tells_as_it_is_puts_the_fault_on_the_sums(copy: Path) -> None:
    text = (copy / layout.SUMS).read_text().splitlines(keepends=True)
    at = next(n for n, line in enumerate(text) if line.endswith("  LICENCE.md\n"))
    actual = text[at][:64]
    text[at] = f"{'0' * 64}  LICENCE.md\n"
    (copy / layout.SUMS).write_text("".join(text))
    told = {"LICENCE.md": actual}
    assert {flaw.file for flaw in sums.compare(copy, told)} == {layout.SUMS}
    assert {flaw.file for flaw in sums.compare(copy, {})} == {"LICENCE.md"}


# Files


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "ari-graph.trig").unlink()
    assert told(copy) == "ari-graph.trig is missing"


def test_missing_sums_are_named(copy: Path) -> None:
    (copy / layout.SUMS).unlink()
    assert told(copy) == "SHA256SUMS is missing"


@pytest.mark.parametrize("name", ["notes.txt", ".hidden", "tables/more.csv", "a\nb"])
def test_an_extra_file_is_named(copy: Path, name: str) -> None:
    (copy / name).write_text("more")
    assert "it is no file of the release" in told(copy)
    assert len(checked(copy).flaws) == 1


def test_swapped_files_are_both_named_with_what_they_hold(copy: Path) -> None:
    one, other = copy / "ari-graph.nt", copy / "ari-graph.nq"
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    assert files_at_fault(copy) == {"ari-graph.nt", "ari-graph.nq"}
    assert "it has the bytes of ari-graph.nt" in told(copy)


def test_a_renamed_file_is_told_with_both_names(copy: Path) -> None:
    (copy / "ari-graph.nt").rename(copy / "ari-graph.nu")
    assert told(copy) == "ari-graph.nu was named ari-graph.nt"


def test_a_name_that_the_catalogue_does_not_know_either_is_a_fault_of_the_sums(copy: Path) -> None:
    (copy / layout.DCAT).unlink()
    resummed(copy)
    (copy / "ari-graph.nt").rename(copy / "ari-graph.nu")
    words = "names ari-graph.nt, which is not there, with the digest of ari-graph.nu"
    assert told(copy) == f"{layout.SUMS} {words}"


def test_a_link_is_no_file_of_a_release(copy: Path) -> None:
    target = copy / "ari-graph.nt"
    target.rename(copy.parent / "elsewhere")
    target.symlink_to(copy.parent / "elsewhere")
    assert "ari-graph.nt is a link or no plain file" in told(copy)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[:-1], "does not end with its last line"),
        (lambda text: text + text.splitlines(keepends=True)[-1], "again"),
        (lambda text: "".join(reversed(text.splitlines(keepends=True))), "belongs before"),
        (lambda text: text.replace("  ", " *", 1), "line 1 is not 64"),
        (lambda text: text.replace("\n", "\r\n"), "line 1 is not 64"),
        (lambda text: text[:64].upper() + text[64:], "line 1 is not 64"),
        (lambda text: text.replace("  LICENCE.md", "  ../LICENCE.md"), "is not 64"),
        (lambda text: text.replace("  LICENCE.md", "  /LICENCE.md"), "is not 64"),
        (lambda text: text.replace("  LICENCE.md", "  SHA256SUMS"), "names the file itself"),
        (lambda text: "\n" + text, "line 1 is not 64"),
    ],
)
def test_sums_in_any_other_form_are_told_as_theirs(
    copy: Path, change: Callable[[str], str], words: str
) -> None:
    file = copy / layout.SUMS
    file.write_bytes(change(file.read_text()).encode())
    assert files_at_fault(copy) == {layout.SUMS}
    assert words in told(copy)


# What is in the files, when whoever changed them wrote the sums anew


@pytest.fixture
def without_shapes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every check but that of the shapes, which takes longer than all others together."""
    fast = tuple(check for check in CHECKS if check[0] != "shapes")
    monkeypatch.setattr("met_ari.publish.verify.checks.CHECKS", fast)


@pytest.mark.usefixtures("without_shapes")
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("ari-graph.nq", b"research", b"resaerch"),
        ("ari-graph.ttl", b"research", b"resaerch"),
        ("ari-graph.rdf", b"research", b"resaerch"),
        ("ari-graph.jsonld", b"research", b"resaerch"),
        ("ari-graph.nt", b"<", b"{"),
        ("ari-graph.trig.gz", b"\x1f", b"\x1e"),
        ("ari-graph.sqlite", b"SQLite format 3", b"SQLite format 4"),
        ("tables/topics.csv", b"\r\n", b"\r\nmore,more\r\n"),
        ("answers/editions.json", b"value", b"valve"),
        ("queries/editions.rq", b"SELECT", b"SELEKT"),
        ("dcat.ttl", b"@prefix", b"@perfix"),
        ("void.ttl", b"@prefix", b"@perfix"),
        ("manifest.json", b'"triples": ', b'"triples": 1'),
        ("manifest.json", b"{", b"["),
        ("manifest.json", b'"base"', b'"bases"'),
        ("manifest.json", b'"version": "1.0.0"', b'"version": "../1.0.0"'),
        ("manifest.json", b'"merge"', b'"marge"'),
    ],
)
def test_a_change_with_new_sums_is_found_in_what_the_file_says(
    copy: Path, name: str, before: bytes, after: bytes
) -> None:
    file = copy / name
    data = file.read_bytes()
    assert before in data
    file.write_bytes(data.replace(before, after, 1))
    resummed(copy)
    verdict = checked(copy)
    assert "bytes" not in {flaw.check for flaw in verdict.flaws}
    related = {name, name.replace("queries/", "answers/").replace(".rq", ".json")}
    assert related & {flaw.file for flaw in verdict.flaws}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("report.json", b'"findings": []', b'"findings": [{"component": "x"}]'),
        ("shapes.ttl", b"sh:", b"sj:"),
    ],
)
def test_shapes_and_report_that_no_longer_agree_are_named(
    copy: Path, name: str, before: bytes, after: bytes
) -> None:
    data = (copy / name).read_bytes()
    assert before in data
    (copy / name).write_bytes(data.replace(before, after, 1))
    resummed(copy)
    flaws = checked(copy).flaws
    assert {flaw.file for flaw in flaws if flaw.check == "shapes"} == {name}
    # The catalogue, which was not written anew, tells the old digest.
    assert {flaw.file for flaw in flaws if flaw.check not in ("shapes", "derived")} == {layout.DCAT}


@pytest.mark.usefixtures("without_shapes")
def test_a_dump_that_is_gone_from_the_sums_too_is_missed(copy: Path) -> None:
    (copy / "ari-graph.rdf").unlink()
    resummed(copy)
    assert "ari-graph.rdf is missing, and every release holds it" in told(copy)


@pytest.mark.usefixtures("without_shapes")
def test_a_stored_query_that_calls_a_service_is_not_asked(copy: Path) -> None:
    file = copy / "queries" / "editions.rq"
    file.write_text("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    resummed(copy)
    assert "queries/editions.rq can't be answered" in told(copy)


def test_shapes_that_call_a_service_are_not_applied(copy: Path) -> None:
    with (copy / layout.SHAPES).open("a") as file:
        file.write(
            '<urn:x> <http://www.w3.org/ns/shacl#select> "SELECT * { SERVICE <urn:y> {} }" .'
        )
    resummed(copy)
    assert "shapes.ttl holds a query that may call another service" in told(copy)


# The catalogue

DCAT = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix spdx: <http://spdx.org/rdf/terms#> .
<urn:d> dcat:downloadURL <https://w3id.org/ari/releases/1.0.0/LICENCE.md> ; dcat:byteSize {size} ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/markdown> ;
  spdx:checksum [ spdx:checksumValue "{digest}" ] .
"""


@pytest.mark.usefixtures("without_shapes")
def test_the_catalogue_is_held_against_sizes_and_checksums(copy: Path) -> None:
    data = (copy / "LICENCE.md").read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    text = DCAT.format(size=len(data) + 1, digest=digest)
    (copy / layout.DCAT).write_text(text)
    resummed(copy)
    assert f"dcat.ttl says of the size of LICENCE.md: {len(data) + 1}; it is {len(data)}" in told(
        copy
    )
    assert "dcat.ttl says nothing of ari-graph.nt" in told(copy)
    assert claims.checksums(text.encode()) == {"LICENCE.md": digest}


@pytest.mark.usefixtures("without_shapes")
def test_void_is_held_against_the_counts_of_the_graphs(copy: Path) -> None:
    graph, triples = "<https://w3id.org/ari/id/graph/met-2019>", "<http://rdfs.org/ns/void#triples>"
    (copy / layout.VOID).write_text(f"{graph} {triples} 1 .")
    resummed(copy)
    assert f"void.ttl says 1 of {graph}  {triples}; it is " in told(copy)


@pytest.mark.usefixtures("without_shapes")
def test_a_dataset_that_tells_another_size_of_its_graphs_is_told(copy: Path) -> None:
    data = (copy / layout.DATASET).read_text(encoding="utf-8")
    size = re.compile(r'(<\S+/graph/met-2019> <\S+void#triples>) "\d+"')
    changed = size.sub(r'\1 "1"', data)
    assert changed != data
    (copy / layout.DATASET).write_text(changed, encoding="utf-8")
    resummed(copy)
    words = f"{layout.DATASET} says 1 triples of https://w3id.org/ari/id/graph/met-2019; it has "
    assert words in told(copy)


# Archives


def tarred(folder: Path, target: Path, mode: Literal["w", "w:gz"]) -> Path:
    with tarfile.open(target, mode) as archive:
        archive.add(folder, "1.0.0")
    return target


def zipped(folder: Path, target: Path) -> Path:
    return Path(shutil.make_archive(str(target.with_suffix("")), "zip", folder))


def test_each_kind_of_archive_passes_and_leaves_nothing_behind(
    released: Path, tmp_path: Path
) -> None:
    for archive in (
        tarred(released, tmp_path / "r.tar", "w"),
        tarred(released, tmp_path / "r.tar.gz", "w:gz"),
        zipped(released, tmp_path / "r.zip"),
    ):
        with at_hand(str(archive), quiet) as folder:
            kept = folder
            assert not list(sums.compare(folder, {}))
        assert not kept.exists()


def refused(archive: Path, into: Path) -> str:
    into.mkdir()
    with pytest.raises(InputError) as caught:
        archives.unpack(archive, into)
    return str(caught.value)


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.type, found.linkname = kind, link
    return found


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([entry("../out")], "no file of a release has the name ../out"),
        ([entry("/etc/out")], "no file of a release has the name"),
        ([entry("a/../../out")], "no file of a release has the name"),
        ([entry("a\\..\\out")], "no file of a release has the name"),
        ([entry("a", tarfile.SYMTYPE, "/etc")], "a link, a device"),
        ([entry("a", tarfile.LNKTYPE, "b")], "a link, a device"),
        ([entry("a", tarfile.CHRTYPE)], "a link, a device"),
        ([entry("a", tarfile.FIFOTYPE)], "a link, a device"),
        ([entry("a"), entry("a")], "holds a twice"),
        ([entry("a"), entry("a/b")], "a file and a folder"),
    ],
)
def test_a_tar_that_reaches_elsewhere_is_refused(
    tmp_path: Path, entries: list[tarfile.TarInfo], words: str
) -> None:
    path = tmp_path / "bad.tar"
    with tarfile.open(path, "w") as archive:
        for each in entries:
            archive.addfile(each)
    assert words in refused(path, tmp_path / "into")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out", "a\\out", "a\x00b"])
def test_a_zip_that_reaches_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        archive.writestr(info, b"")
    assert "no file of a release has the name" in refused(path, tmp_path / "into")


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("a")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, b"/etc")
    assert "a link" in refused(path, tmp_path / "into")


def test_a_bomb_is_refused_before_it_fills_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_SLACK", 0)
    monkeypatch.setattr(archives, "MOST_RATIO", 10)
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(1 << 22))
    assert "becomes too large at a" in refused(path, tmp_path / "into")


def test_a_file_of_a_tar_that_says_it_is_huge_is_refused(tmp_path: Path) -> None:
    head = entry("a")
    head.size = 1 << 40
    path = tmp_path / "bad.tar"
    path.write_bytes(head.tobuf(tarfile.GNU_FORMAT))
    assert "a has 1,099,511,627,776 bytes" in refused(path, tmp_path / "into")


def test_a_huge_extended_header_is_refused_unread(tmp_path: Path) -> None:
    head = entry("a", tarfile.XHDTYPE)
    head.size = 1 << 32
    path = tmp_path / "bad.tar"
    path.write_bytes(head.tobuf(tarfile.USTAR_FORMAT))
    assert "an extended header that is too large" in refused(path, tmp_path / "into")


def test_too_many_entries_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    path = tmp_path / "bad.tar"
    with tarfile.open(path, "w") as archive:
        for name in "abcd":
            archive.addfile(entry(name))
    assert "more than 3 entries" in refused(path, tmp_path / "into")


@pytest.mark.parametrize("name", ["bad.tar", "bad.tar.gz", "bad.zip"])
def test_a_damaged_archive_is_refused(released: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x1f\x8b" + bytes(600) if name.endswith("gz") else b"no archive")
    assert "damaged or no archive" in refused(path, tmp_path / "into")


# Addresses


class _Silent(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def served(copy: Path) -> Iterator[str]:
    handler = functools.partial(_Silent, directory=str(copy.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/1.0.0"
        server.shutdown()
        thread.join()


def test_a_served_release_is_fetched_and_passes(served: str) -> None:
    with at_hand(served, quiet) as folder:
        assert not list(sums.compare(folder, {}))


def test_our_own_service_serves_a_release_that_passes(released: Path, service: str) -> None:
    place = f"{service}/releases/1.0.0/"
    done = ari("verify", place, "--format", "json", "--quiet")
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert (said["good"], said["place"], said["version"]) == (True, place, "1.0.0")
    assert said["files"] == sum(path.is_file() for path in released.rglob("*"))


class _Elsewhere(_Silent):
    def do_GET(self) -> None:
        """Lead to another place, as one does who wants a request sent there."""
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:9/SHA256SUMS")
        self.end_headers()


def test_a_redirect_is_not_followed() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Elsewhere) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            address = f"http://127.0.0.1:{server.server_port}/1.0.0"
            with pytest.raises(EnvironmentFault, match="answers 302"), at_hand(address, quiet):
                pass
        finally:
            server.shutdown()
            thread.join()


def test_a_file_that_is_not_served_is_missing(served: str, copy: Path) -> None:
    (copy / "ari-graph.nt").unlink()
    with at_hand(served, quiet) as folder:
        assert told(folder) == "ari-graph.nt is missing"


def test_an_address_without_a_release_is_wrong_input(served: str) -> None:
    with pytest.raises(InputError, match="serves no SHA256SUMS"), at_hand(f"{served}/no", quiet):
        pass


# The command


def test_the_command_says_what_is_wrong_as_json_and_leaves_with_1(copy: Path) -> None:
    flip(copy / "ari-graph.nt", 77)
    done = ari("verify", str(copy), "--format", "json")
    said = json.loads(done.stdout)
    assert done.returncode == 1
    assert (said["good"], said["version"]) == (False, "1.0.0")
    assert [flaw["file"] for flaw in said["flaws"]] == ["ari-graph.nt"]
    assert "bytes" in done.stderr


def test_the_command_leaves_with_2_where_there_is_no_release(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nothing", tmp_path / "no.zip"):
        done = ari("verify", str(place))
        assert (done.returncode, done.stdout) == (2, "")


def test_the_command_leaves_with_3_where_no_server_answers() -> None:
    done = ari("verify", "http://127.0.0.1:9/releases/1.0.0/")
    assert done.returncode == 3
    assert "can't be fetched" in done.stderr
