# Breaks arishp:Dataset-keyword: the keyword of the dataset is no text.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0> dcat:keyword ?value } ;
INSERT DATA { <release/1.0.0> dcat:keyword <other> }
