# Breaks arishp:CatalogRecord-conformsTo: nothing says what the application profile of the record is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <record/1> dcterms:conformsTo <other> }
