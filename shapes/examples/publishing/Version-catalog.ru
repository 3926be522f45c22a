# Breaks arishp:Version-catalog: no catalogue lists the release.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { ?catalogue dcat:dataset <release/1.0.0> }
