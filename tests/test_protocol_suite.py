"""The SPARQL 1.1 Protocol, clause by clause, against the service as it runs.

Each test names the section that it is written from. Everything is done twice: with the union of all
graphs as the default graph, and with the unnamed graph alone.
"""

from collections.abc import Iterator
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest

from met_ari.build.pipeline import BuildResult
from tests.exchange import FORM, Reply, Site
from tests.writable import MODES, writable

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
JSON = "application/sparql-results+json"
DATA = "https://example.org/protocol/data"
ONE, TWO, THREE = (f"{DATA}{number}" for number in (1, 2, 3))
DOCUMENT = "http://xmlns.com/foaf/0.1/Document"
DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
USING, USING_NAMED = "using-graph-uri", "using-named-graph-uri"


@pytest.fixture(scope="module", params=MODES)
def site(
    request: pytest.FixtureRequest, built: BuildResult, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A service with three small graphs, each saying that its own name is a document."""
    with writable(built.folder, tmp_path_factory.mktemp("protocol"), request.param) as site:
        for name in (ONE, TWO, THREE):
            put = site.send(
                "PUT",
                f"/graphs?graph={quote(name)}",
                f"<{name}> a <{DOCUMENT}> .",
                Content_Type="text/turtle",
            )
            assert put.status == 201, put.text
        yield site


@pytest.fixture
def fresh() -> str:
    """The name of a graph that no other test writes."""
    return f"https://example.org/protocol/{uuid4()}"


def says(name: str) -> str:
    return f"ASK {{ <{name}> a <{DOCUMENT}> }}"


def truth(reply: Reply) -> bool:
    assert reply.status == 200, reply.text
    return bool(reply.json["boolean"])


def pairs(**named: str | list[str]) -> str:
    return urlencode({name.replace("_", "-"): value for name, value in named.items()}, doseq=True)


# 2.1.1 to 2.1.3 The query operation, three ways


def test_query_by_get(site: Site) -> None:
    """2.1.1: the query stands in the query string."""
    assert truth(site.get("/sparql?query=ASK%20%7B%7D"))


def test_query_by_post_of_a_form(site: Site) -> None:
    """2.1.2: the query stands in a URL-encoded body."""
    assert truth(site.form("/sparql", {"query": "ASK {}"}))


def test_query_by_post_directly(site: Site) -> None:
    """2.1.3: the query is the body."""
    assert truth(site.send("POST", "/sparql", "ASK {}", Content_Type=QUERY))


def test_query_by_post_directly_in_unicode(site: Site) -> None:
    """2.1.3: a direct body is UTF-8, and nothing in it is percent-decoded."""
    query = "ASK { FILTER (STRLEN('€%20+𝄞') = 6) }"
    assert truth(site.send("POST", "/sparql", query, Content_Type=f"{QUERY}; charset=UTF-8"))


def test_query_with_percent_and_plus_by_get(site: Site) -> None:
    """2.1.1: parameters are percent-encoded once, and so decoded once."""
    assert truth(site.get("/sparql?query=" + quote("ASK { FILTER (STRLEN('100%25 1+1') = 10) }")))


# 2.1.4 The dataset of a query


def test_dataset_of_one_default_graph_by_get(site: Site) -> None:
    """2.1.4: default-graph-uri names the default graph, and nothing else is in it."""
    dataset = pairs(default_graph_uri=ONE)
    assert truth(site.get(f"/sparql?{pairs(query=says(ONE))}&{dataset}"))
    assert not truth(site.get(f"/sparql?{pairs(query=says(TWO))}&{dataset}"))


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_dataset_of_two_default_graphs(site: Site, way: str) -> None:
    """2.1.4: several default-graph-uri give the RDF merge of the graphs."""
    query = f"ASK {{ <{ONE}> a <{DOCUMENT}> . <{TWO}> a <{DOCUMENT}> }}"
    dataset = pairs(default_graph_uri=[ONE, TWO])
    reply = {
        "get": lambda: site.get(f"/sparql?{pairs(query=query)}&{dataset}"),
        "form": lambda: site.form("/sparql", {"query": query, DEFAULT: [ONE, TWO]}),
        "direct": lambda: site.send("POST", f"/sparql?{dataset}", query, Content_Type=QUERY),
    }[way]()
    assert truth(reply)
    assert not site.ask(says(THREE), (DEFAULT, ONE), (DEFAULT, TWO))


def test_a_merge_is_a_set(site: Site, fresh: str) -> None:
    """2.1.4: a triple in two default graphs is one triple of their merge."""
    put = f"INSERT DATA {{ GRAPH <{fresh}> {{ <{ONE}> a <{DOCUMENT}> }} }}"
    assert site.form("/update", {"update": put}).status == 200
    query = f"SELECT ?s WHERE {{ ?s a <{DOCUMENT}> }}"
    assert site.values(query, (DEFAULT, ONE), (DEFAULT, fresh)) == [ONE]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_dataset_of_named_graphs(site: Site, way: str) -> None:
    """2.1.4: named-graph-uri names the named graphs; the default graph is then empty."""
    query = f"SELECT ?g {{ GRAPH ?g {{ ?s a <{DOCUMENT}> }} FILTER NOT EXISTS {{ ?x ?y ?z }} }}"
    dataset = pairs(named_graph_uri=[ONE, TWO])
    reply = {
        "get": lambda: site.get(f"/sparql?{pairs(query=query)}&{dataset}"),
        "form": lambda: site.form("/sparql", {"query": query, NAMED: [ONE, TWO]}),
        "direct": lambda: site.send("POST", f"/sparql?{dataset}", query, Content_Type=QUERY),
    }[way]()
    found = {row["g"]["value"] for row in reply.json["results"]["bindings"]}
    assert found == {ONE, TWO}


@pytest.mark.parametrize("way", ["get", "form"])
def test_dataset_of_default_and_named_graphs(site: Site, way: str) -> None:
    """2.1.4: both parameters together give the whole dataset."""
    query = "SELECT ?g ?x WHERE { ?x ?y ?o GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"
    dataset = {"query": query, DEFAULT: THREE, NAMED: [ONE, TWO]}
    reply = (
        site.get("/sparql?" + urlencode(dataset, doseq=True))
        if way == "get"
        else site.form("/sparql", dataset)
    )
    rows = reply.json["results"]["bindings"]
    found = [(row["g"]["value"], row["x"]["value"]) for row in rows]
    assert found == [(ONE, THREE), (TWO, THREE)]


def test_from_and_from_named_give_the_dataset(site: Site) -> None:
    """2.1.4: without parameters, the query's own clauses hold."""
    clauses = f"FROM <{ONE}> FROM NAMED <{TWO}>"
    query = f"ASK {clauses} {{ <{ONE}> ?p ?o GRAPH <{TWO}> {{ ?s ?q ?o }} }}"
    assert site.ask(query)
    assert not site.ask(f"ASK {clauses} {{ <{TWO}> ?p ?o }}")


@pytest.mark.parametrize("clause", [f"FROM <{ONE}>", f"FROM NAMED <{ONE}>"])
def test_the_dataset_of_the_request_wins_over_the_query(site: Site, clause: str) -> None:
    """2.1.4: where both are given, the one in the request is used."""
    assert site.ask(f"ASK {clause} {{ <{TWO}> ?p ?o }}", (DEFAULT, TWO))
    assert not site.ask(f"ASK {clause} {{ <{ONE}> ?p ?o }}", (DEFAULT, TWO))
    assert not site.ask(f"ASK {clause} {{ GRAPH ?g {{ ?s ?p ?o }} }}", (DEFAULT, TWO))


@pytest.mark.parametrize("name", [DEFAULT, NAMED])
def test_a_dataset_that_is_not_there_is_refused(site: Site, name: str) -> None:
    """2.1.4: a service that can't provide the dataset answers 400."""
    path = "/sparql?" + urlencode({"query": "ASK {}", name: "https://example.org/none"})
    assert ONE in site.get(path).problem(400, "unknown-graph")["graphs"]


def test_the_default_dataset_is_what_the_description_says(site: Site) -> None:
    """2.1.4: the service chooses the dataset of a query that names none."""
    assert site.ask(says(ONE)) == site.union
    assert site.ask(f"ASK {{ GRAPH <{ONE}> {{ ?s a <{DOCUMENT}> }} }}")
    feature = "http://www.w3.org/ns/sparql-service-description#UnionDefaultGraph"
    assert (feature in site.get("/sparql", Accept="application/n-triples").text) == site.union


# 2.1.5 and 2.1.6 What a query is answered with

TABLES = [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]
TRUTHS = [JSON, "application/sparql-results+xml"]
GRAPHS = [
    "text/turtle",
    "application/n-triples",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-quads",
    "application/trig",
]
SELECT = "SELECT (1 AS ?value) WHERE {}"
CONSTRUCT = "CONSTRUCT { <https://example.org/s> <https://example.org/p> 1 } WHERE {}"
DESCRIBE = f"DESCRIBE <{ONE}> FROM <{ONE}>"


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        *((SELECT, media_type) for media_type in TABLES),
        *(("ASK {}", media_type) for media_type in TRUTHS),
        *((CONSTRUCT, media_type) for media_type in GRAPHS),
        *((DESCRIBE, media_type) for media_type in GRAPHS),
    ],
)
def test_every_form_of_query_in_every_format(site: Site, query: str, media_type: str) -> None:
    """2.1.5: the media type that Accept asks for."""
    reply = site.send("POST", "/sparql", query, Content_Type=QUERY, Accept=media_type)
    assert (reply.status, reply.media_type) == (200, media_type)
    assert int(reply.headers["Content-Length"]) == len(reply.body) > 0


