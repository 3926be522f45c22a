"""What a release says of itself to catalogues and tools: true, whole, and valid for others."""

import functools
import json
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from rdflib import Graph, URIRef
from rdflib.namespace import DCTERMS, RDF, SH, VOID, ClosedNamespace, DefinedNamespace

from met_ari import resources
from met_ari.build.findings import Finding
from met_ari.build.shapes import load_shapes
from met_ari.build.validation import validate
from met_ari.errors import Unfaithful
from met_ari.publish import layout
from met_ari.publish.dataset import Dataset
from met_ari.publish.describe import catalogue_rules
from met_ari.publish.describe.catalogue import catalogue
from met_ari.publish.describe.citation import citation
from met_ari.publish.describe.claims import dcat_claims, void_claims, void_truth
from met_ari.publish.describe.counts import counted
from met_ari.publish.describe.csvw import PROPERTIES, csvw
from met_ari.publish.describe.dcat import dcat
from met_ari.publish.describe.entry import entry
from met_ari.publish.describe.rocrate import rocrate
from met_ari.publish.describe.schema_org import schema_org
from met_ari.publish.describe.statements import iri
from met_ari.publish.describe.titles import quotes, title
from met_ari.publish.describe.void import void
from met_ari.publish.draft import Draft
from met_ari.publish.facts import FileFacts
from met_ari.publish.tables.columns import SEPARATOR, TABLES
from met_ari.publish.tables.csv_files import filled
from tests import needs

FOLDER = "https://w3id.org/ari/releases/1.0.0/"
RULES = "https://w3id.org/ari/shapes/publishing#"
DCAT_3 = {
    *("Catalog", "Dataset", "DatasetSeries", "Distribution", "DataService"),
    *("accessService", "accessURL", "byteSize", "compressFormat", "contactPoint", "dataset"),
    *("distribution", "downloadURL", "endpointDescription", "endpointURL", "hasCurrentVersion"),
    *("hasVersion", "inSeries", "isVersionOf", "keyword", "landingPage", "mediaType", "prev"),
    *("previousVersion", "servesDataset", "service", "theme", "themeTaxonomy", "version"),
}
"""The terms of DCAT 3 that we use: rdflib knows version 2 only."""


def said_by(*command: str | Path) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return f"{ran.returncode} {ran.stdout}{ran.stderr}"


def graph_of(data: bytes) -> Graph:
    return Graph().parse(data=data, format="turtle")


@pytest.fixture(scope="module")
def dcat_ttl(released: Path) -> bytes:
    return (released / layout.DCAT).read_bytes()


@pytest.fixture(scope="module")
def void_ttl(released: Path) -> bytes:
    return (released / layout.VOID).read_bytes()


@pytest.fixture(scope="module")
def files(released: Path) -> dict[str, FileFacts]:
    """Every file of the release, as it is."""
    found = (path for path in sorted(released.rglob("*")) if path.is_file())
    return {p.relative_to(released).as_posix(): facts_of(released, p) for p in found}


def facts_of(released: Path, path: Path) -> FileFacts:
    name = path.relative_to(released).as_posix()
    digest = subprocess.run(["sha256sum", path], capture_output=True, check=True).stdout[:64]
    return FileFacts(path.stat().st_size, digest.decode(), *layout.media_type(name))


# DCAT


def test_the_catalogue_tells_the_truth_about_every_file_but_itself_and_the_sums(dcat_ttl, files):
    others = {path: files[path] for path in files if path not in (layout.DCAT, layout.SUMS)}
    assert dict(dcat_claims(dcat_ttl, FOLDER)) == others
    assert len(others) > 200


def test_no_other_file_tells_a_checksum_of_a_file(released, files):
    digests = {file.sha256.encode() for file in files.values()}
    # The dumps are canonical, so that the hashes of dataset and merge are those of two files.
    manifest = json.loads((released / layout.MANIFEST).read_bytes())
    digests -= {manifest[what]["hash"].encode() for what in ("dataset", "merge")}
    digests -= {digest.encode() for digest in manifest["inputs"].values()}
    for path in (layout.VOID, layout.ROCRATE, layout.MANIFEST, layout.CSVW, layout.CITATION):
        data = (released / path).read_bytes()
        assert not any(digest in data for digest in digests), path


