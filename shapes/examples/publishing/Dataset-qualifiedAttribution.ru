# Breaks arishp:Dataset-qualifiedAttribution: nothing says what the attribution of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>
INSERT DATA { <release/1.0.0> prov:qualifiedAttribution <other> }
