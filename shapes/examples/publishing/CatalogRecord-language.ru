# Breaks arishp:CatalogRecord-language: nothing says what the language of the record is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <record/1> dcterms:language <http://publications.europa.eu/resource/authority/language/FRA> }
