# Breaks arishp:Catalog-license: the licence of the catalogue is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../catalogue> dcterms:license ?value } ;
INSERT DATA { <../catalogue> dcterms:license "another"@en }
