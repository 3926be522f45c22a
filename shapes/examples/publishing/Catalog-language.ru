# Breaks arishp:Catalog-language: nothing says what the language of the catalogue is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <../catalogue> dcterms:language <http://publications.europa.eu/resource/authority/language/FRA> }
