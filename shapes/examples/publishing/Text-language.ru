# Breaks arishp:Text-language: a keyword of the dataset has no language.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <release/1.0.0> dcat:keyword "policing" }
