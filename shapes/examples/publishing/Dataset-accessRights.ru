# Breaks arishp:Dataset-accessRights: the access rights of the dataset is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0> dcterms:accessRights ?value } ;
INSERT DATA { <release/1.0.0> dcterms:accessRights "another"@en }
