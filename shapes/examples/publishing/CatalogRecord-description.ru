# Breaks arishp:CatalogRecord-description: the description of the record is no text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <record/1> dcterms:description <other> }
