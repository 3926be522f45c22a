"""The questions of the benchmark: the library's in groups, and cheap ones, all different."""

import re
from dataclasses import dataclass

from .. import queryfile
from ..vocab import DEFAULT_BASE, PREFIXES
from .client import GRAPH, TABLE

GROUPS = ("lookup", "join", "aggregate", "text", "path", "construct", "cross-reference")
"""As in the headers of the stored queries (`kind`)."""
PLACE = "000000000"
"""Stands in a cheap question where each request has another number of as many digits."""

_FORM = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.MULTILINE)
_HEADER = re.compile(r"^#.*\n", re.MULTILINE)
_ORDERED = re.compile(r"^ORDER BY\b", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """A query and what its answer looks like.

    Args:
        accept: media type to ask for.
        ordered: the order of the rows is part of the answer.
    """

    name: str
    group: str
    text: str
    accept: str = TABLE
    ordered: bool = False

    def distinct(self, number: int) -> str:
        """The same question in a text that was never sent before.

        A prefix that nothing uses costs a few bytes to parse and nothing to answer, and no
        cache of answers can see through it without parsing the query.
        """
        return f"PREFIX n{number}: <urn:x-ari:n{number}#>\n{self.text}"


def of_library() -> list[Question]:
    """The stored queries with their defaults, by group and name."""
    found = [_question(query) for query in queryfile.library().values()]
    return sorted(found, key=lambda question: (GROUPS.index(question.group), question.name))


def _question(query: queryfile.QueryFile) -> Question:
    text = _HEADER.sub("", query.text).strip()
    form = _FORM.search(text)
    graph = form is not None and form[1] in ("CONSTRUCT", "DESCRIBE")
    accept = GRAPH if graph else TABLE
    return Question(query.name, query.kind, text, accept, bool(_ORDERED.search(text)))


def things() -> Question:
    """The questions of one edition, whose names the cheap questions ask for."""
    text = (
        f"SELECT ?thing WHERE {{ ?thing a <{PREFIXES['ari']}ResearchQuestion> ; "
        f"<{PREFIXES['skos']}inScheme> <{DEFAULT_BASE}id/ari/met-2019> }} ORDER BY ?thing"
    )
    return Question("things", "", text, ordered=True)


def cheap(thing: str, number: str = PLACE) -> Question:
    """The name of one thing, with a number that makes the question new."""
    text = (
        f"SELECT ?number ?label WHERE {{ VALUES ?number {{ {number} }} "
        f"<{thing}> <{PREFIXES['skos']}prefLabel> ?label }}"
    )
    return Question(f"name of {thing}", "", text)
