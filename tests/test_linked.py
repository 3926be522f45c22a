"""Linked data of releases, terms and things: documents, links, tombstones, what crawlers read."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from werkzeug.http import parse_options_header

from met_ari.build.pipeline import BuildResult
from met_ari.publish import layout
from met_ari.publish.diff.as_json import as_json
from met_ari.publish.diff.changes import Change, Changes, Others, Side
from met_ari.vocab import LICENCES, PREFIXES
from met_ari.web.sitemap import MOST, Place
from met_ari.web.sitemap import document as sitemap_of
from tests.altered_release import altered
from tests.exchange import Reply, Site, graph
from tests.html_page import Page, assert_well_formed
from tests.live import running

BASE = "https://w3id.org/ari/"
HTML = "text/html,*/*;q=0.8"
RDF = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
SKOS, DCTERMS = PREFIXES["skos"], PREFIXES["dcterms"]
OLD = f"{BASE}id/question/old-1"
OLD_LINES = f"""\
<{OLD}> <{SKOS}prefLabel> "An “old” question"@en <{BASE}id/graph/met-2019> .
<{BASE}id/question/met-2019-4-2> <{DCTERMS}replaces> <{OLD}> <{BASE}id/graph/met-2019> .
<{BASE}id/topic/old-2> <{SKOS}prefLabel> "Alone" <{BASE}id/graph/topics> .
"""
CHANGES = Changes(
    Side("1.0.0", "a" * 64, 10),
    Side("1.1.0", "b" * 64, 11),
    1,
    2,
    (
        Change(
            "question",
            "reworded",
            "met-2019-4-2",
            f"{BASE}id/question/met-2019-4-2",
            "Label",
            before="Use big data",
            after="Use </del><script>small</script> data",
            reason="because",
        ),
    ),
    (Others(f"{BASE}id/graph/inferred", 1, 1),),
)


@pytest.fixture(scope="module")
def home(built: BuildResult, released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Releases 0.9.0 with what is gone, 1.0.0, 1.1.0 with changes, and a draft of 2.0.0."""
    home = tmp_path_factory.mktemp("linked")
    shutil.copytree(built.folder.parents[1], home, dirs_exist_ok=True, symlinks=True)
    releases = home / "releases"
    ontology = (released / layout.ONTOLOGY).read_bytes()
    older = {
        layout.DATASET: OLD_LINES.encode() + (released / layout.DATASET).read_bytes(),
        layout.ONTOLOGY: ontology.replace(b"ari/def/1.1.0>", b"ari/def/0.9.0>"),
    }
    altered(released, releases / "0.9.0", older)
    changed = {layout.DIFF: as_json(CHANGES)}
    altered(released, releases / "1.1.0", changed, previous="1.0.0")
    void = (
        released / layout.VOID
    ).read_bytes() + b"<http://draft.example/> a <http://d.example/> ."
    altered(released, releases / "2.0.0-rc.1", {layout.VOID: void})
    return home


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[Site]:
    with running(ARI_HOME=str(home), ARI_PROCESSES="1") as address:
        yield Site(address)


def links_of(reply: Reply) -> set[tuple[str, str, str]]:
    """Relation, target and media type of each link in the headers."""
    found = set()
    for value in reply.headers.get_all("Link") or []:
        target, parameters = parse_options_header(value)
        found.add((parameters["rel"], target.strip("<>"), parameters.get("type", "")))
    return found


def leads(reply: Reply, rel: str) -> set[str]:
    return {target for named, target, _ in links_of(reply) if named == rel}


def head_of(page: Page) -> set[tuple[str, str, str]]:
    """The same of the links in the head of a page."""
    found = [told for told in page.all("link") if told["rel"] not in ("icon", "stylesheet")]
    return {(told["rel"], told["href"], told.get("type", "")) for told in found}


