"""Our own service with a corpus: `ari serve`, as anybody starts it."""

import hashlib
import os
import shutil
import sys
from pathlib import Path

from .. import __version__
from ..build import folder
from ..build.sources import Sources, inputs_digest
from ..vocab import DEFAULT_BASE
from .client import CAP
from .corpus import Corpus
from .servers import LOOPBACK, Server

PYTHON = (sys.executable, "-P", "-m", "met_ari.cli")


class Ours(Server):
    """`ari serve` with its defaults, but for the time that a query may take.

    Args:
        options: further options of `ari serve`.
    """

    name = "met-ari"
    kind = "in memory"

    def __init__(self, *options: str) -> None:
        self._options = options

    def version(self) -> str:
        return __version__

    def load(self, corpus: Corpus, place: Path) -> None:
        """Lay the corpus down where `ari serve` looks for the build of the package's sources."""
        with corpus.path.open("rb") as file:
            name = hashlib.file_digest(file, "sha256").hexdigest()
        target = folder.builds_folder(place) / name
        target.mkdir(parents=True)
        _link(corpus.path, target / folder.DATASET)
        findings = folder.json_bytes([])
        (target / folder.FINDINGS).write_bytes(findings)
        manifest = {
            "base": DEFAULT_BASE,
            "dataset": {"hash": name, "quads": corpus.quads},
            "findings": hashlib.sha256(findings).hexdigest(),
            "inputs": inputs_digest(Sources.of_package().hashes(), DEFAULT_BASE),
        }
        (target / folder.MANIFEST).write_bytes(folder.json_bytes(manifest))

    def command(self, corpus: Corpus, place: Path, port: int) -> list[str]:
        where = ["--host", LOOPBACK, "--port", str(port), "--home", str(place), "--quiet"]
        return [*PYTHON, "serve", *where, "--query-seconds", str(CAP), *self._options]


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
