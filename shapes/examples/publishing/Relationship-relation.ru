# Breaks arishp:Relationship-relation: the relationship has no related thing.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <relationship/1> dcterms:relation ?value }
