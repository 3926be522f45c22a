# Breaks arishp:File-license: the file has no licence.
BASE <https://w3id.org/ari/id/>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcterms:license ?value }
