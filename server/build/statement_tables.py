"""The editions whose texts are not ours to give: each folder with an `edition.toml`.

A folder that holds `questions.csv` is an edition of its own, made by an import.
"""

from collections import Counter

from .edition_table import edition
from .faults import Faults
from .patterns import SHA256
from .records import SourceRecord, StatementEdition, StatementRecord
from .references import known
from .rows import Row, read_csv, unique
from .sections import Section, read_toml
from .sources import Sources
from .theme_table import read_themes

STATEMENT_COLUMNS = ("number", "theme", "certainty", "label", "sha256", "note")
CERTAINTIES = ("high", "medium", "low")


def read(sources: Sources, faults: Faults) -> tuple[StatementEdition, ...]:
    """Every such edition, by the name of its folder."""
    folders = [f for f in sources.folders() if f"{f}/edition.toml" in sources.names(".toml", f)]
    described = [f for f in folders if f"{f}/questions.csv" not in sources.names(".csv", f)]
    return tuple(_edition(sources, folder, faults) for folder in described)


def _edition(sources: Sources, folder: str, faults: Faults) -> StatementEdition:
    name, before = f"{folder}/edition.toml", len(faults)
    top = read_toml(sources.read(name), name, faults)
    page = top.section("page")
    address, content_id = page.address("url"), page.text("content_id", "")
    found = StatementEdition(
        edition=edition(top, (_source(top, address),)),
        page=address,
        page_note=page.text("note", ""),
        content_id=content_id,
        themes=read_themes(sources, f"{folder}/themes.csv", faults),
        statements=_statements(sources, f"{folder}/statements.csv", faults),
    )
    page.done()
    _known_themes(found, faults)
    counts = top.section("counts")
    top.done()
    # A row that can't be read would be missed again in the counts.
    if len(faults) == before:
        _as_counted(found, counts)
    return found


def _source(top: Section, page: str) -> SourceRecord:
    item = top.section("source")
    source = SourceRecord(
        key=top.text("key"),
        title=item.text("title"),
        description=item.text("description"),
        note=item.text("note", ""),
        derived_from=item.texts("derived_from", []),
        pages=(page,),
    )
    item.done()
    return source


def _statements(sources: Sources, file: str, faults: Faults) -> tuple[StatementRecord, ...]:
    rows = read_csv(sources.read(file), file, STATEMENT_COLUMNS, faults)
    for column in ("number", "label", "sha256"):
        unique(rows, column)
    return tuple(sorted(map(_statement, rows), key=lambda item: item.number))


def _statement(row: Row) -> StatementRecord:
    return StatementRecord(
        number=row.whole("number"),
        theme=row["theme"],
        certainty=row.one_of("certainty", CERTAINTIES),
        label=row.filled("label"),
        sha256=row.matching("sha256", SHA256, "64 lower-case hexadecimal digits"),
        note=row["note"],
        origin=row.origin,
    )


def _known_themes(found: StatementEdition, faults: Faults) -> None:
    keys = {theme.key for theme in found.themes}
    parents = [(theme.parent, theme.origin) for theme in found.themes if theme.parent]
    themes = [(item.theme, item.origin) for item in found.statements]
    known([*parents, *themes], keys, "theme", faults)


def _as_counted(found: StatementEdition, counts: Section) -> None:
    parents = {theme.key: theme.parent for theme in found.themes}
    groups = [key for key, parent in parents.items() if not parent]
    sizes = {
        "groups": len(groups),
        "themes": len(parents) - len(groups),
        "statements": len(found.statements),
    }
    for key, number in sizes.items():
        if counts.number(key) != number:
            counts.report(key, f"{number} {key} found; expected: {counts.number(key)}.")
    per_group = Counter(parents.get(item.theme) or item.theme for item in found.statements)
    each = tuple(per_group[group] for group in groups)
    if counts.numbers("statements_per_group") != each:
        detail = f"The groups hold {each} statements; expected: "
        counts.report("statements_per_group", f"{detail}{counts.numbers('statements_per_group')}.")
    counts.done()
