# Breaks arishp:DataService-format: nothing says what the format of the data service is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <../sparql#service> dcterms:format <http://publications.europa.eu/resource/authority/file-type/PDF> }
