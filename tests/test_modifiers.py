"""Which SELECT has an ORDER BY, a LIMIT or an OFFSET."""

import pytest

from met_ari.engine import modifiers
from met_ari.engine.gate import Misspelling

BASE = "https://data.example/sparql"


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("SELECT * { ?s ?p ?o }", ""),
        ("SELECT * { ?s ?p ?o } LIMIT 5", "LIMIT"),
        ("SELECT * { ?s ?p ?o } OFFSET 5", "OFFSET"),
        ("SELECT * { ?s ?p ?o } limit 5 offset 5", "LIMIT"),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 5 OFFSET 5", ""),
        ("SELECT * { ?s ?p ?o } order by ?s limit 5", ""),
        ("SELECT * { ?s ?p ?o } LIMIT10", "LIMIT"),
        ("SELECT * { ?s ?p ?o } ORDERBY ?s LIMIT10", ""),
        ("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 5 } } ORDER BY ?s", "LIMIT"),
        ("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 5 } }", ""),
        ("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 5 } } LIMIT 2", "LIMIT"),
        ("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s } } LIMIT 2", "LIMIT"),
        ("SELECT * { FILTER EXISTS { SELECT * { ?s ?p ?o } OFFSET 1 } }", "OFFSET"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o } LIMIT 1", "LIMIT"),
        ("DESCRIBE ?s { ?s ?p ?o } LIMIT 1", "LIMIT"),
        ("SELECT * { ?s ?p 'LIMIT 5' } # LIMIT 5", ""),
        ("SELECT ?limit { ?limit <http://a.example/LIMIT> ?offset }", ""),
        ("PREFIX limit: <http://a.example/> SELECT * { ?s limit:offset ?o }", ""),
        # A comparison that looks like the beginning of an IRI hides nothing.
        ("SELECT ?a { ?a ?b ?c } GROUP BY ?a HAVING(?a<?a)LIMIT1#>", "LIMIT"),
    ],
)
def test_a_slice_of_rows_in_no_order_is_found(query: str, word: str) -> None:
    assert modifiers.slice_without_order(Misspelling(query, BASE)) == word
