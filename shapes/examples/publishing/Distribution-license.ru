# Breaks arishp:Distribution-license: the licence of the distribution is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcterms:license ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcterms:license "another"@en }
