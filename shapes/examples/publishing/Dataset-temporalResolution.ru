# Breaks arishp:Dataset-temporalResolution: the resolution in time of the dataset is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0> dcat:temporalResolution ?value } ;
INSERT DATA { <release/1.0.0> dcat:temporalResolution "another"@en }
