# Breaks arishp:Catalog-languageVocabulary: the language of the catalogue comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA {
    <../catalogue> dcterms:language <other> .
    <other> a dcterms:LinguisticSystem .
}