@pytest.mark.parametrize(
    ("query", "standard"),
    [(SELECT, TABLES), ("ASK {}", TRUTHS), (CONSTRUCT, GRAPHS), (DESCRIBE, GRAPHS)],
    ids=["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"],
)
@pytest.mark.parametrize("accept", [None, "*/*"])
def test_without_a_wish_the_format_is_one_of_the_standard(
    site: Site, query: str, standard: list[str], accept: str | None
) -> None:
    """2.1.5: the service chooses among the formats of the form."""
    headers = {"Accept": accept} if accept else {}
    reply = site.send("POST", "/sparql", query, Content_Type=QUERY, **headers)
    assert reply.status == 200
    assert reply.media_type in standard


@pytest.mark.parametrize(
    ("query", "media_type"),
    [
        *(("ASK {}", media_type) for media_type in ["text/csv", "text/tab-separated-values"]),
        *((CONSTRUCT, media_type) for media_type in TABLES),
        *((SELECT, media_type) for media_type in GRAPHS),
        *(("ASK {}", media_type) for media_type in GRAPHS),
        (SELECT, "image/png"),
    ],
)
def test_a_format_that_can_not_carry_the_answer(site: Site, query: str, media_type: str) -> None:
    """2.1.5, RFC 9110 15.5.7: 406, with the formats that can."""
    reply = site.send("POST", "/sparql", query, Content_Type=QUERY, Accept=media_type)
    assert reply.problem(406, "not-acceptable")["available"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_query_by_another_verb(site: Site, method: str) -> None:
    """2.1: GET and POST alone; RFC 9110 15.5.6 asks for Allow."""
    reply = site.send(method, "/sparql?query=ASK%20%7B%7D")
    reply.problem(405, "method-not-allowed")
    assert {"GET", "POST"} <= set(reply.headers["Allow"].split(", "))


@pytest.mark.parametrize("way", ["get", "form", "both"])
def test_more_than_one_query(site: Site, way: str) -> None:
    """2.1: exactly one query string."""
    twice = "query=ASK%20%7B%7D&query=SELECT%20%2A%20%7B%7D"
    reply = {
        "get": lambda: site.get(f"/sparql?{twice}"),
        "form": lambda: site.send("POST", "/sparql", twice, Content_Type=FORM),
        "both": lambda: site.send(
            "POST", "/sparql?query=ASK%20%7B%7D", "ASK {}", Content_Type=QUERY
        ),
    }[way]()
    assert reply.problem(400, "bad-parameter")["parameter"] == "query"


def test_no_query(site: Site) -> None:
    """2.1.6: a request that is no legal sequence of parameters is answered with 400."""
    site.form("/sparql", {DEFAULT: ONE}).problem(400, "bad-parameter")
    site.send("POST", "/sparql", "", Content_Type=QUERY).problem(400, "bad-parameter")


@pytest.mark.parametrize("media_type", ["text/plain", UPDATE, "application/json"])
def test_a_query_in_a_body_of_another_type(site: Site, media_type: str) -> None:
    """2.1.2, 2.1.3: the two types of bodies; RFC 9110 15.5.16: 415."""
    reply = site.send("POST", "/sparql", "ASK {}", Content_Type=media_type)
    assert reply.problem(415, "unsupported-type")["accepted"] == [QUERY, FORM]


@pytest.mark.parametrize("body", ["ASK {}", "query=ASK%20%7B%7D"])
def test_a_query_in_a_body_of_no_type(site: Site, body: str) -> None:
    """2.1.2, 2.1.3: a body must say what it is."""
    site.send("POST", "/sparql", body).problem(415, "unsupported-type")


def test_a_query_in_another_charset(site: Site) -> None:
    """2.1.3: UTF-8 only, said or not."""
    body = "ASK {}".encode("utf-16")
    said = site.send("POST", "/sparql", body, Content_Type=f"{QUERY}; charset=UTF-16")
    said.problem(415, "unsupported-type")
    site.send("POST", "/sparql", body, Content_Type=QUERY).problem(400, "bad-parameter")


@pytest.mark.parametrize("query", ["ASK {", "SELECT ?x { ?x ?y }", "NOTHING", "CLEAR ALL"])
def test_a_query_that_does_not_parse(site: Site, query: str) -> None:
    """2.1.6: 400 for what is no query."""
    problem = site.get(f"/sparql?query={quote(query)}").problem(400, "syntax")
    assert problem["line"] == 1
    assert problem["column"] >= 1


@pytest.mark.parametrize("way", ["get", "form"])
def test_an_update_sent_as_a_query_operation(site: Site, way: str) -> None:
    """2.2: update= is of the update operation, which has its own address here."""
    sent = {"update": "CLEAR ALL"}
    reply = site.get(f"/sparql?{urlencode(sent)}") if way == "get" else site.form("/sparql", sent)
    assert "/update" in reply.problem(400, "bad-parameter")["remedy"]
    assert site.ask(f"ASK {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }}")


def test_relative_iris_of_a_query_start_from_the_endpoint(site: Site) -> None:
    """RFC 3986 5.1.3: the base is the address that the request was sent to."""
    assert site.values("SELECT (IRI('test') AS ?iri) WHERE {}") == [site.url("/test")]
    assert site.values("SELECT (<#test> AS ?iri) WHERE {}") == [site.url("/sparql#test")]


def test_base_in_the_query_wins_over_the_endpoint(site: Site) -> None:
    """RFC 3986 5.1.1: a base inside the text comes first."""
    query = "BASE <https://example.org/a/> SELECT (<b> AS ?iri) WHERE {}"
    assert site.values(query) == ["https://example.org/a/b"]


# 2.2.1 and 2.2.2 The update operation, two ways


def inserting(graph: str, what: str = "<https://example.org/s> a <https://example.org/C>") -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{ {what} }} }}"


