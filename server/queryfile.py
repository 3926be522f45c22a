"""Stored queries: files of SPARQL with a header that is a promise and parameters that are terms.

A file starts with lines `#+ key: value` and is, below them, a query that runs as it stands. Each
parameter has a line `VALUES ?name { default }` wherever the query needs it; binding puts another
RDF term, serialised by a library, in the place of the default. `queries/README.md` has the rules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import PurePath

from . import resources
from .errors import ParameterError, UnknownName
from .queryheader import VALUES, HeaderReader
from .queryparameter import Parameter, Term, serialised, shown
from .vocab import DEFAULT_BASE

_THING = re.compile(re.escape(f"<{DEFAULT_BASE}id/") + r"([^<>\s]*)>")


@dataclass(frozen=True)
class QueryFile:
    """A stored query.

    Args:
        name: of the file, without `.rq`.
        folder: one of `FOLDERS`.
        text: the whole file.
        question: what it answers, in a reader's words.
        rows: solutions or triples of the answer with the default values; None: not promised.
        message, level: of a check: what is wrong where it finds something, and for which editions.
    """

    name: str
    folder: str
    text: str
    summary: str
    question: str = ""
    audience: str = ""
    kind: str = ""
    parameters: tuple[Parameter, ...] = ()
    rows: int | None = None
    message: str = ""
    level: str = ""

    def bind(self, values: Mapping[str, str], base: str = DEFAULT_BASE) -> str:
        """The query with these values, and with the things of another deployment's base IRI.

        Args:
            values: by name of the parameter; one that is left out keeps its default.
            base: base IRI of the deployment, ends in a slash.

        Raises:
            ParameterError: no such parameter, or a value that is not of its type.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise self._no_such_parameter(name)
        terms = {name: known[name].term(value, base) for name, value in values.items()}
        return "\n".join(_bound(line, terms) for line in _rebased(self.text, base).split("\n"))

    def under(self, base: str) -> "QueryFile":
        """The same query, header and all, over the things of another deployment."""
        return read(_rebased(self.text, base), self.name, self.folder)

    def _no_such_parameter(self, name: str) -> ParameterError:
        names = [parameter.name for parameter in self.parameters]
        offer = f"It takes: {', '.join(names)}." if names else "It takes none."
        return ParameterError(
            f"The query {self.name} has no parameter {shown(name)}.",
            remedy=offer,
            extra={"parameter": name, "parameters": names},
        )


def library() -> dict[str, QueryFile]:
    """The queries that users may ask, by name."""
    return stored("library")


@cache
def _stored(folder: str) -> tuple[QueryFile, ...]:
    return tuple(
        read(file.read_text(encoding="utf-8"), PurePath(file.name).stem, folder)
        for file in resources.listing("queries", folder, suffix=".rq")
    )


def stored(folder: str) -> dict[str, QueryFile]:
    """The queries of one of `FOLDERS`, by name.

    Raises:
        SourceError: a file whose header is not as it should be.
    """
    return {query.name: query for query in _stored(folder)}


def load(name: str, folder: str = "library") -> QueryFile:
    """One stored query.

    Raises:
        UnknownName: there is none of that name; offers the nearest ones.
    """
    queries = stored(folder)
    if name in queries:
        return queries[name]
    near = get_close_matches(name, queries, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(near)}? " if near else ""
    raise UnknownName(
        f"There is no stored query {shown(name)}.",
        remedy=f"{hint}`ari query` without a name lists all {len(queries)}.",
        extra={"name": name, "near": near},
    )


def read(text: str, name: str, folder: str = "library") -> QueryFile:
    """A query file.

    Raises:
        SourceError: its header is not as it should be: see `HeaderReader.read`.
    """
    header = HeaderReader(text, name, folder).read()
    said = header.values
    return QueryFile(
        name=name,
        folder=folder,
        text=text,
        summary=said["summary"],
        question=said.get("question", ""),
        audience=said.get("audience", ""),
        kind=said.get("kind", ""),
        parameters=header.parameters,
        rows=int(said["rows"]) if "rows" in said else None,
        message=said.get("message", ""),
        level=said.get("level", ""),
    )


def _bound(line: str, terms: Mapping[str, Term | None]) -> str:
    match = VALUES.fullmatch(line)
    if not match or match["name"] not in terms:
        return line
    return match["before"] + serialised(terms[match["name"]]) + match["after"]


def _rebased(text: str, base: str) -> str:
    if base == DEFAULT_BASE:
        return text
    return _THING.sub(lambda match: f"<{base}id/{match[1]}>", text)
