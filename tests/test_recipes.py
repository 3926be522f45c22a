"""The recipes in docs/ do what they say, against the real service."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from met_ari.build.pipeline import BuildResult
from tests import needs
from tests.writable import TOKEN, writable

ROOT = Path(__file__).parent.parent
RECIPES = ROOT / "docs" / "recipes"
DOCUMENTED = "http://127.0.0.1:8000/"
SECONDS = 120


def blocks(recipe: str, language: str) -> list[str]:
    """The code blocks of one language in a recipe."""
    text = (RECIPES / f"{recipe}.md").read_text(encoding="utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, f"{recipe}.md has no block of {language}"
    return found


def run(command: list[str], code: str, service: str, cwd: Path = ROOT) -> str:
    """What a block prints when it is run against the test's own service."""
    done = subprocess.run(
        [*command, code.replace(DOCUMENTED, service)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl_prints_the_table_that_the_recipe_shows(service: str) -> None:
    needs.program("curl")
    printed = run(["sh", "-c"], blocks("curl", "sh")[0], service)
    assert printed.replace("\r\n", "\n") == blocks("curl", "csv")[0]


def test_curl_follows_a_thing_to_its_document(service: str) -> None:
    needs.program("curl")
    printed = run(["sh", "-c"], blocks("curl", "sh")[1], service)
    assert "Making best use of big data" in printed


def test_curl_has_a_graph_validated(service: str) -> None:
    needs.program("curl")
    report = json.loads(run(["sh", "-c"], blocks("curl", "sh")[2], service))
    assert report["conforms"] is False
    assert {finding["line"] for finding in report["findings"]} == {2}


def test_curl_asks_a_release_and_is_told_how_to_cite_it(service: str, released: Path) -> None:
    needs.program("curl")
    printed = run(["sh", "-c"], blocks("curl", "sh")[3], service)
    assert printed.replace("\r", "").endswith("\n\nquestions\n139\n")
    assert 'rel="cite-as"' in printed


@pytest.mark.parametrize(
    ("number", "lines", "words"),
    [
        (0, 8, "id/question/met-2019-4-8\tBetter understanding the end-to-end value"),
        (1, 7, "8\tFocus on what matters most to Londoners"),
    ],
    ids=["SPARQLWrapper", "rdflib"],
)
def test_python_clients_print_their_rows(service: str, number: int, lines: int, words: str) -> None:
    printed = run([sys.executable, "-c"], blocks("python", "python")[number], service)
    assert len(printed.splitlines()) == lines
    assert words in printed


def test_r_reads_the_answer_with_read_csv(service: str) -> None:
    printed = run([needs.program("Rscript"), "-e"], blocks("r", "r")[0], service)
    assert "topic" in printed
    assert "questions" in printed
    assert len(printed.splitlines()) == 7


def test_curl_writes_what_the_recipe_writes(built: BuildResult, tmp_path: Path) -> None:
    needs.program("curl")
    put, update, delete = (block.replace("change-me", TOKEN) for block in blocks("writing", "sh"))
    with writable(built.folder, tmp_path, "union") as site:
        report = json.loads(run(["sh", "-c"], put, site.address))
        assert report["graph"] == "https://example.org/notes"
        assert run(["sh", "-c"], put, site.address) == ""
        report = json.loads(run(["sh", "-c"], update, site.address))
        documented = json.loads(blocks("writing", "json")[0])
        assert report | {"revision": "…"} == documented
        assert json.loads(run(["sh", "-c"], delete, site.address))["removed"] == 1


def comunica() -> Path:
    """The folder in which Comunica is installed."""
    place = Path(os.environ.get("TEST_COMUNICA", ROOT / ".ci" / "comunica"))
    if not (place / "node_modules" / "@comunica" / "query-sparql").is_dir():
        needs.missing("Comunica", ".ci/run takes it from npm")
    return place


def test_comunica_prints_the_themes_of_the_home_office(service: str) -> None:
    printed = run([needs.program("node"), "-e"], blocks("javascript", "js")[0], service, comunica())
    assert len(printed.splitlines()) == 19
    assert printed.splitlines()[0] == "Public Safety The changing landscape of crime"


def test_comunica_answers_on_the_command_line(service: str) -> None:
    code = blocks("javascript", "sh")[0].replace("npx ", "node_modules/.bin/")
    printed = run(["sh", "-c"], code, service, comunica())
    assert printed.count("id/goal/met-direction-2018-") == 7
