"""The checks find nothing in the data, and each finds what its example does wrong.

An example, `tests/checks/NAME.trig`, starts with a line `# finds: <IRI> …` that names every thing
that the check must find in it; the rest of the example is right.
"""

import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QuerySolutions, Store
from rdflib.plugins.sparql import prepareQuery

from met_ari import resources
from met_ari.build.pipeline import BuildResult
from met_ari.queryfile import QueryFile, load, stored
from tests.answers import dataset

EXAMPLES = Path(__file__).parent / "checks"
NAMES = sorted(stored("checks"))
TERMS = "https://w3id.org/ari/def#"
ONTOLOGY = NamedNode("https://w3id.org/ari/id/graph/ontology")
DEFINED_BY = NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")


@pytest.fixture(scope="module")
def store(built: BuildResult) -> Store:
    return dataset(built.folder / "dataset.nq")


def found(check: QueryFile, store: Store) -> set[str]:
    """The things that a check complains about."""
    solutions = store.query(check.text)
    assert isinstance(solutions, QuerySolutions)
    return {solution["focus"].value for solution in solutions}


def check(name: str) -> QueryFile:
    return load(name, "checks")


@pytest.mark.parametrize("name", NAMES)
def test_the_data_passes(name: str, store: Store) -> None:
    assert found(check(name), store) == set()


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_found_and_nothing_else_in_it(name: str) -> None:
    file = EXAMPLES / f"{name}.trig"
    first, _, _ = file.read_text(encoding="utf-8").partition("\n")
    assert first.startswith("# finds: <")
    assert found(check(name), dataset(file)) == set(re.findall("<([^<>]+)>", first))


def test_every_example_belongs_to_a_check() -> None:
    assert {file.stem for file in EXAMPLES.iterdir()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_two_parsers_take_the_check(name: str) -> None:
    found(check(name), Store())
    prepareQuery(check(name).text)


@pytest.mark.parametrize("name", NAMES)
def test_a_check_is_laid_out_as_the_others_are(name: str) -> None:
    query = check(name)
    assert re.search(r"^SELECT (DISTINCT )?\?focus\b", query.text, re.MULTILINE)
    assert query.message.endswith(".")
    assert not query.summary.endswith(".")
    assert not query.parameters
    assert not re.search(r"\b(SERVICE|FROM|NOW|RAND|UUID)\b", query.text)
    assert max(len(line) for line in query.text.split("\n") if "#+" not in line) <= 100


@pytest.mark.parametrize("name", NAMES)
def test_a_check_for_edited_editions_looks_at_no_others(name: str) -> None:
    query = check(name)
    narrowed = "ari:editedEdition true" in query.text or "scheme/topics" in query.text
    assert narrowed == (query.level == "edited")


def test_the_checks_cover_the_integrity_conditions_of_skos() -> None:
    assert {f"skos-s{number}" for number in (9, 13, 14, 27, 46)} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_checks_hold_under_another_base(name: str, built: BuildResult, tmp_path: Path) -> None:
    text = (EXAMPLES / f"{name}.trig").read_text(encoding="utf-8")
    moved = tmp_path / "moved.trig"
    moved.write_text(text.replace("https://w3id.org/ari/id/", "http://localhost/id/"), "utf-8")
    first, _, _ = moved.read_text(encoding="utf-8").partition("\n")
    wanted = set(re.findall("<([^<>]+)>", first))
    assert found(check(name).under("http://localhost/"), dataset(moved)) == wanted


def used_in_data(store: Store) -> set[str]:
    quads = [quad for quad in store if quad.graph_name != ONTOLOGY]
    nodes = {node for quad in quads for node in (quad.predicate, quad.object)}
    return {node.value for node in nodes if isinstance(node, NamedNode)}


def used_in_files() -> set[str]:
    files = [
        *resources.listing("shapes", suffix=".ttl"),
        *resources.listing("queries", "library", suffix=".rq"),
        *resources.listing("queries", "pages", suffix=".rq"),
    ]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    return {TERMS + name for name in re.findall(r"\bari:([A-Za-z0-9]+)", text)}


def test_every_declared_term_is_used_by_a_shape_a_query_or_the_data(built: BuildResult) -> None:
    store = Store()
    store.load(path=str(built.folder / "dataset.nq"))
    defined = store.quads_for_pattern(None, DEFINED_BY, None)
    declared = {quad.subject.value for quad in defined if isinstance(quad.subject, NamedNode)}
    assert len(declared) >= 25
    assert declared - used_in_data(store) - used_in_files() == set()
