# Breaks arishp:DatasetSeries-accrualPeriodicityVocabulary: the frequency of the dataset series comes from elsewhere.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <dataset/ari-graph> dcterms:accrualPeriodicity ?value } ;
INSERT DATA {
    <dataset/ari-graph> dcterms:accrualPeriodicity <other> .
    <other> a dcterms:Frequency .
}
