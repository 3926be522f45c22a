# Breaks arishp:Version-publisher: the release has no publisher.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:publisher ?value }
