"""The SPARQL 1.1 Graph Store HTTP Protocol, clause by clause, against the service as it runs.

Each test names the section that it is written from. Everything is done twice: with the union of all
graphs as the default graph of queries, and with the unnamed graph; `?default` is the latter always.
"""

import gzip
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode
from uuid import uuid4

import pyoxigraph as ox
import pytest

from met_ari.build.pipeline import BuildResult
from tests.exchange import Reply, Site, graph
from tests.writable import MODES, TOKEN, writable

TURTLE = "text/turtle"
UPDATE = "application/sparql-update"
DOCUMENTS = ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
GRAPHS = [*DOCUMENTS, "application/n-quads", "application/trig"]
LIMIT = 300_000
EX = "https://example.org/"
PREFIXES = f"PREFIX ex: <{EX}> PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
JOHN = PREFIXES + 'ex:john a foaf:Person ; foaf:knows [ foaf:name "John Doe" ] .'
JANE = PREFIXES + 'ex:jane a foaf:Person ; foaf:knows [ foaf:name "Jané Doe €"@en ] .'


@pytest.fixture(scope="module", params=MODES)
def site(
    request: pytest.FixtureRequest, built: BuildResult, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A service whose token the client sends."""
    with writable(built.folder, tmp_path_factory.mktemp("graphs"), request.param) as site:
        yield site


@pytest.fixture
def own() -> str:
    """The path of a graph that no other test writes."""
    return f"/graphs/test/{uuid4()}"


@pytest.fixture
def other() -> str:
    """The IRI of a graph elsewhere that no other test writes."""
    return f"{EX}{uuid4()}?a=1&b=%20#part"


def by(iri: str) -> str:
    return "/graphs?graph=" + quote(iri, safe="")


def turtle(text: str, base: str | None = None) -> set[ox.Triple]:
    return graph(text, ox.RdfFormat.TURTLE, base)


def put(site: Site, path: str, text: str | bytes = JOHN, media_type: str = TURTLE) -> Reply:
    return site.send("PUT", path, text, Content_Type=media_type)


def post(site: Site, path: str, text: str | bytes = JANE, media_type: str = TURTLE) -> Reply:
    return site.send("POST", path, text, Content_Type=media_type)


def holds(site: Site, path: str, text: str) -> bool:
    reply = site.get(path, Accept=TURTLE)
    assert reply.status == 200, reply.text
    return reply.triples == turtle(text)


# 4.1 and 4.2 Which graph


def test_a_graph_has_its_address_for_its_name(site: Site, own: str) -> None:
    """4.1: the request's address is the IRI of the graph."""
    assert put(site, own).status == 201
    query = f"ASK {{ GRAPH <{site.url(own)}> {{ <{EX}john> ?p ?o }} }}"
    assert site.ask(query)


def test_a_graph_is_named_directly_or_indirectly(site: Site, own: str) -> None:
    """4.2: the address as a parameter means the same graph."""
    assert put(site, own).status == 201
    assert holds(site, by(site.url(own)), JOHN)
    assert put(site, by(site.url(own)), JANE).status in (200, 204)
    assert holds(site, own, JANE)


def test_a_graph_may_be_named_elsewhere(site: Site, other: str) -> None:
    """4.2: the IRI is the percent-decoded value, with its query and fragment."""
    assert put(site, by(other)).status == 201
    assert holds(site, by(other), JOHN)
    assert site.ask(f"ASK {{ GRAPH <{other}> {{ ?s ?p ?o }} }}")


@pytest.mark.parametrize("name", ["é€/𝄞", "a b", "100%", "a+b", "a;b=c,d", "%41", "x:y@z", "a//b/"])
def test_any_letter_may_stand_in_a_name(site: Site, own: str, name: str) -> None:
    """4.1, RFC 3986 2.1: percent-encoded in the address, and so in the IRI."""
    path = f"{own}/{quote(name, safe='/:@+;=,')}"
    assert put(site, path).status == 201
    assert holds(site, path, JOHN)
    assert holds(site, by(site.url(path)), JOHN)


@pytest.mark.parametrize(
    ("sent", "normal"),
    [("a%2fb", "a%2Fb"), ("%61%2D%7e", "a-~"), ("%3a%3A:", "%3A%3A:"), ("a%252Fb", "a%252Fb")],
)
def test_an_address_is_compared_in_its_normal_form(
    site: Site, own: str, sent: str, normal: str
) -> None:
    """4.1, RFC 3986 6.2.2: what must stay encoded stays, the rest is decoded."""
    assert put(site, f"{own}/{sent}").headers["Location"] == site.url(f"{own}/{normal}")
    assert holds(site, by(site.url(f"{own}/{normal}")), JOHN)
    assert holds(site, f"{own}/{sent}", JOHN)


def test_an_escaped_slash_is_no_slash(site: Site, own: str) -> None:
    """4.1, RFC 3986 2.2: two names."""
    put(site, f"{own}/a%2Fb")
    assert site.get(f"{own}/a/b").status == 404


def test_an_iri_with_letters_beyond_ascii_is_a_name(site: Site, other: str) -> None:
    """4.2: the value is UTF-8; an IRI and its percent-encoded form are two names (RDF 1.1, 3.2)."""
    name = f"{other}-é"
    assert put(site, by(name)).status == 201
    assert site.ask(f"ASK {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
    assert site.get(by(quote(name, safe=":/?#=&%"))).status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("name", ["relative", "/a", "", "//example.org/a", "a b:c", "http://e/ "])
def test_the_name_of_a_graph_is_an_absolute_iri(site: Site, method: str, name: str) -> None:
    """4.2: 400 for what is none."""
    reply = site.send(method, by(name), "", Content_Type=TURTLE)
    assert reply.status == 400
    if method != "HEAD":
        assert reply.problem(400, "bad-parameter")["parameter"] == "graph"


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path",
    [
        f"/graphs?default&graph={EX}g",
        f"/graphs?graph={EX}g&graph={EX}h",
        "/graphs?default&default",
        f"/graphs/a?graph={EX}g",
        "/graphs/a?default",
        "/graphs?default=yes",
    ],
)
def test_a_request_is_about_one_graph(site: Site, method: str, path: str) -> None:
    """4.2: both, doubled, or a value where none belongs: 400."""
    site.send(method, path, "", Content_Type=TURTLE).problem(400, "bad-parameter")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_the_store_itself_is_no_graph(site: Site, method: str) -> None:
    """4.2: neither parameter: 400."""
    problem = site.send(method, "/graphs", "", Content_Type=TURTLE).problem(400, "bad-parameter")
    assert "?default" in problem["remedy"]


@pytest.mark.parametrize("path", ["/graphs/a/../b", "/graphs/./a", "/graphs/%2E%2E", "/graphs/%FF"])
def test_an_address_that_a_client_would_change_names_no_graph(site: Site, path: str) -> None:
    """4.1, RFC 3986 5.2.4 and 6.2.2: one graph, one address."""
    put(site, path).problem(400, "bad-parameter")


def test_the_default_graph_is_the_unnamed_graph(site: Site) -> None:
    """4.2: of the graph store; a query may see the union of all graphs as its default graph."""
    created = put(site, "/graphs?default")
    assert created.status == 201, "5.3: its content is new"
    assert "Location" not in created.headers, "it has no IRI"
    assert put(site, "/graphs?default").status == 204
    assert holds(site, "/graphs?default", JOHN)
    assert site.ask(f"ASK {{ <{EX}john> ?p ?o }}")
    assert not site.ask(f"ASK {{ GRAPH ?g {{ <{EX}john> a ?o }} FILTER (?g = <urn:none>) }}")
    assert site.send("DELETE", "/graphs?default").status == 200
    assert holds(site, "/graphs?default", "")


# 5 Documents


@pytest.mark.parametrize("media_type", DOCUMENTS)
def test_every_format_goes_in_and_out(site: Site, own: str, media_type: str) -> None:
    """5, 5.2, 5.3: the type of the body by Content-Type, that of the answer by Accept."""
    assert put(site, own).status == 201
    written = site.get(own, Accept=media_type)
    assert (written.status, written.media_type) == (200, media_type)
    assert put(site, f"{own}/copy", written.body, media_type).status == 201
    assert holds(site, f"{own}/copy", JOHN)


@pytest.mark.parametrize("media_type", GRAPHS)
def test_format_wins_over_accept(site: Site, own: str, media_type: str) -> None:
    """5.2: any of the formats for graphs, also named in the address."""
    put(site, own)
    reply = site.get(f"{own}?{urlencode({'format': media_type})}", Accept=TURTLE)
    assert reply.media_type == media_type
    assert reply.triples == turtle(JOHN)


@pytest.mark.parametrize("accept", [None, "*/*", "text/*", "text/turtle;q=0.5, */*;q=0.1"])
def test_without_a_wish_a_graph_comes_as_turtle(site: Site, own: str, accept: str | None) -> None:
    """5: without Accept, an RDF serialisation."""
    put(site, own)
    reply = site.get(own, **({"Accept": accept} if accept else {}))
    assert reply.headers["Content-Type"] == "text/turtle; charset=utf-8"


@pytest.mark.parametrize("media_type", ["image/png", "text/csv", "application/sparql-results+json"])
def test_a_format_that_can_not_carry_a_graph(site: Site, own: str, media_type: str) -> None:
    """5.2: 406, with the formats that can."""
    put(site, own)
    problem = site.get(own, Accept=media_type).problem(406, "not-acceptable")
    assert TURTLE in problem["available"]


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(
    "media_type",
    ["text/plain", "text/html", "application/x-www-form-urlencoded", "application/trig", UPDATE],
)
def test_a_body_of_another_type(site: Site, own: str, method: str, media_type: str) -> None:
    """5.1: 415, with the types that are read."""
    reply = site.send(method, own, JOHN, Content_Type=media_type)
    assert set(DOCUMENTS) <= set(reply.problem(415, "unsupported-type")["accepted"])
    assert TURTLE in reply.headers["Accept-Post"]
    assert site.get(own).status == 404


def test_a_body_in_another_charset(site: Site, own: str) -> None:
    """5.1: UTF-8 only."""
    media_type = f"{TURTLE}; charset=iso-8859-1"
    put(site, own, JANE.encode("utf-8"), media_type).problem(415, "unsupported-type")
    assert put(site, own, JANE, f"{TURTLE}; charset=UTF-8").status == 201
    assert holds(site, own, JANE)


def test_a_body_without_a_type_is_read_as_rdf_xml(site: Site, own: str) -> None:
    """5: without Content-Type, RDF/XML."""
    put(site, own)
    xml = site.get(own, Accept="application/rdf+xml").body
    assert site.send("PUT", f"{own}/copy", xml).status == 201
    assert holds(site, f"{own}/copy", JOHN)
    assert site.send("PUT", f"{own}/copy", JOHN).status == 400


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (TURTLE, '<urn:a> <urn:b> "c" .\n<urn:a> <urn:b>'),
        (TURTLE, '<urn:a> <urn:b> "c" .\nex:a ex:b ex:c .'),
        ("application/n-triples", '<urn:a> <urn:b> "c" .\n<urn:a> <urn:b> c .'),
        ("application/rdf+xml", '<?xml version="1.0"?>\n<rdf:RDF'),
        ("application/ld+json", '{"@id": "urn:a",\n "urn:b" }'),
    ],
)
def test_a_body_that_does_not_parse(
    site: Site, own: str, method: str, media_type: str, body: str
) -> None:
    """5.1: 400, with the place; the graph stays whole."""
    put(site, own)
    problem = site.send(method, own, body, Content_Type=media_type).problem(400, "syntax")
    assert problem["line"] == 2
    assert problem["column"] >= 1
    assert holds(site, own, JOHN)


