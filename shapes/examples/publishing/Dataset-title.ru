# Breaks arishp:Dataset-title: the dataset has no title.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:title ?value }
