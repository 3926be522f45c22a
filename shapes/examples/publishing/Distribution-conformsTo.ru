# Breaks arishp:Distribution-conformsTo: nothing says what the standard of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
INSERT DATA { <release/1.0.0#a.csv> dcterms:conformsTo <other> }