def test_a_body_that_is_not_of_its_type(site: Site, own: str) -> None:
    """5.1: 400 for Turtle that is called RDF/XML."""
    put(site, own)
    assert put(site, own, JANE, "application/rdf+xml").status == 400
    assert holds(site, own, JOHN)


def test_relative_iris_start_from_the_graph(site: Site, own: str, other: str) -> None:
    """4.1, RFC 3986 5.1.3: the base is the address of the graph."""
    text = "<> a <#Thing> ; <../p> <q> ."
    for path, base in ((own, site.url(own)), (by(other), other)):
        assert put(site, path, text).status == 201
        assert site.get(path, Accept=TURTLE).triples == turtle(text, base)


@pytest.mark.parametrize("size", [LIMIT + 1, 4 * LIMIT])
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH"])
def test_a_body_over_the_limit(site: Site, own: str, method: str, size: int) -> None:
    """RFC 9110 15.5.14: 413, and the limit."""
    media_type = UPDATE if method == "PATCH" else TURTLE
    problem = site.send(method, own, b" " * size, Content_Type=media_type).problem(
        413, "request-too-large"
    )
    assert (problem["limit"], problem["value"]) == ("ARI_MAX_REQUEST_BYTES", LIMIT)


def test_a_compressed_body_is_read(site: Site, own: str) -> None:
    """RFC 9110 8.4: a content coding; gzip, of one member or of several."""
    whole = gzip.compress(JOHN[:50].encode()) + gzip.compress(JOHN[50:].encode())
    reply = site.send("PUT", own, whole, Content_Type=TURTLE, Content_Encoding="gzip")
    assert reply.status == 201
    assert holds(site, own, JOHN)


