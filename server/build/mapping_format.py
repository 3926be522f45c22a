"""What every mapping file has alike: prefixes, columns and extensions (SSSOM 1.1, SSSOM/TSV)."""

from ..vocab import DEFAULT_BASE, PREFIXES

SUFFIX = ".sssom.tsv"

STANDARD_COLUMNS = (
    "record_id",
    "subject_id",
    "subject_label",
    "predicate_id",
    "predicate_modifier",
    "object_id",
    "object_label",
    "mapping_justification",
    "author_id",
    "author_label",
    "reviewer_id",
    "reviewer_label",
    "object_source",
    "mapping_date",
    "confidence",
    "comment",
)
"""In the order of the standard's own table of slots (SSSOM/TSV, canonical format)."""

EXTENSIONS = {
    "ext_status": "decisionStatus",
    "ext_object_sha256": "objectSha256",
    "ext_reason_tag": "reasonTag",
    "ext_subject_sha256": "subjectSha256",
}
"""Column and term of ours, in the order of the terms, as the canonical format asks."""

COLUMNS = (*STANDARD_COLUMNS, *EXTENSIONS)
"""All of them in every file, so that a decision adds a line and touches no other."""

CURIE_MAP = {
    "ari": PREFIXES["ari"],
    "edition": f"{DEFAULT_BASE}id/ari/",
    "mapping": f"{DEFAULT_BASE}id/mapping/",
    "orcid": "https://orcid.org/",
    "person": f"{DEFAULT_BASE}id/person/",
    "question": f"{DEFAULT_BASE}id/question/",
}
"""Besides the prefixes that the standard has built in: semapv, skos, sssom, xsd and others."""

EXTENSION_DEFINITIONS = [
    {"slot_name": column, "property": f"ari:{term}", "type_hint": "xsd:string"}
    for column, term in EXTENSIONS.items()
]

VERSION = "1.1"
"""Of SSSOM: the first that has `record_id`."""

NOTHING = "sssom:NoTermFound"
NOT = "Not"


def set_iri(key: str) -> str:
    """IRI of a mapping set as the files give it: under the default base."""
    return f"{DEFAULT_BASE}id/mapping-set/{key}"
