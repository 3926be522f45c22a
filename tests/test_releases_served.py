"""Releases over HTTP: lists, pages, files that never change, the catalogue."""

import gzip
import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from met_ari.build.pipeline import BuildResult
from met_ari.errors import EnvironmentFault, UnknownName
from met_ari.publish import layout, shelf
from tests.exchange import Site
from tests.live import running
from tests.shelved import put

HTML = "text/html,*/*;q=0.8"
NQ = "/releases/1.0.0/ari-graph.nq"


@pytest.fixture(scope="module")
def home(built: BuildResult, released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a build, the release 1.0.0 and a newer one of the same files."""
    home = tmp_path_factory.mktemp("served")
    shutil.copytree(built.folder.parents[1], home, dirs_exist_ok=True, symlinks=True)
    for version in ("1.10.0", "1.9.0"):
        shutil.copytree(released, home / "releases" / version)
    return home


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Site]:
    with running(ARI_HOME=str(home), ARI_PROCESSES="1") as address:
        yield Site(address)


@pytest.fixture(scope="module")
def data(released: Path) -> bytes:
    return (released / layout.DATASET).read_bytes()


# The list and the page


def test_the_list_has_every_release_the_newest_first(site: Site) -> None:
    found = site.get("/releases/", Accept="application/json").json["releases"]
    assert [each["version"] for each in found] == ["1.10.0", "1.9.0", "1.0.0"]
    assert found[0]["address"].endswith("/releases/1.10.0/")


def test_the_page_of_the_list_leads_to_each(site: Site) -> None:
    page = site.get("/releases/", Accept=HTML)
    assert page.headers["Content-Type"].startswith("text/html")
    assert page.text.index('href="/releases/1.10.0/"') < page.text.index('href="/releases/1.9.0/"')


def test_a_release_lists_its_files_with_true_sizes_and_sums(site: Site, released: Path) -> None:
    files = site.get("/releases/1.0.0/?format=json").json["files"]
    on_disk = {str(p.relative_to(released)) for p in released.rglob("*") if p.is_file()}
    assert {each["path"] for each in files} == on_disk
    for each in files:
        content = (released / each["path"]).read_bytes()
        assert each["size"] == len(content)
        if each["path"] != layout.SUMS:
            assert each["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_page_of_a_release_says_how_to_cite_it(site: Site, released: Path) -> None:
    iri = json.loads((released / layout.MANIFEST).read_bytes())["iri"]
    page = site.get("/releases/1.0.0/", Accept=HTML)
    assert f"<code>{iri}</code>" in page.text
    assert f'<{iri}>; rel="cite-as"' in page.headers.get_all("Link")


@pytest.mark.parametrize("path", ["", "ari-graph.nq"])
@pytest.mark.parametrize("version", ["2.0.0", "..", "1.0.0%2F..", ".1.0.0.part", "%2e%2e"])
def test_an_unknown_version_is_told_those_that_there_are(
    site: Site, version: str, path: str
) -> None:
    reply = site.get(f"/releases/{version}/{path}")
    assert reply.status == 404
    if version == "2.0.0":
        assert reply.json["releases"] == ["1.0.0", "1.9.0", "1.10.0"]
        assert "1.10.0" in reply.json["remedy"]


# Files


def test_a_file_comes_whole_with_its_hash_as_its_tag_and_for_ever(site: Site, data: bytes) -> None:
    reply = site.get(NQ)
    assert reply.body == data
    assert reply.headers["ETag"] == f'"{hashlib.sha256(data).hexdigest()}"'
    assert reply.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert reply.headers["Content-Type"] == "application/n-quads"
    assert reply.headers["Accept-Ranges"] == "bytes"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert reply.headers["ARI-Revision"] == hashlib.sha256(data).hexdigest()


def test_every_file_of_a_release_is_served_as_it_stands(site: Site, released: Path) -> None:
    for path in (p for p in released.rglob("*") if p.is_file()):
        reply = site.get(f"/releases/1.0.0/{path.relative_to(released)}")
        assert reply.body == path.read_bytes()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("ari-graph.ttl", "text/turtle; charset=utf-8"),
        ("ari-graph.ttl.gz", "application/gzip"),
        ("ari-graph.jsonld", "application/ld+json"),
        ("ari-graph.sqlite", "application/vnd.sqlite3"),
        ("SHA256SUMS", "text/plain; charset=utf-8"),
        ("tables/questions.csv", "text/csv; charset=utf-8"),
    ],
)
def test_each_file_has_its_media_type(site: Site, path: str, media_type: str) -> None:
    assert site.get(f"/releases/1.0.0/{path}").headers["Content-Type"] == media_type


def test_a_packed_file_is_not_packed_again(site: Site, data: bytes) -> None:
    reply = site.get(f"{NQ}.gz", Accept_Encoding="gzip")
    assert "Content-Encoding" not in reply.headers
    assert gzip.decompress(reply.body) == data


def test_head_has_the_headers_of_get_and_no_body(site: Site, data: bytes) -> None:
    reply = site.send("HEAD", NQ)
    assert (reply.status, reply.body) == (200, b"")
    assert reply.headers["Content-Length"] == str(len(data))
    assert reply.headers["ETag"] == site.get(NQ).headers["ETag"]


def test_a_client_that_has_the_file_is_told_so(site: Site) -> None:
    tag = site.get(NQ).headers["ETag"]
    reply = site.get(NQ, If_None_Match=tag)
    assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", tag)
    assert "immutable" in reply.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-50", slice(-50, None)),
        ("bytes=0-999999999", slice(0, None)),
    ],
)
def test_a_range_of_bytes_is_those_bytes(site: Site, data: bytes, asked: str, part: slice) -> None:
    reply = site.get(NQ, Range=asked)
    start, stop, _ = part.indices(len(data))
    assert (reply.status, reply.body) == (206, data[part])
    assert "Content-Range" in reply.headers["Access-Control-Expose-Headers"]
    assert reply.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{len(data)}"


def test_a_range_is_not_packed_for_a_client_that_takes_gzip(site: Site, data: bytes) -> None:
    reply = site.get(NQ, Range="bytes=0-4999", Accept_Encoding="gzip")
    assert (reply.status, reply.body) == (206, data[:5000])
    assert "Content-Encoding" not in reply.headers


@pytest.mark.parametrize("asked", ["bytes=9-1", "lines=0-1", "bytes=0-1,5-6", "bytes", "bytes=a-b"])
def test_a_range_that_is_none_is_ignored(site: Site, data: bytes, asked: str) -> None:
    reply = site.get(NQ, Range=asked)
    assert (reply.status, reply.body) == (200, data)


def test_a_range_after_the_end_is_refused_with_the_size(site: Site, data: bytes) -> None:
    reply = site.get(NQ, Range=f"bytes={len(data)}-")
    assert (reply.status, reply.headers["Content-Range"]) == (416, f"bytes */{len(data)}")
    assert reply.json["type"].endswith("/no-such-range")


def test_if_range_gives_a_part_only_of_the_same_bytes(site: Site) -> None:
    tag = site.get(NQ).headers["ETag"]
    assert site.get(NQ, Range="bytes=0-1", If_Range=tag).status == 206
    for other in ('"other"', f"W/{tag}", "Mon, 23 Nov 2026 10:00:00 GMT"):
        assert site.get(NQ, Range="bytes=0-1", If_Range=other).status == 200


@pytest.mark.parametrize(
    "path",
    ["../../builds", "..%2F1.0.0%2Fmanifest.json", "none.ttl", "tables", "tables/", "/etc/passwd"],
)
def test_nothing_is_served_that_the_sums_do_not_list(site: Site, path: str) -> None:
    assert site.get(f"/releases/1.0.0/{path}").status == 404


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path, released: Path) -> None:
    place = tmp_path / "releases" / "1.0.0"
    shutil.copytree(released, place)
    (place / "ari-graph.nt").rename(tmp_path / "moved")
    (place / "ari-graph.nt").symlink_to(tmp_path / "moved")
    (place / "tables").rename(tmp_path / "moved-tables")
    (place / "tables").symlink_to(tmp_path / "moved-tables")
    found = shelf.find(tmp_path, "1.0.0")
    for path in ("ari-graph.nt", "tables/questions.csv"):
        with pytest.raises(EnvironmentFault, match="damaged"):
            found.read(path)


def test_a_file_that_changed_on_the_disk_is_not_served(tmp_path: Path, released: Path) -> None:
    shutil.copytree(released, tmp_path / "releases" / "1.0.0")
    path = tmp_path / "releases" / "1.0.0" / "ari-graph.ttl"
    path.write_bytes(path.read_bytes().replace(b"Met", b"met", 1))
    with pytest.raises(EnvironmentFault, match=r"ari-graph\.ttl is not what was published"):
        shelf.find(tmp_path, "1.0.0").read("ari-graph.ttl")


def test_a_home_without_releases_knows_none(tmp_path: Path) -> None:
    assert shelf.shelved(tmp_path) == ([], [])
    assert shelf.newest_first(tmp_path) == []
    with pytest.raises(UnknownName, match="There is none yet"):
        shelf.find(tmp_path, "1.0.0")


# A shelf that changes while the service runs


@pytest.fixture(scope="module")
def changing(
    built: BuildResult, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, Site]]:
    """A home with a build and no release, and its service."""
    home = tmp_path_factory.mktemp("changing")
    shutil.copytree(built.folder, home / "build" / built.folder.name)
    with running(ARI_HOME=str(home)) as address:
        yield home, Site(address)


def versions(site: Site) -> list[str]:
    return [each["version"] for each in site.get("/releases/?format=json").json["releases"]]


def test_a_running_service_tells_of_a_release_that_comes_and_goes(
    changing: tuple[Path, Site],
) -> None:
    home, site = changing
    known = "https://w3id.org/ari/id/release/0.1.0"
    addresses = ["/catalogue?format=nt", "/.well-known/void?format=nt"]
    for _ in range(4):
        assert versions(site) == []
        assert site.get("/releases/0.1.0/?format=json").status == 404
        assert not any(known in site.get(address).text for address in addresses)
    place = put(home, "0.1.0", "GRAPH <https://w3id.org/ari/id/graph/a> { <x:a> <x:b> 1 }")
    time.sleep(0.02)
    for _ in range(4):
        assert versions(site) == ["0.1.0"]
        assert site.get("/releases/0.1.0/?format=json").status == 200
        assert all(known in site.get(address).text for address in addresses)
        assert site.ask("ASK { <x:a> ?p 1 }", ("release", "0.1.0")) is True
    shutil.rmtree(place)
    time.sleep(0.02)
    for _ in range(4):
        assert versions(site) == []
        assert site.get("/sparql?query=ASK%7B%7D&release=0.1.0").status == 404


def test_one_damaged_release_takes_nothing_else_down(changing: tuple[Path, Site]) -> None:
    home, site = changing
    sound = put(home, "0.6.0", "GRAPH <https://w3id.org/ari/id/graph/a> { <x:a> <x:b> 1 }")
    empty, torn = home / "releases" / "0.5.0", home / "releases" / "0.7.0"
    empty.mkdir()
    (empty / layout.SUMS).touch()
    shutil.copytree(sound, torn)
    (torn / layout.SUMS).write_bytes(b"")
    time.sleep(0.02)
    found = site.get("/releases/?format=json").json
    assert [each["version"] for each in found["releases"]] == ["0.6.0"]
    assert found["damaged"] == ["0.7.0", "0.5.0"]
    page = site.get("/releases/", Accept=HTML)
    assert page.status == 200
    assert "What is stored of 0.7.0, 0.5.0 is not what was published" in page.text
    for address in ("/catalogue?format=nt", "/.well-known/void?format=nt"):
        assert "id/release/0.6.0" in site.get(address).text
    for version in ("0.5.0", "0.7.0"):
        for path in ("", "ari-graph.nq"):
            site.get(f"/releases/{version}/{path}").problem(500, "environment")


def test_a_release_whose_description_changed_is_left_out_of_the_catalogue_only(
    tmp_path: Path,
) -> None:
    for version in ("1.0.0", "2.0.0"):
        put(tmp_path, version, "GRAPH <https://w3id.org/ari/id/graph/a> { <x:a> <x:b> 1 }")
    (tmp_path / "releases" / "2.0.0" / layout.DCAT).write_bytes(b"")
    sound, damaged = shelf.shelved(tmp_path)
    assert ([each.version for each in sound], damaged) == (["2.0.0", "1.0.0"], [])
    found = [shelf.read_if_whole(each, layout.DCAT) for each in sound]
    assert found[0] is None
    assert found[1] is not None


# The catalogue


@pytest.mark.parametrize("path", ["/catalogue", "/.well-known/void"])
def test_what_is_here_is_told_in_each_syntax_with_the_same_words(site: Site, path: str) -> None:
    forms = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML}
    said = []
    for name, form in forms.items():
        reply = site.get(f"{path}?format={name}")
        dataset = ox.Dataset(ox.parse(reply.body, format=form))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        said.append(set(dataset))
    assert said[0]
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("path", ["/catalogue", "/.well-known/void"])
def test_a_browser_is_led_to_the_releases(site: Site, path: str) -> None:
    reply = site.get(path, Accept=HTML)
    assert (reply.status, reply.headers["Location"]) == (303, "/releases/")
