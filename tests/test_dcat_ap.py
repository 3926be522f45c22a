"""The rules of catalogues, held to a table of what DCAT-AP 3.0.1 asks.

`dcat_ap_3_0_1.csv` has a row for each property of each class that the standard constrains: how
often it may stand, what its values are (a class, a datatype, a literal, an IRI, `date` for its four
kinds of dates, `resource` for what a catalogue lists), and the vocabulary that they must come from.
It was read off the standard's own shapes and its section on vocabularies.
"""

import csv
import functools
import re
from pathlib import Path

import pytest
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.namespace import DCTERMS, FOAF, PROV, RDF, SH, SKOS, XSD
from rdflib.term import Node

from met_ari import resources
from met_ari.build.shapes import load_shapes
from met_ari.publish import layout

RULES = Namespace("https://w3id.org/ari/shapes/publishing#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
NAMESPACES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": str(DCAT),
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": str(DCTERMS),
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": str(FOAF),
    "locn": "http://www.w3.org/ns/locn#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "prov": str(PROV),
    "skos": str(SKOS),
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": str(XSD),
}
DATES = {XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth}
LISTED = {
    *(DCAT.Resource, DCAT.Catalog, DCAT.Dataset, DCAT.DatasetSeries, DCAT.DataService),
}
EUROPEAN = r"^http://publications\.europa\.eu/resource/authority/"
VOCABULARIES = {
    "checksum-algorithms": r"^http://spdx\.org/rdf/terms#checksumAlgorithm_",
    "media-types": r"^https?://www\.iana\.org/assignments/media-types/",
}
"""How the IRIs of those begin that are not the European Union's."""

Row = dict[str, str]
TABLE: list[Row] = list(
    csv.DictReader(Path(__file__).with_name("dcat_ap_3_0_1.csv").read_text().splitlines())
)
OURS = ("File-", "Version-")
"""What the names of rules begin with that a release keeps to beyond the standard."""
PROSE = {RULES["Text-language"], RULES["Themed-themeVocabulary"]}
"""Rules that the standard gives in words: for every text, and for the themes together."""


@functools.cache
def shapes() -> Graph:
    return load_shapes(resources.listing("shapes", "publishing", suffix=".ttl"))


def named(row: Row) -> str:
    return f"{row['class']} {row['property']}"


def term(name: str) -> URIRef:
    prefix, _, local = name.partition(":")
    return URIRef(NAMESPACES[prefix] + local)


def rules_of(row: Row) -> tuple[list[Node], list[Node]]:
    """The rules about a property of a class: of its values, and of their vocabulary."""
    graph = shapes()
    found: tuple[list[Node], list[Node]] = ([], [])
    for shape in graph.subjects(SH.targetClass, term(row["class"])):
        for rule in graph.objects(shape, SH.property):
            if graph.value(rule, SH.path) == term(row["property"]):
                found[str(rule).endswith("Vocabulary")].append(rule)
    return found


def asked(rule: Node) -> dict[Node, object]:
    """What a rule asks, by constraint, without its name, path, message and severity."""
    told = {SH.name, SH.path, SH.message, SH.severity, RDF.type}
    said = {p: o for p, o in shapes().predicate_objects(rule) if p not in told}
    if SH["or"] in said:
        choices = Collection(shapes(), said[SH["or"]])
        said[SH["or"]] = {value for choice in choices for value in shapes().objects(choice)}
    return {constraint: _plain(value) for constraint, value in said.items()}


def _plain(value: object) -> object:
    return getattr(value, "value", value)


def wanted(row: Row) -> dict[Node, object]:
    """What the standard asks of a property of a class, in the same form."""
    counts = {SH.minCount: row["min"], SH.maxCount: row["max"]}
    found: dict[Node, object] = {term: int(count) for term, count in counts.items() if count}
    value = row["value"]
    if value == "date":
        return found | {SH["or"]: DATES}
    if value.startswith("xsd:"):
        return found | {SH.datatype: term(value)}
    if value == "literal":
        return found | {SH.nodeKind: SH.Literal}
    found[SH.nodeKind] = SH.BlankNodeOrIRI
    if value == "resource":
        return found | {SH["or"]: LISTED}
    return found if value == "iri" else found | {SH["class"]: term(value)}


@pytest.mark.parametrize("row", TABLE, ids=named)
def test_a_rule_asks_what_the_standard_asks_no_more_and_no_less(row: Row) -> None:
    values, vocabularies = rules_of(row)
    assert [asked(rule) for rule in values] == [wanted(row)]
    known = row["vocabulary"]
    begin = VOCABULARIES.get(known, f"{EUROPEAN}{known}/")
    assert [asked(rule) for rule in vocabularies] == ([{SH.pattern: begin}] if known else [])


def test_every_rule_is_in_the_standard_or_said_to_be_ours() -> None:
    standard = {rule for row in TABLE for rules in rules_of(row) for rule in rules}
    known = {rule for rule in shapes().subjects(SH.severity) if rule not in PROSE}
    ours = {rule for rule in known if str(rule).removeprefix(RULES).startswith(OURS)}
    assert known - ours == standard
    assert len(ours) == 22


# What the documentation says is left out

WORDS = {
    "catalogue": "dcat:Catalog",
    "dataset": "dcat:Dataset",
    "series": "dcat:DatasetSeries",
    "distribution": "dcat:Distribution",
    "service": "dcat:DataService",
    "agent": "foaf:Agent",
}


def unsaid(catalogue: Graph) -> set[str]:
    """Classes without a thing, and else classes with a property that nothing of them has."""
    found = set()
    for row in TABLE:
        things = list(catalogue.subjects(RDF.type, term(row["class"])))
        if not things:
            found.add(row["class"])
        elif not any((thing, term(row["property"])) in _places(catalogue) for thing in things):
            found.add(named(row))
    return found


@functools.cache
def _places(graph: Graph) -> set[tuple[Node, Node]]:
    return {(subject, predicate) for subject, predicate, _ in graph}


def left_out() -> set[str]:
    """The same as the table in `docs/publishing.md` says it."""
    text = (Path(__file__).parents[1] / "docs" / "publishing.md").read_text(encoding="utf-8")
    rows = text.partition("| left out | why |")[2].partition("\n\n")[0].splitlines()[2:]
    found = set()
    for line in rows:
        words, _, names = line.split("|")[1].strip().partition(": ")
        for name in re.findall(r"`(\w+:\w+)`", names):
            classes = [] if words == "classes" else [WORDS[word] for word in words.split(", ")]
            found |= {f"{known} {name}" for known in classes} or {name}
    return found


def test_what_a_release_leaves_out_is_what_the_documentation_lists(released: Path) -> None:
    catalogue = Graph().parse(released / layout.DCAT, format="turtle")
    assert unsaid(catalogue) == left_out()
