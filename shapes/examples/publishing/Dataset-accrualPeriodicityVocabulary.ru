# Breaks arishp:Dataset-accrualPeriodicityVocabulary: the frequency of the dataset comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:accrualPeriodicity ?value } ;
INSERT DATA {
    <release/1.0.0> dcterms:accrualPeriodicity <other> .
    <other> a dcterms:Frequency .
}
