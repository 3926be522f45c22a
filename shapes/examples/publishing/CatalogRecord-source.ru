# Breaks arishp:CatalogRecord-source: nothing says what the source of the record is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <record/1> dcterms:source ?value } ;
INSERT DATA { <record/1> dcterms:source <other> }
