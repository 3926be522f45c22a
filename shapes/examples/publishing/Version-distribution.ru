# Breaks arishp:Version-distribution: the release has no files.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0#a.csv> ?property ?value } ;
DELETE WHERE { <release/1.0.0> dcat:distribution ?value }