def test_the_release_is_a_version_in_a_series_and_names_the_one_before(draft, files):
    facts = replace(draft.facts, version="1.1.0", previous="1.0.0")
    graph = graph_of(dcat(facts, {"LICENCE.md": files["LICENCE.md"]}))
    release, before = (URIRef(str(facts.names.thing("release", v))) for v in ("1.1.0", "1.0.0"))
    series = facts.names.dataset
    for term, value in (
        ("dcat:isVersionOf", series),
        ("dcat:inSeries", series),
        ("dcat:previousVersion", before),
        ("dcat:prev", before),
    ):
        assert list(graph.objects(release, URIRef(iri(term).value))) == [value]
    assert (series, URIRef(iri("dcat:hasVersion").value), release) in graph
    assert str(graph.value(release, URIRef(iri("dcat:version").value))) == "1.1.0"


def test_what_is_not_known_is_left_out(dcat_ttl):
    for term in ("contactPoint", "accrualPeriodicity", "spatial", "temporal", "Classification"):
        assert term.encode() not in dcat_ttl


def test_each_graph_has_the_licence_that_it_gives_itself(dcat_ttl, draft):
    graph = graph_of(dcat_ttl)
    for name, triples in draft.dataset.graphs.items():
        own = {t.object.value for t in triples if t.predicate.value == str(DCTERMS.license)
               and t.subject.value == name}  # fmt: skip
        assert {str(value) for value in graph.objects(URIRef(name), DCTERMS.license)} == own


@pytest.mark.parametrize(
    ("path", "others"),
    [
        ("ari-graph.ttl.gz", True),
        ("tables/questions.csv", True),
        ("mappings/a--b.sssom.tsv", True),
        ("answers/graphs.json", True),
        ("ontology.ttl", False),
        ("queries/graphs.rq", False),
    ],
)
def test_files_with_texts_of_others_carry_the_rights(path, others):
    assert quotes(path) is others


def test_every_file_of_a_release_has_a_title(files):
    told = {path: title(path) for path in files}
    assert not {path for path in told if told[path] == path}
    assert [name for name, count in Counter(told.values()).items() if count > 1] == []


def test_a_type_that_no_register_has_is_told_all_the_same(draft):
    file = FileFacts(1, "0" * 64, "application/rdf-patch")
    data = dcat(draft.facts, {layout.PATCH: file})
    assert b"media-types/application/rdf-patch" not in data
    assert b"dcterms:conformsTo <https://afs.github.io/rdf-delta/rdf-patch.html>" in data
    assert dict(dcat_claims(data, FOLDER)) == {layout.PATCH: file}
    assert catalogue_rules.findings(data) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'dcat:byteSize "', b'dcat:byteSize "-'),
        (b"dcat:byteSize", b"dcterms:extent"),
        (b"checksumAlgorithm_sha256", b"checksumAlgorithm_md5"),
        (b"dcat:mediaType", b"dcterms:type"),
        (FOLDER.encode() + b"LICENCE", b"https://example.org/LICENCE"),
    ],
)
def test_a_catalogue_that_does_not_say_what_is_needed_is_refused(dcat_ttl, before, after):
    assert before in dcat_ttl
    with pytest.raises(Unfaithful, match=r"dcat\.ttl"):
        dcat_claims(dcat_ttl.replace(before, after), FOLDER)


# The rules of catalogues


@functools.cache
def shapes() -> Graph:
    return load_shapes(resources.listing("shapes", "publishing", suffix=".ttl"))


def rules() -> list[str]:
    """Local names; a rule is what has a severity."""
    return sorted(str(rule).removeprefix(RULES) for rule in shapes().subjects(SH.severity))


