# Breaks arishp:Distribution-rights: the rights of the distribution is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcterms:rights ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcterms:rights "another"@en }
