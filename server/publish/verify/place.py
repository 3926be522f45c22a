"""Where a release stands: a folder, an archive, an address; for the checks always a folder."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import InputError
from . import archive, web


@contextmanager
def at_hand(place: str, tell: Callable[[str], None]) -> Iterator[Path]:
    """The folder of a release; one that was unpacked or fetched is removed at the end.

    Raises:
        InputError: there is nothing, or it is refused.
        EnvironmentFault: it can't be read, fetched or unpacked.
    """
    if web.is_address(place):
        with tempfile.TemporaryDirectory(prefix="ari-verify-") as folder:
            web.fetch(place, Path(folder), tell)
            yield Path(folder)
    elif Path(place).is_dir():
        yield Path(place)
    elif Path(place).is_file() and archive.is_archive(Path(place)):
        with tempfile.TemporaryDirectory(prefix="ari-verify-") as folder:
            yield archive.unpack(Path(place), Path(folder))
    else:
        raise InputError(
            f"{place} is no folder, no .tar, .tar.gz or .zip, and no http address.",
            remedy="Name the folder of a release, an archive of it, or where it is served.",
        )
