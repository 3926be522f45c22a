"""The tables of a release: their columns, and how they refer to each other."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["key", "iri", "text", "integer", "number", "boolean", "date", "year"]
SEPARATOR = "|"
"""Between the values of one cell."""


@dataclass(frozen=True)
class Column:
    """A column.

    Args:
        name: also that of the variable of the query.
        description: for people, in English.
        kind: `key`: last part of the IRI of a thing; `iri`: a whole IRI; `year`: four digits.
        refers: table whose `key` the values are; empty: none.
        needed: every row has a value.
        several: a cell may hold several values, divided by `SEPARATOR`.
        thing: kind of the things that the keys name, as in `{base}id/{thing}/{key}`.
    """

    name: str
    description: str
    kind: Kind = "text"
    refers: str = ""
    needed: bool = False
    several: bool = False
    thing: str = ""


@dataclass(frozen=True)
class Table:
    """A table; its first column is `key`, which names the row.

    Args:
        thing: kind of the things in it, as in `{base}id/{thing}/{key}`.
        columns: without `iri`, which follows the key in every table.
    """

    name: str
    title: str
    description: str
    thing: str
    columns: tuple[Column, ...]

    @property
    def query(self) -> str:
        """Name of the stored query, in `queries/pages`, whose rows are gathered by key."""
        return f"table-{self.name}"

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Every column in order."""
        key = Column("key", "What names it, never used again for another", "key", needed=True)
        return (key, Column("iri", "Its IRI", "iri", needed=True), *self.columns)


_EDITION = Column(
    "edition", "The edition that it stands in", "key", "editions", needed=True, thing="ari"
)
_POSITION = Column("position", "Its place within what it stands under, from 1", "integer")

EDITIONS = Table(
    "editions",
    "Editions",
    "Areas of Research Interest as published, one row an edition.",
    "ari",
    (
        Column("title", "Its title with its publisher", needed=True),
        Column("publisher", "The organisation that published it"),
        Column("issued", "When it was published, a year or a day"),
        Column("strategy", "The strategy that it follows", "key", thing="strategy"),
        Column("licence", "Licence of the record", "iri"),
        Column("page", "Where it is published", "iri", several=True),
    ),
)
GOALS = Table(
    "goals",
    "Strategic goals",
    "What a strategy sets out to reach, one row a goal.",
    "goal",
    (
        Column("strategy", "The strategy that it is a part of", "key", thing="strategy"),
        _POSITION,
        Column("name", "Its name", needed=True),
        Column("other_names", "Other names of it", several=True),
    ),
)
PRIORITIES = Table(
    "priorities",
    "Priorities",
    "What an edition groups its questions under, one row a priority.",
    "priority",
    (
        _EDITION,
        Column("kind", "operational or enabling"),
        _POSITION,
        Column("name", "Its name", needed=True),
        Column("description", "Its description, as published"),
        Column("goals", "The goals that it supports", "key", "goals", several=True, thing="goal"),
    ),
)
THEMES = Table(
    "themes",
    "Themes",
    "What an edition groups its questions under; a theme without a parent is a group.",
    "theme",
    (
        _EDITION,
        Column("parent", "The group or theme above it", "key", "themes", thing="theme"),
        _POSITION,
        Column("name", "Its name", needed=True),
    ),
)
TOPICS = Table(
    "topics",
    "Topics",
    "The thesaurus by which questions of different organisations are found together.",
    "topic",
    (
        Column("name", "Its name", needed=True),
        Column("other_names", "Other names of it", several=True),
        Column("scope_note", "What falls under it"),
        Column("broader", "Topics above it", "key", "topics", several=True, thing="topic"),
        Column("related", "Topics beside it", "key", "topics", several=True, thing="topic"),
    ),
)
QUESTIONS = Table(
    "questions",
    "Research questions",
    "What an organisation asks researchers, one row a question.",
    "question",
    (
        _EDITION,
        Column("priority", "The priority above it", "key", "priorities", thing="priority"),
        Column("theme", "The theme above it", "key", "themes", thing="theme"),
        Column("theme_certainty", "How sure the theme is where it was inferred: medium or low"),
        _POSITION,
        Column("label", "The question, or a short label of our own", needed=True),
        Column("label_is_summary", "Whether the label is our own wording", "boolean"),
        Column("text", "The official text, word for word, where it may be given"),
        Column("sha256", "SHA-256 of the official text, white space collapsed"),
        Column("status", "archived, withdrawn or vanished; empty: it is asked"),
        Column("issued", "When it was published, a year or a day"),
        Column("page", "Pages about it", "iri", several=True),
        Column("topics", "Its topics", "key", "topics", several=True, thing="topic"),
    ),
)
MAPPINGS = Table(
    "mappings",
    "Decisions about pairs of questions",
    "What was said about two questions of different editions, one row a decision.",
    "mapping",
    (
        Column("pair", "The pair that it is about", "key", thing="mapping"),
        Column(
            "subject",
            "The question that the comparison starts from",
            "key",
            "questions",
            needed=True,
            thing="question",
        ),
        Column("predicate", "The relation, a property of SKOS", "iri", needed=True),
        Column("negated", "Whether the relation is said not to hold", "boolean", needed=True),
        Column(
            "object",
            "The question that it leads to; empty: no counterpart was found",
            "key",
            "questions",
            thing="question",
        ),
        Column("object_edition", "The edition that it leads to", "key", "editions", thing="ari"),
        Column("status", "proposed, accepted, rejected or superseded"),
        Column("latest", "Whether it is the newest about its pair", "boolean"),
        Column("confidence", "From 0 to 1, that the row as it stands is right", "number"),
        Column("justification", "How it came about, a term of semapv", "iri", needed=True),
        Column("author", "Who wrote it"),
        Column("reviewer", "Who reviewed it"),
        Column("date", "When it was made", "date"),
        Column("reason", "Why, in words"),
        Column("reason_tag", "Why, in one word of a closed list"),
        Column(
            "replaced_by", "The decision that took its place", "key", "mappings", thing="mapping"
        ),
    ),
)

TABLES = (EDITIONS, GOALS, PRIORITIES, THEMES, TOPICS, QUESTIONS, MAPPINGS)
"""In an order in which each refers only to those before it, or to itself."""
