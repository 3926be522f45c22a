# Breaks arishp:Version-inSeries: the release stands in no series.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { <release/1.0.0> dcat:inSeries ?value }
