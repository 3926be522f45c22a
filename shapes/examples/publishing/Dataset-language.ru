# Breaks arishp:Dataset-language: nothing says what the language of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <release/1.0.0> dcterms:language <http://publications.europa.eu/resource/authority/language/FRA> }