def the_example() -> Graph:
    text = resources.text("shapes", "examples", "publishing", "catalogue.ttl")
    return Graph().parse(data=text, format="turtle")


def broken(graph: Graph) -> set[str]:
    return {finding.rule.removeprefix(RULES) for finding in validate(graph, shapes(), {})}


def breaks() -> dict[str, Traversable]:
    listed = resources.listing("shapes", "examples", "publishing", suffix=".ru")
    return {file.name.removesuffix(".ru"): file for file in listed}


def test_the_catalogue_of_a_release_breaks_no_rule(dcat_ttl):
    assert [finding.as_row() for finding in catalogue_rules.findings(dcat_ttl)] == []


def test_the_example_breaks_no_rule():
    assert broken(the_example()) == set()


@pytest.mark.parametrize("rule", rules())
def test_a_change_of_the_example_breaks_its_own_rule_and_no_other(rule):
    graph = the_example()
    graph.update(breaks()[rule].read_text(encoding="utf-8"))
    assert broken(graph) == {rule}


def test_every_rule_has_a_change_that_breaks_it_and_says_so():
    assert sorted(breaks()) == rules()
    for rule, file in breaks().items():
        assert file.read_text(encoding="utf-8").startswith(f"# Breaks arishp:{rule}: ")


@pytest.mark.parametrize("rule", rules())
def test_a_rule_of_catalogues_has_a_name_and_one_message(rule):
    node = URIRef(RULES + rule)
    assert len(list(shapes().objects(node, SH.name))) == 1
    (message,) = shapes().objects(node, SH.message)
    assert message.endswith(".")
    assert list(shapes().objects(node, SH.severity)) == [SH.Violation]


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b'    dcterms:title "ARI Graph 1.0.0"@en ;\n', "Dataset-title"),
        (b"    dcterms:license <https://creativecommons.org/licenses/by/4.0/> ;\n", "File-license"),
        (b" a dcterms:LicenseDocument", "Distribution-license"),
        (b" a spdx:ChecksumAlgorithm", "Checksum-algorithm"),
        (b"dcat:endpointURL <https://w3id.org/ari/sparql>", "DataService-endpointURL"),
    ],
)
def test_the_real_catalogue_goes_red_where_a_line_of_it_is_missing(dcat_ttl, line, rule):
    other = b" a <http://example.org/>" if line.startswith(b" a ") else b""
    other = b"dcterms:relation <http://example.org/>" if line.startswith(b"dcat:") else other
    found = catalogue_rules.findings(dcat_ttl.replace(line, other))
    assert f"{RULES}{rule}" in {finding.rule for finding in found}


def test_a_catalogue_that_breaks_a_rule_is_not_published(monkeypatch, draft):
    told = Finding("s", "r", "urn:x", "", "", "", "The file needs a size.", "violation")
    monkeypatch.setattr(catalogue_rules, "findings", lambda data: [told])
    with pytest.raises(Unfaithful, match="urn:x: The file needs a size"):
        catalogue_rules.kept(b"")


@pytest.mark.parametrize("path", [layout.DCAT, layout.VOID])
def test_no_term_is_misspelt(released, path):
    known: dict[str, type[DefinedNamespace] | ClosedNamespace | set[str]]
    known = {str(DCTERMS): DCTERMS, str(VOID): VOID, "http://www.w3.org/ns/dcat#": DCAT_3}
    terms = set()
    for subject, predicate, value in graph_of((released / path).read_bytes()):
        terms |= {predicate, value} if predicate == RDF.type else {predicate}
        assert subject is not None
    for namespace, names in known.items():
        for term in (t for t in terms if t.startswith(namespace)):
            assert str(term).removeprefix(namespace) in names, term


# The catalogue of all releases


def a_release(draft: Draft, version: str, previous: str = "", name: str = "ARI Graph") -> bytes:
    facts = replace(draft.facts, version=version, previous=previous, title=name)
    facts = replace(facts, date=date(2026, 12, int(version.partition(".")[0])))
    return dcat(facts, {"LICENCE.md": FileFacts(len(version), "0" * 64, "text/markdown")})


