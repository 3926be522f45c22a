# Breaks arishp:Dataset-spatialResolutionInMeters: the resolution in space of the dataset is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0> dcat:spatialResolutionInMeters ?value } ;
INSERT DATA { <release/1.0.0> dcat:spatialResolutionInMeters "another"@en }
