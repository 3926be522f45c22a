"""What a query may ask for is decided before it runs, by the engine's own parser."""

import contextlib
import time

import pyoxigraph
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from met_ari.engine import explain, gate, lexer, parser
from met_ari.errors import FederationRefused, InputError, SyntaxProblem, TooComplex

BASE = "http://example.org/base/"


def admit(text: str) -> gate.Plan:
    return gate.admit(text, BASE)


def syntax_problem(text: str) -> SyntaxProblem:
    """The problem that a user sees for a text that does not parse."""
    try:
        plan = admit(text)
        pyoxigraph.Store().query(plan.text, base_iri=BASE)
    except SyntaxProblem as problem:
        return problem
    except SyntaxError as error:
        return explain.problem(plan.text, BASE, error)
    raise AssertionError(f"this parses: {text}")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { service <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "SELECT * { VALUES ?e { <http://127.0.0.1:9/> } SERVICE ?e { ?s ?p ?o } }",
        "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "ASK { FILTER NOT EXISTS { { SELECT * { SERVICE ?x { ?s ?p ?o } } } } }",
        "ASK { ?a ?b ?c MINUS { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "CONSTRUCT { ?s ?p ?o } WHERE { OPTIONAL { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } }",
        "DESCRIBE ?s { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        r"SELECT * { \u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        r"SELECT * { SER\U00000056ICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "PREFIX s: <http://127.0.0.1:9/> SELECT*{SERVICEs:x{}}",
        "SELECT*{SERVICESILENT<http://127.0.0.1:9/>{}}",
        "ASK{SERVICE?x{}}",
        "ASK { SERVICE # a comment\n <http://127.0.0.1:9/> {} }",
        "ASK{?a ?b ?c FILTER(?a<?b)SERVICE?x#>\n{}}",
        'ASK { BIND("SERVICE" AS ?service) SERVICE ?service { ?s ?p "service" } } # service',
        "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } } # serqice serxice serzice",
    ],
)
def test_service_in_any_spelling_and_place_is_refused(text: str) -> None:
    with pytest.raises(FederationRefused, match="does not call other services") as refused:
        admit(text)
    assert "VALUES" in refused.value.remedy


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p ?o } # SERVICE <http://x> {}",
        "ASK { ?s ?p 'SERVICE <http://x> {}' }",
        'ASK { ?s ?p """a " SERVICE <http://x> {} \\""" """ }',
        r'ASK { ?s ?p "\u0022 SERVICE <http://x> {}" }',
        "ASK { <http://x/service> ?p ?o }",
        "PREFIX service: <http://x/> ASK { service:SERVICE ?p ?o }",
        "SELECT ?service ?Service ?SERVICE { ?service ?Service ?SERVICE }",
        "ASK { ?s ?p 'service'@en-service }",
        "ASK { ?s ?p 'serqice SERxice' . ?service ?p ?o }",
        "# service\n" * 50 + "ASK {}",
    ],
)
def test_the_word_service_elsewhere_is_no_reason_to_refuse(text: str) -> None:
    assert admit(text).kind is not None


def test_a_text_with_the_word_service_that_does_not_parse_is_a_syntax_error() -> None:
    problem = syntax_problem("SELEC * { ?s ?p 'service' }")
    assert (problem.extra["line"], problem.extra["column"]) == (1, 1)


FRAGMENTS = (
    "SERVICE", "service", r"\u0053ERVICE", "?x", "<http://127.0.0.1:9/>", "{}", "{", "}", "#", "\n",
    "'", '"', '"""', "<", ">", "<?b", "?a", "FILTER(", "FILTER EXISTS{", ")", ".", " ", "&&", "x:",
    r"\u0022", r"\u0023", r"\u003C", "?s ?p ?o", "BIND(1 AS ", "\\",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join))
@example("SERVICE?x{}")
@example("SERVICE<http://127.0.0.1:9/>{}")
@example("?s ?p ?a FILTER(?a<?b)SERVICE?x#>\n{}")
@example("?s ?p 'SERVICE?x{}'")
def test_nothing_that_passes_makes_the_engine_call_out(body: str) -> None:
    """Oxigraph refuses port 9 and a variable endpoint without a value only when it evaluates."""
    try:
        plan = admit("ASK { " + body + " }")
    except (FederationRefused, SyntaxProblem):
        return
    with contextlib.suppress(SyntaxError):
        pyoxigraph.Store().query(plan.text, base_iri=BASE)


