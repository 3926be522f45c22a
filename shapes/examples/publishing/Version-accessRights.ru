# Breaks arishp:Version-accessRights: the release does not say who may have it.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:accessRights ?value }
