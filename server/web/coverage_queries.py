"""The stored queries that coverage and gaps are made by, for whoever wants to ask them."""

from collections.abc import Iterable
from urllib.parse import urlencode

from ..crossref import alone, coverage
from ..crossref.alone import Gaps
from ..crossref.coverage import ALONE, HEADINGS, MATRIX, STATUSES, Coverage
from ..protocol import queries

Asked = tuple[str, dict[str, str]]
"""A stored query by its name, and the values of its parameters."""


def of_table(found: Coverage) -> list[Asked]:
    """Those of the table: the cells, then both margins, then how many decisions stand how."""
    values = coverage.matrix_values(found.comparison)
    back = coverage.matrix_values(found.comparison.turned)
    margins = ({n: each[n] for n in each if n != "columns"} for each in (values, back))
    return [(MATRIX, values), *((HEADINGS, each) for each in margins), (STATUSES, {})]


def of_gaps(found: Gaps) -> list[Asked]:
    """That of the gaps, asked both ways."""
    return [(ALONE, alone.values(each)) for each in (found.comparison, found.comparison.turned)]


def addresses(asked: Iterable[Asked], base_iri: str) -> list[dict[str, str]]:
    """Each query with the address that answers it."""
    return [{"name": name, "href": address(name, values, base_iri)} for name, values in asked]


def address(name: str, values: dict[str, str], base_iri: str) -> str:
    """The address that answers a query with these values, things by their short names."""
    short = {key: value.removeprefix(f"{base_iri}id/") for key, value in values.items()}
    return f"{queries.PATH}/{name}" + (f"?{urlencode(short)}" if short else "")
