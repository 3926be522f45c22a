# Breaks arishp:DataService-conformsTo: nothing says what the standard of the data service is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <../sparql#service> dcterms:conformsTo <other> }
