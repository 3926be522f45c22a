"""Which representation a client gets: `?format=` wins over `Accept` (RFC 9110, 12.5.1)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from ..errors import NotAcceptable, ParameterError
from ..formats import BY_NAME, Format, Kind, carrying

HTML = "html"
HTML_TYPES = ("text/html", "application/xhtml+xml")
PROBLEM_TYPES = ("application/problem+json", "application/json")

KINDS: tuple[Kind, ...] = ("table", "boolean", "graph")
"""What a query can answer with: SELECT, ASK, CONSTRUCT or DESCRIBE."""

ON_A_PAGE: dict[Kind, str] = {"table": "json", "boolean": "json", "graph": "ttl"}
"""The format behind each kind of answer when a page shows it."""

DATA = tuple(BY_NAME[name] for name in ("ttl", "nt", "jsonld", "rdf"))
"""The formats of documents, the default first."""

LONGEST_REMEMBERED = 512
"""Characters of what a client wants whose choice is remembered."""
MOST_REMEMBERED = 16
"""Media types in a header whose choice is remembered; longer ones are rare, or hostile."""

SPOKEN = {
    # One short name for two formats: SPARQLWrapper sends format=xml for a CONSTRUCT.
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "rq": "application/sparql-query",
    "linkset": "application/linkset+json",
    "txt": "text/plain",
    # Names that SPARQL clients send of themselves.
    "turtle": "text/turtle",
    "n3": "text/turtle",
    "ntriples": "application/n-triples",
    "n-triples": "application/n-triples",
    "json-ld": "application/ld+json",
    "rdf+xml": "application/rdf+xml",
    "rdfxml": "application/rdf+xml",
    "rdf-xml": "application/rdf+xml",
}
"""Short names beside those of `formats.FORMATS`, and the media types they stand for."""


def wanted(accept: MIMEAccept, asked: Sequence[str] = ()) -> MIMEAccept:
    """What the client takes, from `?format=` (a short name or media types) or from `Accept`.

    Parameters of media types are dropped: we have one profile and one charset of each.
    SPARQLWrapper gives `format` twice, by short name and by media type, so doubles may agree.

    Raises:
        ParameterError: the format is empty, or doubles of it contradict each other.
        NotAcceptable: a short name that no format has.
    """
    if asked:
        return MIMEAccept([(media_type, 1) for media_type in _agreed(asked)])
    plain = [(value.partition(";")[0].strip(), quality) for value, quality in accept]
    return MIMEAccept(plain or [("*/*", 1)])


class Choice(NamedTuple):
    """What becomes of a query's answer.

    Args:
        formats: as of `for_query`.
        page: some kind of answer, or a refusal, is shown on a page.
    """

    formats: dict[Kind, str]
    page: bool


def choice(accept: str, asked: tuple[str, ...]) -> Choice:
    """The formats for a client's `Accept` and the values of its `format`.

    Raises: as `wanted` and `for_query`.
    """
    short = len(accept) + sum(map(len, asked)) <= LONGEST_REMEMBERED
    return (_remembered_choice if short else _choice)(accept, asked)


def _choice(accept: str, asked: tuple[str, ...]) -> Choice:
    takes = wanted(parse_accept_header(accept, MIMEAccept), asked)
    formats = for_query(takes)
    return Choice(formats, HTML in formats.values() or prefers_page(takes))


_remembered_choice = lru_cache(maxsize=256)(_choice)


def for_query(takes: MIMEAccept, besides: Sequence[str] = ()) -> dict[Kind, str]:
    """A format name or `html` for each kind of answer that the client takes; data first.

    Args:
        besides: other media types that are on offer, for the words of a refusal.

    Raises:
        NotAcceptable: nothing fits any kind.
    """
    found = {kind: _best(takes, carrying(kind), html_first=False) for kind in KINDS}
    formats = {kind: name for kind, name in found.items() if name}
    if not formats:
        offered = _types([item for kind in KINDS for item in carrying(kind)])
        raise NotAcceptable(_shown(takes), [*offered, *besides])
    return formats


def for_data(takes: MIMEAccept, offered: Sequence[Format] = DATA) -> str:
    """A format name or `html` for a graph that is data before it is a page.

    Raises:
        NotAcceptable: nothing fits.
    """
    return _offered(takes, offered, html_first=False)


def for_page(takes: MIMEAccept, offered: Sequence[Format] = DATA) -> str:
    """A format name or `html` for a document that is a page before it is data.

    Raises:
        NotAcceptable: nothing fits.
    """
    return _offered(takes, offered, html_first=True)


def for_program(takes: MIMEAccept, offered: Sequence[str]) -> str:
    """A media type of what is never a page.

    Raises:
        NotAcceptable: nothing fits.
    """
    if best := takes.best_match(offered):
        return best
    raise NotAcceptable(_shown(takes), offered)


def prefers_text_of_query(takes: MIMEAccept) -> bool:
    """Whether the client asks for a query's text, and not for its answer."""
    answers = [media for kind in KINDS for item in carrying(kind) for media in _names(item)]
    text = SPOKEN["rq"]
    return takes.best_match([*answers, *HTML_TYPES, text]) == text


