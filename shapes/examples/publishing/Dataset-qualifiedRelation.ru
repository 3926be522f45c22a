# Breaks arishp:Dataset-qualifiedRelation: nothing says what the relationship of the dataset is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <release/1.0.0> dcat:qualifiedRelation <other> }