def test_a_compressed_body_that_explodes_is_refused(site: Site, own: str) -> None:
    """RFC 9110 15.5.14: the limit holds for the decoded bytes."""
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < LIMIT
    reply = site.send("PUT", own, bomb, Content_Type=TURTLE, Content_Encoding="gzip")
    reply.problem(413, "request-too-large")


@pytest.mark.parametrize(
    ("coding", "body", "status"),
    [
        ("gzip", JOHN.encode(), 400),
        ("gzip", gzip.compress(JOHN.encode())[:-5], 400),
        ("gzip", gzip.compress(b"") * 1000, 400),
        ("gzip", gzip.compress(JOHN.encode()) + b"rest", 400),
        ("br", JOHN.encode(), 415),
        ("deflate", zlib.compress(JOHN.encode()), 415),
        ("gzip, gzip", gzip.compress(gzip.compress(JOHN.encode())), 415),
    ],
    ids=["none", "cut", "many", "more", "br", "deflate", "twice"],
)
def test_a_compressed_body_that_can_not_be_read(
    site: Site, own: str, coding: str, body: bytes, status: int
) -> None:
    """RFC 9110 15.5.16: 415 for another coding; 400 for what is not whole."""
    reply = site.send("PUT", own, body, Content_Type=TURTLE, Content_Encoding=coding)
    assert reply.status == status, reply.text
    assert site.get(own).status == 404


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/ld+json", '{"@context": "http://127.0.0.1:1/", "@id": "urn:a"}'),
        ("application/ld+json", '{"@context": "file:///etc/passwd", "@id": "urn:a"}'),
        ("application/rdf+xml", '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>'),
        ("application/rdf+xml", '<!DOCTYPE r SYSTEM "http://127.0.0.1:1/"><r/>'),
    ],
)
def test_a_document_that_calls_out(site: Site, own: str, media_type: str, body: str) -> None:
    """6: nothing is fetched, and the document is refused."""
    reply = put(site, own, body, media_type)
    assert reply.status == 400, reply.text
    assert site.get(own).status == 404


