# Breaks arishp:CatalogRecord-title: the title of the record is no text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <record/1> dcterms:title <other> }
