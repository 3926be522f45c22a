# Breaks arishp:Distribution-compressFormat: nothing says what the compression of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0#a.csv> dcat:compressFormat ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcat:compressFormat <https://www.iana.org/assignments/media-types/text/html> }
