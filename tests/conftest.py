"""What many tests need: the records, the graphs and one build of the real data."""

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from met_ari import resources
from met_ari.build import graphs, tables, terms
from met_ari.build.pipeline import BuildResult, build
from met_ari.build.records import Records
from met_ari.build.relation import Relation
from met_ari.build.sources import Sources
from met_ari.publish.draft import Draft
from met_ari.publish.release import drafted, release
from met_ari.vocab import Names
from tests.live import running

DESCRIPTORS_FOR_THE_SESSION = 10
"""What a module may leave open: the pipes and pid of servers that the whole session shares."""


@pytest.fixture(scope="module", autouse=True)
def _descriptors(request: pytest.FixtureRequest) -> Iterator[None]:
    """No module leaves files or sockets open in the process of the tests."""
    before = _open_descriptors()
    yield
    gc.collect()
    left = _open_descriptors() - before
    assert left <= DESCRIPTORS_FOR_THE_SESSION, f"{request.node.name} leaves {left} open"


def _open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture(scope="session")
def sources() -> Sources:
    """The sources that the package ships."""
    return Sources.of_package()


@pytest.fixture(scope="session")
def records(sources: Sources) -> Records:
    """What they say."""
    return tables.read(sources)


@pytest.fixture(scope="session")
def relation(sources: Sources, records: Records) -> Relation:
    """The same as graphs, without inferred statements; for reading only."""
    return graphs.relate(records, terms.load(sources.turtle("ontology")), Names())


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, sources: Sources) -> BuildResult:
    """A build of the real data, in a home of its own (`built.folder.parents[1]`).

    For reading only.
    """
    return build(sources, tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def released(built: BuildResult, sources: Sources) -> Path:
    """A release of it, 1.0.0, in the same home; for reading only."""
    return release(built.folder, sources, built.folder.parents[1], "1.0.0")


@pytest.fixture(scope="session")
def changed_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data with a topic renamed; for reading only."""
    target = tmp_path_factory.mktemp("changed") / "data"
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "__init__.py")
    shutil.copytree(str(resources.folder("data")), target, ignore=ignored)
    file = target / "topics.csv"
    file.write_bytes(file.read_bytes().replace(b"Artificial intelligence", b"Thinking machines", 1))
    return target


@pytest.fixture(scope="session")
def followed(released: Path, changed_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of it, 1.1.0, that follows 1.0.0 in a home of their own; for reading only."""
    home = tmp_path_factory.mktemp("followed")
    shutil.copytree(released, home / "releases" / "1.0.0")
    changed = Sources.at(changed_data)
    made = build(changed, home)
    return release(made.folder, changed, home, "1.1.0", previous="1.0.0")


@pytest.fixture(scope="session")
def draft(built: BuildResult, sources: Sources) -> Draft:
    """What its parts are written from; for reading only."""
    return drafted(built.folder, sources, "1.0.0")


@pytest.fixture
def data_copy(tmp_path: Path) -> Path:
    """A copy of the data folder, to be damaged."""
    target = tmp_path / "data"
    with_folder = str(resources.folder("data"))
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc", "__init__.py")
    shutil.copytree(with_folder, target, ignore=ignored)
    return target


Change = Callable[[str, str, str], None]


@pytest.fixture
def change(data_copy: Path) -> Change:
    """Replace the one occurrence of a text in a file of `data_copy`; line ends are kept."""

    def _change(name: str, before: str, after: str) -> None:
        file = data_copy / name
        text = file.read_bytes().decode()
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {name}"
        file.write_bytes(text.replace(before, after).encode())

    return _change


@pytest.fixture(scope="session")
def service(built: BuildResult) -> Iterator[str]:
    """The address of `ari serve` on the real data, a process of its own."""
    with running("--home", str(built.folder.parents[1])) as address:
        yield address