def stands(site: Site, graph: str) -> list[str]:
    """The subjects in a graph, none if it is not there."""
    return site.values(f"SELECT ?s WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")


def test_update_by_post_of_a_form(site: Site, fresh: str) -> None:
    """2.2.1: the update stands in a URL-encoded body."""
    assert 200 <= site.form("/update", {"update": inserting(fresh)}).status < 300
    assert stands(site, fresh) == ["https://example.org/s"]


def test_update_by_post_directly(site: Site, fresh: str) -> None:
    """2.2.2: the update is the body."""
    reply = site.send("POST", "/update", inserting(fresh), Content_Type=UPDATE)
    assert 200 <= reply.status < 300
    assert stands(site, fresh) == ["https://example.org/s"]


def test_update_in_unicode_with_percent_and_plus(site: Site, fresh: str) -> None:
    """2.2.1, 2.2.2: what is sent is what is stored, whichever way."""
    text = "100% 1+1=2 & é€𝄞 %41"
    for way, reply in (
        ("form", site.form("/update", {"update": inserting(fresh, f"<urn:form> a '{text}'")})),
        (
            "direct",
            site.send(
                "POST",
                "/update",
                inserting(fresh, f"<urn:direct> a '{text}'"),
                Content_Type=f"{UPDATE}; charset=utf-8",
            ),
        ),
    ):
        assert reply.status == 200, reply.text
        query = f"SELECT ?o WHERE {{ GRAPH <{fresh}> {{ <urn:{way}> a ?o }} }}"
        assert site.values(query) == [text]


