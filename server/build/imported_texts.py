"""The official texts that `ari import` found for an edition that we describe without them."""

from dataclasses import replace

from .faults import Faults
from .imported_records import STATUSES, ImportedTexts, TextRecord, former
from .imported_table import (
    file_of,
    known_themes,
    read_import,
    read_questions,
    replacement,
    same_text,
)
from .keys_table import Keys, read_keys
from .records import EditionRecord, StatementEdition
from .references import known
from .rows import Row, read_csv, unique
from .sections import read_toml
from .sources import Sources
from .theme_table import read_themes

COLUMNS = ("number", "text", "sha256", "page", "status", "replaced_by", "background")


def read(
    sources: Sources, described: tuple[StatementEdition, ...], faults: Faults
) -> tuple[ImportedTexts, ...]:
    """The texts of every edition that has some."""
    found = [item for item in described if sources.of_edition(item.edition.key, "texts.csv")]
    return tuple(_texts(sources, item, faults) for item in found)


def _texts(sources: Sources, described: StatementEdition, faults: Faults) -> ImportedTexts:
    key = described.edition.key
    name = file_of(sources, key, "import.toml")
    top = read_toml(sources.read(name), name, faults)
    keys = read_keys(sources, file_of(sources, key, "keys.csv"), faults)
    themes = file_of(sources, key, "added-themes.csv")
    questions = file_of(sources, key, "added-questions.csv")
    found = ImportedTexts(
        edition=key,
        imported=read_import(top, faults),
        texts=_rows(sources, file_of(sources, key, "texts.csv"), keys, faults),
        themes=read_themes(sources, themes, faults),
        questions=read_questions(sources, questions, keys, faults),
    )
    top.done()
    known_themes(found.themes, found.questions, described.themes, faults)
    _known_numbers(found, described, faults)
    return found


def _rows(sources: Sources, file: str, keys: Keys, faults: Faults) -> tuple[TextRecord, ...]:
    rows = read_csv(sources.read(file), file, COLUMNS, faults)
    unique(rows, "number")
    return tuple(_text(row, keys) for row in rows)


def _text(row: Row, keys: Keys) -> TextRecord:
    record = TextRecord(
        number=row.whole("number"),
        text=row["text"],
        sha256=row["sha256"],
        former=former(keys.digests(row["number"]), row["sha256"]),
        status=row.one_of("status", STATUSES),
        replaced_by=replacement(row),
        page=row["page"],
        background=row["background"],
        origin=row.origin,
    )
    if record.text:
        same_text(row, record.text, record.sha256)
    return record


def _known_numbers(found: ImportedTexts, described: StatementEdition, faults: Faults) -> None:
    numbers = {str(item.number) for item in described.statements}
    texts = [(str(item.number), item.origin) for item in found.texts]
    known(texts, numbers, "statement", faults)
    for question in found.questions:
        if question.id in numbers:
            faults.report(question.origin, f"'{question.id}' is a statement that we describe.")


def as_it_stands(edition: EditionRecord, texts: ImportedTexts | None) -> EditionRecord:
    """The edition with what an import added: nobody has completed the record of a new question."""
    if texts is None or not texts.questions:
        return edition
    return replace(edition, edited=False)
