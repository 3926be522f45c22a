# Breaks arishp:DatasetSeries-title: the dataset series has no title.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <dataset/ari-graph> dcterms:title ?value }
