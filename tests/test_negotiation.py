"""Which representation a client gets for what it says it takes."""

import pytest
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from met_ari.errors import NotAcceptable, ParameterError
from met_ari.formats import BY_NAME
from met_ari.protocol import negotiation

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
JENA = (
    "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
    "text/tab-separated-values;q=0.7, text/csv;q=0.5, application/json;q=0.2, "
    "application/xml;q=0.2, */*;q=0.1"
)
RDFLIB = "application/sparql-results+xml, application/rdf+xml"


def takes(header: str | None, *asked: str) -> MIMEAccept:
    accept = parse_accept_header(header, MIMEAccept)
    return negotiation.wanted(accept, asked)


@pytest.mark.parametrize(
    ("accept", "table", "boolean", "graph"),
    [
        (None, "json", "json", "ttl"),
        ("", "json", "json", "ttl"),
        ("*/*", "json", "json", "ttl"),
        (FIREFOX, "html", "html", "html"),
        (CHROME, "html", "html", "html"),
        (JENA, "json", "json", "jsonld"),
        (RDFLIB, "xml", "xml", "rdf"),
        ("text/html", "html", "html", "html"),
        ("application/xhtml+xml", "html", "html", "html"),
        ("text/csv", "csv", None, None),
        ("text/csv, */*;q=0.1", "csv", "json", "ttl"),
        ("text/csv, */*", "csv", "json", "ttl"),
        ("*/*, text/tab-separated-values;q=0.9", "json", "json", "ttl"),
        ("text/csv;q=0, */*;q=0.5", "json", "json", "ttl"),
        ("application/sparql-results+json;q=0, */*", "xml", "xml", "ttl"),
        ("application/json", "json", "json", "jsonld"),
        ("application/xml", "xml", "xml", "rdf"),
        ("text/*", "csv", "html", "ttl"),
        ("text/turtle", None, None, "ttl"),
        ("application/x-turtle", None, None, "ttl"),
        ("text/turtle;charset=utf-8", None, None, "ttl"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
            None,
            None,
            "jsonld",
        ),
        ("application/n-quads", None, None, "nq"),
        ("application/trig", None, None, "trig"),
        ("TEXT/CSV", "csv", None, None),
        ("text/turtle, text/html;q=0.5", "html", "html", "ttl"),
        ("text/html;q=0.5, application/sparql-results+xml;q=0.6", "xml", "xml", "html"),
        ("text/html, application/sparql-results+json", "json", "json", "html"),
        ("nonsense, text/csv", "csv", None, None),
        ("text/csv;q=abc, text/tab-separated-values", "tsv", None, None),
    ],
)
def test_each_kind_of_answer_gets_the_format_that_the_client_likes_best(
    accept: str | None, table: str | None, boolean: str | None, graph: str | None
) -> None:
    wanted = {"table": table, "boolean": boolean, "graph": graph}
    assert negotiation.for_query(takes(accept)) == {k: v for k, v in wanted.items() if v}


@pytest.mark.parametrize("name", [*BY_NAME, "html"])
def test_format_by_short_name_wins_over_accept(name: str) -> None:
    chosen = negotiation.for_query(takes("image/png", name))
    assert name in chosen.values()


@pytest.mark.parametrize("name", list(BY_NAME))
def test_format_by_media_type_is_the_same_as_by_short_name(name: str) -> None:
    media_type = BY_NAME[name].media_type
    assert name in negotiation.for_query(takes(None, media_type)).values()
    assert name in negotiation.for_query(takes(None, media_type + ";charset=utf-8")).values()


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("xml", {"table": "xml", "boolean": "xml", "graph": "rdf"}),
        ("json", {"table": "json", "boolean": "json", "graph": "jsonld"}),
        ("turtle", {"graph": "ttl"}),
        ("n3", {"graph": "ttl"}),
        ("rdf+xml", {"graph": "rdf"}),
        ("json-ld", {"graph": "jsonld"}),
        ("CSV", {"table": "csv"}),
        ("application/sparql-results json", {"table": "json", "boolean": "json"}),
    ],
)
def test_names_that_clients_send_of_themselves_are_understood(
    asked: str, chosen: dict[str, str]
) -> None:
    assert negotiation.for_query(takes(FIREFOX, asked)) == chosen


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        (["json-ld", "application/ld+json,application/x-json+ld"], {"graph": "jsonld"}),
        (["rdf+xml", "application/rdf+xml"], {"graph": "rdf"}),
        (["tsv", "text/tab-separated-values"], {"table": "tsv"}),
        (["csv", "csv"], {"table": "csv"}),
    ],
)
def test_a_format_given_twice_passes_where_both_say_the_same(
    asked: list[str], chosen: dict[str, str]
) -> None:
    assert negotiation.for_query(takes(None, *asked)) == chosen


@pytest.mark.parametrize("asked", [["csv", "json"], ["text/csv", "xml", "csv"], ["csv", ""]])
def test_formats_that_contradict_each_other_are_a_bad_parameter(asked: list[str]) -> None:
    with pytest.raises(ParameterError):
        takes(None, *asked)


@pytest.mark.parametrize("asked", ["docx", "image/png", "application/msword"])
def test_an_unknown_format_is_not_acceptable_and_the_answer_lists_those_on_offer(
    asked: str,
) -> None:
    with pytest.raises(NotAcceptable) as caught:
        negotiation.for_query(takes(None, asked))
    assert caught.value.extra["available"]


@pytest.mark.parametrize("asked", ["", "  ", ";"])
def test_an_empty_format_is_a_bad_parameter(asked: str) -> None:
    with pytest.raises(ParameterError):
        takes(None, asked)


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "audio/*"])
def test_nothing_that_fits_is_not_acceptable(accept: str) -> None:
    with pytest.raises(NotAcceptable):
        negotiation.for_query(takes(accept))


@pytest.mark.parametrize(
    ("accept", "as_page", "as_data"),
    [
        (None, "html", "ttl"),
        ("*/*", "html", "ttl"),
        (FIREFOX, "html", "html"),
        ("text/turtle", "ttl", "ttl"),
        ("application/n-triples", "nt", "nt"),
        ("application/ld+json", "jsonld", "jsonld"),
        ("application/json", "jsonld", "jsonld"),
        ("application/rdf+xml", "rdf", "rdf"),
        ("application/rdf+xml;q=0.8, text/turtle;q=0.9", "ttl", "ttl"),
        ("text/html;q=0.3, application/rdf+xml", "rdf", "rdf"),
        ("text/html, text/turtle", "html", "ttl"),
    ],
)
def test_pages_put_html_first_and_data_puts_turtle_first(
    accept: str | None, as_page: str, as_data: str
) -> None:
    assert negotiation.for_page(takes(accept)) == as_page
    assert negotiation.for_data(takes(accept)) == as_data


@pytest.mark.parametrize(
    ("accept", "asked", "page"),
    [
        (FIREFOX, None, True),
        (CHROME, None, True),
        (None, None, False),
        ("*/*", None, False),
        ("text/*", None, True),
        ("application/sparql-results+json", None, False),
        ("text/turtle, */*;q=0.1", None, False),
        ("application/problem+json, text/html;q=0.9", None, False),
        (FIREFOX, "csv", False),
        ("*/*", "html", True),
    ],
)
def test_only_clients_that_put_html_first_get_refusals_as_a_page(
    accept: str | None, asked: str | None, page: bool
) -> None:
    said = [asked] if asked else []
    assert negotiation.prefers_page(takes(accept, *said)) is page