def data_of(reply: Reply) -> dict[str, Any]:
    """The one data block of a page."""
    (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', reply.text)
    found: dict[str, Any] = json.loads(block)
    return found


# Releases as linked data


def test_the_cited_name_of_a_release_leads_to_a_document_in_every_format(site: Site) -> None:
    thing = site.get("/id/release/1.0.0")
    assert (thing.status, thing.headers["Location"]) == (303, "/doc/release/1.0.0")
    said = {}
    for name, form in RDF.items():
        reply = site.get(f"{thing.headers['Location']}?format={name}")
        assert reply.headers["Content-Location"] == f"/doc/release/1.0.0?format={name}"
        said[name] = graph(reply.body, form, BASE)
    assert len(said["ttl"]) > 1000
    assert said["ttl"] == said["nt"] == said["jsonld"] == said["rdf"]
    release, kind = ox.NamedNode(f"{BASE}id/release/1.0.0"), PREFIXES["dcat"] + "Dataset"
    assert (
        ox.Triple(release, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(kind)) in said["nt"]
    )
    assert f"<code>{release.value}</code>" in site.get("/doc/release/1.0.0", Accept=HTML).text


def test_the_address_of_a_release_gives_its_catalogue_as_data(site: Site, released: Path) -> None:
    found = graph(site.get("/releases/1.0.0/?format=ttl").body, RDF["ttl"])
    assert graph((released / layout.DCAT).read_bytes(), RDF["ttl"]) <= found
    asked = site.get("/releases/1.0.0/", Accept="application/rdf+xml")
    assert graph(asked.body, RDF["rdf"], BASE) == found


@pytest.mark.parametrize("path", ["/releases/1.0.0/", "/doc/release/1.0.0"])
def test_a_form_that_a_release_has_not_is_refused_with_those_it_has(site: Site, path: str) -> None:
    reply = site.get(path, Accept="image/png")
    assert reply.status == 406
    assert {"text/turtle", "application/linkset+json", "text/html"} <= set(reply.json["available"])


def test_a_release_that_is_not_published_has_no_document(site: Site) -> None:
    reply = site.get("/doc/release/7.0.0")
    assert reply.status == 404
    assert "1.0.0" in reply.json["releases"]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/releases", "/releases/"),
        ("/releases/1.0.0", "/releases/1.0.0/"),
        ("/releases/1.0.0?format=json", "/releases/1.0.0/?format=json"),
    ],
)
def test_a_page_of_releases_has_one_address(site: Site, path: str, place: str) -> None:
    reply = site.get(path)
    assert (reply.status, reply.headers["Location"]) == (301, place)


# The ontology by version


def test_the_current_version_of_the_ontology_is_the_ontology(site: Site) -> None:
    reply = site.get("/def/1.1.0?format=nt")
    assert reply.body == site.get("/def?format=nt").body
    assert leads(reply, "cite-as") == {f"{BASE}def/1.1.0"}


@pytest.mark.parametrize("name", RDF)
def test_an_earlier_version_of_the_ontology_comes_from_its_release(site: Site, name: str) -> None:
    reply = site.get(f"/def/0.9.0?format={name}")
    assert reply.status == 200
    found = {triple.object for triple in graph(reply.body, RDF[name], BASE)}
    assert ox.NamedNode(f"{BASE}def/0.9.0") in found
    assert ox.NamedNode(f"{BASE}def/1.1.0") not in found
    assert leads(reply, "latest-version") == {f"{BASE}def"}
    assert leads(reply, "collection") == {"/releases/0.9.0/"}


def test_an_earlier_version_has_a_page_and_an_unknown_one_names_those_that_there_are(
    site: Site,
) -> None:
    assert "version 0.9.0" in site.get("/def/0.9.0", Accept=HTML).text
    reply = site.get("/def/9.9.9")
    assert reply.status == 404
    assert "0.9.0, 1.0.0, 1.1.0" in reply.json["remedy"]


# Signposting

