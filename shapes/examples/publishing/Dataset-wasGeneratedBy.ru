# Breaks arishp:Dataset-wasGeneratedBy: nothing says what the activity of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX prov: <http://www.w3.org/ns/prov#>
INSERT DATA { <release/1.0.0> prov:wasGeneratedBy <other> }
