# Breaks arishp:Distribution-formatVocabulary: the format of the distribution comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcterms:format ?value } ;
INSERT DATA {
    <release/1.0.0#a.csv> dcterms:format <other> .
    <other> a dcterms:MediaTypeOrExtent .
}
