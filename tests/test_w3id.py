"""Every name that the data, a release or an answer gives leads to an address that answers.

The rules of `docs/w3id/.htaccess` are followed as Apache follows them in a folder `/ari/`: each
pattern is matched against the path below it, and the first rule that fits ends it (mod_rewrite).
"""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
import yaml

from met_ari.build.pipeline import BuildResult
from met_ari.errors import AriError
from met_ari.publish import layout
from tests.exchange import Site
from tests.live import running

BASE = "https://w3id.org/ari/"
HOST = "https://ari.example"
FILE = Path(__file__).parent.parent / "docs" / "w3id" / ".htaccess"
RULE = re.compile(r"^RewriteRule (\S+) (\S+) \[R=(30[237]),(?:NE,)?L\]$", re.MULTILINE)


@pytest.fixture(scope="module")
def site(
    built: BuildResult, released: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    home = tmp_path_factory.mktemp("names")
    shutil.copytree(built.folder.parents[1], home, dirs_exist_ok=True, symlinks=True)
    with running(ARI_HOME=str(home), ARI_PROCESSES="1") as address:
        yield Site(address)


def redirected(iri: str) -> str:
    """Where the rules lead a name; empty: no rule fits."""
    parts = urlsplit(iri)
    below = parts.path.removeprefix("/ari/")
    for pattern, target, _ in RULE.findall(FILE.read_text(encoding="utf-8")):
        if found := re.search(pattern, below):
            return found.expand(target.replace("$", "\\")).removeprefix(HOST)
    return ""


def kinds(root: type[AriError] = AriError) -> Iterator[type[AriError]]:
    yield root
    for child in root.__subclasses__():
        yield from kinds(child)


def names(released: Path) -> set[str]:
    """Every IRI of ours that a release gives, and the types of problems; without fragments."""
    found = {f"{BASE}problem/{cls.slug}" for cls in kinds()}
    for path in (layout.DCAT, layout.VOID, layout.ONTOLOGY, layout.SHAPES):
        for quad in ox.parse((released / path).read_bytes(), format=ox.RdfFormat.TURTLE):
            terms = (quad.subject, quad.predicate, quad.object)
            found |= {term.value for term in terms if isinstance(term, ox.NamedNode)}
    citation = yaml.safe_load((released / layout.CITATION).read_text(encoding="utf-8"))
    manifest = json.loads((released / layout.MANIFEST).read_text(encoding="utf-8"))
    crate = json.loads((released / layout.ROCRATE).read_text(encoding="utf-8"))["@graph"]
    found |= {citation["url"], manifest["iri"], *(entity["@id"] for entity in crate)}
    ours = {iri.partition("#")[0] for iri in found if iri.startswith(BASE)}
    # A release as it is asked is answered where `?release=` is.
    return {iri for iri in ours if "?" not in iri}


def test_the_file_has_only_rules_that_are_understood_here() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text.count("RewriteRule") == len(RULE.findall(text))


def test_every_name_leads_to_an_address_that_answers(site: Site, released: Path) -> None:
    known = names(released)
    firsts = {iri.removeprefix(BASE).partition("/")[0] for iri in known}
    assert {"", "id", "def", "shapes", "releases", "catalogue", "problem", "openapi.json"} <= firsts
    for iri in sorted(known):
        place = redirected(iri)
        assert place.startswith("/"), f"no rule for {iri}"
        reply = site.send("HEAD", place)
        if reply.status == 303:
            reply = site.send("HEAD", reply.headers["Location"])
        assert reply.status == 200, f"{iri} → {place}: {reply.status}"


@pytest.mark.parametrize(
    ("iri", "place"),
    [
        (BASE, "/"),
        (f"{BASE}def", "/def"),
        (f"{BASE}def/1.0.0", "/def/1.0.0"),
        (f"{BASE}.well-known/void", "/.well-known/void"),
        (f"{BASE}sitemap.xml", "/sitemap.xml"),
        (f"{BASE}sparql", "/sparql"),
        (f"{BASE}releases", "/releases/"),
        (f"{BASE}releases/1.0.0/tables/topics.csv", "/releases/1.0.0/tables/topics.csv"),
        (f"{BASE}doc/question/met-2019-4-2", "/doc/question/met-2019-4-2"),
        (f"{BASE}problem/gone", "/problem/gone"),
        (f"{BASE}none", ""),
    ],
)
def test_a_name_leads_to_the_same_path_at_the_service(iri: str, place: str) -> None:
    assert redirected(iri) == place
