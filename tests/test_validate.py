"""`/validate`: our shapes, a stranger's graph, a process that can be ended."""

import gzip
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from met_ari import resources
from met_ari.build import recheck
from met_ari.build.pipeline import BuildResult
from met_ari.build.sources import Sources
from met_ari.config import Settings
from met_ari.engine import examiner as examiners
from met_ari.engine.examiner import Document, Examiner
from met_ari.errors import LimitReached, SourceError, TooBusy
from met_ari.formats import BY_NAME
from met_ari.vocab import SHAPES
from tests.exchange import Reply, Site
from tests.hostile import trap
from tests.live import running

PREFIXES = (
    "@prefix ari: <https://w3id.org/ari/def#> .\n"
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
    "@prefix ex: <http://example.org/> .\n"
)
FAULTY = PREFIXES + "ex:q a ari:ResearchQuestion ;\n  ari:position 1 .\n\nex:p a ari:Priority .\n"
BASE = "http://data.example/validate"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SH = "http://www.w3.org/ns/shacl#"
MANY = PREFIXES + "".join(f"ex:q{n} a ari:ResearchQuestion .\n" for n in range(3000))

# The same broken statement in every syntax; its thing is told of in line 2 of each.
IN_EVERY_SYNTAX = {
    "ttl": "@prefix ari: <https://w3id.org/ari/def#> .\n<http://example.org/p> a ari:Priority .\n",
    "nt": "# here\n<http://example.org/p> <{type}> <{priority}> .\n",
    "nq": "# here\n<http://example.org/p> <{type}> <{priority}> <http://example.org/g> .\n",
    "trig": "<http://example.org/g> {{\n<http://example.org/p> a <{priority}> . }}\n",
    "jsonld": '{{"@context": {{"ari": "https://w3id.org/ari/def#"}},\n'
    '"@id": "http://example.org/p", "@type": "ari:Priority"}}\n',
    "rdf": '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:a="https://w3id.org/ari/def#">\n<a:Priority r:about="http://example.org/p"/></r:RDF>\n',
}
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
PRIORITY = "https://w3id.org/ari/def#Priority"


def in_syntax(name: str) -> str:
    return IN_EVERY_SYNTAX[name].format(type=TYPE, priority=PRIORITY)


def whole_example(name: str) -> str:
    return resources.text("shapes", "examples", f"{name}.ttl")


@pytest.fixture
def site(service: str) -> Site:
    return Site(service)


def post(
    site: Site, text: str | bytes, form: str = "ttl", accept: str = "application/json"
) -> Reply:
    kind = BY_NAME[form].media_type
    return site.send("POST", "/validate", text, Content_Type=kind, Accept=accept)


@pytest.fixture(scope="module")
def examiner() -> Iterator[Examiner]:
    found = Examiner(Settings())
    yield found
    found.close()


def examined(examiner: Examiner, text: str, form: str = "ttl") -> list[dict[str, object]]:
    report = examiner.examine([Document("body", text.encode(), form)], BASE, "json")
    findings: list[dict[str, object]] = json.loads(report.body)["findings"]
    return findings


