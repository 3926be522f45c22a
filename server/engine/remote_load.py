"""A build's dataset into another engine, graph by graph, through its graph store."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, RdfFormat, parse

from ..config import Settings
from ..errors import AriError, EnvironmentFault, InputError, NotOffered
from ..vocab import Names
from . import remote_dataset, remote_http
from .remote_connection import Access, prepare

SILENCE_SECONDS = 300.0
"""How long an engine may say nothing while it takes a graph."""
Progress = Callable[[str], None]


def load(dataset: Path, settings: Settings, tell: Progress) -> int:
    """Put each graph of a dataset, and delete those of ours that it no longer has.

    A graph is replaced as a whole, by one request; graphs of others stay as they are. Has this
    process log in at the engine: call it in one that does nothing else.

    Args:
        dataset: N-Quads; ours are the graphs below `{base}id/graph/`.
        tell: is told each step.

    Returns:
        The number of statements.

    Raises:
        InputError: `engine` is not set.
        EnvironmentFault: the engine can't be reached, fails, or holds something else afterwards.
    """
    if not settings.engine:
        raise InputError("There is no engine to load.", remedy="Name its query address: --engine.")
    try:
        return _Loading(settings, tell).load(dataset)
    except (AriError, OSError) as error:
        if isinstance(error, InputError | EnvironmentFault):
            raise
        detail = error.detail if isinstance(error, AriError) else str(error)
        remedy = error.remedy if isinstance(error, AriError) else ""
        raise EnvironmentFault(f"{settings.engine}: {detail}", remedy=remedy) from error


class _Loading:
    """One engine that is being loaded."""

    def __init__(self, settings: Settings, tell: Progress) -> None:
        self.tell = tell
        self.ours = str(Names(settings.base_iri).graph(""))
        own = settings
        access = Access(
            own.engine, own.engine_update, own.engine_store, own.engine_user, own.engine_password
        )
        prepare(access, SILENCE_SECONDS)
        self.dialect, self.held = remote_dataset.graphs(access)
        self.access = remote_dataset.addressed(access, self.dialect)

    def load(self, dataset: Path) -> int:
        if not self.access.store:
            raise NotOffered(
                "This engine's graph store has no known address.",
                remedy="Set ARI_ENGINE_STORE, or --engine-store.",
            )
        with tempfile.TemporaryDirectory(prefix="ari-load-") as folder:
            sizes = {}
            for name, file in _by_graph(dataset, Path(folder)):
                sizes[name] = self.put(name, file)
        for name in self.held:
            if name.startswith(self.ours) and name not in sizes:
                self.tell(f"{name}: deleted, as the build has it no longer")
                remote_http.store(self.access, "DELETE", name)
        self.must_hold(sizes)
        return sum(sizes.values())

    def put(self, name: str, file: Path) -> int:
        document = file.read_bytes()
        number = document.count(b"\n")
        self.tell(f"{name}: {number:,} statements")
        remote_http.store(self.access, "PUT", name, document)
        return number

    def must_hold(self, sizes: dict[str, int]) -> None:
        """Count again: an engine that drops statements without a word is found out."""
        _, held = remote_dataset.graphs(self.access)
        for name, size in sizes.items():
            if held.get(name) != size:
                raise EnvironmentFault(
                    f"The engine holds {held.get(name, 0):,} statements of <{name}> where "
                    f"{size:,} were sent.",
                    remedy="Look into the engine's own log.",
                )


def _by_graph(dataset: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Each graph and a file with its statements, one a line, each once."""
    files: dict[str, Path] = {}
    with contextlib.ExitStack() as opened, dataset.open("rb") as source:
        writers = {}
        for quad in parse(source, format=RdfFormat.N_QUADS):
            if isinstance(quad.graph_name, DefaultGraph):
                raise InputError(f"{dataset} has statements in no graph.")
            name = quad.graph_name.value
            if name not in writers:
                files[name] = folder / str(len(files))
                writers[name] = opened.enter_context(files[name].open("w", encoding="utf-8"))
            writers[name].write(f"{quad.triple} .\n")
    yield from sorted(files.items())
