# Breaks arishp:Dataset-version: the dataset has two of its version.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <release/1.0.0> dcat:version "another" }
