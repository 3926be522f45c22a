# Breaks arishp:Catalog-description: the catalogue has no description.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../catalogue> dcterms:description ?value }