def _names(item: Format) -> tuple[str, ...]:
    return item.media_type, *item.also


def prefers_page(takes: MIMEAccept) -> bool:
    """Whether a refusal is told on a page: only to clients that put HTML above JSON."""
    return takes.best_match([*PROBLEM_TYPES, *HTML_TYPES]) in HTML_TYPES


def _offered(takes: MIMEAccept, offered: Sequence[Format], *, html_first: bool) -> str:
    name = _best(takes, offered, html_first=html_first)
    if name is None:
        raise NotAcceptable(_shown(takes), _types(offered))
    return name


def _best(takes: MIMEAccept, offered: Sequence[Format], *, html_first: bool) -> str | None:
    if len(takes) > MOST_REMEMBERED:
        return _chosen(tuple(takes), tuple(offered), html_first)
    return _remembered(tuple(takes), tuple(offered), html_first)


def _chosen(
    pairs: tuple[tuple[str, float], ...], offered: tuple[Format, ...], html_first: bool
) -> str | None:
    takes = MIMEAccept(pairs)
    # Another name of a type counts only where the client says it: `text/*` is no wish for RDF/XML.
    said = {value.lower() for value in takes.values()}
    data: dict[str, str] = {}
    for item in offered:
        also = [media for media in item.also if media in said]
        data |= dict.fromkeys([item.media_type, *also], item.name)
    html = dict.fromkeys(HTML_TYPES, HTML)
    names = html | data if html_first else data | html
    best = takes.best_match(list(names))
    return names[best] if best else None


_remembered = lru_cache(maxsize=256)(_chosen)
"""Clients send few different headers, and comparing media types takes a while."""


def _agreed(asked: Sequence[str]) -> list[str]:
    said = [[_media_type(name) for name in value.split(",")] for value in asked]
    agreed = [media_type for media_type in said[0] if all(media_type in each for each in said)]
    if not agreed:
        raise ParameterError(
            f"The parameter format is given {len(asked)} times, with different values.",
            remedy="Give it once.",
            extra={"parameter": "format"},
        )
    return agreed


def _media_type(asked: str) -> str:
    # A plus sign that was not percent-encoded arrives as a space.
    name = asked.partition(";")[0].strip().replace(" ", "+").lower()
    if not name:
        raise ParameterError(
            "The parameter format is empty.",
            remedy="Name a format, such as json or ttl, or leave the parameter out.",
            extra={"parameter": "format"},
        )
    if "/" in name:
        return name
    if name in SPOKEN:
        return SPOKEN[name]
    if name in BY_NAME:
        return BY_NAME[name].media_type
    raise NotAcceptable(asked, [*BY_NAME, HTML])


def _shown(takes: MIMEAccept) -> str:
    return ", ".join(takes.values()) or "that type"


def _types(offered: Sequence[Format]) -> list[str]:
    return list(dict.fromkeys([item.media_type for item in offered] + [HTML_TYPES[0]]))