def merged(documents: list[bytes], contact: str = "") -> Graph:
    return graph_of(catalogue(documents, contact).turtle(""))


def test_the_catalogue_of_one_release_says_what_the_release_says(draft):
    one = a_release(draft, "1.0.0")
    found = merged([one])
    added = found - graph_of(one)
    assert [str(predicate) for _, predicate, _ in added if "Version" in predicate] == [
        iri("dcat:hasCurrentVersion").value
    ]
    assert len(found) == len(graph_of(one)) + 1


def test_the_catalogue_of_all_releases_breaks_no_rule_though_titles_and_dates_changed(draft):
    old = a_release(draft, "1.0.0", name="Old name")
    new = a_release(draft, "2.0.0", "1.0.0")
    found = merged([new, old])
    assert broken(found) == set()
    series = draft.facts.names.dataset
    assert [str(value) for value in found.objects(series, DCTERMS.title)] == ["ARI Graph"]
    assert [str(value) for value in found.objects(series, DCTERMS.modified)] == ["2026-12-02"]
    assert len(list(found.objects(series, URIRef(iri("dcat:hasVersion").value)))) == 2
    before = draft.facts.names.thing("release", "1.0.0")
    assert [str(value) for value in found.objects(before, DCTERMS.title)] == ["Old name 1.0.0"]


def test_checksums_of_two_releases_stay_apart(draft):
    found = merged([a_release(draft, "2.0.0", "1.0.0"), a_release(draft, "1.0.0")])
    nodes = list(found.subject_objects(URIRef(iri("spdx:checksum").value)))
    assert len(nodes) == len({node for _, node in nodes}) == 2


def test_blank_nodes_of_one_name_in_two_releases_stay_apart(draft):
    new, old = a_release(draft, "2.0.0", "1.0.0"), a_release(draft, "1.0.0")
    told = (new + b"\n<urn:new> <urn:p> _:x .", old + b"\n<urn:old> <urn:p> _:x .")
    nodes = list(merged(list(told)).objects(None, URIRef("urn:p")))
    assert len(nodes) == len(set(nodes)) == 2


def test_a_draft_is_not_the_current_version_while_there_is_another(draft):
    documents = [a_release(draft, "2.0.0-rc.1"), a_release(draft, "1.0.0")]
    current = URIRef(iri("dcat:hasCurrentVersion").value)
    release = draft.facts.names.thing
    assert list(merged(documents).objects(None, current)) == [release("release", "1.0.0")]
    assert list(merged(documents[:1]).objects(None, current)) == [release("release", "2.0.0-rc.1")]


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("data@example.org", "vcard:hasEmail"),
        ("https://example.org/contact", "vcard:hasURL"),
        ("The desk, <ring twice>", "vcard:note"),
    ],
)
def test_a_contact_is_told_in_whatever_form_it_is_known(draft, contact, told):
    found = merged([a_release(draft, "1.0.0")], contact)
    (value,) = found.objects(None, URIRef(iri(told).value))
    assert str(value).removeprefix("mailto:") == contact
    points = list(found.subject_objects(URIRef(iri("dcat:contactPoint").value)))
    assert len(points) == 3
    assert broken(found) == set()


# VoID


def test_each_count_is_what_is_counted_again(void_ttl, draft):
    facts = draft.facts
    claims = void_claims(void_ttl)
    assert dict(claims.counts) == dict(void_truth(draft.dataset, facts.iri, facts.base))
    assert len(claims.counts) > 300


