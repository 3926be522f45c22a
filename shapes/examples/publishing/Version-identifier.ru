# Breaks arishp:Version-identifier: the release has no identifier.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:identifier ?value }
