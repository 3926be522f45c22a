# Breaks arishp:Dataset-accrualPeriodicity: nothing says what the frequency of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:accrualPeriodicity ?value } ;
INSERT DATA { <release/1.0.0> dcterms:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/DAILY> }