# 5.2 and 5.6 GET and HEAD


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE"])
@pytest.mark.parametrize("direct", [True, False])
def test_a_graph_that_is_not_there(
    site: Site, own: str, other: str, method: str, direct: bool
) -> None:
    """5.1: 404 where the graph must be there."""
    reply = site.send(method, own if direct else by(other))
    assert reply.status == 404
    if method != "HEAD":
        reply.problem(404, "not-found")


def test_head_is_get_without_the_body(site: Site, own: str) -> None:
    """5.6: identical but for the body."""
    put(site, own)
    got, head = site.get(own), site.send("HEAD", own)
    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "Content-Length", "ETag", "ARI-Revision", "ARI-Rows", "Vary"):
        assert head.headers[name] == got.headers[name], name


def test_a_graph_can_be_kept_and_revalidated(site: Site, own: str) -> None:
    """5.2: cacheable; RFC 9110 13.1.2: 304 as long as nothing is written."""
    put(site, own)
    tag = site.get(own).headers["ETag"]
    again = site.get(own, If_None_Match=tag)
    assert (again.status, again.body) == (304, b"")
    assert site.get(own, Accept="application/n-triples", If_None_Match=tag).status == 200
    put(site, own, JANE)
    assert site.get(own, If_None_Match=tag).status == 200


def test_every_answer_names_the_state_of_the_data(site: Site, own: str) -> None:
    """The contract: ARI-Revision and ARI-Rows."""
    put(site, own)
    reply = site.get(own)
    assert reply.headers["ARI-Rows"] == "3"
    assert reply.headers["ARI-Revision"] == site.get("/graphs").headers["ARI-Revision"]


def test_a_browser_gets_a_page(site: Site) -> None:
    """5.2: with a link to what is said of the graph."""
    name = "https://w3id.org/ari/id/graph/topics"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    reply = site.get(by(name), Accept=browser)
    assert (reply.status, reply.media_type) == (200, "text/html")
    assert 'href="/doc/graph/topics"' in reply.text
    assert f"{by(name)}&amp;format=ttl" in reply.text
    assert '</doc/graph/topics>; rel="describedby"' in site.get(by(name)).headers.get_all("Link")
    assert site.get("/graphs?default", Accept=browser).media_type == "text/html"
    missing = site.get(by("https://example.org/none"), Accept=browser)
    assert (missing.status, missing.media_type) == (404, "text/html")


