# Breaks arishp:DataService-accessRights: the access rights of the data service is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <../sparql#service> dcterms:accessRights ?value } ;
INSERT DATA { <../sparql#service> dcterms:accessRights "another"@en }
