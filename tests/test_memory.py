"""A service that could take more memory than there is says so when it starts."""

from pathlib import Path

import pytest

from met_ari.build.pipeline import BuildResult
from met_ari.config import Settings
from met_ari.engine.memory import warning
from tests import live

SETTINGS = Settings(workers=8, query_memory_mb=1024)


def machine(folder: Path, free_mb: int, limit: str = "", used_mb: int = 0) -> tuple[Path, Path]:
    """The files in which a system, and perhaps a container, tell their memory."""
    (folder / "meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable:   {free_mb * 1024} kB\n")
    if limit:
        (folder / "memory.max").write_text(f"{limit}\n")
        (folder / "memory.current").write_text(f"{used_mb << 20}\n")
    return folder / "meminfo", folder


def test_what_fits_is_no_reason_to_warn(tmp_path: Path) -> None:
    assert warning(SETTINGS, *machine(tmp_path, 8192)) is None


def test_what_does_not_fit_is_told_with_both_settings(tmp_path: Path) -> None:
    told = warning(SETTINGS, *machine(tmp_path, 8191)) or ""
    assert "ARI_WORKERS times ARI_QUERY_MEMORY_MB is 8 * 1024 = 8192 MiB, and 8191 MiB" in told


def test_the_limit_of_a_container_counts(tmp_path: Path) -> None:
    told = warning(SETTINGS, *machine(tmp_path, 9000, str(8500 << 20), 500)) or ""
    assert "8000 MiB are available" in told
    assert warning(SETTINGS, *machine(tmp_path, 9000, "max")) is None


def test_a_system_that_says_nothing_gets_no_warning(tmp_path: Path) -> None:
    assert warning(SETTINGS, tmp_path / "none", tmp_path) is None


@pytest.mark.parametrize(("memory", "warns"), [("1", False), ("99999999", True)])
def test_serve_warns_on_standard_error_and_starts(
    built: BuildResult, memory: str, warns: bool
) -> None:
    home = str(built.folder.parents[1])
    process = live.start("--home", home, ARI_QUERY_MEMORY_MB=memory)
    assert process.stdout is not None
    try:
        assert process.stdout.readline().startswith("http")
    finally:
        process.terminate()
        words = process.communicate(timeout=live.SECONDS_TO_END)[1]
    assert ("ARI_WORKERS times ARI_QUERY_MEMORY_MB" in words) == warns