def test_the_counts_are_those_that_other_ways_of_counting_find(void_ttl, draft, built, released):
    """Counted once more by rdflib, and by SPARQL over the dataset as it was built."""
    store = ox.Store()
    store.load(path=built.folder / "dataset.nq", format=ox.RdfFormat.N_QUADS)
    said, merge = graph_of(void_ttl), Graph().parse(released / layout.TRIPLES["nt"])
    release = URIRef(draft.facts.iri)
    assert int(said.value(release, VOID.triples)) == len(merge)
    assert int(said.value(release, VOID.distinctSubjects)) == len(set(merge.subjects()))
    assert int(said.value(release, VOID.distinctObjects)) == len(set(merge.objects()))
    assert int(said.value(release, VOID.properties)) == len(set(merge.predicates()))
    query = "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) WHERE { GRAPH ?g { ?s a ?c } } GROUP BY ?c"
    wanted = {row[0].value: int(row[1].value) for row in store.query(query)}
    found = {
        str(said.value(part, VOID["class"])): int(said.value(part, VOID.entities))
        for part in said.objects(release, VOID.classPartition)
    }
    assert found == wanted


def test_links_between_questions_and_to_topics_are_linksets(void_ttl, draft):
    said, names = graph_of(void_ttl), draft.facts.names
    found = {
        (
            str(said.value(link, VOID.subjectsTarget)).rpartition("/")[2],
            str(said.value(link, VOID.linkPredicate)).rpartition("#")[2].rpartition("/")[2],
            str(said.value(link, VOID.objectsTarget)).rpartition("/")[2],
        ): int(said.value(link, VOID.triples))
        for link in said.subjects(RDF.type, VOID.Linkset)
    }
    assert found["met-2019", "subject", "topics"] == sum(
        triple.predicate.value == str(DCTERMS.subject)
        and "/question/met-2019" in triple.subject.value
        for triple in draft.dataset.graphs[str(names.graph("topics"))]
    )
    assert found["met-2019", "relatedMatch", "home-office-2019"] > 10
    assert found["met-2019", "supportsGoal", "met-direction-2018"] == 7


def test_every_dump_that_is_named_is_there(void_ttl, files):
    dumps = {address.removeprefix(FOLDER) for address in void_claims(void_ttl).dumps}
    wanted = (layout.TRIPLES | layout.QUADS).values()
    assert dumps == {*wanted, *(f"{path}.gz" for path in wanted)}
    assert dumps <= files.keys()


def test_examples_are_things_of_the_dataset(void_ttl, draft):
    known = {str(quad.subject) for quad in draft.dataset.quads}
    examples = list(graph_of(void_ttl).objects(None, VOID.exampleResource))
    assert len(examples) == 6
    assert all("/id/" in example for example in examples)
    assert {f"<{example}>" for example in examples} <= known


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"void:triples 7 ]", b"void:triples 8 ]"),
        (b"void:triples 7 ]", b'void:triples "7" ]'),
        (b"void:class ari:Mission", b"void:class ari:Vision"),
        (b"void:linkPredicate skos:closeMatch", b"void:linkPredicate skos:exactMatch"),
        (b"void:entities 53 ]", b"void:entities 53 , 54 ]"),
    ],
)
def test_a_description_that_says_something_else_claims_something_else(void_ttl, before, after):
    other = void_ttl.replace(before, after, 1)
    if other == void_ttl:
        other = void_ttl.replace(b"void:entities 1 ]", b"void:entities 1 , 54 ]", 1)
    assert other != void_ttl
    assert void_claims(other).counts != void_claims(void_ttl).counts


def test_a_thing_in_two_graphs_is_counted_once():
    a, p, c = (ox.NamedNode(f"urn:{name}") for name in "apc")
    counts = counted([ox.Triple(a, p, c), ox.Triple(a, p, c), ox.Triple(a, p, a)], "urn:a")
    assert (counts.triples, counts.subjects, counts.objects, counts.entities) == (2, 1, 2, 1)


# The catalogue in the dataset


