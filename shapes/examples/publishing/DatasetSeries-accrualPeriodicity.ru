# Breaks arishp:DatasetSeries-accrualPeriodicity: nothing says what the frequency of the dataset series is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <dataset/ari-graph> dcterms:accrualPeriodicity ?value } ;
INSERT DATA { <dataset/ari-graph> dcterms:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/DAILY> }