class TestReports:
    def test_a_graph_that_breaks_rules_is_answered_with_200_and_findings(self, site: Site) -> None:
        reply = post(site, FAULTY)
        assert reply.status == 200
        report = reply.json
        assert report["conforms"] is False
        assert report["severities"] == {"violation": len(report["findings"])}
        assert reply.headers["ARI-Rows"] == str(len(report["findings"]))
        assert {
            (finding["focus"], finding["rule"].partition("#")[2], finding["line"])
            for finding in report["findings"]
        } >= {
            ("http://example.org/q", "ResearchQuestion-position", 4),
            ("http://example.org/p", "Priority-position", 7),
        }

    def test_a_graph_that_keeps_every_rule_conforms(self, site: Site) -> None:
        text = whole_example("Concept-inScheme.pass")
        found = post(site, text).json
        severities = [finding["severity"] for finding in found["findings"]]
        assert found["conforms"] is (severities == [])
        assert "Concept-inScheme" not in str(found["findings"])
        assert post(site, "").json == {"conforms": True, "severities": {}, "findings": []}

    def test_the_records_are_those_of_ari_check(self, site: Site, tmp_path: Path) -> None:
        file = tmp_path / "faulty.ttl"
        file.write_text(FAULTY)
        known = [item.as_dict() for item in recheck.of_files([file], Sources.of_package())]
        told = post(site, FAULTY).json["findings"]
        for record in (*known, *told):
            del record["file"]
        assert told == known

    @pytest.mark.parametrize("name", ["ttl", "nt", "jsonld", "rdf", "nq", "trig"])
    def test_the_report_is_a_shacl_report_in_every_syntax(self, site: Site, name: str) -> None:
        reply = post(site, FAULTY, accept=BY_NAME[name].media_type)
        assert reply.headers.get_content_type() == BY_NAME[name].media_type
        triples = reply.triples
        results = {t.subject for t in triples if t.object == ox.NamedNode(f"{SH}ValidationResult")}
        assert len(results) == int(reply.headers["ARI-Rows"]) > 5
        conforms = [t.object.value for t in triples if t.predicate.value == f"{SH}conforms"]
        assert conforms == ["false"]

    def test_turtle_comes_first_and_format_wins(self, site: Site) -> None:
        assert post(site, FAULTY, accept="*/*").media_type == "text/turtle"
        kind = {"Content_Type": "text/turtle", "Accept": "text/turtle"}
        reply = site.send("POST", "/validate?format=json", FAULTY, **kind)
        assert reply.media_type == "application/json"
        site.send("POST", "/validate?format=csv", FAULTY, **kind).problem(406, "not-acceptable")

    def test_the_same_graph_gives_the_same_bytes(self, site: Site) -> None:
        text = FAULTY + "[] a ari:Priority . [] a ari:Theme .\n"
        assert len({post(site, text, accept="text/turtle").body for _ in range(3)}) == 1

    def test_nothing_is_kept(self, site: Site) -> None:
        revision = site.get("/readyz").json["revision"]
        reply = post(site, FAULTY)
        assert reply.headers["Cache-Control"] == "no-store"
        assert "ETag" not in reply.headers
        assert site.get("/readyz").json["revision"] == revision
        assert site.ask("ASK { GRAPH ?g { <http://example.org/q> ?p ?o } }") is False

    def test_what_is_stored_here_is_not_looked_at(self, examiner: Examiner) -> None:
        edition = "<https://w3id.org/ari/id/ari/met-2019>"
        text = f"{PREFIXES}@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        text += f"ex:p a ari:EnablingPriority ; skos:inScheme {edition} .\n"
        assert any(item["value"] == edition[1:-1] for item in examined(examiner, text))


class TestDocuments:
    @pytest.mark.parametrize("name", list(IN_EVERY_SYNTAX))
    def test_every_syntax_is_read_and_the_line_is_told(self, site: Site, name: str) -> None:
        findings = post(site, in_syntax(name), name).json["findings"]
        assert {finding["line"] for finding in findings} == {2}
        assert {finding["focus"] for finding in findings} == {"http://example.org/p"}

    def test_files_of_a_form_are_taken_together(self, site: Site) -> None:
        reply = upload(site, ("a.ttl", FAULTY), ("b.nt", in_syntax("nt").replace("/p>", "/other>")))
        assert {finding["file"] for finding in reply.json["findings"]} == {"a.ttl", "b.nt"}

    def test_a_file_whose_type_says_nothing_is_known_by_its_name(self, site: Site) -> None:
        assert upload(site, ("a.trig", in_syntax("trig"))).status == 200
        upload(site, ("a.docx", "x")).problem(415, "unsupported-type")

    def test_a_graph_can_be_pasted(self, site: Site) -> None:
        pasted = {"text": in_syntax("jsonld"), "syntax": "jsonld"}
        assert site.form("/validate", pasted, Accept="application/json").json["conforms"] is False
        site.form("/validate", {"text": "x", "syntax": "csv"}).problem(400, "bad-parameter")
        site.form("/validate", {"syntax": "ttl"}).problem(400, "bad-parameter")

    def test_our_own_context_is_known(self, examiner: Examiner) -> None:
        text = json.dumps(
            {"@context": "https://w3id.org/ari/context.jsonld", "@id": "ex:p", "@type": PRIORITY}
        )
        assert examined(examiner, text, "jsonld")

    @pytest.mark.parametrize(
        ("form", "text", "line", "column"),
        [
            ("ttl", "@prefix ex: <http://e/> .\n\nex:a ex:p ; \n", 3, 11),
            ("nq", "<urn:s> <urn:p> <urn:o> .\n<urn:s> oops .\n", 2, 9),
            ("jsonld", '{\n "a": [}', 2, 8),
            ("rdf", "<a>\n</b>", 2, 3),
            ("rdf", IN_EVERY_SYNTAX["rdf"].removesuffix("</r:RDF>\n") + "\n", 3, 1),
        ],
    )
    def test_bad_syntax_is_400_with_line_and_column(
        self, site: Site, form: str, text: str, line: int, column: int
    ) -> None:
        problem = post(site, text, form).problem(400, "syntax")
        assert (problem["line"], problem["column"]) == (line, column)
        assert problem["snippet"].splitlines()[1].index("^") == column - 1

    def test_statements_inside_statements_are_refused(self, examiner: Examiner) -> None:
        with pytest.raises(SourceError, match="inside statements"):
            examined(examiner, PREFIXES + "ex:s ex:p <<( ex:a ex:b ex:c )>> .")

    def test_other_bodies_are_415_and_say_what_is_read(self, site: Site) -> None:
        reply = site.send("POST", "/validate", "a,b", Content_Type="text/csv")
        assert "text/turtle" in reply.problem(415, "unsupported-type")["accepted"]
        assert "application/trig" in reply.headers["Accept-Post"]
        untyped = site.send("POST", "/validate", "")
        untyped.problem(415, "unsupported-type")
        latin = site.send("POST", "/validate", "", Content_Type="text/turtle; charset=latin-1")
        latin.problem(415, "unsupported-type")

    def test_other_verbs_are_405(self, site: Site) -> None:
        assert site.send("PUT", "/validate", "").problem(405, "method-not-allowed")

    def test_a_body_may_be_packed_but_not_explode(self, site: Site) -> None:
        kind = {"Content_Type": "text/turtle", "Content_Encoding": "gzip"}
        assert site.send("POST", "/validate", gzip.compress(FAULTY.encode()), **kind).status == 200
        bomb = gzip.compress(b"#" * (32 * 1024 * 1024))
        site.send("POST", "/validate", bomb, **kind).problem(413, "request-too-large")
        post(site, "#" * (2 * 1024 * 1024)).problem(413, "request-too-large")