def test_the_graph_of_the_catalogue_counts_the_others_and_names_licences_and_versions(draft):
    names = draft.facts.names
    said = Graph()
    for triple in draft.dataset.graphs[str(names.graph("catalogue"))]:
        said.parse(data=f"{triple} .", format="nt")
    for name, triples in draft.dataset.graphs.items():
        if name == str(names.graph("catalogue")):
            continue
        counts = counted(triples, "")
        for term, count in (
            (VOID.triples, counts.triples),
            (VOID.distinctSubjects, counts.subjects),
            (VOID.distinctObjects, counts.objects),
            (VOID.properties, len(counts.properties)),
            (VOID.classes, len(counts.classes)),
        ):
            assert [int(value) for value in said.objects(URIRef(name), term)] == [count], term
        assert said.value(URIRef(name), DCTERMS.title)
    version = URIRef(iri("dcat:version").value)
    assert str(said.value(names.graph("met-2019"), version)) == "2019"
    assert str(said.value(names.graph("ontology"), version)) == "1.1.0"
    assert len(list(said.subjects(RDF.type, DCTERMS.LicenseDocument))) == 2


# CSV on the Web


def test_the_metadata_of_the_tables_are_valid_and_so_are_the_tables(released):
    said = said_by(needs.tool("csvw", "csvwvalidate"), "--verbose", released / layout.CSVW)
    assert said.startswith("0 ")
    assert "OK" in said


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"datatype": "anyURI"', '"datatype": "date"'),
        ('"primaryKey": "key"', '"primaryKey": "edition"'),
    ],
)
def test_the_validator_finds_metadata_that_are_wrong(released, tmp_path, before, after):
    validator = needs.tool("csvw", "csvwvalidate")
    for table in TABLES:
        source = released / "tables" / f"{table.name}.csv"
        (tmp_path / source.name).write_bytes(source.read_bytes())
    text = (released / layout.CSVW).read_text(encoding="utf-8")
    wrong = tmp_path / "csvw-metadata.json"
    wrong.write_text(text.replace(before, after), encoding="utf-8")
    assert said_by(validator, "--verbose", wrong)[0] != "0"


def test_the_metadata_describe_every_column_in_its_order(draft):
    said = json.loads(csvw(TABLES, draft.facts))
    for table, told in zip(TABLES, said["tables"], strict=True):
        columns = told["tableSchema"]["columns"]
        assert [c["name"] for c in columns] == [c.name for c in table.all_columns]
        assert PROPERTIES[table.name].keys() <= {c.name for c in table.columns}
        for key in told["tableSchema"]["foreignKeys"]:
            assert key["reference"]["resource"] in {t["url"] for t in said["tables"]}


def test_each_cell_says_what_the_dataset_says(draft):
    """A row read by the metadata gives statements that stand in the dataset."""
    said = {(t.subject, t.predicate.value, _plain(t.object)) for t in draft.dataset.triples}
    told = json.loads(csvw(TABLES, draft.facts))["tables"]
    checked = 0
    for found, schema in zip(filled(draft), told, strict=True):
        columns = schema["tableSchema"]["columns"]
        for row in found.rows:
            thing = ox.NamedNode(row[1][0])
            for column, cell in zip(columns, row, strict=True):
                for value in cell if "propertyUrl" in column else ():
                    assert (thing, column["propertyUrl"], _meant(column, value)) in said
                    checked += 1
    assert checked > 2000


def _plain(term: object) -> tuple[str, str]:
    return getattr(term, "value", ""), getattr(term, "language", None) or ""


def _meant(column: dict[str, str], value: str) -> tuple[str, str]:
    if "valueUrl" in column:
        return column["valueUrl"].replace(f"{{+{column['name']}}}", value), ""
    assert SEPARATOR not in value
    return value, column.get("lang", "")


# RO-Crate and citation


def test_the_release_is_a_valid_research_object(released):
    said = said_by(
        needs.tool("rocrate", "python"), needs.TOOLS / "rocrate" / "validate.py", released
    )
    assert said == "0 "


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"datePublished"', '"datePublisht"'),
        ('"@id": "void.ttl"', '"@id": "gone.ttl"'),
        ("https://w3id.org/ro/crate/1.1", "https://w3id.org/ro/crate/9"),
    ],
)
def test_the_validator_finds_a_research_object_that_is_wrong(released, tmp_path, before, after):
    python = needs.tool("rocrate", "python")
    crate = tmp_path / "crate"
    crate.mkdir()
    for path in released.iterdir():
        (crate / path.name).symlink_to(path)
    text = (released / layout.ROCRATE).read_text(encoding="utf-8")
    (crate / layout.ROCRATE).unlink()
    (crate / layout.ROCRATE).write_text(text.replace(before, after), encoding="utf-8")
    assert said_by(python, needs.TOOLS / "rocrate" / "validate.py", crate)[0] != "0"


