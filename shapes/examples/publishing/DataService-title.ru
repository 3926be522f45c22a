# Breaks arishp:DataService-title: the data service has no title.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../sparql#service> dcterms:title ?value }