def test_a_sequence_of_operations_is_one_update(site: Site, fresh: str) -> None:
    """SPARQL 1.1 Update 3: operations run in order, and all of them or none."""
    first = inserting(fresh)
    both = f"{first} ; DELETE WHERE {{ GRAPH <{fresh}> {{ ?s ?p ?o }} }}"
    assert site.form("/update", {"update": both}).status == 200
    assert stands(site, fresh) == []
    broken = f"{first} ; CREATE GRAPH <{ONE}>"
    assert 400 <= site.form("/update", {"update": broken}).status < 500
    assert stands(site, fresh) == []


def test_each_operation_may_have_a_prologue(site: Site, fresh: str) -> None:
    """SPARQL 1.1 Query 19.8 [29]: prefixes before any operation, and they hold from there on."""
    text = (
        f"BASE <https://example.org/a/> PREFIX ex: <https://example.org/b/>\n"
        f"INSERT DATA {{ GRAPH <{fresh}> {{ <x> a ex:x }} }} ;\n"
        f"PREFIX ex: <https://example.org/c/> PREFIX more: <https://example.org/d/>\n"
        f"INSERT DATA {{ GRAPH <{fresh}> {{ more:x a ex:x }} }} ;\n"
        f"BASE <https://example.org/e/>\n"
        f"WITH <{fresh}> INSERT {{ <y> a ?type }} WHERE {{ more:x a ?type }} ;"
    )
    reply = site.form("/update", {"update": text})
    assert reply.status == 200, reply.text
    query = f"SELECT (CONCAT(STR(?s), ' ', STR(?o)) AS ?x) {{ GRAPH <{fresh}> {{ ?s a ?o }} }}"
    assert site.values(query) == [
        "https://example.org/a/x https://example.org/b/x",
        "https://example.org/d/x https://example.org/c/x",
        "https://example.org/e/y https://example.org/c/x",
    ]


