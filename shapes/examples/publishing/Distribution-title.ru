# Breaks arishp:Distribution-title: the title of the distribution is no text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcterms:title ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcterms:title <other> }
