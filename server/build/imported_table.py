"""The editions that `ari import` made, each a folder with `questions.csv`."""

import re

from .edition_table import edition
from .faults import Faults
from .imported_records import (
    KINDS,
    STATUSES,
    ImportedEdition,
    ImportRecord,
    QuestionRecord,
    former,
    import_source,
)
from .keys_table import Keys, read_keys
from .patterns import SHA256, SLUG
from .records import ThemeRecord
from .references import known
from .rows import Row, read_csv, unique
from .sections import Section, read_toml
from .sources import Sources
from .theme_table import read_themes
from .wording import digest

QUESTION_COLUMNS = (
    "id",
    "theme",
    "position",
    "text",
    "sha256",
    "status",
    "replaced_by",
    "issued",
    "page",
    "note",
    "background",
)
DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_KEY = re.compile(rf"({SLUG.pattern})?")
_WEB = re.compile(r"(https?://[^\s<>\"{}|\\^`]+)?")


def read(sources: Sources, faults: Faults) -> tuple[ImportedEdition, ...]:
    """Every such edition, by its key."""
    found = (key for key in sources.editions() if sources.of_edition(key, "questions.csv"))
    return tuple(_edition(sources, key, faults) for key in found)


def _edition(sources: Sources, key: str, faults: Faults) -> ImportedEdition:
    name = file_of(sources, key, "edition.toml")
    top = read_toml(sources.read(name), name, faults)
    imported = read_import(top, faults)
    changes = top.sections("changes") if "changes" in top.values else []
    found = ImportedEdition(
        edition=edition(top, (import_source(key, imported),)),
        imported=imported,
        changes=tuple(_change(item) for item in changes),
        themes=read_themes(sources, file_of(sources, key, "themes.csv"), faults),
        questions=read_questions(
            sources,
            file_of(sources, key, "questions.csv"),
            read_keys(sources, file_of(sources, key, "keys.csv"), faults),
            faults,
        ),
    )
    top.done()
    if found.edition.key != key:
        top.report("key", f"'key' is '{found.edition.key}'; expected: '{key}', as the folder.")
    known_themes(found.themes, found.questions, (), faults)
    return found


def file_of(sources: Sources, edition_key: str, file: str) -> str:
    """The name of a file of an edition; of one that is missing, where it would stand."""
    return sources.of_edition(edition_key, file) or f"editions/{edition_key}/{file}"


def read_import(top: Section, faults: Faults) -> ImportRecord:
    """The section `[import]`."""
    item = top.section("import")
    record = ImportRecord(
        kind=item.text("kind"),
        address=item.text("address"),
        sha256=item.matching("sha256", SHA256, "64 lower-case hexadecimal digits"),
        retrieved=item.matching("retrieved", DAY, "a day such as 2026-11-23"),
        licence=item.address("licence"),
        origin=item.origin,
    )
    if record.kind and record.kind not in KINDS:
        item.report("kind", f"'kind' is '{record.kind}'; expected: {', '.join(KINDS)}.")
    item.done()
    return record


def _change(item: Section) -> tuple[str, str]:
    change = item.matching("date", DAY, "a day such as 2026-11-23"), item.text("note")
    item.done()
    return change


def read_questions(
    sources: Sources, file: str, keys: Keys, faults: Faults
) -> tuple[QuestionRecord, ...]:
    """The questions of an edition, in the order of the file."""
    rows = read_csv(sources.read(file), file, QUESTION_COLUMNS, faults)
    unique(rows, "id")
    return tuple(_question(row, keys) for row in rows)


def _question(row: Row, keys: Keys) -> QuestionRecord:
    record = QuestionRecord(
        id=row.matching("id", SLUG, "an identifier such as '27'"),
        theme=row["theme"],
        position=row.whole("position"),
        text=row.filled("text"),
        sha256=row["sha256"],
        former=former(keys.digests(row["id"]), row["sha256"]),
        status=row.one_of("status", STATUSES),
        replaced_by=replacement(row),
        issued=row.matching("issued", DATE, "a date") if row["issued"] else "",
        page=row.matching("page", _WEB, "a web address, or nothing"),
        note=row["note"],
        background=row["background"],
        origin=row.origin,
    )
    same_text(row, record.text, record.sha256)
    return record


def replacement(row: Row) -> str:
    """The key of the question that took a question's place; empty for none."""
    return row.matching("replaced_by", _KEY, "the key of a question, or nothing")


def same_text(row: Row, text: str, sha256: str) -> None:
    """Report a digest that is not that of the text beside it."""
    if sha256 != digest(text):
        row.report(f"Column sha256 is not that of the text, which is {digest(text)}.")


def known_themes(
    themes: tuple[ThemeRecord, ...],
    questions: tuple[QuestionRecord, ...],
    others: tuple[ThemeRecord, ...],
    faults: Faults,
) -> None:
    """Report what stands under a theme that there is not; `others` are those of our description."""
    keys = {theme.key for theme in (*themes, *others)}
    parents = [(theme.parent, theme.origin) for theme in themes if theme.parent]
    known([*parents, *((item.theme, item.origin) for item in questions)], keys, "theme", faults)
