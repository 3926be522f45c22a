# Breaks arishp:File-type: the file has no type.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
DELETE WHERE { <release/1.0.0#a.csv> dcat:mediaType ?value } ;
DELETE WHERE { <release/1.0.0#a.csv> dcterms:format ?value }
