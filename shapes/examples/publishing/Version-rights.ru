# Breaks arishp:Version-rights: the release says nothing of rights.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:rights ?value }
