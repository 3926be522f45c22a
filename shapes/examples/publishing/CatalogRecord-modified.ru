# Breaks arishp:CatalogRecord-modified: the record has no modification date.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <record/1> dcterms:modified ?value }
