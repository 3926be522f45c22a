# Breaks arishp:Distribution-spatialResolutionInMeters: the resolution in space of the distribution is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0#a.csv> dcat:spatialResolutionInMeters ?value } ;
INSERT DATA { <release/1.0.0#a.csv> dcat:spatialResolutionInMeters "another"@en }