@pytest.mark.parametrize(
    ("text", "default", "named"),
    [
        ("SELECT * { ?s ?p ?o }", None, None),
        ("ASK { ?from <http://x> 'FROM <http://g>' } # FROM <http://g>", None, None),
        ("ASK FROM <http://g> {}", ("http://g",), ()),
        ("ASKFROM<http://g>{}", ("http://g",), ()),
        ("ASK FROM NAMED <g> {}", (), (BASE + "g",)),
        ("BASE <http://b/c/> ASK FROM <../g> FROM <#h> {}", ("http://b/g", "http://b/c/#h"), ()),
        ("PREFIX : <http://p/> ASK FROM :a FROM NAMED :b {}", ("http://p/a",), ("http://p/b",)),
        (r"PREFIX p: <http://\u0070/> ASK FROM p:\u0061 {}", ("http://p/a",), ()),
        ("SELECT (EXISTS {?from <a> <FROM>} AS ?x) FROM <http://g> {}", ("http://g",), ()),
        ("CONSTRUCT { ?from <a> ?x } FROM # not FROM <http://a>\n <http://g> { ?x a ?from }",
         ("http://g",), ()),
        ("DESCRIBE <http://x> FROM <http://g>", ("http://g",), ()),
        ("SELECT * FROM <http://g>FROM <http://g> {}", ("http://g", "http://g"), ()),
    ],
)  # fmt: skip
def test_dataset_clauses_are_read_and_resolved(
    text: str, default: tuple[str, ...] | None, named: tuple[str, ...] | None
) -> None:
    plan = admit(text)
    assert (plan.default_graphs, plan.named_graphs) == (default, named)


@pytest.mark.parametrize(
    ("text", "volatile"),
    [
        ("ASK { FILTER(NOW() > 1) }", True),
        ("SELECT (rand() AS ?x) {}", True),
        ("SELECT (UUID() AS ?x) {}", True),
        ("SELECT (StrUUID () AS ?x) {}", True),
        (r"SELECT (\u004eOW() AS ?x) {}", True),
        ("SELECT ?now ?rand { ?now ?rand 'NOW() UUID()' } # known, random", False),
        ("PREFIX now: <http://x/> ASK { now:uuid ?p ?o }", False),
        ("ASK {}", False),
    ],
)
def test_functions_that_change_with_each_call_are_noticed(text: str, volatile: bool) -> None:
    assert admit(text).volatile is volatile


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SELECT * {}", "table"),
        ("# ASK\nselect(1 AS ?x){}", "table"),
        ("PREFIX ask: <http://select/> BASE <http://x> ASK {}", "boolean"),
        ("PREFIX : <http://x/#> CONSTRUCT WHERE { ?s ?p ?o }", "graph"),
        ('VERSION "1.2" DESCRIBE <http://x>', "graph"),
        ("hello", None),
    ],
)
def test_the_kind_of_answer_is_known_before_evaluation(text: str, kind: str | None) -> None:
    assert admit(text).kind == kind


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        (r"\u0041SK {}", "ASK {}"),
        (r"ASK { ?s ?p '\u0027' }", r"ASK { ?s ?p '\u0027' }"),
        (r"ASK { ?s ?p '\\u0041' }", r"ASK { ?s ?p '\\u0041' }"),
        (r'ASK { ?s ?p """\u0022\u0022\u0022""" }', r'ASK { ?s ?p """\u0022\u0022\u0022""" }'),
        (r"ASK { <http://x/\u00E9> ?p ?o }", r"ASK { <http://x/\u00E9> ?p ?o }"),
        (r"ASK { ?\u00E9t\u00E9 ?p ?o }", "ASK { ?été ?p ?o }"),
        (r"ASK { FILTER(?s <\u003fo && ?o> 1) }", "ASK { FILTER(?s <?o && ?o> 1) }"),
        (r"# \u000A ASK", r"# \u000A ASK"),
    ],
)  # fmt: skip
def test_codepoint_escapes_are_decoded_outside_strings_and_iris(text: str, decoded: str) -> None:
    assert lexer.decode(text) == decoded


def test_an_escape_in_a_string_stays_in_the_string() -> None:
    plan = admit(r'SELECT ("\u0022 \u007D" AS ?x) {}')
    (row,) = pyoxigraph.Store().query(plan.text)
    assert row["x"].value == '" }'


@pytest.mark.parametrize("escape", [r"\u0020", r"\u000A", r"\uD800", r"\U00110000"])
def test_an_escape_for_white_space_or_no_character_is_refused_in_a_name(escape: str) -> None:
    problem = syntax_problem(f"SELECT ?x{escape}y {{}}")
    assert (problem.extra["line"], problem.extra["column"]) == (1, 10)


def test_half_a_surrogate_pair_is_a_syntax_error() -> None:
    assert syntax_problem("ASK { ?s ?p '\ud83d' }").extra["column"] == 14


@pytest.mark.parametrize("pair", ["{}", "()", "[]"])
def test_deep_nesting_is_refused_in_words(pair: str) -> None:
    with pytest.raises(TooComplex, match="too deeply nested"):
        admit("ASK { " + pair[0] * 300 + pair[1] * 300 + "}")


def test_brackets_in_strings_and_comments_are_not_nesting() -> None:
    assert admit("ASK { ?s ?p '" + "{" * 300 + "' } # " + "(" * 300).kind == "boolean"