QUESTION = f"{BASE}id/question/met-2019-4-2"
SIGNS = {
    "/": {("cite-as", f"{BASE}id/dataset/ari-graph"), ("describedby", "/catalogue")},
    "/id/question/met-2019-4-2": {
        ("cite-as", QUESTION),
        ("describedby", "/doc/question/met-2019-4-2"),
        ("describedby", "/doc/question/met-2019-4-2?format=jsonld"),
    },
    "/doc/question/met-2019-4-2": {
        ("cite-as", QUESTION),
        ("describes", QUESTION),
        ("alternate", "/doc/question/met-2019-4-2?format=ttl"),
        ("author", f"{BASE}id/organisation/ari-graph"),
        ("type", f"{BASE}def#ResearchQuestion"),
    },
    "/doc/mapping/met-2019-1-1--home-office-2019-70": {
        ("cite-as", f"{BASE}id/mapping/met-2019-1-1--home-office-2019-70"),
        ("alternate", "/doc/mapping/met-2019-1-1--home-office-2019-70?format=json"),
    },
    "/doc/mapping/met-2019-1-1--home-office-2019-70?format=json": {
        ("cite-as", f"{BASE}id/mapping/met-2019-1-1--home-office-2019-70"),
        ("alternate", "/doc/mapping/met-2019-1-1--home-office-2019-70?format=html"),
    },
    "/doc/graph/topics": {
        ("cite-as", f"{BASE}id/graph/topics"),
        ("item", "/graphs?graph=https%3A%2F%2Fw3id.org%2Fari%2Fid%2Fgraph%2Ftopics"),
    },
    "/def": {("cite-as", f"{BASE}def"), ("alternate", "/def?format=rdf")},
    "/shapes": {("cite-as", f"{BASE}shapes"), ("alternate", "/shapes?format=ttl")},
    "/releases/": {("item", "/releases/1.0.0/"), ("describedby", "/.well-known/void")},
    "/releases/1.1.0/": {
        ("describedby", "/releases/1.1.0/dcat.ttl"),
        ("item", "/releases/1.1.0/ari-graph.nq"),
        ("linkset", "/releases/1.1.0/?format=linkset"),
        ("collection", "/releases/"),
        ("predecessor-version", "/releases/1.0.0/"),
        *(("license", licence) for licence in LICENCES),
    },
    "/doc/release/1.0.0": {("cite-as", f"{BASE}id/release/1.0.0"), ("collection", "/releases/")},
    "/releases/1.0.0/ari-graph.ttl": {
        ("cite-as", f"{BASE}id/release/1.0.0"),
        ("collection", "/releases/1.0.0/"),
        ("describedby", "/releases/1.0.0/dcat.ttl"),
        *(("license", licence) for licence in LICENCES),
    },
    "/catalogue": {("cite-as", f"{BASE}catalogue"), ("alternate", "/catalogue?format=jsonld")},
    "/.well-known/void": {("describes", f"{BASE}id/dataset/ari-graph")},
    "/problem/gone": {("cite-as", f"{BASE}problem/gone")},
}
"""By address: links that it must tell among others, as relation and target."""


@pytest.mark.parametrize("path", SIGNS)
def test_links_say_what_belongs_together(site: Site, path: str) -> None:
    reply = site.get(path)
    assert SIGNS[path] <= {(rel, target) for rel, target, _ in links_of(reply)}
    assert links_of(site.send("HEAD", path)) == links_of(reply)
    assert len(leads(reply, "cite-as")) <= 1
    assert len("".join(reply.headers.get_all("Link") or [])) < 4096


@pytest.mark.parametrize(
    "path", [p for p in SIGNS if not re.search(r"/id/|ttl$|void|catal|json", p)]
)
def test_a_page_carries_the_links_of_its_headers(site: Site, path: str) -> None:
    reply = site.get(path, Accept=HTML)
    told = links_of(reply)
    assert told
    assert head_of(Page(reply.text)) >= told


@pytest.mark.parametrize("path", [p for p in SIGNS if not p.startswith("/id/")])
def test_links_within_the_site_lead_somewhere(site: Site, path: str) -> None:
    for _, target, media_type in links_of(site.get(path)):
        if target.startswith("/"):
            reply = site.send("HEAD", target, **({"Accept": media_type} if media_type else {}))
            assert reply.status == 200, target
            assert reply.headers["Content-Type"].startswith(media_type)


def test_a_file_of_our_own_words_is_under_our_licence_alone(site: Site) -> None:
    reply = site.get("/releases/1.0.0/ontology.ttl")
    assert leads(reply, "license") == {"https://creativecommons.org/licenses/by/4.0/"}


def test_every_file_of_a_release_is_in_its_linkset(site: Site, released: Path) -> None:
    reply = site.get("/releases/1.0.0/", Accept="application/linkset+json")
    assert reply.headers["Content-Type"] == "application/linkset+json"
    own, *files = reply.json["linkset"]
    here = site.url("/releases/1.0.0/")
    paths = {str(p.relative_to(released)) for p in released.rglob("*") if p.is_file()}
    assert own["anchor"] == here
    assert {item["href"] for item in own["item"]} == {here + path for path in paths}
    assert {each["anchor"] for each in files} == {here + path for path in paths}
    assert all(each["collection"] == [{"href": here, "type": "text/html"}] for each in files)


