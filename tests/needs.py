"""What a test needs that may not be on a machine: it skips there, and fails in CI."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

TOOLS = Path(__file__).parent / "tools"


def missing(what: str, remedy: str) -> NoReturn:
    """Skip a test for want of something that CI installs; there, where CI=true, it fails."""
    reason = f"{what} is not there: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def program(name: str) -> str:
    """The path of a program on the PATH."""
    path = shutil.which(name)
    return path or missing(name, ".ci/run installs it")


def tool(name: str, command: str) -> Path:
    """A program that stands apart from our packages, in `tests/tools` or where TEST_NAME says."""
    place = Path(os.environ.get(f"TEST_{name.upper()}", TOOLS / name / "venv")) / "bin" / command
    if not place.is_file():
        missing(name, f"see tests/tools/{name}/README.md")
    return place
