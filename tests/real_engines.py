"""Three real engines on loopback, each in a process of its own, empty at first."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 60
FUSEKI_JARS = Path(__file__).parent / "tools" / "fuseki" / "target" / "dependency"
VIRTUOSO_INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
CaseMode = 2
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryCostEstimationTime = 400
MaxQueryExecutionTime = 60
"""
"""With the limit on rows that Debian's package has."""


@dataclass(frozen=True)
class Real:
    """An engine that runs.

    Args:
        login: user name and password; empty: none.
    """

    name: str
    url: str
    login: tuple[str, str] = ("", "")

    @property
    def variables(self) -> dict[str, str]:
        """The settings that put it behind our front."""
        user, password = self.login
        return {
            "ARI_ENGINE": self.url,
            "ARI_ENGINE_USER": user,
            "ARI_ENGINE_PASSWORD": password,
        }


def missing(name: str) -> str:
    """Why an engine can't be started here, in words; empty if it can."""
    if name == "oxigraph":
        return "" if _oxigraph() else "Oxigraph's server is not installed: pip install oxigraph"
    if name == "virtuoso":
        there = shutil.which("virtuoso-t")
        return "" if there else "Virtuoso is not installed: apt-get install virtuoso-opensource-7"
    if not shutil.which("java"):
        return "Fuseki needs Java 17"
    there = list(FUSEKI_JARS.glob("*.jar"))
    return "" if there else "Fuseki is not there: see tests/tools/fuseki/README.md"


@contextmanager
def running(name: str, folder: Path) -> Iterator[Real]:
    """An engine that ends with the block; its data go into the folder."""
    port = _free_port()
    engine, command = _command(name, port, folder)
    with (folder / "out").open("wb") as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(process, port, folder / "out")
        yield engine
    finally:
        process.kill()
        process.wait()


def _command(name: str, port: int, folder: Path) -> tuple[Real, list[str]]:
    root = f"http://127.0.0.1:{port}"
    if name == "oxigraph":
        command = [str(_oxigraph()), "serve", "--bind", f"127.0.0.1:{port}"]
        return Real(name, f"{root}/query"), command
    if name == "fuseki":
        return Real(name, f"{root}/ds/query"), _fuseki(port, folder)
    settings = VIRTUOSO_INI.format(port=port, sql_port=_free_port())
    (folder / "virtuoso.ini").write_text(settings)
    command = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    return Real(name, f"{root}/sparql", ("dba", "dba")), command


def _fuseki(port: int, folder: Path) -> list[str]:
    (folder / "tdb2").mkdir()
    program = ["java", "-Xmx1g", "-cp", f"{FUSEKI_JARS}/*"]
    main = "org.apache.jena.fuseki.main.cmds.FusekiMainCmd"
    options = ["--localhost", "--port", str(port), "--update", "--tdb2", "--loc", "tdb2", "/ds"]
    return [*program, main, *options]


def _oxigraph() -> Path | None:
    beside = Path(sys.executable).with_name("oxigraph")
    found = beside if beside.exists() else shutil.which("oxigraph")
    return Path(found) if found else None


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait(process: "subprocess.Popen[bytes]", port: int, output: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the engine did not start: {output.read_text()[-2000:]}")
