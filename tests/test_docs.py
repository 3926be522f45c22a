"""The documents name what there is, and nothing that there is not."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from met_ari import cli, config, errors
from met_ari.app import create_app
from met_ari.formats import FORMATS
from met_ari.protocol import health
from met_ari.vocab import ARI
from tests.engine_double import EngineDouble

ROOT = Path(__file__).parent.parent
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
DOCUMENTS = sorted(
    path
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    if ".venv" not in path.parts
)


def first_cells(heading: str) -> list[str]:
    """The names in the first column of the table under one heading of the reference."""
    part = REFERENCE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)


def error_classes(root: type[errors.AriError] = errors.AriError) -> Iterator[type[errors.AriError]]:
    yield root
    for child in root.__subclasses__():
        yield from error_classes(child)


def test_every_command_is_in_the_reference() -> None:
    commands = {cell.split()[1] for cell in first_cells("Commands")}
    assert commands == set(cli.COMMANDS)


def test_every_setting_is_in_the_reference_with_its_default_and_help() -> None:
    rows = [
        f"| `{item.variable}` | {f'`{item.default}`' if item.default else 'empty'} | {item.help} |"
        for item in config.options()
    ]
    assert [row for row in rows if row not in REFERENCE] == []
    assert first_cells("Settings") == [item.variable for item in config.options()]


def test_every_problem_is_in_the_reference_with_its_status() -> None:
    expected = {
        f"| `{cls.slug}` | {cls.status} | {cls.exit_code} | {cls.title}" for cls in error_classes()
    }
    assert sorted(row for row in expected if row not in REFERENCE) == []
    assert sorted(first_cells("Problems")) == sorted({cls.slug for cls in error_classes()})


def test_every_format_is_in_the_reference() -> None:
    named = first_cells("Formats")
    assert named == [item.name for item in FORMATS] + ["html"]
    assert all(f"| `{item.name}` | `{item.media_type}` |" in REFERENCE for item in FORMATS)


def test_every_route_is_in_the_reference() -> None:
    app = create_app(config.Settings(), EngineDouble(""))
    documented = {re.sub(r"[{<].*", "", cell) for cell in first_cells("Addresses")}
    served = {re.sub(r"<.*", "", str(rule)) for rule in app.url_map.iter_rules()} | {*health.PATHS}
    assert {path for path in served if not path.startswith("/static")} == documented


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    for target in re.findall(
        r"\]\((?!https?:|#|mailto:)([^)#\s]+)", path.read_text(encoding="utf-8")
    ):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_every_term_of_ours_in_the_documents_exists() -> None:
    for path in DOCUMENTS:
        for term in re.findall(r"\bari:([A-Za-z]\w+)", path.read_text(encoding="utf-8")):
            assert term in ARI, f"{path.name} names ari:{term}"
