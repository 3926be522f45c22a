"""Imports point one way: a module knows only what stands below it."""

import ast
from pathlib import Path

import pytest

SERVER = Path(__file__).parent.parent / "server"

LAYERS = (
    ("errors",),
    ("resources", "formats", "vocab", "config", "calls", "spreadsheet"),
    ("queryparameter",),
    ("queryheader",),
    ("queryfile",),
    ("build",),
    ("engine",),
    ("keeping",),
    ("protocol",),
    ("crossref",),
    ("publish",),
    ("web",),
    ("app", "processes"),
    ("loading",),
    ("serving", "terminal", "asking"),
    ("bench",),
    ("commands",),
    ("cli",),
)
"""From the ground up; what stands in one line may not import its neighbours."""

PUBLISH = (
    ("layout", "facts", "dataset", "packing"),
    ("asked", "sums", "described", "states", "shelf", "publication"),
    ("traces",),
    ("diff",),
    ("draft",),
    ("dumps", "tables", "answers", "mappings", "since"),
    ("describe", "reports"),
    ("parts",),
    ("release",),
    ("verify",),
)
"""The same of what stands in `publish/`."""

MODULES = sorted(path.relative_to(SERVER) for path in SERVER.rglob("*.py"))
PUBLISHING = [path for path in MODULES if path.parts[0] == "publish"]


def rank(layers: tuple[tuple[str, ...], ...]) -> dict[str, int]:
    """How far above the ground each part stands."""
    return {name: number for number, names in enumerate(layers) for name in names}


def part(path: Path, depth: int) -> str:
    """The name of the part that a module belongs to, so many folders deep."""
    return path.with_suffix("").parts[depth]


def imported(path: Path, inside: tuple[str, ...] = ()) -> set[str]:
    """The other parts that a module imports: first names below a folder of `server/`."""
    found = set()
    for node in ast.walk(ast.parse((SERVER / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = path.parts[: len(path.parts) - node.level]
            start += tuple(node.module.split(".")) if node.module else ()
            for alias in node.names:
                whole = (*start, alias.name)
                if whole[: len(inside)] == inside:
                    found.add(whole[len(inside)])
    return found - {"__version__", part(path, len(inside))}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_only_what_stands_below_it(path: Path) -> None:
    own, order = part(path, 0), rank(LAYERS)
    if own == "__init__":
        assert not imported(path)
        return
    for other in imported(path):
        assert order[other] < order[own], f"server/{path} imports {other}"


@pytest.mark.parametrize("path", PUBLISHING, ids=str)
def test_a_module_of_publish_imports_only_what_stands_below_it(path: Path) -> None:
    own, order = part(path, 1), rank(PUBLISH)
    if path.name == "__init__.py":
        assert not imported(path)
        return
    for other in imported(path, ("publish",)):
        assert order[other] < order[own], f"server/{path} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_inside_the_package_are_relative(path: Path) -> None:
    for node in ast.walk(ast.parse((SERVER / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert not (node.module or "").startswith("met_ari"), f"server/{path}:{node.lineno}"


def test_every_part_has_its_place_in_the_order() -> None:
    assert {part(path, 0) for path in MODULES} - {"__init__"} == set(rank(LAYERS))
    assert {part(path, 1) for path in PUBLISHING} - {"__init__"} == set(rank(PUBLISH))


def test_no_module_has_the_name_of_a_data_folder() -> None:
    folders = {"ontology", "shapes", "queries", "data"}
    assert not folders & {part(path, 0) for path in MODULES}