def test_the_report_on_an_update(site: Site, fresh: str) -> None:
    """2.2.4: a success is told by 2xx; ours says what was done."""
    before = site.get("/sparql?query=ASK%7B%7D").headers["ARI-Revision"]
    reply = site.form("/update", {"update": inserting(fresh)})
    assert (reply.status, reply.media_type) == (200, "application/json")
    assert (reply.json["added"], reply.json["removed"]) == (1, 0)
    assert reply.json["revision"] == reply.headers["ARI-Revision"] != before
    assert site.get("/sparql?query=ASK%7B%7D").headers["ARI-Revision"] == reply.json["revision"]
    again = site.form("/update", {"update": inserting(fresh)})
    assert (again.json["added"], again.json["removed"]) == (0, 0)
    assert again.json["revision"] == reply.json["revision"]


def test_the_default_graph_of_an_update_is_the_unnamed_graph(site: Site, fresh: str) -> None:
    """SPARQL 1.1 Update 2: the graph store has one default graph, whatever queries see."""
    subject = f"<{fresh}>"
    assert site.form("/update", {"update": f"INSERT DATA {{ {subject} a 1 }}"}).json["added"] == 1
    assert subject in site.get("/graphs?default").text
    copy = f"INSERT {{ GRAPH <{fresh}> {{ ?s a ?o }} }} WHERE {{ ?s a ?o }}"
    assert site.form("/update", {"update": copy}).status == 200
    assert stands(site, fresh) == [fresh]
    assert site.form("/update", {"update": f"DELETE DATA {{ {subject} a 1 }}"}).status == 200


# 2.2.3 The dataset of an update


COLLECT = "INSERT {{ GRAPH <{}> {{ ?s a <https://example.org/Seen> }} }} WHERE {{ {} }}"
IN_DEFAULT = f"?s a <{DOCUMENT}>"
IN_NAMED = f"GRAPH ?g {{ ?s a <{DOCUMENT}> }}"


