# Breaks arishp:DatasetSeries-publisher: the publisher of the dataset series is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <dataset/ari-graph> dcterms:publisher ?value } ;
INSERT DATA { <dataset/ari-graph> dcterms:publisher "another"@en }
