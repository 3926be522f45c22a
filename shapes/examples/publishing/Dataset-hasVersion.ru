# Breaks arishp:Dataset-hasVersion: nothing says what the versions of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <release/1.0.0> dcat:hasVersion <other> }
