"""The tests that need a tool say so in one way, and CI has every tool."""

import re
from pathlib import Path

import pytest

from tests import needs

ALLOWED = {
    "needs.py": 1,
    "test_bench.py": 1,
    "test_engine.py": 1,
    "test_matching.py": 2,
    "test_release.py": 2,
    "test_remote_engines.py": 3,
    "test_wheel.py": 1,
}
"""Skips for what CI does not install: a kernel, a superuser, a large model, a rare engine."""


def test_what_is_missing_skips_a_test_on_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-program is not there"):
        needs.program("no-such-program")


def test_what_is_missing_fails_a_test_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="see tests/tools/nothing/README"):
        needs.tool("nothing", "nothing")


def test_no_test_skips_in_a_way_of_its_own() -> None:
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        count = len(re.findall(r"^\s+pytest\.skip\(", path.read_text(encoding="utf-8"), re.M))
        if count:
            found[path.name] = count
    assert found == ALLOWED
