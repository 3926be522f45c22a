# Breaks arishp:Dataset-sample: nothing says what the sample of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX adms: <http://www.w3.org/ns/adms#>
INSERT DATA { <release/1.0.0> adms:sample <other> }
