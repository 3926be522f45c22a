# Breaks arishp:DataService-formatVocabulary: the format of the data service comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA {
    <../sparql#service> dcterms:format <other> .
    <other> a dcterms:MediaTypeOrExtent .
}
