# Breaks arishp:Version-hasVersion: the dataset does not know the release.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { ?dataset dcat:hasVersion <release/1.0.0> }
