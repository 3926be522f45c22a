"""The wheel holds what the project holds, and nothing else."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGED = {
    "server": "met_ari",
    "ontology": "met_ari/ontology",
    "shapes": "met_ari/shapes",
    "queries": "met_ari/queries",
    "data": "met_ari/data",
}


def tracked() -> list[str]:
    """The files of the project: those that git tracks, and new ones that it does not ignore."""
    if not (ROOT / ".git").exists():
        pytest.skip("what the project holds is asked of git, and this is no git checkout")
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [name for name in listing.stdout.splitlines() if (ROOT / name).is_file()]


def expected(names: list[str]) -> set[str]:
    """The files of the five folders, less those for readers and tests in the checkout."""
    found = set()
    for name in names:
        folder, _, rest = name.partition("/")
        if (
            folder in PACKAGED
            and not rest.endswith("README.md")
            and rest[:20] != "examples/publishing/"
        ):
            found.add(f"{PACKAGED[folder]}/{rest}")
    return found


def test_the_wheel_holds_every_file_of_the_five_folders(tmp_path: Path) -> None:
    names = tracked()
    for name in names:
        target = tmp_path / "source" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    command = [sys.executable, "-P", "-m", "build", "--wheel", "--no-isolation", "--outdir", ".."]
    subprocess.run(command, cwd=tmp_path / "source", check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == expected(names)