@pytest.mark.parametrize("way", ["form", "direct"])
@pytest.mark.parametrize(
    ("where", "using", "seen"),
    [
        (IN_DEFAULT, [(USING, ONE)], [ONE]),
        (IN_DEFAULT, [(USING, ONE), (USING, TWO)], [ONE, TWO]),
        (IN_NAMED, [(USING_NAMED, ONE)], [ONE]),
        (IN_NAMED, [(USING_NAMED, ONE), (USING_NAMED, TWO)], [ONE, TWO]),
        (IN_DEFAULT, [(USING, ONE), (USING_NAMED, TWO)], [ONE]),
        (IN_NAMED, [(USING, ONE), (USING_NAMED, TWO)], [TWO]),
        (IN_DEFAULT, [(USING_NAMED, TWO)], []),
        (IN_NAMED, [(USING, ONE)], []),
    ],
)
def test_dataset_of_an_update(
    site: Site, fresh: str, way: str, where: str, using: list[tuple[str, str]], seen: list[str]
) -> None:
    """2.2.3: using-graph-uri and using-named-graph-uri are USING and USING NAMED of its WHERE."""
    text = COLLECT.format(fresh, where)
    if way == "form":
        reply = site.form("/update", [("update", text), *using])
    else:
        reply = site.send("POST", f"/update?{urlencode(using)}", text, Content_Type=UPDATE)
    assert reply.status == 200, reply.text
    assert stands(site, fresh) == seen


def test_the_dataset_holds_for_every_operation_of_an_update(site: Site, fresh: str) -> None:
    """2.2.3: the parameters stand for the clauses of each operation; GRAPH in a template stays."""
    source = f"{fresh}/source"
    add = inserting(source, f"<{source}> a <{DOCUMENT}>")
    text = f"{add} ; {COLLECT.format(fresh, IN_DEFAULT)}"
    assert site.form("/update", {"update": inserting(source, "<urn:x> a 1")}).status == 200
    assert site.form("/update", {"update": text, USING: source}).status == 200
    assert stands(site, fresh) == [source]


@pytest.mark.parametrize("name", [USING, USING_NAMED])
@pytest.mark.parametrize("clause", ["USING", "USING NAMED", "WITH"])
def test_two_datasets_of_an_update(site: Site, fresh: str, name: str, clause: str) -> None:
    """2.2.3: parameters and clauses exclude each other: 400, and nothing is done."""
    text = COLLECT.format(fresh, IN_DEFAULT)
    text = (
        f"WITH <{ONE}> {text}"
        if clause == "WITH"
        else text.replace("WHERE", f"{clause} <{ONE}> WHERE")
    )
    reply = site.form("/update", {"update": text, name: TWO})
    assert reply.status == 400, reply.text
    assert reply.media_type == "application/problem+json"
    assert stands(site, fresh) == []


@pytest.mark.parametrize("name", [USING, USING_NAMED])
def test_the_words_of_a_clause_in_a_string_are_no_clause(site: Site, fresh: str, name: str) -> None:
    """2.2.3: it is the grammar that decides, not the letters."""
    text = inserting(fresh, "<urn:x> a 'WITH <a> USING <b>'") + " # USING"
    assert site.form("/update", {"update": text, name: ONE}).status == 200
    assert stands(site, fresh) == ["urn:x"]


# 2.2.4 What an update is refused with


def test_an_update_by_get(site: Site) -> None:
    """2.2: POST alone."""
    reply = site.get("/update?update=CLEAR%20ALL")
    reply.problem(405, "method-not-allowed")
    assert set(reply.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}
    assert stands(site, ONE) == [ONE]


def test_an_update_in_the_address_of_a_post(site: Site) -> None:
    """2.2.1: the query string of an update by form is empty."""
    reply = site.form("/update?update=CLEAR%20ALL", {})
    assert reply.problem(400, "bad-parameter")["parameter"] == "update"
    assert stands(site, ONE) == [ONE]


def test_more_than_one_update(site: Site) -> None:
    """2.2.1: exactly one update string."""
    twice = [("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT")]
    assert site.form("/update", twice).problem(400, "bad-parameter")["parameter"] == "update"
    assert stands(site, ONE) == [ONE]


def test_no_update(site: Site) -> None:
    """2.2.1: exactly one update string."""
    problem = site.form("/update", {USING: ONE}).problem(400, "bad-parameter")
    assert problem["parameter"] == "update"


@pytest.mark.parametrize("name", ["query", DEFAULT, NAMED])
def test_a_parameter_of_queries_in_an_update(site: Site, fresh: str, name: str) -> None:
    """2.2: it belongs to the other operation, which has its own address here."""
    reply = site.form("/update", {"update": inserting(fresh), name: "ASK {}"})
    assert "/sparql" in reply.problem(400, "bad-parameter")["remedy"]
    assert stands(site, fresh) == []