@pytest.mark.parametrize("media_type", [*DOCUMENTS, "text/html"])
def test_the_store_lists_its_graphs(site: Site, own: str, media_type: str) -> None:
    """What GET of the store shows is left open: ours lists the graphs with their sizes."""
    put(site, own)
    reply = site.get("/graphs", Accept=media_type)
    assert (reply.status, reply.media_type) == (200, media_type)
    assert site.url(own) in reply.text
    if media_type != "text/html":
        size = ox.Literal("3", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#integer"))
        about = {str(t.object) for t in reply.triples if own.rpartition("/")[2] in str(t.subject)}
        assert str(size) in about
    assert site.get("/graphs", Accept=media_type, If_None_Match=reply.headers["ETag"]).status == 304


# 5.3 PUT


def test_put_makes_a_graph(site: Site, own: str) -> None:
    """5.3: 201 if it is new."""
    reply = put(site, own)
    assert reply.status == 201
    assert reply.headers["Location"] == site.url(own)
    assert (reply.json["added"], reply.json["removed"]) == (3, 0)
    assert reply.json["revision"] == reply.headers["ARI-Revision"]
    assert holds(site, own, JOHN)


def test_put_replaces_a_graph(site: Site, own: str) -> None:
    """5.3: 200 or 204 if it was there; nothing of the old remains."""
    put(site, own)
    reply = put(site, own, JANE)
    assert (reply.status, reply.body) == (204, b"")
    assert holds(site, own, JANE)
    assert site.get(own).headers["ARI-Revision"] == reply.headers["ARI-Revision"]


def test_put_of_what_is_there_changes_nothing(site: Site, own: str) -> None:
    """RFC 9110 9.2.2: PUT is idempotent."""
    text = PREFIXES + "ex:a ex:b ex:c ."
    put(site, own, text)
    before = site.get(own).headers["ARI-Revision"]
    assert put(site, own, text).status == 204
    assert site.get(own).headers["ARI-Revision"] == before


def test_put_of_an_empty_document_makes_an_empty_graph(site: Site, own: str) -> None:
    """5.3: where empty graphs are kept, as here, an empty body makes one."""
    assert put(site, own, "").status == 201
    assert holds(site, own, "")
    assert site.send("HEAD", own).status == 200
    assert put(site, own, JOHN).status == 204
    assert put(site, own, "# nothing").status == 204
    assert holds(site, own, "")
    assert site.send("DELETE", own).status == 200
    assert site.get(own).status == 404


def test_put_touches_no_other_graph(site: Site, own: str, other: str) -> None:
    """5.3: the request is applied to the graph that it names."""
    put(site, own)
    put(site, by(other), JOHN)
    put(site, own, JANE)
    assert holds(site, by(other), JOHN)


def test_a_graph_of_the_build_may_be_written(site: Site) -> None:
    """5.3: the operator's right; a read of the new state sees it at once."""
    path = by("https://w3id.org/ari/id/graph/organisations")
    before = site.get(path, Accept="application/n-triples")
    note = f"<{EX}note> <{EX}text> 'a note' ."
    assert post(site, path, note).status == 200
    assert site.get(path).headers["ARI-Rows"] == str(int(before.headers["ARI-Rows"]) + 1)
    assert put(site, path, before.body, "application/n-triples").status == 204
    assert site.get(path, Accept="application/n-triples").triples == before.triples


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_write_that_breaks_a_rule_of_the_data(site: Site, own: str, method: str) -> None:
    """5.3: an error that tells the problem: 409 with the findings, and the graph stays whole."""
    put(site, own)
    label = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
    text = f'<https://w3id.org/ari/id/question/met-2019-4-2> {label} "Another label"@en .'
    problem = site.send(method, own, text, Content_Type=TURTLE).problem(409, "violations")
    assert problem["findings"]
    assert holds(site, own, JOHN)


# 5.4 DELETE


def test_delete_removes_a_graph(site: Site, own: str) -> None:
    """5.4: 200 or 204, then it is not there."""
    put(site, own)
    reply = site.send("DELETE", own)
    assert reply.status == 200
    assert reply.json["removed"] == 3
    site.get(own).problem(404, "not-found")
    site.send("DELETE", own).problem(404, "not-found")
    query = f"SELECT ?g WHERE {{ GRAPH ?g {{}} FILTER (?g = <{site.url(own)}>) }}"
    assert site.values(query) == []


def test_delete_empties_the_unnamed_graph(site: Site) -> None:
    """5.4: DROP DEFAULT; it is always there."""
    put(site, "/graphs?default")
    assert site.send("DELETE", "/graphs?default").json["removed"] == 3
    assert site.send("DELETE", "/graphs?default").status == 200
    assert holds(site, "/graphs?default", "")


# 5.5 POST


def test_post_merges_into_a_graph(site: Site, own: str) -> None:
    """5.5: 200 or 204; the old triples stay."""
    put(site, own)
    reply = post(site, own)
    assert reply.status == 200
    assert (reply.json["added"], reply.json["removed"]) == (3, 0)
    assert holds(site, own, f"{JOHN}\n{JANE}")


def test_post_is_an_rdf_merge(site: Site, own: str) -> None:
    """5.5, RDF 1.1 Semantics 4.1: blank nodes of two documents are two, IRIs and literals one."""
    put(site, own)
    assert post(site, own, JOHN).json["added"] == 2
    assert holds(site, own, JOHN.replace(" .", ' , [ foaf:name "John Doe" ] .'))


def test_post_to_a_graph_that_is_not_there_makes_it(site: Site, own: str, other: str) -> None:
    """5.5, RFC 9110 15.3.2: INSERT DATA makes the graph: 201, and Location is its IRI."""
    for path, name in ((own, site.url(own)), (by(other), other)):
        reply = post(site, path)
        assert (reply.status, reply.headers["Location"]) == (201, name)
        assert holds(site, path, JANE)


def test_post_to_the_unnamed_graph(site: Site) -> None:
    """5.5: merged into it."""
    put(site, "/graphs?default")
    assert post(site, "/graphs?default").status == 200
    assert holds(site, "/graphs?default", f"{JOHN}\n{JANE}")
    site.send("DELETE", "/graphs?default")


def test_post_to_the_store_makes_a_graph(site: Site) -> None:
    """5.5: 201; Location is absolute and the IRI of the new graph, named either way."""
    names = []
    for _ in range(2):
        reply = post(site, "/graphs", JANE)
        assert reply.status == 201
        names.append(reply.headers["Location"])
        assert names[-1].startswith(site.url("/graphs/"))
        assert holds(site, names[-1].removeprefix(site.address.rstrip("/")), JANE)
        assert holds(site, by(names[-1]), JANE)
        assert site.ask(f"ASK {{ GRAPH <{names[-1]}> {{ <{EX}jane> ?p ?o }} }}")
    assert names[0] != names[1]


def test_the_address_is_never_made_from_the_host_header(site: Site) -> None:
    """The contract: links are made from the public address."""
    reply = site.send("POST", "/graphs", JANE, Content_Type=TURTLE, Host="evil.test")
    assert reply.headers["Location"].startswith(site.url("/graphs/"))


def test_relative_iris_of_a_new_graph_start_from_its_name(site: Site) -> None:
    """5.5: the name is found before the document is read."""
    name = post(site, "/graphs", "<> a <#T> .").headers["Location"]
    assert site.get(by(name), Accept=TURTLE).triples == turtle("<> a <#T> .", name)


def test_post_of_nothing_does_nothing(site: Site, own: str) -> None:
    """5.5: an empty body is answered with 204, and makes no graph."""
    put(site, own)
    before = site.get("/graphs").headers["ARI-Revision"]
    for path in (own, "/graphs", f"{own}/new", "/graphs?default"):
        reply = post(site, path, "")
        assert (reply.status, reply.body) == (204, b"")
    assert site.get("/graphs").headers["ARI-Revision"] == before
    assert site.get(f"{own}/new").status == 404
    assert holds(site, own, JOHN)


BOUNDARY = "a6fe4cd636164618814be9f8d3d1a0de"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def multipart(*parts: tuple[str, str, str], end: str = "--") -> str:
    """Files (name, media type, content) as a form (RFC 7578)."""
    lines = []
    for name, media_type, content in parts:
        lines += [f"--{BOUNDARY}", f'Content-Disposition: form-data; name="f"; filename="{name}"']
        lines += [f"Content-Type: {media_type}"] if media_type else []
        lines += ["", content]
    return "\r\n".join([*lines, f"--{BOUNDARY}{end}", ""])


XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="https://example.org/">'
    '<rdf:Description rdf:about="https://example.org/x"><ex:p>x</ex:p></rdf:Description></rdf:RDF>'
)


