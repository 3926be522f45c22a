# Breaks arishp:Dataset-languageVocabulary: the language of the dataset comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA {
    <release/1.0.0> dcterms:language <other> .
    <other> a dcterms:LinguisticSystem .
}
