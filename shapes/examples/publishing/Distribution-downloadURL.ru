# Breaks arishp:Distribution-downloadURL: the address of the file is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0#a.csv> dcat:downloadURL ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcat:downloadURL "another" }
