# Breaks arishp:Version-issued: the release has no date.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:issued ?value }
