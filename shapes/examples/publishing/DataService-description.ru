# Breaks arishp:DataService-description: the description of the data service is no text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../sparql#service> dcterms:description ?value } ;
INSERT DATA { <../sparql#service> dcterms:description <other> }
