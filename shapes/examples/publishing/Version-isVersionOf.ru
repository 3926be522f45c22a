# Breaks arishp:Version-isVersionOf: nothing says what the release is a version of.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0> dcat:isVersionOf ?value }
