"""Bodies of answers: in memory while they are small, in a file without a name beyond."""

import gc
import os
from pathlib import Path

import pytest

from met_ari.engine import spool
from met_ari.engine.spool import Gathering, Spool, bytes_of, pieces_of
from met_ari.errors import EnvironmentFault

SMALL = b"a few bytes"
LARGE = bytes(range(256)) * 8192


def gathered(body: bytes, size: int = 100_000) -> bytes | Spool:
    gathering = Gathering()
    for start in range(0, len(body), size):
        gathering.append(body[start : start + size])
    return gathering.whole()


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def test_a_small_body_stays_in_memory() -> None:
    assert gathered(SMALL) == SMALL
    assert gathered(b"") == b""


@pytest.mark.parametrize("size", [100_000, 1, len(LARGE)])
def test_a_large_body_goes_to_a_file_and_comes_back_as_it_was(size: int) -> None:
    body = LARGE[: spool.IN_MEMORY + 10] if size == 1 else LARGE
    found = gathered(body, size)
    assert isinstance(found, Spool)
    assert len(found) == len(body)
    assert bytes_of(found) == body == b"".join(pieces_of(found))
    assert found.read(1000, 50) == body[1000:1050]
    with found.file() as file:
        assert file.read() == body
    found.close()


def test_the_file_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    found = gathered(LARGE)
    assert list(tmp_path.iterdir()) == []
    assert bytes_of(found) == LARGE


def test_the_file_is_gone_with_the_last_who_holds_it() -> None:
    gc.collect()
    before = open_files()
    found = gathered(LARGE)
    assert open_files() == before + 1
    del found
    assert open_files() == before


def test_a_body_that_is_dropped_half_way_leaves_no_file() -> None:
    before = open_files()
    gathering = Gathering()
    gathering.append(LARGE)
    assert open_files() == before + 1
    gathering.close()
    gathering.close()
    assert open_files() == before
    gathering = Gathering()
    gathering.append(LARGE)
    del gathering
    assert open_files() == before


def test_a_closed_body_is_not_read_from_another_file() -> None:
    found = gathered(LARGE)
    assert isinstance(found, Spool)
    found.close()
    found.close()
    with open("/dev/zero", "rb"), pytest.raises(OSError, match="Bad file descriptor"):
        found.read(0, 10)


def test_a_full_disk_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    before = open_files()
    monkeypatch.setattr("os.write", full)
    with pytest.raises(EnvironmentFault, match="No space left on device") as told:
        gathered(LARGE)
    monkeypatch.undo()
    assert "TMPDIR" in told.value.remedy
    assert open_files() == before
