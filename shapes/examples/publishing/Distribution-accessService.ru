# Breaks arishp:Distribution-accessService: nothing says what the access service of the distribution is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <release/1.0.0#a.csv> dcat:accessService <other> }
