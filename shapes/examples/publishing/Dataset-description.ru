# Breaks arishp:Dataset-description: the dataset has no description.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:description ?value }
