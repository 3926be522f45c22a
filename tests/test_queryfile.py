"""Stored queries are read as written, and their parameters are bound as terms."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, QuerySolutions, Store
from rdflib import Graph

from met_ari import queryfile
from met_ari.errors import ParameterError, SourceError, UnknownName
from met_ari.queryfile import QueryFile
from met_ari.queryparameter import TYPES

XSD = "http://www.w3.org/2001/XMLSchema#"
HEADER = """#+ summary: A text that is given back
#+ question: What did I say?
#+ audience: researcher
#+ kind: text
"""
ECHO = (
    HEADER
    + """#+ parameter: text string "knife" What to say
#+ rows: 1
SELECT ?text ?rest WHERE {
  VALUES ?text { "knife" }
  VALUES ?rest { "} unharmed {" }
}
"""
)
EVERY_TYPE = (
    HEADER
    + """#+ parameter: thing iri <https://w3id.org/ari/id/priority/met-2019-4> A thing
#+ parameter: text string "say \\"so\\"" A text
#+ parameter: language language en A language
#+ parameter: number integer 8 A number
#+ parameter: day date 2019-06-30 A day
#+ parameter: answer boolean true An answer
#+ parameter: other iri UNDEF Another thing, or none
#+ rows: 1
PREFIX id: <https://w3id.org/ari/id/>
SELECT * WHERE {
  VALUES ?thing { <https://w3id.org/ari/id/priority/met-2019-4> }
  VALUES ?text { "say \\"so\\"" }
  VALUES ?language { "en" }
  VALUES ?number { 8 }
  VALUES ?day { "2019-06-30"^^<http://www.w3.org/2001/XMLSchema#date> }
  VALUES ?answer { true }
  VALUES ?other { UNDEF }
}
"""
)

hostile = st.one_of(
    st.text(),
    st.text(alphabet=list("\"'\\\n\r\t{}<>#?@^u0041U. \u2028\u00e9\U0001f600")),
    st.sampled_from(['" } }', "\\u0022 } UNION { ?s ?p ?o", "\\\\u0041", "'''", '"""', "a\\", ""]),
)


def echo() -> QueryFile:
    return queryfile.read(ECHO, "echo")


def every_type() -> QueryFile:
    return queryfile.read(EVERY_TYPE, "every-type")


def answer(query: QueryFile, values: Mapping[str, str], **options: str) -> dict[str, object]:
    """The one solution, by name of the variable."""
    found = Store().query(query.bind(values, **options))
    assert isinstance(found, QuerySolutions)
    (solution,) = found
    return {variable.value: solution[variable] for variable in found.variables}


# Binding


@given(hostile)
@settings(max_examples=500, deadline=None)
def test_any_string_comes_back_as_exactly_that_literal(text: str) -> None:
    assert answer(echo(), {"text": text}) == {
        "text": Literal(text),
        "rest": Literal("} unharmed {"),
    }


@given(hostile)
@settings(max_examples=60, deadline=None)
def test_any_string_comes_back_from_an_engine_that_unescapes_before_it_parses(text: str) -> None:
    ((said, rest),) = Graph().query(echo().bind({"text": text}))
    assert (str(said), str(rest)) == (text, "} unharmed {")


@given(hostile)
def test_binding_changes_the_line_of_the_parameter_and_no_other(text: str) -> None:
    before, after = ECHO.split("\n"), echo().bind({"text": text}).split("\n")
    assert len(after) == len(before)
    assert [old for old, new in zip(before, after, strict=True) if old != new] in (
        ['  VALUES ?text { "knife" }'],
        [],
    )


@given(hostile)
def test_what_is_no_iri_is_refused_and_what_is_one_comes_back(text: str) -> None:
    query = every_type()
    try:
        bound = query.bind({"thing": text})
    except ParameterError:
        return
    assert NamedNode(text if ":" in text else f"https://w3id.org/ari/id/{text}")
    assert bound.count("\n") == EVERY_TYPE.count("\n")
    assert isinstance(answer(query, {"thing": text})["thing"], NamedNode)


def test_without_values_the_query_is_the_file() -> None:
    assert every_type().bind({}) == EVERY_TYPE


def test_the_key_of_a_thing_is_taken_when_its_kind_has_a_hyphen() -> None:
    key = "mapping-set/met-2019--home-office-2019"
    assert answer(every_type(), {"thing": key})["thing"] == NamedNode(
        f"https://w3id.org/ari/id/{key}"
    )


def test_each_type_becomes_the_term_of_that_type() -> None:
    given_values = {
        "thing": "question/home-office-2019-27",
        "text": "«quoted»",
        "language": "cy",
        "number": "-007",
        "day": "2024-02-29",
        "answer": "false",
        "other": "https://example.org/é?q=1#f",
    }
    assert answer(every_type(), given_values) == {
        "thing": NamedNode("https://w3id.org/ari/id/question/home-office-2019-27"),
        "text": Literal("«quoted»"),
        "language": Literal("cy"),
        "number": Literal("-7", datatype=NamedNode(f"{XSD}integer")),
        "day": Literal("2024-02-29", datatype=NamedNode(f"{XSD}date")),
        "answer": Literal("false", datatype=NamedNode(f"{XSD}boolean")),
        "other": NamedNode("https://example.org/é?q=1#f"),
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thing", ""),
        ("thing", "met-2019-4"),
        ("thing", "priority/met 4"),
        ("thing", "priority/met/4"),
        ("thing", "<https://example.org/>"),
        ("thing", "https://example.org/> } }"),
        ("thing", "https://example.org/\\u003e"),
        ("text", "\ud800"),
        ("language", ""),
        ("language", "en gb"),
        ("language", "english_gb"),
        ("number", ""),
        ("number", "eight"),
        ("number", "8.5"),
        ("number", "٨"),
        ("number", "1" * 19),
        ("number", "8 } }"),
        ("day", "2019-02-30"),
        ("day", "30 June 2019"),
        ("day", "20190630"),
        ("answer", "yes"),
        ("answer", "True"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_in_words_that_name_the_right(
    name: str, value: str
) -> None:
    query = every_type()
    kind = next(p.type for p in query.parameters if p.name == name)
    with pytest.raises(ParameterError) as caught:
        query.bind({name: value})
    assert name in caught.value.detail
    assert TYPES[kind].wanted in caught.value.remedy
    assert caught.value.extra == {"parameter": name, "type": kind}


def test_a_long_wrong_value_is_not_repeated_in_full() -> None:
    with pytest.raises(ParameterError) as caught:
        every_type().bind({"number": "x" * 10_000})
    assert len(str(caught.value)) < 200


def test_an_empty_value_leaves_an_optional_parameter_free() -> None:
    assert answer(every_type(), {"other": ""})["other"] is None


def test_an_empty_string_is_a_string() -> None:
    assert answer(echo(), {"text": ""})["text"] == Literal("")


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(ParameterError, match=r"no parameter 'txet'\. It takes: text\."):
        echo().bind({"txet": "knife"})


def test_a_query_without_parameters_says_so() -> None:
    query = queryfile.read(HEADER + "#+ rows: 1\nASK {}\n", "none")
    with pytest.raises(ParameterError, match=r"It takes none\."):
        query.bind({"text": "knife"})


def test_every_line_of_a_parameter_is_bound() -> None:
    text = ECHO.replace("  VALUES ?rest", '  { VALUES ?rest { 1 } }\n  VALUES ?text { "knife" }\n#')
    bound = queryfile.read(text, "twice").bind({"text": "gun"})
    assert bound.count('VALUES ?text { "gun" }') == 2


# Another deployment


def test_another_base_moves_things_and_leaves_terms() -> None:
    moved = every_type().bind({}, "http://localhost:8000/")
    assert "w3id.org/ari/id/" not in moved
    assert "PREFIX id: <http://localhost:8000/id/>" in moved
    assert "VALUES ?thing { <http://localhost:8000/id/priority/met-2019-4> }" in moved


def test_a_key_is_looked_up_under_the_base() -> None:
    term = answer(every_type(), {"thing": "topic/media"}, base="http://localhost:8000/")["thing"]
    assert term == NamedNode("http://localhost:8000/id/topic/media")


def test_another_base_leaves_the_value_of_a_user_alone() -> None:
    text = "<https://w3id.org/ari/id/topic/media>"
    assert answer(echo(), {"text": text}, base="http://localhost:8000/")["text"] == Literal(text)


def test_a_query_under_another_base_shows_its_defaults_there() -> None:
    moved = every_type().under("http://localhost:8000/")
    assert moved.parameters[0].default == "http://localhost:8000/id/priority/met-2019-4"
    assert moved.bind({}) == every_type().bind({}, "http://localhost:8000/")


# Headers


def test_a_header_is_read_whole() -> None:
    query = every_type()
    assert (query.name, query.folder) == ("every-type", "library")
    assert query.summary == "A text that is given back"
    assert query.question == "What did I say?"
    assert (query.audience, query.kind, query.rows) == ("researcher", "text", 1)
    assert [(p.name, p.type, p.default) for p in query.parameters] == [
        ("thing", "iri", "https://w3id.org/ari/id/priority/met-2019-4"),
        ("text", "string", 'say "so"'),
        ("language", "language", "en"),
        ("number", "integer", "8"),
        ("day", "date", "2019-06-30"),
        ("answer", "boolean", "true"),
        ("other", "iri", None),
    ]
    assert query.parameters[-1].help == "Another thing, or none"


PARAMETER = '#+ parameter: text string "knife" What to say'


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("#+ summary: A", "#+ summary A", 1, "reads `#+ key: value`"),
        ("#+ summary: A", "#+summary: A", 1, "reads `#+ key: value`"),
        ("#+ question: What did I say?", "#+ question: ", 2, "reads `#+ key: value`"),
        ("#+ question:", "#+ query:", 2, "`query` is no key of a header. It is one of"),
        ("#+ question:", "#+ summary:", 2, "`summary` is there twice"),
        ("#+ rows: 1\n", "", 1, "has no `#+ rows: …`"),
        ("#+ rows: 1", "#+ rows: many", 6, "`rows` is a whole number"),
        ("researcher", "everybody", 3, "can't be `everybody`. It is one of: cross-referencer"),
        ("SELECT", "SELECT *\n#+ rows: 2\n", 8, "stands below the header"),
        (PARAMETER, '#+ parameter: text "knife"', 5, "the parameter can't be read"),
        (PARAMETER, '#+ parameter: text string "knife"', 5, "the parameter can't be read"),
        (PARAMETER, '#+ parameter: text words "knife" What', 5, "`words` is no type"),
        (PARAMETER, "#+ parameter: text string knife What", 5, "the default is no string"),
        (PARAMETER, '#+ parameter: text integer "8" What', 5, "the default is no integer"),
        (PARAMETER, "#+ parameter: text integer eight What", 5, "the default is no integer"),
        (PARAMETER, "#+ parameter: text iri topic/media What", 5, "the default is no iri"),
        (PARAMETER, f"{PARAMETER}\n{PARAMETER}", 6, "the parameter `text` is there twice"),
        (PARAMETER, '#+ parameter: word string "knife" What', 1, "no line `  VALUES ?word"),
        ('?text { "knife" }', '?text { "gun" }', 8, 'default is "knife", not "gun"'),
        ('?text { "knife" }', '?text { "knife"@en }', 8, 'default is "knife", not "knife"@en'),
        ('?text { "knife" }', '?text { "knife" "gun" }', 8, "no single term"),
        ('?text { "knife" }', "?text { UNDEF }", 8, 'default is "knife", not UNDEF'),
    ],
)
def test_a_wrong_header_is_refused_with_file_and_line(
    before: str, after: str, line: int, words: str
) -> None:
    assert ECHO.count(before) == 1
    with pytest.raises(SourceError, match=re.escape(words)) as caught:
        queryfile.read(ECHO.replace(before, after), "echo")
    assert caught.value.extra == {"file": "queries/library/echo.rq", "line": line}


def test_a_file_without_header_is_refused() -> None:
    with pytest.raises(SourceError, match="the header has no"):
        queryfile.read("ASK {}\n", "bare")


def test_a_check_needs_a_message_and_a_level() -> None:
    with pytest.raises(SourceError, match="has no `#\\+ level: …`"):
        queryfile.read("#+ summary: S\n#+ message: M\nSELECT ?focus {}\n", "check", "checks")


# Finding


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match=r"Did you mean .*questions-by-topic.*`ari query`"):
        queryfile.load("question-by-topics")


def test_a_name_like_no_other_is_answered_with_how_to_list() -> None:
    with pytest.raises(UnknownName) as caught:
        queryfile.load("../../etc/passwd")
    assert caught.value.extra["near"] == []
    assert "lists all" in caught.value.remedy


def test_a_query_is_loaded_by_name() -> None:
    assert queryfile.load("search").parameters[0].name == "text"
    assert queryfile.load("skos-s9", "checks").level == "core"