def test_post_of_several_files(site: Site, own: str) -> None:
    """5.5: the documents of a form are merged, each read by its own type."""
    put(site, own)
    body = multipart(
        ("a.ttl", f"{TURTLE}; charset=utf-8", JANE),
        ("b.xml", "application/rdf+xml", XML),
        ("c.nt", "application/n-triples", '_:b <https://example.org/p> "c" .'),
    )
    reply = post(site, own, body, MULTIPART)
    assert reply.status == 200, reply.text
    more = 'ex:x ex:p "x" . [] ex:p "c" .'
    assert holds(site, own, f"{JOHN}\n{JANE}\n{more}")


def test_files_share_no_blank_nodes_and_no_prefixes(site: Site, own: str) -> None:
    """5.5, RDF 1.1 Semantics 4.1: a label names another node in each file."""
    files = [(f"{n}.ttl", TURTLE, f'_:b <{EX}p> "{n}" .') for n in range(2)]
    assert post(site, own, multipart(*files), MULTIPART).status == 201
    assert holds(site, own, f'[] <{EX}p> "0" . [] <{EX}p> "1" .')
    files = [("a.ttl", TURTLE, JANE), ("b.ttl", TURTLE, "ex:a ex:b ex:c .")]
    post(site, own, multipart(*files), MULTIPART).problem(400, "syntax")


def test_a_form_to_the_store_makes_one_graph(site: Site) -> None:
    """5.5: of all its files."""
    body = multipart(("a.ttl", TURTLE, JOHN), ("b.ttl", TURTLE, JANE))
    reply = post(site, "/graphs", body, MULTIPART)
    assert reply.status == 201
    assert holds(site, by(reply.headers["Location"]), f"{JOHN}\n{JANE}")


@pytest.mark.parametrize("media_type", ["", "application/octet-stream"])
def test_a_file_without_a_type_is_read_by_its_suffix(site: Site, own: str, media_type: str) -> None:
    """5.5: its type may be found from the file's extension."""
    body = multipart(("a.ttl", media_type, JOHN), ("b.RDF", media_type, XML))
    assert post(site, own, body, MULTIPART).status == 201
    assert holds(site, own, JOHN + ' ex:x ex:p "x" .')


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (multipart(("a.ttl", TURTLE, JOHN), ("b.csv", "text/csv", "x")), MULTIPART, 415),
        (multipart(("a", "", JOHN)), MULTIPART, 415),
        (multipart(("a.ttl", f"{TURTLE}; charset=utf-16", JOHN)), MULTIPART, 415),
        (multipart(("a.ttl", TURTLE, JOHN), ("b.ttl", TURTLE, "<")), MULTIPART, 400),
        (multipart(), MULTIPART, 400),
        (multipart(("a.ttl", TURTLE, JOHN), end=""), MULTIPART, 400),
        (multipart(("a.ttl", TURTLE, JOHN)), "multipart/form-data", 400),
        (multipart(*[("a.ttl", TURTLE, JOHN)] * 65), MULTIPART, 400),
        ("", MULTIPART, 400),
        ("--", MULTIPART, 400),
    ],
)
def test_a_form_that_can_not_be_read(
    site: Site, own: str, body: str, media_type: str, status: int
) -> None:
    """5.5, 5.1: nothing of it is stored."""
    reply = post(site, own, body, media_type)
    assert reply.status == status, reply.text
    assert site.get(own).status == 404


def test_a_form_is_posted_not_put(site: Site, own: str) -> None:
    """5.5: of the two, POST takes forms."""
    put(site, own, multipart(("a.ttl", TURTLE, JOHN)), MULTIPART).problem(415, "unsupported-type")


# 5.7 PATCH


def patch(site: Site, path: str, text: str) -> Reply:
    return site.send("PATCH", path, text, Content_Type=UPDATE)


