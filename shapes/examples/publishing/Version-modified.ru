# Breaks arishp:Version-modified: the release does not say how new its data is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:modified ?value }
