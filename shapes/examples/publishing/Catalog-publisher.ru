# Breaks arishp:Catalog-publisher: the catalogue has no publisher.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../catalogue> dcterms:publisher ?value }