def test_many_number_signs_in_a_comment_are_read_at_once() -> None:
    started = time.monotonic()
    admit("#" * 5000 + "\nASK {} # service from now")
    admit("ASK " + "#" * 5000 + "\n FROM" + "#" * 500 + "\n<http://g> {}")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("SELECT ?x WHERE {\n ?s skos:prefLabel ?o }", 2, 5,
         "Add at the top: PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"),
        ("PREFIX skos: <a>\nSELECT * { ?s skso:x ?y }", 2, 15, "Did you mean skos:?"),
        ("SELECT ?x { ?s foo:bar ?o }", 1, 16, "PREFIX foo:"),
        ("SELECT ?x { ?s foo: ?o }", 1, 16, "PREFIX foo:"),
        ("SELECT ?x { ?s skso:x ?o }", 1, 16,
         "Did you mean skos:? Add at the top: PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"),
        ("SELECT ?x { ?s SKOS:prefLabel ?o }", 1, 16,
         "Did you mean skos:? Add at the top: PREFIX skos: <http://www.w3.org/2004/02/skos/core#>"),
        ("SELECT ?x { ?s Dcterm:title ?o }", 1, 16, "Did you mean dcterms:? Add at the top: "),
        ("PREFIX Skos: <a>\nSELECT * { ?s skos_:x ?y }", 2, 15, "Did you mean Skos:?"),
        ("SELECT ?s { ?s ?p 'a'^^xsd:date }", 1, 24, "PREFIX xsd:"),
        ("SELEC ?x {}", 1, 1, "Did you mean SELECT?"),
        ("SELECT * { ?s ?p ?o } LIMT 5", 1, 23, "Did you mean LIMIT?"),
        ("SELECT * { OPTIONL { ?s ?p ?o } }", 1, 12, "Did you mean OPTIONAL?"),
        ("ASK { FILTER(STRLENGTH('a') > 1) }", 1, 14, "Did you mean STRLEN?"),
        ("SELECT * { ?s ?p ?o ?s ?p2 ?o2 }", 1, 21, "Is a . missing before it?"),
        ("SELECT (COUNT(*) AS ?n { ?s ?p ?o }", 1, 24, "Is a ) missing before it?"),
        ("SELECT * {\n ?s ?p ?o", 1, 10, "This { is not closed."),
        ("SELECT * { ?s ?p ?o }}", 1, 22, "} can't stand here."),
        ('ASK { ?s ?p "abc }', 1, 13, "A string begins here and does not end."),
        ("SELECT (1+ AS ?x) {}", 1, 12, "AS can't stand here."),
        ("SELECT * { ?s ?p ?o . BIND(1 AS ?s) }", 1, 33, "BIND can't give ?s a value"),
        ("SELECT ?a ?a { ?a ?b ?c }", 1, 26, "Duplicated variable"),
        ("INSERT DATA { <a> <b> <c> }", 1, 1, "This is an update"),
        ("", 1, 1, "The query ends too early."),
        ("SELECT ?s", 1, 10, "The query ends too early."),
        ("SELECT * FROM { ?s ?p ?o }", 1, 15, "{ can't stand here."),
        ("ASK { '😀é' ?p ]", 1, 15, "] can't stand here."),
    ],
)  # fmt: skip
def test_a_syntax_error_names_the_place_and_what_was_meant(
    text: str, line: int, column: int, words: str
) -> None:
    problem = syntax_problem(text)
    assert (problem.extra["line"], problem.extra["column"]) == (line, column)
    assert words in str(problem)
    snippet = problem.extra["snippet"].split("\n")
    assert snippet[1].index("^") == column - 1
    assert snippet[0] == text.split("\n")[line - 1]


def test_a_prefix_that_is_declared_is_offered_without_its_line() -> None:
    problem = syntax_problem("PREFIX SKOS: <a>\nSELECT * { ?s skso:x ?y }")
    assert problem.remedy == "Did you mean SKOS:?"


def test_the_snippet_of_a_long_line_is_a_window_around_the_place() -> None:
    problem = syntax_problem("SELECT * { " + "?s ?p ?o . " * 50 + "]" + " ?s ?p ?o ." * 50 + "}")
    line, caret = problem.extra["snippet"].split("\n")
    assert len(line) <= 120
    assert line[caret.index("^")] == "]"


def test_a_base_that_is_no_iri_is_refused() -> None:
    with pytest.raises(InputError, match="base"):
        gate.admit("ASK {} # from", "no base")


@given(st.text(alphabet="SELCTASKFROMselct?xy<>{}()#\n\"'\\u0041 :.;,", max_size=80))
def test_any_text_passes_or_gets_a_problem_with_a_place_inside_it(text: str) -> None:
    try:
        problem = syntax_problem(text)
    except (AssertionError, FederationRefused):
        return
    lines = text.split("\n")
    assert 1 <= problem.extra["line"] <= len(lines)
    assert 1 <= problem.extra["column"] <= len(lines[problem.extra["line"] - 1]) + 1


def test_the_parser_never_evaluates_what_it_is_asked_about() -> None:
    slow = (
        "ASK { " + " ".join(f"VALUES ?v{i} {{ {'1 ' * 99} }}" for i in range(8)) + " FILTER(1=2) }"
    )
    started = time.monotonic()
    assert parser.reads(slow, BASE)
    assert time.monotonic() - started < 2
