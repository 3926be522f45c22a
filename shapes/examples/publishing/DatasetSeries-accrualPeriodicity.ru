# Breaks arishp:DatasetSeries-accrualPeriodicity: the frequency of the dataset series is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <dataset/ari-graph> dcterms:accrualPeriodicity ?value } ;
INSERT DATA { <dataset/ari-graph> dcterms:accrualPeriodicity "another"@en }
