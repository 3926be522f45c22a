"""What importers read: each source in its publisher's shape, whole, broken, and changed."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest

from met_ari.build.wording import digest
from met_ari.crossref.imports import ari_database, csv_table, govuk
from met_ari.crossref.imports.ari_database import Wanted
from met_ari.crossref.imports.found import UNGROUPED, FoundEdition, Harvest
from met_ari.crossref.imports.govuk import Reading
from met_ari.crossref.imports.html_outline import statements
from met_ari.crossref.imports.source import Document
from met_ari.errors import AriError, InputError, SourceError
from tests.import_sources import (
    BODY,
    HARBOUR,
    LIGHTS,
    PUBLICATION,
    SLUG,
    TABLE,
    TEXTS,
    attachment,
    encoded,
    page,
    publication,
    record,
    records,
    rows,
    table,
)

API = "https://ari.org.uk/api/questions"


def database(*items: Any, wanted: Wanted | None = None, **pagination: Any) -> Harvest:
    return ari_database.harvest(
        [Document("dump.json", encoded(page(items, **pagination)))], wanted or Wanted()
    )


def only(harvest: Harvest) -> FoundEdition:
    (edition,) = harvest.editions
    return edition


def reason(harvest: Harvest) -> str:
    (item,) = harvest.unplaced
    return f"{item.place}: {item.reason}"


# The ARI Database


def test_a_department_and_year_of_the_database_are_an_edition() -> None:
    edition = only(database(*records()))
    assert (edition.publisher, edition.year) == ("Ministry of Lamps", "2024")
    first = edition.questions[0]
    assert (first.text, first.path, first.own_id) == (TEXTS[0], (HARBOUR,), "501")
    assert (first.issued, first.page) == ("2024-02-26", "https://ari.org.uk/aris/501")


def test_each_year_of_a_department_is_an_edition_of_its_own() -> None:
    late = record(900, "What ice does to lamps.", publicationDate="2026-01-05T00:00:00Z")
    found = database(*records(), late)
    assert [edition.year for edition in found.editions] == ["2024", "2026"]


def test_markup_becomes_text_and_that_is_told() -> None:
    text = "How <em>R&amp;D</em> helps<br>if a &lt; b and R&D < 3 <unknown>."
    group = "Harbour &amp; river"
    found = database(record(1, text, group), record(2, "Plain."))
    marked, plain = only(found).questions
    assert marked.text == "How R&D helps if a < b and R&D < 3 <unknown>."
    assert marked.path == ("Harbour & river",)
    assert (marked.note, plain.note) == ("Its markup (HTML) was turned into plain text.", "")
    assert "The markup (HTML) of 1 records was turned into plain text." in found.notices


@pytest.mark.parametrize("text", ["<p> </p>", "&#0;"])
def test_markup_that_holds_no_text_is_told(text: str) -> None:
    found = database(record(1, text), record(2, "Plain."))
    assert [item.own_id for item in found.unplaced] == ["1"]


def test_background_is_kept_and_what_is_left_out_is_told() -> None:
    told = record(
        1,
        "One.",
        backgroundInformation="<p>Since 2019.</p> <p>More.</p>",
        topics=["Crime"],
        tags=["a"],
        expiryDate="2024-12-31 00:00:00",
    )
    odd = record(2, "Two.", backgroundInformation=["a list"], expiryDate="soon")
    found = database(told, odd)
    one, two = only(found).questions
    assert (one.background, one.expires) == ("Since 2019. More.", "2024-12-31")
    assert one.note == "The source gives 2024-12-31 as its expiry date."
    assert (two.background, two.expires) == ("", "")
    (notice,) = [item for item in found.notices if item.startswith("Left out")]
    assert notice == (
        "Left out, with the number of records that have it: backgroundInformation (1), "
        "contactDetails (2), expiryDate (1), fieldsOfResearch (2), relatedQuestions (2), tags (1), "
        "topics (1)."
    )


def test_an_archived_record_is_read_as_such_and_null_is_not() -> None:
    found = database(record(1, TEXTS[0], isArchived=True), record(2, TEXTS[1], isArchived=None))
    assert [item.status for item in only(found).questions] == ["archived", "current"]


def test_a_record_without_a_group_stands_under_a_heading_of_ours() -> None:
    assert only(database(record(1, TEXTS[0], group=None))).questions[0].path == (UNGROUPED,)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"question": None}, "the field 'question' is null; expected: a text."),
        ({"question": "  "}, "the field 'question' is \"  \"; expected: a text."),
        ({"question": 7}, "the field 'question' is 7; expected: a text."),
        (
            {"question": "a\x00b"},
            "the field 'question' can't be kept: It holds the character U+0000",
        ),
        ({"question": "a\ud800b"}, "It holds the character U+D800"),
        ({"questionId": "x1"}, "the field 'questionId' is \"x1\"; expected: a whole number"),
        ({"questionId": True}, "the field 'questionId' is true; expected: a whole number"),
        ({"questionGroup": ["a"]}, "the field 'questionGroup' is [\"a\"]; expected: a text."),
        ({"department": "a\ud800"}, "the field 'department' can't be kept"),
        ({"department": None}, "the field 'department' is null; expected: a text."),
        ({"isArchived": "no"}, "the field 'isArchived' is \"no\"; expected: true or false."),
        ({"publicationDate": "soon"}, "the field 'publicationDate' is 'soon'; expected: a day"),
        ({"publicationDate": "2024-02-30"}, "the field 'publicationDate' is '2024-02-30'"),
        ({"publicationDate": None}, "its edition can't be told; --year gives one"),
    ],
)
def test_a_broken_record_is_told_with_its_place_and_the_rest_goes_on(
    changes: dict[str, Any], words: str
) -> None:
    body = json.dumps(page([*records(), record(9, "Broken.") | changes])).encode()
    found = ari_database.harvest([Document("dump.json", body)], Wanted())
    assert len(only(found).questions) == len(TEXTS)
    assert reason(found).startswith("record 5")
    assert words in reason(found)


def test_a_record_that_is_no_object_is_told() -> None:
    assert reason(database(*records(), "oops")) == "record 5: It is no JSON object."


def test_a_field_that_every_record_lost_is_a_changed_structure() -> None:
    renamed = [{"wording" if k == "question" else k: v for k, v in r.items()} for r in records()]
    with pytest.raises(SourceError, match=r"first at record 1 .*the field 'question'.*is missing"):
        database(*renamed)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "It is empty"),
        (b"<!DOCTYPE html><title>Just a\n moment</title>", "HTML page (“Just a moment”)"),
        (b'{"data": [', "can't be read"),
        (b'{"data": \xff}', "Byte 9 is not UTF-8"),
        (b'{"questions": []}', "no field 'data'"),
        (b"[" * 100_000, "can't be read"),
        (b'{"data": NaN}', "can't be read"),
        (b"42", "a single value"),
    ],
)
def test_what_is_no_answer_of_the_database_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(SourceError) as caught:
        ari_database.harvest([Document(API, body)], Wanted())
    assert words in caught.value.detail
    assert caught.value.exit_code == 2
    assert "https://ari.org.uk/api/questions" in caught.value.remedy


@pytest.mark.parametrize("name", ["Ministry of Lamps", "ministry-of-lamps", "MINISTRY OF LAMPS"])
def test_records_of_other_departments_are_passed_over(name: str) -> None:
    other = record(700, "Of no concern.", department="Board of Bells")
    broken = record(0, "Broken, of no concern.", department="Board of Bells")
    found = database(*records(), other, broken, wanted=Wanted((name,)))
    assert len(only(found).questions) == len(TEXTS)
    assert not found.unplaced
    assert "2 records of others were passed over" in found.notices[0]


def test_an_unknown_department_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="Ministry of Lamps"):
        database(*records(), wanted=Wanted(("Ministry of Lambs",)))


def test_records_are_filtered_by_year_and_days() -> None:
    dated = [record(n, f"Of {day}.", publicationDate=day) for n, day in enumerate(DAYS, 1)]
    assert [e.year for e in database(*dated, wanted=Wanted(year="2024")).editions] == ["2024"]
    found = only(database(*dated, wanted=Wanted(first="2024-01-02", last="2024-12-30")))
    assert [item.issued for item in found.questions] == ["2024-06-01"]


DAYS = ("2023-12-31", "2024-01-01", "2024-06-01", "2024-12-31")


def test_a_year_serves_for_records_without_a_date() -> None:
    found = only(database(record(1, TEXTS[0], publicationDate=None), wanted=Wanted(year="2022")))
    assert found.year == "2022"


def test_a_single_page_of_many_is_known_to_be_a_part() -> None:
    found = database(*records(), pages=20, total=4956)
    assert not found.whole
    assert "4 of the 4,956 records" in found.notices[-1]


def test_broken_records_do_not_make_a_dump_a_part() -> None:
    assert database(*records(), "oops", {"questionId": 3}).whole


@pytest.mark.parametrize("shape", ["records", "pages"])
def test_a_dump_may_be_a_list_of_records_or_of_pages(shape: str) -> None:
    items = records()
    value = items if shape == "records" else [page(items[:2]), page(items[2:])]
    found = ari_database.harvest([Document("dump.json", encoded(value))], Wanted())
    assert [item.text for item in only(found).questions] == list(TEXTS)


# GOV.UK


def govuk_harvest(item: Any = None, body: Any = None, reading: Reading | None = None) -> Harvest:
    def fetch(url: str) -> Document:
        assert url == f"{PUBLICATION}/{SLUG}"
        return Document(url, encoded(body or attachment()))

    document = Document("publication.json", encoded(item or publication()))
    return govuk.harvest(document, fetch, reading or Reading(skipped=("Contact",)))


def test_a_publication_gives_the_statements_of_its_html_attachment_under_their_headings() -> None:
    edition = only(govuk_harvest())
    assert [item.text for item in edition.questions] == list(TEXTS)
    assert [item.path for item in edition.questions] == [
        (HARBOUR, "Boats"),
        (HARBOUR, "Boats"),
        (LIGHTS,),
        (LIGHTS,),
    ]
    assert (edition.publisher, edition.year) == ("Ministry of Lamps", "2024")


def test_the_history_of_a_publication_comes_in_its_order() -> None:
    assert only(govuk_harvest()).changes == (
        ("2023-05-02", "First published."),
        ("2024-02-26", "Added street lighting."),
    )


def test_an_empty_notice_of_withdrawal_means_that_nothing_is_withdrawn() -> None:
    assert {item.status for item in only(govuk_harvest()).questions} == {"current"}


def test_a_withdrawn_publication_withdraws_its_questions_and_says_why() -> None:
    notice = {
        "explanation": "<p>See the <a>new one</a>.</p>",
        "withdrawn_at": "2025-01-02T03:04:05Z",
    }
    edition = only(govuk_harvest(publication(withdrawn_notice=notice)))
    assert {item.status for item in edition.questions} == {"withdrawn"}
    assert edition.changes[-1] == ("2025-01-02", "Withdrawn. See the new one.")


def test_an_attachment_alone_can_be_read() -> None:
    document = Document("page.json", encoded(attachment()))
    found = govuk.harvest(document, lambda url: pytest.fail(url), Reading(skipped=("Contact",)))
    assert len(only(found).questions) == len(TEXTS)


def test_a_statement_under_no_heading_is_told_with_its_line() -> None:
    found = govuk_harvest(body=attachment(f"<ul><li>Loose.</li></ul>\n{BODY}"))
    assert reason(found) == "line 1 of the body: It stands under no heading (h2, h3)."


def test_levels_say_what_is_a_heading_and_what_a_statement() -> None:
    body = attachment("<h3>Boats</h3><h4>At night</h4><p>One.</p><h4>By day</h4><p>Two.</p>")
    found = only(govuk_harvest(body=body, reading=Reading(levels=("h3", "h4", "p"))))
    assert [(item.path, item.text) for item in found.questions] == [
        (("Boats", "At night"), "One."),
        (("Boats", "By day"), "Two."),
    ]


def test_points_inside_a_statement_are_part_of_it_and_told() -> None:
    body = attachment(
        "<h2>A</h2><ul><li>Ice: <ul><li>thin</li><li>thick</li></ul> and snow</li></ul>"
    )
    found = govuk_harvest(body=body)
    assert [item.text for item in only(found).questions] == ["Ice: thin thick and snow"]
    assert "line 1 of the body" in found.notices[-1]


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<li>One<li>Two", ["One", "Two"]),
        ("<li>One</li></ul></div></p><li>Two</li>", ["One", "Two"]),
        ("<li><p>One</p><p>half</p></li>", ["One half"]),
        ("<li>a<b>b</b>c</li>", ["abc"]),
        ("<li>One<script>var x = '<li>no</li>'</script></li>", ["One"]),
        ("<li>Fish &amp; chips &#8211; &lt;b&gt;</li>", ["Fish & chips \u2013 <b>"]),
        ("<li>One<br>two</li>", ["One two"]),
        ("<!-- <li>no</li> --><li>One</li>", ["One"]),
        ("<li>never ended", ["never ended"]),
    ],
)
def test_html_is_read_as_browsers_do(html: str, texts: list[str]) -> None:
    assert [item.text for item in statements(f"<h2>A</h2>{html}", ("h2", "li"))] == texts


def test_deep_html_is_read_to_its_end() -> None:
    found = statements("<h2>A</h2>" + "<ul><li>" * 5000 + "x", ("h2", "li"))
    assert [item.points for item in found] == [4999]


def html_page(name: str) -> dict[str, str]:
    return {"attachment_type": "html", "url": f"{PUBLICATION}/{name}", "title": name.title()}


def test_several_attachments_are_named_so_that_one_can_be_chosen() -> None:
    item = publication(html_page("annex"), html_page(SLUG))
    with pytest.raises(InputError, match=rf"--attachment: annex; {SLUG}"):
        govuk_harvest(item)
    assert govuk_harvest(item, reading=Reading(attachment=SLUG, skipped=("Contact",))).editions


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"schema_name": "redirect"},
            "The field 'schema_name' is 'redirect'; expected: publication",
        ),
        ({"schema_name": None}, "The field 'schema_name' is missing"),
        ({"details": {"political": False}}, "The field 'details.attachments' is missing"),
        ({"details": {"attachments": []}}, "has no HTML attachment"),
        ({"links": {}}, "The field 'links.organisations' is missing"),
        ({"public_updated_at": None}, "The field 'public_updated_at' is missing"),
        ({"title": None}, "The field 'title' is missing"),
    ],
)
def test_a_publication_of_another_structure_is_refused_by_the_name_of_the_field(
    change: dict[str, Any], words: str
) -> None:
    with pytest.raises(AriError) as caught:
        govuk_harvest(publication(**change))
    assert words in caught.value.detail
    assert caught.value.exit_code == 2


def test_an_attachment_without_a_body_is_refused() -> None:
    with pytest.raises(SourceError, match=r"details\.body"):
        govuk_harvest(body=attachment() | {"details": {}})


def test_pages_are_asked_for_in_the_content_api() -> None:
    assert govuk.api_address("https://www.gov.uk/government/publications/x?a=1#b") == (
        "https://www.gov.uk/api/content/government/publications/x"
    )
    address = "https://www.gov.uk/api/content/government/publications/x"
    assert govuk.api_address(address) == address


# CSV


def csv_harvest(data: bytes, year: str = "2024", **named: str) -> Harvest:
    return csv_table.harvest(Document("lamps.csv", data), named, "Ministry of Lamps", year)


def texts(harvest: Harvest) -> list[str]:
    return [item.text for item in only(harvest).questions]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_of_a_table_is_told_by_its_head(delimiter: str) -> None:
    assert texts(csv_harvest(table(rows(TABLE), delimiter))) == list(TEXTS)


@pytest.mark.parametrize(
    "again",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.decode().encode("utf-16"),
        lambda data: data.replace(b"\r\n", b"\n"),
        lambda data: data.replace(b"\r\n", b"\r\n\r\n"),
    ],
    ids=["mark", "utf-16", "lf", "blank lines"],
)
def test_marks_encodings_and_line_ends_do_not_matter(again: Callable[[bytes], bytes]) -> None:
    assert texts(csv_harvest(again(table(rows(TABLE))))) == list(TEXTS)


def test_a_table_in_windows_1252_is_read_and_told() -> None:
    data = table(rows([("Lamps", "Café lamps \u2013 why?")])).decode().encode("cp1252")
    found = csv_harvest(data)
    assert texts(found) == ["Café lamps \u2013 why?"]
    assert "read as Windows-1252" in found.notices[-1]


def test_a_cell_with_line_breaks_is_one_text_on_the_line_where_it_begins() -> None:
    found = only(csv_harvest(b'Statement\r\n"One\r\n  text"\r\nTwo\r\n'))
    assert [(item.text, item.place) for item in found.questions] == [
        ("One text", "line 2"),
        ("Two", "line 4"),
    ]


def test_columns_can_be_named_and_those_that_are_read_are_told() -> None:
    data = table([("Ref", "Matter", "What"), ("L-1", "Lamps", "Why?")])
    found = csv_harvest(data, text="what", theme="Matter", id="REF")
    item = only(found).questions[0]
    assert (item.text, item.path, item.own_id) == ("Why?", ("Lamps",), "L-1")
    assert found.notices == ("Columns read as text: What, theme: Matter, id: Ref.",)


def test_no_column_is_taken_for_identifiers_by_itself() -> None:
    data = table([("id", "number", "question"), ("1", "1", "Why?")])
    assert only(csv_harvest(data)).questions[0].own_id == ""


def test_a_camel_cased_head_is_understood() -> None:
    data = table([("questionGroup", "publicationDate", "question"), ("A", "01/02/2024", "Why?")])
    item = only(csv_harvest(data)).questions[0]
    assert (item.path, item.issued) == (("A",), "2024-02-01")


@pytest.mark.parametrize(
    ("data", "named", "words"),
    [
        (b"", {}, "It is empty"),
        (
            b"a,b\r\n1,2\r\n",
            {},
            "No column looks like the text of the questions; there are: 'a', 'b'",
        ),
        (b"a,b\r\n1,2\r\n", {"text": "c"}, "There is no column 'c'."),
        (b"a,b\r\n1,2\r\n", {"words": "a"}, "There is no field 'words'."),
        (b'text\r\n"one\r\n', {}, "The CSV can't be read"),
        (b"text\r\n\x81\r\n", {}, "neither UTF-8 nor cp1252"),
        (b"<!doctype html><html>", {}, "It is an HTML page"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(
    data: bytes, named: dict[str, str], words: str
) -> None:
    with pytest.raises(AriError) as caught:
        csv_harvest(data, **named)
    assert words in caught.value.detail
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (("A", "", "", "", ""), "line 3: It has no text."),
        (("A", "x", "31 May", "", ""), "Its date is '31 May'"),
        (("A", "x", "2024-02-31", "", ""), "Its date is '2024-02-31'"),
        (("A", "x", "", "maybe", ""), "Its status is 'maybe'"),
        (("A", "x", "", "", "javascript:x"), "Its page is 'javascript:x'"),
        (("A\ufffd", "x", "", "", ""), "Its theme: It holds the character U+FFFD"),
        (("A", "x"), "It has 2 cells; the columns that are read need 5."),
    ],
)
def test_a_row_that_cannot_be_used_is_told_and_the_rest_goes_on(
    cells: tuple[str, ...], words: str
) -> None:
    head = ("Theme", "Text", "Date", "Status", "URL")
    found = csv_harvest(
        table([head, ("A", "Fine.", "2024", "", ""), cells, ("A", "Too.", "", "", "")])
    )
    assert texts(found) == ["Fine.", "Too."]
    assert words in reason(found)


def test_the_digest_is_that_of_the_normal_form_with_one_space_between_words() -> None:
    assert digest("Cafe\u0301 \u00a0 lamps\n") == digest("Caf\u00e9 lamps")
    assert digest("lamps") == hashlib.sha256(b"lamps").hexdigest()