def test_a_name_beyond_ascii_is_percent_encoded_in_a_link(site: Site) -> None:
    reply = site.get("/id/topic/%C3%A9")
    assert leads(reply, "cite-as") == {f"{BASE}id/topic/%C3%A9"}


# What is gone


def test_what_a_release_has_and_the_data_has_not_is_gone(site: Site) -> None:
    reply = site.get("/doc/question/old-1")
    assert reply.status == 410
    told = reply.json
    assert (told["type"], told["label"]) == (f"{BASE}problem/gone", "An “old” question")
    assert told["releases"] == ["0.9.0"]
    assert [each["iri"] for each in told["replacedBy"]] == [QUESTION]
    assert told["replacedBy"][0]["label"].startswith("Making best use of big data")
    assert leads(reply, "successor-version") == {QUESTION}
    assert leads(reply, "collection") == {"/releases/0.9.0/"}


def test_the_page_of_what_is_gone_leads_to_what_replaced_it_and_to_the_release(site: Site) -> None:
    page = site.get("/doc/question/old-1", Accept=HTML)
    assert (page.status, page.headers["Cache-Control"]) == (410, "no-store")
    assert "<h1>An “old” question</h1>" in page.text
    assert 'href="/doc/question/met-2019-4-2"' in page.text
    assert 'href="/releases/0.9.0/"' in page.text
    assert head_of(Page(page.text)) == links_of(page)


def test_what_nothing_replaced_is_gone_too(site: Site) -> None:
    reply = site.get("/doc/topic/old-2")
    assert (reply.status, reply.json["replacedBy"]) == (410, [])


def test_what_no_release_ever_had_is_not_found(site: Site) -> None:
    assert site.get("/doc/question/never-1").status == 404
    assert site.get("/doc/mapping/never--1").status == 404


# The rule for the current release


def test_a_draft_is_not_what_is_meant_where_no_version_is_named(site: Site) -> None:
    assert "draft.example" not in site.get("/.well-known/void?format=nt").text
    assert "draft.example" in site.get("/releases/2.0.0-rc.1/void.ttl").text


@pytest.mark.parametrize(
    ("versions", "current"),
    [
        ([], ""),
        (["1.0.0", "2.0.0-rc.1"], "1.0.0"),
        (["1.9.0", "1.10.0"], "1.10.0"),
        (["2.0.0-rc.1", "2.0.0-rc.2"], "2.0.0-rc.2"),
    ],
)
def test_the_current_version_is_the_newest_that_is_no_draft(
    versions: list[str], current: str
) -> None:
    assert layout.current(versions) == current


@pytest.mark.parametrize("path", ["/catalogue", "/.well-known/void", "/doc/release/1.0.0"])
def test_only_prefixes_that_are_used_are_declared(site: Site, path: str) -> None:
    text = site.get(f"{path}?format=ttl").text
    declared = dict(re.findall(r"@prefix (\w+): <([^>]*)>", text))
    body = re.sub(r"@prefix[^\n]*\n", "", text).replace(" a ", " rdf:type ")
    assert declared
    assert [prefix for prefix in declared if f"{prefix}:" not in body] == []


# Crawlers and dataset search


def published(site: Site, version: str) -> str:
    """The date of a release, as the list of them tells it."""
    known = site.get("/releases/?format=json").json["releases"]
    (date,) = [each["date"] for each in known if each["version"] == version]
    return str(date)


def test_the_sitemap_has_every_document_and_only_days_that_are_known(site: Site) -> None:
    reply = site.get("/sitemap.xml")
    assert reply.headers["Content-Type"] == "application/xml"
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    days = {
        url.findtext("s:loc", "", space).removeprefix(site.address.rstrip("/")): url.findtext(
            "s:lastmod", None, space
        )
        for url in ET.fromstring(reply.body).findall("s:url", space)  # noqa: S314 - our own
    }
    assert days["/doc/question/met-2019-4-2"] is None
    assert days["/doc/mapping/met-2019-1-1--home-office-2019-70"] == "2026-11-23"
    assert days["/releases/1.1.0/"] == days["/releases/1.1.0/changes"] == published(site, "1.1.0")
    assert days["/"] is None
    for path in [path for path in days if not path.startswith("/doc/")] + list(days)[::97]:
        assert site.send("HEAD", path, Accept=HTML).status == 200, path


