# Breaks arishp:DataService-publisher: the publisher of the data service is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../sparql#service> dcterms:publisher ?value } ;
INSERT DATA { <../sparql#service> dcterms:publisher "another"@en }
