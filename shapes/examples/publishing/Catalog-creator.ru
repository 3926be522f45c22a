# Breaks arishp:Catalog-creator: the creator of the catalogue is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../catalogue> dcterms:creator ?value } ;
INSERT DATA { <../catalogue> dcterms:creator "another"@en }