def test_patch_changes_a_graph(site: Site, own: str) -> None:
    """5.7: an update whose default graph is the graph."""
    put(site, own, PREFIXES + "ex:a ex:p 1 , 2 .")
    text = PREFIXES + "DELETE { ?s ex:p 1 } INSERT { ?s ex:q ?o } WHERE { ?s ex:p 1 , ?o }"
    reply = patch(site, own, text)
    assert reply.status == 200, reply.text
    assert (reply.json["added"], reply.json["removed"]) == (2, 1)
    assert holds(site, own, PREFIXES + "ex:a ex:p 2 ; ex:q 1 , 2 .")


def test_patch_changes_the_unnamed_graph(site: Site) -> None:
    """5.7: indirectly named."""
    text = PREFIXES + "INSERT DATA { ex:a ex:b ex:c }"
    assert patch(site, "/graphs?default", text).status == 200
    assert holds(site, "/graphs?default", PREFIXES + "ex:a ex:b ex:c .")
    assert patch(site, "/graphs?default", "CLEAR DEFAULT").status == 200
    assert holds(site, "/graphs?default", "")


def test_patch_changes_no_other_graph(site: Site, own: str, other: str) -> None:
    """5.7: an update of another graph is refused, and nothing of it is done."""
    put(site, own)
    put(site, by(other))
    text = f"INSERT DATA {{ <urn:a> <urn:b> 1 GRAPH <{other}> {{ <urn:a> <urn:b> 1 }} }}"
    reply = patch(site, own, text)
    assert 400 <= reply.status < 500, reply.text
    assert reply.media_type == "application/problem+json"
    assert holds(site, own, JOHN)
    assert holds(site, by(other), JOHN)
    for text in ("CLEAR ALL", f"DROP GRAPH <{other}>", f"COPY DEFAULT TO <{other}>"):
        assert 400 <= patch(site, own, text).status < 500, text
        assert holds(site, by(other), JOHN)


@pytest.mark.parametrize("media_type", [TURTLE, "application/json-patch+json", "text/plain"])
def test_patch_with_another_type(site: Site, own: str, media_type: str) -> None:
    """RFC 5789 2.2: 415, and Accept-Patch."""
    put(site, own)
    reply = site.send("PATCH", own, "CLEAR DEFAULT", Content_Type=media_type)
    reply.problem(415, "unsupported-type")
    assert reply.headers["Accept-Patch"] == UPDATE


def test_patch_that_does_not_parse(site: Site, own: str) -> None:
    """RFC 5789 2.2: 400, and nothing is done."""
    put(site, own)
    patch(site, own, "INSERT DATA { ?s ?p ?o }").problem(400, "syntax")
    assert holds(site, own, JOHN)


# Conditions (RFC 9110, 13.1)


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_a_write_on_what_was_read(site: Site, own: str, method: str) -> None:
    """RFC 9110 13.1.1: If-Match holds until something is written."""
    put(site, own)
    tag = site.get(own).headers["ETag"]
    media_type = UPDATE if method == "PATCH" else TURTLE
    data = "ex:a ex:b ex:c"
    text = PREFIXES + (f"INSERT DATA {{ {data} }}" if method == "PATCH" else f"{data} .")
    put(site, own, JANE)
    stale = site.send(method, own, text, Content_Type=media_type, If_Match=tag)
    stale.problem(412, "precondition-failed")
    assert holds(site, own, JANE)
    tag = site.get(own, Accept="application/ld+json").headers["ETag"]
    assert site.send(method, own, text, Content_Type=media_type, If_Match=tag).status in (200, 204)


def test_of_writers_who_have_read_the_same_one_is_done(site: Site, own: str) -> None:
    """RFC 9110 13.1.1: the lost update, prevented."""
    put(site, own)
    tag = site.get(own).headers["ETag"]
    texts = [PREFIXES + f"ex:a ex:b {number} ." for number in range(8)]

    def write(text: str) -> int:
        return site.send("PUT", own, text, Content_Type=TURTLE, If_Match=tag).status

    with ThreadPoolExecutor(len(texts)) as writers:
        found = list(writers.map(write, texts))
    assert sorted(found) == [204, *[412] * 7]
    assert holds(site, own, texts[found.index(204)])


def test_a_write_only_if_the_graph_is_new(site: Site, own: str) -> None:
    """RFC 9110 13.1.2: If-None-Match: *."""
    new = {"Content_Type": TURTLE, "If_None_Match": "*"}
    assert site.send("PUT", own, JOHN, **new).status == 201
    site.send("PUT", own, JANE, **new).problem(412, "precondition-failed")
    assert holds(site, own, JOHN)


def test_a_write_only_if_the_graph_is_there(site: Site, own: str) -> None:
    """RFC 9110 13.1.1: If-Match: *."""
    there = {"Content_Type": TURTLE, "If_Match": "*"}
    site.send("PUT", own, JOHN, **there).problem(412, "precondition-failed")
    put(site, own)
    assert site.send("PUT", own, JANE, **there).status == 204


# Verbs, rights and origins


@pytest.mark.parametrize("path", ["/graphs", "/graphs/a", "/graphs?default"])
def test_the_verbs_are_told(site: Site, path: str) -> None:
    """RFC 9110 9.3.7; RFC 5789 3.1."""
    reply = site.send("OPTIONS", path)
    assert reply.status == 200
    verbs = {"GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE", "PATCH"}
    assert set(reply.headers["Allow"].split(", ")) == verbs
    assert reply.headers["Accept-Patch"] == UPDATE
    assert TURTLE in reply.headers["Accept-Post"]


