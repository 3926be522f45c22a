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

RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
MODULES = sorted(path.relative_to(SERVER) for path in SERVER.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """The parts of the package that a module imports: first names below `server/`."""
    depth = len(path.parts) - 1
    found = set()
    for node in ast.walk(ast.parse((SERVER / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth + 1:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {name.split(".")[0] for name in names}
    return found - {"__version__"}


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_a_module_imports_only_what_stands_below_it(path: Path) -> None:
    own = path.parts[0].removesuffix(".py")
    if own == "__init__":
        assert not imported(path)
        return
    for other in imported(path):
        assert RANK[other] < RANK[own], f"server/{path} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=str)
def test_imports_inside_the_package_are_relative(path: Path) -> None:
    for node in ast.walk(ast.parse((SERVER / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            assert not (node.module or "").startswith("met_ari"), f"server/{path}:{node.lineno}"


def test_every_part_has_its_place_in_the_order() -> None:
    parts = {path.parts[0].removesuffix(".py") for path in MODULES} - {"__init__"}
    assert parts == set(RANK)


def test_no_module_has_the_name_of_a_data_folder() -> None:
    folders = {"ontology", "shapes", "queries", "data"}
    assert not folders & {path.parts[0].removesuffix(".py") for path in MODULES}
