"""The command `ari`, run as a user runs it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from met_ari import cli
from met_ari.build.pipeline import BuildResult
from tests.conftest import Change
from tests.live import plain_environment
from tests.shelved import put


def ari(
    *words: str, home: Path | None = None, stdin: str = "", **more: str
) -> "subprocess.CompletedProcess[str]":
    """The finished command."""
    if home is not None:
        more["ARI_HOME"] = str(home)
    return subprocess.run(
        [sys.executable, "-P", "-m", "met_ari.cli", *words],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=plain_environment(**more),
    )


@pytest.fixture(scope="session")
def home(built: BuildResult) -> Path:
    return built.folder.parents[1]


def test_each_command_is_found_by_its_name() -> None:
    group = cli.ari
    context = click.Context(group)
    names = group.list_commands(context)
    assert set(names) == set(cli.COMMANDS)
    for name in names:
        command = group.get_command(context, name)
        assert command is not None
        assert command.name == name
    assert group.get_command(context, "nothing") is None


def test_a_service_whose_build_is_there_loads_neither_validator_nor_reasoner() -> None:
    text = "import sys, met_ari.cli, met_ari.commands.serve; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "met_ari.serving" in loaded
    assert not loaded & {"pyshacl", "met_ari.build.pipeline", "met_ari.bench"}


def test_what_only_web_processes_need_is_loaded_by_them_alone() -> None:
    text = "import sys, met_ari.cli, met_ari.commands.serve; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert not set(done.stdout.split()) & {"flask", "met_ari.app", "met_ari.protocol.front"}


# build


def test_build_prints_the_folder_on_standard_output_and_stages_on_standard_error(
    tmp_path: Path, built: BuildResult
) -> None:
    done = ari("build", home=tmp_path)
    assert done.returncode == 0
    assert done.stdout.strip() == str(tmp_path / "build" / built.hash)
    assert "validate" in done.stderr


def test_quiet_build_says_nothing_but_the_folder(tmp_path: Path, built: BuildResult) -> None:
    done = ari("build", "--quiet", home=tmp_path)
    assert (done.stdout.strip(), done.stderr) == (str(tmp_path / "build" / built.hash), "")


def test_a_lost_bullet_is_told_with_its_place_and_leaves_no_folder(
    tmp_path: Path, data_copy: Path, change: Change
) -> None:
    change(
        "source/met-2019.txt", "- Understanding the drivers of homicide and serious violence\n", ""
    )
    home = tmp_path / "home"
    done = ari("build", "--data", str(data_copy), home=home)
    assert done.returncode == 2
    assert "source/met-2019.txt" in done.stderr
    assert "met-2019-1" in done.stderr
    assert "expected 8" in done.stderr
    assert not list(home.glob("build/*"))


def test_a_violation_leaves_no_folder_and_exit_code_1(
    tmp_path: Path, data_copy: Path, change: Change
) -> None:
    change("met-direction-2018.toml", 'mission = "Keep London safe for everyone"', 'mission = " "')
    home = tmp_path / "home"
    done = ari("build", "--data", str(data_copy), home=home)
    assert done.returncode in (1, 2)
    assert "met-direction-2018" in done.stderr
    assert not [path for path in home.glob("build/*") if path.name[0] != "."]


def test_a_home_that_is_a_file_is_an_environment_fault(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("not a folder")
    done = ari("build", home=place)
    assert done.returncode == 3
    assert str(place) in done.stderr
    assert "ARI_HOME" in done.stderr


# check


def test_check_of_the_build_finds_nothing(home: Path) -> None:
    done = ari("check", home=home)
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "No findings: the data keeps every rule.",
    )


def test_check_of_a_file_tells_findings_and_exit_code_1(tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text(
        "@prefix ari: <https://w3id.org/ari/def#> .\n"
        "<https://w3id.org/ari/id/question/x-2020-1> a ari:ResearchQuestion .\n"
    )
    done = ari("check", str(own), "--format", "json")
    assert done.returncode == 1
    findings = json.loads(done.stdout)
    assert {item["severity"] for item in findings} >= {"violation"}
    assert all(item["message"] and item["rule"] for item in findings)


def test_check_of_broken_turtle_names_file_and_line(tmp_path: Path) -> None:
    own = tmp_path / "own.ttl"
    own.write_text("@prefix ari: <https://w3id.org/ari/def#> .\n\nari:x ari:y ,\n")
    done = ari("check", str(own))
    assert done.returncode == 2
    assert f"{own}:3" in done.stderr


# query


def test_a_stored_query_goes_into_a_pipe_as_csv(home: Path) -> None:
    done = ari("query", "questions-by-priority", "-p", "priority=priority/met-2019-1", home=home)
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert len(lines) == 9
    assert "Effectively safeguarding those vulnerable to radicalisation" in lines[1]


def test_a_query_of_ones_own_is_read_from_standard_input(home: Path) -> None:
    done = ari("query", "-", "--format", "json", home=home, stdin="ASK { ?s ?p ?o }")
    assert json.loads(done.stdout)["boolean"] is True


def test_a_file_is_a_query(home: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.rq"
    own.write_text("CONSTRUCT WHERE { ?s a <https://w3id.org/ari/def#Mission> }")
    done = ari("query", str(own), "--format", "nt", home=home)
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no-such-query"], "no-such-query"),
        (["questions-by-prority"], "questions-by-priority"),
        (["questions-by-priority", "-p", "goal=x"], "goal"),
        (["questions-by-priority", "-p", "priority"], "NAME=VALUE"),
        (["questions-by-priority", "--format", "docx"], "docx"),
        (["editions-issued-since", "-p", "year=soon"], "year"),
        (["missing.rq"], "missing.rq"),
        ([], "--list"),
    ],
)
def test_wrong_use_is_told_in_words_with_exit_code_2(
    home: Path, words: Sequence[str], message: str
) -> None:
    done = ari("query", *words, home=home)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_syntax_error_shows_the_line_and_a_caret(home: Path) -> None:
    done = ari("query", "-", home=home, stdin="SELECT ?s\nWHERE { ?s ?p }")
    assert done.returncode == 2
    assert "WHERE { ?s ?p }" in done.stderr
    assert "^" in done.stderr


def test_an_endpoint_is_asked_through_sparqlwrapper(service: str) -> None:
    done = ari("query", "priorities-and-goals", "--endpoint", f"{service}sparql")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 8


def test_a_release_of_the_home_is_asked(home: Path, tmp_path: Path) -> None:
    put(tmp_path, "1.0.0", "GRAPH <x:g> { <x:a> <x:b> 'old' }")
    query = ("query", "-", "--home", str(tmp_path), "--release")
    assert ari(*query, "1.0.0", stdin="SELECT ?o { ?s ?p ?o }").stdout == "o\nold\n"
    done = ari(*query, "2.0.0", stdin="ASK {}")
    assert done.returncode == 2
    assert "There are: 1.0.0." in done.stderr


def test_a_release_of_an_endpoint_is_asked(service: str, released: Path) -> None:
    query = ("query", "editions", "--endpoint", f"{service}sparql", "--release")
    assert "met-2019" in ari(*query, "1.0.0").stdout
    done = ari(*query, "9.0.0")
    assert done.returncode == 2
    assert "There is no release '9.0.0'" in done.stderr


def test_an_endpoints_refusal_is_told_in_its_own_words(service: str) -> None:
    done = ari("query", "-", "--endpoint", f"{service}sparql", stdin="SELECT * WHERE { ?s ?p }")
    assert done.returncode == 2
    assert "400" in done.stderr
    assert "^" in done.stderr


def test_an_endpoint_that_is_not_there_is_an_environment_fault() -> None:
    done = ari("query", "editions", "--endpoint", "http://127.0.0.1:1/sparql")
    assert done.returncode == 3
    assert "http://127.0.0.1:1/sparql" in done.stderr


def test_every_stored_query_is_listed() -> None:
    done = ari("query", "--list")
    assert len(done.stdout.splitlines()) >= 30


# serve


def test_a_port_in_use_is_named_with_a_remedy(service: str, home: Path) -> None:
    port = service.rstrip("/").rpartition(":")[2]
    done = ari("serve", "--port", port, home=home)
    assert done.returncode == 3
    assert port in done.stderr
    assert "--port" in done.stderr


def test_a_setting_that_cannot_be_used_is_named(home: Path) -> None:
    done = ari("serve", home=home, ARI_QUERY_SECONDS="soon")
    assert done.returncode == 2
    assert "ARI_QUERY_SECONDS=soon" in done.stderr


def test_a_misspelt_setting_is_told(home: Path) -> None:
    done = ari("query", "editions", home=home, ARI_QUERRY_SECONDS="5")
    assert done.returncode == 0
    assert "ARI_QUERRY_SECONDS" in done.stderr
