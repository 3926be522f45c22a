# Breaks arishp:Dataset-accrualPeriodicity: the frequency of the dataset is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:accrualPeriodicity ?value } ;
INSERT DATA { <release/1.0.0> dcterms:accrualPeriodicity "another"@en }