def upload(site: Site, *files: tuple[str, str]) -> Reply:
    body = "".join(
        f'--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        f"Content-Type: application/octet-stream\r\n\r\n{text}\r\n"
        for name, text in files
    )
    kind = "multipart/form-data; boundary=limit"
    return site.send(
        "POST", "/validate", f"{body}--limit--\r\n", Content_Type=kind, Accept="application/json"
    )


class TestStrangers:
    SHAPE = (
        "ex:shape a sh:NodeShape ; sh:targetClass ex:Thing ; "
        "sh:property [ sh:path ex:name ; sh:minCount 1 ] ; "
        "sh:sparql [ sh:select 'SELECT $this { SERVICE <{trap}> { $this ?p ?o } }' ] . "
        "ex:thing a ex:Thing ."
    )

    def test_shapes_of_the_sender_are_data(self, examiner: Examiner) -> None:
        with trap() as (address, called):
            text = PREFIXES + self.SHAPE.replace("{trap}", address)
            assert examined(examiner, text) == []
            assert not called()

    def test_the_sender_can_not_switch_our_rules_off(self, examiner: Examiner) -> None:
        rules = ("Priority", "Priority-position")
        off = " ".join(f"<{SHAPES}{rule}> sh:deactivated true ." for rule in rules)
        found = examined(examiner, f"{PREFIXES}{off} ex:p a ari:Priority .")
        assert any(str(item["rule"]).endswith("Priority-position") for item in found)

    def test_a_remote_context_is_refused_by_name_and_nothing_is_fetched(self, site: Site) -> None:
        with trap() as (address, called):
            text = json.dumps({"@context": address, "@id": "urn:s", "p": "o"})
            assert post(site, text, "jsonld").problem(400, "bad-input")["context"] == address
            assert not called()

    def test_a_document_type_is_refused_at_once(self, site: Site) -> None:
        began = time.monotonic()
        problem = post(site, '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', "rdf")
        assert "document type" in problem.problem(400, "bad-input")["detail"]
        assert time.monotonic() - began < 5

    @pytest.mark.parametrize("form", ["ttl", "jsonld", "rdf"])
    def test_depth_is_refused_and_the_next_one_is_right(self, site: Site, form: str) -> None:
        deep = {
            "ttl": "<urn:s> <urn:p> " + "[ <urn:p> " * 50_000,
            "jsonld": '{"urn:p":' * 50_000 + "1" + "}" * 50_000,
            "rdf": "<a>" * 50_000,
        }
        assert post(site, deep[form], form).status in (400, 503)
        assert post(site, in_syntax("ttl")).status == 200

    def test_markup_in_data_stays_text_on_the_page(self, site: Site) -> None:
        text = f'{PREFIXES}ex:q a ari:ResearchQuestion ; ari:position "<script>alert(1)</script>" .'
        page = post(site, text, accept=BROWSER).text
        assert "&lt;script&gt;alert(1)" in page
        assert "<script" not in page


