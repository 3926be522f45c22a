# Breaks arishp:File-dataset: the file belongs to no release.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
DELETE WHERE { ?dataset dcat:distribution <release/1.0.0#a.csv> }