def test_the_research_object_names_every_file_but_itself(released, files):
    graph = json.loads((released / layout.ROCRATE).read_bytes())["@graph"]
    named = {entity["@id"] for entity in graph if entity["@type"] == "File"}
    assert named == files.keys() - {layout.ROCRATE}


def test_the_research_object_does_not_depend_on_the_order_of_files(draft):
    paths = ["b.csv", "a.csv"]
    assert rocrate(draft.facts, paths) == rocrate(draft.facts, paths[::-1])


def test_the_citation_is_valid(released):
    said = said_by(
        needs.tool("cffconvert", "cffconvert"), "--validate", "--infile", released / layout.CITATION
    )
    assert said.startswith("0 ")


def test_the_citation_names_the_release_and_no_person(draft):
    said = yaml.safe_load(citation(draft.facts))
    assert (said["version"], said["url"]) == ("1.0.0", "https://w3id.org/ari/id/release/1.0.0")
    assert said["authors"] == [{"name": "ARI Graph project"}]
    assert said["date-released"] == draft.facts.date
    assert draft.facts.hash in said["identifiers"][1]["value"]


# What pages say


def test_a_release_is_read_back_from_its_catalogue(dcat_ttl, draft, files):
    found, facts = entry(dcat_ttl), draft.facts
    for name in ("base", "iri", "series", "version", "date", "title", "description", "licence"):
        assert getattr(found, name) == getattr(facts, name), name
    assert (found.rights, found.previous) == (facts.rights, "")
    assert found.files["void.ttl"] == files["void.ttl"]


def test_search_engines_read_the_same_from_the_draft_and_from_the_catalogue(dcat_ttl, draft, files):
    offered = {path: files[path] for path in ("ari-graph.ttl", "ari-graph.ttl.gz")}
    said = schema_org(draft.facts, offered)
    assert said == schema_org(entry(dcat_ttl), offered)
    assert 50 <= len(said["description"]) <= 5000
    assert said["distribution"][1]["encodingFormat"] == "application/gzip"
    assert said["distribution"][0]["contentUrl"] == f"{FOLDER}ari-graph.ttl"
    assert said["distribution"][0]["sha256"] == files["ari-graph.ttl"].sha256


def test_a_catalogue_of_two_releases_is_no_catalogue_of_one(draft):
    both = catalogue([a_release(draft, "2.0.0"), a_release(draft, "1.0.0")]).turtle("")
    with pytest.raises(Unfaithful, match="of 2 releases"):
        entry(both)


# The same bytes


def test_descriptions_do_not_depend_on_the_order_of_statements_or_files(draft, files):
    turned = Dataset.of(reversed(draft.dataset.quads))
    assert void(draft.facts, draft.dataset) == void(draft.facts, turned)
    there = {path: files[path] for path in ("LICENCE.md", "ari-graph.nt.gz")}
    back = dict(reversed(there.items()))
    assert dcat(draft.facts, there) == dcat(draft.facts, back)


def test_a_dataset_of_another_base_is_described_under_it(draft):
    facts = replace(draft.facts, base="https://example.org/ari/")
    graph = graph_of(dcat(facts, {"LICENCE.md": FileFacts(1, "0" * 64, "text/markdown")}))
    subjects = {str(subject) for subject in graph.subjects() if isinstance(subject, URIRef)}
    own = {s for s in subjects if s.startswith("https://w3id.org/ari/")}
    graphs = {graph.iri for graph in facts.graphs}
    assert own - graphs == {"https://w3id.org/ari/def"}
