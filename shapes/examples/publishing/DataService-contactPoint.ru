# Breaks arishp:DataService-contactPoint: nothing says what the contact point of the data service is.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../sparql#service> dcat:contactPoint <other> }
