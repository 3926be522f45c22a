# Breaks arishp:ConceptScheme-title: the concept scheme has no title.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <scheme/1> dcterms:title ?value }
