# Breaks arishp:DatasetSeries-temporal: nothing says what the period of the dataset series is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <dataset/ari-graph> dcterms:temporal <other> }
