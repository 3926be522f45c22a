# Breaks arishp:DataService-endpointDescription: the description of the endpoint of the data service is a text.
BASE <https://w3id.org/ari/id/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
INSERT DATA { <../sparql#service> dcat:endpointDescription "another" }
