# Breaks arishp:Catalog-rights: the rights of the catalogue is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../catalogue> dcterms:rights ?value } ;
INSERT DATA { <../catalogue> dcterms:rights "another"@en }
