"""A service that takes writes, over a copy of the real build, with either default graph."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import live
from tests.exchange import Site

TOKEN = "s3cret.token-of~the+operator/for=="  # noqa: S105 - of tests
MODES = ("union", "strict")


@contextmanager
def writable(built: Path, place: Path, mode: str) -> Iterator[Site]:
    """A service with a live store of its own; the client sends the token.

    Args:
        built: a build's folder, which is copied.
        place: an empty folder.
        mode: the default graph, `union` or `strict`.
    """
    home = place / mode
    shutil.copytree(built, home / "build" / built.name)
    settings = {"ARI_TOKEN": TOKEN, "ARI_DEFAULT_GRAPH": mode, "ARI_MAX_REQUEST_BYTES": "300000"}
    with live.running("--home", str(home), **settings) as address:
        yield Site(address, mode == "union").with_token(TOKEN)