def test_a_sitemap_larger_than_a_file_may_be_is_an_index_of_parts() -> None:
    found = [Place(f"/doc/a/{n}") for n in range(MOST + 1)]
    index = sitemap_of("http://a.example", found, None)
    assert index.count("<sitemap>") == 2
    assert "<loc>http://a.example/sitemap.xml?part=2</loc>" in index
    assert sitemap_of("http://a.example", found, "1").count("<url>") == MOST
    assert sitemap_of("http://a.example", found, "2").count("<url>") == 1


@pytest.mark.parametrize("part", ["0", "2", "x", "", "-1"])
def test_a_part_that_the_sitemap_has_not_is_refused(site: Site, part: str) -> None:
    assert site.get(f"/sitemap.xml?part={part}").status == 400


def test_robots_find_the_sitemap_and_are_asked_to_leave_answers(site: Site) -> None:
    text = site.get("/robots.txt").text
    assert f"Sitemap: {site.url('/sitemap.xml')}" in text
    assert "Disallow: /sparql?\n" in text
    assert "Disallow: /queries/*?\n" in text


@pytest.mark.parametrize("path", ["/", "/releases/", "/releases/1.0.0/"])
def test_pages_tell_dataset_search_what_the_data_is(site: Site, path: str) -> None:
    told = data_of(site.get(path, Accept=HTML))
    assert told["@type"] == "Dataset"
    assert 50 <= len(told["description"]) <= 5000
    assert told["url"] == site.url(path)
    assert told["isAccessibleForFree"] is True
    assert set(told["license"]) == set(LICENCES)
    assert told["creator"]["name"] == "ARI Graph project"
    assert told["identifier"] == told["sameAs"]
    assert told["datePublished"] == published(site, told["version"])
    assert told["version"]
    for file in told["distribution"]:
        reply = site.send("HEAD", file["contentUrl"].removeprefix(site.address.rstrip("/")))
        assert reply.status == 200, file["contentUrl"]
        assert reply.headers["Content-Type"].startswith(file["encodingFormat"])


def test_the_list_tells_dataset_search_every_release(site: Site) -> None:
    parts = data_of(site.get("/releases/", Accept=HTML))["hasPart"]
    assert [part["url"] for part in parts][:2] == [
        site.url("/releases/2.0.0-rc.1/"),
        site.url("/releases/1.1.0/"),
    ]


# What changed, and where it is found


def test_the_changes_of_a_release_are_a_page_and_data(site: Site) -> None:
    page = site.get("/releases/1.1.0/changes", Accept=HTML).text
    assert "What changed from 1.0.0 to 1.1.0" in page
    assert "<del>big</del>" in page
    assert "&lt;script&gt;small" in page.replace("</ins><ins>", "")
    assert 'href="/doc/question/met-2019-4-2"' in page
    told = site.get("/releases/1.1.0/changes").headers["Content-Type"]
    assert told.startswith("text/html")
    assert site.get("/releases/1.1.0/changes?format=json").body == as_json(CHANGES)


def test_a_first_release_has_no_changes(site: Site) -> None:
    reply = site.get("/releases/1.0.0/changes")
    assert reply.status == 404
    assert "follows none" in reply.json["detail"]


def test_releases_are_found_from_every_page_and_changes_from_the_release(site: Site) -> None:
    assert '<a href="/releases/">Releases</a>' in site.get("/", Accept=HTML).text
    page = site.get("/releases/1.1.0/", Accept=HTML).text
    assert 'href="/releases/1.1.0/changes"' in page


@pytest.mark.parametrize(
    "path",
    [
        "/releases/",
        "/releases/1.0.0/",
        "/releases/1.1.0/changes",
        "/def/0.9.0",
        "/doc/release/1.1.0",
        "/doc/question/old-1",
        "/problem/gone",
    ],
)
def test_pages_of_releases_have_what_assistive_technology_needs(site: Site, path: str) -> None:
    assert_well_formed(Page(site.get(path, Accept=HTML).text))


# Types of problems


def test_a_type_of_problem_is_explained_where_its_name_leads(site: Site) -> None:
    told = site.get("/problem/no-such-range?format=json").json
    assert (told["status"], told["type"]) == (416, f"{BASE}problem/no-such-range")
    assert (
        "<h1>The file has no such bytes</h1>"
        in site.get("/problem/no-such-range", Accept=HTML).text
    )
    assert "not-found" in site.get("/problem/none").json["remedy"]
