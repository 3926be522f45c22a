"""Words for people: names of borrowed terms, headings for links that arrive, reasons."""

from ..vocab import ARI, PREFIXES

DCTERMS, FOAF, OA = PREFIXES["dcterms"], PREFIXES["foaf"], PREFIXES["oa"]
OWL, PROV, RDF = PREFIXES["owl"], PREFIXES["prov"], PREFIXES["rdf"]
RDFS, SKOS, VOID = PREFIXES["rdfs"], PREFIXES["skos"], PREFIXES["void"]
SSSOM = PREFIXES["sssom"]

BORROWED = {
    RDF + "type": "type",
    RDFS + "comment": "comment",
    RDFS + "label": "label",
    RDFS + "seeAlso": "see also",
    SKOS + "prefLabel": "name",
    SKOS + "altLabel": "also called",
    SKOS + "definition": "description",
    SKOS + "scopeNote": "scope",
    SKOS + "editorialNote": "editor's note",
    SKOS + "notation": "number",
    SKOS + "inScheme": "in scheme",
    SKOS + "topConceptOf": "top concept of",
    SKOS + "hasTopConcept": "has top concept",
    SKOS + "broader": "broader",
    SKOS + "narrower": "narrower",
    SKOS + "related": "related",
    SKOS + "broaderTransitive": "broader, at any distance",
    SKOS + "narrowerTransitive": "narrower, at any distance",
    DCTERMS + "title": "title",
    DCTERMS + "description": "description",
    DCTERMS + "identifier": "identifier",
    DCTERMS + "publisher": "publisher",
    DCTERMS + "creator": "creator",
    DCTERMS + "issued": "issued",
    DCTERMS + "subject": "topic",
    DCTERMS + "source": "source",
    DCTERMS + "license": "licence",
    DCTERMS + "rights": "rights",
    DCTERMS + "format": "format",
    PROV + "wasQuotedFrom": "quoted from",
    PROV + "wasDerivedFrom": "derived from",
    PROV + "wasGeneratedBy": "made by",
    PROV + "wasAttributedTo": "attributed to",
    PROV + "wasAssociatedWith": "carried out by",
    PROV + "used": "used",
    OA + "hasSource": "source",
    OA + "hasSelector": "selector",
    OA + "exact": "exact words",
    OA + "prefix": "words before",
    OA + "suffix": "words after",
    OA + "start": "first character",
    OA + "end": "character after the last",
    OWL + "annotatedSource": "subject of the statement",
    OWL + "annotatedProperty": "property of the statement",
    OWL + "annotatedTarget": "object of the statement",
    FOAF + "name": "name",
    FOAF + "homepage": "home page",
    FOAF + "page": "page",
    SKOS + "mappingRelation": "has some counterpart",
    SKOS + "exactMatch": "asks the same as",
    SKOS + "closeMatch": "asks nearly the same as",
    SKOS + "broadMatch": "has a broader counterpart",
    SKOS + "narrowMatch": "has a narrower counterpart",
    SKOS + "relatedMatch": "has a related counterpart",
    SSSOM + "mappings": "decision",
    SSSOM + "subject_source": "edition of the first questions",
    SSSOM + "object_source": "edition that was searched",
    SSSOM + "confidence": "confidence",
    SSSOM + "mapping_justification": "how it was found",
    SSSOM + "predicate_modifier": "modifier",
    SSSOM + "author_label": "author",
    SSSOM + "reviewer_label": "reviewer",
    SSSOM + "reviewer_id": "reviewer",
    SSSOM + "creator_label": "creator",
    SSSOM + "MappingSet": "mapping set",
    SSSOM + "NoTermFound": "no counterpart",
    SSSOM + "NegatedPredicate": "not",
    DCTERMS + "created": "date",
    DCTERMS + "isReplacedBy": "replaced by",
    DCTERMS + "replaces": "replaces",
    PROV + "wasRevisionOf": "continues",
    VOID + "triples": "number of triples",
    VOID + "subset": "part",
    SKOS + "Concept": "concept",
    SKOS + "ConceptScheme": "concept scheme",
    PROV + "Entity": "entity",
    PROV + "Activity": "activity",
    OA + "SpecificResource": "quoted passage",
    OA + "TextQuoteSelector": "quotation selector",
    OA + "TextPositionSelector": "position selector",
    OWL + "Axiom": "statement about a statement",
    FOAF + "Document": "document",
    PREFIXES["org"] + "FormalOrganization": "organisation",
    PREFIXES["org"] + "Organization": "organisation",
    PREFIXES["dcat"] + "Dataset": "dataset",
    VOID + "Dataset": "dataset",
}
"""Names of terms that the data itself may leave without a label."""

