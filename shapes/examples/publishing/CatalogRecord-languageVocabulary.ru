# Breaks arishp:CatalogRecord-languageVocabulary: the language of the record comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA {
    <record/1> dcterms:language <other> .
    <other> a dcterms:LinguisticSystem .
}
