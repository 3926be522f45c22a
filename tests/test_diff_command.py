"""`ari diff`: which states it compares, and how it leaves."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from met_ari.build import folder
from met_ari.engine.live import STATE, Log, opened
from met_ari.engine.live import read_state as live_state
from met_ari.engine.patch import Transaction
from met_ari.errors import InputError
from met_ari.publish import layout, states
from met_ari.publish.dataset import Dataset
from met_ari.publish.diff.comparison import compare
from met_ari.publish.diff.patch import prove
from tests.small_datasets import dataset

COMMAND = [sys.executable, "-P", "-m", "met_ari.cli", "diff"]


def ari_diff(*arguments: object, home: object) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ARI_")}
    return subprocess.run(
        [*COMMAND, "--home", str(home), *map(str, arguments)],
        env=clean,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def home(built, tmp_path_factory):
    """A home with a build, and as release 1.0.0 the little of it that the command reads."""
    home = tmp_path_factory.mktemp("diff") / "home"
    shutil.copytree(built.folder, home / "build" / built.folder.name)
    place = layout.release_folder(home, "1.0.0")
    _keep(place, Dataset((built.folder / folder.DATASET).read_bytes()))
    return home


def _keep(place, dataset: Dataset, base: str = "https://w3id.org/ari/") -> None:
    place.mkdir(parents=True)
    (place / layout.DATASET).write_bytes(dataset.lines)
    (place / layout.SUMS).write_bytes(b"")
    said = {"base": base, "dataset": {"hash": dataset.hash}}
    (place / layout.MANIFEST).write_text(json.dumps(said))


@pytest.fixture(scope="module")
def reworded(home):
    """A release 1.1.0 in which one question is worded anew."""
    data = (layout.release_folder(home, "1.0.0") / layout.DATASET).read_bytes()
    new = Dataset.parse(
        data.replace(b"Improving workforce wellbeing", b"Improving workforce health")
    )
    _keep(layout.release_folder(home, "1.1.0"), new)
    return new


def test_the_same_dataset_exits_with_0(home, built):
    for name in (built.hash, built.hash[:8], built.folder, home / "releases" / "1.0.0", "build"):
        run = ari_diff("1.0.0", name, "--quiet", home=home)
        assert (run.returncode, run.stderr) == (0, "")
        assert "Nothing changed: both are the same dataset." in run.stdout


def test_changes_exit_with_1_and_are_told(home, reworded):
    run = ari_diff("1.0.0", "1.1.0", home=home)
    assert run.returncode == 1
    assert "1 question: reworded" in run.stdout
    assert "[-wellbeing-]" in run.stdout
    assert "{+health+}" in run.stdout


def test_the_patch_format_is_a_patch_that_proves(home, reworded):
    run = ari_diff("1.0.0", "1.1.0", "--format", "patch", home=home)
    assert run.returncode == 1
    prove(states.find("1.0.0", home).dataset, run.stdout.encode(), reworded)


@pytest.mark.parametrize("form", ["markdown", "json", "html"])
def test_every_format_tells_both_wordings(home, reworded, form):
    run = ari_diff("1.0.0", "1.1.0", "--format", form, home=home)
    assert run.returncode == 1
    assert "wellbeing" in run.stdout
    assert "health" in run.stdout


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("9.9.9", "There is no release '9.9.9'"),
        ("deadbeef", "no build whose hash begins with deadbeef"),
        ("nothing-there", "neither a release nor a build"),
        ("../../etc", "neither a release nor a build"),
        ("live", "There is no live store"),
    ],
)
def test_a_name_of_nothing_is_wrong_input(home, name, words):
    run = ari_diff("1.0.0", name, home=home)
    assert run.returncode == 2
    assert words in run.stderr
    assert run.stdout == ""


def test_a_damaged_release_is_wrong_input(home, tmp_path):
    place = tmp_path / "damaged"
    shutil.copytree(layout.release_folder(home, "1.0.0"), place)
    data = (place / layout.DATASET).read_bytes()
    (place / layout.DATASET).write_bytes(data.replace(b"wellbeing", b"wellBeing", 1))
    with pytest.raises(InputError, match="is damaged"):
        states.find(str(place), home)


def test_datasets_with_other_names_for_everything_are_not_compared(home, tmp_path):
    _keep(tmp_path / "other", dataset(":a :p 1 ."), base="https://example.org/")
    run = ari_diff("1.0.0", tmp_path / "other", home=home)
    assert run.returncode == 2
    assert "no name is the same" in run.stderr


def test_the_live_store_is_compared_with_its_writes(home, built, tmp_path):
    mine = tmp_path / "home"
    shutil.copytree(home / "build", mine / "build")
    with opened(mine, mine / "build" / built.folder.name):
        pass
    assert states.find("live", mine).dataset.hash == built.hash
    added = b'<https://example.org/a> <https://example.org/b> "c" <https://example.org/g> .\n'
    log = Log(mine / "live", live_state(mine / "live"))
    log.append(Transaction(built.hash, added=(added,)).text())
    log.close()
    found = states.find("live", mine).dataset
    assert compare(states.find(built.hash, mine).dataset, found).others[0].added == 1
    assert (mine / "live" / STATE).is_file()