class TestLimits:
    def test_the_time_is_limited_and_the_limit_is_named(self) -> None:
        with limited(validate_seconds=1.0) as slow:
            began = time.monotonic()
            with pytest.raises(LimitReached) as refused:
                examined(slow, MANY)
            assert time.monotonic() - began < 10
            assert refused.value.extra["limit"] == "ARI_VALIDATE_SECONDS"
            assert examined(slow, in_syntax("ttl"))

    def test_the_memory_is_limited(self) -> None:
        with limited(query_memory_mb=16) as small:
            with pytest.raises(LimitReached) as refused:
                examined(small, MANY)
            assert refused.value.extra["limit"] == "ARI_QUERY_MEMORY_MB"

    def test_the_report_is_limited(self) -> None:
        with limited(max_bytes=1000, max_rows=10) as short:
            with pytest.raises(LimitReached, match="larger than 1000 bytes"):
                examined(short, FAULTY)
            with pytest.raises(LimitReached, match="more than 10 rows"):
                short.examine([Document("body", FAULTY.encode(), "ttl")], BASE, "ttl")

    def test_over_http_a_limit_is_503_with_its_name(self, built: BuildResult) -> None:
        home = str(built.folder.parents[1])
        with running("--home", home, "--validate-seconds", "0.2") as address:
            problem = post(Site(address), MANY).problem(503, "limit-reached")
            assert (problem["limit"], problem["value"]) == ("ARI_VALIDATE_SECONDS", 0.2)

    def test_who_comes_while_another_is_examined_waits_or_is_told_to_come_again(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(examiners, "PATIENCE_SECONDS", 0.2)
        with limited(validate_seconds=3.0) as one, ThreadPoolExecutor(2) as threads:
            examined(one, in_syntax("ttl"))
            long = threads.submit(examined, one, MANY)
            time.sleep(0.5)
            with pytest.raises(TooBusy):
                examined(one, in_syntax("ttl"))
            with pytest.raises(LimitReached):
                long.result()


@contextmanager
def limited(**settings: float) -> Iterator[Examiner]:
    found = Examiner(Settings(**settings))  # type: ignore[arg-type]  # ints are floats too
    try:
        yield found
    finally:
        found.close()


class TestPages:
    def test_a_browser_gets_a_form_that_says_what_is_looked_at(self, site: Site) -> None:
        reply = site.get("/validate", Accept=BROWSER)
        assert reply.media_type == "text/html"
        assert "with nothing else" in reply.text
        assert 'enctype="multipart/form-data"' in reply.text
        assert (
            site.get("/validate", Accept=BROWSER, If_None_Match=reply.headers["ETag"]).status == 304
        )

    def test_others_are_told_what_to_send(self, site: Site) -> None:
        told = site.get("/validate").json
        assert "application/trig" in told["post"]
        assert "text/turtle" in told["answers"]
        assert "nothing else" in told["context"]

    def test_findings_stand_in_a_table_with_line_and_rule(self, site: Site) -> None:
        page = site.form("/validate", {"text": FAULTY}, Accept=BROWSER).text
        assert "It does not conform" in page
        assert 'href="/shapes#Priority-position"' in page
        assert '<td class="num">7</td>' in page
        assert "ex:q a ari:ResearchQuestion" in page

    def test_a_graph_that_conforms_is_told_so(self, site: Site) -> None:
        text = "<http://example.org/s> a <http://example.org/C> ."
        page = site.form("/validate", {"text": text}, Accept=BROWSER).text
        assert "It conforms" in page

    def test_a_refusal_stands_above_the_text_that_was_sent(self, site: Site) -> None:
        reply = site.form("/validate", {"text": "oops & more"}, Accept=BROWSER)
        assert reply.status == 400
        assert "Syntax error" in reply.text
        assert "oops &amp; more</textarea>" in reply.text

    def test_a_long_report_is_shown_in_part_and_says_so(self, site: Site) -> None:
        many = PREFIXES + "".join(f"ex:p{n} a ari:Priority .\n" for n in range(200))
        page = site.form("/validate", {"text": many}, Accept=BROWSER).text
        assert "shows the first 500 of" in page
        assert page.count("<tr>") == 501

    def test_pages_of_the_site_lead_here(self, site: Site) -> None:
        assert 'href="/validate"' in site.get("/sparql", Accept=BROWSER).text
        assert 'href="/validate">checked' in site.get("/", Accept=BROWSER).text
