"""`ari verify` on releases that are made to keep it busy for ever."""

import json
import shutil
import time
from pathlib import Path

import pytest

from met_ari.publish import layout
from tests.tampered import resummed
from tests.test_cli import ari

CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
BACKTRACKING = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:shape> a sh:NodeShape ; sh:targetSubjectsOf <http://www.w3.org/2004/02/skos/core#prefLabel> ;
  sh:property <urn:rule> .
<urn:rule> sh:path <http://www.w3.org/2004/02/skos/core#prefLabel> ;
  sh:pattern "^(([a-zA-Z ,])+)+!$" .
"""
LIMITS = ("--query-seconds", "3", "--validate-seconds", "20")


@pytest.fixture
def copy(released: Path, tmp_path: Path) -> Path:
    """A copy of the release, to be made hostile."""
    return shutil.copytree(released, tmp_path / "1.0.0")


def flaws(folder: Path) -> tuple[list[dict[str, str]], list[str]]:
    """What the command tells as wrong, and what it left."""
    begin = time.monotonic()
    done = ari("verify", str(folder), "--quiet", "--format", "json", *LIMITS)
    assert time.monotonic() - begin < 120
    assert done.returncode == 1, done.stderr
    said = json.loads(done.stdout)
    return said["flaws"], said["left"]


def test_a_query_without_end_is_stopped_and_named_with_the_setting(copy: Path) -> None:
    (copy / "queries" / "editions.rq").write_text(CROSS)
    resummed(copy)
    found, left = flaws(copy)
    stopped = [flaw for flaw in found if flaw["check"] == "answers"]
    assert [flaw["file"] for flaw in stopped] == ["queries/editions.rq"]
    assert stopped[0]["words"] == "takes longer to check than 3 s (ARI_QUERY_SECONDS)"
    assert left == ["answers", "shapes", "derived"]


def test_a_pattern_without_end_is_stopped_and_named_with_the_setting(copy: Path) -> None:
    with (copy / layout.SHAPES).open("a") as file:
        file.write(BACKTRACKING)
    resummed(copy)
    found, left = flaws(copy)
    stopped = [flaw for flaw in found if flaw["check"] == "shapes"]
    assert [flaw["file"] for flaw in stopped] == [layout.SHAPES]
    assert stopped[0]["words"] == "takes longer to check than 20 s (ARI_VALIDATE_SECONDS)"
    assert left == ["shapes", "derived"]


def test_a_query_that_needs_too_much_memory_is_named_with_the_setting(copy: Path) -> None:
    (copy / "queries" / "editions.rq").write_text("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f")
    resummed(copy)
    done = ari(
        *("verify", str(copy), "--quiet", "--format", "json"),
        *("--query-memory-mb", "400", "--query-seconds", "60"),
    )
    stopped = [flaw for flaw in json.loads(done.stdout)["flaws"] if flaw["check"] == "answers"]
    assert [flaw["file"] for flaw in stopped] == ["queries/editions.rq"]
    assert stopped[0]["words"] == "needs more memory to check than 400 MiB (ARI_QUERY_MEMORY_MB)"