@pytest.mark.parametrize("method", ["LINK", "COPY", "PROPFIND"])
def test_another_verb(site: Site, own: str, method: str) -> None:
    """5.1: 405."""
    assert site.send(method, own).status == 405


WRITES = ["PUT", "POST", "DELETE", "PATCH"]


@pytest.mark.parametrize("method", WRITES)
def test_a_write_without_the_token(site: Site, own: str, method: str) -> None:
    """6, RFC 6750 3: 401 and the challenge, before anything else is looked at."""
    put(site, own)
    nobody = Site(site.address)
    for path in (own, "/graphs", "/graphs?graph=x"):
        reply = nobody.send(method, path, "x", Content_Type="text/plain")
        reply.problem(401, "unauthorised")
        assert reply.headers["WWW-Authenticate"] == 'Bearer realm="ARI graph"'
    wrong = nobody.with_token(TOKEN[:-1]).send(method, own, JANE, Content_Type=TURTLE)
    assert 'error="invalid_token"' in wrong.headers["WWW-Authenticate"]
    assert holds(site, own, JOHN)


def test_a_read_needs_no_token(site: Site, own: str) -> None:
    """6: reading is open."""
    put(site, own)
    assert Site(site.address).get(own).status == 200
    assert Site(site.address).send("HEAD", own).status == 200
    assert Site(site.address).get("/graphs").status == 200


@pytest.mark.parametrize("path", ["/update", "/graphs", "/graphs/a", "/graphs?default"])
@pytest.mark.parametrize("method", WRITES)
def test_no_other_origin_may_write(site: Site, path: str, method: str) -> None:
    """Fetch 3.2: no header lets a page elsewhere write, succeed or fail, nor asks for it."""
    ask = {"Access_Control_Request_Method": method}
    for client in (site, Site(site.address)):
        for reply in (
            client.send("OPTIONS", path, Origin="https://app.example", **ask),
            client.send(method, path, "", Origin="https://app.example", Content_Type=TURTLE),
        ):
            told = [name for name in reply.headers if name.lower().startswith("access-control")]
            assert told == []
            assert "Set-Cookie" not in reply.headers


def test_any_origin_may_read(site: Site, own: str) -> None:
    """Fetch 3.2: a page elsewhere may read, conditions included."""
    put(site, own)
    for path in (own, "/graphs", "/graphs/none"):
        reply = site.get(path, Origin="https://app.example")
        assert reply.headers["Access-Control-Allow-Origin"] == "*"
    ask = {"Access_Control_Request_Method": "GET", "Origin": "https://app.example"}
    preflight = site.send("OPTIONS", own, **ask)
    assert preflight.headers["Access-Control-Allow-Origin"] == "*"
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" not in preflight.headers["Access-Control-Allow-Headers"]


# With queries


def test_a_new_graph_is_seen_by_the_next_query(site: Site, own: str) -> None:
    """4: one dataset behind both protocols; the union holds named graphs, the strict one none."""
    name = f"{EX}{uuid4()}"
    put(site, own, f"<{name}> a <{EX}T> .")
    assert site.ask(f"ASK {{ GRAPH <{site.url(own)}> {{ <{name}> a <{EX}T> }} }}")
    assert site.ask(f"ASK {{ <{name}> a <{EX}T> }}") == site.union
    site.send("DELETE", own)
    assert not site.ask(f"ASK {{ <{name}> a <{EX}T> }}")
    assert not site.ask(f"ASK {{ GRAPH ?g {{ <{name}> a <{EX}T> }} }}")


def test_a_triple_in_two_graphs_stays_while_one_has_it(site: Site, own: str, other: str) -> None:
    """RDF 1.1 Semantics 4.1: the union is a set, and each graph its own."""
    text = f"<{EX}{uuid4()}> a <{EX}Twice> ."
    put(site, own, text)
    put(site, by(other), text)
    query = f"SELECT ?s WHERE {{ ?s a <{EX}Twice> }}"
    assert len(site.values(query)) == (1 if site.union else 0)
    site.send("DELETE", own)
    assert len(site.values(query)) == (1 if site.union else 0)
    site.send("DELETE", by(other))
    assert site.values(query) == []


@pytest.mark.parametrize("name", ["urn:x-ari:unnamed", "urn:x-ari:merge:0+1"])
def test_names_of_the_inside_are_no_graphs(site: Site, name: str) -> None:
    """What the engine keeps for itself can neither be read nor written."""
    assert site.get(by(name)).status == 404
    assert put(site, by(name)).status == 400
    assert site.send("DELETE", by(name)).status == 404


def test_a_release_never_changes(site: Site, own: str) -> None:
    """The contract: releases are for reading."""
    put(site, own)
    put(site, f"{own}?release=1.0.0", JANE).problem(400, "bad-parameter")
    site.get(f"{own}?release=9.9.9").problem(404, "not-found")
    assert holds(site, own, JOHN)