KINDS = tuple(
    str(term)
    for term in (
        ARI.OperationalPriority,
        ARI.EnablingPriority,
        ARI.Priority,
        ARI.Theme,
        ARI.ResearchQuestion,
        ARI.StrategicGoal,
        ARI.Mission,
        ARI.Vision,
        ARI.Value,
        ARI.AreasOfResearchInterest,
        ARI.Strategy,
    )
)
"""Our classes, the most specific first: a page names a thing by the first that fits."""

FIRST = tuple(
    [RDF + "type"]
    + [SKOS + name for name in ("prefLabel", "altLabel", "notation", "definition", "scopeNote")]
    + [str(term) for term in (ARI.statementText, ARI.labelIsSummary, ARI.position)]
    + [str(term) for term in (ARI.underPriority, ARI.underTheme)]
    + [str(term) for term in (ARI.supportsGoal, ARI.contributesToGoal, ARI.followsStrategy)]
    + [DCTERMS + name for name in ("subject", "title", "description", "publisher", "issued")]
    + [SKOS + name for name in ("inScheme", "topConceptOf", "broader", "narrower", "related")]
)
"""The order of properties on a page; others follow by name."""

ARRIVING = {
    str(ARI.underPriority): "Questions under this priority",
    str(ARI.underTheme): "Under this theme",
    str(ARI.supportsGoal): "Priorities that support this goal",
    str(ARI.contributesToGoal): "Questions that contribute to this goal",
    str(ARI.followsStrategy): "Editions that follow this strategy",
    DCTERMS + "subject": "Questions about this topic",
    DCTERMS + "publisher": "Published by this organisation",
    DCTERMS + "creator": "Created by this organisation",
    DCTERMS + "source": "Taken from this source",
    PROV + "wasDerivedFrom": "Derived from this",
    PROV + "wasGeneratedBy": "Made by this activity",
    PROV + "wasAttributedTo": "Attributed to this organisation",
    PROV + "wasAssociatedWith": "Carried out by this organisation",
    PROV + "used": "Activities that used this",
    PROV + "wasQuotedFrom": "Quoted by",
    OA + "hasSource": "Passages of this source",
    SKOS + "inScheme": "In this scheme",
    SKOS + "topConceptOf": "Top concepts of this scheme",
    SKOS + "hasTopConcept": "Schemes with this top concept",
    SKOS + "broader": "Narrower than this",
    SKOS + "narrower": "Broader than this",
    SKOS + "related": "Related to this",
    str(ARI.subjectQuestion): "Pairs and gaps that start at this question",
    str(ARI.objectQuestion): "Pairs that lead to this question",
    str(ARI.objectEdition): "Questions without counterpart in this edition",
    str(ARI.hasDecision): "What this decides on",
    str(ARI.latestDecision): "What this is the newest decision on",
    SSSOM + "mappings": "In this mapping set",
    SSSOM + "subject_source": "Mapping sets that start here",
    SSSOM + "object_source": "Where counterparts were looked for here",
    OWL + "annotatedSource": "Statements about statements of this",
    OWL + "annotatedTarget": "Statements about statements that name this",
}
"""Headings over the things that point to this one, by property."""

MAIN = frozenset(
    {str(ARI.supportsGoal), str(ARI.contributesToGoal), str(ARI.followsStrategy)}
    | {DCTERMS + "subject"}
)
"""What points to a thing and is what readers come for: shown before all else."""

PARTS = {
    str(ARI.OperationalPriority): "Operational priorities",
    str(ARI.EnablingPriority): "Enabling priorities",
    str(ARI.Priority): "Priorities",
    str(ARI.Theme): "Themes",
    str(ARI.ResearchQuestion): "Questions",
    str(ARI.StrategicGoal): "Goals",
    str(ARI.Mission): "Mission",
    str(ARI.Vision): "Vision",
    str(ARI.Value): "Values",
}
"""Headings over the parts of a scheme, by class."""

REASONS = {
    "sub-property": "follows from “{via}”",
    "chain": "follows from “{via}”, then “{then}”, through {middle}",
    "symmetric": "“{via}” holds both ways",
    "transitive": "“{via}” goes on through {middle}",
    "inverse": "“{via}”, read the other way round",
    "sub-class": "every {via} is one",
    "domain": "whatever has “{via}” is one",
    "range": "whatever “{via}” leads to is one",
}
"""Why a statement follows, by rule of `queries/pages/why.rq`; the first that fits is told."""
