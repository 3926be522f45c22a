"""The servers we are measured against. None is a dependency of ours: each lives in a folder of its
own below the peers folder, or is installed by the system."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from ..errors import EnvironmentFault
from .client import CAP
from .corpus import Corpus
from .servers import LOOPBACK, Server, free_port, said, version_in


@dataclass(frozen=True)
class Absent:
    """A peer that is not installed, and how to get it."""

    name: str
    how: str


def find(folder: Path) -> tuple[list[Server], list[Absent]]:
    """The peers that are installed and those that are not.

    Args:
        folder: where `oxigraph` and `rdflib-endpoint` (virtual environments) and `fuseki` (the
            jar) are looked for; Virtuoso and Java are looked for on PATH.
    """
    there: list[Server] = []
    absent: list[Absent] = []
    for name, program, how in _programs(folder.absolute()):
        if program is None:
            absent.append(Absent(name, how))
        else:
            there.append(PEERS[name](program))
    return there, absent


def _programs(folder: Path) -> Iterator[tuple[str, Path | None, str]]:
    for name in ("oxigraph", "rdflib-endpoint"):
        place = folder / name
        how = f"python3 -m venv {place} && {place}/bin/pip install '{PACKAGES[name]}'"
        yield name, _file(place / "bin" / name), how
    program = shutil.which("virtuoso-t")
    yield "virtuoso", Path(program) if program else None, "apt-get install virtuoso-opensource-7"
    jars = sorted((folder / "fuseki").glob("jena-fuseki-server-*.jar"))
    artifact = "org.apache.jena:jena-fuseki-server:5.6.0"
    how = (
        f"mvn dependency:copy -Dartifact={artifact} -DoutputDirectory={folder / 'fuseki'}"
        " (and Java 17)"
    )
    yield "fuseki", jars[-1] if jars and shutil.which("java") else None, how


def _file(path: Path) -> Path | None:
    return path if path.is_file() else None


class _Peer(Server):
    """A peer with the program or jar that starts it."""

    def __init__(self, program: Path) -> None:
        self._program = str(program)

    def _run(self, *command: str, place: Path) -> None:
        done = subprocess.run(  # noqa: S603 - programs of the peers folder
            command, cwd=place, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise EnvironmentFault(f"{self.name} can't load the corpus: {done.stderr[-600:]}")


class Oxigraph(_Peer):
    """Oxigraph's own server, on a RocksDB folder."""

    name = "Oxigraph"
    kind = "on disk"
    endpoint = "/query"

    def version(self) -> str:
        return version_in(said(self._program, "--version"))

    def load(self, corpus: Corpus, place: Path) -> None:
        data = ("--location", str(place / "data"))
        source = ("--file", str(corpus.path), "--format", "nq")
        self._run(self._program, "load", *data, *source, place=place)
        # As its own advice is for loads of reading.
        self._run(self._program, "optimize", *data, place=place)

    def command(self, corpus: Corpus, place: Path, port: int) -> list[str]:
        where = ["--location", str(place / "data"), "--bind", f"{LOOPBACK}:{port}"]
        # No --timeout-s: it keeps a thread for each question until the time is over, and 0.5.13
        # ends for want of threads after some seconds of load.
        return [self._program, "serve-read-only", *where, "--union-default-graph"]


class RdflibEndpoint(_Peer):
    """rdflib-endpoint under uvicorn."""

    name = "rdflib-endpoint"
    kind = "in memory"
    corpora = ("small",)
    endpoint = "/"

    def version(self) -> str:
        python = str(Path(self._program).parent / "python")
        code = "from importlib.metadata import version; print(version('rdflib-endpoint'))"
        return version_in(said(python, "-c", code))

    def command(self, corpus: Corpus, place: Path, port: int) -> list[str]:
        return [self._program, "serve", "--host", LOOPBACK, "--port", str(port), str(corpus.path)]


class Virtuoso(_Peer):
    """OpenLink Virtuoso, with settings for a machine of a few gigabytes."""

    name = "Virtuoso"
    kind = "on disk"

    def __init__(self, program: Path) -> None:
        super().__init__(program)
        self._sql_port = 0

    def version(self) -> str:
        return version_in(said(self._program, "--version"))

    def command(self, corpus: Corpus, place: Path, port: int) -> list[str]:
        self._sql_port = free_port()
        template = resources.files(__package__).joinpath("virtuoso.ini").read_text("utf-8")
        settings = template.format(
            place=place,
            host=LOOPBACK,
            http_port=port,
            sql_port=self._sql_port,
            corpora=corpus.path.parent,
            seconds=f"{CAP:.0f}",
        )
        (place / "virtuoso.ini").write_text(settings, encoding="utf-8")
        return [self._program, "+foreground", "+configfile", str(place / "virtuoso.ini")]

    def loaded(self, port: int, corpus: Corpus, place: Path) -> None:
        where = f"'{corpus.path.parent}', '{corpus.path.name}', 'urn:x-none'"
        load = f"ld_dir({where}); rdf_loader_run(); checkpoint;"
        client = shutil.which("isql-vt") or "isql"
        # User and password are those that every new database has; it listens on loopback.
        self._run(client, f"{LOOPBACK}:{self._sql_port}", "dba", "dba", f"exec={load}", place=place)


class Fuseki(_Peer):
    """Apache Jena Fuseki, on a TDB2 folder."""

    name = "Fuseki"
    kind = "on disk"
    endpoint = "/ds/query"

    def version(self) -> str:
        return Path(self._program).stem.removeprefix("jena-fuseki-server-")

    def load(self, corpus: Corpus, place: Path) -> None:
        data = f"--loc={place / 'data'}"
        self._run(
            *("java", "-cp", self._program, "tdb2.tdbloader", data, str(corpus.path)), place=place
        )

    def command(self, corpus: Corpus, place: Path, port: int) -> list[str]:
        options = [f"--port={port}", "--localhost", f"--loc={place / 'data'}"]
        union = ["--set", "tdb2:unionDefaultGraph=true", f"--timeout={CAP * 1000:.0f}"]
        return ["java", "-jar", self._program, *options, *union, "/ds"]


PEERS: dict[str, type[_Peer]] = {
    "oxigraph": Oxigraph,
    "rdflib-endpoint": RdflibEndpoint,
    "virtuoso": Virtuoso,
    "fuseki": Fuseki,
}
PACKAGES = {"oxigraph": "oxigraph", "rdflib-endpoint": "rdflib-endpoint[cli]"}
"""As PyPI names them."""
