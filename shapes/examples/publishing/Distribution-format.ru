# Breaks arishp:Distribution-format: nothing says what the format of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcterms:format ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcterms:format <http://publications.europa.eu/resource/authority/file-type/PDF> }
