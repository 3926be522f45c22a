# Breaks arishp:Dataset-otherIdentifier: nothing says what the other identifier of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX adms: <http://www.w3.org/ns/adms#>
INSERT DATA { <release/1.0.0> adms:identifier <other> }
