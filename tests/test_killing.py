"""What is acknowledged over HTTP outlives each process of the service, and nothing is half there.

The strict figures come from `python -m benchmarks.kills`.
"""

import shutil
from pathlib import Path

from met_ari.build.pipeline import BuildResult
from tests.killing import KINDS, PATIENCE_SECONDS, Findings, judge, kill_all

KILLS = 25


def test_every_acknowledged_write_outlives_each_process_of_the_service(
    built: BuildResult, tmp_path: Path
) -> None:
    shutil.copytree(built.folder, tmp_path / "build" / built.folder.name)
    writes, found = kill_all(tmp_path, KILLS, seed=3)
    assert found.faults == []
    assert len(writes.acknowledged) > KILLS
    for kind in KINDS:
        assert found.seconds[kind], f"no {kind} was killed"
        assert max(found.seconds[kind]) < PATIENCE_SECONDS


def test_what_is_lost_or_half_there_is_told() -> None:
    found = Findings()
    judge("then", {"0-1", "0-2"}, {"0-2": 3, "0-3": 2}, found)
    assert found.faults == [
        "then the acknowledged write 0-1 is lost",
        "then the write 0-3 is half there",
    ]
