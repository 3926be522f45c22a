# Breaks arishp:Distribution-description: the description of the distribution is no text.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcterms:description ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcterms:description <other> }
