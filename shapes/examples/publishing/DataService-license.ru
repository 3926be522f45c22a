# Breaks arishp:DataService-license: the licence of the data service is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../sparql#service> dcterms:license ?value } ;
INSERT DATA { <../sparql#service> dcterms:license "another"@en }