@pytest.mark.parametrize("media_type", ["text/plain", QUERY, "multipart/form-data; boundary=x"])
def test_an_update_in_a_body_of_another_type(site: Site, media_type: str) -> None:
    """2.2.1, 2.2.2: the two types of bodies."""
    reply = site.send("POST", "/update", "CLEAR NAMED", Content_Type=media_type)
    assert reply.problem(415, "unsupported-type")["accepted"] == [UPDATE, FORM]
    assert stands(site, ONE) == [ONE]


@pytest.mark.parametrize("body", ["CLEAR NAMED", "update=CLEAR%20NAMED"])
def test_an_update_in_a_body_of_no_type(site: Site, body: str) -> None:
    """2.2.1, 2.2.2: a body must say what it is."""
    site.send("POST", "/update", body).problem(415, "unsupported-type")
    assert stands(site, ONE) == [ONE]


def test_an_update_in_another_charset(site: Site) -> None:
    """2.2.2: UTF-8 only, said or not."""
    body = "CLEAR NAMED".encode("utf-16")
    said = site.send("POST", "/update", body, Content_Type=f"{UPDATE}; charset=UTF-16")
    said.problem(415, "unsupported-type")
    site.send("POST", "/update", body, Content_Type=UPDATE).problem(400, "bad-parameter")
    assert stands(site, ONE) == [ONE]


@pytest.mark.parametrize(
    "text", ["CLEAR XYZ", "INSERT DATA { ?s ?p ?o }", "ASK {}", "CLEAR ALL ;;"]
)
def test_an_update_that_does_not_parse(site: Site, text: str) -> None:
    """2.2.4: 400, with the place, and nothing is done."""
    problem = site.form("/update", {"update": text}).problem(400, "syntax")
    assert problem["line"] == 1
    assert problem["column"] >= 1
    assert stands(site, ONE) == [ONE]


def test_an_update_without_an_operation(site: Site) -> None:
    """SPARQL 1.1 Query 19.8 [29]: an empty update is one, and changes nothing."""
    reply = site.form("/update", {"update": ""})
    assert reply.status == 200, reply.text
    assert (reply.json["added"], reply.json["removed"]) == (0, 0)


def test_relative_iris_of_an_update_start_where_those_of_queries_do(site: Site, fresh: str) -> None:
    """2.2 and RFC 3986 5.1.3: a service-defined base."""
    text = inserting(fresh, "<test> a <#test>")
    assert site.form("/update", {"update": text}).status == 200
    assert stands(site, fresh) == [site.url("/test")]
    assert site.ask(f"ASK {{ GRAPH <{fresh}> {{ <test> a <#test> }} }}")


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <http://127.0.0.1:1/>",
        "LOAD SILENT <file:///etc/passwd>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?o } }",
    ],
)
def test_an_update_never_calls_out(site: Site, text: str) -> None:
    """4: a service may refuse what would make it a client of others."""
    site.form("/update", {"update": text}).problem(400, "federation-refused")


# 4 Who may write (RFC 6750)


def test_an_update_without_the_token(site: Site, fresh: str) -> None:
    """RFC 6750 3: 401 and the challenge, without an error code if nothing was sent."""
    nobody = Site(site.address)
    reply = nobody.form("/update", {"update": inserting(fresh)})
    reply.problem(401, "unauthorised")
    assert reply.headers["WWW-Authenticate"] == 'Bearer realm="ARI graph"'
    assert stands(site, fresh) == []


@pytest.mark.parametrize("token", ["", "x", "s3cret", "S3CRET.TOKEN-OF~THE+OPERATOR/FOR=="])
def test_an_update_with_another_token(site: Site, fresh: str, token: str) -> None:
    """RFC 6750 3.1: 401 with invalid_token."""
    reply = Site(site.address).with_token(token).form("/update", {"update": inserting(fresh)})
    reply.problem(401, "unauthorised")
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"] or not token
    assert stands(site, fresh) == []


def test_the_description_tells_of_updates(site: Site) -> None:
    """SPARQL 1.1 Service Description 3.2: the languages, and where they are spoken."""
    text = site.get("/sparql", Accept="application/n-triples").text
    sd = "http://www.w3.org/ns/sparql-service-description#"
    here = f"<{site.url('/update')}#service>"
    assert f"{here} <{sd}endpoint> <{site.url('/update')}> ." in text
    assert f"{here} <{sd}supportedLanguage> <{sd}SPARQL11Update> ." in text
    assert f"<{sd}name> <{ONE}> ." in text
