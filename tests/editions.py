"""A fictional second edition, laid over a copy of the data."""

from pathlib import Path

FICTION = Path(__file__).parent / "second_edition"
KEY = "met-2099"


def laid_over(data: Path, *, revisions: bool = True) -> Path:
    """Add the edition to a copy of the data folder, and what it continues unless that is wanted.

    Returns:
        The same folder.
    """
    for name in (f"{KEY}.txt", f"{KEY}.toml"):
        (data / "source" / name).write_bytes((FICTION / name).read_bytes())
    if revisions:
        (data / "revisions.csv").write_bytes((FICTION / "revisions.csv").read_bytes())
    with (data / "topic-assignments.csv").open("ab") as assignments:
        assignments.write((FICTION / "topic-assignments.csv").read_bytes())
    return data
