# Breaks arishp:DatasetSeries-description: the dataset series has no description.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <dataset/ari-graph> dcterms:description ?value }
