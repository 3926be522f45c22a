# Breaks arishp:Catalog-title: the catalogue has no title.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../catalogue> dcterms:title ?value }
