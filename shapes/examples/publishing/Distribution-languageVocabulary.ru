# Breaks arishp:Distribution-languageVocabulary: the language of the distribution comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA {
    <release/1.0.0#a.csv> dcterms:language <other> .
    <other> a dcterms:LinguisticSystem .
}
