# Breaks arishp:DatasetSeries-spatial: nothing says what the place of the dataset series is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <dataset/ari-graph> dcterms:spatial <other> }
